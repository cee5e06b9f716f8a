"""The drives of the fit are reproducible, mirror, and are nobody's scenario."""

import pytest

from edge_controller.config import shipped_fit
from hil.closed_loop import run_without_system
from hil.sensing.drives import SCENES, drive, own_seed

DEMO = shipped_fit("demo")


def test_a_drive_follows_from_seed_and_number() -> None:
    assert drive(DEMO, 5, 3) == drive(DEMO, 5, 3)
    assert drive(DEMO, 5, 3) != drive(DEMO, 5, 4)
    assert drive(DEMO, 5, 3) != drive(DEMO, 6, 3)


def test_all_scenes_come_and_a_third_of_the_trucks_turn() -> None:
    drives = [drive(DEMO, 5, number) for number in range(1, 121)]
    assert {name for name, _ in drives} == set(SCENES)
    turning = sum(encounter.driver.turn_at_x_m is not None for _, encounter in drives)
    assert 0.3 < turning / len(drives) < 0.6


@pytest.mark.parametrize("number", [1, 2, 3, 10, 11])
def test_a_mirrored_drive_is_the_mirror(number: int) -> None:
    right, left = (run_without_system(drive(DEMO, 5, number, side)[1]) for side in ("right", "left"))
    for here, there in zip(right.ticks, left.ticks, strict=True):
        assert here.truck.x_m == there.truck.x_m
        assert here.truck.y_m == -there.truck.y_m
        for (x_m, y_m), (other_x_m, other_y_m) in zip(here.users_m, there.users_m, strict=True):
            assert (other_x_m, -other_y_m) == pytest.approx((x_m, y_m), abs=1e-9)


def test_seeds_are_of_their_own() -> None:
    seeds = {own_seed(5, number) for number in range(1, 300)}
    assert len(seeds) == 299
    assert min(seeds) > 10_000  # what a person types for a run
