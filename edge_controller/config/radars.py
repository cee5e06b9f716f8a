"""What a radar is: profile, array, pose; primitives in, derived figures as properties."""

import math
from dataclasses import dataclass
from typing import Literal, get_args

from edge_controller.errors import InputError
from edge_controller.messages import Side
from edge_controller.toml_table import Table

SPEED_OF_LIGHT_MPS = 299_792_458.0
# Which training cells say what noise is: mean of all, greater or smaller of two halves, an ordered one;
# around the cell in both axes, or along range only.
CfarKind = Literal["ca", "go", "so", "os", "ca_range", "go_range", "so_range", "os_range"]
LEAST_RANGES = 64  # for all of them but "ca": a few cells on one side of another tell nothing
CFAR_KINDS: tuple[CfarKind, ...] = get_args(CfarKind)
LOWEST_GHZ = 76.0  # of a vehicle's radar


@dataclass(frozen=True, slots=True)
class Profile:
    """One chirp profile; see docs/reference/configuration.md for what follows from it."""

    name: str
    start_hz: float
    slope_hz_per_s: float
    idle_s: float
    adc_start_s: float
    ramp_end_s: float
    samples: int
    rate_hz: float
    loops: int
    frame_s: float
    cfar: CfarKind = "ca"

    @property
    def chirp_s(self) -> float:
        """From one chirp to the next."""
        return self.idle_s + self.ramp_end_s

    @property
    def sampled_hz(self) -> float:
        """Bandwidth swept while samples are taken."""
        return self.slope_hz_per_s * self.samples / self.rate_hz

    @property
    def centre_hz(self) -> float:
        """Frequency in the middle of the samples, ADC start included."""
        return self.start_hz + self.slope_hz_per_s * self.adc_start_s + self.sampled_hz / 2

    @property
    def wavelength_m(self) -> float:
        """At the centre frequency."""
        return SPEED_OF_LIGHT_MPS / self.centre_hz

    @property
    def range_bin_m(self) -> float:
        """Range cell of an unpadded transform."""
        return SPEED_OF_LIGHT_MPS / (2 * self.sampled_hz)


@dataclass(frozen=True, slots=True)
class Array:
    """Antenna positions (y, z) in metres, sensor axes; `tx_order` is the order in time."""

    name: str
    rx_m: tuple[tuple[float, float], ...]
    tx_m: tuple[tuple[float, float], ...]
    tx_order: tuple[int, ...]

    @property
    def virtual_m(self) -> tuple[tuple[float, float], ...]:
        """(y, z) sums, TX in TDM order, RX fastest: the channel order of a cube."""
        return tuple(
            (self.tx_m[tx][0] + rx[0], self.tx_m[tx][1] + rx[1]) for tx in self.tx_order for rx in self.rx_m
        )


@dataclass(frozen=True, slots=True)
class Radar:
    """One radar of a fit, already mirrored where the near side is the left."""

    name: str
    position_m: tuple[float, float, float]
    yaw_rad: float
    pitch_rad: float  # positive nose-down
    profile: Profile
    array: Array
    frame_offset_s: float

    def __hash__(self) -> int:
        """Of the names only, because tables per radar are asked for often; equality sees the rest."""
        return hash((self.name, self.profile.name, self.array.name))

    @property
    def repetition_s(self) -> float:
        """From one chirp of a transmitter to its next."""
        return self.profile.chirp_s * len(self.array.tx_order)

    @property
    def dwell_s(self) -> float:
        """All chirps of a frame."""
        return self.repetition_s * self.profile.loops

    @property
    def max_range_rate_mps(self) -> float:
        """Unambiguous to either side."""
        return self.profile.wavelength_m / (4 * self.repetition_s)

    @property
    def range_rate_bin_mps(self) -> float:
        """Doppler cell of an unpadded transform."""
        return self.profile.wavelength_m / (2 * self.dwell_s)


def read_radars(top: Table, near_side: Side, lowest_ghz: float = LOWEST_GHZ) -> tuple[Radar, ...]:
    """The [profile], [array] and [[radar]] tables, as a fit and a replay TOML both have them."""
    mirror = 1.0 if near_side == "right" else -1.0
    profiles = {name: _profile(name, table, lowest_ghz) for name, table in top.tables("profile").items()}
    arrays = {name: read_array(name, table, mirror) for name, table in top.tables("array").items()}
    radars = tuple(_radar(table, profiles, arrays, mirror) for table in top.array("radar"))
    names = [radar.name for radar in radars]
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"{top.path}: two radars are called {name!r}")
    return radars


def _profile(name: str, table: Table, lowest_ghz: float) -> Profile:
    profile = Profile(
        name=name,
        start_hz=table.number("start_ghz", lowest_ghz, 81) * 1e9,
        slope_hz_per_s=table.number("slope_mhz_per_us", 0.1, 300) * 1e12,
        idle_s=table.number("idle_us", 0, 10_000) * 1e-6,
        adc_start_s=table.number("adc_start_us", 0, 10_000) * 1e-6,
        ramp_end_s=table.number("ramp_end_us", 1, 10_000) * 1e-6,
        samples=table.integer("samples", 4, 8192),
        rate_hz=table.number("rate_msps", 0.1, 100) * 1e6,
        loops=table.integer("loops", 1, 4096),
        frame_s=table.number("frame_ms", 0.1, 10_000) * 1e-3,
        cfar=_cfar(table),
    )
    table.finish()
    if profile.adc_start_s + profile.samples / profile.rate_hz > profile.ramp_end_s * (1 + 1e-9):
        raise InputError(f"{table.where('ramp_end_us')} ends the ramp before the last sample is taken")
    return profile


def _cfar(table: Table) -> CfarKind:
    """The one choice of the processing that depends on where the truck works; without it, CA in both axes."""
    if not table.has("cfar"):
        return "ca"
    chosen = table.string("cfar", CFAR_KINDS)
    if chosen != "ca" and table.integer("samples", 4, 8192) < LEAST_RANGES:
        raise InputError(
            f"{table.where('cfar')} is {chosen!r}, which needs at least {LEAST_RANGES} samples to a chirp"
        )
    return next(kind for kind in CFAR_KINDS if kind == chosen)


def read_array(name: str, table: Table, mirror: float = 1.0) -> Array:
    """One [array] table."""
    rx = table.pairs("rx_mm")
    tx = table.pairs("tx_mm")
    order = table.integers("tx_order", 0, len(tx) - 1)
    table.finish()
    if len(set(order)) != len(order):
        raise InputError(f"{table.where('tx_order')} names a transmitter twice")
    return Array(
        name=name,
        rx_m=tuple((mirror * y * 1e-3, z * 1e-3) for y, z in rx),
        tx_m=tuple((mirror * y * 1e-3, z * 1e-3) for y, z in tx),
        tx_order=order,
    )


def _radar(table: Table, profiles: dict[str, Profile], arrays: dict[str, Array], mirror: float) -> Radar:
    x, y, z = table.numbers("position_m", 3, -25, 25)
    radar = Radar(
        name=table.string("name"),
        position_m=(x, mirror * y, z),
        yaw_rad=mirror * math.radians(table.number("yaw_deg", -180, 180)),
        pitch_rad=math.radians(table.number("pitch_deg", -30, 30)),
        profile=profiles[table.string("profile", tuple(profiles))],
        array=arrays[table.string("array", tuple(arrays))],
        frame_offset_s=table.number("frame_offset_ms", 0, 10_000) * 1e-3,
    )
    table.finish()
    if radar.dwell_s > radar.profile.frame_s:
        raise InputError(f"{table.where('profile')}: the chirps take longer than the frame period")
    return radar
