"""A radar's stream into a `.bin` as the capture tool saves it: payload only, lost packets as zeros."""

import select
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import BinaryIO

from edge_controller.config import Array
from edge_controller.errors import InputError
from edge_controller.radar.reception import Listening
from edge_controller.radar.side_file import Recorded, side_file
from edge_controller.radar.stream import RawFrame, StreamAssembler
from edge_controller.radar.ti_cfg import TiCfg

WAIT_S = 0.1
BEGIN_WITHIN_S = 5.0
SILENT_S = 1.0  # no packet for so long: the stream has ended


class Recorder:
    """One recording in a folder: NAME.bin, NAME.toml, and the NAME.cfg it was made with."""

    def __init__(self, folder: Path, cfg: TiCfg, array: Array, frame_bytes: int, begun_utc: str) -> None:
        self.path = folder / f"{cfg.path.stem}.bin"
        self._toml = self.path.with_suffix(".toml")
        self._cfg, self._array, self._begun_utc = cfg, array, begun_utc
        self._stream = StreamAssembler(frame_bytes, cfg.path.stem)
        self._lost: list[tuple[int, int]] = []
        self.frames = 0
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._file: BinaryIO = self.path.open("xb")  # a recording is never written over
            self._toml.write_text(self._text(), encoding="utf-8")
            if not (copy := folder / cfg.path.name).exists():
                copy.write_bytes(cfg.path.read_bytes())
        except OSError as error:
            raise InputError(
                f"{error.filename or self.path}: cannot be written ({error.strerror})"
            ) from error

    @property
    def heard(self) -> bool:
        """Whether any packet came."""
        return self._stream.counts.packets > 0

    def take(self, packets: Iterable[bytes], most: int | None) -> None:
        """Packets in the order they came; frames beyond `most` are left out."""
        self._write(self._stream.push_all(packets), most)

    def finish(self, most: int | None) -> Recorded:
        """Close the files; a frame that was begun when the stream ended is kept, with its gaps."""
        self._write(self._stream.flush(), most)
        try:
            self._file.close()
            self._toml.write_text(self._text(), encoding="utf-8")
        except OSError as error:
            raise InputError(f"{self._toml}: cannot be written ({error.strerror})") from error
        return self._recorded()

    def close(self) -> None:
        """What is written stays, whatever ended the recording."""
        self._file.close()
        if not self.heard:
            self.discard()

    def discard(self) -> None:
        """Nothing came: leave no files."""
        self._file.close()
        self.path.unlink(missing_ok=True)
        self._toml.unlink(missing_ok=True)

    def _write(self, frames: list[RawFrame], most: int | None) -> None:
        for frame in frames[: None if most is None else max(most - self.frames, 0)]:
            try:
                self._file.write(frame.data)
            except OSError as error:
                self._file.close()
                raise InputError(
                    f"{self.path}: cannot be written ({error.strerror}); {self.frames} frames are kept"
                ) from error
            if frame.lost_packets:
                self._lost.append((self.frames, frame.lost_packets))
            self.frames += 1

    def _recorded(self) -> Recorded:
        return Recorded(self._begun_utc, self.frames, tuple(self._lost), self._stream.counts)

    def _text(self) -> str:
        return side_file(self._cfg, self._array, self._recorded())


def record(
    listening: Listening,
    recorder: Recorder,
    frames: int | None,
    ending: Callable[[], bool],
    progress: Callable[[int], None] = lambda _frames: None,
) -> Recorded:
    """Until so many frames are there, the stream is silent, or `ending` says so; then to the frame's end."""
    silent_s = 0.0
    while frames is None or recorder.frames < frames:
        if select.select([listening], [], [], WAIT_S)[0]:
            silent_s = 0.0
            recorder.take(listening.packets(), frames)
        else:
            silent_s += WAIT_S
        progress(recorder.frames)
        if silent_s > (SILENT_S if recorder.heard else BEGIN_WITHIN_S) or (ending() and not recorder.heard):
            break
        if ending():
            frames = min(frames or recorder.frames + 1, recorder.frames + 1)  # the one on its way
    if recorder.heard:
        return recorder.finish(frames)
    raise InputError(f"UDP port {listening.port}: no packet came, nothing is recorded")
