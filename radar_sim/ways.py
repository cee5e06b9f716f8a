"""How long each path is, and what its length does to it: rain dims it, the IF filter weighs its beat."""

from dataclasses import dataclass, replace

import numpy as np

from radar_sim.fit import SPEED_OF_LIGHT_MPS, Profile
from radar_sim.paths import Antennas, Ends, Paths
from radar_sim.scene.scatterers import Floats
from radar_sim.sensor.if_filter import IfFilter
from radar_sim.world.rain import attenuation_db_per_km
from radar_sim.world.world import World


@dataclass(frozen=True, slots=True)
class Ways:
    """Out and back together, of the first antennas, between the first and the last chirp."""

    length_m: Floats  # (n,), mean
    rate_mps: Floats  # (n,)

    @property
    def delay_s(self) -> Floats:
        """How long each echo takes."""
        delay: Floats = self.length_m / SPEED_OF_LIGHT_MPS
        return delay


def ways_of(paths: Paths, antennas: Antennas, times_s: Floats) -> Ways:
    """Lengths for effects that change slowly with them."""
    first, last = (
        _way(paths.out, antennas.tx_m[n, 0], float(times_s[n]))
        + _way(paths.back, antennas.rx_m[n, 0], float(times_s[n]))
        for n in (0, -1)
    )
    span_s = float(times_s[-1] - times_s[0])
    return Ways((first + last) / 2, (last - first) / (span_s or 1.0))


def _way(ends: Ends, antenna_m: Floats, t_s: float) -> Floats:
    way = ends.velocity_mps + t_s * (ends.acceleration_mps2 / 2 + t_s * ends.jerk_mps3 / 6)
    x, y, z = (ends.position_m + t_s * way - antenna_m).T
    distance: Floats = np.sqrt(x * x + y * y + z * z)
    return distance


def dimmed(paths: Paths, ways: Ways, world: World) -> Paths:
    """By rain on the whole way, and by water on the radome."""
    loss_db = attenuation_db_per_km(world.rain_mm_per_h) * ways.length_m / 1000 + world.radome_film_db
    return replace(paths, sent=(paths.sent * 10 ** (-loss_db / 20)).astype(np.float32))


def filtered(paths: Paths, ways: Ways, filter_: IfFilter, profile: Profile) -> Paths:
    """Each path weighed and turned by what the filter does at its beat, Doppler included."""
    beat_hz = profile.slope_hz_per_s * ways.delay_s + ways.rate_mps / profile.wavelength_m
    gain = filter_.response(beat_hz)
    return replace(
        paths,
        sent=(paths.sent * np.abs(gain)).astype(np.float32),
        cycles=paths.cycles + np.angle(gain) / (2 * np.pi),
    )
