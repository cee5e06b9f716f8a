"""Point scatterers in world axes (x, y level, z up), and how they move within a frame."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from radar_sim.compiled import exactly
from radar_sim.errors import SceneError

Floats = NDArray[np.float64]

FARTHEST_M = 1e7  # on any axis, of what has a name; there float64 still tells 2 nm, and nothing overflows


class Aspect(IntEnum):
    """By which table or law of `radar_sim.rcs` a point's cross section follows from where it is seen."""

    NONE = 0
    CYCLIST_BELGIOVANE = 1
    CYCLIST_WENGERTER = 2
    CAR_WENGERTER = 3
    CAR_BESIDE_MIRRORS = 20
    KERB = 21
    CYLINDER = 22
    GROUND = 23


LAST_ASPECT = max(Aspect)


def _none() -> Floats:
    return np.empty(0)


@dataclass(frozen=True, slots=True)
class Scatterers:
    """Points that reflect. Within a frame each moves as a cubic of the time since the scene's instant.

    A point with an `aspect` belongs to a thing that faces along `heading_rad`: its cross section is then
    `rcs_m2` times that table's value for the side seen. Without `aspect` a heading means a cyclist.
    """

    position_m: Floats  # (n, 3)
    velocity_mps: Floats  # (n, 3), over ground
    rcs_m2: Floats  # (n,)
    heading_rad: Floats = field(default_factory=_none)  # (n,) or left out; nan where nothing faces anywhere
    aspect: NDArray[np.uint8] = field(default_factory=lambda: np.empty(0, np.uint8))  # (n,) or left out
    acceleration_mps2: Floats = field(default_factory=_none)  # (n, 3) or left out
    jerk_mps3: Floats = field(default_factory=_none)  # (n, 3) or left out

    def __post_init__(self) -> None:
        count = len(np.atleast_1d(self.rcs_m2))
        self._take("position_m", self.position_m, (count, 3))
        self._take("velocity_mps", self.velocity_mps, (count, 3))
        self._take("rcs_m2", self.rcs_m2, (count,))
        self._take("acceleration_mps2", _or_zeros(self.acceleration_mps2, (count, 3)), (count, 3))
        self._take("jerk_mps3", _or_zeros(self.jerk_mps3, (count, 3)), (count, 3))
        if np.any(self.rcs_m2 < 0):
            raise SceneError("scatterers: rcs_m2 has a negative value")
        self._take_facing(count)

    def _take_facing(self, count: int) -> None:
        heading = np.asarray(self.heading_rad, dtype=np.float64)
        if heading.size == 0:
            heading = np.full(count, np.nan)
        if heading.shape != (count,) or np.any(np.isinf(heading)):
            raise SceneError(
                f"scatterers: heading_rad must hold {count} angles, nan where there is no facing"
            )
        aspect = np.asarray(self.aspect, dtype=np.uint8)
        if aspect.size == 0:
            aspect = np.where(np.isnan(heading), Aspect.NONE, Aspect.CYCLIST_BELGIOVANE).astype(np.uint8)
        if aspect.shape != (count,) or np.any(aspect > LAST_ASPECT):
            raise SceneError(f"scatterers: aspect must hold {count} numbers of tables, 0 to {LAST_ASPECT}")
        if np.any(np.isnan(heading) & (aspect != Aspect.NONE)):
            raise SceneError("scatterers: a point with an aspect has no heading_rad")
        object.__setattr__(self, "heading_rad", heading)
        object.__setattr__(self, "aspect", aspect)

    def _take(self, name: str, value: ArrayLike, shape: tuple[int, ...]) -> None:
        array = np.asarray(value, dtype=np.float64)
        if array.size == 0:
            array = array.reshape(shape)
        if array.shape != shape:
            raise SceneError(f"scatterers: {name} has shape {array.shape}, not {shape}")
        if not np.all(np.isfinite(array)):
            raise SceneError(f"scatterers: {name} has a value that is not a finite number")
        object.__setattr__(self, name, array)

    def __len__(self) -> int:
        return len(self.rcs_m2)


