"""What a run leaves of each radar: samples, settings, truth."""

import hashlib
import json
from dataclasses import asdict
from typing import Any

import numpy as np

from radar_sim.fit import Radar
from radar_sim.output.dca1000 import SimulatedFrame, payload, sidecar
from radar_sim.output.replay_toml import replay_toml
from radar_sim.output.ti_cfg import ti_cfg
from radar_sim.output.whole import WholeFolder
from radar_sim.scene.scene import Scene

FORMATS = ("bin", "npy")
ENDINGS = (*FORMATS, "json", "cfg", "toml")


class RadarFiles:
    """The files of one radar, written frame by frame; remembers what it has written."""

    def __init__(
        self,
        folder: WholeFolder,
        radar: Radar,
        count: int,
        formats: tuple[str, ...],
        *,
        is_mirrored: bool,
        takes_turns: bool,
    ) -> None:
        self._folder, self._radar, self._count = folder, radar, count
        self._is_mirrored, self._takes_turns = is_mirrored, takes_turns
        self._files = {kind: folder.open(f"{radar.name}.{kind}") for kind in formats}
        self._hashes = {kind: hashlib.sha256() for kind in formats}
        self._indices: list[int] = []
        self._first: SimulatedFrame | None = None
        if "npy" in formats:
            np.lib.format.write_array_header_1_0(self._files["npy"], self._npy_header())

    def _npy_header(self) -> dict[str, Any]:
        shape = (self._count, self._radar.chirps, len(self._radar.rx_m), self._radar.profile.samples)
        return {"descr": "<c8", "fortran_order": False, "shape": shape}

    def append(self, frame: SimulatedFrame) -> None:
        """One more frame."""
        self._first = self._first or frame
        self._indices.append(frame.index)
        for kind, file in self._files.items():
            data = payload(frame.samples) if kind == "bin" else frame.samples_complex.astype("<c8").tobytes()
            file.write(data)
            self._hashes[kind].update(data)

    def finish(self) -> dict[str, str]:
        """Write what says how to read them; SHA-256 of the samples by file name."""
        assert self._first is not None
        name, first = self._radar.name, self._first
        texts = {"json": sidecar(first.samples.shape, self._indices, first.source)}
        if self._takes_turns:  # neither could say that all transmitters send at once
            texts["cfg"] = ti_cfg(self._radar, self._count)
            texts["toml"] = replay_toml(self._radar, self._is_mirrored)
        for ending, text in texts.items():
            self._folder.open(f"{name}.{ending}").write(text.encode())
        for ending in set(ENDINGS) - set(texts) - set(self._files):
            self._folder.without(f"{name}.{ending}")
        return {f"{name}.{kind}": digest.hexdigest() for kind, digest in self._hashes.items()}


def truth_line(frame: SimulatedFrame, start_s: float, scene: Scene) -> bytes:
    """One line of JSON: frame, the truck at its start, and every thing as the radar has it in its middle."""
    line = {
        "radar": frame.name,
        "frame": frame.index,
        "t_s": round(start_s, 9),
        "truck": asdict(scene.truck),
        "objects": [asdict(seen) for seen in frame.truth],
    }
    return json.dumps(line, allow_nan=False).encode() + b"\n"
