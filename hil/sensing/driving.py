"""Drives of the raw chain for the fit: simulated radars, detection, tracker, the program that brakes."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from hil.buses import in_memory
from hil.closed_loop import Loop
from hil.gateway_host import CPythonGateway
from hil.programs.nearside import Nearside
from hil.sensing.drives import drive
from hil.sensing.told import Told, read_told, told, write_told
from radar_sim import Perturb

VIN = "LNS8X4TP0T1000001"


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
            program=lambda of: Nearside(of.fit, fast=True),
            buses=in_memory,
        )
        return told(loop.run(), encounter, number, scene)


def drives_in(folder: Path, fit_path: Path, seed: int, count: int) -> Iterator[tuple[Told, bool]]:
    """Drives 1 to `count`, each with whether it was driven now; those found in the folder are not."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(1, count + 1):
        path = folder / f"drive-{seed}-{number:04d}.json.gz"
        if path.exists():
            yield read_told(path), False
            continue
        one = driven(fit_path, seed, number)
        write_told(path, one)
        yield one, True
