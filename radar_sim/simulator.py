"""A scene becomes raw samples: the radars of one truck, as they would be measured."""

import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from radar_sim.dca1000 import SimulatedFrame, Stream, payload
from radar_sim.echo import beat, chirp_times_s
from radar_sim.errors import SceneError
from radar_sim.fit import Radar, Side, load_fit
from radar_sim.imperfection import Imperfection, drawn, leakage, perfect
from radar_sim.moving import antennas
from radar_sim.paths import Sending
from radar_sim.propagation import View, trace
from radar_sim.radio import NOISE_LSB
from radar_sim.randomness import Purpose, generator
from radar_sim.scatterers import no_scatterers
from radar_sim.scene import Scene
from radar_sim.sending import time_division
from radar_sim.surroundings import body_points
from radar_sim.tones import Complexes
from radar_sim.truth import truth

FULL_SCALE = 32767


class RadarSimulator:
    """All radars of a fit. Frames may be made in any order; only `packets` remembers, one stream a radar."""

    def __init__(
        self,
        fit: Path | str,
        seed: int,
        near_side: Side | None = None,
        perturb: bool = True,
        *,
        with_leakage: bool = True,
        with_own_body: bool = True,
    ) -> None:
        if type(seed) is not int or seed < 0:
            raise SceneError(f"seed is {seed!r}, not a whole number from 0")
        self._fit = load_fit(Path(fit), near_side)
        self._seed = seed
        self._radars = {radar.name: radar for radar in self._fit.radars}
        mirror = self._fit.body.mirror
        self._true: dict[str, Imperfection] = {
            name: drawn(radar, seed, mirror) if perturb else perfect(radar)
            for name, radar in self._radars.items()
        }
        self._body = body_points(self._fit, seed) if with_own_body else no_scatterers()
        self._leakage = {
            name: leakage(radar, seed) * (with_leakage * NOISE_LSB * math.sqrt(2))
            for name, radar in self._radars.items()
        }
        self._streams = {name: Stream() for name in self._radars}

    @property
    def radars(self) -> tuple[str, ...]:
        """Names in the order of the fit."""
        return tuple(self._radars)

    @property
    def perturbation(self) -> dict[str, Any]:
        """How each radar truly differs from the fit."""
        return {name: self._true[name].as_dict(radar) for name, radar in self._radars.items()}

    def frame_period_us(self, name: str) -> int:
        """From one frame's start to the next."""
        return self._radar(name).frame_period_us

    def frame_offset_us(self, name: str) -> int:
        """Start of frame 0."""
        return self._radar(name).frame_offset_us

    def frame_duration_us(self, name: str) -> int:
        """Start of the first chirp to the end of the last, rounded up."""
        radar = self._radar(name)
        return math.ceil(radar.chirps * radar.profile.chirp_s * 1e6 - 1e-6)

    def start_s(self, name: str, index: int) -> float:
        """Start of a frame's first chirp."""
        return (self.frame_offset_us(name) + index * self.frame_period_us(name)) * 1e-6

    def view(self, name: str) -> View:
        """Where a radar truly looks from, and when."""
        radar = self._radar(name)
        return View(self._fit, radar, self._true[name].mount, chirp_times_s(radar))

    def frame(self, name: str, index: int, scene: Scene) -> SimulatedFrame:
        """Raw samples of one frame whose first chirp starts at the scene's instant."""
        radar = self._radar(name)
        if type(index) is not int or index < 0:
            raise SceneError(f"radar {name}: frame index is {index!r}, not a whole number from 0")
        signal = self._echo(radar, scene)
        signal += np.tile(self._leakage[name], (radar.profile.loops, 1, 1))
        seen = truth(scene, self.view(name))
        return SimulatedFrame(name, index, self._converted(signal, name, index), self._source(radar), seen)

    def packets(self, frame: SimulatedFrame) -> list[bytes]:
        """DCA1000 UDP payloads of a frame, continuing that radar's stream."""
        self._radar(frame.name)
        return list(self._streams[frame.name].packets(payload(frame.samples)))

    def _radar(self, name: str) -> Radar:
        if name not in self._radars:
            raise SceneError(f"{self._fit.path}: there is no radar {name!r}, only {', '.join(self._radars)}")
        return self._radars[name]

    def _echo(self, radar: Radar, scene: Scene) -> Complexes:
        """What the scatterers give, in LSB (chirp, rx, sample)."""
        true, view = self._true[radar.name], self.view(radar.name)
        paths = trace(scene, self._body, view)
        places = antennas(radar, true.mount, scene.truck, view.times_s)
        return beat(paths, places, Sending(time_division(radar), true.channel), radar.profile, view.times_s)

    def _converted(self, signal: Complexes, name: str, index: int) -> NDArray[np.int16]:
        """Noise added, rounded and clipped as a converter does; (chirp, rx, sample, 2), I then Q."""
        words = np.stack([signal.real, signal.imag], axis=-1)
        noise = generator(self._seed, Purpose.NOISE, name, index).standard_normal(
            words.shape, dtype=np.float32
        )
        words += NOISE_LSB * noise
        np.rint(words, out=words)
        return np.clip(words, -FULL_SCALE - 1, FULL_SCALE).astype(np.int16)

    def _source(self, radar: Radar) -> dict[str, Any]:
        return {"seed": self._seed, "near_side": self._fit.near_side, "fit": dict(radar.primitives)}
