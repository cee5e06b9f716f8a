"""What turns: wheels that roll, with rims and spokes, and whatever else runs in circles.

Written about hubs that rest in the vehicle's axes: a rim runs at +-v about its hub. Carried along with the
vehicle, the same points stand still at the road and move at twice the speed at the top, whatever the radius.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from radar_sim.compiled import exactly
from radar_sim.figures.motion import Motion, cos_sin, joined, of, steady
from radar_sim.scene.scatterers import Floats

TURN = 2 * math.pi
Vector = tuple[float, float, float]
UP, AHEAD = (0.0, 0.0, 1.0), (1.0, 0.0, 0.0)
ROLLING = np.array([UP, AHEAD])  # axes of what turns as a wheel does that goes ahead
RIM_SHARES = (1.0, 0.6)  # of a car's or truck's wheel: tread, and bolts or rim edge, in radii


def circle(centre_m: ArrayLike, radius_m: Floats, angle: Motion, axes: ArrayLike) -> Motion:
    """Points at `angle` from the first of two axes towards the second."""
    cos, sin = cos_sin(angle)
    centres_m = np.empty((angle.count, 3))
    centres_m[:] = centre_m
    return Motion(_circled(cos.orders, sin.orders, radius_m, centres_m, np.asarray(axes)))


@exactly
def _circled(cosines: Floats, sines: Floats, radius_m: Floats, centre_m: Floats, axes: Floats) -> Floats:
    points = np.empty((*cosines.shape, 3))
    for order in range(len(points)):
        for n in range(len(radius_m)):
            for axis in range(3):
                outward = cosines[order, n] * axes[0, axis] + sines[order, n] * axes[1, axis]
                centre = centre_m[n, axis] if order == 0 else 0.0
                points[order, n, axis] = radius_m[n] * outward + centre
    return points


def rolled(way_m: float, speed_mps: float, radius_m: float, start_rad: float) -> Motion:
    """Angle of a wheel that has come so far."""
    return steady(start_rad + way_m / radius_m, speed_mps / radius_m)


@dataclass(frozen=True, slots=True)
class Wheel:
    """Its hub in the vehicle's axes and what is drawn of it."""

    x_m: float
    radius_m: float
    rim_points: int
    spokes: int
    spoke_points: int = 1  # along each spoke: more make it flash more sharply
    y_m: float = 0.0

    def rim(self) -> "Round":
        """Points of the tyre and rim, evenly round."""
        return self._round(self.rim_points, np.array([self.radius_m]))

    def spoke(self) -> "Round":
        """Points along the spokes, all spokes alike: seen again after each turn by one spoke."""
        along = (np.arange(self.spoke_points) + 1) / (self.spoke_points + 1)
        return self._round(self.spokes, self.radius_m * along)

    def hub(self) -> Motion:
        """The one point that goes straight on."""
        return of(np.array([[self.x_m, self.y_m, self.radius_m]]))

    def disc(self, count: int, radius_m: float) -> "Round":
        """Points round the hub that turn with the wheel."""
        return self._round(count, np.array([radius_m]))

    def _round(self, count: int, radii_m: Floats) -> "Round":
        start_rad = np.repeat(np.arange(count) * TURN / count, len(radii_m))
        centre_m = np.array([self.x_m, self.y_m, self.radius_m])
        return Round(start_rad, np.tile(radii_m, count), np.tile(centre_m, (len(start_rad), 1)))


@dataclass(frozen=True, slots=True, eq=False)
class Round:
    """Points that turn, each about a centre of its own: (n,), (n,), (n, 3)."""

    start_rad: Floats
    radius_m: Floats
    centre_m: Floats

    def at(self, rolled: Motion) -> Motion:
        """All of them by one angle, or each by its own."""
        return circle(self.centre_m, self.radius_m, rolled + self.start_rad, ROLLING)


def wheels(drawn: Sequence[Wheel], turning: Sequence[Motion]) -> dict[str, Motion]:
    """Rims, spokes and hubs of all wheels; each turns by its own angle."""
    every, of_wheel, rims, hubs = _every(tuple(drawn))
    angles = np.array([angle.orders for angle in turning])
    at = every.at(Motion(angles[of_wheel].T)).orders
    return {"rims": Motion(at[:, :rims]), "spokes": Motion(at[:, rims:]), "hubs": hubs}


@lru_cache(maxsize=64)
def _every(drawn: tuple[Wheel, ...]) -> tuple[Round, NDArray[np.intp], int, Motion]:
    """Rims, then spokes, as one; the wheel of each point; how many are of rims; the hubs."""
    parts = [wheel.rim() for wheel in drawn] + [wheel.spoke() for wheel in drawn]
    counts = [len(part.start_rad) for part in parts]
    every = Round(
        np.concatenate([part.start_rad for part in parts]),
        np.concatenate([part.radius_m for part in parts]),
        np.concatenate([part.centre_m for part in parts]),
    )
    of_wheel = np.repeat(np.tile(np.arange(len(drawn)), 2), counts)
    return every, of_wheel, sum(counts[: len(drawn)]), joined(*(wheel.hub() for wheel in drawn))


def road_wheel(hub_m: Vector, radius_m: float, rolled: Motion, *, steer_rad: float = 0.0) -> Motion:
    """A car's or truck's wheel: eight points evenly about it and one at its hub, steered to the left."""
    count = 8
    angle = rolled + np.arange(count, dtype=np.float64) * (TURN / count)
    ahead = (math.cos(steer_rad), math.sin(steer_rad), 0.0)
    rim = circle(hub_m, radius_m * np.resize(RIM_SHARES, count), angle, (UP, ahead))
    return joined(rim, of(np.array([hub_m])))
