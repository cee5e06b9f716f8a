"""Ways between the radar and points, and the paths that two of them make.

The radar equation stands here: what reaches a receiver is set by the cross section, the two ways, and what
the antennas give and take in the direction each of them leaves and arrives.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from radar_sim.fit import SPEED_OF_LIGHT_MPS
from radar_sim.paths import Ends, Paths
from radar_sim.propagation.view import View
from radar_sim.scene.scatterers import Floats
from radar_sim.sensor.antenna import gains
from radar_sim.sensor.radio import NOISE_LSB, lsb_per_root_w, reach_w

LEAST_DB = -20.0  # a path this far below the noise, all samples of the frame added up, is left out

Numbers = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Leg:
    """One way to each of n points, by its apparent end: that of an image for a reflected one."""

    point: Numbers  # which point it leads to, rising
    ends: Ends
    length_m: Floats  # in the middle of the frame
    amplitude: Floats  # (n,), or (2, n) at the first and last chirp: what boxes and reflections leave
    cycles: Floats  # phase of reflections
    facing: Floats  # what the side seen makes of the cross section


@dataclass(frozen=True, slots=True)
class Lit:
    """A leg and the antennas' part in it."""

    leg: Leg
    gives: Floats  # (2, tx, n) at the first and last chirp: amplitude sent into its direction, of boresight
    takes: Floats  # (2, rx, n)

    def chosen(self, which: NDArray[np.bool_] | Numbers) -> "Lit":
        """Some of the ways, by mask or by number."""
        leg = self.leg
        some = Leg(
            leg.point[which],
            ends_of(leg.ends, which),
            leg.length_m[which],
            leg.amplitude[..., which],
            leg.cycles[which],
            leg.facing[which],
        )
        return Lit(some, self.gives[..., which], self.takes[..., which])


def lit(leg: Leg, at_m: Sequence[Floats], view: View) -> Lit:
    """A leg whose ends lie at `at_m` (axis, n) in sensor axes at the first and the last chirp."""
    radio = view.fit.radio
    both = [gains(sensor_m, view.radar, radio, view.sensor) for sensor_m in at_m]
    return Lit(leg, np.stack([sent for sent, _ in both]), np.stack([taken for _, taken in both]))


def ends_of(ends: Ends, which: NDArray[np.bool_] | Numbers) -> Ends:
    """Some ends, by mask or by number; the same object where a mask takes all."""
    if which.dtype == bool and which.all():
        return ends
    return Ends(*(getattr(ends, name)[which] for name in Ends.__slots__))


def unit_lsb_m(view: View) -> float:
    """Amplitude at 1 m of 1 m2 on boresight: LSB m^2 per root of a cross section."""
    profile, radio = view.radar.profile, view.fit.radio
    return math.sqrt(reach_w(profile, radio)) * lsb_per_root_w(profile, radio)


def least_lsb(view: View) -> float:
    """Amplitude per sample below which a path is left out."""
    samples = view.radar.profile.samples * view.radar.chirps * len(view.radar.rx_m)
    return float(NOISE_LSB * math.sqrt(2 / samples) * 10 ** (LEAST_DB / 20))


def between(out: Lit, back: Lit, rcs_m2: Floats, view: View) -> Paths:
    """Paths out by one leg and back by the other to the same points (n,) of these cross sections.

    Seen from two sides, a cross section counts as the geometric mean of both.
    """
    there, home = out.leg, back.leg
    seen_m2 = rcs_m2 * np.sqrt(there.facing * home.facing)
    strength = unit_lsb_m(view) * np.sqrt(seen_m2) * there.amplitude * home.amplitude
    sent, heard = out.gives * strength[..., None, :], back.takes
    level = sent.max(axis=(0, 1)) * heard.max(axis=(0, 1)) / (there.length_m * home.length_m)
    beat_hz = view.radar.profile.slope_hz_per_s * (there.length_m + home.length_m) / SPEED_OF_LIGHT_MPS
    kept = (level > least_lsb(view)) & (beat_hz < view.radar.profile.rate_hz)
    there_ends = ends_of(there.ends, kept)
    return Paths(
        there_ends,
        there_ends if back is out else ends_of(home.ends, kept),
        sent[..., kept].astype(np.float32),
        heard[..., kept].astype(np.float32),
        (there.cycles + home.cycles)[kept],
    )


def all_ways(direct: Lit, other: Lit, rcs_m2: Floats, view: View) -> list[Paths]:
    """What one reflection adds: out direct and back by it, the reverse, and by it both ways.

    `rcs_m2` is of all points; the first two exist only where the point is seen directly too.
    """
    number = np.full(len(rcs_m2), -1)
    number[direct.leg.point] = np.arange(len(direct.leg.point))
    direct_of = number[other.leg.point]
    seen, reflected = direct.chosen(direct_of[direct_of >= 0]), other.chosen(direct_of >= 0)
    mixed_m2 = rcs_m2[reflected.leg.point]
    return [
        between(seen, reflected, mixed_m2, view),
        between(reflected, seen, mixed_m2, view),
        between(other, other, rcs_m2[other.leg.point], view),
    ]


def join(parts: Sequence[Paths]) -> Paths:
    """All paths as one; where every one comes back as it went, the two sides stay the same object."""
    if len(parts) == 1:
        return parts[0]
    out = _joined([part.out for part in parts])
    is_one_way = all(part.back is part.out for part in parts)
    return Paths(
        out,
        out if is_one_way else _joined([part.back for part in parts]),
        np.concatenate([part.sent for part in parts], axis=2),
        np.concatenate([part.heard for part in parts], axis=2),
        np.concatenate([part.cycles for part in parts]),
    )


def _joined(sides: Sequence[Ends]) -> Ends:
    return Ends(*(np.concatenate([getattr(ends, name) for ends in sides]) for name in Ends.__slots__))
