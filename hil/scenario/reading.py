"""A scenario file becomes a Scenario for each draw; docs/reference/scenario-file.md says every key."""

import hashlib
import inspect
import re
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import get_args

import yaml

from edge_controller.config import Fit, load_fit, shipped_fit
from edge_controller.messages import Side
from edge_controller.toml_table import shown
from firmware.case import Settings
from hil.encounter import Encounter
from hil.plant.brake_sets import BRAKE_SETS
from hil.scenario import reading_plant as plant
from hil.scenario.expression import ExpressionError, Values
from hil.scenario.folder import FILES
from hil.scenario.measures import MEASURES
from hil.scenario.nearest import nearest, unknown_fit
from hil.scenario.parameters import Derived, Parameter, middle_values
from hil.scenario.reading_draws import check_parameters, corners_of, counted_of, parameters_of
from hil.scenario.reading_driver import FAR_M, LONGEST_S, DriverReader
from hil.scenario.reading_faults import fault, sensors
from hil.scenario.reading_place import places_of
from hil.scenario.reading_statics import environment, statics
from hil.scenario.reading_users import road_user
from hil.scenario.scenario import Limit, Scenario
from hil.scenario.scenario_file import Draws, ScenarioFile
from hil.scenario.yaml_table import Scope, YamlTable, compose, read_bytes

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,39}")
PER_KM = "encounters_per_km"
CLEAR_BY = "clear_by_m"
FILE_KEYS = (
    "fit",
    "tags",
    "requirements",
    "parameters",
    "corners",
    "draws",
    CLEAR_BY,
    "counted",
    PER_KM,
)  # of all its encounters
SETTINGS = tuple(name for name in inspect.signature(Settings).parameters if name != "near_side")


@dataclass(frozen=True, slots=True)
class _Source:
    """What a file is built from, for each draw anew."""

    path: Path
    root: yaml.MappingNode
    sha256: str
    fit: Fit
    fit_sha256: str
    derived: tuple[Derived, ...]

    def top(self, values: Values) -> YamlTable:
        """The file with the parameters at those values, and what follows from them."""
        known = dict(values)
        top = YamlTable(self.root, self.path, "", Scope(known))
        for one in self.derived:
            try:
                known[one.name] = one.expression.value(known)
            except ExpressionError as error:
                top.table("parameters").refuse(one.name, str(error))
        return top


def read_scenario(path: Path, near_side: Side | None = None) -> Scenario:
    """The middle of a whole file, checked; `near_side` overrules the fit's and mirrors everything."""
    return read_file(path, near_side).middle()


def read_file(path: Path, near_side: Side | None = None) -> ScenarioFile:
    """The whole file, checked in the middle, at each end of each parameter and in its corners."""
    content = read_bytes(path)
    root = compose(path, content)
    top = YamlTable(root, path, "", Scope())
    fit_path = _fit_path(top)
    parameters, derived = parameters_of(top)
    fit_sha256 = _sha256(fit_path)
    source = _Source(
        path=path,
        root=root,
        sha256=hashlib.sha256(content).hexdigest(),
        fit=_fit(fit_path, near_side, fit_sha256),
        fit_sha256=fit_sha256,
        derived=derived,
    )
    file = _file(top, source, parameters)
    check_parameters(file, top, _used(source, middle_values(parameters)))
    return file


@lru_cache(maxsize=16)
def _fit(path: Path, near_side: Side | None, _sha256: str) -> Fit:
    """A few fits are those of all files; one that was changed since is read anew."""
    return load_fit(path, near_side)


