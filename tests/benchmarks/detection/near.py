"""Long form: who stands right before a radar that hears itself, before and after it has learned that."""

import statistics
from collections.abc import Iterator

import numpy as np

from edge_controller.config import load_fit, shipped_fit
from edge_controller.coverage.budget import first_range_m
from tests.benchmarks.rows import Row, row
from tests.edge_controller.detection.nearby import PERSON_DBSM, Fitted, amplitude_of, nearest_to
from tests.edge_controller.detection.points import Point

COMMAND = "make bench"
PROFILE = {"corner": "far", "front": "near"}
RCS_DBSM = (PERSON_DBSM, PERSON_DBSM - 30)  # a person, a stick or somebody at the edge of the pattern
PLACES, DRAWS = 8, 2
NOBODY = 100.0  # stands for the error where nobody is seen


def measure() -> list[Row]:
    """All of it, about a minute."""
    return [one for name in PROFILE for one in _of_radar(name)]


def _of_radar(name: str) -> Iterator[Row]:
    fit, profile = load_fit(shipped_fit("demo")), PROFILE[name]
    first_m = first_range_m(fit.radar(name))  # as `nearside fit show` states it
    fresh, learned, false = [], [], 0
    for seed in range(DRAWS):
        radar = Fitted(fit.radar(name), np.random.default_rng(seed))
        fresh += [_error_m(radar, range_m, rcs) for rcs in RCS_DBSM for range_m in _places(first_m)]
        radar.drive(12.5)
        learned += [_error_m(radar, range_m, rcs) for rcs in RCS_DBSM for range_m in _places(first_m / 2)]
        false += sum(len(radar.frame([], 0.0)) for _ in range(15))
    yield _row(f"near range, {profile}, first range of who stands", first_m)
    yield _row(f"near range, {profile}, largest range error from switch-on", max(fresh))
    yield _row(f"near range, {profile}, largest range error from half of it, learned", max(learned))
    yield _row(f"near range, {profile}, median range error, learned", statistics.median(learned), "m")
    yield _row(f"near range, {profile}, leakage seen as somebody in {15 * DRAWS} frames", false)


def _row(measure: str, value: float, unit: str | None = None) -> Row:
    return row(measure, round(float(value), 4), COMMAND, unit)


def _places(nearest_m: float) -> Iterator[float]:
    return iter(np.linspace(nearest_m, 1.2, PLACES).tolist())


def _error_m(radar: Fitted, range_m: float, rcs_dbsm: float) -> float:
    azimuth_deg = float(radar.rng.uniform(-50, 50))
    found = radar.frame([Point(range_m, 0.0, azimuth_deg, amplitude_of(range_m, rcs_dbsm))], 0.0)
    seen_m = nearest_to(found, range_m)
    return NOBODY if seen_m is None else abs(seen_m - range_m)
