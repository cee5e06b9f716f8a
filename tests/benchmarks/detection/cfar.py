"""False alarms and detections of the threshold, against what is set and against closed forms."""

import os
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special, stats

from edge_controller.config import CFAR_KINDS, CfarKind
from edge_controller.detection.cfar import Cfar, cfar, noise_level
from edge_controller.detection.cfar.level import decide_by_order, without_targets
from edge_controller.detection.cfar.rule import rule_of
from edge_controller.detection.cfar.window import alikeness, covariance
from edge_controller.detection.fast import cfar as fast
from edge_controller.detection.spectrum import doppler_window, range_window
from tests.benchmarks.detection.noise import DOPPLERS, RANGES, WINDOWS, Tapers, field, pool, power_of, summed
from tests.benchmarks.rows import Row, row

RATES = (1e-3, 1e-4, 1e-5)
SUMMED = {1: 3600, 8: 1200, 16: 1200}  # channels: frames; one channel has the longest tails
EVERY = 4  # Doppler bins and ranges from one cell asked for its level to the next: those between are alike
POOL = 64  # single-channel maps of a block
COMMAND = "make bench"


@dataclass(frozen=True, slots=True)
class Ratio:
    """Measured over set with half its 95 % interval, from blocks."""

    ratio: float
    within: float

    @property
    def off(self) -> float:
        """Farthest that the interval lies from 1."""
        return abs(self.ratio - 1) + self.within


@dataclass(frozen=True, slots=True)
class Ratios:
    """By false-alarm rate: averaged chance of a crossing within the map and at its borders; counted."""

    inside: dict[float, Ratio]
    borders: dict[float, Ratio]
    counted: dict[float, Ratio]


