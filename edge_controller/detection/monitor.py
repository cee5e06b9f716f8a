"""Is this radar fit to be believed? Packets, clipping, noise, leakage, and its channels.

Each fault says how it was judged: docs/explanation/detection.md, section Health. Which of them end braking
and which only warn: docs/explanation/decisions/0110-what-of-a-radar-ends-braking.md.
"""

import math
from collections import deque
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from scipy.signal import windows

from edge_controller.config import Radar
from edge_controller.detection.channels import DEAD, Channels, Strong
from edge_controller.detection.gain import Gain
from edge_controller.detection.interference import UNHIT, Hit
from edge_controller.messages import RadarFrame

Floats = NDArray[np.float64]

MEMORY_FRAMES = 20  # one second
MAX_LOST_SHARE = 0.01  # of the packets of a second
PAYLOAD_BYTES = 1456  # of a full DCA1000 packet
MAX_HIT_SHARE = 0.25  # of the samples of a second: with more of them put back, echoes get copies
NAMED_CHIRPS = 0.01  # of a second
NAMED_FRAMES = 15  # of it: parked cars and hoardings beat like bursts now and then, other radars go on
LOOPS_LOOKED = 4  # of each frame's samples
LEAKAGE_BINS = 2  # a third would hold more of the cars and people 0.8 m away
CLEAR_LEAKAGE = 20.0  # power over noise in a channel, 13 dB: less is no yardstick
# Who stands right before the radar, or a car that is passed, is no yardstick either: he goes away. Leakage
# stays as it is while the truck rolls.
STEADY_DB = 1.0  # from look to look in a second, summed over the channels
ROLLS_MPS = 1.0
LEAKAGE_DROP_DB = 6.0
RAIL = 32_700  # of 32 767: a filter behind the converter may round the corner
MAX_CLIPPED_SHARE = 1e-3  # of the numbers of a second: a clipped tone then has spurs 50 dB down and more
NOISE_RISE_DB, NOISE_DROP_DB = 6.0, 3.0
CELLS = (16, 32)  # of the map, Doppler by range, whose lower half tells the noise
EVERY, MEMORY_LOOKS = 5, 4  # frames from one look at the slower figures to the next; a second of looks


