"""Faults and worn radars of a scenario file: docs/reference/scenario-file.md says every key."""

import math
from collections.abc import Callable

from edge_controller.config import Fit, Radar
from hil import faults
from hil.faults import Fault
from hil.faults.brake import HOWS as BRAKE_HOWS
from hil.faults.forgery import KINDS
from hil.faults.signals import HOWS, SIGNAL_NAMES, SUITS
from hil.moment import Moment
from hil.scenario.reading_moment import LATEST_S, OF_A_FAULT, moment
from hil.scenario.yaml_table import YamlTable
from hil.sensor_script import FROM_THE_START, SensorScript
from radar_sim import Fascia, Film, Losses, SceneError, Sensor

Read = Callable[[YamlTable, Moment], Fault]
TONE_RANGE_M = 0.05  # of what lies right before the antennas


def fault(table: YamlTable) -> Fault:
    """One entry of `faults`."""
    kind = table.string("kind", tuple(READ))
    when = moment(table, "when", OF_A_FAULT)
    if when is None:
        table.refuse("when", "is missing (a mapping)")
    read = READ[kind](table, when)
    table.finish()
    return read


def _edge_insists(table: YamlTable, when: Moment) -> Fault:
    return faults.EdgeInsists(when, table.number("decel_mps2", 0.5, 6.0))


def _bus_off(table: YamlTable, when: Moment) -> Fault:
    is_vehicle = table.string("bus", ("vehicle", "private")) == "vehicle"
    return faults.BusOff(when, "vehicle" if is_vehicle else "private", _for_s(table))


def _bus_load(table: YamlTable, when: Moment) -> Fault:
    load_pct = table.number("load_pct", 0.0, 100.0)
    return faults.BusLoad(when, load_pct, table.integer("priority", 0, 7), _for_s(table))


def _forged(table: YamlTable, when: Moment) -> Fault:
    forgery = next(name for name in KINDS if name == table.string("forgery", KINDS))
    return faults.Forged(when, forgery, *_often(table, 0.04))


def _second_sender(table: YamlTable, when: Moment) -> Fault:
    return faults.SecondSender(when, table.number("decel_mps2", 0.5, 8.0), *_often(table, 0.01))


def _signal(table: YamlTable, when: Moment) -> Fault:
    signal = next(name for name in SIGNAL_NAMES if name == table.string("signal", SIGNAL_NAMES))
    how = next(name for name in HOWS if name == table.string("how", HOWS))
    if signal not in SUITS.get(how, SIGNAL_NAMES):
        table.refuse("how", f"is {how!r}, which {signal} cannot be")
    if how != "offset":
        return faults.SignalFault(when, signal, how)
    if signal == "speed":
        return faults.SignalFault(when, signal, how, table.number("offset_kmh", -50.0, 50.0))
    return faults.SignalFault(when, signal, how, math.radians(table.number("offset_deg", -90.0, 90.0)))


def _brake(table: YamlTable, when: Moment) -> Fault:
    asked = table.string("how", BRAKE_HOWS)
    return faults.BrakeFault(when, next(how for how in BRAKE_HOWS if how == asked))


def _supply_dip(table: YamlTable, when: Moment) -> Fault:
    return faults.SupplyDip(when, table.number("to_v", 0.0, 36.0), _for_s(table))


def _clock_wraps(table: YamlTable, when: Moment) -> Fault:
    if when.at_s is None:
        table.refuse("when", "must say at_s: the counter is as old from the start")
    return faults.GatewayClockWraps(when)


def _for_s(table: YamlTable) -> float:
    return table.number("for_s", 0.001, LATEST_S)


def _often(table: YamlTable, soonest_s: float) -> tuple[int, float]:
    return table.integer("count", 1, 10_000), table.number("every_s", soonest_s, 10.0)


