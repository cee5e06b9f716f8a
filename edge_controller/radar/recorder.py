"""A radar's stream into a `.bin` as the capture tool saves it: payload only, lost packets as zeros."""

import os
import select
from collections.abc import Callable, Iterable
from contextlib import suppress
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
SILENT_S = 1.0  # no packet for so long, and for two frames: the stream has ended


class Recorder:
    """One recording in a folder: NAME.bin, NAME.toml, and the NAME.cfg it was made with."""

    def __init__(self, folder: Path, cfg: TiCfg, array: Array, frame_bytes: int, begun_utc: str) -> None:
        self.path = folder / f"{cfg.path.stem}.bin"
        self.silent_s = max(SILENT_S, 2 * cfg.profile.frame_s)
        self._toml = self.path.with_suffix(".toml")
        self._cfg, self._array, self._begun_utc = cfg, array, begun_utc
        self._frame_bytes = frame_bytes
        self._stream = StreamAssembler(frame_bytes, cfg.path.stem)
        self._lost: list[tuple[int, int]] = []
        self._made: list[Path] = []  # by this recording, no file of somebody else's
        self.frames = 0
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._file = self._new(self.path)
            with self._new(self._toml) as file:
                file.write(self._text())
            self._copy_cfg(folder / cfg.path.name)
        except InputError:
            self.discard()
            raise
        except UnicodeEncodeError as error:
            self.discard()
            raise InputError(
                f"--cfg {cfg.path.name!a}: its name is no text, the recording needs one"
            ) from error
        except OSError as error:
            self.discard()
            raise InputError(
                f"{error.filename or self.path}: cannot be written ({error.strerror})"
            ) from error

    def _new(self, path: Path) -> BinaryIO:
        """A recording, or any other file, is never written over."""
        file = path.open("xb")
        self._made.append(path)
        return file

    def _copy_cfg(self, path: Path) -> None:
        said = self._cfg.path.read_bytes()
        if not path.exists():
            with self._new(path) as file:
                file.write(said)
        elif path.read_bytes() != said:
            raise InputError(f"{path}: is there already and says something else than {self._cfg.path}")

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
        if not self.frames:
            raise InputError(f"{self._stream.last_bad}; nothing is recorded")
        self._close_file()
        try:
            self._tell()
        except OSError as error:
            raise InputError(f"{self._toml}: cannot be written ({error.strerror})") from error
        return self._recorded()

    def close(self) -> None:
        """What is written stays, whatever ended the recording; nothing written leaves no files."""
        self._close_file()
        if not self.frames:
            self.discard()

    def discard(self) -> None:
        """Leave no files of this recording."""
        if self._made:
            with suppress(OSError):
                self._file.close()
        for path in self._made:
            path.unlink(missing_ok=True)

    def _write(self, frames: list[RawFrame], most: int | None) -> None:
        for frame in frames[: None if most is None else max(most - self.frames, 0)]:
            try:
                self._file.write(frame.data)
            except OSError as error:
                raise self._cut_short(error) from error
            if frame.lost_packets:
                self._lost.append((self.frames, frame.lost_packets))
            self.frames += 1

    def _close_file(self) -> None:
        try:
            self._file.close()
        except OSError as error:
            raise self._cut_short(error) from error

    def _cut_short(self, error: OSError) -> InputError:
        """A full disk: of what reached it whole frames are kept, replay could not read another size."""
        with suppress(OSError):  # the same again, of what is still to be written
            self._file.close()
        why = f"{self.path}: cannot be written ({error.strerror})"
        try:
            self.frames = self.path.stat().st_size // self._frame_bytes
            os.truncate(self.path, self.frames * self._frame_bytes)
            self._lost = [pair for pair in self._lost if pair[0] < self.frames]
            self._tell()
        except OSError as after:
            return InputError(f"{why}, nor can what came before be closed ({after.strerror})")
        return InputError(f"{why}; {self.frames} frames are kept")

    def _tell(self) -> None:
        """In the place of the TOML that is there: a full disk has no room for another."""
        with self._toml.open("r+b") as file:
            file.write(self._text())
            file.truncate()

    def _recorded(self) -> Recorded:
        return Recorded(self._begun_utc, self.frames, tuple(self._lost), self._stream.counts)

    def _text(self) -> bytes:
        return side_file(self._cfg, self._array, self._recorded()).encode()


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
        patience_s = recorder.silent_s if recorder.heard else BEGIN_WITHIN_S
        if silent_s > patience_s or (ending() and not recorder.heard):
            break
        if ending():
            frames = min(frames or recorder.frames + 1, recorder.frames + 1)  # the one on its way
    if recorder.heard:
        return recorder.finish(frames)
    raise InputError(f"UDP port {listening.port}: no packet came, nothing is recorded")
