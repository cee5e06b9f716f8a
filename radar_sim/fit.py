"""The simulator's own strict reading of the fit TOML: the primitives it needs, nothing derived elsewhere.

Written apart from the edge's reader on purpose: the two share the data, so that a mistake in one shows.
Tables the simulator has no use for (brake, policy) are left alone.
"""

import math
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from radar_sim.errors import SceneError

SPEED_OF_LIGHT_MPS = 299_792_458.0
Side = Literal["right", "left"]

# Every key of a table with the range its number must lie in. Keys of other kinds are named at the reader.
TRUCK = {
    "length_m": (3.0, 20.0),
    "width_m": (1.5, 3.0),
    "height_m": (1.5, 4.5),
    "front_overhang_m": (0.0, 3.0),
    "no_side_slip_x_m": (-20.0, 0.0),
    "wheelbase_m": (1.0, 15.0),
    "hand_wheel_ratio": (5.0, 40.0),
}
RADIO = {
    "tx_power_dbm": (-30.0, 30.0),
    "antenna_gain_dbi": (-10.0, 40.0),
    "noise_figure_db": (0.0, 40.0),
    "fascia_loss_db": (0.0, 40.0),
    "window_loss_db": (0.0, 40.0),  # the processing's, not the signal's
    "half_power_azimuth_deg": (1.0, 89.0),
    "half_power_elevation_deg": (1.0, 89.0),
    "field_of_view_deg": (1.0, 89.0),
}
PROFILE = {
    "start_ghz": (76.0, 81.0),
    "slope_mhz_per_us": (0.1, 300.0),
    "idle_us": (0.0, 10_000.0),
    "adc_start_us": (0.0, 10_000.0),
    "ramp_end_us": (1.0, 10_000.0),
    "rate_msps": (0.1, 100.0),
    "frame_ms": (0.1, 10_000.0),
}
ON_A_TRUCK_M = (-30.0, 30.0)  # any axis of a radar's position
IN_A_RADAR_MM = (-2000.0, 2000.0)  # of an antenna's
RADAR = {"yaw_deg": (-180.0, 180.0), "pitch_deg": (-30.0, 30.0), "frame_offset_ms": (0.0, 10_000.0)}


@dataclass(frozen=True, slots=True)
class Profile:
    """One chirp profile, SI units."""

    start_hz: float
    slope_hz_per_s: float
    idle_s: float
    adc_start_s: float  # from the ramp start
    ramp_end_s: float
    rate_hz: float
    samples: int
    loops: int

    @property
    def chirp_s(self) -> float:
        """From one chirp to the next."""
        return self.idle_s + self.ramp_end_s

    @property
    def mid_samples_s(self) -> float:
        """Middle of the samples, from the ramp start."""
        return self.adc_start_s + (self.samples - 1) / (2 * self.rate_hz)

    @property
    def wavelength_m(self) -> float:
        """In the middle of the samples."""
        return SPEED_OF_LIGHT_MPS / (self.start_hz + self.slope_hz_per_s * self.mid_samples_s)


@dataclass(frozen=True, slots=True)
class Radar:
    """One radar as the fit says it is, mirrored where the near side is the left. Antennas are (y, z)."""

    name: str
    position_m: tuple[float, float, float]
    yaw_rad: float
    pitch_rad: float  # positive nose-down
    profile: Profile
    tx_m: tuple[tuple[float, float], ...]  # in TDM order
    rx_m: tuple[tuple[float, float], ...]
    frame_period_us: int
    frame_offset_us: int
    primitives: Mapping[str, Any]  # as the file says them, for the sidecar of a recording

    @property
    def chirps(self) -> int:
        """Chirps of one frame, all transmitters."""
        return self.profile.loops * len(self.tx_m)


@dataclass(frozen=True, slots=True)
class Radio:
    """Link budget."""

    tx_power_dbm: float
    antenna_gain_dbi: float
    noise_figure_db: float
    fascia_loss_db: float  # both ways together
    half_power_azimuth_rad: float
    half_power_elevation_rad: float


@dataclass(frozen=True, slots=True)
class Body:
    """The truck as a box; `mirror` is -1 where the near side is the left."""

    length_m: float
    width_m: float
    height_m: float
    mirror: float


@dataclass(frozen=True, slots=True)
class Chassis:
    """What stands under the box: the maker's words for the truck, and where its axles are."""

    kind: str
    front_axle_x_m: float  # truck axes, below zero
    no_side_slip_x_m: float


