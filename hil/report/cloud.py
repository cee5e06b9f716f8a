"""The picture of many encounters: a dot each, over two parameters, coloured by how it ended."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hil.report.endings import BROKEN, LEFT_OUT, Ending, came_to, ending_of, endings_for
from hil.report.links import href
from hil.scenario.draw import values_in_words
from hil.scenario.encounter_result import EncounterResult
from hil.scenario.expression import Value
from hil.scenario.parameters import OneOf, Parameter
from hil.scenario.scenario_file import ScenarioFile
from hil.scenario.scenario_result import ScenarioResult

WIDTH, HEIGHT = 560, 400
LEFT, RIGHT, TOP, BOTTOM = 62, 548, 12, 346  # of the drawn area
MOST_DRAWN = 4000  # of those that ended well; the others are all there
TICKS = 5
GOLDEN = (math.sqrt(5) - 1) / 2  # spreads the encounters of one choice evenly, always in the same way
SPREAD = 0.7  # of the room between two choices

Pages = Mapping[tuple[bool, int], Path]


@dataclass(frozen=True, slots=True)
class Axis:
    """A parameter, or with no parameter left the number of the encounter."""

    name: str
    low: float
    high: float
    options: tuple[Value, ...] = ()
    of_number: bool = False

    def share(self, one: EncounterResult) -> float:
        """Where along it an encounter lies, 0 to 1."""
        return (self._value(one) - self.low) / (self.high - self.low)

    def ticks(self) -> list[tuple[float, str]]:
        """Share along and text."""
        if self.options:
            wide = len(self.options)
            return [((n + 0.5) / wide, _text(option)) for n, option in enumerate(self.options)]
        return [((at - self.low) / (self.high - self.low), f"{at:.4g}") for at in _round(self.low, self.high)]

    def _value(self, one: EncounterResult) -> float:
        if self.of_number:
            return float(one.number)
        value = one.values[self.name]
        if self.options:
            return self.options.index(value) + 0.5 + SPREAD * (one.number * GOLDEN % 1 - 0.5)
        return float(value)


@dataclass(frozen=True, slots=True)
class Dot:
    """One encounter in pixels."""

    x: float
    y: float
    is_corner: bool
    hint: str
    href: str | None


@dataclass(frozen=True, slots=True)
class Group:
    """All that ended alike."""

    ending: Ending
    count: int
    dots: tuple[Dot, ...]


@dataclass(frozen=True, slots=True)
class Cloud:
    """A picture; the axis names are the file's own."""

    x_name: str
    y_name: str
    x_ticks: tuple[tuple[float, str], ...]
    y_ticks: tuple[tuple[float, str], ...]
    y_are_words: bool
    groups: tuple[Group, ...]
    has_corners: bool

    @property
    def undrawn(self) -> int:
        """Ended well, and too many to draw."""
        return sum(group.count - len(group.dots) for group in self.groups)


def cloud_of(done: ScenarioResult, pages: Pages, folder: Path) -> Cloud | None:
    """None where nothing is drawn from parameters, or only one encounter was."""
    told = telling(done.file)
    if not told or len(done.results) == 1:
        return None
    x, y = _axis(told[0]), _number_axis(done.results) if len(told) == 1 else _axis(told[1])
    groups = tuple(_groups(done, x, y, pages, folder))
    return Cloud(
        x_name=x.name,
        y_name=y.name,
        x_ticks=tuple((_x(share), text) for share, text in x.ticks()),
        y_ticks=tuple((_y(share), text) for share, text in y.ticks()),
        y_are_words=bool(y.options),
        groups=groups,
        has_corners=any(one.corner for one in done.results),
    )


def telling(file: ScenarioFile) -> list[Parameter]:
    """The two whose corners the file names first, else those it draws first."""
    named = [parameter for name in file.corners for parameter in file.parameters if parameter.name == name]
    return [*named, *(parameter for parameter in file.parameters if parameter not in named)][:2]


def _groups(done: ScenarioResult, x: Axis, y: Axis, pages: Pages, folder: Path) -> Iterator[Group]:
    """Those that ended well first, so that the others lie on top of them."""
    endings = endings_for(done.file.counted)
    well = next(ending for ending in endings if ending.css == "good")
    others = [ending for ending in endings if ending is not well]
    for ending in (well, *others, LEFT_OUT, BROKEN):
        some = [one for one in done.results if ending_of(one, endings) is ending]
        drawn = some[:MOST_DRAWN] if ending is well else some
        if some:
            yield Group(ending, len(some), tuple(_dot(one, x, y, pages, folder) for one in drawn))


def _dot(one: EncounterResult, x: Axis, y: Axis, pages: Pages, folder: Path) -> Dot:
    hint = f"{one.in_words()}: {values_in_words(one.values)}; {came_to(one)}"
    page = href(pages.get((one.corner, one.number)), folder)
    return Dot(_x(x.share(one)), _y(y.share(one)), one.corner, hint, page)


def _axis(parameter: Parameter) -> Axis:
    if isinstance(parameter, OneOf):
        return Axis(parameter.name, 0.0, float(len(parameter.options)), options=parameter.options)
    edge = 0.03 * (parameter.high - parameter.low) or 0.5
    return Axis(parameter.name, parameter.low - edge, parameter.high + edge)


def _number_axis(results: Sequence[EncounterResult]) -> Axis:
    return Axis("encounter", 0.0, max(one.number for one in results) + 1.0, of_number=True)


def _x(share: float) -> float:
    return round(LEFT + share * (RIGHT - LEFT), 1)


def _y(share: float) -> float:
    return round(BOTTOM - share * (BOTTOM - TOP), 1)


def _round(low: float, high: float) -> list[float]:
    """About five round numbers between the ends."""
    rough = (high - low) / TICKS
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(size * of for of in (1, 2, 5, 10) if size * of >= rough)
    return [step * n for n in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _text(option: Value) -> str:
    return option.replace("_", " ") if isinstance(option, str) else f"{option:.4g}"
