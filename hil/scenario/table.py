"""What was driven, as a table on the screen."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from hil.scenario.counted import CountedRow
from hil.scenario.judge import Verdict
from hil.scenario.scenario_result import ScenarioResult

COLOURS: dict[Verdict, str] = {
    "pass": "green",
    "fail": "red",
    "inconclusive": "yellow",
    "bench error": "magenta",
}
LOG_WIDTH = 120  # of a file that has no width of its own
MOST_RERUNS = 5  # of a scenario, on the screen; all are in results.json


def screen(*, stderr: bool = False) -> Console:
    """The terminal as wide as it is; a log as wide as the table needs."""
    console = Console(stderr=stderr)
    return console if console.is_terminal else Console(stderr=stderr, width=LOG_WIDTH)


def print_results(done: Sequence[ScenarioResult], title: str, console: Console) -> None:
    """The table, then why, and the lines that drive again what did not pass."""
    console.print(_table(done, title))
    for one in done:
        if one.tally.why:
            console.print(f"{one.file.id}: {one.tally.why}", markup=False, highlight=False)
        for line in one.said_before:
            console.print(f"{one.file.id}: {line}", markup=False, highlight=False)
        for line in one.reruns[:MOST_RERUNS]:
            console.print(f"  {line}", markup=False, highlight=False, soft_wrap=True)
        if len(one.reruns) > MOST_RERUNS:
            console.print(f"  ... and {len(one.reruns) - MOST_RERUNS} more in results.json")


def _table(done: Sequence[ScenarioResult], title: str) -> Table:
    table = Table(title=title)
    for name in ("scenario, measure", "value", "limit", "margin", "verdict"):
        table.add_column(name, no_wrap=name not in {"limit", "value"})
    for one in done:
        verdict = one.tally.verdict
        count = f"{one.tally.n} counted" if len(one.results) > 1 else ""
        table.add_row(Text(one.file.id, "bold"), count, "", "", Text(verdict, COLOURS[verdict]))
        for row in one.tally.rows:
            table.add_row(
                f"  {row.counted.outcome}", _counted(row), row.counted.in_words(), "-", _missed(row)
            )
        if len(one.results) == 1:
            _add_measures(table, one)
        else:
            _add_beside(table, one)
        table.add_section()
    return table


def _counted(row: CountedRow) -> str:
    if row.n == 1:
        return "yes" if row.events else "no"
    if row.low is None or row.high is None:
        return "-"
    return f"{row.events} of {row.n} ({100 * row.low:.3g} to {100 * row.high:.3g} %)"


def _missed(row: CountedRow) -> Text:
    return Text("" if row.verdict == "pass" else row.verdict, COLOURS[row.verdict])


def _add_measures(table: Table, one: ScenarioResult) -> None:
    for row in one.results[0].measures:
        table.add_row(
            f"  {row.limit.measure}",
            "-" if row.value is None else row.limit.told(row.value),
            row.limit.in_words(),
            "-" if row.margin is None else f"{row.margin:.3g}",
            Text("" if row.is_kept else "missed", "red"),
        )


def _add_beside(table: Table, one: ScenarioResult) -> None:
    """What others avoid of the same encounters."""
    for name, level in one.tally.beside.items():
        between = level.avoided.interval
        if between is not None:
            low, high = (100 * bound for bound in between)
            value = f"{level.avoided.events} of {level.avoided.n} ({low:.3g} to {high:.3g} %)"
            table.add_row(f"  avoided by {name}", value, "", "", "")
