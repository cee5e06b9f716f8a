"""Who stands beside our own flank while we stand lies under its echo: that is steady, and he sways.

docs/explanation/decisions/0171-who-sways-beside-the-flank.md says why it may be subtracted here.
"""

import math

import numpy as np
from numpy.typing import NDArray

from edge_controller.config import Radar
from edge_controller.detection.beside import (
    Cells,
    Complex,
    Floats,
    Plan,
    noise_of,
    plan_of,
    sines_of,
)
from edge_controller.detection.direction import UNKNOWN_SIGMA_RAD
from edge_controller.detection.locate import in_metres
from edge_controller.detection.peaks import tops_of_parabolas

FIRST_BIN = 2  # of range: leakage is steady as well
FEWEST, MOST = 10, 20  # looks: half a second, and one
SETTLES_S = 0.4  # after it comes to rest a truck still rocks by millimetres
GAP_S = 0.3  # without looks, and the last ones tell nothing of now
HIDES = 100.0  # power over noise of a channel: what is steady and weaker hides nobody
SWAYS = 30.0  # unsteady power over noise of a channel
UNLIKE = 16.0  # times the share that is unsteady in half of these bins: an idling engine shakes all alike
ONE_BODY = 0.7  # of the unsteady power is one thing's
SPREAD, QUIET = 0.6, 0.25  # of the looks have a quarter of the mean power: who passes abeam has a few only
ROUND = 0.15  # lesser of the axes of what is left, by the greater, squared: 0.17 mm turn a phase so far
ONE_WAVE = 0.4  # of that is explained by one direction: a rider fills more than one at 2 m
LEFT_OF_WAVE = 0.3  # of a wave's power that is not projected out: less, and it may be the flank's
BODY_M = 0.25  # from a body's middle to what of it answers
LEAST = 1e-12  # of a power, so that nothing is divided by zero
NOT_FOLDED_DB = 100.0  # what stands has no Doppler to be folded


class Swaying:
    """Of one radar, while the truck stands: the last looks at what has no Doppler."""

    def __init__(self, radar: Radar) -> None:
        self._plan = plan_of(radar, FIRST_BIN)
        self._looks = np.zeros((self._plan.bins.size, MOST, len(radar.array.virtual_m)), np.complex64)
        self._noise = np.zeros(self._plan.bins.size)
        self._count = 0
        self._last_s = self._since_s = -math.inf
        self._rests = False

    def note(self, *, rests: bool) -> None:
        """Whether the truck stands: else all that stands beside it moves against it."""
        self._rests = rests

    def found(self, cube: Complex, power: NDArray[np.float32], t_s: float) -> tuple[Floats, Complex]:
        """Rows and channels, as `Located` has them, of who sways under what is steady.

        `cube` (channel, Doppler, range), `power` (Doppler, range).
        """
        rows, channels = np.zeros((0, 7)), np.zeros((0, len(cube)), np.complex64)
        if not self._plan.bins.size or not self._plan.scan.has_azimuth:
            return rows, channels
        if not self._rests or not 0 < t_s - self._last_s < GAP_S:
            self._count, self._since_s = 0, t_s
        self._last_s = t_s
        if t_s - self._since_s < SETTLES_S:
            return rows, channels
        self._looks[:, self._count % MOST] = cube[:, 0, self._plan.bins].T
        self._count += 1
        if self._count % FEWEST == 0:
            self._noise = noise_of(power, self._plan)
        if self._count < FEWEST:
            return rows, channels
        return _swaying(self._looks[:, : self._count], self._noise, self._plan)


