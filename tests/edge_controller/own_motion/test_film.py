"""Film before the antennas, and the empty street; synthetic detections (streets.py)."""

from dataclasses import replace

import pytest

from edge_controller.config import load_fit, shipped_fit
from edge_controller.own_motion import Statics
from edge_controller.pipeline import State, decide
from firmware.link import HEALTH_SENSING
from tests.edge_controller.own_motion.streets import Drive

FIT = load_fit(shipped_fit("demo"))
CLEAR_S = 100.0  # of which 60 s of driving are learned from
WITHIN_S = 10.0
LOOK_S = 0.2  # film is looked for five times a second


def flags(drive: Drive, seconds: float) -> dict[str, float]:
    """When each radar was first said to have a film, and in what words."""
    statics, found = Statics(drive.fit.radars, drive.fit.truck), {}
    for radar, seen, bus, _ in drive.frames(seconds):
        statics.update(seen, radar.name, bus)
        ending, warnings = statics.film.faults(radar.name)
        for words in (*ending, *warnings):
            found.setdefault(radar.name, bus.t_s)
            found.setdefault(words.split(" dB ")[-1], bus.t_s)
    return found


def driving(**changed: object) -> Drive:
    return replace(Drive(FIT, 21, speed_mps=6.0, film_from_s=CLEAR_S, frame_s=LOOK_S), **changed)  # type: ignore[arg-type]


@pytest.mark.parametrize("film_db", [6.0, 20.0])
def test_film_before_both_radars_is_found_within_ten_seconds(film_db: float) -> None:
    found = flags(driving(film_db={"corner": film_db, "front": film_db}), CLEAR_S + WITHIN_S + 1)
    assert CLEAR_S < found["corner"] <= CLEAR_S + WITHIN_S
    assert CLEAR_S < found["front"] <= CLEAR_S + WITHIN_S


def test_film_before_the_front_radar_alone_is_told_from_a_street_that_returns_less() -> None:
    """By the places that the corner radar sees too; quarters of the street differ by 3 dB r.m.s."""
    found = flags(driving(film_db={"front": 6.0}, quarters_db=3.0), CLEAR_S + WITHIN_S + 1)
    assert CLEAR_S < found["by the places that corner sees too"] <= CLEAR_S + WITHIN_S
    assert "corner" not in found


def test_quarters_of_a_street_are_no_film() -> None:
    assert flags(driving(quarters_db=4.0), CLEAR_S + 100.0) == {}  # two quarters more


def test_3_db_are_found_by_the_own_flank() -> None:
    found = flags(driving(film_db={"corner": 3.0}), CLEAR_S + WITHIN_S + 1)
    assert CLEAR_S < found["by its own flank"] <= CLEAR_S + WITHIN_S
    assert "front" not in found


def test_film_over_a_part_of_the_view_names_the_part() -> None:
    """By one sector alone, which streets have to be excused for: slower than by the whole view."""
    drive = driving(film_db={"front": 12.0}, film_sector_deg=(-90.0, -20.0))
    found = flags(drive, CLEAR_S + 16.0)
    assert CLEAR_S < found["on its right, by what stands"] <= CLEAR_S + 15.0
    assert not any("middle" in words for words in found)


def test_a_street_that_becomes_empty_is_no_film() -> None:
    drive = Drive(FIT, 22, speed_mps=6.0, traffic=0.02, frame_s=LOOK_S, street_ends_m=6.0 * CLEAR_S)
    assert flags(drive, CLEAR_S + 60.0) == {}


def test_a_film_is_suspected_before_it_is_named_and_as_long_as_it_is() -> None:
    drive = driving(film_db={"corner": 12.0})
    statics = Statics(drive.fit.radars, drive.fit.truck)
    suspected, named = [], []
    for radar, seen, bus, _ in drive.frames(CLEAR_S + 8.0):
        statics.update(seen, radar.name, bus)
        if radar.name == "corner":
            suspected += [bus.t_s] if statics.film.suspected("corner") else []
            named += [bus.t_s] if any(map(any, statics.film.faults("corner"))) else []
    assert CLEAR_S < suspected[0] < named[0]
    assert suspected[0] <= CLEAR_S + 2.0
    assert set(named) <= set(suspected)


def test_deep_film_ends_braking_and_a_thin_one_only_warns() -> None:
    health, words = {}, {}
    for film_db in (3.0, 12.0):
        state = State(FIT)
        drive = driving(film_db={"corner": film_db})
        for n, (radar, seen, bus, _) in enumerate(drive.frames(CLEAR_S + 19.0)):
            state.statics.update(seen, radar.name, bus)
            if bus.t_s > CLEAR_S + 18.0:
                step = decide(seen, radar.name, n, bus, bus.t_s, state=state, fit=FIT)
                words[film_db], health[film_db] = step.faults, state.health() & HEALTH_SENSING
    assert health[3.0]
    assert not health[12.0]
    assert words[3.0] == ("radar corner: film of 3 dB by its own flank",)
    assert any("film of 12 dB by its own flank" in one for one in words[12.0])
