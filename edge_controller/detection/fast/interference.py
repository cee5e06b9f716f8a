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
    for chirp in range(chirps):
        chirp_energies(values[chirp, (chirp // transmitters) % receivers], energies[chirp])
    return energies


@njit(cache=True, error_model="numpy", fastmath=True)
def chirp_energies(one: NDArray[np.int16], energies: NDArray[np.float32]) -> None:
    """Of one chirp of one receiver. A length that the compiler knows is done 8 or 16 values at a time."""
    if one.size < VALUES + 4:
        energies[0] = _bent(one, one.size - 4)
        return
    for block in range(energies.size):
        energies[block] = _bent(one[VALUES * block : VALUES * (block + 1) + 4], VALUES)


@njit(cache=True, error_model="numpy", fastmath=True, inline="always")
def _bent(values: NDArray[np.int16], count: int) -> np.float32:
    """Energy of so many second differences."""
    energy = np.float32(0)
    for v in range(count):
        # Kept to 32 bits, so twice as many at a time: numba adds whole numbers in 64.
        step = np.float32(np.int32(values[v] - 2 * values[v + 2] + values[v + 4]))
        energy += step * step
    return energy


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
