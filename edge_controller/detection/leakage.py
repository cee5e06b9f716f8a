"""What the radar hears of itself: its own transmitters and the bumper, learned while the truck drives.

docs/explanation/decisions/0108-leakage-is-learned-while-driving.md says who must never be learned away.
"""

import math
from collections import deque
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from edge_controller.config import Radar
from edge_controller.detection.peaks import FIRST_STILL_BIN
from edge_controller.detection.spectrum import DOPPLER_LOBE_BINS, doppler_window
from edge_controller.messages import Detection, VehicleState

BINS = np.arange(-3, 6)  # of range: main lobes of what stands in bins 0 to 2
DOPPLERS = np.arange(-DOPPLER_LOBE_BINS + 1, DOPPLER_LOBE_BINS)  # main lobe of what stands still
FIRST_LEARNED_BIN = 2  # of who stands still, once the leakage is known

EVERY_S = 0.5  # from one look at it to the next
FEWEST, MOST = 24, 60  # looks: 12 s of driving, and the last half minute of it
STEADY = 0.1  # of its power: looks that differ by more are of something that moves
LEFT = 0.01  # of its power: 20 dB cut is what drift leaves of it until the next look

SLOWEST_MPS = 2.5  # nobody on foot keeps up for long
MOST_YAW_RADPS = 0.15
PASSING = 3  # reflectors that must pass by as the truck's speed says
NEAREST_M = 2.0  # of them
PASSING_MPS, AGREE_MPS, AGREE_SHARE = 1.0, 0.4, 0.05


class Leakage:
    """What one radar hears of itself at zero Doppler, (virtual channel, range bin), once it is learned."""

    def __init__(self, radar: Radar) -> None:
        self._radar = radar
        response = np.fft.fft(doppler_window(radar.profile.loops))
        self._lobe = (response[DOPPLERS] / response[0]).astype(np.complex64)
        self._looks: deque[NDArray[np.complex64]] = deque(maxlen=MOST)
        self._seen: NDArray[np.complex64] | None = None  # this frame's cube
        self._now: NDArray[np.complex64] | None = None  # the leakage in it, where it was taken off since
        self._looked_s = -math.inf
        self._known: NDArray[np.complex64] | None = None
        # (Doppler, range bin) what of it may be left
        self.allowance = np.zeros((DOPPLERS.size, BINS.size), np.float32)

    @property
    def is_known(self) -> bool:
        """Whether it is taken off."""
        return self._known is not None

    @property
    def looked(self) -> int:
        """How many looks there are to learn from."""
        return len(self._looks)

    @property
    def first_still_bin(self) -> int:
        """Nearest range bin in which one who stands is told from leakage."""
        return FIRST_LEARNED_BIN if self.is_known else FIRST_STILL_BIN

    def take_off(self, cube: NDArray[np.complex64], power: NDArray[np.float32]) -> None:
        """From (channel, Doppler, range) and the power summed over the channels, in place."""
        self._seen, self._now = cube, None
        if self._known is None:
            return
        self._now = cube[:, 0, BINS]
        for doppler, part in zip(DOPPLERS, self._lobe, strict=True):
            cube[:, doppler, BINS] -= part * self._known
            left = cube[:, doppler, BINS]
            power[doppler, BINS] = (left.real**2 + left.imag**2).sum(axis=0)

    def allow_for(self, noise: NDArray[np.floating]) -> None:
        """Raise the (Doppler, range) level by what of it may be left, in place."""
        if self._known is None:
            return
        for doppler, left in zip(DOPPLERS, self.allowance, strict=True):
            noise[doppler, BINS] = np.maximum(noise[doppler, BINS], left)

    def learn(self, detections: Sequence[Detection], truck: VehicleState, t_s: float) -> None:
        """Look at this frame's leakage, if its own detections and the bus agree that the truck drives."""
        if self._seen is None or t_s - self._looked_s < EVERY_S:
            return
        if not passes_by(detections, truck, self._radar):
            return
        self._looked_s = t_s
        self._looks.append(self._seen[:, 0, BINS] if self._now is None else self._now)
        if len(self._looks) >= FEWEST:
            self._know(_steady(np.stack(self._looks)))

    def _know(self, known: NDArray[np.complex64] | None) -> None:
        self._known = known
        left = 0.0 if known is None else LEFT * (np.abs(known) ** 2).sum(axis=0)
        self.allowance = np.asarray(np.abs(self._lobe[:, None]) ** 2 * left, np.float32)


def passes_by(detections: Sequence[Detection], truck: VehicleState, radar: Radar) -> bool:
    """Whether what stands on the ground comes and goes as fast as the bus says that the truck drives."""
    speed_mps, yaw_radps = truck.speed_mps, truck.yaw_rate_radps
    if speed_mps is None or yaw_radps is None:
        return False
    if speed_mps < SLOWEST_MPS or abs(yaw_radps) > MOST_YAW_RADPS:
        return False
    passing = 0
    for seen in detections:
        due_mps = -speed_mps * math.cos(radar.yaw_rad + seen.azimuth_rad)
        off_mps = abs(seen.range_rate_mps - due_mps)
        near = off_mps < AGREE_MPS + AGREE_SHARE * speed_mps
        passing += near and abs(due_mps) > PASSING_MPS and seen.range_m > NEAREST_M
    return passing >= PASSING


def _steady(looks: NDArray[np.complex64]) -> NDArray[np.complex64] | None:
    """What most of (look, channel, bin) have alike; None where they have too little alike.

    The median, part by part: who rides along for a third of the looks leaves no trace, nor does anybody
    whose distance varies by a quarter of the wavelength, which is a millimetre.
    """
    usual = (np.median(looks.real, axis=0) + 1j * np.median(looks.imag, axis=0)).astype(np.complex64)
    off = (np.abs(looks - usual) ** 2).sum(axis=(1, 2))
    steady = float(np.median(off)) <= STEADY * float((np.abs(usual) ** 2).sum())
    return usual if steady else None