@dataclass(frozen=True, slots=True)
class Fit:
    """What the simulator needs of a fit."""

    path: Path
    near_side: Side
    body: Body
    chassis: Chassis
    radio: Radio
    radars: tuple[Radar, ...]


def load_fit(path: Path, near_side: Side | None = None) -> Fit:
    """Read a fit TOML written for the right; `near_side` overrules the file."""
    if near_side not in ("right", "left", None):
        raise SceneError(f"near_side is {near_side!r}, not right or left")
    try:
        top = _Table(tomllib.loads(path.read_text(encoding="utf-8")), f"{path}: ")
    except OSError as error:
        raise SceneError(f"{path}: cannot be read ({error.strerror})") from error
    except (ValueError, RecursionError) as error:
        raise SceneError(f"{path}: not TOML ({error})") from error
    truck = top.table("truck")
    said = truck.text("near_side", ("right", "left"))
    kind = truck.text("kind")
    size = truck.numbers(TRUCK)
    side: Side = near_side or ("right" if said == "right" else "left")
    mirror = 1.0 if side == "right" else -1.0
    body = Body(size["length_m"], size["width_m"], size["height_m"], mirror)
    chassis = Chassis(kind, -size["front_overhang_m"], size["no_side_slip_x_m"])
    return Fit(path, side, body, chassis, _radio(top.table("radio")), _radars(top, mirror))


def _radio(table: "_Table") -> Radio:
    value = table.numbers(RADIO)
    return Radio(
        value["tx_power_dbm"],
        value["antenna_gain_dbi"],
        value["noise_figure_db"],
        value["fascia_loss_db"],
        math.radians(value["half_power_azimuth_deg"]),
        math.radians(value["half_power_elevation_deg"]),
    )


def _radars(top: "_Table", mirror: float) -> tuple[Radar, ...]:
    profiles, arrays = top.table("profile"), top.table("array")
    rows = top.get("radar", list, "one or more [[radar]] tables")
    tables = [_Table(row, f"{top.where}radar[{n}].") for n, row in enumerate(rows)]
    radars = tuple(_radar(table, profiles, arrays, mirror) for table in tables)
    names = [radar.name for radar in radars]
    if not names or len(set(names)) < len(names):
        raise SceneError(f"{top.where}radar must be one or more [[radar]] tables with different names")
    return radars


def _radar(table: "_Table", profiles: "_Table", arrays: "_Table", mirror: float) -> Radar:
    name = table.text("name")
    x_m, y_m, z_m = table.vector("position_m", 3, ON_A_TRUCK_M)
    profile_name, array_name = table.text("profile", profiles.keys()), table.text("array", arrays.keys())
    value = table.numbers(RADAR)
    profile, frame_s = _profile(profiles.table(profile_name))
    tx_m, rx_m = _array(arrays.table(array_name), mirror)
    if profile.chirp_s * profile.loops * len(tx_m) > frame_s:
        raise SceneError(f"{table.where}profile: the chirps take longer than the frame period")
    return Radar(
        name=name,
        position_m=(x_m, mirror * y_m, z_m),
        yaw_rad=mirror * math.radians(value["yaw_deg"]),
        pitch_rad=math.radians(value["pitch_deg"]),
        profile=profile,
        tx_m=tx_m,
        rx_m=rx_m,
        frame_period_us=round(frame_s * 1e6),
        frame_offset_us=round(value["frame_offset_ms"] * 1e3),
        primitives={
            "radar": dict(table.raw),
            "profile": dict(profiles.table(profile_name).raw),
            "array": dict(arrays.table(array_name).raw),
        },
    )


def _profile(table: "_Table") -> tuple[Profile, float]:
    """The profile and the frame period in seconds."""
    samples, loops = table.whole("samples", 4, 8192), table.whole("loops", 1, 4096)
    if "cfar" in table.raw:
        table.text("cfar")  # how detection sets its threshold: nothing of the signal
    value = table.numbers(PROFILE)
    profile = Profile(
        start_hz=value["start_ghz"] * 1e9,
        slope_hz_per_s=value["slope_mhz_per_us"] * 1e12,
        idle_s=value["idle_us"] * 1e-6,
        adc_start_s=value["adc_start_us"] * 1e-6,
        ramp_end_s=value["ramp_end_us"] * 1e-6,
        rate_hz=value["rate_msps"] * 1e6,
        samples=samples,
        loops=loops,
    )
    if samples % 2:
        raise SceneError(f"{table.where}samples is {samples}, but two DCA1000 lanes carry samples in pairs")
    if profile.adc_start_s + samples / profile.rate_hz > profile.ramp_end_s * (1 + 1e-9):
        raise SceneError(f"{table.where}ramp_end_us ends the ramp before the last sample is taken")
    return profile, value["frame_ms"] * 1e-3


