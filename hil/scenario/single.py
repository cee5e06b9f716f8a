"""One encounter of each file, driven in this process, with its logs for the page."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from hil.perturb_option import Choice, perturb_of
from hil.programs.names import NEARSIDE
from hil.scenario.bench_file import STEPPED, Bench
from hil.scenario.beside import beside
from hil.scenario.draw import FIRST, Draw, DrawError, corner_draws, drawn, middle_draw
from hil.scenario.encounter_result import encounter_result
from hil.scenario.encounters import Setup
from hil.scenario.evidence import Evidence
from hil.scenario.judge import bench_error
from hil.scenario.outcome import Outcome, outcome_of
from hil.scenario.results import seen
from hil.scenario.running import HOSTS, Progress, ScenarioRun, run_scenario
from hil.scenario.scenario_file import ScenarioFile
from hil.scenario.scenario_result import Conditions, ScenarioResult, scenario_result
from hil.sensing import Level
from hil.truth import Truth


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line says of every encounter."""

    seed: int
    encounter: int = FIRST
    corner: int | None = None  # instead of an encounter
    perturb: Choice = None
    pose_deg: float | None = None
    truth: Truth = "plain"
    options: tuple[str, ...] = ()  # that say the same again
    level: Level = "radar"
    program: str = NEARSIDE
    bench: Bench = STEPPED

    def draw(self, file: ScenarioFile) -> Draw:
        """Which encounter of that file."""
        if self.corner is None:
            return drawn(file, self.seed, self.encounter)
        return corner_draws(file, self.seed)[self.corner - 1]


def drive(
    file: ScenarioFile, asked: Asked, folder: Path, progress: Progress
) -> tuple[ScenarioRun, ScenarioResult]:
    """Both drives, judged; a draw that cannot be found is a bench error like any other."""
    try:
        draw = asked.draw(file)
    except DrawError as error:
        draw = replace(middle_draw(file, asked.seed), number=asked.encounter)
        run = ScenarioRun(file.scenario(draw), asked.seed, None, bench_error(error), None)
        return _judged(file, asked, run, draw)
    scenario = file.scenario(draw).in_truth(asked.truth)
    perturb = perturb_of(asked.perturb, asked.pose_deg, draw.seed, file.perturb)
    run = run_scenario(
        scenario,
        draw.seed,
        perturb,
        folder,
        progress,
        start=HOSTS[asked.bench.gateway],
        level=asked.level,
        program=asked.program,
    )
    return _judged(file, asked, run, draw)


def _judged(
    file: ScenarioFile, asked: Asked, run: ScenarioRun, draw: Draw
) -> tuple[ScenarioRun, ScenarioResult]:
    """The page tells the verdict of the scenario: where outcomes are counted, that of its rows."""
    outcome = _outcome(run)
    shown = None if run.with_system is None else seen(run.with_system)
    setup = Setup(asked.level, asked.program, "cpython")
    others = (
        {}
        if outcome is None
        else beside(file, draw, run.perturb, setup=setup, truth=asked.truth, without=run.without)
    )
    one = encounter_result(draw, run.judgement, outcome, file.counted, beside=others, seen=shown)
    conditions = Conditions(
        asked.seed,
        run.perturb,
        asked.truth,
        asked.level,
        asked.program,
        interpreter=run.interpreter,
        options=asked.options,
    )
    done = scenario_result(file, conditions, [one])
    judgement = replace(run.judgement, verdict=done.tally.verdict, why=done.tally.why)
    return replace(run, judgement=judgement, counted=done.tally.rows, outcome=outcome), done


def _outcome(run: ScenarioRun) -> Outcome | None:
    if run.without is None or run.with_system is None:
        return None
    return outcome_of(Evidence(run.scenario, run.without, run.with_system))


def options_of(  # noqa: PLR0917 - one for each option of the command line
    near_side: str | None,
    perturb: Choice,
    pose_deg: float | None,
    truth: Truth,
    level: Level = "radar",
    program: str = NEARSIDE,
) -> tuple[str, ...]:
    """Of the command line, what is not as it would be without."""
    said: Sequence[tuple[str, object]] = (
        ("--near-side", near_side),
        ("--perturb", perturb),
        ("--perturb-pose-deg", pose_deg),
        ("--truth", None if truth == "plain" else truth),
        ("--sensor", None if level == "radar" else level),
        ("--program", None if program == NEARSIDE else program),
    )
    return tuple(word for name, value in said if value is not None for word in (name, f"{value}"))
