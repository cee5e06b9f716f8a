"""Samples -> spectrum and power, one channel at a time, so that it stays in the cache all the way."""

import numpy as np
import pyfftw
from numba import njit
from numpy.typing import NDArray

from edge_controller.config import Radar
from edge_controller.detection.spectrum import Spectrum


@njit(cache=True, error_model="numpy", fastmath=True)
def windowed(
    in_time: NDArray[np.int16], turn: int, rx: int, window: NDArray[np.float32], out: NDArray[np.float32]
) -> None:
    """(loop, turn, rx, 2 x sample) -> both windows applied, (loop, 2 x sample) of one channel."""
    for loop in range(window.shape[0]):
        chirp, taper, here = in_time[loop, turn, rx], window[loop], out[loop]
        for value in range(window.shape[1]):
            here[value] = np.float32(chirp[value]) * taper[value]


@njit(cache=True, error_model="numpy", fastmath=True)
def add_power(values: NDArray[np.float32], first: bool, power: NDArray[np.float32]) -> None:
    """Add a channel's power to `power`, or set it. Two loops, because one with a choice in it is slower."""
    if first:
        for cell in range(power.size):
            power[cell] = values[2 * cell] ** 2 + values[2 * cell + 1] ** 2
    else:
        for cell in range(power.size):
            power[cell] += values[2 * cell] ** 2 + values[2 * cell + 1] ** 2


class FastSpectrum(Spectrum):
    """`Spectrum` with FFTW's plans, each from one small buffer that never leaves the cache into a channel."""

    def _empty(self, shape: tuple[int, int, int]) -> NDArray[np.complex64]:
        cube: NDArray[np.complex64] = pyfftw.empty_aligned(shape, np.complex64)
        self._staged = pyfftw.empty_aligned(shape[1:], np.complex64)
        self._plans = plans(self._staged, cube, "FFTW_MEASURE")
        return cube

    def _transform(self, in_time: NDArray[np.int16]) -> None:
        receivers, power = self._in_time[2], self.power.reshape(-1)
        values = self.cube.view(np.float32).reshape(len(self.cube), -1)
        staged = self._staged.view(np.float32)
        for channel, plan in enumerate(self._plans):
            windowed(in_time, channel // receivers, channel % receivers, self._window, staged)
            plan.execute()
            add_power(values[channel], channel == 0, power)


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
