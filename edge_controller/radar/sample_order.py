"""How a capture lays out its int16 samples, and how to lay them our way."""

from typing import Literal, get_args

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from edge_controller.config import Radar

Order = Literal["iiqq", "qqii", "interleaved", "interleaved_qi", "real_sequential", "real_interleaved"]
ORDERS: tuple[Order, ...] = get_args(Order)
COMPLEX_ORDERS = ORDERS[:4]


def order_named(name: str) -> Order:
    """The order of that name; StopIteration where there is none."""
    return next(order for order in ORDERS if order == name)


def is_real(order: Order) -> bool:
    """Whether the mixer had one output only: twice as many samples, of half the bytes each."""
    return order.startswith("real")


def frame_bytes(radar: Radar) -> int:
    """Payload of one frame in bytes: chirps x receivers x samples x (I, Q) x 2.

    A radar that delivers real samples is described by the complex ones that follow from them
    (`radar.recording`): half as many at half the rate, so its frames have the same bytes.
    """
    chirps, receivers, samples = frame_shape(radar)
    return chirps * receivers * samples * 4


def frame_shape(radar: Radar) -> tuple[int, int, int]:
    """(chirp, rx, sample) of one frame."""
    chirps = radar.profile.loops * len(radar.array.tx_order)
    return chirps, len(radar.array.rx_m), radar.profile.samples


def fits_order(radar: Radar, order: Order) -> bool:
    """Whether whole frames can have that order: two lanes carry complex samples in pairs."""
    return order not in ("iiqq", "qqii") or frame_bytes(radar) % 8 == 0


def ordered(raw: NDArray[np.int16], radar: Radar, order: Order) -> NDArray[np.int16]:
    """The flat int16 values of one frame as (chirp, rx, sample, 2)."""
    chirps, receivers, samples = frame_shape(radar)
    if is_real(order):
        return _complex(_real(raw, radar, order))
    if order in ("iiqq", "qqii"):
        # Two-lane parts: I0 I1 Q0 Q1, receiver after receiver within a chirp. The pairs run on over the
        # end of a receiver where its samples are odd in number (TI SWRA581, "xWR16xx/IWR6843").
        pairs, laid = raw.reshape(-1, 2, 2), np.empty((raw.size // 4, 2, 2), np.int16)
        for part in (0, 1):  # four plain copies: six times as fast as one of the axes swapped
            for one in (0, 1):
                laid[:, one, part] = pairs[:, part if order == "iiqq" else 1 - part, one]
        return laid.reshape(chirps, receivers, samples, 2)
    # Four-lane parts: per sample the I of all receivers, then their Q (TI SWRA581, "xWR12xx/14xx").
    parts = raw.reshape(chirps, samples, 2, receivers)[:, :, :: -1 if order == "interleaved_qi" else 1]
    return np.ascontiguousarray(parts.transpose(0, 3, 1, 2))


def _real(raw: NDArray[np.int16], radar: Radar, order: Order) -> NDArray[np.int16]:
    """(chirp, rx, sample), twice as many samples as the radar that stands for it has."""
    chirps, receivers, samples = frame_shape(radar)
    if order == "real_sequential":  # two lanes: receiver after receiver
        return raw.reshape(chirps, receivers, 2 * samples)
    return raw.reshape(chirps, 2 * samples, receivers).transpose(0, 2, 1)  # four: sample after sample


def _complex(real: NDArray[np.int16]) -> NDArray[np.int16]:
    """(chirp, rx, 2 n) real -> (chirp, rx, n, 2): the positive half of the spectrum at half the rate.

    Ranges keep their bins. The negative half repeats it mirrored: an echo from beyond the last bin comes
    back in it with the sign of its Doppler turned. Where the spectrum is cut, the first and the last two
    bins keep a rest of every echo, 40 to 45 dB below it.
    """
    half = real.shape[-1] // 2
    positive = scipy.fft.rfft(real.astype(np.float32), axis=-1)[..., :half]
    positive[..., 0] *= 0.5  # is its own mirror image
    samples = scipy.fft.ifft(positive, axis=-1).astype(np.complex64)
    counts = np.rint(samples.view(np.float32)).clip(-32768, 32767).astype(np.int16)
    return counts.reshape(*samples.shape, 2)
