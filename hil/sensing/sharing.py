"""Encounters of scenario files driven at two levels with the same draw, kept in a folder."""

import hashlib
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from edge_controller.errors import InputError
from hil.buses import in_memory
from hil.closed_loop import Loop
from hil.gateway_host import CPythonGateway
from hil.perturb_option import Choice, perturb_of
from hil.programs.nearside import Nearside
from hil.scenario.draw import FIRST, Draw, DrawError, drawn
from hil.scenario.running import VIN
from hil.scenario.scenario_file import ScenarioFile
from hil.sensing.chain import chain_sha256, noted_sha256
from hil.sensing.kept import Wanted, kept
from hil.sensing.matching import Matched, match
from hil.sensing.sensing import Level
from hil.sensing.statistical import MODEL, folder_for, is_fitted, sha256_of, unknown_of
from hil.sensing.told import Told, told

TIMES = 3  # the statistical level costs little, and its own luck says nothing of how it is


@dataclass(frozen=True, slots=True)
class Off:
    """What the command line says of how sensors are off the fit."""

    perturb: Choice = None
    pose_deg: float | None = None


AS_THE_FILES_SAY = Off()


@dataclass(frozen=True, slots=True)
class Shared:
    """One encounter at both levels."""

    file: ScenarioFile
    draw: Draw
    levels: tuple[Matched, ...]  # radars, then statistical so many TIMES
    driven: bool  # with radars, now


def shared(
    files: Sequence[ScenarioFile],
    seed: int,
    count: int,
    folder: Path,
    off: Off = AS_THE_FILES_SAY,
    *,
    processes: int = 1,
) -> Generator[Shared, None, None]:
    """So many in all, by turns from each file; what was driven with radars is taken from the folder.

    The first encounters of all files have the run's own seed, hence the same radars: they are left out.
    """
    folder.mkdir(parents=True, exist_ok=True)
    drawn_of = [_drawn(files[n % len(files)], seed, FIRST + 1 + n // len(files)) for n in range(count)]
    wanted = [
        Wanted(kept_at(folder, file, seed, draw.number, off=off), _driven, (file, draw, off, "radar"))
        for file, draw in drawn_of
    ]
    for (file, draw), (radar, is_new) in zip(drawn_of, kept(wanted, processes), strict=True):
        width_m = file.scenario(draw).encounter.fit.truck.width_m
        statistical = (_driven(file, draw, off, "statistical", again) for again in range(TIMES))
        yield Shared(file, draw, tuple(match(one, width_m) for one in (radar, *statistical)), is_new)


def comparable(files: Sequence[ScenarioFile]) -> tuple[list[ScenarioFile], list[str]]:
    """Those of which the model knows all there is, and the names of the others; some must be left."""
    known = [file for file in fitted(files) if not unknown_of(file.middle().encounter)]
    left_out = [file.id for file in files if file not in known]
    if not known:
        raise InputError(f"the statistical level knows none of {', '.join(left_out)}: nothing to compare")
    return known, left_out


def fitted(files: Sequence[ScenarioFile]) -> list[ScenarioFile]:
    """Those whose radars the level was fitted to; InputError where that is none."""
    found = [file for file in files if is_fitted(file.middle().encounter)]
    if not found:
        folder_for(files[0].middle().encounter)  # says why
    return found


def _drawn(file: ScenarioFile, seed: int, number: int) -> tuple[ScenarioFile, Draw]:
    try:
        return file, drawn(file, seed, number)
    except DrawError as error:
        raise InputError(str(error)) from error


def _driven(file: ScenarioFile, draw: Draw, off: Off, level: Level, again: int = 0) -> Told:
    """`again`: with other chance, how often before."""
    encounter = file.scenario(draw).encounter
    seed = draw.seed if again == 0 else int(np.random.SeedSequence([draw.seed, again]).generate_state(1)[0])
    with closing(CPythonGateway(**encounter.gateway_settings())) as gateway:
        loop = Loop(
            encounter,
            seed,
            gateway,
            VIN,
            perturb_of(off.perturb, off.pose_deg, seed, file.perturb),
            level=level,
            program=lambda of: Nearside(of.fit),
            buses=in_memory,
        )
        return told(loop.run(), encounter, draw.number, file.id)


def kept_at(folder: Path, file: ScenarioFile, seed: int, number: int, *, off: Off) -> Path:
    """Of a radar drive; the name changes with all that changes the drive, but not with the policies."""
    side = file.middle().encounter.fit.truck.near_side
    said = f"{file.sha256} {side} {off.perturb} {off.pose_deg} {chain_sha256()} {noted_sha256()}"
    return folder / f"{file.id}-{seed}-{number}-{hashlib.sha256(said.encode()).hexdigest()[:8]}.json.gz"


def model_of(files: Sequence[ScenarioFile]) -> str:
    """Digest of the one that all of these draw from."""
    folders = {folder_for(file.middle().encounter) for file in files}
    if len(folders) > 1:
        raise InputError("these scenarios have radars of different kinds: compare one kind at a time")
    return sha256_of(folders.pop() / MODEL)
