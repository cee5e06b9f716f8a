"""Tones held against one patch, compiled, give what they give held against a stack of them."""

import numpy as np
import pytest
from numpy.typing import NDArray

from edge_controller.config import load_fit, shipped_fit
from edge_controller.detection import fitting
from edge_controller.detection.fast import fitting as fast
from edge_controller.detection.separate import patches_of

RADAR = load_fit(shipped_fit("tipper")).radar("corner")
SHAPE = RADAR.profile.loops, RADAR.profile.samples
CELLS = [(3, 7), (0, 0), (127, 255), (64, 100)]  # in the middle of the map, and across its ends


def cube_of(seed: int) -> NDArray[np.complex64]:
    """(channel, Doppler, range) noise with one strong cell."""
    draw = np.random.default_rng(seed)
    shape = 2, len(RADAR.array.virtual_m), *SHAPE
    real, imag = draw.normal(0.0, 1.0, shape)
    cube = (real + 1j * imag).astype(np.complex64)
    cube[:, 3, 7] += 300
    return cube


@pytest.mark.parametrize("cell", CELLS)
def test_the_same_cells_whitened(cell: tuple[int, int]) -> None:
    cube, noise = cube_of(1), np.ones(SHAPE, np.float32)
    whitened = patches_of(cube, noise, [cell], RADAR).seen.values[0]  # (Doppler x range, channel)
    # The compiled ones may lie in a cube that has more rows, and longer ones.
    wide = np.zeros((len(cube), SHAPE[0] + 1, SHAPE[1] + 8), np.complex64)
    wide[:, : SHAPE[0], : SHAPE[1]] = cube
    twins, energy = fast.patch_of(wide, SHAPE, cell, fast.tables_of(*SHAPE))
    channels = len(cube)
    by_range = twins.reshape(9, 2, 9, 2 * channels)  # (range, re im, Doppler, re im of products)
    seen = (by_range[:, 0, :, :channels] + 1j * by_range[:, 1, :, :channels]).swapaxes(0, 1)
    np.testing.assert_allclose(seen.reshape(81, channels), whitened, rtol=1e-9, atol=1e-9)
    assert energy == pytest.approx(np.sum(np.abs(whitened) ** 2))
    # The other half times a row is the imaginary part of its conjugate's product: here of 1j in each cell.
    turned = np.zeros((9, 2, 9))
    turned[:, 1] = 1.0
    imaginary = turned.ravel() @ twins[:, channels:]
    np.testing.assert_allclose(imaginary, -np.sum(whitened.real, axis=0), atol=1e-6)


@pytest.mark.parametrize("walk", [0.0, 0.05, 0.7, -2.0])  # bins in the frame; the second counts as none
@pytest.mark.parametrize("places", [[(0.2, -0.3)], [(0.2, -0.3), (1.4, 0.9)], [(0, 0), (1, -1), (-2, 1)]])
def test_the_same_places_leave_the_least(walk: float, places: list[tuple[float, float]]) -> None:
    cube, noise, cell = cube_of(2), np.ones(SHAPE, np.float32), (3, 7)
    start = np.array(places, float)
    seen = patches_of(cube, noise, [cell], RADAR).seen
    base = fitting.fitted(seen, start[None], np.array([walk]))
    tables = fast.tables_of(*SHAPE)
    patch = fast.patch_of(cube, SHAPE, cell, tables)
    at, _, amplitudes, energy, _, alike = fast.fitted(patch, tables, start, walk, float(seen.noise[0]))
    np.testing.assert_allclose(at, base.places[0], atol=1e-6)
    np.testing.assert_allclose(amplitudes, base.amplitudes[0], rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(alike, base.alike[0], rtol=1e-6, atol=1e-9)
    assert energy == pytest.approx(base.energy[0], rel=1e-6)
    assert energy < fast.solved(patch, tables, start, walk)[3]


@pytest.mark.parametrize("size", [1, 2, 3, 6])
def test_elimination_solves(size: int) -> None:
    draw = np.random.default_rng(size)
    half = draw.normal(size=(size, size)) + 1j * draw.normal(size=(size, size))
    matrix = half @ half.conj().T + 0.1 * np.eye(size)
    columns = draw.normal(size=(size, 4)) + 0j
    solved = columns.copy()
    fast.eliminated(matrix.copy(), solved, 0.5)
    np.testing.assert_allclose((matrix + 0.5 * np.eye(size)) @ solved, columns, atol=1e-9)
