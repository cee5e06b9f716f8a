"""What `nearside hil list` says of a scenario file."""

from dataclasses import asdict
from typing import Any

from hil.scenario.counted import Counted
from hil.scenario.parameters import Normal, OneOf, Parameter
from hil.scenario.scenario import Limit
from hil.scenario.scenario_file import ScenarioFile

WIDTHS = (14, 4, 34)  # of id, family and tags, so that the lines stand below each other


def line_of(file: ScenarioFile) -> str:
    """Id, family, tags and requirement ids."""
    cells = (file.id, file.family, ", ".join(file.tags) or "-")
    padded = [cell.ljust(width) for cell, width in zip(cells, WIDTHS, strict=True)]
    return "  ".join([*padded, ", ".join(file.requirements)])


def described(file: ScenarioFile) -> dict[str, Any]:
    """All that a program may ask of it before it is run; limits as in the middle of its parameters."""
    middle = file.middle()
    return {
        "id": file.id,
        "row": file.row,
        "title": file.title,
        "title_zh": file.title_zh,
        "family": file.family,
        "tags": list(file.tags),
        "requirements": list(file.requirements),
        "source": file.source,
        "path": str(file.path),
        "sha256": file.sha256,
        "fit": middle.encounter.fit.path.stem,
        "duration_s": middle.encounter.duration_s,
        "draws": file.draws,
        "parameters": [parameter_as_json(parameter) for parameter in file.parameters],
        "corners": list(file.corners),
        "encounters_per_km": file.encounters_per_km,
        "counted": [counted_as_json(counted) for counted in file.counted],
        "needs": [_limit(limit) for limit in middle.needs],
        "limits": [_limit(limit) for limit in middle.expect],
    }


def parameter_as_json(parameter: Parameter) -> dict[str, Any]:
    """As the file says it."""
    if isinstance(parameter, OneOf):
        return {"name": parameter.name, "one_of": list(parameter.options), "weights": list(parameter.weights)}
    ends = {"from": parameter.low, "to": parameter.high}
    if isinstance(parameter, Normal):
        return {"name": parameter.name, "normal": parameter.mean, "sigma": parameter.sigma, **ends}
    return {"name": parameter.name, **ends}


def counted_as_json(counted: Counted) -> dict[str, Any]:
    """As the file says it."""
    return {"outcome": counted.outcome, counted.side: counted.limit, "requirement": counted.requirement}


def _limit(limit: Limit) -> dict[str, Any]:
    return asdict(limit)
