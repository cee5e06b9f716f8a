"""Speed, deceleration and clearance over time as inline SVG figures."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from hil.encounter import KMH_TO_MPS
from hil.report.replay import decisive_tick, sampled
from hil.report.words import Mark
from hil.runlog import RunLog, Tick

WIDTH, HEIGHT = 404, 150
LEFT, RIGHT, TOP, BOTTOM = 30, 396, 26, 132
MARK_APART = 13  # so that the numbers of two marks do not cover each other
VALUE_LINES = 3

Value = Callable[[Tick], float | None]


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
    """A mark of the ladder: the line at `x`, its number at `number_x`."""

    x: float
    number_x: float
    mark: Mark


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
    star: tuple[float, float] | None  # contact of the run without


@dataclass(frozen=True, slots=True)
class _Axes:
    end_s: float
    top: float

    def x(self, t_s: float) -> float:
        return round(LEFT + (RIGHT - LEFT) * t_s / self.end_s, 1)

    def y(self, value: float) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * value / self.top, 1)


def strips_of(without: RunLog, with_system: RunLog, marks: list[Mark]) -> list[Strip]:
    """The three strips, one above the other or side by side; all share the time axis."""
    runs = (without, with_system)
    return [
        _strip(("speed", "Truck speed", "车速", "km/h"), runs, marks, [_speed_kmh]),
        _strip(("decel", "Braking", "制动减速度", "m/s²"), runs, marks, [_decel_mps2, _asked_mps2]),
        _strip(("clearance", "Clearance", "间距", "m"), runs, marks, [_clearance_m]),
    ]


def end_s(without: RunLog, with_system: RunLog) -> float:
    """When the longer run ends."""
    return max(without.ticks[-1].t_s, with_system.ticks[-1].t_s)


def _speed_kmh(tick: Tick) -> float:
    return tick.truck.speed_mps / KMH_TO_MPS


def _decel_mps2(tick: Tick) -> float:
    return tick.truck.decel_mps2


def _asked_mps2(tick: Tick) -> float:
    return tick.xbr_mps2


def _clearance_m(tick: Tick) -> float | None:
    return tick.clearance_m


def _strip(
    names: tuple[str, str, str, str], runs: tuple[RunLog, RunLog], marks: list[Mark], values: list[Value]
) -> Strip:
    key, title, chinese, unit = names
    ticks = [sampled(run) for run in runs]
    found = [v for value in values for run in ticks for tick in run if (v := value(tick)) is not None]
    step = _round_step(max(found, default=1.0))
    axes = _Axes(end_s(*runs), step * max(1, math.ceil(max(found, default=1.0) / step - 1e-9)))
    lines = [Line("without", _pieces(ticks[0], values[0], axes))]
    lines += [Line("asked", _pieces(ticks[1], value, axes)) for value in values[1:]]
    lines.append(Line("with", _pieces(ticks[1], values[0], axes)))
    return Strip(
        key=key,
        title=title,
        chinese=chinese,
        unit=unit,
        lines=lines,
        values=[Label(axes.y(n * step), f"{n * step:g}") for n in range(round(axes.top / step) + 1)],
        times=[Label(axes.x(t), f"{t:g}") for t in _whole_seconds(axes.end_s)],
        flags=_flags(marks, axes),
        star=_star(runs[0], values[0], axes),
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


def _star(run: RunLog, value: Value, axes: _Axes) -> tuple[float, float] | None:
    tick = decisive_tick(run)
    found = value(tick)
    return None if run.contact is None or found is None else (axes.x(tick.t_s), axes.y(found))


def _flags(marks: list[Mark], axes: _Axes) -> list[Flag]:
    # By time alone: two steps of the ladder may come in one tick, and then keep their order.
    reached = [(mark.t_s, mark) for mark in marks if mark.t_s is not None]
    flags: list[Flag] = []
    for t_s, mark in sorted(reached, key=lambda one: one[0]):
        x = axes.x(t_s)
        soonest = flags[-1].number_x + MARK_APART if flags else 0.0
        flags.append(Flag(x, max(x, soonest), mark))
    return flags


def _round_step(top: float) -> float:
    """1, 2 or 5 times a power of ten, for about three lines."""
    rough = max(top, 1e-3) / VALUE_LINES
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * 0.999)


def _whole_seconds(until_s: float) -> list[int]:
    every = 1 if until_s <= 15 else 5
    return list(range(0, math.floor(until_s + 1e-9) + 1, every))
