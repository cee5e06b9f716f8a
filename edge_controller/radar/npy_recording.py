"""A NumPy file of frames: opened, and held against what its TOML says."""

from pathlib import Path
from tokenize import TokenError

import numpy as np
from numpy.typing import NDArray

from edge_controller.config import Radar
from edge_controller.errors import InputError


def opened_npy(
    path: Path, radar: Radar, sample_type: str, toml: Path, joined: int
) -> NDArray[np.complexfloating]:
    """(frame, loop, virtual channel, sample) as stored; of frames to be joined each has one loop."""
    try:
        stored = np.lib.format.open_memmap(path, mode="r")
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    except (ValueError, EOFError, OverflowError, TokenError) as error:  # all of them NumPy's, of the header
        raise InputError(f"{path}: is no whole NumPy array ({str(error).splitlines()[0][:100]})") from error
    if stored.dtype.kind != "c":
        raise InputError(
            f"{path}: holds {stored.dtype}, not the complex samples {toml} names "
            f"(capture.sample_type = {sample_type!r})"
        )
    profile, array = radar.profile, radar.array
    want = (profile.loops // joined, len(array.tx_order) * len(array.rx_m), profile.samples)
    if stored.shape[-3:] != want or stored.ndim > 4:
        raise InputError(
            f"{path}: has the shape {stored.shape}, {toml} makes a frame {want}: (loop, virtual channel, "
            f"sample) by profile.{profile.name}: loops = {want[0]}, samples = {profile.samples}; "
            f"array.{array.name}: {len(array.tx_order)} in tx_order, {len(array.rx_m)} in rx_mm"
        )
    if stored.size == 0:
        raise InputError(f"{path}: holds no frame")
    if stored.offset + stored.nbytes != path.stat().st_size:
        raise InputError(f"{path}: does not end where the array of shape {stored.shape} in it does")
    return stored.reshape(-1, *want)
