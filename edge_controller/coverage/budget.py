"""The radar equation and what a radar's view is bounded by, for points in truck axes."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_controller.config import Array, Fit, Radar, Radio, Truck
from edge_controller.coverage.zones import Points, TestPoint

BOLTZMANN_J_PER_K = 1.380649e-23
REFERENCE_K = 290.0  # noise figures are stated for it (IEEE)
USABLE_BAND = 0.9  # the receiver's filter cuts the rest of the sampled band
FIRST_BIN = 4  # the transmitter's own leakage fills bins 0 to 3: a Blackman main lobe
MAX_FOLDS = 3  # direction finding tries no fold and one to either side
HALF_POWER = math.sqrt(0.5)  # as an amplitude
TOUCHING_M = 1e-3  # keeps a point on the antenna itself finite
SKIN_M = 0.10  # a radar may sit this deep inside the outline, behind the fascia

Values = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Look:
    """Points as one radar has them, each (point,): sensor axes, elevation up."""

    range_m: Values
    azimuth_rad: Values
    elevation_rad: Values


def look(radar: Radar, points: Points) -> Look:
    """From truck axes to range and angles of the radar."""
    yaw, pitch = radar.yaw_rad, radar.pitch_rad
    boresight = (math.cos(pitch) * math.cos(yaw), math.cos(pitch) * math.sin(yaw), -math.sin(pitch))
    left = (-math.sin(yaw), math.cos(yaw), 0.0)
    up = (math.sin(pitch) * math.cos(yaw), math.sin(pitch) * math.sin(yaw), math.cos(pitch))
    away = points - np.array(radar.position_m)
    # Term by term, not as a matrix product: a mirrored scene then gives the same bits.
    x, y, z = (
        away[:, 0] * axis[0] + away[:, 1] * axis[1] + away[:, 2] * axis[2] for axis in (boresight, left, up)
    )
    distance = np.maximum(np.sqrt(x**2 + y**2 + z**2), TOUCHING_M)
    return Look(distance, np.arctan2(y, x), np.arctan2(z, np.hypot(x, y)))


def pattern_db(angle_rad: Values, half_power_rad: float) -> Values:
    """One-way gain below boresight of an element whose power goes with cos^n."""
    n = math.log(0.5) / math.log(math.cos(half_power_rad))
    return 10 * n * np.log10(np.maximum(np.cos(angle_rad), 1e-6))


def snr_db(fit: Fit, radar: Radar, seen: Look, rcs_dbsm: float) -> Values:
    """After coherent integration over samples, chirps and channels, window and fascia loss included."""
    return of_a_square_metre_db(fit.radio, radar, seen) + rcs_dbsm


def of_a_square_metre_db(radio: Radio, radar: Radar, seen: Look) -> Values:
    """The same of one square metre of cross-section."""
    profile = radar.profile
    gain_dbi = (
        radio.antenna_gain_dbi
        + pattern_db(seen.azimuth_rad, radio.half_power_azimuth_rad)
        + pattern_db(seen.elevation_rad, radio.half_power_elevation_rad)
    )
    received_dbw = (
        (radio.tx_power_dbm - 30)
        + 2 * gain_dbi
        + 20 * math.log10(profile.wavelength_m)
        - 30 * math.log10(4 * math.pi)
        - 40 * np.log10(seen.range_m)
        - radio.fascia_loss_db
        - radio.window_loss_db
    )
    # Complex samples: the noise band is the sample rate.
    noise_dbw = 10 * math.log10(BOLTZMANN_J_PER_K * REFERENCE_K * profile.rate_hz) + radio.noise_figure_db
    summed = profile.samples * profile.loops * len(radar.array.virtual_m)
    return np.asarray(received_dbw - noise_dbw + 10 * math.log10(summed))


def reach_m(radar: Radar) -> float:
    """Farthest usable range: complex samples, so the whole sample rate carries range."""
    return USABLE_BAND * radar.profile.samples * radar.profile.range_bin_m


def first_range_m(radar: Radar) -> float:
    """Nearest range that the leakage leaves alone."""
    return FIRST_BIN * radar.profile.range_bin_m


def max_closing_mps(radar: Radar) -> float:
    """Fastest range rate to either side once folds are told apart by the phases between the transmitters.

    T transmitters in turn tell T folds apart: of two, the slower speed is taken; one alone tells nothing.
    """
    return min(len(radar.array.tx_order), MAX_FOLDS) * radar.max_range_rate_mps


def closing_mps(radar: Radar, point: TestPoint) -> float:
    """Range rate of a test point, to either side."""
    away_x = point.position_m[0] - radar.position_m[0]
    away_y = point.position_m[1] - radar.position_m[1]
    along = point.velocity_mps[0] * away_x + point.velocity_mps[1] * away_y
    return abs(along) / max(math.dist(point.position_m, radar.position_m), TOUCHING_M)


def behind_body(truck: Truck, radar: Radar, points: Points) -> Flags:
    """Whether the line of sight runs through the truck's own box, seen from above."""
    return free_part(truck, radar, points) < 1


