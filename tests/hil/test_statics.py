"""Where statics stand: beside straight roads and bends, with gaps."""

import math

import pytest

from hil.path import Piece
from hil.roadside import names, thing
from hil.statics import GuardRail, ParkedRow, Post, Row, Sign, Street, chords, parked_cars, screens_of

BEND = (Piece(10.0), Piece(40.0, -30.0))  # to the right after 10 m


def test_a_row_follows_the_bend_at_its_distance() -> None:
    pieces = chords(Row("wall", -5.0, 40.0, -3.0, BEND))
    assert len(pieces) == 15  # 45 m in pieces of 3
    for start, end in pieces:
        for x_m, y_m in (start, end):
            to_middle_m = math.hypot(x_m - 10.0, y_m + 30.0)
            assert (y_m == -3.0) if x_m <= 10.0 else (to_middle_m == pytest.approx(27.0))


def test_a_straight_row_is_one_piece() -> None:
    assert chords(Row("wall", -5.0, 40.0, -3.0)) == [((-5.0, -3.0), (40.0, -3.0))]


def test_cars_are_parked_bumper_to_bumper_but_for_the_gap() -> None:
    """4.5 m cars a metre apart: 21 m hold four."""
    assert [car.x_m for car in parked_cars(ParkedRow(0.0, 21.0, -4.0))] == [2.25, 7.75, 13.25, 18.75]
    assert len(parked_cars(ParkedRow(0.0, 20.9, -4.0))) == 3
    assert [car.x_m for car in parked_cars(ParkedRow(0.0, 21.5, -4.0, (6.0, 12.0)))] == [2.25, 18.75]


def test_cars_in_a_bend_face_along_it() -> None:
    cars = parked_cars(ParkedRow(10.0, 40.0, -4.0, road=BEND))
    for car in cars:
        assert math.hypot(car.x_m - 10.0, car.y_m + 30.0) == pytest.approx(26.0)
        bearing_rad = math.atan2(car.y_m + 30.0, car.x_m - 10.0)
        assert car.heading_rad == pytest.approx(bearing_rad - math.pi / 2)


@pytest.mark.parametrize("y_m", [-3.0, 3.0])
def test_depth_is_away_from_the_road(y_m: float) -> None:
    (slab,) = screens_of([Row("hedge", 0.0, 10.0, y_m)])
    assert sorted({abs(y) for _, y in slab.corners}) == [3.0, 4.0]
    (hedge,) = thing(Row("hedge", 0.0, 10.0, y_m), 1, "right", None, "full").boxes
    assert (hedge.y_m, hedge.width_m) == (pytest.approx(math.copysign(3.5, y_m)), 1.0)


def test_a_rail_in_a_bend_has_a_mirror_for_each_piece_and_its_points_on_the_curve() -> None:
    rail = GuardRail(10.0, 40.0, -3.0, BEND)
    assert len(thing(rail, 1, "right", None, "full").mirrors) == 10
    points = thing(rail, 1, "right", None, "plain").scatterers.position_m
    from_middle_m = [math.hypot(x - 10.0, y + 30.0) for x, y, _ in points]
    assert min(from_middle_m) > 26.7  # posts stand 0.15 m behind, chords sag 0.04 m
    assert max(from_middle_m) < 27.05


def test_each_of_a_kind_has_a_name_of_its_own_and_the_first_the_old_one() -> None:
    statics = [Sign(1.0, 2.0), Post("bin", 0.0, 0.0), Sign(2.0, 2.0), Street(), Post("tree", 0.0, 0.0)]
    assert names(statics) == ["sign", "bin", "sign 2", "street", "tree"]
