"""The wiring check: the person moves one thing, and the signal of exactly that thing has to follow, live.

Limits and why: docs/reference/installation-checks.md.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import can

from edge_controller.can.vehicle_bus import VehicleBus, database, numbers, pgn_and_source
from edge_controller.config import Fit
from edge_controller.install.text import Text
from edge_controller.install.truck import Heard, Move, Truck
from edge_controller.messages import VehicleState
from edge_controller.registration.checks import Wiring

STANDS_MPS = 0.14  # IC-01: 0.5 km/h
ROLLS_MPS = (1.4, 3.3)  # IC-01: 5 to 12 km/h
CENTRE_RAD, TURNED_RAD = 0.35, 1.5  # IC-02, hand wheel
YAW_GAIN = (0.7, 1.3)  # IC-03, of what speed and wheel angle lead to
YAW_RADPS = 0.03  # IC-03, where there is no wheel angle to compare with
PEDAL_UP_PCT, PEDAL_DOWN_PCT = 5.0, 20.0  # IC-04
BRAKE_GAP_S = 0.3  # IC-09, as the gateway's SR-15
XBR_OBEYED = (0, 1)  # IC-09, SPN 2917
LOOK_S = 0.05
JUDGED_S = 0.8  # the end of each move: by then it has been done


class Asked(NamedTuple):
    """One thing to do, and how long the signals are watched."""

    move: Move
    seconds: float
    text: Text


MOVES = (
    Asked("rest", 3.0, Text(
        "停车，空挡，双脚离开踏板，方向盘回正，关闭转向灯。",
        "Stand still, neutral, feet off the pedals, wheel straight, indicator off.")),
    Asked("press_brake", 1.5, Text("踩住制动踏板。", "Press the brake pedal and hold it.")),
    Asked("press_accelerator", 1.5, Text(
        "空挡，将加速踏板踩到一半。", "In neutral, press the accelerator half way.")),
    Asked("kick_down", 1.5, Text(
        "将加速踏板踩到底。", "Press the accelerator to the floor (kick-down).")),
    Asked("indicate", 2.0, Text(
        "打开近侧（靠路边一侧）转向灯。", "Switch on the indicator to the near (kerb) side.")),
    Asked("steer_left", 3.0, Text(
        "停车状态下，方向盘向左打半圈以上。", "Standing, turn the wheel left, half a turn or more.")),
    Asked("steer_right", 4.0, Text(
        "停车状态下，方向盘向右打半圈以上。", "Standing, turn the wheel right, half a turn or more.")),
    Asked("roll", 6.0, Text("挂前进挡，以5至12 km/h直行。", "Drive straight on at 5 to 12 km/h.")),
    Asked("roll_in_a_curve", 4.0, Text(
        "保持车速，向近侧缓转弯。", "At that speed, turn gently to the near side.")),
    Asked("rest", 4.0, Text("停车。", "Stop.")),
)  # fmt: skip


class BrakeAnswer(NamedTuple):
    """EBC5: what the brake says to external requests."""

    t_s: float
    system_state: int  # SPN 2917


@dataclass(frozen=True, slots=True)
class Look:
    """The truck's state at one instant, and how old the brake's last answer was."""

    state: VehicleState
    brake: BrakeAnswer | None


class Finding(NamedTuple):
    """One signal judged, with the figure and its limit."""

    signal: str
    name: Text
    is_good: bool
    measured: str
    limit: str
    remedy: Text


class Listener:
    """The vehicle bus as the edge hears it, and EBC5 besides."""

    def __init__(self, hand_wheel_ratio: float) -> None:
        self.bus = VehicleBus(hand_wheel_ratio)
        self._ebc5 = database().get_message_by_name("EBC5")
        self._group = pgn_and_source(self._ebc5.frame_id)[0]
        self.brake: BrakeAnswer | None = None

    def hear(self, heard: Heard) -> None:
        """One frame; what is not of the vehicle bus is left alone."""
        if heard.bus != "vehicle":
            return
        self.bus.hear(heard.message, heard.t_s)
        if self._is_ebc5(heard.message):
            raw = numbers(self._ebc5, bytes(heard.message.data), scaling=False)
            self.brake = BrakeAnswer(heard.t_s, int(raw["XBRSystemState"]))

    def _is_ebc5(self, message: can.Message) -> bool:
        is_group = pgn_and_source(message.arbitration_id)[0] == self._group
        return message.is_extended_id and is_group and len(message.data) == self._ebc5.length

    def look(self, t_s: float) -> Look:
        """Now."""
        return Look(self.bus.state(t_s), self.brake)


Looks = Mapping[Move, list[Look]]


def watch(truck: Truck, fit: Fit, please: Callable[[Text], None], log: Callable[[Heard], None]) -> Looks:
    """Ask for each move and keep what the signals did at its end; every frame goes to the log."""
    listener = Listener(fit.truck.hand_wheel_ratio)
    looks: dict[Move, list[Look]] = {}
    for asked in MOVES:
        please(asked.text)
        truck.move(asked.move)
        end_s = truck.now_s + asked.seconds
        found = []
        while truck.now_s < end_s:
            for heard in truck.advance(truck.now_s + LOOK_S):
                listener.hear(heard)
                log(heard)
            if truck.now_s >= end_s - JUDGED_S:
                found.append(listener.look(truck.now_s))
        looks.setdefault(asked.move, found)  # the last "rest" only stops the truck
    return looks


def judge(looks: Looks, fit: Fit) -> tuple[Finding, ...]:
    """Every signal, good or not, so that a person hears everything at once."""
    return tuple(
        Finding(signal, name, *judged(looks, fit), remedy) for signal, name, judged, remedy in SIGNALS
    )


def wiring_of(findings: tuple[Finding, ...]) -> Wiring:
    """As the record carries it."""
    return Wiring(**{finding.signal: finding.is_good for finding in findings})


Judged = tuple[bool, str, str]


def _mean(looks: list[Look], name: str) -> float | None:
    """None where the signal was missing even once."""
    values = [getattr(look.state, name) for look in looks]
    return None if not values or None in values else sum(values) / len(values)


def _always(looks: list[Look], name: str, wanted: object) -> bool:
    return bool(looks) and all(getattr(look.state, name) == wanted for look in looks)


def _shown(value: float | None, form: str = "{:.2f}") -> str:
    return "无信号 no signal" if value is None else form.format(value)


def _within(value: float | None, low: float, high: float) -> bool:
    return value is not None and low <= value <= high


def speed(looks: Looks, fit: Fit) -> Judged:  # noqa: ARG001 - all judges look alike
    rest, roll = _mean(looks["rest"], "speed_mps"), _mean(looks["roll"], "speed_mps")
    good = _within(rest, 0, STANDS_MPS) and _within(roll, *ROLLS_MPS)
    limit = f"<= {STANDS_MPS:g}; {ROLLS_MPS[0]:g}..{ROLLS_MPS[1]:g} m/s"
    return good, f"{_shown(rest)}; {_shown(roll)} m/s", limit


def steering(looks: Looks, fit: Fit) -> Judged:
    ratio = fit.truck.hand_wheel_ratio
    values = [_mean(looks[move], "steer_rad") for move in ("rest", "steer_left", "steer_right")]
    centre, left, right = (None if value is None else value * ratio for value in values)
    good = (
        _within(centre, -CENTRE_RAD, CENTRE_RAD)
        and _within(left, TURNED_RAD, 50)
        and _within(right, -50, -TURNED_RAD)
    )
    shown = "; ".join(_shown(value, "{:+.2f}") for value in (centre, left, right))
    return good, f"{shown} rad", f"±{CENTRE_RAD:g}; >= +{TURNED_RAD:g}; <= -{TURNED_RAD:g} rad"


def yaw_rate(looks: Looks, fit: Fit) -> Judged:
    curve = looks["roll_in_a_curve"]
    yaw, speed_mps, steer = (_mean(curve, name) for name in ("yaw_rate_radps", "speed_mps", "steer_rad"))
    near = fit.truck.near_sign
    if yaw is None or speed_mps is None or steer is None:
        good = yaw is not None and near * yaw >= YAW_RADPS
        return good, f"{_shown(yaw, '{:+.3f}')} rad/s", f"{'+' if near > 0 else '-'}, >= {YAW_RADPS:g} rad/s"
    due = speed_mps * steer / fit.truck.wheelbase_m  # small angles
    gain = yaw / due if abs(due) > 1e-6 else 0.0
    good = near * yaw > 0 and _within(gain, *YAW_GAIN)
    return good, f"{yaw:+.3f} rad/s (x{gain:.2f})", f"x{YAW_GAIN[0]:g}..x{YAW_GAIN[1]:g}"


def pedal(looks: Looks, fit: Fit) -> Judged:  # noqa: ARG001
    up = _mean(looks["rest"], "accelerator_pct")
    down = _mean(looks["press_accelerator"], "accelerator_pct")
    good = _within(up, 0, PEDAL_UP_PCT) and _within(down, PEDAL_DOWN_PCT, 100)
    shown = f"{_shown(up, '{:.0f}')}; {_shown(down, '{:.0f}')} %"
    return good, shown, f"<= {PEDAL_UP_PCT:g}; >= {PEDAL_DOWN_PCT:g} %"


def kickdown(looks: Looks, fit: Fit) -> Judged:  # noqa: ARG001
    """The switch, or the pedal nearly down where a truck has none: firmware/j1939.py decides likewise."""
    pressed = looks["kick_down"]
    down = _mean(pressed, "accelerator_pct")
    has_switch = all(look.state.kickdown is not None for look in pressed)
    by_pedal = _within(down, 95.0, 100)
    good = _always(pressed, "kickdown", True) if has_switch else by_pedal
    good = good and not any(look.state.kickdown for look in looks["rest"])
    return good, _switches(looks, "kickdown", "rest", "kick_down"), "0; 1"


def gear(looks: Looks, fit: Fit) -> Judged:  # noqa: ARG001
    good = _always(looks["rest"], "forward_gear", False) and _always(looks["roll"], "forward_gear", True)
    return good, _switches(looks, "forward_gear", "rest", "roll"), "0; 1"


def indicator(looks: Looks, fit: Fit) -> Judged:
    near = fit.truck.near_side
    good = _always(looks["rest"], "indicator", "none") and _always(looks["indicate"], "indicator", near)
    seen = "; ".join(looks[move][-1].state.indicator for move in ("rest", "indicate") if looks[move])
    return good, seen, f"none; {near}"


def brake_switch(looks: Looks, fit: Fit) -> Judged:  # noqa: ARG001
    good = _always(looks["rest"], "brake_pedal", False) and _always(looks["press_brake"], "brake_pedal", True)
    return good, _switches(looks, "brake_pedal", "rest", "press_brake"), "0; 1"


def brake_answer(looks: Looks, fit: Fit) -> Judged:  # noqa: ARG001
    every = [look for found in looks.values() for look in found]
    states = {look.brake.system_state for look in every if look.brake is not None}
    ages = [look.state.t_s - look.brake.t_s if look.brake else None for look in every]
    oldest = None if not ages or None in ages else max(age for age in ages if age is not None)
    good = oldest is not None and oldest <= BRAKE_GAP_S and states <= set(XBR_OBEYED)
    shown = f"{_shown(oldest)} s, XBR {', '.join(str(state) for state in sorted(states)) or '-'}"
    return good, shown, f"<= {BRAKE_GAP_S:g} s, XBR 0 / 1"


def _switches(looks: Looks, name: str, *moves: Move) -> str:
    shown = {None: "无信号 no signal", True: "1", False: "0"}
    return "; ".join(shown[getattr(looks[move][-1].state, name)] for move in moves if looks[move])


SIGNALS = (
    ("speed", Text("车速", "speed"), speed,  # IC-01
     Text("检查CCVS1（车速）是否接入，地址是否为发动机。",
          "Check that CCVS1 (wheel speed) reaches the unit and comes from the engine's address.")),
    ("steering", Text("转向角", "steering"), steering,  # IC-02
     Text("检查转向角传感器接线（VDC2），左转应为正。",
          "Check the wiring of the steering sensor (VDC2); left must count positive.")),
    ("yaw_rate", Text("横摆角速度", "yaw rate"), yaw_rate,  # IC-03
     Text("检查横摆角速度传感器（VDC2）的方向和接线。",
          "Check direction and wiring of the yaw rate sensor (VDC2).")),
    ("pedal", Text("加速踏板", "accelerator"), pedal,  # IC-04
     Text("检查EEC2（加速踏板）是否接入。", "Check that EEC2 (accelerator pedal) reaches the unit.")),
    ("kickdown", Text("强制降挡", "kick-down"), kickdown,  # IC-05
     Text("检查强制降挡开关（EEC2）。", "Check the kick-down switch (EEC2).")),
    ("gear", Text("挡位", "gear"), gear,  # IC-06
     Text("检查ETC2（挡位）是否接入。", "Check that ETC2 (gear) reaches the unit.")),
    ("indicator", Text("近侧转向灯", "indicator"), indicator,  # IC-07
     Text("检查转向灯信号（OEL），左右是否接反。",
          "Check the indicator signal (OEL); left and right may be swapped.")),
    ("brake_switch", Text("制动踏板", "brake pedal"), brake_switch,  # IC-08
     Text("检查EBC1（制动开关）是否接入。", "Check that EBC1 (brake switch) reaches the unit.")),
    ("brake_answer", Text("制动应答EBC5", "brake answer EBC5"), brake_answer,  # IC-09
     Text("检查EBS是否支持并允许外部制动请求（XBR）。",
          "Check that the EBS supports and accepts external brake requests (XBR).")),
)  # fmt: skip
