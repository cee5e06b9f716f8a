"""How a capture lays out its complex int16 samples, and how to lay them our way."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from edge_controller.config import Radar

Order = Literal["iiqq", "interleaved"]
ORDERS: tuple[Order, ...] = ("iiqq", "interleaved")


def frame_bytes(radar: Radar) -> int:
    """Payload of one frame: chirps x receivers x samples x (I, Q) x 2 bytes."""
    chirps, receivers, samples = frame_shape(radar)
    return chirps * receivers * samples * 4


def frame_shape(radar: Radar) -> tuple[int, int, int]:
    """(chirp, rx, sample) of one frame."""
    chirps = radar.profile.loops * len(radar.array.tx_order)
    return chirps, len(radar.array.rx_m), radar.profile.samples


def fits_order(radar: Radar, order: Order) -> bool:
    """Whether whole frames can have that order: two lanes carry complex samples in pairs."""
    return order == "interleaved" or frame_bytes(radar) % 8 == 0


def ordered(raw: NDArray[np.int16], radar: Radar, order: Order) -> NDArray[np.int16]:
    """The flat int16 values of one frame as (chirp, rx, sample, 2)."""
    chirps, receivers, samples = frame_shape(radar)
    if order == "iiqq":
        # Two-lane parts: I0 I1 Q0 Q1, receiver after receiver within a chirp. The pairs run on over the
        # end of a receiver where its samples are odd in number (TI SWRA581, "xWR16xx/IWR6843").
        pairs = raw.reshape(-1, 2, 2).swapaxes(1, 2)
        return pairs.reshape(chirps, receivers, samples, 2)
    # Four-lane parts: per sample the I of all receivers, then their Q (TI SWRA581, "xWR12xx/14xx").
    return np.ascontiguousarray(raw.reshape(chirps, samples, 2, receivers).transpose(0, 3, 1, 2))