def _or_zeros(value: ArrayLike, shape: tuple[int, ...]) -> Floats:
    array = np.asarray(value, dtype=np.float64)
    return array if array.size else np.zeros(shape)


@cache
def no_scatterers() -> Scatterers:
    """An empty world."""
    return Scatterers(np.empty((0, 3)), np.empty((0, 3)), np.empty(0))


def join(*parts: Scatterers) -> Scatterers:
    """Several groups as one, in the order given."""
    if not parts:
        return no_scatterers()
    return _of_checked(lambda name: np.concatenate([getattr(part, name) for part in parts]))


def chosen(points: Scatterers, which: NDArray[np.bool_] | NDArray[np.intp]) -> Scatterers:
    """Some of them, by mask or by number."""
    return _of_checked(lambda name: getattr(points, name)[which])


def carried(points: Scatterers, motion: Floats, heading_rad: Floats) -> Scatterers:
    """Points that were checked, on a way that follows from theirs; `motion` holds four orders (4, n, 3)."""
    return _of_checked(_columns(motion, points.rcs_m2, heading_rad, points.aspect).__getitem__)


def checked(motion: Floats, rcs_m2: Floats, heading_rad: Floats, aspect: NDArray[np.uint8]) -> Scatterers:
    """Points that face as their aspects ask; `motion` holds four orders (4, n, 3) and is checked at once."""
    columns = _columns(motion, rcs_m2, heading_rad, aspect)
    sound = np.isfinite(motion).all() and np.isfinite(rcs_m2).all() and (rcs_m2 >= 0).all()
    if sound and motion.shape[1:] == (len(rcs_m2), 3):
        return _of_checked(columns.__getitem__)
    return Scatterers(**columns)  # says what is wrong


def _columns(
    motion: Floats, rcs_m2: Floats, heading_rad: Floats, aspect: NDArray[np.uint8]
) -> dict[str, NDArray[Any]]:
    position_m, velocity_mps, acceleration_mps2, jerk_mps3 = motion
    return {
        "position_m": position_m,
        "velocity_mps": velocity_mps,
        "rcs_m2": rcs_m2,
        "heading_rad": heading_rad,
        "aspect": aspect,
        "acceleration_mps2": acceleration_mps2,
        "jerk_mps3": jerk_mps3,
    }


def _of_checked(column: Callable[[str], NDArray[Any]]) -> Scatterers:
    """Columns of sets that were checked when they were made need no second look."""
    points = object.__new__(Scatterers)
    for name in Scatterers.__slots__:
        object.__setattr__(points, name, column(name))
    return points


def mirrored(points: Scatterers, mirror: float) -> Scatterers:
    """Across the x-z plane where `mirror` is -1: what a near side on the left makes of it."""
    sign = np.array([1.0, mirror, 1.0])
    return Scatterers(
        points.position_m * sign,
        points.velocity_mps * sign,
        points.rcs_m2,
        points.heading_rad * mirror,
        points.aspect,
        points.acceleration_mps2 * sign,
        points.jerk_mps3 * sign,
    )


def standing(x_m: Floats, y_m: Floats, z_m: Floats, rcs_dbsm: Floats) -> Scatterers:
    """Points at rest."""
    position_m = np.stack([x_m, y_m, z_m], axis=1)
    return Scatterers(position_m, np.zeros(position_m.shape), 10 ** (rcs_dbsm / 10))


def turned(vectors: Floats, angle_rad: float) -> Floats:
    """Vectors (..., 3) rotated to the left about z; a matrix product may change its order of sums."""
    rows = np.ascontiguousarray(vectors, dtype=np.float64).reshape(-1, 3)
    return _turned(rows, np.cos(angle_rad), np.sin(angle_rad)).reshape(vectors.shape)


@exactly
def _turned(vectors: Floats, cos: float, sin: float) -> Floats:
    rows = np.empty(vectors.shape)
    for n in range(len(vectors)):
        x, y, z = vectors[n]
        rows[n, 0], rows[n, 1], rows[n, 2] = cos * x - sin * y, sin * x + cos * y, z
    return rows
