"""results.json and junit.xml of several runs: docs/reference/hil-results.md. No clock is read."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

from edge_controller.install.image import firmware_sha256
from hil.runlog import RunLog
from hil.scenario.judge import WORST_FIRST, Row, worst
from hil.scenario.running import ScenarioRun

SCHEMA = 1
SIMULATED = (
    "radar samples, road users, driver, truck, brake and both CAN buses, in stepped virtual time; "
    "the gateway's firmware is the real files in the interpreter named here"
)
TIMES = ("information_s", "warning_s", "request_s", "xbr_s", "standstill_s")


def write_results(out: Path, runs: Sequence[ScenarioRun]) -> dict[str, Any]:
    """Both files; returns the content of results.json."""
    content = results(runs)
    text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    (out / "results.json").write_text(text, encoding="utf-8")
    junit(runs).write(str(out / "junit.xml"))
    return content


def results(runs: Sequence[ScenarioRun]) -> dict[str, Any]:
    """Everything that was judged, and what it was judged on: one seed gives one content."""
    interpreter = next((run.interpreter for run in runs if run.interpreter is not None), None)
    verdicts = [run.judgement.verdict for run in runs]
    return {
        "schema": SCHEMA,
        "simulated": SIMULATED,
        "gateway": {
            "interpreter": None if interpreter is None else interpreter.name,
            "version": None if interpreter is None else interpreter.version,
            "firmware_sha256": firmware_sha256(),
        },
        "seed": runs[0].seed if runs else None,
        "verdict": worst(verdicts),
        "counts": {verdict: verdicts.count(verdict) for verdict in WORST_FIRST},
        "runs": [_run(run) for run in runs],
    }


def _run(run: ScenarioRun) -> dict[str, Any]:
    scenario, judgement = run.scenario, run.judgement
    fit = scenario.encounter.fit
    return {
        "id": scenario.id,
        "title": scenario.title,
        "title_zh": scenario.title_zh,
        "family": scenario.family,
        "source": scenario.source,
        "scenario_sha256": scenario.sha256,
        "fit": fit.path.stem,
        "fit_sha256": scenario.fit_sha256,
        "near_side": fit.truck.near_side,
        "brake": scenario.brake_name,
        "seed": run.seed,
        "perturbed": run.perturb is not None,
        "perturb": None if run.perturb is None else asdict(run.perturb),
        "truth": scenario.encounter.truth,
        "verdict": judgement.verdict,
        "why": judgement.why,
        "needs": [_row(row) for row in judgement.needs],
        "measures": [_row(row) for row in judgement.measures],
        "seen": None if run.with_system is None else _seen(run.with_system),
    }


def _row(row: Row) -> dict[str, Any]:
    limit = row.limit
    return {
        "measure": limit.measure,
        "value": row.value,
        "unit": limit.unit,
        "at_least": limit.at_least,
        "at_most": limit.at_most,
        "margin": row.margin,
        "requirement": limit.requirement,
        "verdict": "pass" if row.is_kept else "fail",
    }


def _seen(log: RunLog) -> dict[str, Any]:
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


def junit(runs: Sequence[ScenarioRun]) -> JUnitXml:
    """fail is a failure, bench error an error, inconclusive a skipped case that says why."""
    suite = TestSuite("nearside hil")
    for run in runs:
        case = TestCase(run.scenario.id, run.scenario.family)
        told = {"fail": Failure, "bench error": Error, "inconclusive": Skipped}.get(run.judgement.verdict)
        if told is not None:
            case.result = [told(run.judgement.why)]
        case.system_out = "\n".join(row.in_words() for row in (*run.judgement.needs, *run.judgement.measures))
        suite.add_testcase(case)
    suite.add_property("firmware_sha256", firmware_sha256())
    xml = JUnitXml("nearside hil")
    xml.add_testsuite(suite)
    xml.update_statistics()  # type: ignore[no-untyped-call]
    return xml
