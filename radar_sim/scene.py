"""What the radars look at: the truck's pose and point scatterers, in world axes (x, y level, z up)."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from radar_sim.errors import SceneError

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TruckPose:
    """World pose of the truck-axes origin, the ground below the middle of the front bumper.

    The point without side slip lies `no_side_slip_x_m` along the truck's axis and moves along the heading;
    the velocity of the origin, and of each radar, follows from that and the yaw rate.
    """

    x_m: float
    y_m: float
    heading_rad: float
    speed_mps: float
    yaw_rate_radps: float  # positive to the left
    no_side_slip_x_m: float

    def __post_init__(self) -> None:
        for name in self.__slots__:
            if not np.isfinite(getattr(self, name)):
                raise SceneError(f"truck pose: {name} is {getattr(self, name)!r}, not a finite number")


@dataclass(frozen=True, slots=True)
class Scatterers:
    """Points that reflect. A point with a `heading_rad` belongs to a cyclist who faces that way: its cross
    section then follows the aspect (radar_sim.cyclist); where that is nan it is the same from all sides."""

    position_m: Floats  # (n, 3)
    velocity_mps: Floats  # (n, 3), over ground
    rcs_m2: Floats  # (n,)
    heading_rad: Floats = field(default_factory=lambda: np.empty(0))  # (n,) or left out

    def __post_init__(self) -> None:
        count = len(np.atleast_1d(self.rcs_m2))
        self._take("position_m", self.position_m, (count, 3))
        self._take("velocity_mps", self.velocity_mps, (count, 3))
        self._take("rcs_m2", self.rcs_m2, (count,))
        if np.any(self.rcs_m2 < 0):
            raise SceneError("scatterers: rcs_m2 has a negative value")
        heading = np.asarray(self.heading_rad, dtype=np.float64)
        if heading.size == 0:
            heading = np.full(count, np.nan)
        if heading.shape != (count,) or np.any(np.isinf(heading)):
            raise SceneError(
                f"scatterers: heading_rad must hold {count} angles, nan where there is no facing"
            )
        object.__setattr__(self, "heading_rad", heading)

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


def no_scatterers() -> Scatterers:
    """An empty world."""
    return Scatterers(np.empty((0, 3)), np.empty((0, 3)), np.empty(0))


def join(*parts: Scatterers) -> Scatterers:
    """Several groups as one, in the order given."""
    if not parts:
        return no_scatterers()
    return Scatterers(
        np.concatenate([part.position_m for part in parts]),
        np.concatenate([part.velocity_mps for part in parts]),
        np.concatenate([part.rcs_m2 for part in parts]),
        np.concatenate([part.heading_rad for part in parts]),
    )


def placed(
    local_m: Floats, local_mps: Floats, x_m: float, y_m: float, heading_rad: float
) -> tuple[Floats, Floats]:
    """Positions and velocities of a thing's own axes (x ahead, y left) carried to the world."""
    position_m = turned(local_m, heading_rad) + np.array([x_m, y_m, 0.0])
    return position_m, turned(local_mps, heading_rad)


def turned(vectors: Floats, angle_rad: float) -> Floats:
    """Rotated to the left about z; written out because a matrix product may change its order of sums."""
    cos, sin = np.cos(angle_rad), np.sin(angle_rad)
    x, y, z = vectors[:, 0], vectors[:, 1], vectors[:, 2]
    return np.stack([cos * x - sin * y, sin * x + cos * y, z], axis=1)


@dataclass(frozen=True, slots=True)
class Scene:
    """State at the start of a frame's first chirp; inside the frame all move on by their velocities."""

    truck: TruckPose
    scatterers: Scatterers
