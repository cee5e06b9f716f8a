"""Body and pose of a truck, its trailer included; axes as in docs/reference/conventions.md."""

import math
from dataclasses import dataclass
from functools import cached_property

from hil.plant.geometry import Outline, placed, rectangle


@dataclass(frozen=True, slots=True)
class Trailer:
    """A semitrailer; its kingpin sits over the tractor's point without side slip."""

    wheelbase_m: float  # kingpin to bogie centre
    before_kingpin_m: float
    behind_kingpin_m: float
    width_m: float


@dataclass(frozen=True)
class Body:
    """Geometry and weight of one truck."""

    length_m: float
    width_m: float
    no_side_slip_x_m: float
    wheelbase_m: float
    hand_wheel_ratio: float
    trailer: Trailer | None = None
    laden_t: float = 31.0
    empty_t: float = 14.0

    @cached_property
    def _boxes(self) -> tuple[Outline, ...]:
        """Truck and trailer, each in its own axes: below the front bumper, below the kingpin."""
        truck = rectangle(0.0, -self.length_m, self.width_m / 2)
        if self.trailer is None:
            return (truck,)
        behind = self.trailer
        return truck, rectangle(behind.before_kingpin_m, -behind.behind_kingpin_m, behind.width_m / 2)

    def outlines(self, pose: "Pose") -> tuple[Outline, ...]:
        """Everything that can touch somebody, world axes: the truck, then its trailer if there is one."""
        at_m = (pose.x_m, pose.y_m, pose.heading_rad)
        truck = placed(self._boxes[0], *at_m)
        if self.trailer is None:
            return (truck,)
        return truck, placed(self._boxes[1], *self.hitch(pose), pose.trailer_heading_rad)

    def hitch(self, pose: "Pose") -> tuple[float, float]:
        """The point without side slip, where a kingpin sits; world axes."""
        back_m = self.no_side_slip_x_m
        return (
            pose.x_m + back_m * math.cos(pose.heading_rad),
            pose.y_m + back_m * math.sin(pose.heading_rad),
        )


@dataclass(slots=True)
class Pose:
    """Where the origin (ground below the middle of the front bumper) is and how it moves."""

    x_m: float
    y_m: float
    heading_rad: float
    speed_mps: float
    steer_rad: float
    yaw_rate_radps: float
    decel_mps2: float
    trailer_heading_rad: float = 0.0  # means nothing where there is no trailer
