"""A radar that looks straight to the right of a standing or driving truck, and what is read of its samples.

The demo fit with its first radar turned to -90 degrees: sensor left is then world +x.
"""

import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from radar_sim import RadarSimulator, Scatterers, Scene, Thing, TruckPose, World, scene_of
from radar_sim.fit import load_fit
from radar_sim.geometry import Mount
from radar_sim.propagation import View
from radar_sim.scene.bodies import Box, Mirror
from radar_sim.synthesis import chirp_times_s
from radar_sim.world.world import CLEAR
from tests.radar_sim.bench import DEMO, LOOPS, NO_SLIP_X_M, RATE_HZ, SAMPLES, C, centre_hz

X_M, Y_M, UP_M = -0.25, -1.30, 1.05
SLOPE = 80e12
LAMBDA_M = C / centre_hz(SLOPE)
PAD = 16
NAME = "corner"

STILL = TruckPose(0.0, 0.0, 0.0, 0.0, 0.0, NO_SLIP_X_M)


def fit(folder: Path, *changes: tuple[str, str]) -> Path:
    """The demo fit, its first radar to the side and with the near profile, and further changes."""
    text = DEMO.read_text(encoding="utf-8")
    for old, new in (
        ("yaw_deg = -140.0", "yaw_deg = -90.0"),
        ('profile = "far"', 'profile = "near"'),
        *changes,
    ):
        assert old in text
        text = text.replace(old, new, 1)
    path = folder / "side.toml"
    path.write_text(text, encoding="utf-8")
    return path


def simulator(path: Path) -> RadarSimulator:
    """Exactly as the fit says, in an empty world."""
    return RadarSimulator(path, 1, perturb=None, with_leakage=False, with_own_body=False)


def view(path: Path, number: int = 0) -> View:
    """A radar of a fit for whoever wants paths instead of samples."""
    read = load_fit(path)
    radar = read.radars[number]
    mount = Mount(radar.position_m, radar.yaw_rad, radar.pitch_rad)
    return View(read, radar, mount, chirp_times_s(radar))


def point(
    x_m: float,
    y_m: float,
    up_m: float = UP_M,
    rcs_m2: float = 1.0,
    velocity: tuple[float, float] = (0.0, 0.0),
) -> Scatterers:
    return Scatterers(np.array([[x_m, y_m, up_m]]), np.array([[*velocity, 0.0]]), np.array([rcs_m2]))


def thing(name: str, points: Scatterers, *boxes: Box, mirrors: tuple[Mirror, ...] = ()) -> Thing:
    return Thing(name, points, boxes, mirrors)


def wall(y_m: float, from_x_m: float = -30.0, to_x_m: float = 30.0, **more: float) -> Mirror:
    """Along x, reflecting to the left, +y."""
    low_m, high_m = more.pop("low_m", 0.0), more.pop("high_m", 3.0)
    return Mirror((from_x_m, y_m), (to_x_m, y_m), low_m, high_m, **more)  # type: ignore[arg-type]


def signal(
    sim: RadarSimulator, *things: Thing, truck: TruckPose = STILL, world: World = CLEAR, index: int = 0
) -> NDArray[np.complex128]:
    """Samples (loop, channel, sample); channel y rises by half a wavelength."""
    words = sim.frame(NAME, index, scene_of(truck, *things, world=world)).samples.astype(np.float64)
    return (words[..., 0] + 1j * words[..., 1]).reshape(LOOPS, -1, SAMPLES)


def scene(*things: Thing, truck: TruckPose = STILL, world: World = CLEAR) -> Scene:
    return scene_of(truck, *things, world=world)


def range_lines(
    samples: NDArray[np.complex128], slope: float = SLOPE
) -> tuple[NDArray[np.float64], np.ndarray]:
    """Ranges, and their lines (loop, channel, range) under a Hann window whose peak keeps its height."""
    window = np.hanning(SAMPLES)
    lines = np.fft.fft(samples * window / window.sum(), PAD * SAMPLES, axis=-1)
    return np.arange(PAD * SAMPLES) * RATE_HZ / (PAD * SAMPLES) * C / (2 * slope), lines


def peak_range_m(samples: NDArray[np.complex128], about_m: float, within_m: float = 0.1) -> float:
    """Strongest line of standing things near a range, all channels' powers added."""
    ranges, lines = range_lines(samples)
    near = np.abs(ranges - about_m) < within_m
    power = (np.abs(lines.mean(axis=0)) ** 2).sum(axis=0)
    return float(ranges[near][np.argmax(power[near])])


def channels_at(samples: NDArray[np.complex128], range_m: float) -> NDArray[np.complex128]:
    """(channel,) at a range, standing things."""
    ranges, lines = range_lines(samples)
    return lines.mean(axis=0)[:, np.argmin(np.abs(ranges - range_m))]


def sine_of_azimuth(channels: NDArray[np.complex128]) -> float:
    """Of the strongest plane wave over 8 channels 1.94 mm apart; those further to +y lead from the left."""
    lines = np.abs(np.fft.fft(channels * np.hanning(len(channels) + 2)[1:-1], 4096))
    step = (int(np.argmax(lines)) + 2048) % 4096 / 4096 - 0.5
    return -step * LAMBDA_M / 1.94e-3


def range_rate_mps(samples: NDArray[np.complex128], range_m: float) -> float:
    """Of the strongest Doppler line at a range."""
    ranges, lines = range_lines(samples)
    track = lines[..., np.argmin(np.abs(ranges - range_m))] * np.hanning(LOOPS)[:, None]
    power = (np.abs(np.fft.fft(track, 64 * LOOPS, axis=0)) ** 2).sum(axis=1)
    cycles = (int(np.argmax(power)) + 32 * LOOPS) % (64 * LOOPS) / (64 * LOOPS) - 0.5
    return cycles / (2 * 35.6e-6) * LAMBDA_M / 2


def level_db(samples: NDArray[np.complex128], range_m: float) -> float:
    """Power of the channels at a range."""
    return float(10 * np.log10((np.abs(channels_at(samples, range_m)) ** 2).sum()))


def bearing(x_m: float, y_m: float) -> float:
    """Sine of the azimuth of a place at the radar's height; the boresight is -y, +x lies to its left."""
    away = math.hypot(x_m - X_M, y_m - Y_M)
    return (x_m - X_M) / away
