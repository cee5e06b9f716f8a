"""What edge, gateway, lamps and driver did, as spans over time, and what the script set off, as marks."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby
from string import ascii_uppercase

from firmware import link
from hil.encounter import Encounter
from hil.report.scenario_words import reason_chinese
from hil.report.words import ladder_words
from hil.runlog import RunLog, Tick

STATUS_S = 0.02  # between two status frames of the gateway
ONE_OBJECTION_S = 0.05  # so near together they object to one thing
STEERS_RAD = 0.005
LETTER_PX, WIDE_PX, PHONE_PX = 8.0, 1150, 250  # a band says its name only where that fits in
FAULT = "fault lamp"

Words = tuple[str, str, str]  # style, English, Chinese


@dataclass(frozen=True, slots=True)
class Span:
    """Something that lasted."""

    from_s: float
    to_s: float
    what: str


@dataclass(frozen=True, slots=True)
class Band:
    """A span as it is drawn: per cent of the time axis, and whether its name fits in."""

    span: Span
    css: str
    text: str
    chinese: str
    left_pct: float
    width_pct: float
    fits: str  # style classes


@dataclass(frozen=True, slots=True)
class Lane:
    """One line of the time line."""

    name: str
    chinese: str
    bands: list[Band]


@dataclass(frozen=True, slots=True)
class Incidents:
    """What the script set off or a policy recorded, all of one kind under one letter."""

    letter: str
    what: str
    times_s: tuple[float, ...]

    @property
    def t_s(self) -> float:
        """The first."""
        return self.times_s[0]

    def drawn_s(self, end_s: float) -> list[float]:
        """One of those that would fall on the same pixel."""
        return list({round(t_s / end_s * WIDE_PX): t_s for t_s in reversed(self.times_s)}.values())[::-1]


@dataclass(frozen=True, slots=True)
class Lamp:
    """One bit of the gateway's answer."""

    name: str
    chinese: str
    css: str
    bit: int

    def is_lit(self, lamps: int) -> bool:
        """The fault lamp lights by itself where nobody holds it off."""
        return bool(lamps & self.bit) != (self.name == FAULT)


LAMPS = (
    Lamp("information lamp", "提示灯", "lamp-inform", link.LAMP_INFORM),
    Lamp("warning lamp", "报警灯", "lamp-warn", link.LAMP_WARN),
    Lamp("buzzer", "蜂鸣器", "lamp-warn", link.BUZZER),
    Lamp("voice", "语音", "lamp-inform", link.VOICE),
    Lamp(FAULT, "故障灯", "lamp-fault", link.FAULT_LAMP_HELD_OFF),
)
ALWAYS_SHOWN = (link.LAMP_INFORM, link.LAMP_WARN)


def lanes_of(encounter: Encounter, log: RunLog, end_s: float) -> list[Lane]:
    """Edge, gateway, its refusals, lamps, driver; a lamp that nobody would miss only if it was ever lit."""
    driver = _spans(log, lambda tick: _driving(encounter, tick))
    lanes = [
        _lane("edge asks", "边缘请求", _edge_spans(log), ladder_words, end_s),
        _lane("gateway grants", "网关放行", _spans(log, lambda t: t.gateway_state), ladder_words, end_s),
        _lane("gateway refuses", "网关拒绝", refusal_spans(log), _refusal_words, end_s),
        *(_lamp_lane(lamp, log, end_s) for lamp in LAMPS),
        _lane("driver", "驾驶员", driver, _driving_words, end_s),
    ]
    always = {lamp.name for lamp in LAMPS if lamp.bit in ALWAYS_SHOWN} | {lane.name for lane in lanes[:3]}
    return [lane for lane in lanes if lane.bands or lane.name in always]


def refusal_spans(log: RunLog) -> list[Span]:
    """Objections of one reason, joined where they follow one another."""
    spans: list[Span] = []
    for refusal in log.refusals:
        last = spans[-1] if spans else None
        ends_s = refusal.t_s + STATUS_S
        if last and last.what == refusal.reason and ends_s - last.to_s <= ONE_OBJECTION_S:
            spans[-1] = Span(last.from_s, ends_s, last.what)
        else:
            spans.append(Span(refusal.t_s, ends_s, refusal.reason))
    return spans