def free_part(truck: Truck, radar: Radar, points: Points) -> Values:
    """How much of each line of sight is free before it enters the truck's own box (slab method): 0 to 1."""
    low = np.array([-truck.length_m + SKIN_M, -truck.width_m / 2 + SKIN_M])
    high = np.array([-SKIN_M, truck.width_m / 2 - SKIN_M])
    start = np.array(radar.position_m[:2])
    along = points[:, :2] - start
    along = np.where(along == 0, 1e-12, along)
    one, other = (low - start) / along, (high - start) / along
    enters = np.minimum(one, other).max(axis=1)
    leaves = np.maximum(one, other).min(axis=1)
    meets = (enters < leaves) & (leaves > 0) & (enters < 1)
    return np.where(meets, np.maximum(enters, 0.0), 1.0)


def hindrances(fit: Fit, radar: Radar, points: Points) -> dict[str, Flags]:
    """Why this radar does not see each point, whatever the SNR; all false where it does."""
    seen = look(radar, points)
    return {
        "outside its field of view": np.abs(seen.azimuth_rad) > fit.radio.field_of_view_rad,
        "beyond its reach": seen.range_m > reach_m(radar),
        "nearer than its first range": seen.range_m < first_range_m(radar),
        "behind the truck's own body": behind_body(fit.truck, radar, points),
    }


def visible(fit: Fit, radar: Radar, points: Points) -> Flags:
    """Inside the field of view and the usable range, with nothing of the truck between."""
    return np.asarray(~np.any(list(hindrances(fit, radar, points).values()), axis=0))


def best_snr_db(fit: Fit, points: Points, rcs_dbsm: float) -> Values:
    """Of the radars that see each point; minus infinity where none does."""
    best = np.full(len(points), -np.inf)
    for radar in fit.radars:
        snr = snr_db(fit, radar, look(radar, points), rcs_dbsm)
        best = np.maximum(best, np.where(visible(fit, radar, points), snr, -np.inf))
    return best


def has_two_rows(array: Array) -> bool:
    """Whether the array can tell height."""
    return len({z for _, z in array.virtual_m}) > 1


def beamwidth_rad(radar: Radar) -> float | None:
    """Half-power width at boresight of the longest row, all weighed alike; None for a single column."""
    rows: dict[float, set[float]] = {}
    for y, z in radar.array.virtual_m:
        rows.setdefault(round(z, 6), set()).add(round(y, 6))
    longest = max(len(row) for row in rows.values())
    y_m = np.array(next(sorted(row) for row in rows.values() if len(row) == longest))
    angles = np.linspace(0, math.pi / 2, 9001)
    turns = np.outer(np.sin(angles), y_m) / radar.profile.wavelength_m
    beam = np.abs(np.exp(2j * np.pi * turns).mean(axis=1))
    below = np.flatnonzero(beam < HALF_POWER)
    return 2 * float(angles[below[0]]) if below.size else None
