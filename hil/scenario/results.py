"""results.json and junit.xml of several scenarios: docs/reference/hil-results.md. No clock is read."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

from edge_controller.install.image import firmware_sha256
from hil.programs.names import detection_of
from hil.runlog import RunLog
from hil.scenario.counted import CountedRow
from hil.scenario.encounter_result import EncounterResult
from hil.scenario.judge import WORST_FIRST, worst
from hil.scenario.listing import counted_as_json, parameter_as_json
from hil.scenario.scenario_result import ScenarioResult
from hil.scenario.tally import Level, Share

SCHEMA = 2
SIMULATED = (
    "radar samples, road users, driver, truck, brake and both CAN buses, in stepped virtual time; "
    "the gateway's firmware is the real files in the interpreter named here"
)
TIMES = ("information_s", "warning_s", "request_s", "xbr_s", "standstill_s")


def write_results(out: Path, done: Sequence[ScenarioResult]) -> dict[str, Any]:
    """Both files; returns the content of results.json."""
    content = results(done)
    text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    (out / "results.json").write_text(text, encoding="utf-8")
    junit(done).write(str(out / "junit.xml"))
    return content


def results(done: Sequence[ScenarioResult]) -> dict[str, Any]:
    """Everything that was judged, and what it was judged on: one seed gives one content."""
    interpreters = [one.conditions.interpreter for one in done if one.conditions.interpreter is not None]
    verdicts = [one.tally.verdict for one in done]
    return {
        "schema": SCHEMA,
        "simulated": SIMULATED,
        "gateway": {
            "interpreter": interpreters[0].name if interpreters else None,
            "version": interpreters[0].version if interpreters else None,
            "firmware_sha256": firmware_sha256(),
        },
        "seed": done[0].conditions.seed if done else None,
        "verdict": worst(verdicts),
        "counts": {verdict: verdicts.count(verdict) for verdict in WORST_FIRST},
        "runs": [_run(one) for one in done],
    }


def _run(done: ScenarioResult) -> dict[str, Any]:
    return {**_said_by_the_file(done), **_driven_with(done), **_come_to(done)}


def _said_by_the_file(done: ScenarioResult) -> dict[str, Any]:
    file, middle = done.file, done.file.middle()
    return {
        "id": file.id,
        "title": file.title,
        "title_zh": file.title_zh,
        "family": file.family,
        "tags": list(file.tags),
        "requirements": list(file.requirements),
        "source": file.source,
        "scenario_sha256": file.sha256,
        "fit": middle.encounter.fit.path.stem,
        "fit_sha256": middle.fit_sha256,
        "near_side": middle.encounter.fit.truck.near_side,
        "brake": middle.brake_name,
        "draws": file.draws,
        "encounters_per_km": file.encounters_per_km,
        "parameters": [parameter_as_json(parameter) for parameter in file.parameters],
    }


def _driven_with(done: ScenarioResult) -> dict[str, Any]:
    conditions = done.conditions
    return {
        "seed": conditions.seed,
        "perturbed": conditions.perturb is not None,
        "perturb": None if conditions.perturb is None else asdict(conditions.perturb),
        "truth": conditions.truth,
        "sensor": conditions.level,
        "program": conditions.program,
        "detection": detection_of(conditions.level, conditions.program),
    }


def _come_to(done: ScenarioResult) -> dict[str, Any]:
    tally = done.tally
    return {
        "verdict": tally.verdict,
        "why": tally.why,
        "encounters_counted": tally.n,
        "encounters_left_out": tally.left_out + len(done.before),
        "bench_errors": tally.broken,
        "counted": [_counted(row) for row in tally.rows],
        "itself": _level(tally.itself),
        "beside": {name: _level(level) for name, level in tally.beside.items()},
        "false_per_1000": {
            name: _per_1000(share, done.file.encounters_per_km) for name, share in tally.false_braking.items()
        },
        "left_out_before": [_encounter(done, one) for one in done.before],
        "encounters": [_encounter(done, one) for one in done.results if not one.corner],
        "corners": [_encounter(done, one) for one in done.results if one.corner],
    }


def _encounter(done: ScenarioResult, one: EncounterResult) -> dict[str, Any]:
    return {**one.as_json(), "rerun": done.rerun(one)}


def _counted(row: CountedRow) -> dict[str, Any]:
    return {
        **counted_as_json(row.counted),
        "n": row.n,
        "events": row.events,
        "value": _rounded(row.share),
        "interval": None if row.low is None else [_rounded(row.low), _rounded(row.high)],
        "verdict": row.verdict,
        "why": row.why,
    }


def _level(level: Level) -> dict[str, Any]:
    """Share avoided, and how fast the truck still was in the rest."""
    return {
        "n": level.avoided.n,
        "avoided": level.avoided.events,
        "interval": _interval(level.avoided),
        "mean_contact_speed_mps": _rounded(level.mean_contact_speed_mps),
    }


def _per_1000(share: Share, encounters_per_km: float | None) -> dict[str, Any]:
    """Of encounters that touch nobody without the system; of kilometres a bound, where the file says how."""
    between = share.interval
    return {
        "n": share.n,
        "events": share.events,
        "value": _rounded(1000 * share.events / share.n) if share.n else None,
        "interval": None if between is None else [_rounded(1000 * bound) for bound in between],
        "per_1000_km_at_most": (
            None
            if between is None or encounters_per_km is None
            else _rounded(1000 * between[1] * encounters_per_km)
        ),
    }


def _interval(share: Share) -> list[float | None] | None:
    return None if share.interval is None else [_rounded(bound) for bound in share.interval]


def seen(log: RunLog) -> dict[str, Any]:
    """For whoever looks into a verdict."""
    return {
        "duration_s": _rounded(log.ticks[-1].t_s),
        **{name: _rounded(getattr(log, name)) for name in TIMES},
        "contact_s": None if log.contact is None else _rounded(log.contact.t_s),
        "min_clearance_m": _rounded(log.min_clearance_m),
        "radar_frames": len(log.steps),
        "refused": log.refused,
        "events": [event.kind for event in log.events],
        "incidents": [[_rounded(one.t_s), one.what] for one in log.incidents],
        "perturbation": log.perturbation,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def junit(done: Sequence[ScenarioResult]) -> JUnitXml:
    """fail is a failure, bench error an error, inconclusive a skipped case that says why."""
    suite = TestSuite("nearside hil")
    for one in done:
        case = TestCase(one.file.id, one.file.family)
        told = {"fail": Failure, "bench error": Error, "inconclusive": Skipped}.get(one.tally.verdict)
        if told is not None:
            case.result = [told(one.tally.why)]
        case.system_out = "\n".join(_lines(one))
        suite.add_testcase(case)
    suite.add_property("firmware_sha256", firmware_sha256())
    xml = JUnitXml("nearside hil")
    xml.add_testsuite(suite)
    xml.update_statistics()  # type: ignore[no-untyped-call]
    return xml


def _lines(done: ScenarioResult) -> list[str]:
    """What was counted, the limits of a single encounter, and how to drive again what did not pass."""
    rows = [row.in_words() for row in done.tally.rows]
    if len(done.results) == 1:
        (only,) = done.results
        rows += [row.in_words() for row in (*only.needs, *only.measures)]
    return [*rows, *done.said_before, *done.reruns]