class Monitor:
    """Health memory of one radar. `faults` says what is wrong in plain words, empty while all is well."""

    def __init__(self, radar: Radar) -> None:
        self._loops, self._turns = radar.profile.loops, len(radar.array.tx_order)
        self._receivers, samples = len(radar.array.rx_m), radar.profile.samples
        self._packets = max(1.0, self._loops * self._turns * self._receivers * samples * 4 / PAYLOAD_BYTES)
        self._tones, self._tone_noise = _tones(samples)
        self._channels = Channels(radar)
        self._gain = Gain()
        self._lost: deque[int] = deque(maxlen=MEMORY_FRAMES)
        self._hit_samples: deque[float] = deque(maxlen=MEMORY_FRAMES)  # shares
        self._hit_chirps: deque[float] = deque(maxlen=MEMORY_FRAMES)
        self._clipped: deque[float] = deque(maxlen=MEMORY_LOOKS)
        self._noise_db: deque[float] = deque(maxlen=MEMORY_LOOKS)
        self._leakage: deque[Floats] = deque(maxlen=MEMORY_LOOKS)  # (channel,) power
        self._usual_noise_db: float | None = None
        self._usual_leakage: Floats | None = None  # of a second; None where there is no clear one
        self._rolling: deque[bool] = deque(maxlen=MEMORY_LOOKS)
        self._rolls: bool | None = None  # None: nobody says, as of a recording without its truck
        self._frame = self._clean = 0  # the latter in a row, without loss or burst
        self._slow: tuple[str, ...] = ()
        self._noise_words: tuple[str, ...] = ()
        self._ending: tuple[str, ...] = ()
        self._warnings: tuple[str, ...] = ()
        self._outside_ending: tuple[str, ...] = ()
        self._outside_warnings: tuple[str, ...] = ()

    @property
    def healthy(self) -> bool:
        """Whether this radar may still be braked for."""
        return not (self._ending or self._outside_ending)

    @property
    def faults(self) -> tuple[str, ...]:
        """What ends braking, and after it what only warns."""
        return (*self._ending, *self._outside_ending, *self._warnings, *self._outside_warnings)

    @property
    def warns_driver(self) -> bool:
        """Whether what only warns is for the lamp: a film may be wiped off, heat and other radars may not."""
        return bool(self._outside_warnings)

    def hear(self, ending: tuple[str, ...], warnings: tuple[str, ...]) -> None:
        """What is said of this radar by who knows the road and the other radars; holds until said anew."""
        self._outside_ending, self._outside_warnings = ending, warnings

    def note_speed(self, speed_mps: float | None) -> None:
        """How fast the truck drives, before its frame; while it does not, nothing is learned of leakage."""
        self._rolls = speed_mps is not None and speed_mps > ROLLS_MPS

    def update(
        self,
        frame: RadarFrame,
        power: NDArray[np.float32],
        strong: Strong,
        hit: Hit = UNHIT,
    ) -> None:
        """Take in one frame: samples, power summed over the channels, what was found, what was hit."""
        self._frame += 1
        self._lost.append(frame.lost_packets)
        self._hit_samples.append(hit.samples)
        self._hit_chirps.append(hit.chirps)
        self._channels.update(strong, lambda: self._low_channels(self._looked(frame.samples)))
        if self._frame % EVERY == 0:
            self._look(self._looked(frame.samples), power)
        lost, mended = self._received(clean=frame.lost_packets == 0 and hit == UNHIT)
        self._ending = (*self._channels.dead, *lost, *self._slow, *self._channels.swapped)
        self._warnings = (*self._noise_words, *self._gain.faults, *mended, *self._channels.drifted)

    def _look(self, looked: NDArray[np.int16], power: NDArray[np.float32]) -> None:
        """What need not be looked at in every frame."""
        self._clipped.append(_rail_share(looked))
        self._leakage.append(self._leakage_of(looked))
        self._noise_db.append(_noise_db(power))
        self._rolling.append(self._rolls is not False)
        self._gain.update(self._noise_db[-1], float(self._leakage[-1].sum()))
        if self._frame == MEMORY_LOOKS * EVERY:
            self._usual_noise_db = _middle(self._noise_db)
        if self._usual_leakage is None and self._usual_noise_db is not None:
            self._learn_leakage(self._usual_noise_db)
        self._slow = (*self._clipping(), *self._leakage_drop())
        self._noise_words = self._noise()

    def _low_channels(self, looked: NDArray[np.int16]) -> NDArray[np.bool_] | None:
        """(channel,) whose leakage is gone, or whose receiver gives the same number all the time."""
        once = looked[0, 0]
        may_be_stuck = bool((once[:, 0] == once[:, 1]).any())  # few frames need a look at all the numbers
        if self._usual_leakage is None and not may_be_stuck:
            return None
        stuck = np.tile((once == once[:, :1]).all(axis=1), self._turns)
        if self._usual_leakage is None:
            return stuck if bool(stuck.any()) else None
        return np.asarray(stuck | (self._leakage_of(looked) < DEAD * self._usual_leakage))

    def _looked(self, samples: NDArray[np.int16]) -> NDArray[np.int16]:
        """(loop, turn, receiver, 2 sample) of a few loops, evenly over the frame."""
        in_time = samples.reshape(self._loops, self._turns, self._receivers, -1)
        return in_time[:: max(1, self._loops // LOOPS_LOOKED)]

    def _leakage_of(self, looked: NDArray[np.int16]) -> Floats:
        """(channel,) power of what stands still in the first range bins, in units of its noise."""
        mean = looked.sum(axis=0, dtype=np.int32).reshape(self._turns * self._receivers, -1)
        tones = mean.astype(np.float32) @ self._tones
        return np.asarray((tones * tones).sum(axis=1) / (self._tone_noise * len(looked)), dtype=np.float64)

    def _learn_leakage(self, usual_noise_db: float) -> None:
        """A second of steady leakage is what is usual, from a truck that rolled all the while."""
        sums = [float(look.sum()) for look in self._leakage]
        if not all(self._rolling) or max(sums) > 10 ** (STEADY_DB / 10) * min(sums):
            return
        leakage = np.asarray(np.mean(self._leakage, axis=0))
        # The map's noise is that of a sample, summed over the channels, by windows of unit energy.
        sample_noise = 10 ** (usual_noise_db / 10) / len(leakage)
        if bool((leakage / max(sample_noise, 1e-12) > CLEAR_LEAKAGE).all()):
            self._usual_leakage = leakage

    def _received(self, *, clean: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What is lost or spoiled, what could be mended; nobody adds up a second in which all came clean."""
        self._clean = self._clean + 1 if clean else 0
        if self._clean >= MEMORY_FRAMES:
            return (), ()
        return (*self._loss(), *self._interference()), self._mended()

    def _loss(self) -> tuple[str, ...]:
        share = sum(self._lost) / (len(self._lost) * self._packets)
        return (f"{share:.1%} of the packets lost",) if share > MAX_LOST_SHARE else ()

    def _interference(self) -> tuple[str, ...]:
        if sum(self._hit_samples) <= MAX_HIT_SHARE * MEMORY_FRAMES:
            return ()
        chirps = sum(self._hit_chirps) / len(self._hit_chirps)
        return (f"interference: {chirps:.0%} of the chirps hit",)

    def _mended(self) -> tuple[str, ...]:
        """Other radars are told as soon as they are there: who reads the record may want to know."""
        chirps = sum(self._hit_chirps) / MEMORY_FRAMES
        often = sum(share > 0 for share in self._hit_chirps) >= NAMED_FRAMES
        if chirps < NAMED_CHIRPS or not often or self._interference():
            return ()
        return (f"interference: {chirps:.0%} of the chirps hit, all mended",)

    def _clipping(self) -> tuple[str, ...]:
        share = sum(self._clipped) / len(self._clipped)
        return (f"{share:.1%} of the samples clipped",) if share > MAX_CLIPPED_SHARE else ()

    def _leakage_drop(self) -> tuple[str, ...]:
        """Less leakage is less sent or less received; more is somebody standing right before the radar."""
        if self._usual_leakage is None:
            return ()
        change = sum(self._leakage) / (len(self._leakage) * self._usual_leakage)
        change_db = 10 * math.log10(max(_middle(change), 1e-6))
        return (f"leakage changed by {change_db:+.0f} dB",) if change_db < -LEAKAGE_DROP_DB else ()

    def _noise(self) -> tuple[str, ...]:
        if self._usual_noise_db is None:
            return ()
        change_db = _middle(self._noise_db) - self._usual_noise_db
        off = change_db > NOISE_RISE_DB or change_db < -NOISE_DROP_DB
        return (f"noise changed by {change_db:+.0f} dB",) if off else ()


def _middle(values: Iterable[float]) -> float:
    ordered = sorted(values)
    return float(ordered[len(ordered) // 2])


def _rail_share(looked: NDArray[np.int16]) -> float:
    """Of numbers at either end of the converter; a few tell, because strong echoes clip in every chirp."""
    if looked.max() < RAIL and looked.min() > -RAIL:
        return 0.0
    return float(np.count_nonzero(np.abs(looked.astype(np.int32)) >= RAIL)) / looked.size


def _noise_db(power: NDArray[np.float32]) -> float:
    """Lower quartile of cells all over the map: most of them hold noise, whatever the street."""
    dopplers, ranges = power.shape
    some = power[:: max(1, dopplers // CELLS[0]), :: max(1, ranges // CELLS[1])].ravel()
    level = float(np.partition(some, some.size // 4)[some.size // 4])
    return 10 * float(np.log10(max(level, 1e-12)))


def _tones(samples: int) -> tuple[NDArray[np.float32], float]:
    """(2 sample, 2 bin): interleaved I and Q times this are the first range bins, and the noise they get."""
    taper = windows.blackman(samples, sym=False)
    turns = np.outer(np.arange(samples), np.arange(LEAKAGE_BINS)) / samples
    turn = taper[:, None] * np.exp(-2j * np.pi * turns)
    both = np.empty((samples, 2, LEAKAGE_BINS, 2))
    both[:, 0, :, 0], both[:, 0, :, 1] = turn.real, turn.imag
    both[:, 1, :, 0], both[:, 1, :, 1] = -turn.imag, turn.real
    noise = float((taper**2).sum()) * LEAKAGE_BINS
    return both.reshape(2 * samples, 2 * LEAKAGE_BINS).astype(np.float32), noise
