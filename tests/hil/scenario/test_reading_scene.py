"""Road users, statics and environment as a file names them."""

import math
from pathlib import Path

import pytest

from edge_controller.errors import InputError
from edge_controller.messages import Side
from hil.encounter import Encounter
from hil.environment import Environment
from hil.path import Piece
from hil.reaction import Cue, Falls, Starts, Stops, Yields
from hil.road_user import RoadUser, Wobble
from hil.scenario.reading import read_scenario
from hil.statics import GuardRail, Parked, ParkedRow, Patch, Post, Row
from hil.walker import Walker
from tests.hil.scenario.samples import write

USER = "    heading: along\n"
MOVE = "      - {from_s: 0, speed_kmh: 18}\n"
STATIC = "  - kind: street\n"


def user(folder: Path, *changes: tuple[str, str], near: Side = "right") -> RoadUser:
    path = write(folder)
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")
    return read_scenario(path, near).encounter.users[0]


def with_static(folder: Path, words: str, near: Side = "right", top: str = "") -> Encounter:
    path = write(folder, STATIC, f"  - {{{words}}}\n")
    path.write_text(path.read_text(encoding="utf-8") + top, encoding="utf-8")
    return read_scenario(path, near).encounter


def test_speeds_he_comes_to_by_and_by(tmp_path: Path) -> None:
    later = f"{MOVE}      - {{from_s: 2, speed_kmh: 0, rate_mps2: 2.0}}\n"
    assert Walker(user(tmp_path, (MOVE, later))).stance(100.0).x_m == pytest.approx(-5.0 + 10.0 + 25 / 4)


@pytest.mark.parametrize(("near", "sign"), [("right", -1.0), ("left", 1.0)])
def test_way_wobble_and_heading_for_either_near_side(near: Side, sign: float, tmp_path: Path) -> None:
    more = "    path: [{length_m: 5}, {length_m: 8, radius_m: 10}]\n    wobble: {to_m: 0.1, every_m: 6}\n"
    rider = user(tmp_path, (USER, f"{USER}    turned_deg: 30\n{more}"), near=near)
    assert rider.path == (Piece(5.0, sign * math.inf), Piece(8.0, sign * 10.0))
    assert rider.wobble == Wobble(sign * 0.1, 6.0)
    assert rider.heading_rad == pytest.approx(sign * math.radians(30))
    assert rider.y_m == sign * (1.25 + 1.5)


def test_reactions(tmp_path: Path) -> None:
    more = (
        "    yields: {when: {truck_within_m: 4}, decel_mps2: 2, after_s: 0.5, waits_s: 2}\n"
        "    stops: {when: {truck_turned_deg: 10}, decel_mps2: 3}\n"
        "    starts: {when: {truck_stood_s: 1}, speed_kmh: 7.2, accel_mps2: 1.5}\n"
        "    falls: {when: {way_m: 30}, after_s: 0.1}\n"
    )
    assert user(tmp_path, (USER, USER + more)).reactions == (
        Yields(Cue(truck_within_m=4.0), 2.0, 0.5, 2.0),
        Stops(Cue(truck_turned_rad=math.radians(10)), 3.0),
        Starts(Cue(truck_stood_s=1.0), pytest.approx(2.0), 1.5),
        Falls(Cue(way_m=30.0), 0.1),
    )


def test_who_follows_the_road_keeps_his_distance_to_the_truck_in_a_bend(tmp_path: Path) -> None:
    """18 km/h on 27.25 m inside a bend of 30 m: after 5 m of straight road."""
    road = "road: [{length_m: 0.1}, {length_m: 60, radius_m: 30}]\nroad_users:"
    rider = user(tmp_path, (USER, f"{USER}    follows_road: true\n"), ("road_users:", road))
    x_m, y_m = Walker(rider).stance(4.0)[:2]
    assert math.hypot(x_m - 0.1, y_m + 30.0) == pytest.approx(30.0 - 2.75)


