"""A scene becomes raw samples: the radars of one truck, as they would be measured."""

import math
from pathlib import Path
from typing import Any

import numpy as np

from radar_sim.dca1000 import SimulatedFrame, Stream, payload
from radar_sim.errors import SceneError
from radar_sim.fit import Radar, Side, load_fit
from radar_sim.imperfection import Imperfection, drawn, leakage, perfect
from radar_sim.moving import antennas
from radar_sim.paths import Sending
from radar_sim.propagation import View, trace
from radar_sim.radio import NOISE_LSB
from radar_sim.scatterers import no_scatterers
from radar_sim.scene import Scene
from radar_sim.sending import time_division
from radar_sim.surroundings import body_points
from radar_sim.synthesis import Complexes, Converter, Noise, audible, beat, chirp_times_s


class RadarSimulator:
    """All radars of a fit. Frames may be made in any order; only `packets` remembers, one stream a radar.

    `noise` is drawn anew in every frame ("fresh") or taken from a pool of each radar ("pooled").
    """

    def __init__(
        self,
        fit: Path,
        seed: int,
        near_side: Side | None = None,
        perturb: bool = True,
        *,
        with_leakage: bool = True,
        with_own_body: bool = True,
        noise: Noise = "fresh",
    ) -> None:
        if type(seed) is not int or seed < 0:
            raise SceneError(f"seed is {seed!r}, not a whole number from 0")
        self._fit = load_fit(fit, near_side)
        self._seed = seed
        self._radars = {radar.name: radar for radar in self._fit.radars}
        mirror = self._fit.body.mirror
        self._true: dict[str, Imperfection] = {
            name: drawn(radar, seed, mirror) if perturb else perfect(radar)
            for name, radar in self._radars.items()
        }
        self._body = body_points(self._fit, seed) if with_own_body else no_scatterers()
        self._leakage = {
            name: (leakage(radar, seed) * (with_leakage * NOISE_LSB * math.sqrt(2))).astype(np.complex64)
            for name, radar in self._radars.items()
        }
        self._converter = Converter(seed, noise, NOISE_LSB)
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

    def frame(self, name: str, index: int, scene: Scene) -> SimulatedFrame:
        """Raw samples of one frame whose first chirp starts at the scene's instant."""
        radar = self._radar(name)
        if type(index) is not int or index < 0:
            raise SceneError(f"radar {name}: frame index is {index!r}, not a whole number from 0")
        signal = self._echo(radar, scene)
        by_loop = signal.reshape(radar.profile.loops, *self._leakage[name].shape)
        by_loop += self._leakage[name]
        return SimulatedFrame(name, index, self._converter.words(signal, name, index), self._source(radar))

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
        true = self._true[radar.name]
        times_s = chirp_times_s(radar)
        paths = trace(scene, self._body, View(self._fit, radar, true.mount, times_s))
        places = antennas(radar, true.mount, scene.truck, times_s)
        sending = Sending(time_division(radar), true.channel)
        return beat(audible(paths, places, radar.profile), places, sending, radar.profile, times_s)

    def _source(self, radar: Radar) -> dict[str, Any]:
        return {"seed": self._seed, "near_side": self._fit.near_side, "fit": dict(radar.primitives)}
