"""A scene becomes raw samples: the radars of one truck, as they would be measured."""

import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from radar_sim.cyclist import mean_rcs_m2
from radar_sim.dca1000 import SimulatedFrame, Stream, payload
from radar_sim.echo import beat, chirp_times_s
from radar_sim.errors import SceneError
from radar_sim.fit import SPEED_OF_LIGHT_MPS, Radar, Side, load_fit
from radar_sim.geometry import (
    Motion,
    Mount,
    hidden_by_body,
    in_field,
    in_sensor_axes,
    in_truck_axes,
    riding_along,
)
from radar_sim.imperfection import Imperfection, drawn, leakage, perfect
from radar_sim.radio import NOISE_LSB, lsb_per_root_w, received_w
from radar_sim.randomness import Purpose, generator
from radar_sim.scene import Floats, Scene, no_scatterers
from radar_sim.surroundings import body_points
from radar_sim.tones import Complexes

FULL_SCALE = 32767
NEAREST_M = 0.05  # a scatterer closer than this is inside the radar's housing


class RadarSimulator:
    """All radars of a fit. Frames may be made in any order; only `packets` remembers, one stream a radar."""

    def __init__(
        self,
        fit: Path,
        seed: int,
        near_side: Side | None = None,
        perturb: bool = True,
        *,
        with_leakage: bool = True,
        with_own_body: bool = True,
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

    def frame(self, name: str, index: int, scene: Scene) -> SimulatedFrame:
        """Raw samples of one frame whose first chirp starts at the scene's instant."""
        radar = self._radar(name)
        if type(index) is not int or index < 0:
            raise SceneError(f"radar {name}: frame index is {index!r}, not a whole number from 0")
        signal = self._echo(radar, scene)
        signal += np.tile(self._leakage[name], (radar.profile.loops, 1, 1))
        return SimulatedFrame(name, index, self._converted(signal, name, index), self._source(radar))

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
        riding = riding_along(self._body.position_m, len(times_s))
        seen = in_truck_axes(scene.scatterers, scene.truck, times_s).joined(riding)
        middle_s = float(times_s[len(times_s) // 2])
        rcs_m2 = self._rcs_m2(scene, seen, true.mount, middle_s)
        visible = self._visible(seen, true.mount, radar)
        sensor = in_sensor_axes(seen.where(visible), true.mount)
        power_w = received_w(sensor.position_m, rcs_m2[visible], radar.profile, self._fit.radio)
        amplitude_lsb = lsb_per_root_w(radar.profile, self._fit.radio) * np.sqrt(power_w)
        return beat(sensor, amplitude_lsb, true.channel_phase_rad / (2 * np.pi), radar)

    def _rcs_m2(self, scene: Scene, seen: Motion, mount: Mount, at_s: float) -> Floats:
        """Cross sections as this radar sees them in the middle of the frame."""
        scatterers = scene.scatterers
        facing = scatterers.heading_rad - (scene.truck.heading_rad + scene.truck.yaw_rate_radps * at_s)
        x, y, _ = _middle(seen)[:, : len(scatterers)]
        dx, dy = mount.position_m[0] - x, mount.position_m[1] - y
        ahead = np.cos(facing) * dx + np.sin(facing) * dy
        mean = mean_rcs_m2(ahead / np.maximum(np.sqrt(dx * dx + dy * dy), NEAREST_M))
        factor = np.where(np.isnan(scatterers.heading_rad), 1.0, mean)
        return np.concatenate([scatterers.rcs_m2 * factor, self._body.rcs_m2])

    def _visible(self, seen: Motion, mount: Mount, radar: Radar) -> NDArray[np.bool_]:
        """In the field, not behind the own body and within the band, judged in the middle of the frame."""
        truck_m = _middle(seen)
        sensor_m = _middle(in_sensor_axes(seen, mount))
        distance = np.sqrt(sensor_m[0] ** 2 + sensor_m[1] ** 2 + sensor_m[2] ** 2)
        if np.any(distance < NEAREST_M):
            raise SceneError(
                f"radar {radar.name}: a scatterer {distance.min():.3f} m away lies inside the radar"
                f" (nearest allowed is {NEAREST_M} m)"
            )
        in_band = radar.profile.slope_hz_per_s * 2 * distance / SPEED_OF_LIGHT_MPS < radar.profile.rate_hz
        hidden = hidden_by_body(truck_m, mount, self._fit.body)
        visible: NDArray[np.bool_] = in_band & in_field(sensor_m) & ~hidden
        return visible

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


def _middle(motion: Motion) -> Floats:
    """Positions (axis, scatterer) at the middle chirp."""
    position: Floats = motion.position_m[:, motion.position_m.shape[1] // 2]
    return position