@pytest.mark.parametrize(
    ("words", "static"),
    [
        ("kind: wall, start_x_m: -5, end_x_m: 20, from_side_m: 1", Row("wall", -5.0, 20.0, -2.25)),
        ("kind: hedge, start_x_m: -5, end_x_m: 20, from_middle_m: -3", Row("hedge", -5.0, 20.0, 3.0)),
        ("kind: guard_rail, start_x_m: 0, end_x_m: 9, from_side_m: 1", GuardRail(0.0, 9.0, -2.25)),
        (
            "kind: parked_row, start_x_m: 0, end_x_m: 40, from_side_m: 2, gap_from_x_m: 9, gap_to_x_m: 15",
            ParkedRow(0.0, 40.0, -3.25, (9.0, 15.0)),
        ),
        ("kind: tree, x_m: 7, from_side_m: 2", Post("tree", 7.0, -3.25)),
        ("kind: bus, x_m: 7, from_side_m: 2, heading: along", Parked("bus", 7.0, -3.25, 0.0)),
        (
            "kind: leaves, start_x_m: 0, end_x_m: 9, from_side_m: 1, width_m: 3",
            Patch("leaves", (0.0, -5.25), (9.0, -2.25)),
        ),
    ],
)
def test_statics(words: str, static: object, tmp_path: Path) -> None:
    assert with_static(tmp_path, words).statics == (static,)


def test_a_tunnel_has_a_wall_on_either_side(tmp_path: Path) -> None:
    words = "kind: tunnel, start_x_m: -5, end_x_m: 50, from_side_m: 1, width_m: 9"
    assert with_static(tmp_path, words).statics == (
        Row("wall", -5.0, 50.0, -2.25),
        Row("wall", -5.0, 50.0, 6.75),
    )
    near_left = with_static(tmp_path, words, near="left").statics
    assert [static.y_m for static in near_left if isinstance(static, Row)] == [2.25, -6.75]


def test_statics_follow_the_road(tmp_path: Path) -> None:
    road = "road: [{length_m: 10}, {length_m: 50, radius_m: 30}]\n"
    (wall,) = with_static(tmp_path, "kind: wall, start_x_m: 0, end_x_m: 40, from_side_m: 1", top=road).statics
    assert isinstance(wall, Row)
    assert wall.road == (Piece(10.0, -math.inf), Piece(50.0, -30.0))


def test_environment(tmp_path: Path) -> None:
    words = "environment: {rain_mm_per_h: 20, film_db: 3, spray: water, interferers: 2}\n"
    street = "kind: street"
    assert with_static(tmp_path, street, top=words).environment == Environment(20.0, 3.0, "water", 2)
    assert with_static(tmp_path, street).environment == Environment()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (USER, f"{USER}    wobble: {{to_m: 0.5, every_m: 6}}\n", "wobble.to_m is 0.5, outside 0 to 0.1"),
        (
            USER,
            f"{USER}    path: [{{length_m: 5, radius_m: 0.1}}]\n",
            "radius_m is 0.1, tighter than anybody",
        ),
        (USER, f"{USER}    falls: {{when: {{}}}}\n", "falls.when must say exactly one of at_s"),
        (
            USER,
            f"{USER}    stops: {{when: {{at_s: 1, way_m: 2}}, decel_mps2: 2}}\n",
            "must say exactly one of at_s",
        ),
        (USER, f"{USER}    stops: {{when: {{at_s: 1}}}}\n", "stops.decel_mps2 is missing"),
        (USER, "    heading: against\n    follows_road: true\n", "follows_road is for those who go along"),
        ("kind: cyclist", "kind: wheelchair", "speed_kmh is 18, outside 0 to 15.12"),
        ("kind: cyclist", "kind: car\n    falls: {when: {at_s: 1}}", "falls is nothing a car does"),
        (STATIC, "  - {kind: wall, start_x_m: 5, end_x_m: 5, from_side_m: 1}\n", "must lie beyond start_x_m"),
        (STATIC, "  - {kind: bus, x_m: 5, from_side_m: 1}\n", "statics[0].heading is missing"),
        ("needs:", "environment: {interferers: 5}\nneeds:", "interferers is 5, outside 0 to 4"),
        ("needs:", "environment: {spray: oil}\nneeds:", "spray is 'oil', not one of none, water, gravel"),
        ("needs:", "environment: {snow: 1}\nneeds:", "environment.snow is not a key"),
    ],
)
def test_a_bad_scene_is_one_sentence(old: str, new: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        read_scenario(write(tmp_path, old, new))
    assert says in str(refused.value)
