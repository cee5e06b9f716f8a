"""Frames that lead a detector through all of its stages before it matters: noise, tones, gaps, bursts."""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from edge_controller.config import Radar
from edge_controller.detection.chain import Detector
from edge_controller.detection.stages import Fast
from edge_controller.messages import RadarFrame

NOISE = 20.0  # standard deviation, counts
BURST = 3000.0  # counts
CROWDS = (0, 1, 2, 5, 60)
TWINS = 2  # that many share one cell, which direction alone parts
FRAMES = len(CROWDS) + 3


def rehearse(radar: Radar, *, fast: Fast = None, done: Callable[[], object] = lambda: None) -> None:
    """Run the rehearsal on a detector of its own, so that what is compiled or kept is loaded by then."""
    detector = Detector(radar, fast=fast)
    for frame in _frames(radar):
        detector.detect(frame)
        done()
    detector.rehearse()


def _frames(radar: Radar) -> Iterator[RadarFrame]:
    rng = np.random.default_rng(1)
    for index, crowd in enumerate(CROWDS):
        yield RadarFrame(radar.name, index, 0.0, _counts(_tones(radar, crowd, rng), rng))
    gap = _counts(_tones(radar, 5, rng), rng)
    gap.reshape(-1)[: gap.size // 100] = 0
    yield RadarFrame(radar.name, FRAMES - 3, 0.0, gap, lost_packets=3)
    struck = _tones(radar, 5, rng)
    struck[::7, :, : struck.shape[2] // 10] += BURST * rng.standard_normal(struck[::7, :, :1].shape)
    yield RadarFrame(radar.name, FRAMES - 2, 0.0, _counts(struck, rng))
    received = _counts(_tones(radar, 2, rng), rng)
    received.flags.writeable = False  # as samples are that lie in a received packet: another type to numba
    yield RadarFrame(radar.name, FRAMES - 1, 0.0, received)


def _tones(radar: Radar, count: int, rng: np.random.Generator) -> NDArray[np.complex128]:
    """(chirp, rx, sample): plane waves of random range, Doppler, direction, 20 dB and more over the noise."""
    loops, samples, turns = radar.profile.loops, radar.profile.samples, len(radar.array.tx_order)
    places = np.asarray(radar.array.virtual_m) / radar.profile.wavelength_m
    cube = np.zeros((turns, len(radar.array.rx_m), loops, samples), complex)
    channels = (*cube.shape[:2], 1, 1)
    beat, doppler = 0.0, 0.0
    for tone in range(count):
        if count != TWINS or tone == 0:
            beat, doppler = rng.uniform(0.05, 0.9), rng.uniform(-0.5, 0.5)
        sine = rng.uniform(-0.7, 0.7) if count != TWINS else 0.6 * tone - 0.3
        direction = places @ (sine, rng.uniform(-0.2, 0.2))
        moved = np.repeat(doppler * np.arange(turns) / turns, cube.shape[1])
        slow, quick = doppler * np.arange(loops), beat * np.arange(samples)
        phase = (moved - direction).reshape(channels) + slow[:, None] + quick
        cube += NOISE * rng.uniform(14, 60) / np.sqrt(cube.size) * np.exp(2j * np.pi * phase)
    return cube.transpose(2, 0, 1, 3).reshape(loops * turns, -1, samples)


def _counts(signal: NDArray[np.complex128], rng: np.random.Generator) -> NDArray[np.int16]:
    """(chirp, rx, sample, 2) with noise."""
    values = np.stack([signal.real, signal.imag], axis=-1) + NOISE * rng.standard_normal((*signal.shape, 2))
    return np.rint(values).clip(-32768, 32767).astype(np.int16)
