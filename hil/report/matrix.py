"""The overview over many scenarios: families in rows, a cell for each scenario."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from hil.report.counted_words import pct_words
from hil.report.links import href
from hil.report.rows import MeasureRow
from hil.scenario.counted import AS_GOOD
from hil.scenario.judge import Verdict
from hil.scenario.scenario_result import ScenarioResult
from hil.scenario.tally import Share

FAMILIES = {  # in the order of the matrix
    "R": ("information and warning, as the regulations have it", "法规类提示与报警"),
    "T": ("near-side turn with braking", "近侧转弯制动"),
    "M": ("moving off and must-stop", "起步与右转必停"),
    "N": ("must not brake", "不应制动"),
    "D": ("degraded sensing", "感知退化"),
    "F": ("faults", "故障"),
    "O": ("driver", "驾驶员"),
    "set": ("needless and colliding sets", "多余制动与碰撞集"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One scenario."""

    done: ScenarioResult
    deciding: MeasureRow | None  # None: it says why by itself
    href: str | None

    @property
    def verdict(self) -> Verdict:
        """Of all its encounters."""
        return self.done.tally.verdict


@dataclass(frozen=True, slots=True)
class Cell:
    """One scenario in the overview."""

    line: Line
    figure: str  # the share of what decided, where many were driven
    hint: str


@dataclass(frozen=True, slots=True)
class FamilyOverview:
    """Its scenarios, those of one row of the matrix together."""

    name: str
    english: str
    chinese: str
    rows: tuple[tuple[Cell, ...], ...]
    avoided: Share | None  # of all encounters of its scenarios that are judged by it


def line_of(
    done: ScenarioResult, deciding: MeasureRow | None, pages: Mapping[str, Path], folder: Path
) -> Line:
    """What decided says nothing where the bench broke."""
    broke = done.tally.verdict == "bench error"
    return Line(done, None if broke else deciding, href(pages.get(done.file.id), folder))


def overview(lines: Sequence[Line]) -> list[FamilyOverview]:
    """Known families in the order of the matrix, then others; scenarios in the order of their rows."""
    names = list(FAMILIES)
    found = sorted({line.done.file.family for line in lines} - set(names))
    by_family = {name: [line for line in lines if line.done.file.family == name] for name in names + found}
    return [_family(name, of) for name, of in by_family.items() if of]


def _family(name: str, lines: Sequence[Line]) -> FamilyOverview:
    ordered = sorted(lines, key=lambda line: _place(line.done.file.id))
    rows = groupby(ordered, key=lambda line: line.done.file.row)
    cells = tuple(tuple(_cell(line) for line in of) for _, of in rows)
    return FamilyOverview(name, *FAMILIES.get(name, ("", "")), cells, _avoided(lines))


def _place(identity: str) -> tuple[str, int, str]:
    """T2 before T10."""
    row, _, rest = identity.partition("-")
    letters = row.rstrip("0123456789")
    digits = row[len(letters) :]
    return letters, int(digits) if digits.isascii() and digits else 0, rest


def _cell(line: Line) -> Cell:
    file, row = line.done.file, line.deciding
    decided = line.done.tally.why if row is None else f"{row.name} {row.value}, must be {row.limit}"
    return Cell(line, _figure(line.done), f"{file.id} {file.title}: {line.verdict}. {decided}")


def _figure(done: ScenarioResult) -> str:
    """Nothing of one encounter alone: the colour says it."""
    if len(done.results) == 1 or not done.tally.rows:
        return ""
    row = done.tally.rows[0]
    if row.counted.side == "none_in":
        return f"{row.events} in {row.n}"
    return "–" if row.share is None else f"{pct_words(100 * row.share)} %"


def _avoided(lines: Sequence[Line]) -> Share | None:
    judged = [
        line.done.tally.itself.avoided
        for line in lines
        if any(counted.outcome in AS_GOOD for counted in line.done.file.counted)
    ]
    pooled = Share(sum(share.events for share in judged), sum(share.n for share in judged))
    return pooled if pooled.n > 1 else None
