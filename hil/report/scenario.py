"""The page of one scenario: verdict and measures, what was simulated, the replay, what the gateway said."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hil.encounter import Encounter
from hil.report import scenario_words, strips, words
from hil.report.facts import facts_of, perturbation_of
from hil.report.html import SCRIPTS, own, script_json, write_page
from hil.report.lines import lines_of
from hil.report.replay import SHOWN_M, at_rest_s, decisive_tick, frames_kept, replay_of
from hil.report.rows import MeasureRow, deciding, rows_of
from hil.report.still import Still, still_of
from hil.report.timeline import LAMPS, incidents_of, lanes_of
from hil.runlog import RunLog
from hil.scenario.running import ScenarioRun
from hil.verdict import outcome

MANY_ANSWERS, MOST_ANSWERS = 14, 300  # folded away, listed
JUDGE_CONTACT = ("contacts", "clearance")
COUNT_CONTACT = ("avoided", "clear", "mitigated", "contact")
STYLES = ("page.css", "scenario.css")


def write_scenario_report(path: Path, run: ScenarioRun) -> None:
    """Write the page; it needs no other file and no network. Of a bench error it shows what there is."""
    rows = rows_of(run)
    decided = deciding(rows)
    content = {
        "run": run,
        "scenario": run.scenario,
        "verdict": run.judgement.verdict,
        "verdict_chinese": scenario_words.VERDICT_CHINESE,
        "deciding": decided,
        "rows": rows,
        "facts": facts_of(run),
        "perturbation": perturbation_of(run),
        "log": run.with_system,
        "replay": None,
        "style": own(*STYLES),
        "script": own(*SCRIPTS),
    }
    if run.with_system is not None:
        content |= _replayed(run, run.with_system, decided) | _said(run.with_system)
    write_page(path, "scenario.html.j2", content)


def shown_beside(run: ScenarioRun) -> RunLog | None:
    """The drive without the system, where it hits somebody or the system made a difference."""
    without, log = run.without, run.with_system
    if without is None or log is None:
        return None
    return without if without.contact is not None or log.xbr_s is not None else None


def _replayed(run: ScenarioRun, log: RunLog, decided: MeasureRow | None) -> dict[str, Any]:
    encounter, without = run.scenario.encounter, shown_beside(run)
    shown = [log] if without is None else [without, log]
    at_s = _opens_at_s(log, decided)
    marks = _marks(log)
    incidents, end_s = incidents_of(log), strips.end_s(shown)
    return {
        "encounter": encounter,
        "user_chinese": words.USER_CHINESE,
        "columns": _columns(run, shown, at_s),
        "judges_contact": _judges_contact(run),
        "legend": _legend(run),
        "marks": marks,
        "incidents": [(one, *scenario_words.incident_words(one.what)) for one in incidents],
        "strips": strips.strips_of(shown, marks, incidents),
        "strip": strips,
        "lanes": lanes_of(encounter, log, end_s),
        "seconds_pct": [(t_s, round(100 * t_s / end_s, 3)) for t_s in strips.whole_seconds(end_s)],
        "contact_s": None if without is None or without.contact is None else without.contact.t_s,
        "end_s": end_s,
        "replay": script_json(_data(run, shown, at_s)),
    }


def _judges_contact(run: ScenarioRun) -> bool:
    """Whether a contact, or its lack, is what the verdict is about."""
    limited = any(limit.measure in JUDGE_CONTACT for limit in run.scenario.expect)
    return limited or any(row.counted.outcome in COUNT_CONTACT for row in run.counted)


def _marks(log: RunLog) -> list[words.Mark]:
    """Steps of the ladder that were reached."""
    times = {
        "information_s": log.information_s,
        "warning_s": log.warning_s,
        "request_s": log.request_s,
        "xbr_s": log.xbr_s,
        "standstill_s": at_rest_s(log),
    }
    return [mark for mark in words.marks_of(times) if mark.t_s is not None]


def _opens_at_s(log: RunLog, decided: MeasureRow | None) -> float:
    """Where the verdict was decided; a run in which nothing happened, half way."""
    if decided is not None and decided.t_s is not None:
        return decided.t_s
    happened = log.contact is not None or at_rest_s(log) is not None
    return decisive_tick(log).t_s if happened else log.ticks[-1].t_s / 2


def _data(run: ScenarioRun, shown: Sequence[RunLog], at_s: float) -> dict[str, Any]:
    """For the script: paused at what decided."""
    data = replay_of(run.scenario.encounter, *shown, seed=run.seed, lines=lines_of(run))
    lamps = [
        {"text": f"{lamp.name} {lamp.chinese}", "css": lamp.css, "bit": lamp.bit, "inverted": lamp.is_lit(0)}
        for lamp in LAMPS
    ]
    return data | {"plays": False, "decisive_s": at_s, "lamps": lamps}


def _columns(
    run: ScenarioRun, shown: Sequence[RunLog], at_s: float
) -> list[tuple[str, words.Outcome | None, Still]]:
    """Name, sentence and picture; a drive that stands alone needs no sentence beside the verdict."""
    encounter = run.scenario.encounter
    pictures = [
        still_of(
            encounter,
            log,
            shown_m=SHOWN_M[len(shown)],
            seed=run.seed,
            lines=lines_of(run),
            t_s=min(at_s, log.ticks[-1].t_s),
        )
        for log in shown
    ]
    if len(shown) == 1:
        return [("with", None, pictures[0])]
    figures = {
        "near_side": encounter.fit.truck.near_side,
        "without_system": outcome(shown[0]),
        "with_system": outcome(shown[1]),
    }
    return [
        ("without", words.outcome_without(figures, _hit(encounter, shown[0])), pictures[0]),
        ("with", words.outcome_with(figures, _hit(encounter, shown[1])), pictures[1]),
    ]


def _hit(encounter: Encounter, log: RunLog) -> str:
    """Kind of who was hit; the word is not used where nobody was."""
    return "cyclist" if log.contact is None else encounter.users[log.contact.user].kind


def _legend(run: ScenarioRun) -> list[tuple[str, str]]:
    statics = {type(static).__name__ for static in run.scenario.encounter.statics}
    entries = [
        ("post", "post or parked car 立柱、停放车辆", "Street" in statics),
        ("rail", "guard rail 护栏", "GuardRail" in statics),
        ("sign", "traffic sign 标志", "Sign" in statics),
        ("limit", "limit of the test 试验限线", bool(lines_of(run))),
    ]
    return [(css, text) for css, text, is_there in entries if is_there]


def _said(log: RunLog) -> dict[str, Any]:
    """What the gateway answered, for the tables below."""
    listed = log.answers[:MOST_ANSWERS]
    return {
        "answers": [(one, scenario_words.reason_chinese(one.reason), _lit(one.lamps)) for one in listed],
        "are_many": len(log.answers) > MANY_ANSWERS,
        "unlisted": len(log.answers) - len(listed),
        "frames_kept": frames_kept(log),
        "refused": [(reason, scenario_words.reason_chinese(reason), n) for reason, n in log.refused.items()],
    }


def _lit(lamps: int) -> str:
    return ", ".join(lamp.name for lamp in LAMPS if lamp.is_lit(lamps)) or "–"
