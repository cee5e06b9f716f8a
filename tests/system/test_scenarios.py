"""Two of the shipped scenarios through the whole chain, their limits typed again. All: `make safety`."""

from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from hil.runlog import RunLog
from hil.scenario.running import ScenarioRun, run_scenario
from radar_sim import Perturb
from tests.hil.shipped import asked

FAULT_LAMP_HELD_OFF = 0x80


@cache
def ran(name: str) -> ScenarioRun:
    scenario = asked(name)[0].middle()
    return run_scenario(scenario, 1, Perturb(1), Path(mkdtemp()), lambda _: None)


def log_of(name: str) -> RunLog:
    run = ran(name)
    assert run.judgement.verdict == "pass", run.judgement.why
    assert run.with_system is not None
    return run.with_system


def test_an_edge_that_falls_silent_in_mid_braking_is_let_go_within_200_ms_and_the_lamp_lights() -> None:
    log = log_of("F1")
    silent_s = log.first_s("edge_silent")
    assert silent_s is not None
    braking = [tick for tick in log.ticks if tick.xbr_mps2 > 0]
    assert any(tick.t_s < silent_s and tick.xbr_mps2 >= 2.0 for tick in braking)
    assert 0.0 < braking[-1].t_s - silent_s <= 0.2
    assert not [frame for frame in log.xbr if frame.t_s > silent_s + 0.2 and frame.decel_mps2 > 0]
    lit = [tick.t_s for tick in log.ticks if not tick.lamps & FAULT_LAMP_HELD_OFF and tick.t_s >= silent_s]
    assert lit[0] - silent_s <= 0.2
    assert {"edge silent", "stale request"} & set(log.refused)


def test_forged_requests_brake_nothing_and_are_told_with_their_reasons() -> None:
    log = log_of("F2")
    assert len([one for one in log.incidents if one.what.startswith("forged_")]) == 50
    assert log.xbr == []
    assert max(tick.truck.decel_mps2 for tick in log.ticks) == 0.0
    for reason in ("bad CRC", "repeated counter", "counter jump", "too hard", "bad value"):
        assert log.refused[reason] >= 10
    assert log.steps[-1].truck.speed_mps is not None  # the edge lived and heard the truck all the while
