"""Long form: other radars in simulated frames, and what other ways to repair would leave."""

import math
import statistics
import time
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from edge_controller.config import Radar, load_fit, shipped_fit
from edge_controller.detection.interference import block_energies, hit_chirps, repair
from tests.benchmarks.rows import Row, row
from tests.edge_controller.detection.bursts import Aggressor, clipped, crossing
from tests.edge_controller.detection.interfered import STREET, Interfered, interfered, map_of, words_of
from tests.edge_controller.detection.points import NOISE, Point, frame_of, signal

COMMAND = "make bench"
FRAMES = {"demo": 60, "tipper": 20}
INR_DB = (10.0, 55.0)
HIT = (0.05, 0.10)  # of the samples

Repair = Callable[[NDArray[np.complex128], NDArray[np.bool_]], NDArray[np.complex128]]


def measure() -> list[Row]:
    """All of it, about two minutes."""
    found = [one for fit, frames in FRAMES.items() for one in _frames(fit, frames)]
    return [*_quality(found), *_other_repairs(), *_times()]


def _frames(fit: str, frames: int) -> list[Interfered]:
    """A mover of 60 to 85 dB among others, the aggressors drawn anew each time."""
    radar, found = load_fit(shipped_fit(fit)).radar("corner"), []
    for seed in range(frames):
        rng = np.random.default_rng(seed)
        near = Point(rng.uniform(0.8, 3), rng.uniform(-8, 8), rng.uniform(-40, 40), rng.uniform(30, 500))
        found.append(interfered(radar, _aggressors(radar, rng), rng, [*STREET, near]))
    return found


def _aggressors(radar: Radar, rng: np.random.Generator) -> list[Aggressor]:
    count = int(rng.integers(1, 5))
    each = rng.uniform(*HIT) * radar.profile.samples / count
    share = rng.uniform(0.3, 1.0) if count == 1 else 1.0
    return [Aggressor(rng.uniform(*INR_DB), each / share, share) for _ in range(count)]


def _quality(found: Sequence[Interfered]) -> list[Row]:
    rise, loss = [f.noise_rise_db for f in found], [f.target_loss_db for f in found]
    shares = [f.found_share for f in found]
    rows = [
        ("interference, hit chirps found, lower end", _end(shares, -1), None),
        ("interference, noise rise after repair, upper end", _end(rise, 1), None),
        ("interference, target loss after repair, upper end", _end(loss, 1), None),
        ("interference, frames with a false target", sum(f.false > 0 for f in found), None),
        ("interference, targets lost", sum(f.lost for f in found), "targets"),
        ("interference, noise rise after repair, worst frame", max(rise), "dB"),
        ("interference, target loss after repair, worst frame", max(loss), "dB"),
        (
            "interference, noise rise without repair, median",
            statistics.median(f.noise_rise_unrepaired_db for f in found),
            "dB",
        ),
        ("interference, frames not noticed", sum(not f.screened for f in found), "frames"),
    ]
    return [row(name, round(float(value), 4), COMMAND, unit) for name, value, unit in rows]


def _end(values: Sequence[float], side: int) -> float:
    """Mean and 1.96 of its standard errors to one side."""
    return statistics.fmean(values) + side * 1.96 * statistics.stdev(values) / math.sqrt(len(values))


def _other_repairs() -> list[Row]:
    """Known gaps of 7 % in a street of 80 reflectors seen from a truck at 8 m/s: noise rise of each way."""
    radar, rng = load_fit(shipped_fit("demo")).radar("corner"), np.random.default_rng(3)
    along = rng.uniform(0.4, 2.2, 80)
    ranges = rng.uniform(3, 25, 80)
    points = [
        Point(r, -8 * math.cos(a), math.degrees(a) - 90, 30 * (4 / r) ** 2)
        for r, a in zip(ranges, along, strict=True)
    ]
    bursts, hit = crossing(radar, [Aggressor(30.0, 9.0)] * 2, rng)
    noise = rng.normal(0, NOISE, (*bursts.shape, 2))
    echoes = signal(radar, points)
    clean = clipped(echoes, noise)
    quiet = map_of(radar, clipped(echoes, 0 * noise)) < 1.0 * NOISE**2
    before = map_of(radar, clean)[quiet].mean()
    gapped = echoes + noise[..., 0] + 1j * noise[..., 1]
    repaired = {name: clipped(way(gapped, hit), np.zeros(2)) for name, way in REPAIRS.items()}
    repaired["ours"] = repair(clipped(echoes + bursts, noise), radar).samples
    return [
        row(
            f"interference, street, noise rise, {name}",
            round(10 * math.log10(map_of(radar, samples)[quiet].mean() / before), 2),
            COMMAND,
            "dB",
        )
        for name, samples in repaired.items()
    ]


