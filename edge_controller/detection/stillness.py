"""Frame-to-frame phase: a person who stands still breathes and sways, furniture does not.

A millimetre towards the radar turns a peak by half a turn. The truck must stand too, and its engine be off or
smooth: what shakes the cab makes everything wander, so whoever uses this compares with what wanders least.
"""

import cmath
import math
from collections import deque

import numpy as np
from numpy.typing import NDArray

from edge_controller.config import Radar
from edge_controller.messages import Detection

MEMORY_S = 3.0  # a breath
LEAST_S = 0.5  # before anything is said
MISSED_S = 0.15  # in which a phase may have turned by more than half
STILL_MPS = 0.1  # the truck stands, so what moves faster is not still
# Coherence: head, trunk and bicycle of one who sways turn by different angles from frame to frame.
ALIKE = 0.5
# Two in neighbouring cells are found as one now and then: between them, stronger, with another phase.
SAME_BINS, NEAR_BINS, SAME_DB = 0.25, 0.5, 3.0


class Stillness:
    """How far each thing that stands wanders along the line of sight. For a truck that stands; one radar."""

    def __init__(self, radar: Radar) -> None:
        self._radar = radar
        self._seen: list[_Still] = []

    def update(self, detections: tuple[Detection, ...]) -> tuple[float | None, ...]:
        """Root mean square in millimetres per detection; None while less than half a second is known."""
        before, self._seen = self._seen, []
        answer: list[float | None] = []
        for detection in detections:
            if abs(detection.range_rate_mps) > STILL_MPS:
                answer.append(None)
                continue
            known = next((still for still in before if still.is_same(detection, self._radar)), None)
            if known is None:
                known = _Still()
            else:
                before.remove(known)
            known.take(detection)
            self._seen.append(known)
            answer.append(known.wander_mm(self._radar))
        recent = [still for still in before if detections and still.is_recent(detections[0].t_s)]
        self._seen += recent
        return tuple(answer)


class _Still:
    """The last seconds of one thing."""

    def __init__(self) -> None:
        self._last: Detection | None = None
        self._phase_rad = 0.0
        self._path: deque[tuple[float, float]] = deque()  # time, phase

    def is_recent(self, t_s: float) -> bool:
        return self._last is not None and t_s - self._last.t_s <= MISSED_S

    def is_same(self, other: Detection, radar: Radar) -> bool:
        """Same cell, and its channels in the same proportions."""
        last = self._last
        if last is None or not 0 < other.t_s - last.t_s <= MISSED_S:
            return False
        away_bins = abs(other.range_m - last.range_m) / radar.profile.range_bin_m
        alike = abs(other.snr_db - last.snr_db) < SAME_DB
        near = away_bins < (NEAR_BINS if alike else SAME_BINS)
        return near and coherence(last.peak, other.peak) > ALIKE

    def take(self, detection: Detection) -> None:
        if self._last is not None:
            self._phase_rad += phase_step_rad(self._last.peak, detection.peak)
        self._last = detection
        self._path.append((detection.t_s, self._phase_rad))
        while detection.t_s - self._path[0][0] > MEMORY_S:
            self._path.popleft()

    def wander_mm(self, radar: Radar) -> float | None:
        if self._path[-1][0] - self._path[0][0] < LEAST_S:
            return None
        phases = np.array([phase for _, phase in self._path])
        return 1e3 * float(np.std(phases)) * radar.profile.wavelength_m / (4 * math.pi)


def noise_mm(snr_db: float, radar: Radar) -> float:
    """Root mean square in millimetres that noise alone puts one phase off, of an echo so far above it."""
    phase_rad = 1 / math.sqrt(2 * 10 ** (snr_db / 10))
    return 1e3 * phase_rad * radar.profile.wavelength_m / (4 * math.pi)


def phase_step_rad(before: NDArray[np.complex64], after: NDArray[np.complex64]) -> float:
    """How far a peak turned between two frames, within half a turn."""
    return cmath.phase(complex(np.vdot(before, after)))


def coherence(before: NDArray[np.complex64], after: NDArray[np.complex64]) -> float:
    """1 where both come from the same directions in the same proportions, 0 where nothing is alike."""
    scale = float(np.linalg.norm(before) * np.linalg.norm(after))
    return abs(complex(np.vdot(before, after))) / scale if scale > 0 else 0.0
