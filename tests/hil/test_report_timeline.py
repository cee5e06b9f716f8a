"""Bands over time: what the log says at a tick is what the page's time line shows there."""

from dataclasses import replace

import pytest

from hil.report.timeline import Lane, incidents_of, lanes_of, refusal_spans
from hil.runlog import Incident, Refusal
from tests.hil.scenario_runs import HELD_OFF, INFORM, WARN, forged, rolled, straight, turn

STATES = ((0.0, "standby"), (1.0, "inform"), (1.5, "warn"), (1.6, "full"))


def state(t_s: float) -> str:
    return next(name for since_s, name in reversed(STATES) if t_s >= since_s)


def lane(lanes: list[Lane], name: str) -> Lane:
    return next(one for one in lanes if one.name == name)


def told(one: Lane) -> list[tuple[str, float, float]]:
    return [(band.text, band.span.from_s, band.span.to_s) for band in one.bands]


def test_bands_follow_the_states_without_gaps() -> None:
    encounter = straight()
    lanes = lanes_of(encounter, rolled(encounter, state=state, seconds=2.0), 4.0)
    for name in ("edge asks", "gateway grants"):
        assert told(lane(lanes, name)) == [
            ("standby", 0.0, 1.0),
            ("inform", 1.0, 1.5),
            ("warn", 1.5, 1.6),
            ("full", 1.6, 2.0),
        ]
    bands = lane(lanes, "edge asks").bands
    assert [band.left_pct for band in bands] == [0.0, 25.0, 37.5, 40.0]
    assert [band.width_pct for band in bands] == pytest.approx([25.0, 12.5, 2.5, 10.0])
    assert [band.css for band in bands] == ["state-standby", "state-inform", "state-warn", "state-full"]


def test_name_is_written_only_where_it_fits() -> None:
    encounter = straight()
    bands = lane(lanes_of(encounter, rolled(encounter, state=state, seconds=12.0), 12.0), "edge asks").bands
    assert [band.fits for band in bands] == ["", "", "", "fits fits-phone"]


def test_silent_edge_asks_for_nothing_any_more() -> None:
    encounter = straight()
    log = replace(rolled(encounter, state=state, seconds=2.0), incidents=[Incident(1.7, "edge_silent")])
    lanes = lanes_of(encounter, log, 2.0)
    assert told(lane(lanes, "edge asks"))[-2:] == [("full", 1.6, 1.7), ("silent", 1.7, 2.0)]
    assert told(lane(lanes, "gateway grants"))[-1] == ("full", 1.6, 2.0)


def test_lamps_are_lit_where_their_bits_are_and_the_fault_lamp_where_nobody_holds_it_off() -> None:
    encounter = straight()

    def lamps(t_s: float) -> int:
        if t_s >= 1.8:
            return 0
        return HELD_OFF | (INFORM if t_s >= 0.5 else 0) | (WARN if 1.0 <= t_s < 1.2 else 0)

    lanes = lanes_of(encounter, rolled(encounter, lamps=lamps, seconds=2.0), 2.0)
    assert told(lane(lanes, "information lamp")) == [("on", 0.5, 1.8)]
    assert told(lane(lanes, "warning lamp")) == [("on", 1.0, 1.2)]
    assert told(lane(lanes, "fault lamp")) == [("on", 1.8, 2.0)]
    assert "buzzer" not in [one.name for one in lanes]


def test_lamp_that_stays_dark_has_its_empty_line() -> None:
    encounter = straight()
    lanes = lanes_of(encounter, rolled(encounter, seconds=1.0), 1.0)
    assert told(lane(lanes, "information lamp")) == told(lane(lanes, "warning lamp")) == []


def test_objections_of_one_reason_are_joined_only_where_they_follow_one_another() -> None:
    encounter = straight()
    stale = [Refusal(round(1.0 + 0.02 * n, 2), "stale request") for n in range(5)]
    log = replace(
        rolled(encounter, seconds=2.0), refusals=[*stale, Refusal(1.1, "bad CRC"), Refusal(1.3, "bad CRC")]
    )
    spans = [(span.what, span.from_s, pytest.approx(span.to_s)) for span in refusal_spans(log)]
    assert spans == [("stale request", 1.0, 1.1), ("bad CRC", 1.1, 1.12), ("bad CRC", 1.3, 1.32)]
    assert lane(lanes_of(encounter, log, 2.0), "gateway refuses").bands[0].chinese == "请求过期"


def test_incidents_of_one_kind_share_a_letter_in_the_order_of_their_first() -> None:
    encounter = straight()
    log = forged(rolled(encounter, seconds=2.0), "forged_replay", "counter jump", [1.4, 1.5])
    log = forged(log, "forged_wrong_crc", "bad CRC", [0.4, 0.6])
    found = [(one.letter, one.what, one.times_s) for one in incidents_of(log)]
    assert found == [("A", "forged_wrong_crc", (0.4, 0.6)), ("B", "forged_replay", (1.4, 1.5))]


def test_marks_on_one_pixel_are_drawn_once() -> None:
    encounter = straight()
    times_s = [round(1.0 + 0.0001 * n, 4) for n in range(5000)]
    (incidents,) = incidents_of(
        forged(rolled(encounter, seconds=2.0), "forged_replay", "counter jump", times_s)
    )
    drawn = incidents.drawn_s(120.0)
    assert len(drawn) < 10
    assert drawn[0] == 1.0
    assert drawn == sorted(drawn)


def test_driver_signals_then_turns() -> None:
    run = turn()
    assert run.with_system is not None
    acts = told(lane(lanes_of(run.scenario.encounter, run.with_system, 10.0), "driver"))
    assert [what for what, _, _ in acts] == ["signals", "turns"]
    assert acts[0][1] == pytest.approx(2.5, abs=0.02)  # 2 s before the turn at 4.5 s
    assert acts[1][1] == pytest.approx(4.5, abs=0.1)
