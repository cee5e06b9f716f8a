"""The page of one scenario of many encounters: what they come to, and each that did not pass."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hil.report.counted_words import share_words
from hil.report.endings import came_to
from hil.report.html import own, write_page
from hil.report.links import href
from hil.report.result_facts import level_words, result_facts
from hil.report.rows import deciding, result_rows
from hil.report.scenario import STYLES
from hil.report.scenario_words import VERDICT_CHINESE, outcome_words
from hil.scenario.draw import values_in_words
from hil.scenario.encounter_result import EncounterResult
from hil.scenario.scenario_result import ScenarioResult
from hil.scenario.tally import Level, Share

MOST_LISTED = 300  # of a kind; results.json has all
Pages = Mapping[tuple[bool, int], Path]  # of replays, by (corner, number)


@dataclass(frozen=True, slots=True)
class EncounterLine:
    """One encounter in a list."""

    one: EncounterResult
    values: str
    came_to: str
    rerun: str
    href: str | None


@dataclass(frozen=True, slots=True)
class EncounterList:
    """Those of one kind, in the order of their numbers."""

    title: str
    chinese: str
    note: str
    lines: tuple[EncounterLine, ...]
    unlisted: int


@dataclass(frozen=True, slots=True)
class NeedlessRow:
    """What was done in encounters that need nothing."""

    name: str
    chinese: str
    share: Share
    per_1000_km_at_most: float | None

    @property
    def per_1000(self) -> str:
        """`2 (0.2 to 7.2)`."""
        between = self.share.interval
        if between is None:
            return "–"
        low, high = (f"{1000 * bound:.3g}" for bound in between)
        return f"{1000 * self.share.events / self.share.n:.3g} ({low} to {high})"


def write_tally_page(path: Path, done: ScenarioResult, pages: Pages) -> None:
    """Write the page; it needs no other file but the replays it links to, below its folder."""
    rows = result_rows(done)
    content = {
        "done": done,
        "file": done.file,
        "tally": done.tally,
        "verdict": done.tally.verdict,
        "verdict_chinese": VERDICT_CHINESE,
        "rows": rows,
        "deciding": deciding(rows),
        "share": share_words,
        "beside": _beside(done),
        "needless": _needless(done),
        "lists": _lists(done, pages, path.parent),
        "facts": result_facts(done),
        "style": own(*STYLES, "tally.css"),
    }
    write_page(path, "tally.html.j2", content)


def _beside(done: ScenarioResult) -> list[tuple[str, Level]]:
    """This one first."""
    itself = f"{done.conditions.program}, {level_words(done.conditions.level)[0]}"
    return [(itself, done.tally.itself), *done.tally.beside.items()]


def _needless(done: ScenarioResult) -> list[NeedlessRow]:
    return [
        NeedlessRow(*outcome_words(name), share, _per_1000_km(share, done.file.encounters_per_km))
        for name, share in done.tally.false_braking.items()
        if share.n
    ]


def _per_1000_km(share: Share, encounters_per_km: float | None) -> float | None:
    """A bound, and only where the file says how many such encounters there are."""
    between = share.interval
    return None if between is None or encounters_per_km is None else 1000 * between[1] * encounters_per_km


def _lists(done: ScenarioResult, pages: Pages, folder: Path) -> list[EncounterList]:
    against = [one for one in done.results if one.verdict == "fail"]
    left_out = [one for one in done.results if one.verdict == "inconclusive"]
    broken = [one for one in done.results if one.verdict == "bench error"]
    corners = [one for one in done.results if one.corner]

    def listed(title: str, chinese: str, note: str, some: Sequence[EncounterResult]) -> EncounterList:
        lines = tuple(_line(done, one, pages, folder) for one in some[:MOST_LISTED])
        return EncounterList(title, chinese, note, lines, len(some) - len(lines))

    lists = [
        listed("Bench errors", "台架故障", "They say nothing about the system 与被测系统无关.", broken),
        listed("Did not pass", "未通过", "", against),
        listed("Left out", "不计入", "Not what they should have been; in no share 不计入统计.", left_out),
        listed("Corners", "边角工况", "Ends of the parameters, in no share 不计入统计.", corners),
    ]
    return [one for one in lists if one.lines]


def _line(done: ScenarioResult, one: EncounterResult, pages: Pages, folder: Path) -> EncounterLine:
    page = href(pages.get((one.corner, one.number)), folder)
    return EncounterLine(one, values_in_words(one.values), came_to(one), done.rerun(one), page)
