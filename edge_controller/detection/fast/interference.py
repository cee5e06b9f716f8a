"""The look that every frame gets for bursts of other radars."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from edge_controller.detection.interference import BLOCK


@njit(cache=True, error_model="numpy", fastmath=True)
def block_energies(samples: NDArray[np.int16], transmitters: int) -> NDArray[np.float32]:
    """As beside it in the base: (chirp, block) of the second difference, one receiver per loop by turns.

    A chirp at a time, first all squares, then their sums: loops from 0 on over whole rows are done 8 or 16
    values at a time.
    """
    chirps, receivers, length, _ = samples.shape
    blocks = max((length - 2) // BLOCK, 1)
    size = 2 * min(BLOCK, length - 2)
    values = samples.reshape(chirps, receivers, 2 * length)
    energies = np.empty((chirps, blocks), np.float32)
    squares = np.empty(2 * length - 4, np.float32)
    for chirp in range(chirps):
        one = values[chirp, (chirp // transmitters) % receivers]
        for value in range(squares.size):
            step = np.int32(one[value + 4]) - np.int32(2) * np.int32(one[value + 2]) + np.int32(one[value])
            squares[value] = np.float32(step) ** 2
        for block in range(blocks):
            inside, total = squares[2 * BLOCK * block :], np.float32(0)
            for value in range(size):
                total += inside[value]
            energies[chirp, block] = total
    return energies
