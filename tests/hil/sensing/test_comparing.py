"""Two levels that tell the same agree; one that errs or dreams more than 1.5 times as much does not."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hil.sensing.comparing import Comparison, compared, read_comparison, write_comparison
from hil.sensing.matching import Matched, match
from hil.sensing.told import ToldTrack
from tests.hil.sensing.synthetic import STEP_S, drive, rider, track, wandering

WIDTH_M = 2.5
PLACE = "median error of place"
FALSE = "false tracks begun"


def told(seed: int, *, sigma_m: float = 0.2, ghosts: int = 1) -> Matched:
    """A rider with errors, and so many false tracks of a second."""
    rng = np.random.default_rng(seed)
    x_m = wandering(rng, sigma_m, 0.3, 200)

    def tracks(t_s: float) -> list[ToldTrack]:
        there = [track(100 + n, near_m=9.0) for n in range(ghosts) if n <= t_s < n + 1]
        return [track(1, -6.0 + x_m[round(t_s / STEP_S)]), *there]

    return match(drive(lambda _t: [rider()], tracks, number=seed), WIDTH_M)


def comparison(n: int, **statistical: float) -> Comparison:
    return compared([(told(seed), told(1000 + seed, **statistical)) for seed in range(n)])  # type: ignore[arg-type]


def test_levels_that_tell_the_same_agree_but_few_encounters_show_little() -> None:
    few = comparison(20)
    assert all(row.is_near for row in few.rows)
    assert few.reasons() == ["held against the radars on 20 shared encounters, not on 200"]
    assert replace(few, encounters=200).reasons() == []


@pytest.mark.parametrize(
    ("what", "changed"),
    [(PLACE, {"sigma_m": 0.4}), (PLACE, {"sigma_m": 0.1}), (FALSE, {"ghosts": 2}), (FALSE, {"ghosts": 0})],
)
def test_a_level_further_off_than_half_as_much_again_is_named(what: str, changed: dict[str, float]) -> None:
    reasons = replace(comparison(20, **changed), encounters=200).reasons()
    assert any(what in reason for reason in reasons)


def test_the_ratio_lies_in_its_interval_and_more_encounters_narrow_it() -> None:
    def width(n: int) -> float:
        (row,) = [row for row in comparison(n).rows if row.name == PLACE]
        low, high = row.interval
        assert row.ratio is not None
        assert low is not None
        assert high is not None
        assert low <= row.ratio <= high
        return high - low

    assert width(40) < width(8)


def test_none_where_the_radars_have_none_agrees_and_some_does_not() -> None:
    quiet = [(told(seed, ghosts=0), told(100 + seed, ghosts=0)) for seed in range(3)]
    (row,) = [row for row in compared(quiet).rows if row.name == FALSE]
    assert (row.ratio, row.is_near) == (1.0, True)
    haunted = [(told(seed, ghosts=0), told(100 + seed, ghosts=1)) for seed in range(3)]
    (row,) = [row for row in compared(haunted).rows if row.name == FALSE]
    assert (row.ratio, row.is_near) == (None, False)


def test_more_drives_at_the_statistical_level_are_taken_together() -> None:
    once = compared([(told(seed), told(100 + seed, ghosts=2)) for seed in range(3)])
    twice = compared([(told(seed), *(told(100 + seed, ghosts=n) for n in (1, 3))) for seed in range(3)])
    assert twice.minutes == pytest.approx((once.minutes[0], 2 * once.minutes[1]))
    rates = [next(row.statistical for row in one.rows if row.name == FALSE) for one in (once, twice)]
    assert rates[0] == rates[1]


def test_a_comparison_is_the_same_after_writing_and_reading(tmp_path: Path) -> None:
    one = comparison(3)
    write_comparison(tmp_path / "comparison.json", one)
    assert read_comparison(tmp_path / "comparison.json") == one
