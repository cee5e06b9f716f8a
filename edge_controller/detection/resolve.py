"""Two directions in one cell: maximum likelihood of two plane waves from a single snapshot.

Ziskind and Wax, "Maximum likelihood localization of multiple sources by alternating projection", IEEE
Trans. ASSP 36, 1988, on the scan's grid, then Gauss-Newton with the amplitudes projected out (Kaufman 1975).
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from edge_controller.config import Radar
from edge_controller.detection.scan import EDGE_U, EDGE_V, Scan, scan_of

ALTERNATIONS = 3
GAUSS_NEWTON_STEPS = 5
GRID_REACH = 2.0  # steps of the scan that Gauss-Newton may lead from its start
SPLIT = 1.5  # steps of the scan to either side of the strongest beam: a second start, half a beam wide
SPLIT_REACH = 3.0
MOST_ALIKE = 0.88  # |correlation|^2 of two waves, a fifth of the Rayleigh width: closer ones are one
# Single reflectors in noise alone that are looked at closer, by the axes of a direction: one wave of any
# elevation explains more of two.
NOT_BY_NOISE = {1: 1e-3, 2: 1e-2}
FALSE_SPLIT = 0.01  # single reflectors, noise or unknown antennas, whose second wave explains that much
FEWEST_SPARE = 2  # complex numbers that two waves leave free, or nothing is tested
WEAKEST = 0.1  # power of the weaker wave by the stronger's: unknown antennas make -14 dB of anything


@dataclass(frozen=True, slots=True)
class Pairs:
    """The two waves of each cell."""

    sines: NDArray[np.float64]  # (cell, wave, axis)
    share: NDArray[np.float64]  # (cell, wave) of the power of both
    sine_variance: NDArray[np.float64]  # (cell, wave) of the azimuth's sine: Cramer-Rao bound
    left: NDArray[np.float64]  # (cell,) power left over
    channels: NDArray[np.complex64]  # (cell, wave, channel) less the other wave

    def only(self, which: NDArray[np.bool_]) -> "Pairs":
        """Some of the cells."""
        return Pairs(
            self.sines[which],
            self.share[which],
            self.sine_variance[which],
            self.left[which],
            self.channels[which],
        )


@lru_cache(maxsize=8)
def correlations(radar: Radar) -> tuple[NDArray[np.complex64], NDArray[np.float32]]:
    """(direction, direction) of the scan's waves, and the weight of what one leaves; 0 if alike."""
    steering = scan_of(radar).steering
    alike = (steering.T @ steering.conj() / len(steering)).astype(np.complex64)
    spare = 1 - np.abs(alike) ** 2
    weight = np.where(spare >= 1 - MOST_ALIKE, 1 / np.maximum(spare, 1e-6), 0)
    return alike, weight.astype(np.float32)


def _on_grid(channels: NDArray[np.complex64], radar: Radar) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Grid directions of the best pair per (cell, channel): one is held, the other moved, in turns."""
    alike, weight = correlations(radar)
    beams = channels @ scan_of(radar).steering
    held = np.abs(beams).argmax(axis=1)
    cell = np.arange(len(channels))
    moved = held
    for _ in range(2 * ALTERNATIONS):
        rest = beams - alike[held].conj() * beams[cell, held][:, None]
        moved, held = held, (np.abs(rest) ** 2 * weight[held]).argmax(axis=1)
    return moved, held


def two_waves(channels: NDArray[np.complex64], noise: NDArray[np.float64], radar: Radar) -> Pairs:
    """The two plane waves that leave least of each (cell, channel)."""
    scan = scan_of(radar)
    count, axes = scan.wave_rad.shape
    cells = len(channels)
    # Two close ones fill one beam, and the grid's best pair may lie beside a lower hill than theirs.
    start = np.concatenate([scan.grid[np.stack(_on_grid(channels, radar), axis=1)], _split(channels, scan)])
    reach = np.repeat([GRID_REACH, SPLIT_REACH], cells)[:, None, None] * scan.step
    twice = np.concatenate([channels, channels])
    sines = _climbed(twice, start, scan, reach)
    fit = _fit(twice, sines, scan)
    left = np.sum(np.abs(fit.left) ** 2, axis=1)
    split = (left[:cells] > count * noise) & (left[cells:] < left[:cells])
    which = np.arange(cells) + cells * split
    fit, sines, left = fit.only(which), sines[which], left[which]
    power = np.abs(fit.amplitudes) ** 2
    rest = np.maximum(noise, left / max(count - 2 - axes, 1))
    bound = np.diagonal(np.linalg.inv(2 * fit.normal), axis1=1, axis2=2).reshape(-1, 2, axes)[:, :, 0]
    return Pairs(
        sines=sines,
        share=power / np.maximum(np.sum(power, axis=1, keepdims=True), 1e-30),
        sine_variance=bound * rest[:, None],
        left=left,
        channels=(fit.amplitudes[:, :, None] * fit.waves + fit.left[:, None]).astype(np.complex64),
    )


def _climbed(
    channels: NDArray[np.complex64], start: NDArray[np.float64], scan: Scan, reach: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(cell, wave, axis) sines that Gauss-Newton comes to, at most `reach` away."""
    sines = start
    for _ in range(GAUSS_NEWTON_STEPS):
        move = sines + _fit(channels, sines, scan).step - start
        sines = np.clip(start + np.clip(move, -reach, reach), *_limits(scan))
    return sines


