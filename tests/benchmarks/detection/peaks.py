"""Places against the Cramér-Rao bound, and two reflections in one main lobe."""

import math

import numpy as np

from edge_controller.config import Radar, load_fit, shipped_fit
from edge_controller.detection import Detector
from edge_controller.messages import Detection, RadarFrame
from tests.benchmarks.detection.noise import in_noise
from tests.benchmarks.rows import Row, row
from tests.edge_controller.detection.points import Point, signal
from tests.edge_controller.detection.test_refine import amplitude, beside, bins
from tests.edge_controller.detection.test_separate import pair

COMMAND = "make bench"
TARGETS = 6  # per frame, far from each other
SCENES, FRAMES = 60, 40  # 14 400 estimates: 1.2 % of luck
PAIRS = 480
PAIR_SEED = 60_301  # never used to choose a limit
KINDS = {
    "+25 dB": "person beside a strong reflector, +25 dB, 0.3 m/s apart",
    "+20 dB": "person beside a strong reflector, +20 dB, 2 range bins and a beamwidth apart",
    "alike in range": "two alike, 1.5 range bins apart",
    "alike in rate": "two alike, 1.2 Doppler bins apart",
}


def measure() -> list[Row]:
    """About four minutes with the compiled stages, six without."""
    fit = load_fit(shipped_fit("tipper"))
    rows = []
    for name in ("corner", "front"):
        for snr_db in (23.0, 30.0):
            rows += _places(fit.radar(name), name, snr_db)
    return [*rows, *(_pairs(fit.radar("corner"), kind, label) for kind, label in KINDS.items())]


def _places(radar: Radar, name: str, snr_db: float) -> list[Row]:
    errors, detector = [], Detector(radar)
    for scene in range(SCENES):
        draw = np.random.default_rng(scene)
        points = _far_apart(radar, draw, snr_db)
        clean = signal(radar, points)
        for _ in range(FRAMES):
            found = detector.detect(RadarFrame(radar.name, 0, 0.0, in_noise(clean, draw)))
            errors += [_error_bins(radar, point, found) for point in points]
    bound = math.sqrt(6 / (4 * math.pi**2 * 10 ** (snr_db / 10)))
    near = np.array([error for error in errors if max(map(abs, error)) < 1.0])
    ratios = np.sqrt(np.mean(near**2, axis=0)) / bound
    luck = 1 + 1.96 / math.sqrt(2 * len(near))  # the worse end of the 95 % interval
    label = f"tipper {name} at {snr_db:.0f} dB"
    return [
        *(
            row(
                f"{what} error, times the Cramér-Rao bound, {label}", round(ratio * luck, 3), COMMAND, "times"
            )
            for what, ratio in zip(("range", "range rate"), ratios, strict=True)
        ),
        row(
            f"bias of range and range rate, {label}", float(np.abs(near.mean(axis=0)).max()), COMMAND, "bins"
        ),
        row(f"targets not found within a bin, {label}", 1 - len(near) / len(errors), COMMAND, "share"),
    ]


def _far_apart(radar: Radar, draw: np.random.Generator, snr_db: float) -> list[Point]:
    range_bin_m, _ = bins(radar)
    rates = draw.permutation(np.linspace(-10, 7, TARGETS)) + draw.uniform(-1, 1, TARGETS)
    places = (25 + 30 * np.arange(TARGETS) + draw.uniform(0, 20, TARGETS)) * range_bin_m
    return [
        Point(place, rate, draw.uniform(-50, 50), amplitude(radar, snr_db))
        for place, rate in zip(places.tolist(), rates.tolist(), strict=True)
    ]


def _error_bins(radar: Radar, point: Point, found: tuple[Detection, ...]) -> tuple[float, float]:
    if not found:
        return math.inf, math.inf
    range_bin_m, rate_bin_mps = bins(radar)
    nearest = beside(found, point, radar)
    return (
        (nearest.range_m - point.range_m) / range_bin_m,
        (nearest.range_rate_mps - point.range_rate_mps) / rate_bin_mps,
    )


def _pairs(radar: Radar, kind: str, label: str) -> Row:
    range_bin_m, rate_bin_mps = bins(radar)
    detector, draw, both = Detector(radar), np.random.default_rng(PAIR_SEED), 0
    for _ in range(PAIRS):
        points = pair(kind, radar, draw)
        found = detector.detect(RadarFrame(radar.name, 0, 0.0, in_noise(signal(radar, points), draw)))
        both += all(
            any(
                abs(d.range_m - p.range_m) < 0.75 * range_bin_m
                and abs(d.range_rate_mps - p.range_rate_mps) < 0.6 * rate_bin_mps
                for d in found
            )
            for p in points
        )
    return row(f"{label}, both found", _lower_end(both, PAIRS), COMMAND, "share")


def _lower_end(hits: int, trials: int) -> float:
    """Of the 95 % interval (Wilson 1927)."""
    z, share = 1.96, hits / trials
    middle = share + z**2 / (2 * trials)
    half = z * math.sqrt(share * (1 - share) / trials + z**2 / (4 * trials**2))
    return round((middle - half) / (1 + z**2 / trials), 3)
