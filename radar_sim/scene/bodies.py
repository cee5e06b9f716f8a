"""What hides and what mirrors: upright boxes and smooth upright surfaces, in world axes."""

import math
from dataclasses import dataclass

from radar_sim.errors import SceneError

Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """An upright box that takes away what lies behind it; for one frame it stands still."""

    x_m: float  # its middle
    y_m: float
    heading_rad: float
    length_m: float
    width_m: float
    low_m: float
    high_m: float
    loss_db: float = math.inf  # one way through it; a hedge has some, a body lets nothing through
    hides_own: bool = False  # whether points of its own thing count as inside (a rider) or behind (a car)

    def __post_init__(self) -> None:
        _finite("box", self, except_for="loss_db")
        if not (self.length_m > 0 and self.width_m > 0 and self.low_m < self.high_m and self.loss_db > 0):
            raise SceneError("box: length, width, height and loss_db must be above zero")


@dataclass(frozen=True, slots=True)
class Mirror:
    """A smooth upright surface between two places on the ground plan; it reflects to its left side.

    Walking from start to end, the left hand is on the side that reflects. `radius_m` is its curvature in the
    upright plane: infinite for a wall or a truck's flank, 0.1 m for the bulge of a guard rail. Its
    middle moves with `velocity_mps`, and it turns about its middle.
    """

    start_m: Place
    end_m: Place
    low_m: float
    high_m: float
    reflection: float = -0.95  # of the amplitude; metal turns the phase
    radius_m: float = math.inf
    velocity_mps: Place = (0.0, 0.0)
    yaw_rate_radps: float = 0.0  # positive to the left

    def __post_init__(self) -> None:
        _finite("mirror", self, except_for="radius_m")
        if not (self.low_m < self.high_m and self.radius_m > 0 and abs(self.reflection) <= 1):
            raise SceneError("mirror: height and radius must be above zero, reflection within -1 to 1")
        if self.start_m == self.end_m:
            raise SceneError("mirror: start and end are one place")

    @property
    def is_at_rest(self) -> bool:
        """Neither moves nor turns."""
        return self.velocity_mps == (0.0, 0.0) and self.yaw_rate_radps == 0.0


def _finite(what: str, body: Box | Mirror, except_for: str) -> None:
    for name in body.__slots__:
        value = getattr(body, name)
        numbers = value if isinstance(value, tuple) else (value,)
        if not all(map(math.isfinite, numbers)) and (name != except_for or any(map(math.isnan, numbers))):
            raise SceneError(f"{what}: {name} is {value!r}, not a finite number")
