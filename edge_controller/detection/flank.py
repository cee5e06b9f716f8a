"""What the own flank sends without any Doppler is learned while we drive.

docs/explanation/decisions/0155-the-own-flank-looked-past.md says who is never learned.
"""

import numpy as np
from numpy.typing import NDArray

from edge_controller.config import Radar
from edge_controller.detection.beside import (
    BesideOwn,
    Cells,
    Complex,
    Floats,
    Own,
    Plan,
    beside_own,
    noise_of,
    plan_of,
)

ROLLS_MPS = 0.5  # slower, what stands on the ground has no Doppler either
EVERY = 3  # frames from one look to the next
FEWEST, MOST = 7, 400  # looks: the first second of driving, and the last minute of it
SLOWLY = 0.02  # of a look, where somebody was found beside the flank: he shall not be learned
ANEW_MOST = 70  # looks from one set of directions to the next; at first as many as there were
STRONG = 100.0  # power over noise of a channel: 20 dB, less hides nobody
SECOND, SECOND_SHARE = 25.0, 1e-3  # of a second direction in a bin: over noise, and of the first


class Flank:
    """What one radar sees of the truck it is on, in (range bin, virtual channel), once it has driven."""

    def __init__(self, radar: Radar, beside: BesideOwn | None = None) -> None:
        channels = len(radar.array.virtual_m)
        self._plan = plan_of(radar)
        self._beside = beside or beside_own
        bins = self._plan.bins.size
        self._mean = np.zeros((bins, channels, channels), np.complex64)
        self._weight = np.zeros(bins)
        self._frames, self._looks, self._next = 0, 0, FEWEST
        self._own: Own | None = None
        self._rolls = self._asked = False

    def note(self, speed_mps: float | None, *, somebody: bool) -> None:
        """What the truck says, and whether there is somebody who may be looked for beside the flank.

        While the truck stands, all that stands has no Doppler either: nothing is learned or looked past.
        """
        self._rolls = speed_mps is not None and speed_mps > ROLLS_MPS
        self._asked = somebody

    def beside(self, cube: Complex, power: NDArray[np.float32], found: Floats) -> tuple[Floats, Complex]:
        """Rows and channels, as `Located` has them, of what is not among the rows `found`; then learn.

        `cube` (channel, Doppler, range), `power` (Doppler, range).
        """
        rows, channels = np.zeros((0, 7)), np.zeros((0, len(cube)), np.complex64)
        if not self._rolls or not self._plan.bins.size or not self._plan.scan.has_azimuth:
            return rows, channels
        met = np.zeros(0, np.intp)
        if self._asked and self._own is not None and not np.isnan(self._own.sine).all():
            rows, channels, met = self._beside(cube, power, self._own, found, self._plan.radar)
        self._frames += 1
        if self._frames % EVERY == 0:
            self._learn(cube[:, 0, self._plan.bins].T, met)
            if self._looks >= self._next:
                self._next += min(self._looks, ANEW_MOST)
                self._own = own_of(self._mean, noise_of(power, self._plan), self._plan)
        return rows, channels

    def rehearse(self, cube: Complex, power: NDArray[np.float32]) -> None:
        """Have the search loaded before it matters; nothing is learned."""
        bins = self._plan.bins.size
        nothing = Own(np.zeros((bins, len(cube), 2), np.complex64), np.zeros(bins))
        if bins and self._plan.scan.has_azimuth:
            self._beside(cube, power, nothing, np.zeros((0, 7)), self._plan.radar)

    def _learn(self, still: Complex, met: Cells) -> None:
        """One more look at what has no Doppler, (bin, channel); somebody was met in those bins."""
        share = np.ones(self._weight.size)
        for aside in range(-2, 3):
            share[np.minimum(np.maximum(met + aside, 0), share.size - 1)] = SLOWLY
        self._weight = np.minimum(self._weight + share, MOST)
        part = (share / self._weight).astype(np.float32)[:, None, None]
        self._mean += part * (still[:, :, None] * still[:, None, :].conj() - self._mean)
        self._looks += 1


def own_of(mean: Complex, noise: Floats, plan: Plan) -> Own:
    """The strongest directions of (bin, channel, channel) mean products of what has no Doppler."""
    power, own = np.linalg.eigh(mean)
    first, second = power[:, -1], power[:, -2]
    strong = first > STRONG * noise
    also = strong & (second > np.maximum(SECOND * noise, SECOND_SHARE * first))
    directions = own[:, :, :-3:-1] * np.stack([strong, also], axis=1)[:, None, :]
    beam = np.abs(own[:, :, -1] @ plan.fan.steering).argmax(axis=1)
    return Own(np.ascontiguousarray(directions, np.complex64), np.where(strong, plan.fan.sines[beam], np.nan))
