"""One TOML per kind of fit: primitives in, derived figures as properties. No physical default."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from edge_controller.errors import InputError
from edge_controller.messages import Side
from edge_controller.toml_table import Table, load, shown

SPEED_OF_LIGHT_MPS = 299_792_458.0
FITS = Path(__file__).parent / "fits"
POLICIES = ("blind_spot", "moving_off", "right_turn_stop")
StopMode = Literal["record", "remind", "enforce"]
# Which training cells say what noise is: mean of all, greater or smaller of two halves, an ordered one;
# around the cell in both axes, or along range only.
CfarKind = Literal["ca", "go", "so", "os", "ca_range", "go_range", "so_range", "os_range"]
LEAST_RANGES = 64  # for all of them but "ca": a few cells on one side of another tell nothing
CFAR_KINDS: tuple[CfarKind, ...] = get_args(CfarKind)
STOP_MODES: tuple[StopMode, ...] = get_args(StopMode)
LOWEST_GHZ = 76.0  # of a vehicle's radar
MEASURED_TO_M = 0.05  # how far the lengths of a truck may contradict each other


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


@dataclass(frozen=True, slots=True)
class Radio:
    """Link budget of the radars of a fit."""

    tx_power_dbm: float
    antenna_gain_dbi: float
    noise_figure_db: float
    fascia_loss_db: float  # both ways together
    window_loss_db: float  # of the processing
    half_power_azimuth_rad: float
    half_power_elevation_rad: float
    field_of_view_rad: float


@dataclass(frozen=True, slots=True)
class Truck:
    """Body and kinematics. `near_sign` is -1 where the near side is the right (y is left)."""

    kind: str
    near_side: Side
    length_m: float
    width_m: float
    height_m: float
    front_overhang_m: float
    no_side_slip_x_m: float
    wheelbase_m: float
    hand_wheel_ratio: float

    @property
    def near_sign(self) -> int:
        """Sign of y on the near side."""
        return -1 if self.near_side == "right" else 1


@dataclass(frozen=True, slots=True)
class Trailer:
    """A body towed on one pin; lengths are from the pin, along the trailer."""

    hitch_x_m: float  # of the pin, truck axes
    ahead_of_hitch_m: float  # how far it reaches ahead of the pin; negative behind a drawbar
    length_m: float
    width_m: float
    wheelbase_m: float  # from the pin to the middle of its bogie


@dataclass(frozen=True, slots=True)
class Brake:
    """From request to deceleration."""

    latency_s: float
    dead_s: float
    rise_s: float
    max_decel_mps2: float


@dataclass(frozen=True, slots=True)
class RightTurnStop:
    """How the stop before a near-side turn is kept: written down, asked for, or braked for."""

    mode: StopMode
    stop_s: float


@dataclass(frozen=True, slots=True)
class Policy:
    """Which policies the fit serves and what it openly gives up."""

    names: tuple[str, ...]
    gives_up: tuple[str, ...]
    right_turn_stop: RightTurnStop | None


@dataclass(frozen=True, slots=True)
class Fit:
    """A kind of fit: everything the edge must know of the truck and its radars."""

    path: Path
    truck: Truck
    brake: Brake
    policy: Policy
    radio: Radio
    radars: tuple[Radar, ...]
    trailer: Trailer | None = None  # what it was fitted to tow

    def radar(self, name: str) -> Radar:
        """The radar of that name; KeyError where there is none."""
        for radar in self.radars:
            if radar.name == name:
                return radar
        raise KeyError(name)


def shipped_fit(name: str) -> Path:
    """Path of a fit that comes with the program: `tipper`, `mixer` or `demo`."""
    return FITS / f"{name}.toml"


def load_fit(path: Path, near_side: Side | None = None) -> Fit:
    """Read a fit TOML; `near_side` overrules the file. Raises InputError naming file and key."""
    top = load(path)
    truck = _truck(top.table("truck"), near_side)
    brake = _brake(top.table("brake"))
    policy = _policy(top.table("policy"))
    radio = _radio(top.table("radio"))
    radars = read_radars(top, truck.near_side)
    trailer = _trailer(top.table("trailer")) if top.has("trailer") else None
    top.finish()
    return Fit(path, truck, brake, policy, radio, radars, trailer)


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


def _truck(table: Table, near_side: Side | None) -> Truck:
    said = table.string("near_side", ("right", "left"))
    truck = Truck(
        kind=table.string("kind"),
        near_side=near_side or ("right" if said == "right" else "left"),
        length_m=table.number("length_m", 3, 20),
        width_m=table.number("width_m", 1.5, 3),
        height_m=table.number("height_m", 1.5, 4.5),
        front_overhang_m=table.number("front_overhang_m", 0, 3),
        no_side_slip_x_m=table.number("no_side_slip_x_m", -20, 0),
        wheelbase_m=table.number("wheelbase_m", 1, 15),
        hand_wheel_ratio=table.number("hand_wheel_ratio", 5, 40),
    )
    table.finish()
    behind_m = truck.front_overhang_m + truck.wheelbase_m
    if abs(truck.no_side_slip_x_m + behind_m) > MEASURED_TO_M:
        raise InputError(
            f"{table.where('no_side_slip_x_m')} is {truck.no_side_slip_x_m:g}, "
            f"but front_overhang_m and wheelbase_m end at {-behind_m:g}"
        )
    return truck


def _trailer(table: Table) -> Trailer:
    trailer = Trailer(
        hitch_x_m=table.number("hitch_x_m", -21, 0),
        ahead_of_hitch_m=table.number("ahead_of_hitch_m", -5, 3),
        length_m=table.number("length_m", 2, 20),
        width_m=table.number("width_m", 1.5, 3),
        wheelbase_m=table.number("wheelbase_m", 1, 15),
    )
    table.finish()
    behind_m = trailer.length_m - trailer.ahead_of_hitch_m
    if trailer.wheelbase_m > behind_m:
        raise InputError(
            f"{table.where('wheelbase_m')} is {trailer.wheelbase_m:g}, "
            f"but the trailer ends {behind_m:g} m behind its pin"
        )
    return trailer


def _brake(table: Table) -> Brake:
    brake = Brake(
        latency_s=table.number("latency_s", 0, 1),
        dead_s=table.number("dead_s", 0, 1),
        rise_s=table.number("rise_s", 0.01, 2),
        max_decel_mps2=table.number("max_decel_mps2", 1, 10),
    )
    table.finish()
    return brake


def _policy(table: Table) -> Policy:
    names = table.strings("names")
    for name in names:
        if name not in POLICIES:
            raise InputError(f"{table.where('names')} has {shown(name)}, not one of {', '.join(POLICIES)}")
        if names.count(name) > 1:
            raise InputError(f"{table.where('names')} has {name!r} twice")
    if not names:
        raise InputError(f"{table.where('names')} is empty")
    stop = _right_turn_stop(table) if "right_turn_stop" in names else None
    policy = Policy(names, table.strings("gives_up"), stop)
    table.finish()
    return policy


def _right_turn_stop(policy: Table) -> RightTurnStop:
    table = policy.table("right_turn_stop")
    said = table.string("mode", STOP_MODES)
    mode = next(mode for mode in STOP_MODES if mode == said)
    stop = RightTurnStop(mode, stop_s=table.number("stop_s", 1, 10))
    table.finish()
    return stop


def _radio(table: Table) -> Radio:
    radio = Radio(
        tx_power_dbm=table.number("tx_power_dbm", -30, 30),
        antenna_gain_dbi=table.number("antenna_gain_dbi", -10, 40),
        noise_figure_db=table.number("noise_figure_db", 0, 40),
        fascia_loss_db=table.number("fascia_loss_db", 0, 40),
        window_loss_db=table.number("window_loss_db", 0, 40),
        half_power_azimuth_rad=math.radians(table.number("half_power_azimuth_deg", 1, 89)),
        half_power_elevation_rad=math.radians(table.number("half_power_elevation_deg", 1, 89)),
        field_of_view_rad=math.radians(table.number("field_of_view_deg", 1, 89)),
    )
    table.finish()
    return radio


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