def _blanked(received: NDArray[np.complex128], hit: NDArray[np.bool_]) -> NDArray[np.complex128]:
    return np.where(hit[:, None], 0, received)


def _line(received: NDArray[np.complex128], hit: NDArray[np.bool_]) -> NDArray[np.complex128]:
    """Straight across each gap."""
    filled = received.copy()
    place = np.arange(hit.shape[1])
    for chirp, bad in enumerate(hit):
        for one in filled[chirp]:
            one[bad] = np.interp(place[bad], place[~bad], one[~bad])
    return filled


def _predicted(received: NDArray[np.complex128], hit: NDArray[np.bool_]) -> NDArray[np.complex128]:
    """Autoregressive of order 16 along the samples, one model for the frame, from both sides."""
    order, length = 16, hit.shape[1]
    blank = _blanked(received, hit)
    spectrum = (np.abs(np.fft.fft(blank, 2 * length)) ** 2).mean(axis=(0, 1))
    pairs = (np.abs(np.fft.fft(~hit, 2 * length)) ** 2).mean(axis=0)
    lags = (np.fft.ifft(spectrum) / np.fft.ifft(pairs).real)[: order + 1]
    normal = np.array(
        [[lags[i - j] if i >= j else lags[j - i].conj() for j in range(order)] for i in range(order)]
    )
    weights = np.linalg.solve(normal + 1e-4 * lags[0].real * np.eye(order), lags[1:])
    forward, backward = blank.copy(), blank[..., ::-1].copy()
    for values, bad, model in ((forward, hit, weights), (backward, hit[:, ::-1], weights.conj())):
        for n in range(order, length):
            guess = values[..., n - order : n][..., ::-1] @ model
            values[..., n] = np.where(bad[:, None, n], guess, values[..., n])
    place = np.arange(length)
    last = np.maximum.accumulate(np.where(hit, -1, place), axis=1)
    following = np.minimum.accumulate(np.where(hit, length, place)[:, ::-1], axis=1)[:, ::-1]
    later = np.where(following >= length, 0.0, (place - last) / np.maximum(following - last, 1))
    later = np.where(last < 0, 1.0, later)[:, None]
    return np.where(hit[:, None], (1 - later) * forward + later * backward[..., ::-1], received)


REPAIRS: dict[str, Repair] = {"blanked": _blanked, "a line across": _line, "autoregressive": _predicted}


def _times() -> list[Row]:
    rows = []
    for fit in FRAMES:
        radar = load_fit(shipped_fit(fit)).radar("corner")
        rng, transmitters = np.random.default_rng(1), len(radar.array.tx_order)
        quiet = frame_of(radar, STREET).samples
        bad = words_of(radar, STREET, crossing(radar, [Aggressor(30.0, 18.0)], rng)[0], rng)
        looked = _median_ms(lambda s=quiet, t=transmitters: hit_chirps(block_energies(s, t)), 51)
        rows.append(row(f"interference, look at each frame, {fit}", round(looked, 3), COMMAND, "ms"))
        mended = _median_ms(lambda s=bad, r=radar: repair(s, r), 7)
        rows.append(row(f"interference, repair, {fit}", round(mended, 1), COMMAND, "ms"))
    return rows


def _median_ms(work: Callable[[], object], repeats: int) -> float:
    times_ms = []
    for _ in range(repeats):
        started_s = time.thread_time()
        work()
        times_ms.append(1e3 * (time.thread_time() - started_s))
    return statistics.median(times_ms)
