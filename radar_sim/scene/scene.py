"""What the radars look at: the truck's pose, things, and the world between them."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from radar_sim.errors import SceneError
from radar_sim.scene.bodies import Box, Mirror
from radar_sim.scene.scatterers import FARTHEST_M, Scatterers, join, no_scatterers
from radar_sim.world.world import CLEAR, World

FASTEST_MPS, FASTEST_RADPS = 1000.0, 100.0  # so far that nobody means a truck


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
        if max(abs(self.x_m), abs(self.y_m)) > FARTHEST_M:
            raise SceneError(f"truck pose: x_m or y_m is beyond {FARTHEST_M:g} m")
        if abs(self.speed_mps) > FASTEST_MPS or abs(self.yaw_rate_radps) > FASTEST_RADPS:
            raise SceneError(
                f"truck pose: speed_mps is {self.speed_mps:g} and yaw_rate_radps {self.yaw_rate_radps:g},"
                f" beyond {FASTEST_MPS:g} or {FASTEST_RADPS:g}: no truck"
            )


@dataclass(frozen=True, slots=True)
class Thing:
    """Something with a name: its points, what of it hides and what mirrors, and its pose for the truth."""

    name: str
    scatterers: Scatterers
    boxes: tuple[Box, ...] = ()
    mirrors: tuple[Mirror, ...] = ()
    place_m: tuple[float, float, float] = (0.0, 0.0, 0.0)  # where the truth says it is
    heading_rad: float = 0.0
    velocity_mps: tuple[float, float, float] = (0.0, 0.0, 0.0)

    def __post_init__(self) -> None:
        for name, length in (("place_m", 3), ("velocity_mps", 3), ("heading_rad", 1)):
            value = getattr(self, name)
            numbers = value if isinstance(value, tuple | list) else np.atleast_1d(value)
            if len(numbers) != length or not all(map(math.isfinite, numbers)):
                raise SceneError(
                    f"thing {self.name}: {name} is {getattr(self, name)!r}, not {length} finite numbers"
                )
        if max(map(abs, self.place_m)) > FARTHEST_M:
            raise SceneError(f"thing {self.name}: place_m is {self.place_m!r}, beyond {FARTHEST_M:g} m")


@dataclass(frozen=True, slots=True)
class Scene:
    """State at the start of a frame's first chirp; inside the frame all move on by their own motion.

    `scatterers` are points that belong to no thing. `own` is the truck itself in its own axes; without it
    the simulator takes the flank it draws from the fit.
    """

    truck: TruckPose
    scatterers: Scatterers
    things: tuple[Thing, ...] = ()
    world: World = CLEAR
    own: Thing | None = None

    def all_scatterers(self) -> Scatterers:
        """Those of no thing first, then thing by thing."""
        return join(self.scatterers, *(thing.scatterers for thing in self.things))

    def owners(self) -> NDArray[np.intp]:
        """Of each of `all_scatterers` the number of its thing, -1 for none."""
        counts = [len(self.scatterers), *(len(thing.scatterers) for thing in self.things)]
        return np.repeat(np.arange(-1, len(self.things)), counts)


def scene_of(truck: TruckPose, *things: Thing, world: World = CLEAR, own: Thing | None = None) -> Scene:
    """A scene of things only."""
    return Scene(truck, no_scatterers(), things, world, own)


def to_world(truck: TruckPose, x: float, y: float) -> tuple[float, float]:
    """A place in truck axes on the ground plan."""
    cos, sin = math.cos(truck.heading_rad), math.sin(truck.heading_rad)
    return truck.x_m + cos * x - sin * y, truck.y_m + sin * x + cos * y
