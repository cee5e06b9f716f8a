"""Recorded frames: DCA1000 `.bin` files (payload only) and NumPy arrays."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from edge_controller.config import Profile, Radar, read_radars
from edge_controller.errors import InputError
from edge_controller.messages import RadarFrame
from edge_controller.radar.npy_recording import opened_npy
from edge_controller.radar.sample_order import (
    Order,
    fits_order,
    frame_bytes,
    frame_shape,
    is_real,
    order_named,
    ordered,
)
from edge_controller.radar.ti_cfg import LOWEST_GHZ, complex_profile, radar_of, read_cfg
from edge_controller.toml_table import Table, load

# Orders each format and sample type can have, as [capture] names them.
CHOICES: dict[str, dict[str, tuple[str, ...]]] = {
    "dca1000": {
        "int16": ("iiqq", "qqii", "interleaved", "interleaved_qi"),
        "real_int16": ("sequential", "interleaved"),
    },
    "npy": {
        "complex_int16": ("tx_major", "rx_major"),
        "complex_uint16": ("tx_major", "rx_major"),
    },
}


@dataclass(frozen=True, slots=True)
class Capture:
    """How a recording lies in its file; `toml` is named where the two disagree."""

    toml: Path
    format: Literal["dca1000", "npy"]
    sample_type: str
    order: str
    joined: int = 1  # frames of the file that make one of ours: slow time runs over frames
    lost: dict[int, int] = field(default_factory=dict)  # frame -> packets that the recorder filled with zeros

    @property
    def sample_order(self) -> Order:
        """Of a DCA1000 file."""
        return order_named(f"real_{self.order}" if self.sample_type == "real_int16" else self.order)


def read_replay_toml(path: Path) -> tuple[Radar, Capture]:
    """[profile], [array] and one [[radar]] of a fit, and [capture]; InputError names file and key.

    The radar is the one whose frames come out: where samples are real, or frames are joined, not quite the
    one that the tables say.
    """
    top = load(path)
    # No truck here, so no side to mirror to: antennas are taken as written.
    radars = read_radars(top, "right", LOWEST_GHZ)
    if len(radars) != 1:
        raise InputError(f"{path}: radar has {len(radars)} tables, a recording is of one radar")
    capture = _capture(top.table("capture"), top.table("recorded") if top.has("recorded") else None)
    top.finish()
    radar = radars[0]
    if capture.joined > 1:
        radar = _slow(radar, capture)
    if capture.format == "dca1000" and is_real(capture.sample_order):
        where = f"{path}: profile.{radar.profile.name}.samples"
        radar = replace(radar, profile=complex_profile(radar.profile, where))
    return radar, capture


def read_replay_cfg(path: Path, antennas: str) -> tuple[Radar, Capture]:
    """The same of a radar's own `.cfg` and its antennas: a named board or a TOML with one [array]."""
    cfg = read_cfg(path)
    real = is_real(cfg.order)
    order = cfg.order.removeprefix("real_")
    return radar_of(cfg, antennas), Capture(path, "dca1000", "real_int16" if real else "int16", order)


def _capture(table: Table, recorded: Table | None) -> Capture:
    kind: Literal["dca1000", "npy"] = (
        "dca1000" if table.string("format", tuple(CHOICES)) == "dca1000" else "npy"
    )
    sample_type = table.string("sample_type", tuple(CHOICES[kind]))
    order = table.string("order", CHOICES[kind][sample_type])
    joined = 1
    if table.has("slow_time"):
        table.string("slow_time", ("frames",))
        joined = table.integer("loops", 2, 4096)
    table.finish()
    lost = _lost(recorded) if recorded else {}
    return Capture(table.path, kind, sample_type, order, joined, lost)


def _lost(recorded: Table) -> dict[int, int]:
    """What `nearside radar record` could not receive; the rest of its table is for people."""
    if not recorded.has("lost"):
        return {}
    return {int(frame): int(packets) for frame, packets in recorded.pairs("lost", may_be_empty=True)}


