"""One encounter of many: driven, judged, and of its drives only what is counted kept."""

import hashlib
import struct
import traceback
from contextlib import closing
from dataclasses import dataclass, replace

import can

from edge_controller.coverage import require_capable
from edge_controller.errors import InputError, is_ctrl_c
from hil.buses import in_memory
from hil.closed_loop import Loop, run_without_system
from hil.environment import CLEAR
from hil.programs import program_named
from hil.programs.names import NEARSIDE
from hil.runlog import RunLog
from hil.scenario.draw import Draw
from hil.scenario.evidence import Evidence
from hil.scenario.judge import Judgement, bench_error, judge
from hil.scenario.outcome import Outcome, outcome_of
from hil.scenario.running import HOSTS, VIN, Hosted
from hil.scenario.scenario import Scenario
from hil.scenario.scenario_file import ScenarioFile
from hil.sensing import Level
from hil.truth import Truth
from radar_sim import Perturb

REPEATED_ONE_IN = 100  # encounters of a sweep that are driven again with the unit under test
FRAME = struct.Struct("<cdIB8s")


@dataclass(frozen=True, slots=True)
class Setup:
    """What drives an encounter, besides its draw."""

    level: Level
    program: str = NEARSIDE
    interpreter: Hosted = "micropython"


@dataclass(frozen=True, slots=True)
class EncounterRun:
    """What is kept."""

    draw: Draw
    setup: Setup
    judgement: Judgement  # inconclusive: a need was not met, it does not count; or the bench broke
    outcome: Outcome | None  # None where the bench broke
    frames_sha256: str  # of every frame on both buses, with its time
    same_in_micropython: bool | None = None  # None: not driven there again
    trace: str = ""  # of a bench error


def run_encounter(
    file: ScenarioFile,
    draw: Draw,
    perturb: Perturb | None,
    setup: Setup,
    truth: Truth = "plain",
    *,
    without: RunLog | None = None,
) -> EncounterRun:
    """Both drives of one draw; what is left to chance in them follows from the draw's own seed.

    `without`: the drive without the system, where it has been made.
    """
    return _run(file.scenario(draw).in_truth(truth), draw, perturb, setup, without)


def run_undegraded(
    file: ScenarioFile, draw: Draw, perturb: Perturb | None, setup: Setup, truth: Truth = "plain"
) -> EncounterRun:
    """The same encounter in clear weather, with no fault and clean radars."""
    scenario = file.scenario(draw).in_truth(truth)
    clear = replace(scenario.encounter, environment=CLEAR, sensors={}, faults=())
    return _run(replace(scenario, encounter=clear, needs=(), expect=()), draw, perturb, setup)


def sweep_encounter(
    file: ScenarioFile, draw: Draw, perturb: Perturb | None, setup: Setup, truth: Truth = "plain"
) -> EncounterRun:
    """With the gateway in CPython; the first of every hundred again in MicroPython: the buses must agree."""
    if setup.interpreter == "obedient":
        return run_encounter(file, draw, perturb, setup, truth)
    swept = run_encounter(file, draw, perturb, replace(setup, interpreter="cpython"), truth)
    if draw.corner or draw.number % REPEATED_ONE_IN != 1 or swept.outcome is None:
        return swept
    again = run_encounter(file, draw, perturb, replace(setup, interpreter="micropython"), truth)
    if again.outcome is None:
        return again
    if again.frames_sha256 == swept.frames_sha256:
        return replace(swept, same_in_micropython=True)
    differs = bench_error(RuntimeError("the buses carry other frames in MicroPython than in CPython"))
    return replace(swept, judgement=differs, outcome=None, same_in_micropython=False)


def _run(
    scenario: Scenario, draw: Draw, perturb: Perturb | None, setup: Setup, without: RunLog | None = None
) -> EncounterRun:
    require_capable(scenario.encounter.fit)
    frames = _Frames()
    try:
        with closing(HOSTS[setup.interpreter](scenario)) as gateway:
            loop = Loop(
                scenario.encounter,
                draw.seed,
                gateway,
                VIN,
                perturb,
                on_can=frames.hear,
                level=setup.level,
                program=program_named(setup.program),
                buses=in_memory,
            )
            without = without or run_without_system(scenario.encounter)
            evidence = Evidence(scenario, without, loop.run())
        return EncounterRun(draw, setup, judge(evidence), outcome_of(evidence), frames.sha256())
    except InputError:
        raise
    except Exception as error:  # a bench that failed says so and keeps the first cause
        if is_ctrl_c(error):
            raise
        trace = traceback.format_exc()
        return EncounterRun(draw, setup, bench_error(error), None, frames.sha256(), trace=trace)


class _Frames:
    """A digest of all frames heard."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()

    def hear(self, bus: str, message: can.Message) -> None:
        name, data = bus[:1].encode(), bytes(message.data)
        self._digest.update(FRAME.pack(name, message.timestamp, message.arbitration_id, len(data), data))

    def sha256(self) -> str:
        return self._digest.hexdigest()
