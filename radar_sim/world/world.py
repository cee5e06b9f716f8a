"""What lies between the radar and the things: the road's surface, the weather, other radars."""

import math
from dataclasses import dataclass
from typing import Literal

from radar_sim.errors import SceneError
from radar_sim.scene.scatterers import FARTHEST_M

MOST_INTERFERERS = 16
SHORTEST_RAMP_S = 1e-7


@dataclass(frozen=True, slots=True)
class Road:
    """A level road at z = 0 as a mirror: relative permittivity at 77 GHz and roughness, asphalt by default.

    The defaults lie in the middle of what is published or estimated for dry asphalt; a radar's wave is
    polarised as its antennas stand.
    """

    permittivity: complex = 4.0 - 0.2j
    roughness_m: float = 0.001  # r.m.s. of heights
    polarisation: Literal["vertical", "horizontal"] = "vertical"

    def __post_init__(self) -> None:
        if not (self.permittivity.real >= 1 and self.permittivity.imag <= 0 and 0 <= self.roughness_m < 0.1):
            raise SceneError(
                f"road: permittivity {self.permittivity} or roughness {self.roughness_m} m is impossible"
            )
        if self.polarisation not in ("vertical", "horizontal"):
            raise SceneError(f"road: polarisation is {self.polarisation!r}, not vertical or horizontal")


LATEST_S = 1e7  # a million frames of ten seconds; chirps are counted from it in whole numbers


@dataclass(frozen=True, slots=True)
class Interferer:
    """Another FMCW radar: where it is, and its chirps, counted from the start of our frame 0."""

    position_m: tuple[float, float, float]  # world axes
    eirp_dbm: float
    start_hz: float
    slope_hz_per_s: float  # may be negative
    ramp_s: float  # one chirp's sweep
    period_s: float  # from one chirp to the next
    first_s: float = 0.0  # start of its first chirp

    def __post_init__(self) -> None:
        numbers = (*self.position_m, self.eirp_dbm, self.start_hz, self.slope_hz_per_s, self.first_s)
        if not all(math.isfinite(number) for number in numbers):
            raise SceneError("interferer: a value is not a finite number")
        if abs(self.first_s) > LATEST_S:
            raise SceneError(f"interferer: first_s is {self.first_s!r}, beyond {LATEST_S:g} s")
        if max(map(abs, self.position_m)) > FARTHEST_M:
            raise SceneError(f"interferer: position_m is {self.position_m!r}, beyond {FARTHEST_M:g} m")
        if not SHORTEST_RAMP_S <= self.ramp_s <= self.period_s < math.inf:
            raise SceneError("interferer: the ramp must be 0.1 us or longer and fit into its period")
        if not -100 <= self.eirp_dbm <= 100:
            raise SceneError(f"interferer: eirp_dbm is {self.eirp_dbm!r}, outside -100 to 100")


@dataclass(frozen=True, slots=True)
class World:
    """Conditions of one frame. Without a road there is no bounce, with `ghosts` off mirrors only glint."""

    rain_mm_per_h: float = 0.0
    road: Road | None = None
    ghosts: bool = True
    interferers: tuple[Interferer, ...] = ()
    wind_mps: tuple[float, float] = (0.0, 0.0)  # world axes, carries the rain
    radome_film_db: float = 0.0  # water on the radomes, both ways together; 2 to 10 dB are quoted for rain

    def __post_init__(self) -> None:
        if not 0 <= self.rain_mm_per_h <= 200:
            raise SceneError(f"world: rain_mm_per_h is {self.rain_mm_per_h!r}, outside 0 to 200")
        if len(self.interferers) > MOST_INTERFERERS:
            raise SceneError(f"world: {len(self.interferers)} interferers, more than {MOST_INTERFERERS}")
        if not all(-60 <= speed <= 60 for speed in self.wind_mps):
            raise SceneError(f"world: wind_mps is {self.wind_mps!r}, not two speeds within 60 m/s")
        if not 0 <= self.radome_film_db <= 60:
            raise SceneError(f"world: radome_film_db is {self.radome_film_db!r}, outside 0 to 60")


CLEAR = World()
