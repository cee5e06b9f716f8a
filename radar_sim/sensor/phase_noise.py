"""Phase noise of the one oscillator that sends and receives: correlated, so that near echoes have little.

An echo with delay tau carries phi(t) - phi(t - tau), which is tau phi'(t) for offsets well below 1 / tau. As
tau is the beat frequency over the slope, that is one jitter of time phi' / (2 pi S) for every echo, and the
beat of them all becomes s(t) + j phi'(t) (sum of tau s of each). The sum weighted by delay is made by the
same synthesis: a derivative over the samples would ring at their ends, far above the skirt of a near echo.

Holds while tau phi' is well below one radian, and for offsets to 1 / (4 tau) (1.2 MHz at 30 m); there the
true skirt is 0.9 dB lower, beyond it lower still. Chirps have independent noise: offsets below the chirp
rate, which the delay suppresses most, do not last from chirp to chirp.
"""

import math
from dataclasses import dataclass, replace

import numpy as np

from radar_sim.errors import SceneError
from radar_sim.fit import Radar
from radar_sim.paths import Paths, Signal
from radar_sim.randomness import Draw, Purpose
from radar_sim.scene.scatterers import Floats
from radar_sim.ways import Ways

NS = 1e-9  # delays in this unit keep the weighted sum near the size of the signal


@dataclass(frozen=True, slots=True)
class PhaseNoise:
    """Single-sideband level: flat within the loop, falling with 20 dB a decade beyond.

    -93 dBc/Hz at 1 MHz is a figure often given for 77 GHz single-chip radars; the loop is an estimate.
    """

    level_dbc_per_hz: float = -93.0
    offset_hz: float = 1e6
    loop_hz: float = 300e3

    def __post_init__(self) -> None:
        offsets = (self.offset_hz, self.loop_hz)
        if not (-200 <= self.level_dbc_per_hz <= -40 and all(1 <= hz <= 1e10 for hz in offsets)):
            raise SceneError(
                "phase noise: level_dbc_per_hz must lie within -200 to -40, offset_hz and loop_hz 1 to 1e10"
            )

    def level(self, offset_hz: Floats) -> Floats:
        """Single-sideband power per hertz against the carrier."""
        inside = 10 ** (self.level_dbc_per_hz / 10) * (1 + (self.offset_hz / self.loop_hz) ** 2)
        level: Floats = inside / (1 + (offset_hz / self.loop_hz) ** 2)
        return level

    def of_frame(self, radar: Radar, draw: Draw) -> Floats:
        """phi' of one frame, (chirp, sample)."""
        profile = radar.profile
        return self.phase_rates(radar.chirps, profile.samples, profile.rate_hz, draw(Purpose.PHASE_NOISE))

    def phase_rates(self, chirps: int, samples: int, rate_hz: float, rng: np.random.Generator) -> Floats:
        """phi' in rad/s at each sample, (chirp, sample): its spectrum is 2 L(f) (2 pi f)^2, one-sided."""
        count = 2 * samples  # twice as long as needed, because a transform joins its ends
        offset_hz = np.arange(samples + 1) / count * rate_hz
        density = 2 * self.level(offset_hz) * (2 * math.pi * offset_hz) ** 2
        size = np.sqrt(density * rate_hz * count / 4)
        real, imag = rng.standard_normal((2, chirps, samples + 1))
        rates: Floats = np.fft.irfft(size * (real + 1j * imag), count, axis=-1)[:, :samples]
        return rates


def weighted_by_delay(paths: Paths, ways: Ways) -> Paths:
    """The same paths, each as strong as its delay is long (in nanoseconds)."""
    return replace(paths, sent=(paths.sent * (ways.delay_s / NS)).astype(np.float32))


def skirt(weighted: Signal, rates: Floats) -> Signal:
    """What phase noise adds to the beat (chirp, rx, sample)."""
    return weighted * (1j * NS * rates[:, None, :]).astype(np.complex64)
