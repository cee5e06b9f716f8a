"""Judged runs for the pages: the made-up drives of `synthetic_runs`, with lamps, answers and a judgement."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from edge_controller.config import shipped_fit
from hil.encounter import Encounter, near_side_turn
from hil.gateway_host import Interpreter
from hil.pace import Move
from hil.plant.truck import Pose
from hil.road_user import RoadUser, cyclist
from hil.runlog import Answer, Incident, Refusal, RunLog, Tick
from hil.scenario.judge import Judgement, Row, Verdict
from hil.scenario.running import ScenarioRun
from hil.scenario.scenario import Limit, Scenario
from hil.statics import Static
from hil.walker import Walker
from radar_sim import Perturb
from tests.hil.synthetic_runs import pair

HELD_OFF, INFORM, WARN = 0x80, 0x01, 0x02  # docs/reference/link-protocol.md
CLEARANCE = Limit("clearance", 0.3, None, "m", "goal: not nearer than that")
STANDS = Limit("end_speed", None, 0.5, "km/h", "goal: it stands")
ARRIVED = Limit("radar_frames_lost", None, 0.0, "1", "all samples arrive")
DISTANCE = Limit("information_distance", 15.0, 32.3, "m", "UN R151 row 2")
KEPT = (Row(STANDS, 0.0, 0.5, True), Row(CLEARANCE, 0.66, 0.36, True))
MISSED = (Row(STANDS, 0.0, 0.5, True), Row(CLEARANCE, 0.12, -0.18, False))
MET = (Row(ARRIVED, 0.0, 0.0, True),)
UNMET = (Row(ARRIVED, 3.0, -3.0, False),)


def turn() -> ScenarioRun:
    """The near-side turn: without the system it ends in a contact, with it passes."""
    drives = pair("right", "demo")
    truth = drives.with_system
    ticks = [replace(tick, lamps=HELD_OFF | (INFORM if tick.t_s >= 2.5 else 0)) for tick in truth.ticks]
    answers = [
        Answer(0.0, "standby", "allow", 0.0, HELD_OFF),
        Answer(2.5, "inform", "allow", 0.0, HELD_OFF | INFORM),
    ]
    differs = {
        "corner": {"yaw_deg": -0.09, "position_m": [0.011, 0.04, 0.009]},
        "truck": {"can_delay_ms": 2.3},
    }
    log = replace(truth, ticks=ticks, answers=answers, perturbation=differs)
    return run_of(drives.encounter, log, "pass", KEPT, MET, without=drives.without)


def run_of(
    encounter: Encounter,
    log: RunLog | None,
    verdict: Verdict,
    measures: tuple[Row, ...] = KEPT,
    needs: tuple[Row, ...] = MET,
    *,
    without: RunLog | None = None,
    why: str = "",
) -> ScenarioRun:
    """Any drive, judged as wished."""
    scenario = Scenario(
        id="S1",
        title="A sample",
        title_zh="样例",
        family="S",
        source="UN R151, dynamic test, row 2",
        note="Made up for the page.",
        path=Path("s1.yaml"),
        sha256="ab" * 32,
        fit_sha256="cd" * 32,
        brake_name="typical_ebs",
        perturb=True,
        encounter=encounter,
        collision_x_m=33.5,
        needs=tuple(row.limit for row in needs),
        expect=tuple(row.limit for row in measures),
    )
    judgement = Judgement(verdict, why, needs, measures)
    return ScenarioRun(scenario, 7, Perturb(7), judgement, Interpreter("micropython", "1.29.0"), without, log)


RIDER = cyclist(-33.9, -2.75, 0.0, (Move(0.0, 20 / 3.6),))


def straight(users: tuple[RoadUser, ...] = (RIDER,), statics: tuple[Static, ...] = ()) -> Encounter:
    """10 km/h straight on over open ground; a cyclist from behind, 1.5 m beside the body."""
    encounter = near_side_turn(shipped_fit("demo"), truck_kmh=10.0, turn_after_s=None, duration_s=12.0)
    return replace(encounter, users=users, statics=statics)


def rolled(
    encounter: Encounter,
    *,
    lamps: Callable[[float], int] = lambda _: HELD_OFF,
    state: Callable[[float], str] = lambda _: "standby",
    seconds: float = 12.0,
) -> RunLog:
    """The straight drive of that encounter, tick by tick, nothing seen."""
    speed_mps = encounter.driver.speed_mps
    log = RunLog(system=True)
    for n in range(round(seconds * 100) + 1):
        t_s = round(n * 0.01, 2)
        pose = Pose(t_s * speed_mps, 0.0, 0.0, speed_mps, 0.0, 0.0, 0.0)
        places = tuple(Walker(user).stance(t_s)[:2] for user in encounter.users)
        clearance_m = 1.15 if places else None
        log.ticks.append(
            Tick(t_s, pose, places, clearance_m, 0.0, state(t_s), state(t_s), "allow", lamps(t_s))
        )
    return log


def forged(log: RunLog, what: str, reason: str, times_s: list[float]) -> RunLog:
    """Forged frames, each refused 10 ms later."""
    return replace(
        log,
        incidents=log.incidents + [Incident(t_s, what) for t_s in times_s],
        refusals=log.refusals + [Refusal(t_s + 0.01, reason) for t_s in times_s],
    )