def _swaying(looks: Complex, noise: Floats, plan: Plan) -> tuple[Floats, Complex]:
    """Rows and channels of the bins where something sways that is not what is steady there.

    `looks` (bin, look, channel).
    """
    steady = looks.mean(axis=1)
    level = np.maximum(_power(steady), LEAST)
    along = (steady / np.sqrt(level)[:, None]).astype(np.complex64)
    left = looks - steady[:, None]
    # A strong echo's own unsteadiness, an oscillator's or the air's, has the proportions of its channels.
    left -= (left @ along.conj()[:, :, None]) * along[:, None]
    energy = _power(left.reshape(len(left), -1)) / (looks.shape[1] - 1)
    cell = _tops(energy, level, noise)
    if not cell.size:
        return np.zeros((0, 7)), np.zeros((0, looks.shape[2]), np.complex64)
    power, wave, path = _strongest(left[cell])
    kept = 1 - np.abs(along[cell] @ plan.fan.steering) ** 2  # of a wave from each direction, (cell, beam)
    seen = np.abs(wave @ plan.fan.steering) ** 2 / np.maximum(kept, LEFT_OF_WAVE)
    beam, all_cells = seen.argmax(axis=1), np.arange(cell.size)
    good = (power > ONE_BODY * energy[cell]) & (seen[all_cells, beam] > ONE_WAVE)
    good &= (kept[all_cells, beam] > LEFT_OF_WAVE) & _sways(path)
    cell, power = cell[good], power[good]
    sines = sines_of(seen[good], beam[good], plan)
    rows = _rows(cell, energy, power / np.maximum(noise[cell], LEAST), sines, plan)
    return rows, (wave[good] * np.sqrt(power)[:, None]).astype(np.complex64)


def _strongest(left: Complex) -> tuple[Floats, Complex, Complex]:
    """Of what is left in cells (cell, look, channel): power, channels (unit), and these over the looks."""
    of_cells = left.transpose(0, 2, 1)  # (cell, channel, look)
    powers, waves = np.linalg.eigh(of_cells @ of_cells.conj().transpose(0, 2, 1) / (left.shape[1] - 1))
    wave = waves[:, :, -1]
    return powers[:, -1].astype(np.float64), wave, (wave.conj()[:, None] @ of_cells)[:, 0]


def _rows(cell: Cells, energy: Floats, snr: Floats, sines: Floats, plan: Plan) -> Floats:
    """As `Located` has them: whoever stands has no range rate, and of his height nothing is known."""
    offset, _ = tops_of_parabolas(*np.log(np.maximum(energy[cell + np.array([[-1], [0], [1]])], LEAST)))
    range_m, _ = in_metres(plan.bins[cell] + offset, np.zeros(cell.size), plan.radar)
    azimuth = plan.scan.sign * np.arcsin(sines)
    sigma = np.sqrt(plan.scan.sine_variance / snr) / np.maximum(np.cos(azimuth), 0.1)
    rows = np.zeros((cell.size, 7))
    rows[:, 0], rows[:, 2] = range_m, azimuth
    rows[:, 3] = np.minimum(np.hypot(sigma, BODY_M / np.maximum(range_m, 0.1)), UNKNOWN_SIGMA_RAD)
    rows[:, 4], rows[:, 5], rows[:, 6] = 10 * np.log10(snr), NOT_FOLDED_DB, np.nan
    return rows


def _sways(path: Complex) -> NDArray[np.bool_]:
    """Which of what is left, (cell, look), turns about in all of the time, and not to and fro by a little.

    What shakes by less than ROUND turns its phase along a line, however strong it is.
    """
    power = path.real**2 + path.imag**2
    often = np.mean(power > QUIET * power.mean(axis=1, keepdims=True), axis=1) >= SPREAD
    # Of a complex number's parts the covariance has the axes P +- |Q|, halved.
    both, turned = power.mean(axis=1), np.abs((path**2).mean(axis=1))
    return np.asarray(often & (both - turned > ROUND * (both + turned)))


def _power(of: Complex) -> Floats:
    """Of each row."""
    parts = of.view(np.float32)
    total: Floats = np.einsum("ij,ij->i", parts, parts).astype(np.float64)
    return total


def _tops(energy: Floats, level: Floats, noise: Floats) -> Cells:
    """Bins under something steady whose unsteady power stands out, from their neighbours as well."""
    hides = level > HIDES * noise
    if not hides.any():
        return np.zeros(0, np.intp)
    usual = float(np.median((energy / level)[hides]))
    top = hides & (energy > SWAYS * noise) & (energy > UNLIKE * usual * level)
    top[0] = top[-1] = False
    top[1:] &= energy[1:] >= energy[:-1]
    top[:-1] &= energy[:-1] > energy[1:]
    return top.nonzero()[0]
