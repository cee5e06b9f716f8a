"""What is usual of a radar: by cells of azimuth and range, settling over minutes, then never far."""

import numpy as np
import pytest

from edge_controller.own_motion.yardstick import Second, Yardstick, by_sector, cell_of, learned

SIXTY = 60


def minute(level_db: float, azimuth_deg: float = 5.0, range_m: float = 9.0) -> Yardstick:
    cell = cell_of(np.radians(np.full(8, azimuth_deg)), np.full(8, range_m))
    return learned([Second([], cell, np.full(8, level_db))] * SIXTY)


def test_sectors_begin_20_degrees_aside() -> None:
    """8 statics each at -21, -19, 19 and 21 degrees."""
    cell = cell_of(np.radians(np.repeat([-21.0, -19.0, 19.0, 21.0], 8)), np.full(32, 9.0))
    assert by_sector(cell, np.repeat([1.0, 2.0, 2.0, 3.0], 8)) == [1.0, 2.0, 3.0]


def test_a_minute_tells_the_level_of_what_stood_in_it() -> None:
    usual = minute(40.0)
    assert np.nanmax(usual.first_db) == np.nanmin(usual.first_db) == 40.0
    assert np.count_nonzero(~np.isnan(usual.first_db)) == 1


@pytest.mark.parametrize("seconds", [300, 3000])
def test_what_comes_later_moves_the_first_minute_and_then_3_db_at_most(seconds: int) -> None:
    usual = minute(40.0)
    cell = cell_of(np.radians(np.full(8, 5.0)), np.full(8, 9.0))
    for _ in range(240):  # five minutes in all
        usual.adapt(cell, np.full(8, 41.0))
    settled_db = float(np.nanmax(usual.first_db))
    assert 40.5 < settled_db < 41.0
    for _ in range(seconds):
        usual.adapt(cell, np.full(8, 20.0))
    assert np.nanmax(usual.first_db) == settled_db
    assert np.nanmin(usual.level_db) >= settled_db - 3.0


def test_a_cell_that_was_empty_is_learned_when_something_stands_there() -> None:
    usual = minute(40.0)
    cell = cell_of(np.radians(np.full(8, -35.0)), np.full(8, 15.0))
    usual.adapt(cell, np.full(8, 33.0))
    assert usual.first_db[cell[0]] == 33.0


@pytest.mark.parametrize(("more_db", "rises"), [(5.9, False), (6.1, True)])
def test_a_minute_that_sees_6_db_more_was_not_preceded_by_a_clear_one(more_db: float, rises: bool) -> None:
    usual = minute(40.0)
    assert usual.rise(minute(40.0 + more_db)) == rises
    assert not usual.rise(minute(60.0, azimuth_deg=-35.0))  # something stands where nothing stood
    assert np.nanmin(usual.first_db) == (40.0 + more_db if rises else 40.0)


def test_what_is_kept_is_what_was() -> None:
    usual = minute(40.0)
    again = Yardstick.of(usual.kept())
    assert np.array_equal(again.first_db, usual.first_db, equal_nan=True)
    assert np.array_equal(again.seen_s, usual.seen_s)
