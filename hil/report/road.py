"""Kerbs and lane lines to draw under an encounter: kerbs where the simulator has kerb stones, else none."""

import math
from dataclasses import dataclass

from hil.encounter import Encounter
from hil.scene import opening_x_m
from hil.statics import Street
from radar_sim.figures.street import KERB_Y_M

Point = tuple[float, float]

BEFORE_M = -60.0
BEYOND_M = 120.0
LANE_M = 3.5
FAR_EDGE_M = -3 * LANE_M  # y away from the near side: two lanes and a strip to park on
CORNER_RADIUS_M = 1.5
CORNER_POINTS = 7
SIDE_ROAD_ENDS_M = 60.0
TEST_TRACK_M = 16.0  # paved to either side where no street is simulated


@dataclass(frozen=True, slots=True)
class Road:
    """Polylines in world axes."""

    surface: tuple[tuple[Point, ...], ...]  # closed outlines of what is driven on
    kerbs: tuple[tuple[Point, ...], ...]
    lane_lines: tuple[tuple[Point, ...], ...]


def road_of(encounter: Encounter) -> Road:
    """A straight road; where the driver turns, the side road that the turn leads into."""
    if not any(isinstance(static, Street) for static in encounter.statics):
        return _test_track(encounter)
    near, kerb_m = encounter.driver.near_sign, abs(KERB_Y_M)
    opening, beyond_m = opening_x_m(encounter), _beyond_m(encounter)
    far_kerb = [(BEFORE_M, FAR_EDGE_M), (beyond_m, FAR_EDGE_M)]
    surface = [[*far_kerb, (beyond_m, kerb_m), (BEFORE_M, kerb_m)]]
    lane_lines = [[(BEFORE_M, y), (beyond_m, y)] for y in (-1.5 * LANE_M, -LANE_M / 2)]
    cycle_lane = [(BEFORE_M, LANE_M / 2), (beyond_m, LANE_M / 2)]
    if opening is None:
        kerbs = [far_kerb, [(BEFORE_M, kerb_m), (beyond_m, kerb_m)]]
        lane_lines.append(cycle_lane)
    else:
        this_side, other_side = _corners(opening, kerb_m)
        kerbs = [far_kerb, [(BEFORE_M, kerb_m), *this_side], [*other_side, (beyond_m, kerb_m)]]
        surface.append([*this_side, *other_side])
        lane_lines.append([cycle_lane[0], (opening[0], LANE_M / 2)])
        lane_lines.append([(opening[1], LANE_M / 2), cycle_lane[1]])
        middle_m = (opening[0] + opening[1]) / 2
        lane_lines.append([(middle_m, kerb_m + CORNER_RADIUS_M), (middle_m, SIDE_ROAD_ENDS_M)])
    return Road(_on_side(surface, near), _on_side(kerbs, near), _on_side(lane_lines, near))


def _test_track(encounter: Encounter) -> Road:
    """Open ground with the lines of the truck's lane."""
    near, beyond_m = encounter.driver.near_sign, _beyond_m(encounter)
    ground = [(BEFORE_M, -TEST_TRACK_M), (beyond_m, -TEST_TRACK_M), (beyond_m, TEST_TRACK_M)]
    lines = [[(BEFORE_M, y), (beyond_m, y)] for y in (-LANE_M / 2, LANE_M / 2)]
    return Road(_on_side([[*ground, (BEFORE_M, TEST_TRACK_M)]], near), (), _on_side(lines, near))


def _beyond_m(encounter: Encounter) -> float:
    """Further than the truck comes."""
    return max(BEYOND_M, encounter.driver.speed_mps * encounter.duration_s - BEFORE_M)


def _corners(opening: tuple[float, float], kerb_m: float) -> tuple[list[Point], list[Point]]:
    """Kerb round the near corner and round the far one, y towards the near side."""
    angles = [n * math.pi / 2 / (CORNER_POINTS - 1) for n in range(CORNER_POINTS)]
    arc = [(CORNER_RADIUS_M * (1 - math.sin(a)), CORNER_RADIUS_M * (1 - math.cos(a))) for a in angles]
    this_side = [(opening[0] - x, kerb_m + y) for x, y in arc]
    other_side = [(opening[1] + x, kerb_m + y) for x, y in reversed(arc)]
    return (
        [*this_side, (opening[0], SIDE_ROAD_ENDS_M)],
        [(opening[1], SIDE_ROAD_ENDS_M), *other_side],
    )


def _on_side(lines: list[list[Point]], near: int) -> tuple[tuple[Point, ...], ...]:
    return tuple(tuple((x, near * y) for x, y in line) for line in lines)
