"""Paths nobody could hear are not worth their taps."""

import math

import numpy as np

from radar_sim.fit import Profile
from radar_sim.paths import Antennas, Ends, Paths
from radar_sim.scene.scatterers import Floats
from radar_sim.sensor.radio import NOISE_LSB

SHARE_OF_NOISE = 1e-5  # in amplitude: -100 dB
NEARER = 4.0  # a path may grow by this factor within a frame: half as far, out and back


def audible(paths: Paths, antennas: Antennas, profile: Profile) -> Paths:
    """Without the paths that together, all in phase, stay below -100 dB of a whole frame's noise added up.

    Coherent addition of N samples raises a tone over the noise by sqrt(N) in amplitude, no processing by
    more. So each of n paths may have SHARE_OF_NOISE * noise / (n sqrt(N)): 5e-10 LSB for 500 paths and
    384 x 4 x 256 samples.
    """
    added = antennas.rx_m.shape[0] * antennas.rx_m.shape[1] * profile.samples
    least = SHARE_OF_NOISE * NOISE_LSB * math.sqrt(2) / (max(1, len(paths.cycles)) * math.sqrt(added))
    ways = _distance(paths.out, antennas.tx_m[0, 0]) * _distance(paths.back, antennas.rx_m[0, 0])
    level = np.abs(paths.sent).max(axis=(0, 1)) * np.abs(paths.heard).max(axis=(0, 1))
    keep = NEARER * level > least * ways
    if keep.all():
        return paths
    out = paths.out.chosen(keep)
    back = out if paths.back is paths.out else paths.back.chosen(keep)
    return Paths(out, back, paths.sent[..., keep], paths.heard[..., keep], paths.cycles[keep])


def _distance(ends: Ends, from_m: Floats) -> Floats:
    x, y, z = (ends.position_m - from_m).T
    distance: Floats = np.sqrt(x * x + y * y + z * z)
    return distance
