"""The three spectra are one, whatever the size: rows apart, odd numbers of channels, FFTW by address."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_controller.config import Array, Radar, load_fit, shipped_fit
from edge_controller.detection.fast.fftw import FftwSpectrum
from edge_controller.detection.fast.spectrum import CompiledSpectrum, row_cells
from edge_controller.detection.spectrum import Spectrum

CORNER = load_fit(shipped_fit("demo")).radar("corner")


def radar_of(loops: int, samples: int, transmitters: int, receivers: int) -> Radar:
    array = Array(
        "some",
        tuple((0.002 * n, 0.0) for n in range(receivers)),
        tuple((0.002 * receivers * n, 0.0) for n in range(transmitters)),
        tuple(range(transmitters)),
    )
    return replace(CORNER, profile=replace(CORNER.profile, loops=loops, samples=samples), array=array)


@pytest.mark.parametrize("shape", [(64, 256, 2, 4), (16, 250, 1, 3), (24, 60, 3, 1), (32, 100, 1, 1)])
@pytest.mark.parametrize("compiled", [CompiledSpectrum, FftwSpectrum])
def test_compiled_spectrum_and_power_are_those_of_the_base(
    compiled: type[Spectrum], shape: tuple[int, int, int, int]
) -> None:
    loops, samples, transmitters, receivers = shape
    radar, rng = radar_of(*shape), np.random.default_rng(1)
    one, other = Spectrum(radar), compiled(radar)
    for _ in range(2):
        counts = rng.normal(0, 300, (loops * transmitters, receivers, samples, 2)).astype(np.int16)
        one.take(counts)
        other.take(counts)
        assert other.cube.shape == (transmitters * receivers, loops, samples)
        np.testing.assert_allclose(other.cube, one.cube, atol=1e-5 * float(np.abs(one.cube).max()))
        np.testing.assert_allclose(other.power, one.power, atol=1e-5 * float(one.power.max()))


@pytest.mark.parametrize("compiled", [CompiledSpectrum, FftwSpectrum])
def test_what_lies_behind_the_samples_is_not_read(compiled: type[CompiledSpectrum]) -> None:
    """Samples and cube side by side in memory are then no overlap, and give the bits of any others."""
    radar = radar_of(64, 256, 2, 4)
    spectrum, frame = compiled(radar), np.full((2 * 128 + 16, 4, 256, 2), 30_000, np.int16)
    slow, quick = spectrum._windows
    longer = np.append(slow, np.float32(1e6))  # behind the window, too, something lies
    spectrum._windows = longer[:-1], quick
    spectrum.take(frame[:128])
    assert np.abs(spectrum.rows[:, :64, :256]).max() > 0
    assert not spectrum.rows[:, 64:].any()  # the spare row stays as it was made


@given(ranges=st.integers(1, 5000))
def test_rows_hold_the_ranges_and_are_an_odd_number_of_lines(ranges: int) -> None:
    cells = row_cells(ranges)
    assert ranges <= cells < ranges + 16
    assert cells % 16 == 8
