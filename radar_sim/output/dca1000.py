"""Samples as a DCA1000 capture board sends and files them (two-lane order of xWR18xx, complex)."""

import json
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from radar_sim.errors import SceneError
from radar_sim.truth import Seen

PACKET_PAYLOAD = 1456  # bytes; TI DCA1000EVM user's guide, packet format of raw mode
HEADER = struct.Struct("<IIH")  # number of the packet, count of the bytes sent before: low and high


@dataclass(frozen=True, slots=True)
class SimulatedFrame:
    """One frame of raw samples, and what made them."""

    name: str
    index: int
    samples: NDArray[np.int16]  # (chirp, rx, sample, 2): TDM chirps in time order, I then Q
    source: Mapping[str, Any] = field(repr=False, compare=False)  # seed and fit primitives, for the sidecar
    truth: tuple[Seen, ...] = field(default=(), repr=False, compare=False)  # of the scene's things

    @property
    def samples_complex(self) -> NDArray[np.complex64]:
        """The samples as I + jQ, (chirp, rx, sample)."""
        return np.asarray(self.samples[..., 0] + 1j * self.samples[..., 1], dtype=np.complex64)


def payload(samples: NDArray[np.int16]) -> bytes:
    """Chirp by chirp, receiver by receiver, pairs of samples as I0 I1 Q0 Q1, 16 bits little-endian."""
    pairs = samples.reshape(-1, 4)
    sent = np.empty(pairs.shape, "<i2")
    for to, at in enumerate((0, 2, 1, 3)):  # plain copies: five times as fast as one of axes swapped
        sent[:, to] = pairs[:, at]
    return sent.tobytes()


class Stream:
    """One board's stream: remembers packet number and bytes sent."""

    def __init__(self) -> None:
        self._packets = 0
        self._sent = 0

    def packets(self, data: bytes) -> Iterator[bytes]:
        """UDP payloads that carry `data`, all to be taken; the last may be short: none waits for the next."""
        starts, before, begun = range(0, len(data), PACKET_PAYLOAD), self._packets, self._sent
        self._packets, self._sent = before + len(starts), begun + len(data)
        pack = HEADER.pack
        for number, start in enumerate(starts, before + 1):
            sent = begun + start
            head = pack(number & 0xFFFF_FFFF, sent & 0xFFFF_FFFF, sent >> 32 & 0xFFFF)
            yield head + data[start : start + PACKET_PAYLOAD]


def write_bin(frames: SimulatedFrame | Sequence[SimulatedFrame], path: Path) -> Path:
    """Write the payload of one radar's frames, and beside it the JSON sidecar, whose path is returned."""
    frames = [frames] if isinstance(frames, SimulatedFrame) else list(frames)
    if not frames:
        raise SceneError(f"{path}: there is no frame to write")
    first = frames[0]
    if any(frame.name != first.name or frame.samples.shape != first.samples.shape for frame in frames):
        raise SceneError(f"{path}: a capture holds frames of one radar only")
    path.write_bytes(b"".join(payload(frame.samples) for frame in frames))
    sidecar_path = path.with_suffix(".json")
    indices = [frame.index for frame in frames]
    sidecar_path.write_text(sidecar(first.samples.shape, indices, first.source), encoding="utf-8")
    return sidecar_path


def sidecar(shape: tuple[int, ...], indices: Sequence[int], source: Mapping[str, Any]) -> str:
    """JSON that says how a file of frames, each of a `shape` (chirp, rx, sample, ...), is to be read."""
    said = {
        "format": "dca1000",
        "datatype": "ci16_le",
        "order": "per chirp, per rx: I0 I1 Q0 Q1 (two lanes)",
        "axes": ["frame", "chirp", "rx", "sample"],
        "shape": [len(indices), *shape[:3]],
        "frames": list(indices),
        **source,
    }
    return json.dumps(said, indent=2, sort_keys=True) + "\n"
