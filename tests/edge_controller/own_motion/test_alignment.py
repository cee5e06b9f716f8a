"""Yaw errors of the mounts learned on the road; synthetic detections (streets.py)."""

import math

import numpy as np
import pytest

from edge_controller.config import load_fit, shipped_fit
from edge_controller.messages import Detection, Side, VehicleState
from edge_controller.own_motion import Statics
from edge_controller.pipeline import State
from edge_controller.tracking import Tracker
from firmware.link import HEALTH_ALIGNED
from tests.edge_controller.own_motion.streets import Drive

FIT = load_fit(shipped_fit("demo"))
FIVE_MINUTES_S = 300.0
EVERY_S = 0.3  # one frame of six, so that the test is short: less evidence than on the road


def after(drive: Drive, seconds: float) -> Statics:
    """What is remembered then."""
    statics = Statics(drive.fit.radars, drive.fit.truck)
    for radar, seen, bus, _ in drive.frames(seconds):
        statics.update(seen, radar.name, bus)
    return statics


def is_aligned(statics: Statics) -> bool:
    """As the gateway is told."""
    state = State(FIT)
    state.statics = statics
    return bool(state.health() & HEALTH_ALIGNED)


def error_deg(statics: Statics, radar: str) -> float:
    found = statics.alignment.error(radar)
    assert found.known
    return math.degrees(found.yaw_rad)


@pytest.fixture(scope="module", params=[0.98, 1.02])
def driven(request: pytest.FixtureRequest) -> Statics:
    """Five minutes on; the bus's speed is 2 % wrong, its yaw rate 0.15 degrees a second."""
    mounts = {"corner": 1.5, "front": -1.0}
    drive = Drive(FIT, 11, mounts, request.param, yaw_rate_offset_degps=0.15, frame_s=EVERY_S)
    return after(drive, FIVE_MINUTES_S)


def test_yaw_is_known_to_0_3_degrees_after_five_minutes(driven: Statics) -> None:
    statics = driven
    assert abs(error_deg(statics, "corner") - 1.5) < 0.3
    assert abs(error_deg(statics, "front") + 1.0) < 0.3
    assert abs(math.degrees(statics.alignment.yaw_rate_offset_radps) - 0.15) < 0.05
    assert is_aligned(statics)


def test_who_has_not_driven_is_aligned_by_the_installers_word() -> None:
    statics = after(Drive(FIT, 12, {"corner": 2.0}, frame_s=0.1), 3.0)
    assert not statics.alignment.error("corner").known
    assert statics.alignment.correction_rad("corner") == 0.0
    assert is_aligned(statics)


def test_a_bent_mount_is_a_fault_and_corrected_by_no_more_than_3_degrees() -> None:
    statics = after(Drive(FIT, 13, {"corner": 4.5}, frame_s=EVERY_S), 150.0)
    assert abs(error_deg(statics, "corner") - 4.5) < 0.6
    assert math.degrees(statics.alignment.correction_rad("corner")) == pytest.approx(3.0)
    assert not is_aligned(statics)
    (fault,) = statics.alignment.faults
    assert fault.startswith("radar corner is misaligned by +4")


@pytest.mark.parametrize("radar", ["corner", "front"])
@pytest.mark.parametrize(("yaw_deg", "faulty"), [(5.5, True), (-5.5, True), (2.0, False), (-2.0, False)])
def test_a_bent_mount_is_told_before_the_truck_has_stood(radar: str, yaw_deg: float, faulty: bool) -> None:
    """At one speed: the offset of the yaw rate is not known, and neither radar to better than 0.5 degrees."""
    drive = Drive(FIT, 15, {radar: yaw_deg}, yaw_rate_offset_degps=0.15, speed_mps=3.2, frame_s=0.2)
    statics = after(drive, 50.0)
    assert not statics.alignment.error(radar).known
    assert bool(statics.alignment.faults) == faulty


@pytest.mark.parametrize("side", ["right", "left"])
def test_phases_of_channels_are_told_from_the_mount(side: Side) -> None:
    """8 mrad in every sine are half a degree on the boresight."""
    fit = load_fit(shipped_fit("demo"), side)
    drive = Drive(fit, 14, {}, channel_tilt=0.008, frame_s=EVERY_S)
    statics = after(drive, 200.0)
    for radar in fit.radars:
        assert abs(error_deg(statics, radar.name)) < 0.3
        assert abs(statics.bearings[radar.name].tilt - 0.008) < 0.004
        turned_rad = statics.aimed(radar.name).yaw_rad - radar.yaw_rad
        assert abs(math.degrees(turned_rad + 0.008)) < 0.3  # what places detections ahead of the radar


def test_the_tracker_places_with_what_was_learned(driven: Statics) -> None:
    statics = driven
    turned_rad = statics.aimed("corner").yaw_rad - FIT.radar("corner").yaw_rad
    assert abs(math.degrees(turned_rad) - 1.5) < 0.3
    with_it, without = Tracker(FIT.radars, FIT.truck), Tracker(FIT.radars, FIT.truck)
    with_it.aim(statics.aimed("corner"))
    seen = Detection("corner", 0.0, 12.0, 0.0, 0.0, 0.008, 30.0, 2.0, None, np.zeros(8, np.complex64))
    truck = VehicleState(0.0, 0.0, 0.0, 0.0, 0.0, "none", 0.0, False, False, True)
    (there,), (here,) = (tracker.update([seen], truck, 0.0, "corner") for tracker in (with_it, without))
    assert math.hypot(there.x_m - here.x_m, there.y_m - here.y_m) == pytest.approx(
        12.0 * turned_rad, rel=0.05
    )
