"""One TOML per kind of fit: the truck, its brake, what it is fitted for. No physical default."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from edge_controller.config.radars import Radar, read_radars
from edge_controller.errors import InputError
from edge_controller.messages import Side
from edge_controller.toml_table import Table, load, shown

FITS = Path(__file__).parents[1] / "fits"
POLICIES = ("blind_spot", "moving_off", "right_turn_stop")
StopMode = Literal["record", "remind", "enforce"]
STOP_MODES: tuple[StopMode, ...] = get_args(StopMode)
MEASURED_TO_M = 0.05  # how far the lengths of a truck may contradict each other


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
