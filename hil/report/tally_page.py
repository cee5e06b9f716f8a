"""The page of one scenario of many encounters: what they come to, and each that did not pass."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hil.programs.names import NEARSIDE
from hil.report import cloud
from hil.report.bars import Bar, bar_of, bar_on, shared_axis
from hil.report.cloud import cloud_of
from hil.report.counted_words import share_words
from hil.report.endings import came_to
from hil.report.html import own, write_page
from hil.report.level_check import level_check_of
from hil.report.links import href
from hil.report.needless import needless_rows
from hil.report.result_facts import interpreter_words, level_words, result_facts
from hil.report.rows import deciding, result_rows
from hil.report.scenario import STYLES
from hil.report.scenario_words import VERDICT_CHINESE
from hil.runlog import STANDS_MPS
from hil.scenario.beside import REFERENCE
from hil.scenario.counted import UNDEGRADED
from hil.scenario.draw import values_in_words
from hil.scenario.encounter_result import EncounterResult
from hil.scenario.scenario_result import ScenarioResult
from hil.scenario.tally import Level, Share

WITHOUT = "no system"
BESIDE_CHINESE = {
    WITHOUT: "无系统",
    f"{NEARSIDE}, perfect": "本系统，理想感知",
    REFERENCE: "推荐策略，理想感知",
    UNDEGRADED: "无退化",
}
SHARES = "The verdict is of the shares above, not of each 判定依据上方统计比例."
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
class BesideRow:
    """What one program with one level of sensing came to."""

    name: str
    chinese: str
    level: Level
    bar: Bar | None
    is_itself: bool


def write_tally_page(path: Path, done: ScenarioResult, pages: Pages) -> None:
    """Write the page; it needs no other file but the replays it links to, below its folder."""
    rows = result_rows(done)
    level, chinese = level_words(done.conditions.level)
    content = {
        "file": done.file,
        "tally": done.tally,
        "verdict": done.tally.verdict,
        "verdict_chinese": VERDICT_CHINESE,
        "level": level,
        "level_chinese": chinese,
        "program": done.conditions.program,
        "interpreter": interpreter_words(done),
        "rows": [(row, None if row.counted is None else bar_of(row.counted)) for row in rows],
        "deciding": deciding(rows),
        "share": share_words,
        "needless": needless_rows(done),
        "cloud": cloud_of(done, pages, path.parent),
        "picture": cloud,
        "lists": _lists(done, pages, path.parent),
        "check": level_check_of(done),
        "facts": result_facts(done),
        "note": done.file.middle().note,
        "style": own(*STYLES, "tally.css"),
    }
    write_page(path, "tally.html.j2", content | _beside(done))


def _beside(done: ScenarioResult) -> dict[str, Any]:
    """Itself first, the drives without the system last, on one axis; nothing where nobody is ever touched."""
    tally = done.tally
    if not any(one.outcome is not None and one.outcome.contact_without for one in done.results):
        return {"beside": [], "beside_axis": None}
    itself = f"{done.conditions.program}, {done.conditions.level}"
    levels = [(itself, tally.itself), *tally.beside.items(), (WITHOUT, without_system(done))]
    asked = [one.limit for one in done.file.counted if (one.outcome, one.side) == ("avoided", "at_least")]
    limit = asked[0] if asked else None
    axis = shared_axis((level.avoided for _, level in levels[:-1]), limit)
    rows = [
        BesideRow(name, BESIDE_CHINESE.get(name, ""), level, bar_on(axis, level.avoided, limit), n == 0)
        for n, (name, level) in enumerate(levels)
    ]
    return {"beside": rows, "beside_axis": axis}


def without_system(done: ScenarioResult) -> Level:
    """The same drives of the encounters that count, nothing sensed."""
    counts = [
        one.outcome for one in done.results if one.counts and not one.corner and one.outcome is not None
    ]
    speeds = [one.contact_speed_without_mps or 0.0 for one in counts if one.contact_without]
    fast = [speed for speed in speeds if speed > STANDS_MPS]
    return Level(Share(len(counts) - len(fast), len(counts)), sum(fast) / len(fast) if fast else None)


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
        listed("Did not pass", "未通过", SHARES if done.tally.rows else "", against),
        listed("Left out", "不计入", "Not what they should have been; in no share 不计入统计.", left_out),
        listed("Corners", "边角工况", "Ends of the parameters, in no share 不计入统计.", corners),
    ]
    return [one for one in lists if one.lines]


def _line(done: ScenarioResult, one: EncounterResult, pages: Pages, folder: Path) -> EncounterLine:
    page = href(pages.get((one.corner, one.number)), folder)
    return EncounterLine(one, values_in_words(one.values), came_to(one), done.rerun(one), page)
