"""The look that every frame gets for bursts of other radars."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from edge_controller.detection.interference import BLOCK


@njit(cache=True, error_model="numpy", fastmath=True)
def block_energies(samples: NDArray[np.int16], transmitters: int) -> NDArray[np.float32]:
    """As beside it in the base: (chirp, block) of the second difference, one receiver per loop by turns."""
    chirps, receivers, length, _ = samples.shape
    blocks = max((length - 2) // BLOCK, 1)
    size = min(BLOCK, length - 2)
    energies = np.empty((chirps, blocks), np.float32)
    for chirp in range(chirps):
        one = samples[chirp, (chirp // transmitters) % receivers].reshape(-1)
        for block in range(blocks):
            first, total = 2 * BLOCK * block, np.float32(0)
            for value in range(first, first + 2 * size):
                bend = np.float32(one[value + 4]) - np.float32(2) * np.float32(one[value + 2])
                bend += np.float32(one[value])
                total += bend * bend
            energies[chirp, block] = total
    return energies
