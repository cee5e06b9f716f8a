"""Paths without a scene: points anywhere, every antenna at its own place, channels of any phase."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

import edge_controller
from radar_sim.fit import Profile, Radar, load_fit
from radar_sim.geometry import Mount
from radar_sim.moving import antennas
from radar_sim.paths import Antennas, Ends, Paths, Sending
from radar_sim.scene.scene import TruckPose
from radar_sim.sensor.sending import time_division
from radar_sim.synthesis import beat, chirp_times_s
from radar_sim.synthesis.exact import exact_beat

C = 299_792_458.0
START_HZ, ADC_START_S, RATE_HZ, CHIRP_S, IDLE_S = 76.10e9, 5.0e-6, 10e6, 35.6e-6, 4.0e-6
SLOPES = {"corner": 35e12, "front": 80e12}  # of both shipped fits
FITS = Path(edge_controller.__file__).parent / "fits"
STILL = TruckPose(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
TURNING = TruckPose(0.0, 0.0, 0.0, 5.0, 0.2, -7.0)


@dataclass(frozen=True)
class Bench:
    """Everything `beat` takes."""

    paths: Paths
    antennas: Antennas
    sending: Sending
    profile: Profile
    times_s: np.ndarray

    def fast(self) -> np.ndarray:
        return beat(self.paths, self.antennas, self.sending, self.profile, self.times_s)

    def exact(self) -> np.ndarray:
        return exact_beat(self.paths, self.antennas, self.sending, self.profile, self.times_s)


def radar(fit: str = "demo", name: str = "corner") -> Radar:
    return next(one for one in load_fit(FITS / f"{fit}.toml").radars if one.name == name)


def ends(place_m: np.ndarray, velocity_mps: np.ndarray | None = None, acceleration_mps2=None) -> Ends:
    flat = np.zeros(np.shape(place_m))
    return Ends(
        np.asarray(place_m, dtype=float),
        flat if velocity_mps is None else np.asarray(velocity_mps, dtype=float),
        flat if acceleration_mps2 is None else np.asarray(acceleration_mps2, dtype=float),
        flat,
    )


def bench(
    out: Ends, seen_by: Radar, *, back: Ends | None = None, truck: TruckPose = STILL, seed=None
) -> Bench:
    """Paths of strength 1 LSB m^2; with a seed of drawn strength, phase and channels."""
    count, tx, rx = len(out.position_m), len(seen_by.tx_m), len(seen_by.rx_m)
    sent, heard = np.ones((2, tx, count), np.float32), np.ones((2, rx, count), np.float32)
    cycles, channel = np.zeros(count), np.ones((tx, rx), np.complex64)
    if seed is not None:
        rng = np.random.default_rng(seed)
        sent = rng.uniform(0.5, 1, sent.shape).astype(np.float32)
        heard = rng.uniform(0.5, 1, heard.shape).astype(np.float32)
        sent *= np.sum(out.position_m**2, axis=1).astype(np.float32)  # echoes of like strength
        cycles = rng.uniform(0, 1, count)
        channel = np.exp(1j * rng.uniform(-np.pi, np.pi, channel.shape)).astype(np.complex64)
    times_s = chirp_times_s(seen_by)
    places = antennas(seen_by, Mount((0.0, 0.0, 0.0), 0.0, 0.0), truck, times_s)
    paths = Paths(out, out if back is None else back, sent, heard, cycles)
    return Bench(paths, places, Sending(time_division(seen_by), channel), seen_by.profile, times_s)


def directions(rng: np.random.Generator, count: int) -> np.ndarray:
    vectors = rng.standard_normal((count, 3))
    return vectors / np.linalg.norm(vectors, axis=1)[:, None]


def spread_points(rng: np.random.Generator, count: int) -> np.ndarray:
    """1 to 34 m ahead, within 70 degrees."""
    range_m, azimuth_rad = rng.uniform(1, 34, count), rng.uniform(-1.2, 1.2, count)
    flat = [range_m * np.cos(azimuth_rad), range_m * np.sin(azimuth_rad), rng.uniform(-0.5, 0.5, count)]
    return np.stack(flat, axis=1)


def error_db(made: np.ndarray, exact: np.ndarray) -> float:
    return float(10 * np.log10(np.sum(np.abs(made - exact) ** 2) / np.sum(np.abs(exact) ** 2)))