def ratios(
    kinds: tuple[CfarKind, ...], channels: int, tapers: Tapers, frames: int, blocks: int = 12, seed: int = 1
) -> dict[CfarKind, Ratios]:
    """False alarms in noise over those set.

    Given its level, a cell of noise exceeds it by the tail of the gamma distribution; the mean of that over
    simulated levels scatters ten times less than a count of crossings does, which is taken beside it.
    """
    draw = np.random.default_rng(seed)
    rules = {kind: [rule_of(tapers, channels, kind, rate) for rate in RATES] for kind in kinds}
    sums = {kind: np.zeros((blocks, len(RATES), 3)) for kind in kinds}
    for block in range(blocks):
        maps = pool(tapers, POOL if channels > 1 else frames // blocks, draw)
        for n in range(frames // blocks):
            own = maps if channels > 1 else maps[n : n + 1]  # of one channel no sums make new maps
            power, first = summed(own, channels, draw), int(draw.integers(EVERY))
            for kind in kinds:
                sums[kind][block] += _crossings(power, rules[kind], channels, first)
    return {kind: _over_blocks(total / (frames // blocks)) for kind, total in sums.items()}


def _crossings(
    power: NDArray[np.float32], rules: list[Cfar], channels: int, first: int
) -> NDArray[np.float64]:
    """(rate, share of cells): expected inside and at the borders, given the levels, and counted."""
    loose = rules[0]
    rows = slice(first, None, EVERY // 2 if loose.kind.endswith("_range") else EVERY)
    threshold = loose.factor * _level(power, loose, rows)
    inside, borders = _asked(loose)
    shares = []
    for rule in rules:
        dearer = threshold * (rule.alpha / loose.alpha)
        expected = special.gammaincc(channels, dearer[rows, inside + borders]).mean(axis=0)
        shares.append(
            (expected[: len(inside)].mean(), expected[len(inside) :].mean(), np.mean(power > dearer))
        )
    return np.array(shares)


def _asked(rule: Cfar) -> tuple[list[int], list[int]]:
    """Range bins inside the map and at its borders whose levels are looked at."""
    edge = rule.frame.ranges
    return list(range(edge, RANGES - edge, EVERY)), [*range(edge), *range(RANGES - edge, RANGES)]


def _level(power: NDArray[np.float32], rule: Cfar, rows: slice) -> NDArray[np.float32]:
    """Of every cell; OS is asked for its own wherever it will be looked at."""
    level = fast.noise_level(power, rule)
    if rule.kind.startswith("os"):
        asked = np.zeros(power.shape, np.uint8)
        inside, borders = _asked(rule)
        asked[rows, inside + borders] = 255
        decide_by_order(level, power, without_targets(power, rule.censor), asked, rule)
    return level


def _over_blocks(shares: NDArray[np.float64]) -> Ratios:
    return Ratios(
        *(
            {rate: _of_blocks(shares[:, n, where] / rate) for n, rate in enumerate(RATES)}
            for where in range(3)
        )
    )


def _of_blocks(values: NDArray[np.float64]) -> Ratio:
    spread = stats.t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values))
    return Ratio(float(values.mean()), float(spread))


def false_alarms() -> list[Row]:
    """1, 8 and 16 channels, without windows and with the chain's; the farthest of them is the row."""
    found: dict[CfarKind, list[Ratios]] = {kind: [] for kind in CFAR_KINDS}
    for seed, tapers in enumerate(WINDOWS.values()):
        for channels, frames in SUMMED.items():
            for kind, one in ratios(CFAR_KINDS, channels, tapers, frames, seed=seed).items():
                found[kind].append(one)
    rows = []
    for kind, all_of in found.items():
        for rate in RATES:
            off = max(one.inside[rate].off for one in all_of)
            rows.append(row(f"CFAR {kind}, false alarms at {rate:g}, off by up to", _percent(off), COMMAND))
        for rate in RATES[:2]:
            off = max(one.borders[rate].off for one in all_of)
            name = f"CFAR {kind}, at the ends of the range at {rate:g}, off by up to"
            rows.append(row(name, _percent(off), COMMAND))
        counted = float(np.mean([one.counted[RATES[0]].ratio for one in all_of]))
        rows.append(
            row(f"CFAR {kind}, crossings counted over set at 0.001", round(counted, 4), COMMAND, "ratio")
        )
    return rows


def _percent(share: float) -> float:
    return round(100 * share, 2)


# Detection.

TARGET_DOPPLERS = tuple(range(4, DOPPLERS, 16))  # so far apart that no target trains another
TARGET_RANGES = tuple(range(12, RANGES - 12, 12))


def closed_form_pd(snr: float, channels: int, rule: Cfar, fluctuates: bool, effective: float) -> float:
    """Chance that a target of that SNR per channel crosses CA's threshold: Swerling 0, or 1 if it fluctuates.

    Averaged over the level, a mean of `effective` cells: Marcum's Q for a steady target; for a slowly
    fluctuating one the sum of one exponential of mean 1 + M snr and of M - 1 of mean 1.
    """
    shape = effective * channels
    levels = special.gammaincinv(shape, (np.arange(400) + 0.5) / 400) / effective / channels
    over = channels * rule.factor * levels
    if not fluctuates:
        return float(np.mean(stats.ncx2.sf(2 * over, 2 * channels, 2 * channels * snr)))
    mean = 1 + channels * snr
    if channels == 1:
        return float(np.mean(np.exp(-over / mean)))
    kept = 1 - 1 / mean
    alone = np.exp(-over / mean) * kept ** (1 - channels) * special.gammainc(channels - 1, over * kept)
    return float(np.mean(special.gammaincc(channels - 1, over) + alone))


def snr_for(pd: float, channels: int, rule: Cfar, fluctuates: bool, effective: float) -> float:
    """SNR per channel at which the closed form gives that chance."""

    def miss(log_snr: float) -> float:
        return closed_form_pd(float(np.exp(log_snr)), channels, rule, fluctuates, effective) - pd

    return float(np.exp(optimize.brentq(miss, -6.0, 8.0)))


def effective_cells(rule: Cfar, tapers: Tapers) -> float:
    """Independent cells that have the scatter of CA's training mean."""
    offsets = rule.frame.offsets(rule.frame.ranges, rule.frame.ranges)
    alike = covariance(offsets, alikeness(tapers[0]), alikeness(tapers[1])) ** 2
    return len(offsets) ** 2 / float(alike.sum())


def detection_off_db(channels: int, fluctuates: bool, frames: int, seed: int = 1) -> float:
    """How far the SNR that is found in half of all cases may lie from the closed form (95 %)."""
    tapers = WINDOWS["the chain's windows"]
    rule = cfar(DOPPLERS, RANGES, channels)
    effective = effective_cells(rule, tapers)
    snr = snr_for(0.5, channels, rule, fluctuates, effective)
    draw = np.random.default_rng(seed)
    hits = np.array([_found(snr, channels, rule, fluctuates, draw) for _ in range(frames)])
    spread = 1.96 * hits.std(ddof=1) / np.sqrt(frames)
    ends = [float(np.clip(hits.mean() + side * spread, 0.01, 0.99)) for side in (-1, 1)]
    return max(abs(10 * np.log10(snr_for(end, channels, rule, fluctuates, effective) / snr)) for end in ends)


def _found(snr: float, channels: int, rule: Cfar, fluctuates: bool, draw: np.random.Generator) -> float:
    """Share of the targets of one frame that cross."""
    cube = field(WINDOWS["the chain's windows"], channels, draw)
    for d in TARGET_DOPPLERS:
        for r in TARGET_RANGES:
            add_target(cube, (d, r), snr * (draw.exponential() if fluctuates else 1.0), draw)
    power = power_of(cube)
    over = power > rule.factor * fast.noise_level(power, rule)
    return float(np.mean(over[np.ix_(TARGET_DOPPLERS, TARGET_RANGES)]))


def add_target(
    cube: NDArray[np.complex64], cell: tuple[int, int], snr: float, draw: np.random.Generator
) -> None:
    """A tone in the middle of a cell: the windows' main lobes, and a phase of its own in each channel."""
    lobes = []
    for taper, reach in zip(WINDOWS["the chain's windows"], (1, 2), strict=True):
        response = np.fft.fft(taper) / np.sum(taper)
        lobes.append(response[np.arange(-reach, reach + 1)])
    phases = np.exp(2j * np.pi * draw.random(len(cube)))
    patch = np.sqrt(snr) * phases[:, None, None] * np.outer(*lobes)
    rows = (np.arange(-1, 2) + cell[0]) % cube.shape[1]
    cube[:, rows[:, None], np.arange(cell[1] - 2, cell[1] + 3)] += patch.astype(np.complex64)


def detections() -> list[Row]:
    """Swerling 0 and 1 with 1, 8 and 16 channels."""
    rows = []
    for name, fluctuates, frames in (("Swerling 0", False, 60), ("Swerling 1", True, 400)):
        off = max(detection_off_db(channels, fluctuates, frames) for channels in SUMMED)
        rows.append(
            row(f"CFAR ca, SNR for half of {name} off the closed form by up to", round(off, 3), COMMAND)
        )
    return rows


# Where the noise is not alike.


def at_a_clutter_edge(kind: CfarKind, step_db: float, frames: int = 60, rate: float = 1e-4) -> float:
    """False alarms over those set in the worst range bin next to a step of that height, 8 channels."""
    tapers, channels, edge = WINDOWS["the chain's windows"], 8, RANGES // 2
    rule = cfar(DOPPLERS, RANGES, channels, kind, rate)
    profile = np.where(np.arange(RANGES) < edge, 1.0, 10 ** (step_db / 10)).astype(np.float32)
    draw = np.random.default_rng(7)
    total = np.zeros(RANGES)
    for _ in range(frames):
        power = power_of(field(tapers, channels, draw)) * profile
        level = fast.noise_level(power, rule)
        if kind.startswith("os"):
            everywhere = np.full(power.shape, 255, np.uint8)
            decide_by_order(level, power, without_targets(power, rule.censor), everywhere, rule)
        total += special.gammaincc(channels, rule.factor * level / profile).mean(axis=0)
    return float(total[edge - 30 : edge + 30].max() / frames / rate)


ALONE_RANGES = tuple(range(40, RANGES - 40, 60))


def beside_an_interferer(kind: CfarKind, censored: bool, frames: int = 120) -> float:
    """Share found of steady targets 2 dB over what is found in 0.9, 20 dB below another 6 bins further."""
    tapers, channels = WINDOWS["the chain's windows"], 8
    rule, mean = cfar(DOPPLERS, RANGES, channels, kind), cfar(DOPPLERS, RANGES, channels)
    if not censored:
        rule = replace(rule, censor=replace(rule.censor, limit=np.inf))
    snr = 10**0.2 * snr_for(0.9, channels, mean, False, effective_cells(mean, tapers))
    draw = np.random.default_rng(8)
    found = []
    for _ in range(frames):
        cube = field(tapers, channels, draw)
        for d in TARGET_DOPPLERS:
            for r in ALONE_RANGES:
                add_target(cube, (d, r), snr, draw)
                add_target(cube, (d, r + 6), 100 * snr, draw)
        power = power_of(cube)
        over = power > rule.factor * fast.noise_level(power, rule)
        found.append(np.mean(over[np.ix_(TARGET_DOPPLERS, ALONE_RANGES)]))
    return float(np.mean(found))


def uneven() -> list[Row]:
    """Clutter edge and interferer, for the record."""
    rows = []
    for kind in CFAR_KINDS:
        for step_db in (20, 30):
            ratio = at_a_clutter_edge(kind, step_db)
            name = f"CFAR {kind}, false alarms over set at a {step_db} dB clutter edge, 0.0001"
            rows.append(row(name, float(f"{ratio:.3g}"), COMMAND, "times"))
        name = f"CFAR {kind}, found beside 20 dB more"
        rows.append(row(name, round(beside_an_interferer(kind, True), 3), COMMAND, "share"))
        if kind in {"ca", "ca_range"}:
            found = beside_an_interferer(kind, False)
            rows.append(row(f"{name}, without censoring", round(found, 3), COMMAND, "share"))
    return rows


def measure() -> list[Row]:
    """All of it."""
    return [*false_alarms(), *detections(), *uneven(), *_recorded()]


def _recorded() -> list[Row]:
    """Crossings at 1e-3 in the far part of the one real frame, where nothing is known to stand."""
    shared = os.environ.get("NEARSIDE_SHARED")
    if shared is None:
        return []
    values = np.load(Path(shared) / "data" / "doppler_example_1.npy")
    signed = values.real.astype(np.uint16).view(np.int16) + 1j * values.imag.astype(np.uint16).view(np.int16)
    chirps, _, samples = signed.shape
    both = np.outer(doppler_window(chirps), range_window(samples)) / np.sqrt(chirps * samples)
    power = power_of(np.fft.fft2(signed.transpose(1, 0, 2) * both).astype(np.complex64))
    rule = cfar(*power.shape, signed.shape[1], "ca", 1e-3)
    over = power > rule.factor * noise_level(power, rule)
    ratio = float(np.mean(over[16:-16, samples * 3 // 4 : samples - 8]) / 1e-3)
    return [row("CFAR ca, real frame, crossings over set at 0.001", round(ratio, 2), COMMAND, "times")]
