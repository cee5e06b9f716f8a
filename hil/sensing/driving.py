"""Drives of the raw chain for the fit: simulated radars, detection, tracker, the program that brakes."""

import hashlib
from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from edge_controller.config import shipped_fit
from edge_controller.errors import InputError
from hil.buses import in_memory
from hil.closed_loop import Loop
from hil.gateway_host import CPythonGateway
from hil.programs.nearside import Nearside
from hil.scenario.nearest import unknown_fit
from hil.sensing.chain import chain_sha256, noted_sha256, program_of
from hil.sensing.drives import SOURCE, drive
from hil.sensing.kept import Wanted, kept, sha256_of_kept
from hil.sensing.matching import Matched
from hil.sensing.told import Told, told
from radar_sim import Perturb

VIN = "LNS8X4TP0T1000001"
SHORT = 16  # digits of a digest that is held against one other


def driven(fit_path: Path, seed: int, number: int) -> Told:
    """One drive at the level `radar`, sensors off the fit as a drawn unit's are."""
    scene, encounter = drive(fit_path, seed, number)
    with closing(CPythonGateway(**encounter.gateway_settings())) as gateway:
        loop = Loop(
            encounter,
            encounter.seed,
            gateway,
            VIN,
            Perturb(encounter.seed),
            program=lambda of: Nearside(of.fit),
            buses=in_memory,
        )
        return told(loop.run(), encounter, number, scene)


def drives_in(
    folder: Path, fit_path: Path, seed: int, count: int, processes: int = 1
) -> Generator[tuple[Told, bool], None, None]:
    """Drives 1 to `count`, each with whether it was driven now; those found in the folder are not."""
    return some_drives_in(folder, fit_path, seed, range(1, count + 1), processes)


def some_drives_in(
    folder: Path, fit_path: Path, seed: int, numbers: Sequence[int], processes: int = 1
) -> Generator[tuple[Told, bool], None, None]:
    """Those of these numbers."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = [
        Wanted(kept_at(folder, fit_path, seed, number), driven, (fit_path, seed, number))
        for number in numbers
    ]
    return kept(wanted, processes)


def digests_in(folder: Path, fit_path: Path, seed: int, numbers: Sequence[int]) -> list[str]:
    """What those drives told, each in short."""
    return [sha256_of_kept(kept_at(folder, fit_path, seed, number))[:SHORT] for number in numbers]


def kept_at(folder: Path, fit_path: Path, seed: int, number: int) -> Path:
    """Of one drive; the name changes with the fit, the scenes, and the chain that drives it."""
    scenes = program_of(SOURCE.read_text(encoding="utf-8"))
    said = f"{hashlib.sha256(fit_path.read_bytes()).hexdigest()} {scenes} {chain_sha256()} {noted_sha256()}"
    end = hashlib.sha256(said.encode()).hexdigest()[:8]
    return folder / f"{fit_path.stem}-{seed}-{number:04d}-{end}.json.gz"


def fit_path(name: str) -> Path:
    """Of a shipped fit, or the path itself; InputError where there is no such fit."""
    if name.endswith(".toml"):
        return Path(name)
    if wrong := unknown_fit(name):
        raise InputError(f"--fit {wrong}")
    return shipped_fit(name)


def provenance(
    path: Path, seed: int, drives: Sequence[Matched], told_sha256: Sequence[str]
) -> dict[str, Any]:
    """What a model was fitted on, and to which detector."""
    scenes = Counter(drive.told.scene for drive in drives)
    around = Counter(frame.setting.around for drive in drives for frame in drive.told.frames)
    return {
        "fit": path.stem,
        "fit_sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "seed": seed,
        "drives": len(drives),
        "frames": sum(len(drive.told.frames) for drive in drives),
        "minutes": round(sum(drive.told.lasts_s for drive in drives) / 60, 1),
        "scenes": dict(sorted(scenes.items())),
        "frames_beside": dict(sorted(around.items())),
        "told_sha256": list(told_sha256),
        "chain_sha256": chain_sha256(),
        "truth": "plain",
    }
