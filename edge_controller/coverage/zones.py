"""Zones and test points of UN R151 and UN R159 in truck axes, for either near side."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_controller.config import Truck

Points = NDArray[np.float64]  # (point, 3): x, y, z in truck axes


@dataclass(frozen=True, slots=True)
class Zone:
    """A rectangle on the ground; `low` and `high` are its corners (x, y)."""

    name: str
    low_m: tuple[float, float]
    high_m: tuple[float, float]

    def grid(self, step_m: float, z_m: float) -> Points:
        """Centres of the cells, (cell, 3), x slowest; edges that do not divide get slightly smaller cells."""
        axes = [_centres(a, b, step_m) for a, b in zip(self.low_m, self.high_m, strict=True)]
        x, y = np.meshgrid(*axes, indexing="ij")
        return np.column_stack([x.ravel(), y.ravel(), np.full(x.size, z_m)])


def _centres(low: float, high: float, step: float) -> NDArray[np.float64]:
    count = max(1, round((high - low) / step))
    # Built outwards from the middle, so that a mirrored zone gives exactly mirrored cells.
    steps = np.arange(count, dtype=np.float64) - (count - 1) / 2
    return np.asarray((low + high) / 2 + steps * ((high - low) / count), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Target:
    """What has to be seen: the middle of its height stands for it."""

    name: str
    rcs_dbsm: float
    height_m: float


# Cyclist seen from the front or the rear: the lower of two published sets, Belgiovane and Chen, EuCAP 2016.
# Pedestrian: Yamada et al., EuMC 2005; the child 3 dB less. Heights: dummies of ISO 19206-2 and -4.
CYCLIST = Target("cyclist", -11.6, 1.865)
ADULT = Target("adult", -7.0, 1.8)
CHILD = Target("child", -10.0, 1.154)


@dataclass(frozen=True, slots=True)
class TestPoint:
    """Where a rule's target is when the signal has to be on at the latest."""

    __test__ = False  # not a test for pytest

    name: str
    target: Target
    position_m: tuple[float, float, float]
    velocity_mps: tuple[float, float]  # relative to the truck, truck axes

    def describe(self) -> str:
        """The position in words."""
        x = self.position_m[0]
        return f"{abs(x):.1f} m {'ahead of' if x > 0 else 'behind'} the front"


KMH = 1 / 3.6

# UN R151 original series, table of the dynamic test:
# bicycle km/h, vehicle km/h, lateral m, d_a m, d_b m, d_c m (last point of information).
# fmt: off
R151_ROWS = (
    (20, 10, 1.25, 44.4, 15.8, 15.0),
    (20, 10, 1.25, 44.4, 22.0, 15.0),
    (20, 20, 1.25, 44.4, 38.3, 38.3),
    (10, 20, 4.25, 22.2, 43.5, 15.0),
    (10, 10, 4.25, 22.2, 19.8, 19.8),
    (20, 10, 4.25, 44.4, 14.7, 15.0),
    (20, 10, 4.25, 44.4, 17.7, 15.0),
)

# UN R159 static crossing cases: target, at the far plane or at 0.8 m, from the near side, km/h.
R159_CASES = (
    (CHILD,   False, True,  3),
    (ADULT,   True,  True,  3),
    (CYCLIST, False, False, 3),
    (CYCLIST, True,  True,  5),
    (ADULT,   False, False, 5),
    (CHILD,   True,  False, 5),
)
# fmt: on

R151_BEHIND_M = 30.0
R151_AHEAD_M = 7.0
R151_LATERAL_M = (0.25, 4.25)
R159_PLANES_M = (0.8, 3.7)  # minimum plane and d_FSP
R159_SIDE_M = 0.5
OFF_SIDE_M = 1.0  # no rule names it: the tail of a truck that turns swings out there


def r151_zone(truck: Truck) -> Zone:
    """30 m behind to 7 m ahead of the near front corner, 0.25 to 4.25 m out."""
    inner, outer = (truck.near_sign * (truck.width_m / 2 + lateral) for lateral in R151_LATERAL_M)
    return Zone("UN R151", (-R151_BEHIND_M, min(inner, outer)), (R151_AHEAD_M, max(inner, outer)))


def r159_zone(truck: Truck) -> Zone:
    """0.8 to 3.7 m ahead of the front, vehicle width and 0.5 m to each side."""
    half = truck.width_m / 2 + R159_SIDE_M
    return Zone("UN R159", (R159_PLANES_M[0], -half), (R159_PLANES_M[1], half))


def off_side(truck: Truck) -> Zone:
    """The strip beside the body away from the near side, front to rear."""
    inner, outer = (-truck.near_sign * (truck.width_m / 2 + out_m) for out_m in (0.0, OFF_SIDE_M))
    return Zone("off side", (-truck.length_m, min(inner, outer)), (0.0, max(inner, outer)))


def r151_points(truck: Truck) -> tuple[TestPoint, ...]:
    """The bicycle of each row when the truck's front crosses the last point of information."""
    return tuple(_r151_point(f"UN R151 row {n}", truck, row) for n, row in enumerate(R151_ROWS, 1))


def _r151_point(name: str, truck: Truck, row: tuple[float, ...]) -> TestPoint:
    bicycle_kmh, truck_kmh, lateral, d_a, d_b, d_c = row
    # Bicycle at d_a and front at d_b at the same moment; the front reaches d_c this much later.
    later_s = (d_b - d_c) / (truck_kmh * KMH)
    x = d_c - (d_a - bicycle_kmh * KMH * later_s)
    y = truck.near_sign * (truck.width_m / 2 + lateral)
    return TestPoint(name, CYCLIST, (x, y, CYCLIST.height_m / 2), ((bicycle_kmh - truck_kmh) * KMH, 0.0))


def r159_points(truck: Truck) -> tuple[TestPoint, ...]:
    """The crossing target of each case on the separation plane it comes through."""
    return tuple(_r159_point(f"UN R159 case {n}", truck, case) for n, case in enumerate(R159_CASES, 1))


def _r159_point(name: str, truck: Truck, case: tuple[Target, bool, bool, float]) -> TestPoint:
    target, far, near_side, kmh = case
    side = truck.near_sign if near_side else -truck.near_sign
    y = side * (truck.width_m / 2 + R159_SIDE_M)
    return TestPoint(name, target, (R159_PLANES_M[far], y, target.height_m / 2), (0.0, -side * kmh * KMH))
