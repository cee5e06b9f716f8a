"""How the fitted radars differ from the fit: drawn once per seed and radar, the same in every frame."""

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from radar_sim.errors import SceneError
from radar_sim.fit import Profile, Radar
from radar_sim.geometry import Mount
from radar_sim.randomness import Purpose, generator
from radar_sim.scene.scatterers import Floats


@dataclass(frozen=True, slots=True)
class Perturb:
    """How far radars are off the fit: standard deviations. Nothing is drawn beyond twice of them.

    Pose and position as installation leaves them; all are estimates, not figures of one product.
    """

    seed: int  # apart from the seed of the noise
    pose_deg: float = 0.3  # yaw and pitch
    position_m: float = 0.02  # per axis
    phase_deg: float = 10.0  # per virtual channel
    gain_db: float = 1.0  # per virtual channel
    clock_ppm: float = 50.0

    def __post_init__(self) -> None:
        if type(self.seed) is not int or self.seed < 0:
            raise SceneError(f"perturb: seed is {self.seed!r}, not a whole number from 0")
        limits = {"pose_deg": 10, "position_m": 0.5, "phase_deg": 180, "gain_db": 20, "clock_ppm": 1000}
        for name, limit in limits.items():
            if not 0 <= getattr(self, name) <= limit:
                raise SceneError(f"perturb: {name} is {getattr(self, name)!r}, outside 0 to {limit}")


@dataclass(frozen=True, slots=True)
class Imperfection:
    """Of one radar, already mirrored where the near side is the left."""

    yaw_deg: float
    pitch_deg: float
    position_m: tuple[float, float, float]
    channel_phase_deg: Floats  # (tx in time order, rx)
    channel_gain_db: Floats  # (tx in time order, rx)
    clock_ppm: float

    def mount(self, radar: Radar) -> Mount:
        """Where the radar truly sits."""
        x_m, y_m, z_m = (said + off for said, off in zip(radar.position_m, self.position_m, strict=True))
        yaw_rad = radar.yaw_rad + math.radians(self.yaw_deg)
        return Mount((x_m, y_m, z_m), yaw_rad, radar.pitch_rad + math.radians(self.pitch_deg))

    @property
    def channel(self) -> NDArray[np.complex128]:
        """Gain and phase of each channel, (tx in time order, rx)."""
        turn: NDArray[np.complex128] = np.exp(1j * np.radians(self.channel_phase_deg))
        return turn * 10 ** (self.channel_gain_db / 20)

    def as_dict(self) -> dict[str, Any]:
        """Everything that was drawn, for the report."""
        return {
            "yaw_deg": self.yaw_deg,
            "pitch_deg": self.pitch_deg,
            "position_m": list(self.position_m),
            "channel_phase_deg": self.channel_phase_deg.tolist(),
            "channel_gain_db": self.channel_gain_db.tolist(),
            "clock_ppm": self.clock_ppm,
        }


def perfect(radar: Radar) -> Imperfection:
    """Exactly as the fit says."""
    none = np.zeros((len(radar.tx_m), len(radar.rx_m)))
    return Imperfection(0.0, 0.0, (0.0, 0.0, 0.0), none, none, 0.0)


def drawn(radar: Radar, perturb: Perturb, mirror: float) -> Imperfection:
    """Mounted a little off, channels and clock unequal; errors in yaw and y are mirrored with the truck."""
    channels = (len(radar.tx_m), len(radar.rx_m))
    yaw, pitch, dx, dy, dz = _cut(perturb, Purpose.POSE, radar, (5,))
    return Imperfection(
        yaw_deg=mirror * perturb.pose_deg * float(yaw),
        pitch_deg=perturb.pose_deg * float(pitch),
        position_m=(
            perturb.position_m * float(dx),
            mirror * perturb.position_m * float(dy),
            perturb.position_m * float(dz),
        ),
        channel_phase_deg=perturb.phase_deg * _cut(perturb, Purpose.CHANNEL_PHASE, radar, channels),
        channel_gain_db=perturb.gain_db * _cut(perturb, Purpose.CHANNEL_GAIN, radar, channels),
        clock_ppm=perturb.clock_ppm * float(_cut(perturb, Purpose.CLOCK, radar, (1,))[0]),
    )


def _cut(perturb: Perturb, purpose: Purpose, radar: Radar, shape: tuple[int, ...]) -> Floats:
    """Normal, of deviation one, cut at two."""
    rng = generator(perturb.seed, purpose, radar.name)
    values: Floats = np.clip(rng.standard_normal(shape), -2, 2)
    return values


def by_clock(profile: Profile, ppm: float) -> Profile:
    """The profile as a crystal makes it that is fast by `ppm`: higher, sooner, and thus steeper twice.

    Frames still start when they are asked for; only what happens inside a frame follows the crystal.
    """
    fast = 1 + ppm * 1e-6
    return replace(
        profile,
        start_hz=profile.start_hz * fast,
        slope_hz_per_s=profile.slope_hz_per_s * fast**2,
        rate_hz=profile.rate_hz * fast,
        idle_s=profile.idle_s / fast,
        adc_start_s=profile.adc_start_s / fast,
        ramp_end_s=profile.ramp_end_s / fast,
    )
