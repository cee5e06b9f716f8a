"""Is this radar fit to be believed? Lost packets, dead channels, changed leakage."""

from collections import deque

import numpy as np
from numpy.typing import NDArray

from edge_controller.config import Radar
from edge_controller.detection.interference import UNHIT, Hit

MEMORY_FRAMES = 20  # one second
MAX_LOST_SHARE = 0.01  # of the packets of a second
PAYLOAD_BYTES = 1456  # of a full DCA1000 packet
DEAD_DB = 10.0  # below the median channel: amplifiers and antennas differ by 3 dB or so
LEAKAGE_CHANGE_DB = 6.0  # dirt or snow before the antenna, or a bumper that is gone
MAX_HIT_SHARE = 0.25  # of the samples of a second: with more of them put back, echoes get copies
CLEAR_LEAKAGE_DB = 20.0  # over the noise: less than that is no yardstick, anything near would change it


class Monitor:
    """Health memory of one radar. `faults` says what is wrong in plain words, empty while healthy."""

    def __init__(self, radar: Radar) -> None:
        transmitters, receivers = len(radar.array.tx_order), len(radar.array.rx_m)
        samples = radar.profile.loops * transmitters * receivers * radar.profile.samples
        self._packets = max(1.0, samples * 4 / PAYLOAD_BYTES)
        self._lost: deque[int] = deque(maxlen=MEMORY_FRAMES)
        self._channel_db: deque[NDArray[np.float64]] = deque(maxlen=MEMORY_FRAMES)
        self._hit: deque[Hit] = deque(maxlen=MEMORY_FRAMES)
        self._leakage_db: deque[float] = deque(maxlen=MEMORY_FRAMES)
        self._noise_db: deque[float] = deque(maxlen=MEMORY_FRAMES)
        self._usual_leakage_db: float | None = None  # of the first second
        self._usual_noise_db = 0.0
        self.faults: tuple[str, ...] = ()

    @property
    def healthy(self) -> bool:
        """Whether nothing speaks against this radar."""
        return not self.faults

    def update(
        self,
        lost_packets: int,
        channel_power: NDArray[np.float64],
        leakage: float,
        noise: float,
        hit: Hit = UNHIT,
    ) -> None:
        """Take in one frame: mean power per channel, power of leakage and of a usual cell, interference."""
        self._lost.append(lost_packets)
        self._hit.append(hit)
        self._channel_db.append(10 * np.log10(np.maximum(channel_power, 1e-12)))
        self._leakage_db.append(10 * float(np.log10(max(leakage, 1e-12))))
        self._noise_db.append(10 * float(np.log10(max(noise, 1e-12))))
        if self._usual_leakage_db is None and len(self._leakage_db) == MEMORY_FRAMES:
            self._usual_leakage_db = float(np.median(self._leakage_db))
            self._usual_noise_db = float(np.median(self._noise_db))
        self.faults = (*self._loss(), *self._interference(), *self._dead(), *self._leakage())

    def _loss(self) -> tuple[str, ...]:
        share = sum(self._lost) / (len(self._lost) * self._packets)
        return (f"{share:.1%} of the packets lost",) if share > MAX_LOST_SHARE else ()

    def _interference(self) -> tuple[str, ...]:
        if sum(hit.samples for hit in self._hit) <= MAX_HIT_SHARE * MEMORY_FRAMES:
            return ()
        chirps = sum(hit.chirps for hit in self._hit) / len(self._hit)
        return (f"interference: {chirps:.0%} of the chirps hit",)

    def _dead(self) -> tuple[str, ...]:
        level = np.median(self._channel_db, axis=0)
        dead = np.flatnonzero(level < np.median(level) - DEAD_DB)
        return tuple(f"channel {channel} is dead" for channel in dead)

    def _leakage(self) -> tuple[str, ...]:
        usual_db = self._usual_leakage_db
        if usual_db is None or usual_db < self._usual_noise_db + CLEAR_LEAKAGE_DB:
            return ()
        change = float(np.median(self._leakage_db)) - usual_db
        return (f"leakage changed by {change:+.0f} dB",) if abs(change) > LEAKAGE_CHANGE_DB else ()
