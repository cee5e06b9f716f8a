"""Samples -> spectrum and power, one channel at a time, so that it stays in the cache all the way."""

import numpy as np
import scipy.fft
from numba import njit
from numpy.typing import NDArray

from edge_controller.detection.fast.interference import blocks_of, chirp_energies, stands_out
from edge_controller.detection.interference import UNHIT, Hit
from edge_controller.detection.spectrum import Spectrum, doppler_window, range_window


@njit(cache=True, error_model="numpy", fastmath=True)
def windowed(
    in_time: NDArray[np.int16],
    place: tuple[int, int],
    windows: tuple[NDArray[np.float32], NDArray[np.float32]],
    out: NDArray[np.float32],
) -> None:
    """(loop, turn, rx, 2 x sample) -> both windows applied, (loop, 2 x sample) of the channel at `place`.

    The windows as two lines, not as a map, which would take as much of the cache as the channel itself.
    """
    slow, quick = windows
    for loop in range(out.shape[0]):
        chirp, share, here = in_time[loop, place[0], place[1]], slow[loop], out[loop]
        for value in range(out.shape[1]):
            here[value] = np.float32(chirp[value]) * (share * quick[value])


@njit(cache=True, error_model="numpy", fastmath=True)
def add_power(values: NDArray[np.float32], first: bool, power: NDArray[np.float32]) -> None:
    """Add a channel's power to `power`, or set it. Two loops, because one with a choice in it is slower."""
    if first:
        for cell in range(power.size):
            power[cell] = values[2 * cell] ** 2 + values[2 * cell + 1] ** 2
    else:
        for cell in range(power.size):
            power[cell] += values[2 * cell] ** 2 + values[2 * cell + 1] ** 2


@njit(cache=True, error_model="numpy", fastmath=True)
def between_transforms(
    in_time: NDArray[np.int16],
    channel: int,
    windows: tuple[NDArray[np.float32], NDArray[np.float32]],
    staged: NDArray[np.float32],
    looked: tuple[NDArray[np.float32], NDArray[np.float32]],
    done: tuple[NDArray[np.float32], NDArray[np.float32]],
) -> bool:
    """Power of the channel before, while it is in the cache; then the next one, and a look for bursts in it.

    After the last channel: whether there was one.
    """
    values, power = done
    energies, squares = looked
    if channel > 0:
        add_power(values[channel - 1], channel == 1, power)
    if channel == len(values):
        return stands_out(energies.reshape(-1))
    turn, rx = divmod(channel, in_time.shape[2])
    windowed(in_time, (turn, rx), windows, staged)
    for loop in range(rx, in_time.shape[0], in_time.shape[2]):
        chirp_energies(in_time[loop, turn, rx], squares, energies[loop * in_time.shape[1] + turn])
    return False


class CompiledSpectrum(Spectrum):
    """`Spectrum` of compiled passes around SciPy's transforms: the same bits in every run and process."""

    def _empty(self, shape: tuple[int, int, int]) -> NDArray[np.complex64]:
        loops, turns, _, values = self._in_time
        cube = self._transforms(shape)
        quick = np.repeat(range_window(values // 2), 2)
        self._windows = doppler_window(loops).astype(np.float32), quick.astype(np.float32)
        energies = np.zeros((loops * turns, blocks_of(values // 2)), np.float32)
        self._looked = energies, np.empty((2, values - 4), np.float32)
        self._hit = False
        return cube

    def _transforms(self, shape: tuple[int, int, int]) -> NDArray[np.complex64]:
        """The cube, whatever is to be kept for its transforms."""
        return np.empty(shape, np.complex64)

    def receive(self, samples: NDArray[np.int16]) -> Hit:
        """As the base. Bursts are looked for by the way: what has none is transformed once."""
        self.take(samples)
        return super().receive(samples) if self._hit else UNHIT

    def _transform(self, in_time: NDArray[np.int16]) -> None:
        done = self.cube.view(np.float32).reshape(len(self.cube), -1), self.power.reshape(-1)
        windows, looked = self._windows, self._looked
        for channel in range(len(self.cube)):
            between_transforms(in_time, channel, windows, self._staged(channel), looked, done)
            self._transform_channel(channel)
        last = len(self.cube)
        self._hit = between_transforms(in_time, last, windows, self._staged(last - 1), looked, done)

    def _staged(self, channel: int) -> NDArray[np.float32]:
        """(loop, 2 x sample) where the windowed samples of a channel go."""
        staged: NDArray[np.float32] = self.cube[channel].view(np.float32)
        return staged

    def _transform_channel(self, channel: int) -> None:
        """What is staged -> that channel of the cube."""
        made = scipy.fft.fft2(self.cube[channel], overwrite_x=True)
        if not np.may_share_memory(made, self.cube):  # SciPy may overwrite, it need not
            self.cube[channel] = made