def incidents_of(log: RunLog) -> list[Incidents]:
    """In the order in which their first came."""
    times_s: dict[str, list[float]] = {}
    happened = [(incident.t_s, incident.what) for incident in log.incidents] + policy_events(log)
    for t_s, what in sorted(happened, key=lambda one: one[0]):
        times_s.setdefault(what, []).append(t_s)
    lettered = zip(ascii_uppercase, times_s.items(), strict=False)
    return [Incidents(letter, what, tuple(times)) for letter, (what, times) in lettered]


def policy_events(log: RunLog) -> list[tuple[float, str]]:
    """When policies recorded something, and what: right_turn_stop_kept and the like."""
    return [(event.t_s, f"{event.policy}_{event.kind}") for event in log.events]


def lit_s(log: RunLog, bit: int) -> float | None:
    """When a lamp first lit; None where it never did."""
    return next((tick.t_s for tick in log.ticks if tick.lamps & bit), None)


def _spans(log: RunLog, what: Callable[[Tick], str]) -> list[Span]:
    """Stretches of one value, each to the beginning of the next; what is empty is left out."""
    groups = [(value, next(ticks).t_s) for value, ticks in groupby(log.ticks, what)]
    ends = [from_s for _, from_s in groups[1:]] + [log.ticks[-1].t_s]
    return [Span(from_s, to_s, value) for (value, from_s), to_s in zip(groups, ends, strict=True) if value]


def _edge_spans(log: RunLog) -> list[Span]:
    """What it asks for, until it falls silent."""
    silent_s = log.first_s("edge_silent")
    spans = _spans(log, lambda tick: tick.edge_state)
    if silent_s is None:
        return spans
    asked = [Span(s.from_s, min(s.to_s, silent_s), s.what) for s in spans if s.from_s < silent_s]
    return [*asked, Span(silent_s, log.ticks[-1].t_s, "silent")]


def _driving(encounter: Encounter, tick: Tick) -> str:
    pose, near = tick.truck, encounter.driver.near_sign
    steers = pose.steer_rad * near > STEERS_RAD
    away = pose.steer_rad * near < -STEERS_RAD
    bogie_x_m = pose.x_m + encounter.body.no_side_slip_x_m * math.cos(pose.heading_rad)
    if steers or away:
        return "turns" if steers else "steers away"
    return "signals" if encounter.driver.signals(bogie_x_m) else ""


def _driving_words(what: str) -> Words:
    chinese = {"turns": "转弯", "steers away": "避让转向", "signals": "转向灯"}[what]
    return f"driver-{what.replace(' ', '-')}", what, chinese


def _refusal_words(reason: str) -> Words:
    return "refusal", reason, reason_chinese(reason)


def _lamp_lane(lamp: Lamp, log: RunLog, end_s: float) -> Lane:
    spans = _spans(log, lambda tick: "on" if lamp.is_lit(tick.lamps) else "")
    return _lane(lamp.name, lamp.chinese, spans, lambda _: (lamp.css, "on", "亮"), end_s)


def _lane(
    name: str, chinese: str, spans: Iterable[Span], words: Callable[[str], Words], end_s: float
) -> Lane:
    return Lane(name, chinese, [_band(span, words(span.what), end_s) for span in spans])


def _band(span: Span, words: Words, end_s: float) -> Band:
    css, text, chinese = words
    share = (span.to_s - span.from_s) / end_s
    needs_px = LETTER_PX * (len(text) + 1.7 * len(chinese) + 2)
    fits = [name for name, px in (("fits", WIDE_PX), ("fits-phone", PHONE_PX)) if share * px >= needs_px]
    return Band(
        span, css, text, chinese, round(100 * span.from_s / end_s, 3), round(100 * share, 3), " ".join(fits)
    )
