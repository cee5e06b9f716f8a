"""The page over several scenario runs: each in a line with its verdict, what decided it, and its page."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from edge_controller.install.image import firmware_sha256
from hil.report.html import own, write_page
from hil.report.rows import MeasureRow, deciding, rows_of
from hil.report.scenario import STYLES
from hil.report.scenario_words import VERDICT_CHINESE
from hil.scenario.judge import WORST_FIRST, Verdict, worst
from hil.scenario.running import ScenarioRun


@dataclass(frozen=True, slots=True)
class Line:
    """One run."""

    run: ScenarioRun
    verdict: Verdict
    deciding: MeasureRow | None
    href: str


def write_index(path: Path, reports: Sequence[tuple[ScenarioRun, Path]]) -> None:
    """Write the page; `reports` are the runs with their own pages, below the folder of this one."""
    lines = [_line(run, report.relative_to(path.parent)) for run, report in reports]
    verdicts = [line.verdict for line in lines]
    interpreters = {
        f"{run.interpreter.name} {run.interpreter.version}" for run, _ in reports if run.interpreter
    }
    content = {
        "worst": worst(verdicts),
        "counts": [(verdict, verdicts.count(verdict)) for verdict in WORST_FIRST],
        "lines": sorted(lines, key=lambda line: WORST_FIRST.index(line.verdict)),
        "verdict_chinese": VERDICT_CHINESE,
        "interpreter": ", ".join(sorted(interpreters)) or "no interpreter came up",
        "seed": ", ".join(sorted({str(run.seed) for run, _ in reports})),
        "firmware": firmware_sha256(),
        "style": own(*STYLES),
    }
    write_page(path, "index.html.j2", content)


def _line(run: ScenarioRun, report: Path) -> Line:
    return Line(run, run.judgement.verdict, deciding(rows_of(run)), quote(report.as_posix()))
