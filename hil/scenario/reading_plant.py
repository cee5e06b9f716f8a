"""Truck, ground, road and signals of a scenario file: docs/reference/scenario-file.md says every key."""

import math

from edge_controller.config import Fit
from hil.encounter import body_of, brake_of
from hil.plant.body import Body
from hil.plant.brake_sets import BRAKE_SETS, loaded
from hil.plant.brakes import BrakeSet
from hil.plant.ground import DRY_LEVEL, STRAIGHT, Bend, Ground, Road
from hil.plant.signal_script import OF_A_TRUCK, SignalScript
from hil.plant.vehicles import VEHICLES
from hil.scenario.yaml_table import YamlTable

TIGHTEST_M = 12.0


def body(top: YamlTable, fit: Fit) -> Body:
    """The true truck: by name, or as the fit describes it."""
    return VEHICLES[top.string("vehicle", tuple(VEHICLES))] if top.has("vehicle") else body_of(fit)


def brake(top: YamlTable, fit: Fit, name: str, truck: Body) -> BrakeSet:
    """The true brake, with the load on."""
    figures = brake_of(fit) if name == "fit" else BRAKE_SETS[name]
    if not top.has("load_pct"):
        return figures
    return loaded(figures, truck, top.number("load_pct", 0.0, 100.0) / 100, name)


def ground(top: YamlTable) -> Ground:
    """Grip and slope; dry and level where nothing is said."""
    if not top.has("ground"):
        return DRY_LEVEL
    table = top.table("ground")
    read = Ground(
        table.number("friction", 0.05, 1.2) if table.has("friction") else DRY_LEVEL.friction,
        table.number("slope_pct", -20.0, 20.0) if table.has("slope_pct") else DRY_LEVEL.slope_pct,
    )
    table.finish()
    return read


def road(top: YamlTable) -> Road:
    """Bends one after the other; without a radius a piece is straight."""
    if not top.has("road"):
        return STRAIGHT
    return Road(tuple(_bend(table) for table in top.tables("road")))


def _bend(table: YamlTable) -> Bend:
    radius_m = table.number("radius_m", -1e5, 1e5) if table.has("radius_m") else math.inf
    if abs(radius_m) < TIGHTEST_M:
        table.refuse("radius_m", f"is {radius_m:g}, tighter than {TIGHTEST_M:g} m")
    bend = Bend(table.number("length_m", 0.1, 1000.0), radius_m)
    table.finish()
    return bend


def signals(top: YamlTable) -> SignalScript:
    """How late and coarse the truck's bus is."""
    if not top.has("signals"):
        return OF_A_TRUCK
    table = top.table("signals")
    read = SignalScript(
        _or(table, "indicator_late_s", 2.0, OF_A_TRUCK.indicator_late_s),
        _or(table, "speed_zero_below_kmh", 5.0, OF_A_TRUCK.speed_zero_below_kmh),
        _or(table, "jitter_ms", 50.0, OF_A_TRUCK.jitter_ms),
    )
    table.finish()
    return read


def _or(table: YamlTable, key: str, most: float, otherwise: float) -> float:
    return table.number(key, 0.0, most) if table.has(key) else otherwise
