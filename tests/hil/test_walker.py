"""What road users do when they see the truck come, and when they do not."""

import math
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_controller.config import shipped_fit
from hil.encounter import near_side_turn
from hil.pace import Move
from hil.path import Piece, Spot
from hil.reaction import Cue, Falls, Reaction, Starts, Stops, TruckSeen, Yields
from hil.road_user import KINDS, RoadUser, Wobble, cyclist, of_kind, pedestrian
from hil.walker import Stance, Walker, outline_of
from hil.world import World
from tests.hil.test_world import straight

RIDES = (Move(0.0, 5.0),)


def seen(**what: float) -> TruckSeen:
    """A truck far away that drives, but for what is told."""
    return replace(TruckSeen(-100.0, 5.0, 0.0, 100.0), **what)


def walked(user: RoadUser, truck: TruckSeen, until_s: float) -> Walker:
    walker = Walker(user)
    for tick in range(round(until_s * 100) + 1):
        walker.notice(tick / 100, truck)
    return walker


def with_(*reactions: Reaction) -> RoadUser:
    return replace(cyclist(0.0, -3.0, 0.0, RIDES), reactions=reactions)


def test_stops_at_the_cue_after_his_reaction_time() -> None:
    walker = walked(with_(Stops(Cue(at_s=1.0), 2.0, after_s=0.5)), seen(), 6.0)
    assert walker.stance(1.4).speed_mps == 5.0
    assert walker.stance(6.0).x_m == pytest.approx(5.0 * 1.5 + 5.0**2 / (2 * 2.0), abs=0.06)
    assert walker.stance(6.0).speed_mps == 0.0
    assert walker.stance(2.0).accel_mps2 == -2.0


@pytest.mark.parametrize(
    ("cue", "near", "far"),
    [
        (Cue(truck_within_m=4.0), seen(gap_m=3.9), seen(gap_m=4.1)),
        (Cue(truck_turned_rad=0.1), seen(turned_rad=0.11), seen(turned_rad=-0.11)),
        (Cue(truck_x_m=8.0), seen(front_x_m=8.1), seen(front_x_m=7.9)),
        (Cue(truck_stood_s=1.0), seen(stood_s=1.0), seen(stood_s=0.9)),
        (Cue(after_braking_s=0.3), seen(braking_since_s=0.1), seen()),
        (Cue(after_braking_s=0.3), seen(braking_since_s=0.1), seen(braking_since_s=0.9)),
    ],
)
def test_each_cue_holds_on_its_side_of_the_limit(cue: Cue, near: TruckSeen, far: TruckSeen) -> None:
    for truck, stops in ((near, True), (far, False)):
        stands = walked(with_(Stops(cue, 5.0)), truck, 1.0).stance(3.0).speed_mps == 0.0
        assert stands is stops


def test_a_cue_of_his_own_way() -> None:
    walker = walked(with_(Falls(Cue(way_m=5.0))), seen(), 2.0)
    assert not walker.stance(0.98).lies
    assert walker.stance(1.01).lies


def test_yields_while_the_truck_is_near_and_moves_then_goes_on() -> None:
    walker = Walker(with_(Yields(Cue(truck_within_m=4.0), 2.5, waits_s=0.5, accel_mps2=1.0)))
    for tick in range(1200):
        t_s = tick / 100
        gap_m = 3.0 if 1.0 <= t_s < 5.0 else 20.0
        walker.notice(t_s, seen(gap_m=gap_m))
    assert walker.stance(4.9).speed_mps == 0.0
    assert walker.stance(4.9).x_m == pytest.approx(5.0 + 5.0**2 / (2 * 2.5), abs=0.06)
    assert walker.stance(5.3).speed_mps == 0.0
    assert walker.stance(7.0).speed_mps == pytest.approx(1.5, abs=0.03)  # a second and a half at 1 m/s2
    assert walker.stance(11.9).speed_mps == 5.0


def test_a_truck_that_stands_is_no_reason_to_wait() -> None:
    walker = walked(with_(Yields(Cue(truck_within_m=4.0), 2.5)), seen(gap_m=1.0, speed_mps=0.0), 3.0)
    assert walker.stance(3.0).speed_mps == 5.0


def test_starts_once_the_truck_has_stood() -> None:
    waits = pedestrian(8.0, -4.0, math.pi / 2, (Move(0.0, 0.0),))
    user = replace(waits, reactions=(Starts(Cue(truck_stood_s=1.0), 1.2, 0.8),))
    assert walked(user, seen(), 3.0).stance(3.0).y_m == -4.0
    walker = walked(user, seen(stood_s=1.0), 0.1)
    assert walker.stance(5.0).y_m == pytest.approx(-4.0 + 1.2 * 5.0 - 1.2**2 / (2 * 0.8))


def test_who_falls_lies_slides_on_by_friction_and_gets_up_no_more() -> None:
    user = with_(Falls(Cue(at_s=1.0)), Starts(Cue(at_s=2.0), 5.0, 1.0))
    walker = walked(user, seen(), 5.0)
    assert walker.stance(9.0).lies
    assert walker.stance(9.0).x_m == pytest.approx(5.0 + 5.0**2 / (2 * 4.0), abs=0.06)
    length_m, width_m = outline_of(user, walker.stance(9.0)).max(axis=0) - outline_of(
        user, walker.stance(9.0)
    ).min(axis=0)
    assert (length_m, width_m) == pytest.approx((1.9, 1.75))  # as broad as he was high