READ: dict[str, Read] = {
    "edge_silent": lambda _, when: faults.EdgeSilent(when),
    "edge_crashed": lambda table, when: faults.EdgeCrashed(when, table.number("back_after_s", 0.1, LATEST_S)),
    "edge_stuck": lambda _, when: faults.EdgeStuck(when),
    "edge_insists": _edge_insists,
    "vehicle_bus_cut": lambda _, when: faults.VehicleBusCut(when),
    "bus_off": _bus_off,
    "bus_load": _bus_load,
    "forged": _forged,
    "second_sender": _second_sender,
    "signal": _signal,
    "brake": _brake,
    "supply_dip": _supply_dip,
    "gateway_clock_wraps": _clock_wraps,
    "disk_full": lambda _, when: faults.DiskFull(when),
}


# ---- radars ----
def sensors(top: YamlTable, fit: Fit) -> dict[str, SensorScript]:
    """By radar; none where nothing is said."""
    found: dict[str, SensorScript] = {}
    for table in top.tables("sensors", least=1) if top.has("sensors") else ():
        names = tuple(radar.name for radar in fit.radars)
        asked = table.string("radar", (*names, "every"))
        try:
            scripts = {
                radar.name: _script(table, radar) for radar in fit.radars if asked in (radar.name, "every")
            }
        except SceneError as error:
            table.refuse("radar", f"cannot be so ({error})")
        table.finish()
        if found.keys() & scripts.keys():
            table.refuse("radar", f"is {asked!r}, of which something has been said above")
        found |= scripts
    return found


def _script(table: YamlTable, radar: Radar) -> SensorScript:
    when = moment(table, "when", OF_A_FAULT)
    return SensorScript(
        sensor=_sensor(table, radar),
        losses=_losses(table),
        silent_for_s=_or(table, "silent_for_s", 0.0, LATEST_S, 0.0),
        when=FROM_THE_START if when is None else when,
        radar=radar.name,
    )


def _sensor(table: YamlTable, radar: Radar) -> Sensor:
    """Transmitters are counted in the order in which they send."""
    clean = Sensor()
    dead_rx = (table.integer("dead_rx", 0, len(radar.array.rx_m) - 1),) if table.has("dead_rx") else ()
    dead_tx = (table.integer("dead_tx", 0, len(radar.array.tx_order) - 1),) if table.has("dead_tx") else ()
    tone = table.has("tone_dbm")
    return Sensor(
        films=_films(table),
        fascia=Fascia(TONE_RANGE_M, table.number("tone_dbm", -100.0, 20.0)) if tone else None,
        temperature_k=_or(table, "temperature_k", 150.0, 450.0, clean.temperature_k),
        yaw_deg=_or(table, "yaw_deg", -180.0, 180.0, 0.0),
        pitch_deg=_or(table, "pitch_deg", -90.0, 90.0, 0.0),
        dead_tx=dead_tx,
        dead_rx=dead_rx,
        stuck=table.integer("stuck", -32768, 32767) if table.has("stuck") else None,
    )


def _films(table: YamlTable) -> tuple[Film, ...]:
    if not table.has("film_db"):
        return ()
    low_deg = _or(table, "film_from_deg", -180.0, 180.0, -90.0)
    high_deg = _or(table, "film_to_deg", -180.0, 180.0, 90.0)
    return (Film(table.number("film_db", 0.0, 200.0), (low_deg, high_deg)),)


def _losses(table: YamlTable) -> Losses:
    return Losses(
        _or(table, "lost_pct", 0.0, 50.0, 0.0) / 100,
        _or(table, "lost_in_a_row", 1.0, 1000.0, 1.0),
        table.integer("late_by", 0, 1000) if table.has("late_by") else 0,
        _or(table, "late_pct", 0.0, 100.0, 10.0) / 100,
    )


def _or(table: YamlTable, key: str, low: float, high: float, otherwise: float) -> float:
    return table.number(key, low, high) if table.has(key) else otherwise
