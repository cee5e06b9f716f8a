"""Kerbs and lane lines to draw under an encounter. For the eye only: no radar of the bench sees them."""

import math
from dataclasses import dataclass

from hil.encounter import Encounter

Point = tuple[float, float]

BEFORE_M = -60.0
BEYOND_M = 120.0
LANE_HALF_M = 1.75
KERB_BEYOND_CYCLIST_M = 1.25
CORNER_RADIUS_M = 6.0
INNER_WHEEL_TO_KERB_M = 1.0
SIDE_ROAD_M = 8.0
CORNER_POINTS = 13


@dataclass(frozen=True, slots=True)
class Road:
    """Polylines in world axes."""

    surface: tuple[tuple[Point, ...], ...]  # closed outlines of what is driven on
    kerbs: tuple[tuple[Point, ...], ...]
    lane_lines: tuple[tuple[Point, ...], ...]


def road_of(encounter: Encounter) -> Road:
    """A straight road; where the driver turns, a side road the turn fits into."""
    near = encounter.driver.near_sign
    kerb_m = _kerb_m(encounter)
    far_m = 3 * LANE_HALF_M
    corner_m = _side_road_m(encounter)
    kerbs = [[(BEFORE_M, -far_m), (BEYOND_M, -far_m)]]
    surface = [[(BEFORE_M, -far_m), (BEYOND_M, -far_m), (BEYOND_M, kerb_m), (BEFORE_M, kerb_m)]]
    cycle_lane = [(BEFORE_M, LANE_HALF_M), (BEYOND_M, LANE_HALF_M)]
    lane_lines = [[(BEFORE_M, -LANE_HALF_M), (BEYOND_M, -LANE_HALF_M)]]
    if corner_m is None:
        kerbs.append([(BEFORE_M, kerb_m), (BEYOND_M, kerb_m)])
        lane_lines.append(cycle_lane)
    else:
        this_side, other_side = _corners(corner_m, kerb_m)
        kerbs += [[(BEFORE_M, kerb_m), *this_side], [*other_side, (BEYOND_M, kerb_m)]]
        surface.append([*this_side, *other_side])
        lane_lines.append([cycle_lane[0], (this_side[0][0], LANE_HALF_M)])
        lane_lines.append([(other_side[-1][0], LANE_HALF_M), cycle_lane[1]])
    return Road(_on_side(surface, near), _on_side(kerbs, near), _on_side(lane_lines, near))


def _kerb_m(encounter: Encounter) -> float:
    cyclist = encounter.cyclist
    beside_m = 0.0 if cyclist is None else abs(cyclist.y_m) + KERB_BEYOND_CYCLIST_M
    return max(beside_m, LANE_HALF_M + 2.5)


def _side_road_m(encounter: Encounter) -> float | None:
    """Where along the road the near kerb of the side road runs: just clear of the inner rear wheels."""
    driver, body = encounter.driver, encounter.body
    if driver.turn_at_x_m is None or driver.final_steer_rad == 0:
        return None
    radius_m = body.wheelbase_m / math.tan(driver.final_steer_rad)
    ramp_m = driver.speed_mps * driver.final_steer_rad / driver.steer_rate_radps
    return driver.turn_at_x_m + ramp_m / 2 + radius_m - body.width_m / 2 - INNER_WHEEL_TO_KERB_M


def _corners(corner_m: float, kerb_m: float) -> tuple[list[Point], list[Point]]:
    """Kerb round the near corner and round the far one, y towards the near side."""
    angles = [n * math.pi / 2 / (CORNER_POINTS - 1) for n in range(CORNER_POINTS)]
    arc = [(math.sin(angle), 1 - math.cos(angle)) for angle in angles]
    radius_m = CORNER_RADIUS_M
    this_side = [(corner_m - radius_m + radius_m * x, kerb_m + radius_m * y) for x, y in arc]
    middle_m = corner_m + SIDE_ROAD_M / 2
    other_side = [(2 * middle_m - x, y) for x, y in reversed(this_side)]
    deep_m = -BEFORE_M
    return [*this_side, (corner_m, deep_m)], [(corner_m + SIDE_ROAD_M, deep_m), *other_side]


def _on_side(lines: list[list[Point]], near: int) -> tuple[tuple[Point, ...], ...]:
    return tuple(tuple((x, near * y) for x, y in line) for line in lines)
