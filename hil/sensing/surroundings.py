"""What stands beside the truck at a moment, as far as it shows what is not there."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from hil.plant.body import Pose
from hil.road_user import KINDS, VEHICLES
from hil.sight import Place
from hil.statics import (
    GuardRail,
    Parked,
    ParkedRow,
    Patch,
    Row,
    RowKind,
    Static,
    Street,
    chords,
    parked_cars,
)

Floats = NDArray[np.float64]
Around = Literal["metal", "wall", "parked", "leaves", "rail", "low", "street", "open"]
AROUND: tuple[Around, ...] = get_args(Around)  # what shows most that is not there first
FREE: tuple[Around, ...] = ("street", "open")
ROWS: Mapping[RowKind, Around] = {
    "metal_wall": "metal",
    "hoarding": "metal",
    "wall": "wall",
    "tarpaulin": "wall",
    "metal_fence": "low",
    "hedge": "low",
    "kerb": "low",
}
# From the front bumper and from the truck's middle: further away it shows nothing beside us.
AHEAD_M, BEHIND_M, BESIDE_M = 20.0, 24.0, 12.0
# So many metres of it (of leaves, square metres) show as much as more do. Of fewer the square of their share:
# an echo that comes a second way needs two of its places.
WHOLE_M = 20.0
LEAST_M = 5.0  # less is as if there were none


@dataclass(frozen=True, slots=True)
class Setting:
    """What shows most of all that is within reach, and how much of that there is: 1 is all."""

    around: Around
    share: float


class Surroundings:
    """Of one encounter: marks along its statics, so that what is within reach is counted quickly."""

    def __init__(self, statics: Iterable[Static]) -> None:
        statics = tuple(statics)
        found: dict[Around, list[Floats]] = {}
        for static in statics:
            if (around := around_of(static)) is not None:
                found.setdefault(around, []).append(_marks(static))
        self._free: Around = "street" if any(isinstance(one, Street) for one in statics) else "open"
        self._marks = [(name, np.concatenate(found[name])) for name in AROUND if name in found]

    def at(self, pose: Pose) -> Setting:
        """From the truck as it stands now."""
        cos, sin = math.cos(pose.heading_rad), math.sin(pose.heading_rad)
        for name, marks_m in self._marks:
            dx_m, dy_m = marks_m[:, 0] - pose.x_m, marks_m[:, 1] - pose.y_m
            x_m, y_m = dx_m * cos + dy_m * sin, dy_m * cos - dx_m * sin
            seen = (x_m <= AHEAD_M) & (x_m >= -BEHIND_M) & (np.abs(y_m) <= BESIDE_M)
            if (within_m := int(np.count_nonzero(seen))) >= LEAST_M:
                return Setting(name, min(within_m / WHOLE_M, 1.0) ** 2)
        return Setting(self._free, 1.0)


def around_of(static: Static) -> Around | None:
    """None of what shows nothing, or stands along the whole road."""
    if isinstance(static, Row):
        return ROWS[static.kind]
    if isinstance(static, ParkedRow) or (isinstance(static, Parked) and static.kind in VEHICLES):
        return "parked"
    if isinstance(static, GuardRail):
        return "rail"
    return "leaves" if isinstance(static, Patch) and static.kind == "leaves" else None


@lru_cache(maxsize=256)
def _marks(static: Static) -> Floats:
    """(n, 2) in world axes, one for each metre of its length, or square metre of a patch."""
    if isinstance(static, Patch):
        (low_x, low_y), (high_x, high_y) = static.low_m, static.high_m
        x_m, y_m = np.meshgrid(np.arange(low_x + 0.5, high_x), np.arange(low_y + 0.5, high_y))
        return np.column_stack([x_m.ravel(), y_m.ravel()])
    if isinstance(static, Row | GuardRail):
        return np.concatenate([_along(start, end) for start, end in chords(static)])
    cars = parked_cars(static) if isinstance(static, ParkedRow) else (static,)
    ends = [_ends(car) for car in cars if isinstance(car, Parked)]
    return np.concatenate([np.empty((0, 2)), *(_along(tail, front) for tail, front in ends)])


def _ends(car: Parked) -> tuple[Place, Place]:
    half_m = KINDS[car.kind].length_m / 2
    x_m, y_m = half_m * math.cos(car.heading_rad), half_m * math.sin(car.heading_rad)
    return (car.x_m - x_m, car.y_m - y_m), (car.x_m + x_m, car.y_m + y_m)


def _along(start: Place, end: Place) -> Floats:
    count = max(1, round(math.dist(start, end)))
    shares = (np.arange(count)[:, None] + 0.5) / count
    found: Floats = np.array(start) + shares * (np.array(end) - np.array(start))
    return found