def _sha256(path: Path) -> str:
    """Empty where it cannot be read: `load_fit` says so."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _file(top: YamlTable, source: _Source, parameters: tuple[Parameter, ...]) -> ScenarioFile:
    name = _id(top)
    return ScenarioFile(
        id=name,
        title=top.string("title"),
        title_zh=top.string("title_zh"),
        family=_family(top),
        tags=top.strings("tags") if top.has("tags") else (),
        requirements=_requirements(top, name),
        source=top.string("source"),
        path=source.path,
        sha256=source.sha256,
        perturb=top.boolean("perturb"),
        parameters=parameters,
        corners=corners_of(top, parameters),
        draws=_draws(top),
        clear_by_m=_clear_by_m(top),
        counted=counted_of(top),
        encounters_per_km=top.number(PER_KM, 1e-3, 1e3) if top.has(PER_KM) else None,
        built=partial(_scenario_at, source),
    )


def _used(source: _Source, values: Values) -> set[str]:
    """Which parameters and what follows from them the file asks for in its middle."""
    top = source.top(values)
    _scenario(top, source)
    used = top.scope.used
    for one in reversed(source.derived):
        used |= one.expression.names if one.name in used else set()
    return used


def _scenario_at(source: _Source, values: Values) -> Scenario:
    return _scenario(source.top(values), source)


def _scenario(top: YamlTable, source: _Source) -> Scenario:
    brake_name = top.string("brake", ("fit", *BRAKE_SETS))
    scenario = Scenario(
        id=_id(top),
        title=top.string("title"),
        title_zh=top.string("title_zh"),
        family=top.string("family"),
        source=top.string("source"),
        note=top.string("note") if top.has("note") else "",
        path=source.path,
        sha256=source.sha256,
        fit_sha256=source.fit_sha256,
        brake_name=brake_name,
        perturb=top.boolean("perturb"),
        encounter=_encounter(top, source.fit, brake_name),
        collision_x_m=top.number("collision_x_m", 0.0, FAR_M) if top.has("collision_x_m") else None,
        needs=tuple(_limit(table) for table in top.tables("needs", least=1)),
        expect=tuple(_limit(table) for table in top.tables("expect", least=1)) if _expects(top) else (),
    )
    top.leave(FILE_KEYS)
    top.finish()
    _check_measures(top, scenario)
    return scenario


def _expects(top: YamlTable) -> bool:
    return top.has("expect") or not top.has("counted")


def _family(top: YamlTable) -> str:
    name = top.string("family")
    if not ID.fullmatch(name) or name == "all":
        top.refuse("family", f"is {shown(name)}, not up to 40 letters, digits, dots and hyphens, or is 'all'")
    return name


def _requirements(top: YamlTable, name: str) -> tuple[str, ...]:
    """Ids; the row of the matrix where none is said."""
    return top.strings("requirements", least=1) if top.has("requirements") else (name.partition("-")[0],)


def _draws(top: YamlTable) -> Draws:
    if not top.has("draws"):
        return "any"
    asked = top.string("draws", get_args(Draws))
    return next(one for one in get_args(Draws) if one == asked)


def _clear_by_m(top: YamlTable) -> float:
    if not top.has(CLEAR_BY):
        return 0.0
    if _draws(top) != "touching_nobody":
        top.refuse(CLEAR_BY, "is for draws that touch nobody")
    return top.number(CLEAR_BY, 0.0, 5.0)


def _id(top: YamlTable) -> str:
    """It names a folder, and must not mean anything else on the command line."""
    name = top.string("id")
    if not ID.fullmatch(name) or name == "all":
        top.refuse("id", f"is {shown(name)}, not up to 40 letters, digits, dots and hyphens, or is 'all'")
    if name.casefold() in FILES:
        top.refuse("id", f"is {shown(name)}, the name of a file among the results")
    return name


def _fit_path(top: YamlTable) -> Path:
    name = top.string("fit")
    if not name.endswith(".toml") and (wrong := unknown_fit(name)):
        top.refuse("fit", f"is {wrong}")
    path = top.path.parent / name if name.endswith(".toml") else shipped_fit(name)
    try:
        is_there = path.is_file()
    except OSError as error:  # a name too long for the system
        top.refuse("fit", f"is {shown(name)}, which cannot be looked for ({error.strerror})")
    if not is_there:
        top.refuse("fit", f"is {shown(name)}, but there is no {path}")
    return path


def _encounter(top: YamlTable, fit: Fit, brake_name: str) -> Encounter:
    body = plant.body(top, fit)
    road = plant.road(top)
    places = places_of(body, road, fit.truck.near_sign)
    driver, radius_m = DriverReader(top.table("driver"), body, fit.truck.near_sign).read()
    return Encounter(
        fit=fit,
        body=body,
        brake=plant.brake(top, fit, brake_name, body),
        driver=driver,
        users=tuple(road_user(table, places) for table in top.tables("road_users")),
        duration_s=top.number("duration_s", 0.5, LONGEST_S),
        turn_radius_m=radius_m,
        statics=tuple(one for table in top.tables("statics") for one in statics(table, places)),
        faults=tuple(fault(table) for table in top.tables("faults")),
        settings=_settings(top),
        after_standstill_s=_after_standstill_s(top),
        ground=plant.ground(top),
        road=road,
        signals=plant.signals(top),
        environment=environment(top),
        sensors=sensors(top, fit),
        holds_at_rest=top.boolean("brake_holds_at_rest") if top.has("brake_holds_at_rest") else True,
    )


def _after_standstill_s(top: YamlTable) -> float | None:
    key = "ends_after_standstill_s"
    return top.number(key, 0.0, LONGEST_S) if top.has(key) else None


def _settings(top: YamlTable) -> dict[str, int]:
    settings = top.integers("gateway", 0, 255)
    for name in settings:
        if name not in SETTINGS:
            top.refuse("gateway", f"has {shown(name)}, no setting of the gateway's image")
    if "released" not in settings:
        top.refuse("gateway", "does not say whether braking is released (released: 0 or 1)")
    try:
        Settings(**settings)
    except ValueError as error:
        top.refuse("gateway", f"cannot be ({error})")
    return settings


def _limit(table: YamlTable) -> Limit:
    measure = table.string("measure")
    if measure not in MEASURES:
        table.refuse(
            "measure", f"is {nearest(measure, MEASURES)}, not one that docs/reference/scenario-file.md tells"
        )
    unit = table.string("unit")
    if unit != MEASURES[measure].unit:
        table.refuse("unit", f"is {shown(unit)}, but {measure} is in {MEASURES[measure].unit!r}")
    bounds = {key: table.number(key) if table.has(key) else None for key in ("at_least", "at_most")}
    at_least, at_most = bounds["at_least"], bounds["at_most"]
    if at_least is None and at_most is None:
        table.refuse("at_least", "or at_most is missing: a measure needs a limit")
    if at_least is not None and at_most is not None and at_least > at_most:
        table.refuse("at_least", f"is {at_least:g}, above at_most {at_most:g}")
    limit = Limit(measure, at_least, at_most, unit, table.string("requirement"))
    table.finish()
    return limit


def _check_measures(top: YamlTable, scenario: Scenario) -> None:
    """A measure of something the scenario does not have would never be reached."""
    for key, limits in (("needs", scenario.needs), ("expect", scenario.expect)):
        for limit in limits:
            lacks = MEASURES[limit.measure].lacks(scenario)
            if lacks is not None:
                top.refuse(key, f"has {limit.measure}, which needs {lacks}")
