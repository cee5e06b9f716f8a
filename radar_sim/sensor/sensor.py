"""What a radar is like beyond the fit. The default is a clean one: time division, ideal, as the fit says.

Figures without a source in the text are engineering estimates to start from, not those of a product.
Angles are written for a near side on the right, like the fit, and mirrored with it. Transmitters are counted
in the order in which they send.
"""

import math
from dataclasses import dataclass, fields
from typing import Any, Literal

from radar_sim.errors import SceneError
from radar_sim.sensor.if_filter import IfFilter
from radar_sim.sensor.patterns import Patterns
from radar_sim.sensor.phase_noise import PhaseNoise

Modulation = Literal["tdm", "bpm", "ddm"]
REFERENCE_K = 290.0  # at which a noise figure is defined (IEEE)
LOWEST, HIGHEST = -32768, 32767


@dataclass(frozen=True, slots=True)
class Film:
    """Mud, ice or water on the radome: a sector of azimuth, some channels, or all.

    Each covered antenna loses half of `two_way_db` towards the sector. A phase is of the whole antenna.
    """

    two_way_db: float
    sector_deg: tuple[float, float] = (-90.0, 90.0)  # azimuth from the boresight
    tx: tuple[int, ...] | None = None  # covered antennas, None for all
    rx: tuple[int, ...] | None = None
    tx_phase_deg: tuple[float, ...] = ()  # one for each transmitter, or left out
    rx_phase_deg: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        low, high = self.sector_deg
        if not 0 <= self.two_way_db <= 200:
            raise SceneError(f"film: two_way_db is {self.two_way_db!r}, outside 0 to 200")
        if not -180 <= low < high <= 180:
            raise SceneError(f"film: sector_deg is {self.sector_deg!r}, not two rising angles within 180")
        if not all(math.isfinite(phase) for phase in (*self.tx_phase_deg, *self.rx_phase_deg)):
            raise SceneError("film: a phase is not a finite number")


@dataclass(frozen=True, slots=True)
class Fascia:
    """The bumper right before the radar: a standing tone at short range, of its own phase per channel."""

    range_m: float = 0.05
    power_dbm: float = -70.0  # received

    def __post_init__(self) -> None:
        if not (0 < self.range_m <= 2 and -150 <= self.power_dbm <= 20):
            raise SceneError("fascia: range_m must be above 0 to 2, power_dbm within -150 to 20")


@dataclass(frozen=True, slots=True)
class Drift:
    """What a kelvin above 290 K changes."""

    gain_db_per_k: float = -0.03  # all that the receiver puts out, its noise too
    phase_deg_per_k: float = 0.1  # standard deviation over the channels
    noise_figure_db_per_k: float = 0.01
    clock_ppm_per_k: float = 0.1

    def __post_init__(self) -> None:
        for field in fields(self):
            if not abs(getattr(self, field.name)) <= 10:
                raise SceneError(f"drift: {field.name} is {getattr(self, field.name)!r}, outside -10 to 10")


@dataclass(frozen=True, slots=True)
class Sensor:
    """One radar of a truck, and what has happened to it."""

    modulation: Modulation = "tdm"
    empty_bands: int = 1  # of Doppler division
    patterns: Patterns | None = None  # None: cos^n by the fit's half-power angles
    films: tuple[Film, ...] = ()
    fascia: Fascia | None = None
    phase_noise: PhaseNoise | None = None
    if_filter: IfFilter | None = None  # None: flat over the sampled band
    temperature_k: float = REFERENCE_K
    drift: Drift = Drift()
    yaw_deg: float = 0.0  # misalignment, on top of what is drawn
    pitch_deg: float = 0.0
    dead_tx: tuple[int, ...] = ()
    dead_rx: tuple[int, ...] = ()
    stuck: int | None = None  # what a dead receiver's converter says, I and Q; None: noise
    mirror: float = 1.0  # -1 where the near side is the left; the simulator sets it

    def __post_init__(self) -> None:
        if self.modulation not in ("tdm", "bpm", "ddm"):
            raise SceneError(f"sensor: modulation is {self.modulation!r}, not tdm, bpm or ddm")
        if type(self.empty_bands) is not int or not 0 <= self.empty_bands <= 8:
            raise SceneError(f"sensor: empty_bands is {self.empty_bands!r}, not a whole number 0 to 8")
        if not 150 <= self.temperature_k <= 450:
            raise SceneError(f"sensor: temperature_k is {self.temperature_k!r}, outside 150 to 450")
        if not (abs(self.yaw_deg) <= 180 and abs(self.pitch_deg) <= 90):
            raise SceneError("sensor: yaw_deg or pitch_deg is no angle within 180 or 90")
        if self.stuck is not None and not (
            type(self.stuck) is int and LOWEST <= self.stuck <= HIGHEST and self.dead_rx
        ):
            raise SceneError(f"sensor: stuck is {self.stuck!r}, not a 16 bit value of a dead_rx")

    def check(self, radar: str, transmitters: int, receivers: int) -> None:
        """Raise where it names antennas that this radar does not have."""
        named = {"dead_tx": (self.dead_tx, transmitters), "dead_rx": (self.dead_rx, receivers)}
        for film in self.films:
            named |= {"film.tx": (film.tx or (), transmitters), "film.rx": (film.rx or (), receivers)}
            for name, phases, count in (
                ("tx_phase_deg", film.tx_phase_deg, transmitters),
                ("rx_phase_deg", film.rx_phase_deg, receivers),
            ):
                if phases and len(phases) != count:
                    raise SceneError(f"radar {radar}: film.{name} has {len(phases)} phases, not {count}")
            _check_numbers(radar, named)
        _check_numbers(radar, named)
        if self.patterns is not None:
            self.patterns.check(radar, transmitters, receivers)

    def changed(self) -> dict[str, str]:
        """What is not as in a clean one, for the sidecar of a recording."""
        clean = Sensor()
        return {
            field.name: repr(getattr(self, field.name))
            for field in fields(self)
            if field.name not in ("patterns", "mirror")
            and getattr(self, field.name) != getattr(clean, field.name)
        } | ({} if self.patterns is None else {"patterns": self.patterns.source})


def _check_numbers(radar: str, named: dict[str, Any]) -> None:
    for name, (numbers, count) in named.items():
        if any(type(number) is not int or number not in range(count) for number in numbers):
            raise SceneError(f"radar {radar}: {name} is {numbers!r}, not numbers from 0 to {count - 1}")


CLEAN = Sensor()
