"""Speed, deceleration and clearance over time as inline SVG figures."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hil.encounter import KMH_TO_MPS
from hil.report.replay import decisive_tick, sampled
from hil.report.scenario_words import incident_words
from hil.report.timeline import Incidents
from hil.report.words import Mark
from hil.runlog import RunLog, Tick

WIDTH, HEIGHT = 404, 150
LEFT, RIGHT, TOP, BOTTOM = 30, 396, 26, 132
MARK_APART = 13  # so that the numbers of two marks do not cover each other
VALUE_LINES = 3

Value = Callable[[Tick], float | None]
Sign = tuple[float, str, str, bool]  # time, letter or number, name, whether the script set it off


@dataclass(frozen=True, slots=True)
class Line:
    """One curve: `pieces` are point lists of an SVG polyline."""

    css: str
    pieces: list[str]


@dataclass(frozen=True, slots=True)
class Label:
    """A number on an axis."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Flag:
    """A mark of the ladder or of the script: the line at `x`, its sign at `number_x`."""

    x: float
    number_x: float
    sign: str
    name: str
    t_s: float
    is_incident: bool


@dataclass(frozen=True, slots=True)
class Strip:
    """One figure, in pixels of its own view box."""

    key: str
    title: str
    chinese: str
    unit: str
    lines: list[Line]
    values: list[Label]
    times: list[Label]
    flags: list[Flag]
    star: tuple[float, float] | None  # contact


@dataclass(frozen=True, slots=True)
class _Axes:
    end_s: float
    top: float

    def x(self, t_s: float) -> float:
        return round(LEFT + (RIGHT - LEFT) * t_s / self.end_s, 1)

    def y(self, value: float) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * value / self.top, 1)


def strips_of(
    runs: Sequence[RunLog], marks: Sequence[Mark], incidents: Sequence[Incidents] = ()
) -> list[Strip]:
    """The strips; all share the time axis. The system's run is the last, one without before it."""
    signs = [(mark.t_s, str(mark.number), mark.name, False) for mark in marks if mark.t_s is not None]
    signs += [(one.t_s, one.letter, incident_words(one.what)[0], True) for one in incidents]
    # By time alone: two steps of the ladder may come in one tick, and then keep their order.
    signs.sort(key=lambda sign: sign[0])
    strips = [
        _strip(("speed", "Truck speed", "车速", "km/h", 5.0), runs, signs, [_speed_kmh]),
        _strip(("decel", "Braking", "制动减速度", "m/s²", 1.0), runs, signs, [_decel_mps2, _asked_mps2]),
        _strip(("clearance", "Clearance", "间距", "m", 1.0), runs, signs, [_clearance_m]),
    ]
    return strips if runs[-1].min_clearance_m is not None or len(runs) > 1 else strips[:2]


def end_s(runs: Sequence[RunLog]) -> float:
    """When the longest run ends."""
    return max(run.ticks[-1].t_s for run in runs)


def _speed_kmh(tick: Tick) -> float:
    return tick.truck.speed_mps / KMH_TO_MPS


def _decel_mps2(tick: Tick) -> float:
    return tick.truck.decel_mps2


def _asked_mps2(tick: Tick) -> float:
    return tick.xbr_mps2


def _clearance_m(tick: Tick) -> float | None:
    return tick.clearance_m


def _strip(
    names: tuple[str, str, str, str, float], runs: Sequence[RunLog], signs: list[Sign], values: list[Value]
) -> Strip:
    key, title, chinese, unit, least_top = names
    ticks = [sampled(run) for run in runs]
    found = [v for value in values for run in ticks for tick in run if (v := value(tick)) is not None]
    top = max([least_top, *found])
    step = _round_step(top)
    axes = _Axes(end_s(runs), step * max(1, math.ceil(top / step - 1e-9)))
    lines = [Line("without", _pieces(run, values[0], axes)) for run in ticks[:-1]]
    lines += [Line("asked", _pieces(ticks[-1], value, axes)) for value in values[1:]]
    lines.append(Line("with", _pieces(ticks[-1], values[0], axes)))
    return Strip(
        key=key,
        title=title,
        chinese=chinese,
        unit=unit,
        lines=lines,
        values=[Label(axes.y(n * step), f"{n * step:g}") for n in range(round(axes.top / step) + 1)],
        times=[Label(axes.x(t), f"{t:g}") for t in whole_seconds(axes.end_s)],
        flags=_flags(signs, axes),
        star=_star(runs, values[0], axes),
    )


def _pieces(ticks: list[Tick], value: Value, axes: _Axes) -> list[str]:
    """Polylines, broken where there is no value."""
    pieces: list[list[str]] = [[]]
    for tick in ticks:
        found = value(tick)
        if found is not None:
            pieces[-1].append(f"{axes.x(tick.t_s)},{axes.y(found)}")
        elif pieces[-1]:
            pieces.append([])
    return [" ".join(piece) for piece in pieces if piece]


def _star(runs: Sequence[RunLog], value: Value, axes: _Axes) -> tuple[float, float] | None:
    """Where the first run of those shown touched somebody."""
    run = next((run for run in runs if run.contact is not None), None)
    tick = None if run is None else decisive_tick(run)
    found = None if tick is None else value(tick)
    return None if tick is None or found is None else (axes.x(tick.t_s), axes.y(found))


def _flags(signs: list[Sign], axes: _Axes) -> list[Flag]:
    flags: list[Flag] = []
    for t_s, sign, name, is_incident in signs:
        x = axes.x(t_s)
        soonest = flags[-1].number_x + MARK_APART if flags else 0.0
        flags.append(Flag(x, max(x, soonest), sign, name, t_s, is_incident))
    return flags


def _round_step(top: float) -> float:
    """1, 2 or 5 times a power of ten, for about three lines."""
    rough = max(top, 1e-3) / VALUE_LINES
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * 0.999)


def whole_seconds(until_s: float) -> list[int]:
    """Labels of the time axis."""
    every = 1 if until_s <= 15 else 5
    return list(range(0, math.floor(until_s + 1e-9) + 1, every))
