"""Samples -> range-Doppler spectrum of each virtual channel -> power summed over the channels."""

from functools import lru_cache

import numpy as np
import scipy.fft
from numpy.typing import NDArray
from scipy.signal import windows

from edge_controller.config import Radar
from edge_controller.messages import RadarFrame

# Half the main lobes, to the first zero.
RANGE_LOBE_BINS = 3
DOPPLER_LOBE_BINS = 2


@lru_cache(maxsize=32)
def range_window(length: int) -> NDArray[np.float64]:
    """Blackman, of unit energy so that noise keeps its power.

    Its side lobes are 58 dB down and fall by 18 dB per octave (Harris 1978, table 1): a truck's own flank
    60 dB above the noise must not hide a rider, nor make riders where there are none.
    """
    return _unit_energy(windows.blackman(length, sym=False))


@lru_cache(maxsize=32)
def doppler_window(length: int) -> NDArray[np.float64]:
    """Hann, of unit energy: its first zero is two bins away, not three.

    A rider who overtakes at 0.8 m/s is two Doppler bins from the truck's own flank at the same range,
    so the narrow lobe is worth more here than deep side lobes.
    """
    return _unit_energy(windows.hann(length, sym=False))


def _unit_energy(shape: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(shape / np.sqrt(np.sum(shape**2)), dtype=np.float64)


@lru_cache(maxsize=8)
def _window_of_iq(loops: int, samples: int) -> NDArray[np.float32]:
    both = doppler_window(loops)[:, None] * np.repeat(range_window(samples), 2)
    return both.astype(np.float32)


def spectrum(frame: RadarFrame, radar: Radar) -> NDArray[np.complex64]:
    """(virtual channel, Doppler bin, range bin): bin 0 is no Doppler, the upper half is negative."""
    loops, samples = radar.profile.loops, radar.profile.samples
    transmitters, receivers = len(radar.array.tx_order), len(radar.array.rx_m)
    if frame.samples.shape != (loops * transmitters, receivers, samples, 2):
        raise ValueError(f"frame of shape {frame.samples.shape} is not one of radar {radar.name}")
    in_time = frame.samples.reshape(loops, transmitters, receivers, 2 * samples)
    cube = np.empty((transmitters, receivers, loops, samples), np.complex64)
    # Both windows in the one pass that also turns int16 into float32 and sorts the chirps by transmitter.
    np.multiply(in_time.transpose(1, 2, 0, 3), _window_of_iq(loops, samples), out=cube.view(np.float32))
    flat = cube.reshape(transmitters * receivers, loops, samples)
    for channel in flat:  # one block of a few hundred kB at a time stays in the cache
        channel[:] = scipy.fft.fft2(channel, overwrite_x=True)
    return flat


def summed_power(cube: NDArray[np.complex64]) -> NDArray[np.float32]:
    """(Doppler bin, range bin): non-coherent sum over the channels, so no direction is lost."""
    _, dopplers, ranges = cube.shape
    values = cube.view(np.float32)
    power = np.einsum("cdv,cdv->dv", values, values).reshape(dopplers, ranges, 2)
    return np.asarray(power[..., 0] + power[..., 1], dtype=np.float32)


def signed_bin(index: NDArray[np.integer], length: int) -> NDArray[np.int64]:
    """Bin numbers with the upper half negative."""
    return (np.asarray(index, np.int64) + length // 2) % length - length // 2
