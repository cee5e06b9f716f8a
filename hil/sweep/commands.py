"""`nearside hil sweep`: many encounters on all cores, which goes on where it was stopped."""

import json
import shlex
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from edge_controller.errors import InputError
from edge_controller.named_path import json_option
from hil.out_option import out_option
from hil.perturb_option import MAX_SEED, Choice, perturb_options
from hil.stopping import stopping
from hil.sweep.progress import progress_of
from hil.truth import Truth, truth_option

if TYPE_CHECKING:
    from hil.scenario.scenario_file import ScenarioFile
    from hil.scenario.scenario_result import ScenarioResult
    from hil.sensing import Level

Side = Literal["right", "left"]
MOST_ENCOUNTERS = 1_000_000
OUTPUT = Path("-")


def sensing_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--sensor` and `--program`."""
    sensor = click.option(
        "--sensor",
        "level",
        type=click.Choice(["radar", "statistical", "perfect"]),
        default="radar",
        show_default=True,
        help="radar: raw samples; statistical: tracks drawn as the radars err; perfect: without error.",
    )
    program = click.option(
        "--program",
        default="nearside",
        show_default=True,
        help="Who decides: nearside, empty, always_brake; where tracks are sensed, also a reference policy.",
    )
    return sensor(program(command))


def jobs_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--jobs`."""
    return click.option(
        "--jobs", "processes", type=click.IntRange(1, 256), help="Processes; all cores unless said."
    )(command)


def drivable(files: "list[ScenarioFile]", level: "Level") -> "list[ScenarioFile]":
    """Those the level can drive; the others are named, for nothing may be missing in silence."""
    from hil.sensing.sharing import fitted  # noqa: PLC0415 - `nearside --help` must stay quick

    if level != "statistical":
        return files
    found = fitted(files)
    if left_out := [file.id for file in files if file not in found]:
        names = ", ".join(left_out)
        click.echo(f"left out, for the statistical level was not fitted to their radars: {names}", err=True)
    return found


@click.command()
@click.argument("what", nargs=-1, required=True)
@click.option("-n", "encounters", type=click.IntRange(1, MOST_ENCOUNTERS), default=1000, show_default=True)
@click.option("--seed", type=click.IntRange(0, MAX_SEED), default=1, show_default=True)
@out_option("out/sweep")
@click.option("--near-side", type=click.Choice(["right", "left"]), help="The kerb's side; mirrors all.")
@sensing_options
@click.option("--beside", multiple=True, metavar="PROGRAM", help="Also drives the same draws; repeatable.")
@jobs_option
@click.option("--fresh", is_flag=True, help="Forget what a sweep in --out has driven before.")
@json_option("json_to", "Also write the rows; to standard output without FILE.", Path)
@perturb_options
@truth_option
def sweep(
    what: tuple[str, ...],
    *,
    encounters: int,
    seed: int,
    out: Path,
    near_side: Side | None,
    level: "Level",
    program: str,
    beside: tuple[str, ...],
    processes: int | None,
    fresh: bool,
    json_to: Path | None,
    perturb: Choice,
    pose_deg: float | None,
    truth: Truth,
) -> None:
    """Drive many encounters of WHAT: ids, rows of the matrix, families, tags, `all`, YAML files.

    The gateway's firmware runs in CPython, one encounter in a hundred again in MicroPython. What was driven
    is kept in --out; the same command goes on where it was stopped, also with a larger -n.

    Exit code 0 pass, 1 fail, 3 inconclusive, 4 bench error, the worst of all; 2 bad input; 130 stopped.
    """
    from hil.perturb_option import perturb_of  # noqa: PLC0415 - `nearside --help` must stay quick
    from hil.scenario.beside import BESIDE  # noqa: PLC0415
    from hil.scenario.catalogue import asked_for  # noqa: PLC0415
    from hil.scenario.folder import results_of_files, writing_into  # noqa: PLC0415
    from hil.scenario.judge import EXIT_CODES, worst  # noqa: PLC0415
    from hil.scenario.table import print_results, screen  # noqa: PLC0415
    from hil.sweep.engine import swept  # noqa: PLC0415
    from hil.sweep.job import Plan, jobs_of  # noqa: PLC0415
    from hil.sweep.report import results_of, write_all  # noqa: PLC0415
    from hil.workers import cores  # noqa: PLC0415

    check_programs(program, level, beside)
    perturb_of(perturb, pose_deg, seed)  # refuses what does not go together before anything is driven
    _check_json(json_to, out)
    files = drivable(asked_for(what, near_side), level)
    others = tuple(dict.fromkeys((*BESIDE, *beside)))
    plan = Plan(seed, near_side, perturb, pose_deg, truth, level, program, others)
    counts = [encounters if file.parameters else 1 for file in files]
    jobs = jobs_of(files, counts, plan, corners=True)
    kept = f"what was driven is kept in {out}, the same command goes on"
    with writing_into(out, ours=results_of_files(files)), stopping(kept):
        compile_for(files, level, program)
        with progress_of("encounters") as told:
            found = swept(files, jobs, out, processes or cores(), told, fresh=fresh)
        done = results_of(files, plan, found)
        page = write_all(out, done, ())
    console = screen(stderr=json_to == OUTPUT)
    print_results(done, f"Sweep, seed {seed}, sensing {level}, program {program}", console)
    console.print(f"Everything but the gateway's firmware is simulated. Look at {page}", soft_wrap=True)
    if json_to is not None:
        _write_rows(json_to, done)
    sys.exit(EXIT_CODES[worst(one.tally.verdict for one in done)])


def _check_json(json_to: Path | None, out: Path) -> None:
    """InputError where the rows cannot go, or would take the place of what must not be lost."""
    from hil.scenario.catalogue import ENDINGS  # noqa: PLC0415 - `nearside --help` must stay quick
    from hil.scenario.folder import FILES  # noqa: PLC0415

    if json_to is None or json_to == OUTPUT:
        return
    if not json_to.parent.is_dir():
        raise InputError(f"--json {json_to}: no such folder")
    if json_to.suffix in ENDINGS:
        raise InputError(f"--json {json_to}: the name of a scenario file, not of a file for rows")
    if json_to.resolve() in {(out / name).resolve() for name in FILES}:
        raise InputError(f"--json {json_to}: a file the sweep itself writes")


def check_programs(program: str, level: str, beside: tuple[str, ...]) -> None:
    """InputError where there is none of that name, or where it cannot read what the level gives."""
    from hil.programs import program_named  # noqa: PLC0415
    from hil.programs.reference import RULES  # noqa: PLC0415

    for name in (program, *beside):
        program_named(name)
    if program in RULES and level == "radar":
        raise InputError(
            f"--program {program} judges finished tracks: it needs --sensor perfect or statistical"
        )


def compile_for(files: "Sequence[ScenarioFile]", level: "Level", program: str) -> None:
    """What these files' drives run, if this computer has not compiled it yet."""
    from hil.compiling import compile_first  # noqa: PLC0415
    from hil.programs.names import detection_of  # noqa: PLC0415

    if detection_of(level, program) == "compiled":
        fits = (file.middle().encounter.fit for file in files)
        compile_first({fit.path: fit for fit in fits}.values())


def _write_rows(path: Path, done: "list[ScenarioResult]") -> None:
    """Every counted share as a row of a bench."""
    command = shlex.join(["nearside", *sys.argv[1:]])
    rows = [
        {
            "measure": f"{one.file.id}, {row.counted.outcome}",
            "value": row.share,
            "unit": "share",
            "goal": row.counted.in_words(),
            "reached": row.verdict == "pass",
            "low": row.low,
            "high": row.high,
            "n": row.n,
            "command": command,
        }
        for one in done
        for row in one.tally.rows
    ]
    text = json.dumps(rows, indent=2, ensure_ascii=False) + "\n"
    if path == OUTPUT:
        click.echo(text, nl=False)
        return
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"--json {path}: cannot be written ({error.strerror})") from error
