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
NAMES = tuple(FAMILIES)


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

    @property
    def counts_contact(self) -> bool:
        """Its file counts whether somebody is touched."""
        return any(counted.outcome in AS_GOOD for counted in self.done.file.counted)

    @property
    def place(self) -> tuple[int, str, str, int, str]:
        """In the order of the matrix: T2 before T10, families nobody named here after the others."""
        family, (row, _, rest) = self.done.file.family, self.done.file.id.partition("-")
        letters = row.rstrip("0123456789")
        number = int(row[len(letters) :] or 0)
        return NAMES.index(family) if family in NAMES else len(NAMES), family, letters, number, rest

    @property
    def why(self) -> str:
        """Of many encounters that do not pass: what is missing, in words."""
        return "" if len(self.done.results) == 1 else self.done.tally.why

    @property
    def rerun(self) -> str | None:
        """Of an encounter that stands alone and did not pass; those of several are on their own page."""
        alone = len(self.done.results) == 1 and self.verdict != "pass"
        return self.done.rerun(self.done.results[0]) if alone else None


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
    """What decided says nothing where the bench broke, or too many encounters were left out."""
    verdict = done.tally.verdict
    says_why = verdict != "bench error" and (
        deciding is None or verdict == "pass" or deciding.verdict != "pass"
    )
    return Line(done, deciding if says_why else None, href(pages.get(done.file.id), folder))


def overview(lines: Sequence[Line]) -> list[FamilyOverview]:
    """Families and their scenarios in the order of the matrix."""
    ordered = sorted(lines, key=lambda line: line.place)
    families = groupby(ordered, key=lambda line: line.done.file.family)
    return [_family(name, list(of)) for name, of in families]


def _family(name: str, lines: Sequence[Line]) -> FamilyOverview:
    rows = groupby(lines, key=lambda line: line.done.file.row)
    cells = tuple(tuple(_cell(line) for line in of) for _, of in rows)
    return FamilyOverview(name, *FAMILIES.get(name, ("", "")), cells, _avoided(lines))


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
        return f"{row.events} of {row.n}"
    return "–" if row.share is None else f"{pct_words(100 * row.share)} %"


def _avoided(lines: Sequence[Line]) -> Share | None:
    judged = [line.done.tally.itself.avoided for line in lines if line.counts_contact]
    pooled = Share(sum(share.events for share in judged), sum(share.n for share in judged))
    return pooled if pooled.n > 1 else None
