"""FFTW's transforms for the compiled spectrum: sooner, and other in the last bits from plan to plan."""

import numpy as np
import pyfftw
from numpy.typing import NDArray

from edge_controller.config import Radar
from edge_controller.detection.fast.spectrum import CompiledSpectrum
from edge_controller.detection.fast.warmth import Wisdom, remembered_plans


class FftwSpectrum(CompiledSpectrum):
    """Each channel from one small buffer that never leaves the cache."""

    def _transforms(self, shape: tuple[int, int, int]) -> NDArray[np.complex64]:
        cube: NDArray[np.complex64] = pyfftw.empty_aligned(shape, np.complex64)
        staged = pyfftw.empty_aligned(shape[1:], np.complex64)
        self._plans = plans(staged, cube, "FFTW_MEASURE")
        self._buffer: NDArray[np.float32] = staged.view(np.float32)
        return cube

    def _staged(self, channel: int) -> NDArray[np.float32]:  # noqa: ARG002 - one for all
        return self._buffer

    def _transform_channel(self, channel: int) -> None:
        self._plans[channel].execute()


def plans(staged: NDArray[np.complex64], cube: NDArray[np.complex64], effort: str) -> list[pyfftw.FFTW]:
    """One transform per channel; `effort` counts where FFTW remembers no better plan."""
    flags = (effort, "FFTW_DESTROY_INPUT")
    return [pyfftw.FFTW(staged, channel, axes=(0, 1), flags=flags) for channel in cube]


def plan_patiently(radar: Radar) -> None:
    """Let FFTW try more plans than a start-up has time for: seconds, for a tenth and more of its time."""
    loops, samples = radar.profile.loops, radar.profile.samples
    channels = len(radar.array.virtual_m)
    cube = pyfftw.empty_aligned((channels, loops, samples), np.complex64)
    plans(pyfftw.empty_aligned((loops, samples), np.complex64), cube, "FFTW_PATIENT")


def recall() -> None:
    """Hand FFTW the plans it made before."""
    if plans_before := remembered_plans():
        pyfftw.import_wisdom(plans_before)


def made() -> Wisdom:
    """The plans of this process, and those handed to it."""
    wisdom: Wisdom = pyfftw.export_wisdom()
    return wisdom
