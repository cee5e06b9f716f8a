"""The true world with several road users and things that stand there."""

import math
from dataclasses import replace

import numpy as np
import pytest

from edge_controller.config import shipped_fit
from hil.encounter import Encounter, near_side_turn
from hil.pace import Move
from hil.report.replay import boxes_of, replay_of
from hil.road_user import RoadUser, cyclist, pedestrian
from hil.roadside import thing
from hil.runlog import RunLog, Tick
from hil.scene import RadarScene
from hil.statics import GuardRail, Sign
from hil.world import World
from radar_sim import Perturb

AHEAD_M = 6.0
STANDING = (Move(0.0, 0.0),)


def straight(*users: RoadUser) -> Encounter:
    """18 km/h straight on."""
    base = near_side_turn(shipped_fit("demo"), truck_kmh=18.0, turn_after_s=None)
    return replace(base, users=users, statics=())


def driven(encounter: Encounter, seconds: float) -> tuple[World, RunLog]:
    world, log = World(encounter), RunLog(system=False)
    for t_us in range(0, round(seconds * 1e6) + 1, 10_000):
        pose = world.advance(t_us)
        clearance_m = world.clearance_m(pose, t_us)
        log.ticks.append(Tick(t_us * 1e-6, pose, world.users_m(t_us), clearance_m, 0.0, "off", "off", ""))
    log.contact = world.contact
    return world, log


def test_clearance_is_to_the_nearest_of_all() -> None:
    beside = cyclist(-3.0, -1.25 - 1.5, 0.0, (Move(0.0, 5.0),))
    ahead = pedestrian(AHEAD_M, 0.0, math.pi / 2, STANDING)
    _, log = driven(straight(beside, ahead), 1.0)
    assert log.ticks[0].clearance_m == pytest.approx(1.5 - 0.35)
    assert log.ticks[-1].clearance_m == pytest.approx(AHEAD_M - 1.0 * 5.0 - 0.25, abs=0.01)
    assert log.contact is None


def test_who_is_hit_is_told_and_stays_while_the_other_goes_on() -> None:
    beside = cyclist(-3.0, -1.25 - 1.5, 0.0, (Move(0.0, 5.0),))
    crossing = pedestrian(AHEAD_M, -2.0, math.pi / 2, (Move(0.0, 1.5),))
    world, log = driven(straight(beside, crossing), 2.0)
    assert log.contact is not None
    assert log.contact.user == 1
    hit_s = log.contact.t_s
    assert hit_s == pytest.approx((AHEAD_M - 0.25) / 5.0, abs=0.02)
    assert log.ticks[-1].users_m[1] == pytest.approx((AHEAD_M, -2.0 + 1.5 * hit_s))
    assert log.ticks[-1].users_m[0] == pytest.approx((-3.0 + 5.0 * 2.0, -2.75))
    assert [stance.own_s for stance in world.stances(2_000_000)] == [2.0, hit_s]


def test_nobody_there_no_clearance() -> None:
    _, log = driven(straight(), 0.1)
    assert {tick.clearance_m for tick in log.ticks} == {None}
    assert log.min_clearance_m is None


def test_page_gets_a_box_for_each_in_his_place() -> None:
    users = (cyclist(3.0, -3.0, 0.0, STANDING), pedestrian(9.0, 1.0, 0.0, STANDING))
    encounter = straight(*users)
    _, log = driven(encounter, 0.2)
    data = replay_of(encounter, log, log)
    assert [user["kind"] for user in data["users"]] == ["cyclist", "pedestrian"]
    assert data["runs"][0]["users_m"][0] == [[3.0, -3.0], [9.0, 1.0]]
    middles = [box.mean(axis=0) for box in boxes_of(encounter, log.ticks[-1])]
    assert np.allclose(middles, [[3.0, -3.0], [9.0, 1.0]])


@pytest.mark.parametrize("side", ["right", "left"])
def test_a_sign_stands_on_its_place_with_its_plate_above_two_metres(side: str) -> None:
    y_m = -3.0 if side == "right" else 3.0
    points = thing(Sign(12.0, y_m), 1, side, None, "plain").scatterers  # type: ignore[arg-type]
    assert np.all(points.position_m[:, :2] == [12.0, y_m])
    assert np.all(points.velocity_mps == 0.0)
    brightest = points.position_m[np.argsort(points.rcs_m2)[-3:], 2]
    assert brightest.min() >= 2.0  # UN R151: lowest edge at about 2 m


def test_a_rail_lies_where_it_is_told() -> None:
    points = thing(GuardRail(-5.0, 15.0, -2.25), 1, "right", None, "plain").scatterers.position_m
    assert points[:, 0].min() >= -5.5
    assert points[:, 0].max() <= 15.5
    assert points[:, 1] == pytest.approx(-2.25, abs=0.3)
    assert len(points) > 60


def test_the_radar_sees_pedestrian_cyclist_and_sign() -> None:
    """Each adds echoes: the samples differ from those of an empty world by more than noise."""
    things = (
        (straight(pedestrian(4.0, 0.4, 0.0, STANDING)), "front"),
        (straight(cyclist(-5.0, -3.0, 0.0, STANDING)), "corner"),
        (replace(straight(), statics=(Sign(5.0, 0.4),)), "front"),
    )
    pose = World(straight()).advance(0)
    for encounter, radar in things:
        users = World(encounter).stances(0)
        seen = RadarScene(encounter, 1, Perturb(1)).frame(radar, 0, pose, users).samples.astype(float)
        empty = RadarScene(straight(), 1, Perturb(1)).frame(radar, 0, pose, []).samples.astype(float)
        assert np.sqrt(np.mean((seen - empty) ** 2)) > 1.0
