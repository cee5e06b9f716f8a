"""Other radars' chirps crossing ours: which samples are hit, and what stood there.

A crossing is a burst of a few to some tens of samples that sweeps through the whole sampled band: wide in
frequency, short in time. Echoes are the opposite. docs/explanation/detection.md says what each step leaves.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import scipy.fft
from numpy.typing import NDArray
from scipy import ndimage, stats
from scipy.signal import windows

from edge_controller.config import Radar

BLOCK = 16  # samples whose energy is judged together
OVER_USUAL = 5.0  # of a block: noise, and echoes that beat, of simulated streets stay below 3.5
CACHED_BYTES = 1 << 18  # of samples as floats, worked on at a time
SAMPLED = 3  # every third value tells a median well enough, and sooner

SMOOTHED = 5  # samples that a weak burst has to last
FALSE_SAMPLE = 1e-6  # of a frame that is being repaired anyway
BEND_MARGIN = 2.0  # echoes beat more over 5 samples than over a block
HERE = 3.0  # times the usual: smoothed, a strong burst reaches beyond its samples
# Of a burst of three samples six and more are found, of cars alongside that beat up to five in a row.
LEAST_RUN = 6
MANY = 2e-3  # of the samples: three times as many as of those cars
GLARES = 100.0  # times the usual, and nothing beats like that: a spoilt word may be single
LEAST_LOOKED = 0.3  # of the taper: nearer the edges weak bursts are let go, the windows take them off
UNSURE = 1e-4  # of the power of the echoes: so wrong may be what is told of them, mostly near the edges
MOSTLY = 0.8  # of all power stands still

# Echoes are told from the copies that gaps make of them in steps, strongest first. Gaps in a share of the
# samples, in a regular row at worst, make copies of share^2; what has been put back makes none.
COPY_MARGIN = 12.0
STEPS = 1e-2, 0.3
MOST_STEPS = 12
OVER_NOISE = 8.0  # a cell of the map that is an echo
TAPERED = 0.5  # of the samples and of the loops: else an echo between two cells has side lobes everywhere
LEAST_FILLED = 0.05  # of the taper: nearer the edges a gap stays a gap
MOST_TURNS = 3
FEW = 0.003  # of the samples, found in a turn: not worth the next
REPAIRABLE = 0.4  # of the samples: beyond it what is left says too little about what is missing

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Repaired:
    """A frame after repair, and what was hit; with nothing hit, or too much, the samples as they were."""

    samples: NDArray[np.int16]  # (chirp, rx, sample, 2)
    hit: Flags  # (chirp, sample): in all receivers alike


@dataclass(frozen=True, slots=True)
class Hit:
    """How much of a frame: shares."""

    chirps: float
    samples: float


UNHIT = Hit(0.0, 0.0)


def block_energies(samples: NDArray[np.int16], transmitters: int) -> NDArray[np.float32]:
    """(chirp, block): energy of the second difference along the samples, in one receiver per loop by turns.

    An echo of beat frequency f passes a second difference as f^4, which for a given reflector is what the
    radar equation takes: leakage and near things vanish, and none at any range stands out. A burst keeps
    all of its energy over the noise.
    """
    chirps, receivers, length, _ = samples.shape
    blocks = max((length - 2) // BLOCK, 1)
    used = 2 * min(BLOCK * blocks, length - 2)
    by_loop = samples.reshape(-1, transmitters, receivers, 2 * length)
    energies = np.empty((len(by_loop), transmitters, blocks), np.float32)
    # One receiver after the other, of long frames one transmitter too: that little stays in the cache.
    together = max(1, CACHED_BYTES * receivers // (4 * by_loop[:, 0, 0].size))
    for receiver in range(receivers):
        for turn in range(0, transmitters, together):
            turns = slice(turn, turn + together)
            one = by_loop[receiver::receivers, turns, receiver]
            step = np.subtract(one[..., 2:], one[..., :-2], dtype=np.float32)
            bend = step[..., 2 : 2 + used] - step[..., :used]
            bend = bend.reshape(*bend.shape[:2], blocks, -1)
            np.vecdot(bend, bend, out=energies[receiver::receivers, turns])
    return energies.reshape(chirps, blocks)


def hit_chirps(energies: NDArray[np.float32]) -> Flags:
    """(chirp,): a block stands out of the usual one. For every frame; which samples, `repair` finds out."""
    some = energies.reshape(-1)[::SAMPLED].copy()
    some.partition(some.size // 2)  # the median, at a third of what `np.median` takes
    return np.asarray((energies > OVER_USUAL * some[some.size // 2]).any(axis=1))


def without_interference(samples: NDArray[np.int16], radar: Radar) -> tuple[NDArray[np.int16], Hit]:
    """(chirp, rx, sample, 2) with what other radars did to it undone."""
    if not hit_chirps(block_energies(samples, len(radar.array.tx_order))).any():
        return samples, UNHIT
    repaired = repair(samples, radar)
    found = Hit(float(repaired.hit.any(axis=1).mean()), float(repaired.hit.mean()))
    return repaired.samples, found


def repair(samples: NDArray[np.int16], radar: Radar) -> Repaired:
    """Hit samples replaced by what the frame's own echoes say stood there.

    Echoes are cells of range and Doppler together: what one chirp has lost the others tell. What is weaker
    than the noise of a cell is not put back; blanking costs it 20 log10(1 - share hit).
    """
    received = _by_channel(samples, len(radar.array.tx_order))
    hit = np.empty((len(received), *received.shape[2:]), np.bool_)
    for transmitter, channels in enumerate(received):
        received[transmitter], hit[transmitter] = _echoes_and_hit(channels)
    in_time = hit.transpose(1, 0, 2).reshape(samples.shape[0], -1)
    if not 0 < hit.mean() <= REPAIRABLE:
        return Repaired(samples, in_time)
    return Repaired(np.where(in_time[:, None, :, None], _in_time(received), samples), in_time)


def _by_channel(samples: NDArray[np.int16], transmitters: int) -> NDArray[np.complex64]:
    """(transmitter, receiver, loop, sample)."""
    chirps, receivers, length, _ = samples.shape
    ordered = samples.reshape(-1, transmitters, receivers, length * 2).transpose(1, 2, 0, 3)
    values = np.ascontiguousarray(ordered, dtype=np.float32).view(np.complex64)
    return values.reshape(transmitters, receivers, chirps // transmitters, length)


def _in_time(by_channel: NDArray[np.complex64]) -> NDArray[np.int16]:
    """The way back, to whole numbers: their rounding is a thousandth of the noise."""
    transmitters, receivers, loops, length = by_channel.shape
    values = by_channel.view(np.float32).transpose(2, 0, 1, 3)
    limits = np.iinfo(np.int16)
    whole = np.clip(np.rint(values), limits.min, limits.max).astype(np.int16)
    return whole.reshape(loops * transmitters, receivers, length, 2)


@lru_cache(maxsize=8)
def _taper(loops: int, length: int) -> NDArray[np.float32]:
    """(loop, sample), nowhere zero."""
    along = [windows.tukey(2 * size + 1, TAPERED)[1::2] for size in (loops, length)]
    return np.outer(*along).astype(np.float32)


def _echoes_and_hit(channels: NDArray[np.complex64]) -> tuple[NDArray[np.complex64], Flags]:
    """(receiver, loop, sample) of one transmitter -> its echoes, and the hit samples.

    What its own echoes explain is no burst, though it stands out: a row of posts beats like one. Strong
    bursts stand out of the second difference; without them the echoes are known better, weaker bursts stand
    out of what is left, and so on.
    """
    taper = _taper(*channels.shape[1:])
    looked = np.maximum(taper, LEAST_LOOKED) ** 2

    def judged(hit: Flags) -> tuple[NDArray[np.complex64], Flags]:
        """The echoes, if those samples are hit, and the samples that they do not explain."""
        still = _still(channels, hit)
        moving = (channels - still) * taper
        unsure = UNSURE * float(np.sum(_power(moving), where=~hit)) / taper.size
        echoes, left = np.empty_like(moving), np.zeros(taper.shape, np.float32)
        for receiver, channel in enumerate(moving):
            # From nothing in each turn: what a burst yet unseen has left in the echoes would stay.
            echoes[receiver] = _echoes(np.where(hit, np.complex64(0), channel), hit)
            left += _power(channel - echoes[receiver])
        left /= looked
        weak = _standing_out(left, len(channels), over=unsure / looked)
        filled = echoes / np.maximum(taper, LEAST_FILLED) + still
        return filled, weak if _is_burst(weak, left) else nobody

    nobody = np.zeros(taper.shape, np.bool_)
    echoes, weak = judged(nobody)
    if weak is nobody:
        return echoes, nobody
    bend = channels[..., 2:] - 2 * channels[..., 1:-1] + channels[..., :-2]
    left = np.pad(_power(bend).sum(axis=0), ((0, 0), (1, 1)), mode="edge")
    strong = hit = _standing_out(left, len(channels), BEND_MARGIN)
    for _ in range(MOST_TURNS):
        echoes, weak = judged(hit)
        before, hit = hit, strong | weak
        if np.mean(hit & ~before) < FEW:
            break
    return echoes, hit


def _is_burst(hit: Flags, left: NDArray[np.float32]) -> bool:
    """Not only a few single samples, as cars alongside that beat leave unexplained."""
    starts = hit.shape[1] - LEAST_RUN + 1
    if np.logical_and.reduce([hit[:, n : n + starts] for n in range(LEAST_RUN)]).any():
        return True
    if hit.mean() > MANY:
        return True
    return bool(np.max(left, where=hit, initial=0.0) > GLARES * np.median(left[:, ::SAMPLED]))


def _standing_out(
    left: NDArray[np.float32], receivers: int, margin: float = 1.0, over: NDArray[np.floating] | float = 0.0
) -> Flags:
    """Samples with more than noise in them, by `over`; `left` is power summed over the receivers."""
    smooth = ndimage.uniform_filter1d(left, SMOOTHED, axis=1, mode="nearest")
    usual = np.median(smooth[:, ::SAMPLED])
    here = ndimage.maximum_filter1d(left, 3, axis=1, mode="nearest")
    return np.asarray((smooth > margin * _noise_limit(receivers) * usual + over) & (here > HERE * usual))


@lru_cache(maxsize=8)
def _noise_limit(receivers: int) -> float:
    """What noise exceeds in one sample of a million, over its median."""
    freedom = 2 * SMOOTHED * receivers
    return float(stats.chi2.isf(FALSE_SAMPLE, freedom) / stats.chi2.median(freedom))


def _still(channels: NDArray[np.complex64], gaps: Flags) -> NDArray[np.complex64]:
    """(receiver, 1, sample): the mean over the loops that are left, of own body and leakage mostly.

    Known without any step, where half of the loops are left and it is most of what there is: the mean of a
    strong mover with gaps is not zero.
    """
    good = ~gaps
    count = good.sum(axis=0)
    total = np.where(good, channels, np.complex64(0)).sum(axis=1, keepdims=True)
    share = np.where(2 * count >= len(gaps), 1 / np.maximum(count, 1), 0.0)
    still = np.asarray(total * share, dtype=np.complex64)
    everything = float(np.sum(_power(channels), where=good)) / max(float(good.sum()), 1.0)
    return still if float(_power(still).sum()) / still.shape[2] > MOSTLY * everything else 0 * still


def _echoes(channel: NDArray[np.complex64], gaps: Flags) -> NDArray[np.complex64]:
    """What the cells over the noise of (loop, sample) make in time, as if there were no gaps in it."""
    step = float(np.clip(COPY_MARGIN * gaps.mean() ** 2, *STEPS))
    ratio, top = step if gaps.any() else 0.0, 0.0  # without gaps there are no copies
    for _ in range(MOST_STEPS):
        cells = scipy.fft.fft2(channel)
        power = _power(cells)
        floor = OVER_NOISE / np.log(2) * float(np.median(power[:, ::SAMPLED]))
        top = max(top, float(power.max()))
        cells *= power > max(ratio * top, floor)
        echoes: NDArray[np.complex64] = scipy.fft.ifft2(cells, overwrite_x=True)
        if ratio * top <= floor:
            break
        np.copyto(channel, echoes, where=gaps)
        # Copies of what is still missing are under the floor: no more steps between.
        ratio = 0.0 if ratio * step * top <= floor else ratio * step
    return echoes


def _power(values: NDArray[np.complex64]) -> NDArray[np.float32]:
    return np.asarray(values.real**2 + values.imag**2, dtype=np.float32)
