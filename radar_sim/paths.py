"""What the synthesis adds up: ways from the transmitters to something and back, with their strength.

One path may go out to a point and come back from its mirror image: the two ends then differ.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from radar_sim.errors import SceneError
from radar_sim.scene.scatterers import Floats

Singles = NDArray[np.float32]
Signal = NDArray[np.complex64]  # (chirp, rx, sample) in LSB


def _refuse_unless_finite(holder: object, names: Iterable[str]) -> None:
    for name in names:
        if not np.isfinite(getattr(holder, name)).all():
            raise SceneError(f"paths: {name} has a value that is not a finite number")


@dataclass(frozen=True, slots=True)
class Ends:
    """Where one leg of each path ends, world axes; a cubic of the time since the scene's instant."""

    position_m: Floats  # (n, 3)
    velocity_mps: Floats  # (n, 3)
    acceleration_mps2: Floats  # (n, 3)
    jerk_mps3: Floats  # (n, 3)

    def __post_init__(self) -> None:
        _refuse_unless_finite(self, self.__slots__)

    def chosen(self, which: NDArray[np.bool_] | NDArray[np.intp]) -> "Ends":
        """Some of them, by mask or by number."""
        return _of_checked(lambda name: getattr(self, name)[which])


def join(parts: Sequence[Ends]) -> Ends:
    """Several groups as one, in the order given."""
    return _of_checked(lambda name: np.concatenate([getattr(part, name) for part in parts]))


def _of_checked(column: Callable[[str], Floats]) -> Ends:
    """Ends that were checked when they were made need no second look."""
    ends = object.__new__(Ends)
    for name in Ends.__slots__:
        object.__setattr__(ends, name, column(name))
    return ends


@dataclass(frozen=True, slots=True)
class Paths:
    """All paths of one frame.

    The amplitude of a path in a chirp is sent[tx] * heard[rx] / (range out * range back), in LSB; `sent` and
    `heard` are given at the first and the last chirp and lie on a straight line between. They hold cross
    section, patterns, losses and the receiver's gain, so that their product has the unit LSB m^2.
    """

    out: Ends
    back: Ends
    sent: Singles  # (2, tx, n)
    heard: Singles  # (2, rx, n)
    cycles: Floats  # (n,), phase of reflections on the way, added to that of the delay

    def __post_init__(self) -> None:
        _refuse_unless_finite(self, ("sent", "heard", "cycles"))


@dataclass(frozen=True, slots=True)
class Antennas:
    """Antennas that move with the truck, world axes, at the middle of each chirp's samples."""

    tx_m: Floats  # (chirp, tx, 3)
    tx_mps: Floats
    rx_m: Floats  # (chirp, rx, 3)
    rx_mps: Floats


@dataclass(frozen=True, slots=True)
class Sending:
    """Which transmitter sends in which chirp, and how the channels truly differ."""

    code: NDArray[np.complex64]  # (chirp, tx): 0 silent, 1 or a unit phasor sending
    channel: NDArray[np.complex64]  # (tx, rx): gain and phase of each channel, 1 where it is as it should be
    level: Singles = field(init=False)  # (chirp, tx, rx) amplitude of both together
    turn_cycles: Floats = field(init=False)  # and phase

    def __post_init__(self) -> None:
        weight = self.code[:, :, None] * self.channel
        object.__setattr__(self, "level", np.abs(weight))
        object.__setattr__(self, "turn_cycles", np.angle(weight.astype(np.complex128)) / (2 * np.pi))
