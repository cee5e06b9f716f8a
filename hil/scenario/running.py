"""One scenario on the bench: without the system, with it, judged."""

import traceback
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import can

from edge_controller.coverage import require_capable
from edge_controller.errors import InputError, is_ctrl_c
from hil.closed_loop import Loop, run_without_system
from hil.gateway_host import CPythonGateway, GatewayHost, Interpreter, MicroPythonGateway
from hil.programs import program_named
from hil.programs.names import NEARSIDE
from hil.programs.reference.obedient import ObedientGateway
from hil.runlog import RunLog
from hil.scenario.counted import CountedRow
from hil.scenario.evidence import Evidence
from hil.scenario.judge import Judgement, bench_error, judge
from hil.scenario.outcome import Outcome
from hil.scenario.scenario import Scenario
from hil.sensing import Level
from radar_sim import Perturb

VIN = "LNS8X4TP0T1000001"

Progress = Callable[[float], None]
Start = Callable[[Scenario], GatewayHost]
Hosted = Literal["micropython", "cpython", "obedient"]  # the gateway's files in either; or no firmware


@dataclass(frozen=True, slots=True)
class ScenarioRun:
    """All that one run left; no logs where the bench broke."""

    scenario: Scenario
    seed: int
    perturb: Perturb | None  # None: everything as the fit says
    judgement: Judgement
    interpreter: Interpreter | None
    without: RunLog | None = None
    with_system: RunLog | None = None
    outcome: Outcome | None = None  # where both drives were
    counted: tuple[CountedRow, ...] = ()  # what this one comes to where outcomes are counted
    trace: str = ""  # of a bench error, for who mends it


def micropython(scenario: Scenario) -> GatewayHost:
    """The unit under test of every verdict."""
    return MicroPythonGateway.of(scenario.encounter.gateway_settings())


def cpython(scenario: Scenario) -> GatewayHost:
    """The same files in this process: for sweeps."""
    return CPythonGateway(**scenario.encounter.gateway_settings())


def obedient(_: Scenario) -> GatewayHost:
    """Refuses nothing: for programs that are compared as if there were no gateway."""
    return ObedientGateway()


HOSTS: dict[Hosted, Start] = {"micropython": micropython, "cpython": cpython, "obedient": obedient}


def run_scenario(
    scenario: Scenario,
    seed: int,
    perturb: Perturb | None,
    folder: Path,
    progress: Progress,
    *,
    start: Start = micropython,
    level: Level = "radar",
    program: str = NEARSIDE,
) -> ScenarioRun:
    """Both drives; can.asc goes into the folder. Whatever breaks in them becomes a bench error."""
    require_capable(scenario.encounter.fit)
    scenario = replace(scenario, encounter=replace(scenario.encounter, seed=seed))
    interpreter = None
    with can.io.asc.ASCWriter(folder / "can.asc") as writer:
        try:
            with closing(start(scenario)) as gateway:
                interpreter = gateway.interpreter
                without = run_without_system(scenario.encounter)
                loop = Loop(scenario.encounter, seed, gateway, VIN, perturb, _into(writer))
                with_system = replace(loop, level=level, program=program_named(program)).run(progress)
            judgement = judge(Evidence(scenario, without, with_system))
        except InputError:
            raise
        except Exception as error:  # a bench that failed says so and keeps the first cause
            if is_ctrl_c(error):
                raise
            trace = traceback.format_exc()
            return ScenarioRun(scenario, seed, perturb, bench_error(error), interpreter, trace=trace)
    return ScenarioRun(scenario, seed, perturb, judgement, interpreter, without, with_system)


def _into(writer: can.io.asc.ASCWriter) -> Callable[[str, can.Message], None]:
    def on_can(bus: str, message: can.Message) -> None:
        message.channel = 0 if bus == "vehicle" else 1
        writer.on_message_received(message)

    return on_can
