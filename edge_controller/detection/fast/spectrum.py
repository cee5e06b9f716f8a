"""Samples -> spectrum and power, one channel at a time, so that it stays in the cache all the way."""

import numpy as np
import pyfftw
from numba import njit
from numpy.typing import NDArray

from edge_controller.config import Radar
from edge_controller.detection.spectrum import Spectrum, values_of_quarter


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
def add_power(
    values: NDArray[np.float32], quarter: int, first: bool, power: NDArray[np.float32]
) -> np.float32:
    """Add a channel's power to `power`, or set it; the sum over the channel's first `quarter` values."""
    total = np.float32(0)
    for cell in range(power.size):
        of_cell = values[2 * cell] * values[2 * cell] + values[2 * cell + 1] * values[2 * cell + 1]
        power[cell] = of_cell if first else power[cell] + of_cell
        total += of_cell if 2 * cell < quarter else np.float32(0)
    return total


class FastSpectrum(Spectrum):
    """`Spectrum` with FFTW's plans, each from one small buffer that never leaves the cache into a channel."""

    def _empty(self, shape: tuple[int, int, int]) -> NDArray[np.complex64]:
        cube: NDArray[np.complex64] = pyfftw.empty_aligned(shape, np.complex64)
        self._staged = pyfftw.empty_aligned(shape[1:], np.complex64)
        self._plans = plans(self._staged, cube, "FFTW_MEASURE")
        return cube

    def _transform(self, in_time: NDArray[np.int16]) -> None:
        receivers, quarter = self._in_time[2], values_of_quarter(self.cube)
        values, power = self.cube.view(np.float32), self.power.reshape(-1)
        staged = self._staged.view(np.float32)
        for channel, plan in enumerate(self._plans):
            windowed(in_time, channel // receivers, channel % receivers, self._window, staged)
            plan.execute()
            total = add_power(values[channel].reshape(-1), quarter, channel == 0, power)
            self.channel_power[channel] = total / (quarter // 2)


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
