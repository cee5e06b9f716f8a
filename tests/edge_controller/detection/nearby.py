"""What a radar hears of itself, a drive along a street, and who stands right before it."""

import math
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from edge_controller.config import Radar
from edge_controller.detection import Detector
from edge_controller.messages import Detection, RadarFrame, VehicleState
from tests.edge_controller.detection.bursts import clipped
from tests.edge_controller.detection.points import NOISE, Point, signal

LEVELS_DB = (35.0, 45.0)  # of a channel's leakage over noise, once a frame is added up
PERSON_DBSM = -8.0


def truck_at(speed_mps: float, t_s: float = 0.0) -> VehicleState:
    return VehicleState(t_s, speed_mps, 0.0, 0.0, 0.0, "none", 0.0, False, False, True)


def amplitude_of(range_m: float, rcs_dbsm: float) -> float:
    """By the link budget of the shipped fits: a person has 22.8 dB over the noise of a sample at 2 m."""
    snr_db = 22.8 + rcs_dbsm - PERSON_DBSM + 40 * math.log10(2.0 / range_m)
    return math.sqrt(2) * NOISE * 10 ** (snr_db / 20)


def own_tones(
    radar: Radar, rng: np.random.Generator, levels_db: tuple[float, float] = LEVELS_DB
) -> NDArray[np.complex128]:
    """(chirp, rx, sample): one tone per channel in range bins 0.3 to 1.7, of a phase of its own."""
    profile, receivers = radar.profile, len(radar.array.rx_m)
    turns, samples = len(radar.array.tx_order), profile.samples
    gain_db = 10 * math.log10(samples * profile.loops * turns * receivers)
    level = 10 ** ((rng.uniform(*levels_db, (turns, receivers)) - gain_db) / 20) * math.sqrt(2) * NOISE
    step = rng.uniform(0.3, 1.7, (turns, receivers)) / samples
    phase = np.exp(2j * np.pi * rng.uniform(0, 1, (turns, receivers)))
    tones = (level * phase)[..., None] * np.exp(2j * np.pi * step[..., None] * np.arange(samples))
    return np.asarray(np.tile(tones, (profile.loops, 1, 1)))


def street(radar: Radar, rng: np.random.Generator, speed_mps: float) -> list[Point]:
    """Reflectors on the ground as a truck that drives straight on sees them."""
    azimuths = rng.uniform(-60, 60, 8)
    return [
        Point(
            rng.uniform(3, 12),
            -speed_mps * math.cos(radar.yaw_rad + math.radians(azimuth)),
            azimuth,
            20.0,
        )
        for azimuth in azimuths
    ]


@dataclass
class Fitted:
    """A radar on its truck, with all it remembers."""

    radar: Radar
    rng: np.random.Generator
    levels_db: tuple[float, float] = LEVELS_DB
    t_s: float = 0.0
    detector: Detector = field(init=False)
    own: NDArray[np.complex128] = field(init=False)
    _streets: dict[float, NDArray[np.complex128]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.detector = Detector(self.radar, fast=False)
        self.own = own_tones(self.radar, self.rng, self.levels_db)

    def frame(
        self, points: list[Point], speed_mps: float, *, after_s: float = 0.5, turned: complex = 1.0
    ) -> tuple[Detection, ...]:
        """One frame `after_s` later; `turned` is what drift has made of the leakage."""
        return self._received(signal(self.radar, points) + turned * self.own, speed_mps, after_s)

    def drive(self, seconds: float, beside: Point | None = None, speed_mps: float = 6.0) -> None:
        """Along a street, two frames a second; who is `beside` sways as people do."""
        if speed_mps not in self._streets:
            self._streets[speed_mps] = signal(self.radar, street(self.radar, self.rng, speed_mps))
        for _ in range(round(2 * seconds)):
            received = self._streets[speed_mps] + self.own
            if beside is not None:
                swayed = replace(beside, range_m=beside.range_m + self.rng.normal(0, 0.02))
                received = received + signal(self.radar, [swayed])
            self._received(received, speed_mps, 0.5)

    def _received(
        self, received: NDArray[np.complex128], speed_mps: float, after_s: float
    ) -> tuple[Detection, ...]:
        self.t_s += after_s
        words = clipped(received, self.rng.normal(0, NOISE, (*received.shape, 2)))
        found = self.detector.detect(RadarFrame(self.radar.name, 0, self.t_s, words))
        self.detector.leakage.learn(found, truck_at(speed_mps, self.t_s), self.t_s)
        return found


def nearest_to(found: tuple[Detection, ...], range_m: float) -> float | None:
    """Range of what stands and is seen nearest to there."""
    ranges = [one.range_m for one in found if abs(one.range_rate_mps) < 0.2]
    return min(ranges, key=lambda r: abs(r - range_m), default=None)
