"""One frame with and without other radars in it, measured: what of them is left after repair."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_controller.config import Radar
from edge_controller.detection import Detector
from edge_controller.detection.interference import block_energies, hit_chirps, repair
from edge_controller.messages import Detection, RadarFrame
from tests.edge_controller.detection.bursts import Aggressor, clipped, crossing
from tests.edge_controller.detection.points import NOISE, Point, signal

PROBE = Point(12.0, 5.0, -20.0, 1.0)
STREET = [Point(2.5, -1.5, 30.0, 60.0), Point(6.0, -5.0, 10.0, 25.0), Point(9.0, 2.0, -40.0, 10.0), PROBE]


@dataclass(frozen=True)
class Interfered:
    """Against the same frame with nobody in it."""

    screened: bool  # whether the cheap look alone notices the frame
    hit_share: float  # of the samples
    found_share: float  # of the hit chirps
    noise_rise_unrepaired_db: float
    noise_rise_db: float
    target_loss_db: float  # of the probe's signal-to-noise ratio
    lost: int  # detections of the clean frame that are not there
    false: int  # detections that the clean frame has not


def words_of(
    radar: Radar, points: list[Point], bursts: NDArray[np.complex128], rng: np.random.Generator
) -> NDArray[np.int16]:
    noise = rng.normal(0.0, NOISE, (*bursts.shape, 2))
    return clipped(signal(radar, points) + bursts, noise)


def interfered(
    radar: Radar, aggressors: list[Aggressor], rng: np.random.Generator, points: list[Point] = STREET
) -> Interfered:
    """The same noise with and without the aggressors."""
    bursts, hit = crossing(radar, aggressors, rng)
    echoes, noise = signal(radar, points), rng.normal(0.0, NOISE, (*bursts.shape, 2))
    clean, bad = clipped(echoes, noise), clipped(echoes + bursts, noise)
    screened = bool(hit_chirps(block_energies(bad, len(radar.array.tx_order))).any())
    repaired = repair(bad, radar)
    before, after = (_detected(radar, samples) for samples in (clean, repaired.samples))
    quiet = map_of(radar, clipped(echoes, 0 * noise)) < 1e-2 * _noise(radar)
    level_db = [
        10 * np.log10(map_of(radar, samples)[quiet].mean()) for samples in (clean, bad, repaired.samples)
    ]
    chirps = hit.any(axis=1)
    return Interfered(
        screened=screened,
        hit_share=float(hit.mean()),
        found_share=float(repaired.hit.any(axis=1)[chirps].mean()),
        noise_rise_unrepaired_db=level_db[1] - level_db[0],
        noise_rise_db=level_db[2] - level_db[0],
        target_loss_db=_snr_db(radar, clean, level_db[0]) - _snr_db(radar, repaired.samples, level_db[2]),
        lost=sum(not _among(one, after) for one in before),
        false=sum(not _among(one, before) for one in after),
    )


def _detected(radar: Radar, samples: NDArray[np.int16]) -> tuple[Detection, ...]:
    return Detector(radar).detect(RadarFrame(radar.name, 0, 0.0, samples))


def _among(one: Detection, others: tuple[Detection, ...]) -> bool:
    return any(
        abs(one.range_m - other.range_m) < 0.3 and abs(one.range_rate_mps - other.range_rate_mps) < 0.6
        for other in others
    )


def _noise(radar: Radar) -> float:
    """Of a cell of the map, summed over the channels."""
    return 2 * NOISE**2 * len(radar.array.virtual_m)


def map_of(radar: Radar, samples: NDArray[np.int16]) -> NDArray[np.float64]:
    """(Doppler, range): power of windows of unit energy, typed again."""
    loops, length, receivers = radar.profile.loops, radar.profile.samples, len(radar.array.rx_m)
    turn = 2 * np.pi * np.arange(length) / length
    taper = 0.42 - 0.5 * np.cos(turn) + 0.08 * np.cos(2 * turn)
    slow = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(loops) / loops)
    both = np.outer(slow / np.linalg.norm(slow), taper / np.linalg.norm(taper))
    values = (samples[..., 0] + 1j * samples[..., 1]).astype(np.complex64)
    by_channel = values.reshape(loops, -1, receivers, length).transpose(1, 2, 0, 3)
    return np.asarray((np.abs(np.fft.fft2(by_channel * both)) ** 2).sum(axis=(0, 1)))


def _snr_db(radar: Radar, samples: NDArray[np.int16], noise_db: float) -> float:
    """Of the probe, in the cell where it stands."""
    return float(10 * np.log10(map_of(radar, samples)[_probe_cell(radar)]) - noise_db)


def _probe_cell(radar: Radar) -> tuple[np.intp, ...]:
    alone = clipped(100 * signal(radar, [PROBE]), np.zeros(2))
    power = map_of(radar, alone)
    return np.unravel_index(np.argmax(power), power.shape)
