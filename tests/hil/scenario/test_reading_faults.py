"""Faults and worn radars as a file says them."""

import math
from pathlib import Path

import pytest

from edge_controller.errors import InputError
from hil.faults import BrakeFault, BusLoad, EdgeCrashed, Fault, SecondSender, SignalFault, SupplyDip
from hil.moment import Moment
from hil.scenario.reading import read_scenario
from hil.sensor_script import SensorScript
from tests.hil.scenario.samples import write

OLD = "  - kind: edge_silent\n    when: {at_s: 1.0}\n"
AT = Moment(at_s=1.0)


def read(folder: Path, keys: str) -> Fault:
    return read_scenario(write(folder, OLD, f"  - {{when: {{at_s: 1.0}}, {keys}}}\n")).encounter.faults[0]


def radars(folder: Path, keys: str) -> dict[str, SensorScript]:
    path = write(folder, "faults:\n", f"sensors:\n  - {{{keys}}}\nfaults:\n")
    return dict(read_scenario(path).encounter.sensors)


@pytest.mark.parametrize(
    ("keys", "fault"),
    [
        ("kind: edge_crashed, back_after_s: 2", EdgeCrashed(AT, 2.0)),
        ("kind: bus_load, load_pct: 100, priority: 3, for_s: 2", BusLoad(AT, 100.0, 3, 2.0)),
        ("kind: second_sender, decel_mps2: 2, count: 5, every_s: 0.02", SecondSender(AT, 2.0, 5, 0.02)),
        ("kind: signal, signal: steering, how: frozen", SignalFault(AT, "steering", "frozen")),
        (
            "kind: signal, signal: steering, how: offset, offset_deg: 5",
            SignalFault(AT, "steering", "offset", math.radians(5)),
        ),
        ("kind: signal, signal: speed, how: offset, offset_kmh: 3", SignalFault(AT, "speed", "offset", 3.0)),
        ("kind: brake, how: deaf", BrakeFault(AT, "deaf")),
        ("kind: supply_dip, to_v: 6, for_s: 0.1", SupplyDip(AT, 6.0, 0.1)),
    ],
)
def test_a_fault_is_as_written(tmp_path: Path, keys: str, fault: Fault) -> None:
    assert read(tmp_path, keys) == fault


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ("kind: signal, signal: indicator, how: swapped", "'swapped', which indicator cannot be"),
        ("kind: signal, signal: steering, how: near_side", "which steering cannot be"),
        ("kind: signal, signal: steering, how: offset", "offset_deg is missing"),
        ("kind: bus_load, load_pct: 120, priority: 3, for_s: 2", "load_pct is 120, outside 0 to 100"),
        ("kind: brake, how: sulks", "not one of refuses, deaf, no_air"),
        ("kind: disk_full, room_mb: 3", "room_mb is not a key"),
    ],
)
def test_what_cannot_be_is_refused_by_name(tmp_path: Path, keys: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read(tmp_path, keys)


def test_a_clock_that_wraps_needs_a_time(tmp_path: Path) -> None:
    path = write(tmp_path, OLD, "  - {kind: gateway_clock_wraps, when: {after_braking_s: 1}}\n")
    with pytest.raises(InputError, match="must say at_s"):
        read_scenario(path)


def test_radars_are_worn_by_name_or_all(tmp_path: Path) -> None:
    one = radars(tmp_path, "radar: front, film_db: 12, film_from_deg: 0, when: {at_s: 2}")
    assert list(one) == ["front"]
    assert one["front"].when == Moment(at_s=2.0)
    (film,) = one["front"].sensor.films
    assert (film.two_way_db, film.sector_deg) == (12.0, (0.0, 90.0))
    every = radars(tmp_path, "radar: every, dead_rx: 1, stuck: 5, lost_pct: 2, late_by: 3")
    assert list(every) == ["corner", "front"]
    assert all(one.sensor.dead_rx == (1,) and one.sensor.stuck == 5 for one in every.values())
    assert every["corner"].losses.probability == pytest.approx(0.02)
    assert every["corner"].losses.reorder_depth == 3
    assert every["corner"].when == Moment(at_s=0.0)


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ("radar: rear, yaw_deg: 3", "radar is 'rear'"),
        ("radar: front, dead_rx: 4", "dead_rx is 4, outside 0 to 3"),
        ("radar: front, stuck: 4", "stuck is 4"),
        ("radar: front, film_db: 3, film_from_deg: 100", "sector_deg"),
        ("radar: front, yaw: 3", "yaw is not a key"),
    ],
)
def test_a_radar_that_cannot_be_so_is_refused(tmp_path: Path, keys: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        radars(tmp_path, keys)


def test_of_one_radar_is_said_once(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="something has been said above"):
        radars(tmp_path, "radar: every, yaw_deg: 1}\n  - {radar: front, yaw_deg: 2")