def _slow(radar: Radar, capture: Capture) -> Radar:
    """The radar whose chirps are a frame apart."""
    profile, path = radar.profile, capture.toml
    if profile.loops != 1 or len(radar.array.tx_order) != 1:
        raise InputError(
            f"{path}: capture.slow_time needs frames of one chirp ({_keys(radar)}), "
            "chirps at two different distances cannot be put in one row"
        )
    slow = Profile(
        name=profile.name,
        start_hz=profile.start_hz,
        slope_hz_per_s=profile.slope_hz_per_s,
        idle_s=profile.frame_s - profile.ramp_end_s,
        adc_start_s=profile.adc_start_s,
        ramp_end_s=profile.ramp_end_s,
        samples=profile.samples,
        rate_hz=profile.rate_hz,
        loops=capture.joined,
        frame_s=profile.frame_s * capture.joined,
    )
    return replace(radar, profile=slow)


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


def frame_count(path: Path, radar: Radar, capture: Capture) -> int:
    """Frames of a recording that `read_recording` reads."""
    return _stored(path, radar, capture) // capture.joined


def left_over(path: Path, radar: Radar, capture: Capture) -> str:
    """What of a recording whose frames are joined is too little for one more; empty where nothing is."""
    count = _stored(path, radar, capture)
    rest = count % capture.joined
    return (
        f"the last {rest} of {count} frames of the file are left out: {capture.joined} make one"
        if rest
        else ""
    )


def _stored(path: Path, radar: Radar, capture: Capture) -> int:
    """Frames as the file has them, before any are joined."""
    if capture.format == "dca1000":
        return path.stat().st_size // (frame_bytes(radar) // capture.joined)
    return len(opened_npy(path, radar, capture.sample_type, capture.toml, capture.joined))


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
    order, whole = capture.sample_order, frame_bytes(radar)
    single = whole // capture.joined
    if size % single:
        raise InputError(
            f"{path}: {size} bytes are no whole number of frames, "
            f"one has {single} bytes by {capture.toml} ({_keys(radar)})"
        )
    if size < whole:
        raise InputError(f"{path}: has {size // single} frames, {capture.toml} joins {capture.joined}")
    if not fits_order(radar, order):
        raise InputError(
            f"{capture.toml}: capture.order '{order}' needs frames of an even number of samples "
            f"({_keys(radar)})"
        )
    values: NDArray[np.int16] = _opened(path)[: size // whole * whole // 2]
    frames = values.reshape(size // whole, whole // 2)
    return (
        RadarFrame(
            radar=radar.name,
            index=index,
            mid_t_s=_mid_t_s(radar, index),
            samples=ordered(np.array(flat), radar, order),
            lost_packets=capture.lost.get(index, 0),
        )
        for index, flat in enumerate(frames)
    )


def _opened(path: Path) -> NDArray[np.int16]:
    try:
        return np.memmap(path, dtype="<i2", mode="r")
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error


def _npy_frames(path: Path, radar: Radar, capture: Capture) -> Iterator[RadarFrame]:
    stored = opened_npy(path, radar, capture.sample_type, capture.toml, capture.joined)
    whole = len(stored) // capture.joined
    if not whole:
        raise InputError(f"{path}: has {len(stored)} frames, {capture.toml} joins {capture.joined}")
    frames = stored[: whole * capture.joined].reshape(whole, -1, *stored.shape[2:])
    return (
        RadarFrame(radar.name, index, _mid_t_s(radar, index), _tdm(frame, path, radar, capture))
        for index, frame in enumerate(frames)
    )


def _tdm(frame: NDArray[np.complexfloating], path: Path, radar: Radar, capture: Capture) -> NDArray[np.int16]:
    """(loop, virtual channel, sample) complex -> (chirp, rx, sample, 2) int16."""
    loops, channels, samples = frame.shape
    receivers = frame_shape(radar)[1]
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
