"""Are all channels alive, in their order, and in phase? Told by strong reflections and by the leakage."""

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from edge_controller.config import Radar
from edge_controller.detection.peaks import Peaks
from edge_controller.detection.scan import motion_between_transmitters

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

DEAD = 0.1  # of a channel's due power: amplifiers and antennas differ by 3 dB or so
STRONG_DB = 22.0  # 13 dB in each of eight channels: a dead one stands out by more than 10 dB
FEWEST = 4  # reflections: in one cell two may cancel in a channel, not in four cells in the same
MOST = 12  # looked at
FRAMES = 2  # in a row: the frame after the one in which it died
LOOK_FRAMES = 20  # phases are looked at once a second
MEMORY_LOOKS = 8
FEWEST_PHASES = 20
# One plane wave explains 0.97 of a reflection with 10 degrees of channel phase; two swapped antennas leave
# 0.75 and less. Cells that several reflectors share fit badly in any order: the median of many decides.
IN_ORDER, LEAD = 0.85, 0.08
ONE_WAVE = 0.5  # what less explains says nothing of phases; 45 degrees of them leave so much
GRID = np.linspace(-0.94, 0.94, 64)
PHASE_LIMIT_RAD = math.radians(30.0)  # r.m.s.: 1 dB of every beam


@dataclass(frozen=True, slots=True)
class Strong:
    """The strongest cells that hold a reflection, as the antennas gave them: whatever was made of them since
    by the belief that the antennas are well.
    """

    cells: NDArray[np.complex64]  # (reflection, channel)
    doppler_hz: Floats  # unfolded
    # Channels with less than a tenth of their due part of the cells; None where these are too few to tell.
    weak: tuple[int, ...] | None


def strong_ones(cube: NDArray[np.complex64], peaks: Peaks, doppler_hz: Floats) -> Strong:
    """Of peaks, strongest first, with one Doppler each; a cell that was given two directions counts once."""
    enough = 10 ** (STRONG_DB / 10) / len(cube)
    places = zip(peaks.doppler[:MOST].tolist(), peaks.range[:MOST].tolist(), strict=True)
    first: dict[tuple[int, int], int] = {}
    for n, (place, excess) in enumerate(zip(places, peaks.excess[:MOST].tolist(), strict=True)):
        if excess > enough:
            first.setdefault(place, n)
    which = list(first.values())
    cells = cube[:, peaks.doppler[which], peaks.range[which]].T
    return Strong(cells, doppler_hz[which], _weak(cells))


