"""Recorded frames: DCA1000 `.bin` files (payload only) and NumPy arrays."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tokenize import TokenError
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from edge_controller.config import Radar, read_radars
from edge_controller.errors import InputError
from edge_controller.messages import RadarFrame
from edge_controller.radar.sample_order import Order, fits_order, frame_bytes, frame_shape, ordered
from edge_controller.toml_table import Table, load

# Sample types and orders each format can have, as [capture] names them.
CHOICES = {
    "dca1000": (("int16",), ("iiqq", "interleaved")),
    "npy": (("complex_int16", "complex_uint16"), ("tx_major", "rx_major")),
}


@dataclass(frozen=True, slots=True)
class Capture:
    """How a recording lies in its file; `toml` is named where the two disagree."""

    toml: Path
    format: Literal["dca1000", "npy"]
    sample_type: str
    order: str


def read_replay_toml(path: Path) -> tuple[Radar, Capture]:
    """[profile], [array] and one [[radar]] of a fit, and [capture]; InputError names file and key."""
    top = load(path)
    # No truck here, so no side to mirror to: antennas are taken as written.
    radars = read_radars(top, "right")
    if len(radars) != 1:
        raise InputError(f"{path}: radar has {len(radars)} tables, a recording is of one radar")
    capture = _capture(top.table("capture"))
    top.finish()
    return radars[0], capture


def _capture(table: Table) -> Capture:
    kind: Literal["dca1000", "npy"] = (
        "dca1000" if table.string("format", tuple(CHOICES)) == "dca1000" else "npy"
    )
    sample_types, orders = CHOICES[kind]
    capture = Capture(
        toml=table.path,
        format=kind,
        sample_type=table.string("sample_type", sample_types),
        order=table.string("order", orders),
    )
    table.finish()
    return capture


def read_recording(path: Path, radar: Radar, capture: Capture) -> Iterator[RadarFrame]:
    """The frames of a file, read as they are asked for.

    Raises InputError at once where file and TOML disagree, and on reaching a value that is no sample.
    """
    if path.is_dir():
        raise InputError(f"{path}: is a folder, not a recording")
    try:
        size = path.stat().st_size
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    if size == 0:
        raise InputError(f"{path}: is empty")
    if capture.format == "dca1000":
        return _dca1000_frames(path, size, radar, capture)
    return _npy_frames(path, radar, capture)


def _mid_t_s(radar: Radar, index: int) -> float:
    """A recording has no clock: frames are taken to follow one another at the frame period."""
    return radar.frame_offset_s + index * radar.profile.frame_s + radar.dwell_s / 2


def _keys(radar: Radar) -> str:
    """Where the TOML says how large a frame is."""
    profile, array = radar.profile, radar.array
    return (
        f"profile.{profile.name}: loops = {profile.loops}, samples = {profile.samples}; "
        f"array.{array.name}: {len(array.tx_order)} in tx_order, {len(array.rx_m)} in rx_mm"
    )


def _dca1000_frames(path: Path, size: int, radar: Radar, capture: Capture) -> Iterator[RadarFrame]:
    want = frame_bytes(radar)
    if size % want:
        raise InputError(
            f"{path}: {size} bytes are no whole number of frames, "
            f"one has {want} bytes by {capture.toml} ({_keys(radar)})"
        )
    order: Order = "iiqq" if capture.order == "iiqq" else "interleaved"
    if not fits_order(radar, order):
        raise InputError(
            f"{capture.toml}: capture.order 'iiqq' needs frames of an even number of samples ({_keys(radar)})"
        )
    values: NDArray[np.int16] = _opened(path)
    frames = values.reshape(size // want, want // 2)
    return (
        RadarFrame(radar.name, index, _mid_t_s(radar, index), ordered(np.array(flat), radar, order))
        for index, flat in enumerate(frames)
    )


def _opened(path: Path) -> NDArray[np.int16]:
    try:
        return np.memmap(path, dtype="<i2", mode="r")
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error


def _npy_frames(path: Path, radar: Radar, capture: Capture) -> Iterator[RadarFrame]:
    try:
        stored = np.lib.format.open_memmap(path, mode="r")
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    except (ValueError, EOFError, OverflowError, TokenError) as error:  # all of them NumPy's, of the header
        raise InputError(f"{path}: is no whole NumPy array ({str(error).splitlines()[0][:100]})") from error
    if stored.dtype.kind != "c":
        raise InputError(
            f"{path}: holds {stored.dtype}, not the complex samples {capture.toml} names "
            f"(capture.sample_type = {capture.sample_type!r})"
        )
    chirps, receivers, samples = frame_shape(radar)
    want = (radar.profile.loops, chirps // radar.profile.loops * receivers, samples)
    if stored.shape[-3:] != want or stored.ndim > 4:
        raise InputError(
            f"{path}: has the shape {stored.shape}, {capture.toml} makes a frame {want}: "
            f"(loop, virtual channel, sample) by {_keys(radar)}"
        )
    if stored.size == 0:
        raise InputError(f"{path}: holds no frame")
    if stored.offset + stored.nbytes != path.stat().st_size:
        raise InputError(f"{path}: does not end where the array of shape {stored.shape} in it does")
    frames = stored.reshape(-1, *want)
    return (
        RadarFrame(radar.name, index, _mid_t_s(radar, index), _tdm(frame, path, radar, capture))
        for index, frame in enumerate(frames)
    )


def _tdm(frame: NDArray[np.complexfloating], path: Path, radar: Radar, capture: Capture) -> NDArray[np.int16]:
    """(loop, virtual channel, sample) complex -> (chirp, rx, sample, 2) int16."""
    loops, channels, samples = frame.shape
    receivers = len(radar.array.rx_m)
    iq = np.stack([frame.real, frame.imag], axis=-1)
    low, high = (0, 65535) if capture.sample_type == "complex_uint16" else (-32768, 32767)
    if not np.all((iq >= low) & (iq <= high) & (iq == np.rint(iq))):  # NaN compares false
        raise InputError(
            f"{path}: holds values that are no whole numbers from {low} to {high} as {capture.toml} says "
            f"(capture.sample_type = {capture.sample_type!r})"
        )
    # Some tools store the two bytes of a sample as an unsigned number: 65400 means -136.
    counts = iq.astype(np.int32).astype(np.uint16).view(np.int16)
    transmitters = channels // receivers
    if capture.order == "rx_major":
        counts = counts.reshape(loops, receivers, transmitters, samples, 2).swapaxes(1, 2)
    return np.ascontiguousarray(counts).reshape(loops * transmitters, receivers, samples, 2)
