"""Compile and plan once, at installation, what the extra `fast` runs: afterwards no start-up compiles."""

from collections.abc import Callable
from pathlib import Path

from edge_controller.config import Radar
from edge_controller.detection.rehearsal import FRAMES, rehearse
from edge_controller.detection.stages import require_extra
from edge_controller.errors import InputError


def warm_up(radars: tuple[Radar, ...], progress: Callable[[float], object] = lambda _: None) -> Path:
    """Rehearse every radar; the file that remembers it. `progress` hears the share that is done."""
    require_extra()
    from edge_controller.detection.fast.spectrum import plan_patiently  # noqa: PLC0415 - imports numba
    from edge_controller.detection.fast.warmth import recall, remember  # noqa: PLC0415

    recall()
    done = 0

    def step_done() -> None:
        nonlocal done
        done += 1
        progress(done / ((FRAMES + 1) * len(radars)))

    try:
        for radar in radars:
            plan_patiently(radar)
            step_done()
            rehearse(radar, fast=True, done=step_done)
        return remember(radars)
    except OSError as error:  # numba's own files or ours, in the same folder
        raise InputError(
            f"{error.filename or 'the folder of compiled stages'}: cannot be written ({error.strerror}); "
            "NUMBA_CACHE_DIR may name another folder"
        ) from error
