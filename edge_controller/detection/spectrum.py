"""Samples -> range-Doppler spectrum of each virtual channel -> power summed over the channels."""

from functools import lru_cache

import numpy as np
import scipy.fft
from numpy.typing import NDArray
from scipy.signal import windows

from edge_controller.config import Radar
from edge_controller.detection.interference import Hit, without_interference
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
def window_of_iq(loops: int, samples: int) -> NDArray[np.float32]:
    """(loop, 2 x sample): both windows, for I and Q."""
    both = doppler_window(loops)[:, None] * np.repeat(range_window(samples), 2)
    return both.astype(np.float32)


class Spectrum:
    """One radar's spectrum and power, in buffers that its next frame overwrites.

    Fresh arrays of this size in every frame would cost thousands of page faults.
    """

    def __init__(self, radar: Radar) -> None:
        transmitters, receivers = len(radar.array.tx_order), len(radar.array.rx_m)
        loops, samples = radar.profile.loops, radar.profile.samples
        self._radar = radar
        self._in_time = (loops, transmitters, receivers, 2 * samples)
        # (virtual channel, Doppler bin, range bin): bin 0 is no Doppler, the upper half is negative.
        self.cube = self._empty((transmitters * receivers, loops, samples))
        # (Doppler bin, range bin): non-coherent sum over the channels, so no direction is lost.
        self.power = np.empty((loops, samples), np.float32)
        self._window = window_of_iq(loops, samples)

    def take(self, samples: NDArray[np.int16]) -> None:
        """(chirp, rx, sample, 2) -> `cube`, `power`."""
        loops, transmitters, receivers, values = self._in_time
        if samples.shape != (loops * transmitters, receivers, values // 2, 2):
            raise ValueError(f"a frame of shape {samples.shape} is not one of radar {self._radar.name}")
        self._transform(samples.reshape(self._in_time))

    def receive(self, samples: NDArray[np.int16]) -> Hit:
        """`take` of samples freed of what other radars did to them; how much that was."""
        clean, hit = without_interference(samples, self._radar)
        self.take(clean)
        return hit

    def _empty(self, shape: tuple[int, int, int]) -> NDArray[np.complex64]:
        self._squares = np.empty(2 * shape[1] * shape[2], np.float32)
        # The cube as it lies in memory; the compiled one has spare cells behind each row of range bins.
        self.rows = np.empty(shape, np.complex64)
        return self.rows

    def _transform(self, in_time: NDArray[np.int16]) -> None:
        """(loop, turn, rx, 2 x sample) -> `cube`, `power`."""
        values = self.cube.view(np.float32)
        by_turn = values.reshape(*self._in_time[1:3], *values.shape[1:])
        # Turns int16 into float32 and sorts the chirps by transmitter; windows in a pass of their own are
        # sooner than a product of mixed kinds, which NumPy takes through a buffer.
        np.copyto(by_turn, in_time.transpose(1, 2, 0, 3))
        np.multiply(by_turn, self._window, out=by_turn)
        made = scipy.fft.fftn(self.cube, axes=(1, 2), overwrite_x=True)
        if not np.may_share_memory(made, self.cube):  # SciPy may overwrite, it need not
            self.cube[:] = made
        flat = values.reshape(len(values), -1)
        np.einsum("cv,cv->v", flat, flat, out=self._squares)
        np.add(self._squares[::2], self._squares[1::2], out=self.power.reshape(-1))


def spectrum(frame: RadarFrame, radar: Radar) -> NDArray[np.complex64]:
    """(virtual channel, Doppler bin, range bin) of a single frame."""
    once = Spectrum(radar)
    once.take(frame.samples)
    return once.cube


def summed_power(cube: NDArray[np.complex64]) -> NDArray[np.float32]:
    """(Doppler bin, range bin) of any cube, as `Spectrum.power` is of a frame's."""
    _, dopplers, ranges = cube.shape
    values = cube.view(np.float32)
    power = np.einsum("cdv,cdv->dv", values, values).reshape(dopplers, ranges, 2)
    return np.asarray(power[..., 0] + power[..., 1], dtype=np.float32)


def signed_bin(index: NDArray[np.integer], length: int) -> NDArray[np.int64]:
    """Bin numbers with the upper half negative."""
    return (np.asarray(index, np.int64) + length // 2) % length - length // 2
