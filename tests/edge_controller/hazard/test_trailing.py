"""The trailer cuts in behind the tractor: who is beside it may be hit where the truck itself is long past."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import hil
from edge_controller.config import load_fit
from edge_controller.hazard import Motion, TurnMemory, assess
from edge_controller.hazard.trailing import trailed
from edge_controller.messages import Hazard, Track, VehicleState
from tests.edge_controller.hazard.test_assess import rider

TRACTOR = Path(hil.__file__).parent / "scenarios" / "tractor.toml"
FIT = load_fit(TRACTOR)
SOLO = replace(FIT, trailer=None)
SPEED_MPS, STEER_RAD = 3.4, 0.34  # about 10 m of radius
TURNING = Motion(SPEED_MPS, 0.0, STEER_RAD, 0.0, -1.0, True, 0.9, trailer_rad=-0.5)
STRAIGHT = Motion(SPEED_MPS, 0.0, 0.0, 0.0, 0.0, False, 0.012)


def hazard(track: Track, motion: Motion, *, towing: bool = True) -> Hazard:
    (found,) = assess([track], motion, FIT if towing else SOLO, False)
    return found


def test_a_trailer_comes_in_by_what_the_turning_table_says() -> None:
    """On a circle of 12.5 m the bogie, 8.1 m behind, runs on one of sqrt(12.5**2 - 8.1**2) = 9.52 m."""
    angle = np.arange(0.0, 8.0, 0.008)[None]
    x, y = 12.5 * np.sin(angle), 12.5 - 12.5 * np.cos(angle)
    heading = trailed(x, y, 0.0, 8.1)
    bogie_x, bogie_y = x - 8.1 * np.cos(heading), y - 8.1 * np.sin(heading)
    assert np.hypot(bogie_x, bogie_y - 12.5)[0, -1] == pytest.approx(9.52, abs=0.02)


def test_who_stands_where_only_the_trailer_goes_is_hit_by_it() -> None:
    """He waits 4 m beside the tractor's axle: the cab has passed, the trailer has not."""
    waits = rider(-7.0, -3.2, vx=0.0, breathes=True)
    assert hazard(waits, TURNING).p_contact > 0.8
    assert hazard(waits, TURNING, towing=False).p_contact == 0.0


def test_riding_past_a_trailer_straight_on_is_no_hazard() -> None:
    beside = hazard(rider(-12.0, -3.0), STRAIGHT)
    assert beside.p_contact < 0.02
    assert beside.min_clearance_m == pytest.approx(3.0 - 1.275 - 0.3, abs=0.15)


def test_who_swerves_into_its_side_straight_on_is_not_helped_by_braking() -> None:
    swerves = rider(-12.0, -3.0, vx=3.4, vy=1.0)
    assert hazard(swerves, STRAIGHT).p_contact < 0.02
    assert hazard(swerves, TURNING).p_contact > 0.8
    comes_round = replace(STRAIGHT, trailer_rad=-0.3)  # wheels straight, the trailer not yet
    assert hazard(swerves, comes_round).p_contact > 0.8


def test_who_runs_into_its_tail_is_not_hit_by_it() -> None:
    assert hazard(rider(-20.0, 0.0, vx=8.0), STRAIGHT).p_contact == 0.0


def test_the_angle_is_followed_through_a_turn_to_the_near_side() -> None:
    """Near side positive: behind a truck that turns to it the trailer lags."""
    for side, sign in (("right", -1), ("left", 1)):
        fit = load_fit(TRACTOR, side)  # type: ignore[arg-type]
        memory = TurnMemory(fit.truck, fit.trailer)
        for n in range(600):
            state = VehicleState(
                n * 0.05, 3.0, sign * 0.25, sign * 0.29, 0.0, "none", 0.0, False, False, True
            )
            motion = memory.update(state, n * 0.05)
        assert motion is not None
        assert motion.trailer_rad == pytest.approx(-np.arcsin(8.1 * 0.25 / 3.0), abs=0.01)
