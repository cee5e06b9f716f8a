"""Weather and other radars around an encounter."""

from dataclasses import dataclass
from typing import Literal

Spray = Literal["none", "water", "gravel"]


@dataclass(frozen=True, slots=True)
class Environment:
    """Clear and quiet unless told."""

    rain_mm_per_h: float = 0.0
    film_db: float = 0.0  # water on the radomes, both ways together
    spray: Spray = "none"  # behind the wheels of trucks and cars
    interferers: int = 0  # radars of other vehicles in our band


CLEAR = Environment()