def _split(channels: NDArray[np.complex64], scan: Scan) -> NDArray[np.float64]:
    """(cell, wave, axis) sines to either side of the strongest beam."""
    top = scan.grid[np.abs(channels @ scan.steering).argmax(axis=1)]
    sines = np.repeat(top[:, None], 2, axis=1)
    sines[:, :, 0] += SPLIT * scan.step * np.array([-1, 1])
    return np.asarray(np.clip(sines, *_limits(scan)))


@lru_cache(maxsize=8)
def _limits_of(count: int, axes: int) -> tuple[float, float, float]:
    """Most that noise leaves of one wave; degrees of freedom (complex) left by two, and the F limit."""
    gained, spare = 1 + axes / 2, count - 2 - axes
    if spare < FEWEST_SPARE:
        return np.inf, 1.0, np.inf
    one = float(stats.gamma.isf(NOT_BY_NOISE[axes], count - 1))
    return one, float(spare), gained / spare * float(stats.f.isf(FALSE_SPLIT, 2 * gained, 2 * spare))


def may_be_two(one_left: NDArray[np.float64], noise: NDArray[np.float64], radar: Radar) -> NDArray[np.bool_]:
    """Whether one wave leaves more of a cell's power than noise does."""
    return np.asarray(one_left > noise * one_may_leave(radar))


def one_may_leave(radar: Radar) -> float:
    """Of a cell's power one wave, in units of a channel's noise, before anybody looks for two."""
    return _limits_of(*scan_of(radar).wave_rad.shape)[0]


def are_two(
    pairs: Pairs, one_left: NDArray[np.float64], noise: NDArray[np.float64], radar: Radar
) -> NDArray[np.bool_]:
    """Whether the second wave explains what one leaves, rather than noise or antennas not quite known.

    An F test: of what antennas spread over all directions a second wave takes its share and no more.
    """
    _, spare, limit = _limits_of(*scan_of(radar).wave_rad.shape)
    gained = (one_left - pairs.left) > limit * np.maximum(pairs.left, spare * noise)
    alike = pairs.share.min(axis=1) > WEAKEST * pairs.share.max(axis=1)
    return np.asarray(gained & alike)


def _limits(scan: Scan) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    edge = np.array([EDGE_U, EDGE_V])[: scan.wave_rad.shape[1]]
    return -edge, edge


@dataclass(frozen=True, slots=True)
class _Fit:
    """Two waves of given sines beside the channels."""

    waves: NDArray[np.complex128]  # (cell, wave, channel), of unit energy
    amplitudes: NDArray[np.complex128]  # (cell, wave)
    left: NDArray[np.complex128]  # (cell, channel)
    normal: NDArray[np.float64]  # (cell, sine, sine) half the Fisher information at noise 1
    step: NDArray[np.float64]  # (cell, wave, axis) to better sines, Gauss-Newton

    def only(self, which: NDArray[np.intp]) -> "_Fit":
        """Some of the cells."""
        return _Fit(
            self.waves[which],
            self.amplitudes[which],
            self.left[which],
            self.normal[which],
            self.step[which],
        )


def _fit(channels: NDArray[np.complex64], sines: NDArray[np.float64], scan: Scan) -> _Fit:
    count, axes = scan.wave_rad.shape
    cells = len(channels)
    waves = np.exp(-1j * sines @ scan.wave_rad.T) / np.sqrt(count)
    alike = np.sum(waves[:, 0].conj() * waves[:, 1], axis=1)[:, None]
    spare = np.maximum(1 - np.abs(alike) ** 2, 1e-6)

    def projected(what: NDArray[np.complex128]) -> tuple[NDArray[np.complex128], NDArray[np.complex128]]:
        """(cell, wave, n) amplitudes of `what` (cell, n, channel) and what is left of it."""
        seen = waves.conj() @ what.swapaxes(1, 2)
        one = (seen[:, 0] - alike * seen[:, 1]) / spare
        two = (seen[:, 1] - alike.conj() * seen[:, 0]) / spare
        amplitudes = np.stack([one, two], axis=1)
        return amplitudes, what - amplitudes.swapaxes(1, 2) @ waves

    amplitudes, left = projected(channels[:, None].astype(np.complex128))
    slopes = -1j * scan.wave_rad.T * (amplitudes * waves)[:, :, None]  # (cell, wave, axis, channel)
    _, slopes = projected(slopes.reshape(cells, 2 * axes, count))
    normal = (slopes.conj() @ slopes.swapaxes(1, 2)).real
    energy = np.sum(np.abs(channels) ** 2, axis=1).astype(np.float64)
    normal += (1e-9 * energy * np.sum(scan.wave_rad**2) / count)[:, None, None] * np.eye(2 * axes)
    toward = (slopes.conj() @ left.swapaxes(1, 2)).real
    step = np.asarray(np.linalg.solve(normal, toward), dtype=np.float64).reshape(cells, 2, axes)
    return _Fit(waves, amplitudes[:, :, 0], left[:, 0], normal, step)
