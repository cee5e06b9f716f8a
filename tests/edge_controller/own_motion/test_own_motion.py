"""Speed, yaw rate and rest by what stands, with traffic around; synthetic detections (streets.py)."""

import math

import numpy as np

from edge_controller.config import load_fit, shipped_fit
from edge_controller.messages import OwnMotion
from edge_controller.own_motion import Statics
from tests.edge_controller.own_motion.streets import Drive

FIT = load_fit(shipped_fit("demo"))
Errors = list[tuple[float, float, float, OwnMotion | None]]


def driven(drive: Drive, seconds: float) -> Errors:
    """Per frame: true speed, errors of speed and yaw rate, and what was said."""
    statics = Statics(drive.fit.radars, drive.fit.truck)
    errors: Errors = []
    for radar, seen, bus, (speed, yaw_rate) in drive.frames(seconds):
        own = statics.update(seen, radar.name, bus)
        if own is None:
            errors.append((speed, math.nan, math.nan, None))
        else:
            errors.append((speed, own.speed_mps - speed, own.yaw_rate_radps - yaw_rate, own))
    return errors


def test_speed_and_yaw_rate_in_traffic() -> None:
    """Bias below 2 cm/s and sigma below 5 cm/s from 0 to 10 m/s, 0.5 and 1 deg/s of yaw rate."""
    errors = driven(Drive(FIT, 3, frame_s=0.1), 60.0)
    speed, turn = np.array([e[1] for e in errors]), np.degrees([e[2] for e in errors])
    assert np.isnan(speed).mean() < 0.02
    assert max(e[0] for e in errors) > 5
    assert abs(np.nanmean(speed)) < 0.02
    assert np.nanstd(speed) < 0.05
    assert np.nanmax(np.abs(speed)) < 0.5
    assert abs(np.nanmean(turn)) < 0.5
    assert np.nanstd(turn) < 1.0


def test_sigmas_are_true() -> None:
    errors = driven(Drive(FIT, 4, frame_s=0.1), 40.0)
    in_sigmas = [e[1] / e[3].speed_sigma_mps for e in errors if e[3] is not None]
    assert np.mean(np.abs(in_sigmas) > 3) < 0.02
    assert np.sqrt(np.mean(np.square(in_sigmas))) > 0.2


def test_rest_is_proven_and_never_of_a_truck_that_creeps() -> None:
    standing = driven(Drive(FIT, 5, speed_mps=1e-9, frame_s=0.1), 10.0)
    said = [e[3] is not None and e[3].rests for e in standing[10:]]
    assert np.mean(said) > 0.9
    # The bus says 0 below 0.5 m/s all the while.
    creeping = driven(Drive(FIT, 5, speed_mps=0.12, frame_s=0.1), 10.0)
    assert not any(e[3] is not None and e[3].rests for e in creeping)


def test_the_trucks_own_speed_may_be_wrong() -> None:
    right = driven(Drive(FIT, 6, frame_s=0.1), 30.0)
    wrong = driven(Drive(FIT, 6, frame_s=0.1, speed_scale=1.03), 30.0)
    apart = [a[1] - b[1] for a, b in zip(right, wrong, strict=True)]
    assert np.nanmax(np.abs(apart)) < 0.1
    assert np.nanstd(apart) < 0.005


def test_wheels_that_stand_under_a_sliding_truck_are_not_believed() -> None:
    errors = driven(Drive(FIT, 7, speed_mps=6.0, speed_scale=0.0, frame_s=0.1), 15.0)
    assert abs(np.nanmean([e[1] for e in errors])) < 0.05
    assert np.nanmax(np.abs([e[1] for e in errors])) < 0.5


def test_nothing_is_said_where_nothing_stands() -> None:
    errors = driven(Drive(FIT, 8, density=1e-6, traffic=0.0, speed_mps=5.0, frame_s=0.1), 5.0)
    assert all(e[3] is None for e in errors)
