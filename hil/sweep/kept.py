"""An encounter's run as a line of JSON, and back: what was driven once is not driven again."""

from dataclasses import asdict, fields
from typing import Any

from hil.scenario.draw import Draw
from hil.scenario.encounters import EncounterRun, Setup
from hil.scenario.judge import Judgement, Row
from hil.scenario.outcome import Outcome
from hil.scenario.scenario import Limit


def run_as_json(run: EncounterRun) -> dict[str, Any]:
    """Everything, in plain values."""
    return asdict(run)


def run_of_json(told: dict[str, Any]) -> EncounterRun:
    """The same run again."""
    judgement = told["judgement"]
    rows = {name: tuple(_row(row) for row in judgement[name]) for name in ("needs", "measures")}
    outcome = told["outcome"]
    rest = {field.name: told[field.name] for field in fields(EncounterRun)}
    rest["draw"] = Draw(**told["draw"])
    rest["setup"] = Setup(**told["setup"])
    rest["judgement"] = Judgement(judgement["verdict"], judgement["why"], rows["needs"], rows["measures"])
    rest["outcome"] = None if outcome is None else Outcome(**outcome)
    return EncounterRun(**rest)


def _row(told: dict[str, Any]) -> Row:
    return Row(Limit(**told["limit"]), told["value"], told["margin"], told["is_kept"])
