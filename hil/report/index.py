"""The page over several scenarios: an overview, then each in a line with its verdict and what decided it."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from edge_controller.install.image import firmware_sha256
from hil.report.counted_words import share_words
from hil.report.html import own, write_page
from hil.report.matrix import line_of, overview
from hil.report.result_facts import drives_firmware, interpreter_words, level_words
from hil.report.rows import deciding, result_rows
from hil.report.scenario import STYLES
from hil.report.scenario_words import VERDICT_CHINESE
from hil.report.side_by_side import avoided_table, needless_table
from hil.scenario.judge import WORST_FIRST, worst
from hil.scenario.scenario_result import ScenarioResult


def write_index(path: Path, done: Sequence[ScenarioResult], pages: Mapping[str, Path]) -> None:
    """Write the page; `pages` are those of the scenarios by id, below the folder of this one."""
    found = [line_of(one, deciding(result_rows(one)), pages, path.parent) for one in done]
    lines = sorted(found, key=lambda line: line.place)
    verdicts = [line.verdict for line in lines]
    conditions = [one.conditions for one in done]
    content = {
        "worst": worst(verdicts),
        "counts": [(verdict, verdicts.count(verdict)) for verdict in WORST_FIRST],
        "lines": sorted(lines, key=lambda line: WORST_FIRST.index(line.verdict)),
        "overview": overview(lines),
        "avoided": avoided_table(lines),
        "needless": needless_table(lines),
        "share": share_words,
        "verdict_chinese": VERDICT_CHINESE,
        "levels": _each(level_words(one.level)[0] for one in conditions),
        "programs": _each(one.program for one in conditions),
        "interpreter": _each(interpreter_words(one) for one in done),
        "seed": _each(str(one.seed) for one in conditions),
        "encounters": sum(len(one.results) for one in done),
        "drives_firmware": any(drives_firmware(one) for one in done),
        "firmware": firmware_sha256(),
        "style": own(*STYLES, "tally.css"),
    }
    write_page(path, "index.html.j2", content)


def _each(words: Iterable[str]) -> str:
    """Every different one."""
    return ", ".join(sorted(set(words)))