def _array(table: "_Table", mirror: float) -> tuple[tuple[tuple[float, float], ...], ...]:
    """Transmitters in TDM order, then receivers: (y, z) in metres."""
    tx = [(mirror * y * 1e-3, z * 1e-3) for y, z in table.pairs("tx_mm")]
    rx = [(mirror * y * 1e-3, z * 1e-3) for y, z in table.pairs("rx_mm")]
    order = table.get("tx_order", list, "a list of transmitters")
    table.numbers({})
    if not order or any(type(n) is not int or n not in range(len(tx)) for n in order):
        raise SceneError(f"{table.where}tx_order is {order!r}, not a list of transmitters 0 to {len(tx) - 1}")
    if len(set(order)) < len(order):
        raise SceneError(f"{table.where}tx_order names a transmitter twice")
    return tuple(tx[n] for n in order), tuple(rx)


class _Table:
    """One TOML table that remembers what was asked for; `numbers`, asked last, refuses what is left."""

    def __init__(self, raw: object, where: str) -> None:
        if not isinstance(raw, dict):
            raise SceneError(f"{where.rstrip('.')} is {raw!r}, not a table")
        self.raw: dict[str, Any] = raw
        self.where = where
        self._asked: set[str] = set()

    def keys(self) -> tuple[str, ...]:
        return tuple(self.raw)

    def get(self, key: str, kind: type | tuple[type, ...], what: str) -> Any:
        self._asked.add(key)
        if key not in self.raw:
            raise SceneError(f"{self.where}{key} is missing ({what})")
        value = self.raw[key]
        if not isinstance(value, kind) or isinstance(value, bool):
            raise SceneError(f"{self.where}{key} is {value!r}, not {what}")
        return value

    def table(self, key: str) -> "_Table":
        return _Table(self.get(key, dict, "a table"), f"{self.where}{key}.")

    def text(self, key: str, choices: tuple[str, ...] = ()) -> str:
        value = str(self.get(key, str, "a text"))
        if choices and value not in choices:
            raise SceneError(f"{self.where}{key} is {value!r}, not one of {', '.join(choices)}")
        return value

    def whole(self, key: str, low: int, high: int) -> int:
        return int(self._within(key, self.get(key, int, "a whole number"), low, high))

    def vector(
        self, key: str, count: int, limits: tuple[float, float], value: object = None
    ) -> tuple[float, ...]:
        value = self.get(key, list, f"a list of {count} numbers") if value is None else value
        if not isinstance(value, list) or len(value) != count:
            raise SceneError(f"{self.where}{key} is {value!r}, not a list of {count} numbers")
        return tuple(self._within(key, v, *limits) for v in value)

    def pairs(self, key: str) -> list[tuple[float, float]]:
        rows = self.get(key, list, "a list of pairs")
        if not rows:
            raise SceneError(f"{self.where}{key} is empty")
        return [(row[0], row[1]) for row in (self.vector(key, 2, IN_A_RADAR_MM, row) for row in rows)]

    def numbers(self, limits: Mapping[str, tuple[float, float]]) -> dict[str, float]:
        values = {
            key: self._within(key, self.get(key, (int, float), "a number"), low, high)
            for key, (low, high) in limits.items()
        }
        unknown = sorted(set(self.raw) - self._asked)
        if unknown:
            raise SceneError(f"{self.where}{unknown[0]} is not a key this program knows")
        return values

    def _within(self, key: str, value: object, low: float, high: float) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise SceneError(f"{self.where}{key} is {value!r}, not a finite number")
        if not abs(value) <= sys.float_info.max:  # TOML has whole numbers of any length
            raise SceneError(f"{self.where}{key} is {str(value)[:20]}, not a finite number")
        if not low <= value <= high:
            raise SceneError(f"{self.where}{key} is {value:g}, outside {low:g} to {high:g}")
        return float(value)
