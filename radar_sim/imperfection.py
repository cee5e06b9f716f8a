"""How the fitted radars differ from the fit: drawn once per seed and radar, the same in every frame."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from radar_sim.fit import Radar
from radar_sim.geometry import Mount
from radar_sim.randomness import Purpose, generator
from radar_sim.scatterers import Floats

# Standard deviations; nothing is drawn beyond twice of them.
ANGLE_DEG = 0.3
POSITION_M = 0.02
CHANNEL_PHASE_DEG = 10.0

# Transmit-receive leakage of one channel after integration over a frame, and where it appears.
LEAKAGE_DB = (35.0, 45.0)
LEAKAGE_BINS = (0.3, 1.7)


@dataclass(frozen=True, slots=True)
class Imperfection:
    """Of one radar, already mirrored where the near side is the left."""

    mount: Mount
    channel_phase_rad: Floats  # (tx in time order, rx)

    @property
    def channel(self) -> NDArray[np.complex64]:
        """Gain and phase of each channel, (tx in time order, rx)."""
        return np.asarray(np.exp(1j * self.channel_phase_rad), dtype=np.complex64)

    def as_dict(self, radar: Radar) -> dict[str, Any]:
        """Differences from the fit, for the report."""
        return {
            "yaw_deg": math.degrees(self.mount.yaw_rad - radar.yaw_rad),
            "pitch_deg": math.degrees(self.mount.pitch_rad - radar.pitch_rad),
            "position_m": [
                true - said for true, said in zip(self.mount.position_m, radar.position_m, strict=True)
            ],
            "channel_phase_deg": np.degrees(self.channel_phase_rad).tolist(),
        }


def perfect(radar: Radar) -> Imperfection:
    """Exactly as the fit says."""
    mount = Mount(radar.position_m, radar.yaw_rad, radar.pitch_rad)
    return Imperfection(mount, np.zeros((len(radar.tx_m), len(radar.rx_m))))


def drawn(radar: Radar, seed: int, mirror: float) -> Imperfection:
    """Mounted a little off, channels of unequal phase; errors in yaw and y are mirrored with the truck."""
    yaw, pitch, dx, dy, dz = np.clip(generator(seed, Purpose.POSE, radar.name).standard_normal(5), -2, 2)
    x_m, y_m, z_m = radar.position_m
    mount = Mount(
        (x_m + POSITION_M * dx, y_m + mirror * POSITION_M * dy, z_m + POSITION_M * dz),
        radar.yaw_rad + mirror * math.radians(ANGLE_DEG) * yaw,
        radar.pitch_rad + math.radians(ANGLE_DEG) * pitch,
    )
    phases = generator(seed, Purpose.CHANNEL_PHASE, radar.name).standard_normal(
        (len(radar.tx_m), len(radar.rx_m))
    )
    return Imperfection(mount, math.radians(CHANNEL_PHASE_DEG) * np.clip(phases, -2, 2))


def leakage(radar: Radar, seed: int) -> Floats:
    """Transmit-receive leakage (tx in time order, rx, sample) in units of root noise power, complex.

    One tone per channel, the same in every chirp; its level stands over noise by LEAKAGE_DB once all samples,
    chirps and channels of a frame are added up.
    """
    rng = generator(seed, Purpose.LEAKAGE, radar.name)
    shape = (len(radar.tx_m), len(radar.rx_m), 1)
    samples = radar.profile.samples
    gain_db = 10 * math.log10(samples * radar.chirps * len(radar.rx_m))
    level = 10 ** ((rng.uniform(*LEAKAGE_DB, shape) - gain_db) / 20)
    cycles = rng.uniform(0, 1, shape) + rng.uniform(*LEAKAGE_BINS) * np.arange(samples) / samples
    tone: Floats = level * np.exp(2j * np.pi * cycles)
    return tone
