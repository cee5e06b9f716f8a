"""A scene becomes raw samples: the radars of one truck, as they would be measured."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from radar_sim.errors import SceneError
from radar_sim.figures.own_flank import own_flank
from radar_sim.fit import Radar, Side, load_fit
from radar_sim.moving import antennas
from radar_sim.output.dca1000 import SimulatedFrame, Stream, payload
from radar_sim.output.losses import Losses
from radar_sim.paths import Signal
from radar_sim.propagation import View, own_thing, traced
from radar_sim.randomness import Draw, Purpose, generator
from radar_sim.scene.scatterers import no_scatterers
from radar_sim.scene.scene import Scene
from radar_sim.sensor.front_end import FrontEnd, front_end
from radar_sim.sensor.imperfection import Imperfection, Perturb, drawn, perfect
from radar_sim.sensor.phase_noise import skirt, weighted_by_delay
from radar_sim.sensor.sensor import CLEAN, Sensor
from radar_sim.sensor.worn import rained_on, weathered, worn
from radar_sim.synthesis import Converter, Noise, audible, beat, chirp_times_s
from radar_sim.truth import Seen


class RadarSimulator:
    """All radars of a fit. Frames may be made in any order; only `packets` remembers, one stream a radar.

    Without `perturb` every radar is exactly as the fit says; `sensors` says by name which are not clean.
    `noise` is drawn anew in every frame ("fresh") or taken from a pool of each radar ("pooled"). Frames come
    `with_truth` of the scene's things, or without where nobody asks.
    """

    def __init__(
        self,
        fit: Path | str,
        seed: int,
        near_side: Side | None = None,
        perturb: Perturb | None = None,
        *,
        sensors: Mapping[str, Sensor] | None = None,
        losses: Losses | None = None,
        with_leakage: bool = True,
        with_own_body: bool = True,
        with_truth: bool = True,
        noise: Noise = "fresh",
    ) -> None:
        _check(seed, perturb)
        self._fit = load_fit(Path(fit), near_side)
        self._seed = seed
        self._radars = {radar.name: radar for radar in self._fit.radars}
        mirror = self._fit.body.mirror
        self._off: dict[str, Imperfection] = {
            name: drawn(radar, perturb, mirror) if perturb else perfect(radar)
            for name, radar in self._radars.items()
        }
        sensors = {} if sensors is None else sensors
        for name, sensor in sensors.items():
            self._radar(name)
            if not isinstance(sensor, Sensor):
                raise SceneError(f"sensors: {name} is {sensor!r}, not a Sensor")
        self._fronts = {
            name: front_end(
                self._fit,
                radar,
                self._off[name],
                sensors.get(name, CLEAN),
                seed=seed,
                with_leakage=with_leakage,
            )
            for name, radar in self._radars.items()
        }
        self._own = own_thing(own_flank(self._fit, seed) if with_own_body else no_scatterers())
        self._with_truth = with_truth
        self._converter = Converter(seed, noise)
        self._losses = losses
        self._streams = {name: Stream() for name in self._radars}

    @property
    def radars(self) -> tuple[str, ...]:
        """Names in the order of the fit."""
        return tuple(self._radars)

    @property
    def perturbation(self) -> dict[str, Any]:
        """How each radar truly differs from the fit: everything that `perturb` drew."""
        return {name: off.as_dict() for name, off in self._off.items()}

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
        self._radar(name)
        front = self._fronts[name]
        return View(self._fit, front.radar, front.mount, chirp_times_s(front.radar), front.sensor)

    def code(self, name: str) -> NDArray[np.complex64]:
        """What each transmitter of a radar sends in each chirp, (chirp, tx)."""
        self._radar(name)
        return self._fronts[name].sending.code

    def frame(self, name: str, index: int, scene: Scene) -> SimulatedFrame:
        """Raw samples of one frame whose first chirp starts at the scene's instant."""
        radar = self._radar(name)
        if type(index) is not int or index < 0:
            raise SceneError(f"radar {name}: frame index is {index!r}, not a whole number from 0")
        if not isinstance(scene, Scene):
            raise SceneError(
                f"scene is a {type(scene).__name__}, not a Scene; a scene file gives one by at(t_s)"
            )
        front = self._fronts[name]
        signal, truth = self._received(front, index, scene)
        words = front.stuck(self._converter.words(signal, name, index, front.white_lsb))
        return SimulatedFrame(name, index, words, self._source(radar), truth)

    def packets(self, frame: SimulatedFrame) -> list[bytes]:
        """DCA1000 UDP payloads of a frame as they arrive, continuing that radar's stream."""
        self._radar(frame.name)
        sent = list(self._streams[frame.name].packets(payload(frame.samples)))
        if self._losses is None:
            return sent
        return self._losses.suffered(sent, self._rng(frame.name, frame.index)(Purpose.LOSSES))

    def _radar(self, name: str) -> Radar:
        if name not in self._radars:
            raise SceneError(f"{self._fit.path}: there is no radar {name!r}, only {', '.join(self._radars)}")
        return self._radars[name]

    def _rng(self, name: str, index: int) -> Draw:
        """What one frame of one radar draws, by purpose."""
        return lambda purpose: generator(self._seed, purpose, name, index)

    def _received(self, front: FrontEnd, index: int, scene: Scene) -> tuple[Signal, tuple[Seen, ...]]:
        """All that reaches the converter but its noise, in LSB (chirp, rx, sample), and what is true."""
        radar, draw = front.radar, self._rng(front.radar.name, index)
        view = self.view(radar.name)
        times_s = view.times_s
        places = antennas(radar, front.mount, scene.truck, times_s)
        scene = rained_on(scene, front, draw)
        own = self._own if scene.own is None else scene.own
        seen = traced(scene, own, view, with_truth=self._with_truth)
        paths = audible(seen.paths, places, radar.profile)
        paths, ways = weathered(paths, places, front, scene.world, times_s)
        signal = beat(paths, places, front.sending, radar.profile, times_s)
        if front.sensor.phase_noise is not None:
            late = beat(weighted_by_delay(paths, ways), places, front.sending, radar.profile, times_s)
            signal += skirt(late, front.sensor.phase_noise.of_frame(radar, draw))
        start_s = 1e-6 * (radar.frame_offset_us + index * radar.frame_period_us)
        signal = worn(signal, front, scene, antennas=places, start_s=start_s, draw=draw)
        return signal, seen.truth

    def _source(self, radar: Radar) -> dict[str, Any]:
        """For the sidecar: the fit as it is declared, and what of the sensor is not clean."""
        source = {"seed": self._seed, "near_side": self._fit.near_side, "fit": dict(radar.primitives)}
        changed = self._fronts[radar.name].sensor.changed()
        return source | ({"sensor": changed} if changed else {})


def _check(seed: int, perturb: Perturb | None) -> None:
    if type(seed) is not int or seed < 0:
        raise SceneError(f"seed is {seed!r}, not a whole number from 0")
    if not isinstance(perturb, Perturb | None):
        raise SceneError(f"perturb is {perturb!r}, not Perturb(seed) or None for the fit as it is")
