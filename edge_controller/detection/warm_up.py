"""Compile and plan once, at installation, what the extra `fast` runs: afterwards no start-up compiles."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from edge_controller.config import Radar
from edge_controller.detection.rehearsal import FRAMES, rehearse
from edge_controller.detection.stages import REPRODUCIBLE, reproducible_lacks, require_extra
from edge_controller.errors import InputError


def warm_up(radars: tuple[Radar, ...], progress: Callable[[float], object] = lambda _: None) -> Path:
    """Rehearse every radar; the file that remembers it. `progress` hears the share that is done."""
    require_extra()
    from edge_controller.detection.fast.fftw import made, plan_patiently, recall  # noqa: PLC0415
    from edge_controller.detection.fast.warmth import remember  # noqa: PLC0415 - imports numba

    recall()
    done = 0

    def step_done() -> None:
        nonlocal done
        done += 1
        progress(done / ((FRAMES + 1) * len(radars)))

    with _own_folder():
        for radar in radars:
            plan_patiently(radar)
            step_done()
            rehearse(radar, fast=True, done=step_done)
        return remember(radars, "fftw", made())


def is_compiled(radars: tuple[Radar, ...]) -> bool:
    """Whether the reproducible stages are ready for these radars; also where they cannot be had at all."""
    if reproducible_lacks():
        return True
    from edge_controller.detection.fast.warmth import is_warm  # noqa: PLC0415 - imports numba

    return all(is_warm(radar, "scipy") for radar in radars)


def compile_once(radars: tuple[Radar, ...]) -> None:
    """Have the reproducible stages ready for these radars. Of several processes that ask one compiles."""
    if is_compiled(radars):
        return
    from edge_controller.detection.fast.warmth import one_compiles, remember  # noqa: PLC0415

    with _own_folder(), one_compiles():
        if is_compiled(radars):  # by another, meanwhile
            return
        for radar in radars:
            rehearse(radar, fast=REPRODUCIBLE)
        remember(radars, "scipy")


@contextmanager
def _own_folder() -> Iterator[None]:
    """Of numba's own files and of ours."""
    try:
        yield
    except OSError as error:
        raise InputError(
            f"{error.filename or 'the folder of compiled stages'}: cannot be written ({error.strerror}); "
            "NUMBA_CACHE_DIR may name another folder"
        ) from error
