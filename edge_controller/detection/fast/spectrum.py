"""Samples -> spectrum and power, one channel at a time, so that it stays in the cache all the way."""

import math

import numpy as np
import scipy.fft
from numba import njit
from numpy.typing import NDArray

from edge_controller.detection.fast.interference import blocks_of, chirp_energies, stands_out
from edge_controller.detection.interference import UNHIT, Hit
from edge_controller.detection.spectrum import Spectrum, doppler_window, range_window

LINE_CELLS = 8  # of the cache
SPARE_ROWS = 1  # behind each channel, so that cells of all channels do not share a set of the nearest cache

Windows = tuple[NDArray[np.float32], NDArray[np.float32]]  # along the chirps; along the samples, I and Q
Done = tuple[NDArray[np.float32], NDArray[np.float32]]  # rows of the cube as floats, and power


@njit(cache=True, error_model="numpy", fastmath=True)
def windowed(
    in_time: NDArray[np.int16],
    place: tuple[int, int, int],
    windows: Windows,
    out: NDArray[np.float32],
) -> None:
    """(loop, turn, rx, 2 x sample) -> both windows applied, (loop, 2 x sample) from the chirp at `place` on.

    The windows as two lines, not as a map, which would take as much of the cache as the channel itself.
    """
    slow, quick = windows
    first, turn, rx = place
    for row in range(out.shape[0]):
        loop = np.uint64(first + row)  # a place without a sign: numba asks nothing of it
        chirp, share, here = in_time[loop, turn, rx], slow[loop], out[row]
        for value in range(quick.size):
            here[value] = np.float32(chirp[value]) * (share * quick[value])


@njit(cache=True, error_model="numpy", fastmath=True)
def set_power(one: NDArray[np.float32], other: NDArray[np.float32], power: NDArray[np.float32]) -> None:
    """Of a row of two channels."""
    for cell in range(power.size):
        power[cell] = (one[2 * cell] ** 2 + one[2 * cell + 1] ** 2) + (
            other[2 * cell] ** 2 + other[2 * cell + 1] ** 2
        )


@njit(cache=True, error_model="numpy", fastmath=True)
def add_power(one: NDArray[np.float32], other: NDArray[np.float32], power: NDArray[np.float32]) -> None:
    """And of two more: loops of their own, because one with a choice in it is slower."""
    for cell in range(power.size):
        power[cell] = (power[cell] + (one[2 * cell] ** 2 + one[2 * cell + 1] ** 2)) + (
            other[2 * cell] ** 2 + other[2 * cell + 1] ** 2
        )


@njit(cache=True, error_model="numpy", fastmath=True)
def add_last_power(one: NDArray[np.float32], first: bool, power: NDArray[np.float32]) -> None:
    """Of the last of an odd number of channels, which may be the first."""
    for cell in range(power.size):
        before = np.float32(0) if first else power[cell]
        power[cell] = before + (one[2 * cell] ** 2 + one[2 * cell + 1] ** 2)


@njit(cache=True, error_model="numpy")
def power_up_to(channel: int, done: Done) -> None:
    """Power of the two channels before, every other time: then the sum is read and written half as often."""
    values, power = done
    if channel == 0 or (channel % 2 == 1 and channel < len(values)):
        return
    for row in range(len(power)):
        if channel % 2 == 1:
            add_last_power(values[channel - 1, row], channel == 1, power[row])
        elif channel == 2:
            set_power(values[0, row], values[1, row], power[row])
        else:
            add_power(values[channel - 2, row], values[channel - 1, row], power[row])


@njit(cache=True, error_model="numpy")
def between_transforms(
    in_time: NDArray[np.int16],
    channel: int,
    windows: Windows,
    staged: NDArray[np.float32],
    energies: NDArray[np.float32],
    done: Done,
) -> bool:
    """Power of the channels before, while they are in the cache; then the next one, and a look at it.

    After the last channel: whether there was a burst in any.
    """
    power_up_to(channel, done)
    if channel == len(done[0]):
        return stands_out(energies.reshape(-1))
    turn, rx = divmod(channel, in_time.shape[2])
    windowed(in_time, (0, turn, rx), windows, staged)
    for loop in range(rx, in_time.shape[0], in_time.shape[2]):
        chirp_energies(in_time[loop, turn, rx], energies[loop * in_time.shape[1] + turn])
    return False


def row_cells(ranges: int) -> int:
    """As long as a row of so many range bins lies in memory: an odd number of the cache's lines.

    Columns of rows a power of two apart would share a few of its sets. FFTW's transform takes four fifths of
    the time that way, and whoever gathers cells gains, too.
    """
    return LINE_CELLS * (-(-ranges // LINE_CELLS) | 1)


class CompiledSpectrum(Spectrum):
    """`Spectrum` of compiled passes around SciPy's transforms: the same bits in every run and process."""

    def _empty(self, shape: tuple[int, int, int]) -> NDArray[np.complex64]:
        loops, turns, _, values = self._in_time
        quick = np.repeat(range_window(values // 2), 2)
        self._windows = doppler_window(loops).astype(np.float32), quick.astype(np.float32)
        self._energies = np.zeros((loops * turns, blocks_of(values // 2)), np.float32)
        self._hit = False
        self.rows = self._rows((shape[0], loops + SPARE_ROWS, row_cells(shape[2])))
        self._floats = self.rows.view(np.float32)
        return self.rows[:, :loops, : shape[2]]

    def _rows(self, shape: tuple[int, int, int]) -> NDArray[np.complex64]:
        """Zeros that begin on a line of the cache, as FFTW's own do."""
        room = np.zeros(math.prod(shape) + LINE_CELLS, np.complex64)
        first = -room.ctypes.data % (room.itemsize * LINE_CELLS) // room.itemsize
        return room[first : first + math.prod(shape)].reshape(shape)

    def receive(self, samples: NDArray[np.int16]) -> Hit:
        """As the base. Bursts are looked for by the way: what has none is transformed once."""
        self.take(samples)
        return super().receive(samples) if self._hit else UNHIT

    def _transform(self, in_time: NDArray[np.int16]) -> None:
        values = self._floats
        windows, energies, done = self._windows, self._energies, (values, self.power)
        loops = len(self.power)  # without the spare row: no compiled loop looks at where an array ends
        for channel, rows in enumerate(values):
            between_transforms(in_time, channel, windows, rows[:loops], energies, done)
            self._transform_channel(channel)
        self._hit = between_transforms(in_time, len(values), windows, values[-1, :loops], energies, done)

    def _transform_channel(self, channel: int) -> None:
        """What is windowed -> that channel of the cube."""
        made = scipy.fft.fft2(self.cube[channel], overwrite_x=True)
        if not np.may_share_memory(made, self.cube):  # SciPy may overwrite, it need not
            self.cube[channel] = made