def test_somebody_on_foot_lies_along_his_way() -> None:
    user = replace(pedestrian(0.0, 0.0, 0.0, (Move(0.0, 0.0),)), reactions=(Falls(Cue(at_s=0.5)),))
    box = outline_of(user, walked(user, seen(), 1.0).stance(1.0))
    assert box.max(axis=0) - box.min(axis=0) == pytest.approx((1.75, 0.5))


def test_who_is_hit_reacts_no_more() -> None:
    walker = Walker(with_(Stops(Cue(at_s=1.0), 2.0)))
    walker.hit_s = 0.8
    walker.notice(1.0, seen())
    assert walker.stance(3.0).x_m == pytest.approx(4.0)


def test_wobble_keeps_to_the_way_and_within_its_breadth() -> None:
    user = replace(cyclist(0.0, -3.0, 0.0, RIDES), wobble=Wobble(0.1, 6.0))
    places = [Walker(user).stance(tick / 100) for tick in range(600)]
    offsets = [stance.y_m + 3.0 for stance in places]
    assert max(offsets) == pytest.approx(0.1, abs=0.001)
    assert min(offsets) == pytest.approx(-0.1, abs=0.001)
    for here, there in pairwise(places):
        course_rad = math.atan2(there.y_m - here.y_m, there.x_m - here.x_m)
        assert course_rad == pytest.approx((here.heading_rad + there.heading_rad) / 2, abs=0.002)


def test_in_a_bend_he_turns_as_fast_as_speed_over_radius() -> None:
    user = replace(cyclist(0.0, -3.0, 0.0, RIDES), path=(Piece(30.0, -20.0),))
    stance = Walker(user).stance(2.0)
    assert stance.yaw_rate_radps == pytest.approx(-5.0 / 20.0)
    assert stance.heading_rad == pytest.approx(-10.0 / 20.0)


def test_the_world_shows_him_how_far_the_truck_has_turned() -> None:
    base = near_side_turn(shipped_fit("demo"), gap_m=4.0)
    careful = replace(base.users[0], reactions=(Yields(Cue(truck_turned_rad=0.05), 4.0),))
    worlds = [World(replace(base, users=(user,))) for user in (base.users[0], careful)]
    going, waiting = (_driven(world, 6.5) for world in worlds)
    assert going.speed_mps == pytest.approx(5.0)
    assert waiting.speed_mps == 0.0
    assert waiting.x_m == pytest.approx(going.x_m - 5.0**2 / (2 * 4.0), abs=0.1)  # he came to rest just now
    assert worlds[1].contact is None


def _driven(world: World, until_s: float) -> Stance:
    for t_us in range(0, round(until_s * 1e6) + 1, 10_000):
        world.clearance_m(world.advance(t_us), t_us)
    return world.stances(round(until_s * 1e6))[0]


kinds = st.sampled_from(sorted(KINDS))


@settings(max_examples=20)
@given(kind=kinds, heading_rad=st.floats(-3, 3), wobble_m=st.floats(0, 0.1), within_m=st.floats(0.5, 8))
def test_mirrored_road_users_react_as_mirror_images(
    kind: str, heading_rad: float, wobble_m: float, within_m: float
) -> None:
    found: list[list[Stance]] = []
    for sign in (1.0, -1.0):
        near = "left" if sign > 0 else "right"
        at = Spot(4.0, sign * 4.0, sign * heading_rad)
        user = replace(
            of_kind(kind, at, (Move(0.0, 2.0), Move(1.0, 3.0, 0.7))),  # type: ignore[arg-type]
            path=(Piece(3.0), Piece(9.0, sign * 7.0)),
            wobble=Wobble(sign * wobble_m, 5.0),
            reactions=(Yields(Cue(truck_within_m=within_m), 2.0), Falls(Cue(at_s=2.6))),
        )
        base = near_side_turn(shipped_fit("demo"), near, turn_after_s=0.5)  # type: ignore[arg-type]
        world = World(replace(base, users=(user,), statics=()))
        stances = []
        for t_us in range(0, 3_000_001, 50_000):
            world.clearance_m(world.advance(t_us), t_us)
            stances += world.stances(t_us)
        found.append(stances)
    for left, right in zip(*found, strict=True):
        mirror = right._replace(
            y_m=-right.y_m, heading_rad=-right.heading_rad, yaw_rate_radps=-right.yaw_rate_radps
        )
        assert mirror == left


def test_walkers_do_not_depend_on_when_else_the_world_is_looked_at() -> None:
    """Radars look between the ticks; that must not move anybody."""
    user = replace(
        pedestrian(12.0, -4.0, math.pi / 2, (Move(0.0, 1.5),)),
        reactions=(Yields(Cue(truck_within_m=9.0), 2.0),),
    )
    places = []
    for extra in (False, True):
        world = World(straight(user))
        for t_us in range(0, 4_000_001, 10_000):
            if extra:
                world.advance(max(0, t_us - 3_000))
            world.advance(t_us)
        places.append(world.users_m(4_000_000)[0])
    assert places[0] == places[1]
    assert places[0][1] < -4.0 + 1.5 * 4.0 - 1.0  # and he did wait
