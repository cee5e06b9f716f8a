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
from radar_sim.paths import Ends, Paths, join
from radar_sim.propagation.view import View
from radar_sim.scene.scatterers import Floats
from radar_sim.sensor.antenna import gains
from radar_sim.sensor.radio import NOISE_LSB, lsb_per_root_w, reach_w

LEAST_DB = -20.0  # a path this far below the noise, all samples of the frame added up, is left out

NO_MIRROR = -1  # below all numbers, so that these ways come first
EVERY = slice(None)

Numbers = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Leg:
    """Ways to n points, by their apparent ends: that of an image for a reflected one."""

    by: Numbers  # which mirror, the road being one more, or NO_MIRROR: of a glint it is the end
    point: Numbers  # which point it leads to, rising for each mirror
    ends: Ends
    rcs_m2: Floats
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


def lit(leg: Leg, at_m: Floats, view: View) -> Lit:
    """A leg whose ends lie at `at_m` (axis, 2, n) in sensor axes at the first and the last chirp."""
    both = gains(at_m.reshape(3, -1), view.radar, view.fit.radio, view.sensor)
    gives, takes = (gain.reshape(len(gain), *at_m.shape[1:]).swapaxes(0, 1) for gain in both)
    return Lit(leg, gives, takes)


def unit_lsb_m(view: View) -> float:
    """Amplitude at 1 m of 1 m2 on boresight: LSB m^2 per root of a cross section."""
    profile, radio = view.radar.profile, view.fit.radio
    return math.sqrt(reach_w(profile, radio)) * lsb_per_root_w(profile, radio)


def least_lsb(view: View) -> float:
    """Amplitude per sample below which a path is left out."""
    samples = view.radar.profile.samples * view.radar.chirps * len(view.radar.rx_m)
    return float(NOISE_LSB * math.sqrt(2 / samples) * 10 ** (LEAST_DB / 20))


def all_ways(direct: Lit, glints: Sequence[Lit], reflected: Sequence[Lit], view: View) -> Paths:
    """Paths back as they went, then what reflections add, mirror by mirror.

    Out direct and back by it and the reverse, where the point is seen directly too, then by it both ways.
    """
    ways = _together([direct, *glints, *reflected])
    if not reflected:
        return between(ways, EVERY, EVERY, view)
    by, point = ways.leg.by, ways.leg.point
    alone = np.arange(len(point))
    number = np.full(point.max(initial=-1) + 1, -1)
    number[direct.leg.point] = np.arange(len(direct.leg.point))
    too = np.flatnonzero((by != NO_MIRROR) & (number[point] >= 0))
    seen = number[point[too]]
    out, back = np.concatenate([seen, too, alone]), np.concatenate([too, seen, alone])
    order = np.argsort(np.concatenate([by[too], by[too], by]), kind="stable")
    return between(ways, out[order], back[order], view)


def between(ways: Lit, out: Numbers | slice, back: Numbers | slice, view: View) -> Paths:
    """Paths out by some of the ways and back by others that lead to the same.

    Seen from two sides, a cross section counts as the geometric mean of both.
    """
    leg = ways.leg
    number = np.arange(len(leg.point))
    seen_m2 = leg.rcs_m2[out] * np.sqrt(leg.facing[out] * leg.facing[back])
    strength = unit_lsb_m(view) * np.sqrt(seen_m2) * leg.amplitude[..., out] * leg.amplitude[..., back]
    sent, heard = ways.gives.take(number[out], -1) * strength[..., None, :], ways.takes.take(number[back], -1)
    length_m = leg.length_m[out] + leg.length_m[back]
    level = sent.max(axis=(0, 1)) * heard.max(axis=(0, 1)) / (leg.length_m[out] * leg.length_m[back])
    beat_hz = view.radar.profile.slope_hz_per_s * length_m / SPEED_OF_LIGHT_MPS
    kept = (level > least_lsb(view)) & (beat_hz < view.radar.profile.rate_hz)
    there = leg.ends.chosen(number[out][kept])
    return Paths(
        there,
        there if back is out else leg.ends.chosen(number[back][kept]),
        sent[..., kept].astype(np.float32),
        heard[..., kept].astype(np.float32),
        (leg.cycles[out] + leg.cycles[back])[kept],
    )


def _together(parts: Sequence[Lit]) -> Lit:
    """All ways as one leg."""
    if len(parts) == 1:
        return parts[0]
    legs = [part.leg for part in parts]
    amplitude = [np.broadcast_to(leg.amplitude, (2, len(leg.point))) for leg in legs]
    leg = Leg(
        np.concatenate([leg.by for leg in legs]),
        np.concatenate([leg.point for leg in legs]),
        join([leg.ends for leg in legs]),
        np.concatenate([leg.rcs_m2 for leg in legs]),
        np.concatenate([leg.length_m for leg in legs]),
        np.concatenate(amplitude, axis=1),
        np.concatenate([leg.cycles for leg in legs]),
        np.concatenate([leg.facing for leg in legs]),
    )
    gives = np.concatenate([part.gives for part in parts], axis=2)
    return Lit(leg, gives, np.concatenate([part.takes for part in parts], axis=2))