class Channels:
    """Memory of one radar's channels. Channel = turn of the transmitter times receivers, plus receiver."""

    def __init__(self, radar: Radar) -> None:
        self._radar = radar
        self._turns, self._receivers = len(radar.array.tx_order), len(radar.array.rx_m)
        self._low = np.zeros(self._turns * self._receivers, np.intp)  # frames in a row
        self._orders = _orders(self._turns, self._receivers)
        positions = np.asarray(radar.array.virtual_m)
        wave = 2 * math.pi / radar.profile.wavelength_m * (positions - positions.mean(axis=0))
        self._has_one_row = bool(np.ptp(wave[:, 1]) < 1e-9)
        self._beams = np.stack(
            [np.exp(1j * np.outer(wave[list(order), 0], GRID)) for _, order in self._orders]
        ).astype(np.complex64)  # (order, channel, direction)
        self._explained: deque[Floats] = deque(maxlen=MEMORY_LOOKS)  # (reflection, order)
        self._turned: deque[NDArray[np.complex64]] = deque(maxlen=MEMORY_LOOKS)  # (reflection, channel)
        self._frame = 0
        self.dead: tuple[str, ...] = ()
        self.swapped: tuple[str, ...] = ()
        self.drifted: tuple[str, ...] = ()

    def update(self, strong: Strong, leakage_low: Callable[[], Flags | None]) -> None:
        """Take in one frame; `leakage_low` says which channels have lost their leakage or give one number all
        the time, None where there is no yardstick. It is asked only when reflections raise the question.
        """
        low = None if strong.weak == () else self._lowered(strong.weak, leakage_low())
        if low is None or not low.any():
            self._low.fill(0)
            self.dead = ()
        else:
            self._low = np.asarray(np.where(low, self._low + 1, 0), np.intp)
            self.dead = self._names(self._low >= FRAMES)
        self._frame += 1
        if self._frame % LOOK_FRAMES == 0 and strong.weak is not None and not self.dead:
            self._look(strong.cells * np.conj(motion_between_transmitters(strong.doppler_hz, self._radar)))

    def _lowered(self, weak: tuple[int, ...] | None, leakage: Flags | None) -> Flags | None:
        """Where both can tell both must: echoes may cancel in a channel while leakage comes through."""
        if weak is None:
            return leakage
        low = np.zeros(self._low.size, np.bool_)
        low[list(weak)] = True
        return low if leakage is None else low & leakage

    def _names(self, channels: Flags) -> tuple[str, ...]:
        """Receivers and transmitters all of whose channels are dead, and single channels beside."""
        if not channels.any():
            return ()
        table = channels.reshape(self._turns, self._receivers)
        if bool(np.all(table)):
            return ("all channels are dead",)
        receivers, turns = np.asarray(table.all(axis=0)), np.asarray(table.all(axis=1))
        rest = table & ~receivers[None, :] & ~turns[:, None]
        return (
            *(f"receiver {n} is dead" for n in np.flatnonzero(receivers)),
            *(f"transmitter {n} in turn is dead" for n in np.flatnonzero(turns)),
            *(f"channel {n} is dead" for n in np.flatnonzero(rest.ravel())),
        )

    def _look(self, peaks: NDArray[np.complex64]) -> None:
        """Which order of the antennas explains the phases best; what phases are left in the fit's order."""
        beams = peaks[None] @ self._beams  # (order, reflection, direction)
        power = beams.real**2 + beams.imag**2
        whole = peaks.shape[1] * (peaks.real**2 + peaks.imag**2).sum(axis=1)
        self._explained.append((power.max(axis=2) / whole).T.astype(np.float64))
        best = power[0].argmax(axis=1)
        turned = peaks * self._beams[0][:, best].T
        turned = turned * np.conj(turned.sum(axis=1, keepdims=True))
        good = self._explained[-1][:, 0] >= ONE_WAVE
        self._turned.append((turned / np.abs(turned).clip(1e-30))[good])
        explained = np.concatenate(self._explained)
        if len(explained) >= FEWEST_PHASES:
            self._judge_order(np.median(explained, axis=0))
            self._judge_phases(np.concatenate(self._turned))

    def _judge_order(self, explained: Floats) -> None:
        best = int(explained.argmax())
        is_swapped = explained[best] >= IN_ORDER and explained[best] > explained[0] + LEAD
        self.swapped = (f"{self._orders[best][0]} are swapped",) if is_swapped else ()

    def _judge_phases(self, turned: NDArray[np.complex64]) -> None:
        """Against a plane wave: what is left has neither mean nor slope along the array."""
        if len(turned) < FEWEST_PHASES or not self._has_one_row:
            self.drifted = ()
            return
        phase = np.angle(turned.mean(axis=0))
        rms = float(np.sqrt(np.mean((phase - phase.mean()) ** 2)))
        words = f"phases of the channels are off by {math.degrees(rms):.0f} degrees"
        self.drifted = (words,) if rms > PHASE_LIMIT_RAD else ()


def _weak(cells: NDArray[np.complex64]) -> tuple[int, ...] | None:
    """As `Strong` has it, of (reflection, channel)."""
    if len(cells) < FEWEST:
        return None
    power = cells.real**2 + cells.imag**2
    share = (power / power.sum(axis=1, keepdims=True)).sum(axis=0)
    return tuple(np.flatnonzero(share < DEAD * len(cells) / cells.shape[1]).tolist())


def _orders(turns: int, receivers: int) -> list[tuple[str, tuple[int, ...]]]:
    """The fit's order of the channels, and what two swapped antennas make of it."""
    orders = [("no antennas", tuple(range(turns * receivers)))]
    for kind, count in (("receivers", receivers), ("transmitters in turn", turns)):
        for one, two in combinations(range(count), 2):
            places = list(range(count))
            places[one], places[two] = two, one
            rows = places if kind == "receivers" else range(receivers)
            cols = places if kind != "receivers" else range(turns)
            order = tuple(turn * receivers + rx for turn in cols for rx in rows)
            orders.append((f"{kind} {one} and {two}", order))
    return orders
