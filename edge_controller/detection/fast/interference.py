"""The look that every frame gets for bursts of other radars."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from edge_controller.detection.interference import BLOCK, OVER_USUAL, SAMPLED

VALUES = 2 * BLOCK  # I and Q of a block


def blocks_of(length: int) -> int:
    """Of a chirp of so many samples; at least one."""
    return max((length - 2) // BLOCK, 1)


@njit(cache=True, error_model="numpy")
def block_energies(samples: NDArray[np.int16], transmitters: int) -> NDArray[np.float32]:
    """As beside it in the base: (chirp, block) of the second difference, one receiver per loop by turns."""
    chirps, receivers, length, _ = samples.shape
    values = samples.reshape(chirps, receivers, 2 * length)
    energies = np.empty((chirps, max((length - 2) // BLOCK, 1)), np.float32)
    squares = np.empty((2, 2 * length - 4), np.float32)
    for chirp in range(chirps):
        chirp_energies(values[chirp, (chirp // transmitters) % receivers], squares, energies[chirp])
    return energies


@njit(cache=True, error_model="numpy", fastmath=True)
def chirp_energies(
    one: NDArray[np.int16], squares: NDArray[np.float32], energies: NDArray[np.float32]
) -> None:
    """Of one chirp of one receiver: all squares, then sums of neighbours until they are those of blocks.

    Loops over whole rows are done 8 or 16 values at a time, sums within a block one by one.
    """
    values = one.size - 4
    before, middle, after = one[:values], one[2 : 2 + values], one[4:]
    for value in range(values):
        step = (
            np.float32(before[value]) - np.float32(2) * np.float32(middle[value]) + np.float32(after[value])
        )
        squares[0, value] = step * step
    if values < VALUES:
        energies[0] = squares[0, :values].sum()
        return
    here, there, count = squares[0], squares[1], VALUES * energies.size
    while count > 2 * energies.size:
        count //= 2
        _pairs(here, there[:count])
        here, there = there, here
    _pairs(here, energies)


@njit(cache=True, error_model="numpy", fastmath=True)
def _pairs(values: NDArray[np.float32], sums: NDArray[np.float32]) -> None:
    for n in range(sums.size):
        sums[n] = values[2 * n] + values[2 * n + 1]


@njit(cache=True, error_model="numpy", fastmath=True)
def stands_out(energies: NDArray[np.float32]) -> bool:
    """`hit_chirps(...).any()`: whether more than half are below the highest's share."""
    highest = np.float32(0)
    for n in range(energies.size):
        highest = max(highest, energies[n])
    limit, below, some = highest / np.float32(OVER_USUAL), 0, (energies.size + SAMPLED - 1) // SAMPLED
    for n in range(some):
        below += energies[SAMPLED * n] < limit
    return below > some // 2
