"""What a sweep at the statistical level rests on: how its tracks compare with those of the radars."""

from collections.abc import Sequence
from dataclasses import dataclass

from hil.encounter import Encounter
from hil.report.scenario_words import told
from hil.scenario.judge import Verdict
from hil.scenario.scenario_result import ScenarioResult
from hil.sensing.comparing import Comparison, Row, read_comparison
from hil.sensing.statistical import COMPARISON, doubts_of, folder_for

CHINESE = {
    "false tracks begun": "新出现的虚假目标",
    "false tracks at once": "同时存在的虚假目标",
    "median error of place": "位置误差中位数",
    "error of place, 90 % below": "位置误差 90 % 分位",
    "median error of velocity": "速度误差中位数",
    "error of velocity, 90 % below": "速度误差 90 % 分位",
    "tracks of vehicles at once": "车辆产生的目标数",
    "share of time in view that is told": "可见时间内被报告的比例",
    "in view before first told, median": "首次报告延迟中位数",
}


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One measure at both levels; what is shown and not judged has no verdict."""

    name: str
    chinese: str
    radar: str
    statistical: str
    ratio: str
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class LevelCheck:
    """Why the sweep does not count, if it does not; no rows where nothing was compared yet."""

    doubts: tuple[str, ...]
    encounters: int
    rows: tuple[CheckRow, ...]


def level_check_of(done: ScenarioResult) -> LevelCheck | None:
    """None at the other levels: they need no such proof."""
    if done.conditions.level != "statistical":
        return None
    encounter = done.file.middle().in_truth(done.conditions.truth).encounter
    return level_check(doubts_of(encounter), _compared(encounter))


def level_check(doubts: Sequence[str], comparison: Comparison | None) -> LevelCheck:
    """For the page."""
    if comparison is None:
        return LevelCheck(tuple(doubts), 0, ())
    return LevelCheck(tuple(doubts), comparison.encounters, tuple(_row(row) for row in comparison.rows))


def _compared(encounter: Encounter) -> Comparison | None:
    path = folder_for(encounter) / COMPARISON
    return read_comparison(path) if path.exists() else None


def _row(row: Row) -> CheckRow:
    near: Verdict = "pass" if row.is_near else "inconclusive"
    return CheckRow(
        name=row.name,
        chinese=CHINESE.get(row.name, ""),
        radar=_value(row.radar, row.unit),
        statistical=_value(row.statistical, row.unit),
        ratio=_ratio(row),
        verdict=near if row.judged else None,
    )


def _value(value: float | None, unit: str) -> str:
    return "–" if value is None else told(value, unit)


def _ratio(row: Row) -> str:
    """`1.2 (0.9 to 1.6)`; without an upper end where some draws of the radars had none."""
    if row.ratio is None:
        return "–"
    low, high = ("∞" if end is None else f"{end:.2g}" for end in row.interval)
    return f"{row.ratio:.2g} ({low} to {high})"
