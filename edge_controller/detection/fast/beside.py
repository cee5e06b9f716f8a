"""`beside_own` compiled: the same cells by the same rules as `detection.beside`, one cell at a time."""

import math
from functools import lru_cache

import numpy as np
from numba import njit
from numpy.typing import NDArray

from edge_controller.config import SPEED_OF_LIGHT_MPS, Radar
from edge_controller.detection import beside
from edge_controller.detection.beams import significant
from edge_controller.detection.beside import (
    DOPPLERS,
    FIRST_BIN,
    KNOWN,
    LEFT_OF_WAVE,
    ONE_WAVE,
    OWN_BEAM,
    SMOOTHED,
    Cells,
    Complex,
    Floats,
    Own,
)
from edge_controller.detection.direction import AZIMUTH_FLOOR_RAD, UNKNOWN_SIGMA_RAD
from edge_controller.detection.fast.peaks import parabola
from edge_controller.detection.fold import FOLD_PRIOR, MAX_MARGIN_DB
from edge_controller.detection.scan import delays_s
from edge_controller.detection.shadow import OVERSAMPLING, SHADOW_MARGIN, envelope
from edge_controller.detection.spectrum import doppler_window, range_window

EDGE = int(DOPPLERS[-1])
SURE = significant(1)
Singles = NDArray[np.float32]
Array = tuple[NDArray[np.complex64], NDArray[np.complex64], Floats, Floats, Floats]
Facts = tuple[float, ...]
Plan = tuple[Cells, tuple[float, float], Array, tuple[Singles, Singles], Facts]


@lru_cache(maxsize=8)
def plan_of(radar: Radar) -> Plan:
    """What one radar needs, made once, in the order in which the compiled call takes it."""
    plan, profile = beside.plan_of(radar), radar.profile
    array = (
        plan.fan.steering,
        plan.fan.undo_motion,
        plan.fan.sines,
        np.ascontiguousarray(plan.scan.wave_rad[:, 0]),
        delays_s(radar),
    )
    lobes = envelope(doppler_window, profile.loops), envelope(range_window, profile.samples)
    facts = (
        plan.beam,
        plan.scan.step,
        plan.scan.sign,
        plan.scan.sine_variance,
        radar.dwell_s,
        profile.rate_hz / profile.samples,
        SPEED_OF_LIGHT_MPS / (2 * profile.slope_hz_per_s),
        SPEED_OF_LIGHT_MPS / 2,
        profile.centre_hz,
        1 / radar.repetition_s,
        float(len(radar.array.tx_order)),
    )
    return plan.bins, (plan.factor, plan.median), array, lobes, facts


def beside_own(
    cube: Complex, power: Singles, own: Own, found: Floats, radar: Radar
) -> tuple[Floats, Complex, Cells]:
    """As `detection.beside.beside_own`; the cube may have more cells in a row than the map."""
    met: tuple[Floats, Complex, Cells] = cells_beside(
        (cube, power), (own.directions, own.sine), found, plan_of(radar)
    )
    return met


@njit(cache=True, error_model="numpy")
def cells_beside(maps, own, found, plan):  # type: ignore[no-untyped-def]
    """Rows, channels and bins of what one wave explains and nobody found."""
    cube, power = maps
    bins, limits, array, tables, facts = plan
    noise = noise_of(power, bins, limits[1])
    energy = energies(cube, bins, own, len(power))
    tops = tops_of(energy, noise, limits[0])
    lobes = lobes_of(found, own[1], bins.size, facts)
    rows = np.full((len(tops), 7), np.nan)
    channels = np.empty((len(tops), len(cube)), np.complex64)
    met = np.empty(len(tops), np.intp)
    count = 0
    for k, d in tops:
        place = between(energy, k, d, noise[k])
        doppler_bin, range_bin = d - EDGE + place[0], bins[k] + place[1]
        here = channels[count]
        doppler = (d - EDGE) % len(power)
        left_of(cube, bins[k], doppler, own[0][k], array[1], here)
        beam, seen, kept, below, above = best_beam(here, own[0][k], array, doppler)
        whole = 0.0
        for c in range(here.size):
            whole += here[c].real ** 2 + here[c].imag ** 2
        if not (kept > LEFT_OF_WAVE and abs(array[2][beam] - own[1][k]) > OWN_BEAM * facts[0]):
            continue
        if not (seen > SURE * noise[k] and seen > ONE_WAVE * whole):
            continue
        snr = max(seen / noise[k] - 1, 1.0)
        deviation = math.sqrt(facts[3] / (snr * kept))
        if not deviation < KNOWN * facts[0]:
            continue
        place = doppler_bin, range_bin, array[2][beam]
        cast = shadow(place, lobes, tables, OWN_BEAM * facts[0], power.shape)
        if not seen > SHADOW_MARGIN * noise[k] * cast:
            continue
        sine = array[2][beam] + parabola(below, math.log(seen), above) * facts[1]
        sine = min(max(sine, -1.0), 1.0)
        put_row(rows[count], (doppler_bin, range_bin, sine), (snr, deviation), facts)
        rows[count, 5] = margin_db(here, sine, doppler_bin / facts[4], noise[k], array, facts)
        met[count] = k
        count += 1
    return rows[:count], channels[:count], met[:count]


@njit(cache=True, error_model="numpy")
def noise_of(power, bins, median):  # type: ignore[no-untyped-def]
    """(bin,) of one channel, as `beside.noise_of`."""
    dopplers, half = len(power), SMOOTHED // 2
    first, last = dopplers // 4, 3 * dopplers // 4
    usual, column = np.empty(bins.size), np.empty((last - first + 1) // 2)
    for k in range(bins.size):
        for n in range(column.size):
            column[n] = power[first + 2 * n, bins[k]]
        usual[k] = np.median(column) / median
    level = np.zeros(bins.size)
    for k in range(bins.size):
        for aside in range(-half, half + 1):
            level[k] += usual[min(max(k + aside, 0), bins.size - 1)] / SMOOTHED
    return level


@njit(cache=True, error_model="numpy")
def energies(cube, bins, own, dopplers):  # type: ignore[no-untyped-def]
    """(bin, Doppler) what is left after the projection, 0 in bins without one."""
    directions, sine = own
    energy = np.zeros((bins.size, 2 * EDGE + 1), np.float32)
    for k in range(bins.size):
        if np.isnan(sine[k]):
            continue
        for d in range(2 * EDGE + 1):
            doppler = (d - EDGE) % dopplers
            first, second = shares(cube, bins[k], doppler, directions[k])
            for c in range(len(cube)):
                left = cube[c, doppler, bins[k]]
                left -= first * directions[k, c, 0] + second * directions[k, c, 1]
                energy[k, d] += left.real**2 + left.imag**2
    return energy


@njit(cache=True, error_model="numpy")
def shares(cube, rng, doppler, directions):  # type: ignore[no-untyped-def]
    """How much of a cell comes from either direction."""
    first, second = np.complex64(0), np.complex64(0)
    for c in range(len(cube)):
        first += cube[c, doppler, rng] * directions[c, 0].conjugate()
        second += cube[c, doppler, rng] * directions[c, 1].conjugate()
    return first, second


@njit(cache=True, error_model="numpy")
def left_of(cube, rng, doppler, directions, undo_motion, out):  # type: ignore[no-untyped-def]
    """Channels of a cell after the projection, freed of what moved between the transmitters."""
    first, second = shares(cube, rng, doppler, directions)
    for c in range(out.size):
        left = cube[c, doppler, rng] - (first * directions[c, 0] + second * directions[c, 1])
        out[c] = left * undo_motion[doppler, c]


@njit(cache=True, error_model="numpy")
def tops_of(energy, noise, factor):  # type: ignore[no-untyped-def]
    """Cells over the noise that no neighbour exceeds; the edges are neighbours only."""
    tops = [(0, 0) for _ in range(0)]
    for k in range(1, len(energy) - 1):
        for d in range(1, energy.shape[1] - 1):
            here = energy[k, d]
            if not here > factor * noise[k]:
                continue
            top = True
            for along in range(-1, 2):
                for across in range(-1, 2):
                    there = energy[k + along, d + across]
                    later = along > 0 or (along == 0 and across >= 0)
                    top &= here > there or (here == there and later)
            if top:
                tops.append((k, d))
    return tops


@njit(cache=True, error_model="numpy")
def between(energy, k, d, noise):  # type: ignore[no-untyped-def]
    """Offsets in Doppler and range to the top between the cells."""
    least = 0.1 * noise
    top = math.log(max(energy[k, d], least))
    doppler = parabola(math.log(max(energy[k, d - 1], least)), top, math.log(max(energy[k, d + 1], least)))
    rng = parabola(math.log(max(energy[k - 1, d], least)), top, math.log(max(energy[k + 1, d], least)))
    return doppler, rng


@njit(cache=True, error_model="numpy")
def best_beam(channels, directions, array, doppler):  # type: ignore[no-untyped-def]
    """The beam with the most power by what the projection leaves of it: which, power, share left, beside."""
    steering, undo_motion = array[0], array[1]
    count = steering.shape[1]
    seen, kept = np.empty(count), np.empty(count)
    for b in range(count):
        total, first, second = np.complex64(0), np.complex64(0), np.complex64(0)
        for c in range(channels.size):
            total += channels[c] * steering[c, b]
            turned = steering[c, b] * undo_motion[doppler, c]
            first += turned * directions[c, 0]
            second += turned * directions[c, 1]
        kept[b] = 1 - (first.real**2 + first.imag**2) - (second.real**2 + second.imag**2)
        seen[b] = (total.real**2 + total.imag**2) / max(kept[b], LEFT_OF_WAVE)
    beam = int(np.argmax(seen))
    below, above = seen[max(beam - 1, 0)], seen[min(beam + 1, count - 1)]
    return beam, seen[beam], kept[beam], math.log(max(below, 1e-30)), math.log(max(above, 1e-30))


@njit(cache=True, error_model="numpy")
def lobes_of(found, own_sine, bins, facts):  # type: ignore[no-untyped-def]
    """(found, 5) Doppler bin, range bin, power over noise, sine, and 1 for the flank's own echoes."""
    beam, sign, dwell_s, bin_hz, m_per_hz, half_c, centre_hz = (
        facts[0], facts[2], facts[4], facts[5], facts[6], facts[7], facts[8],
    )  # fmt: skip
    lobes = np.empty((len(found), 5))
    for n in range(len(found)):
        beat_hz = found[n, 0] / m_per_hz
        doppler_hz = found[n, 1] * (centre_hz - beat_hz) / half_c
        lobes[n, 0] = doppler_hz * dwell_s
        lobes[n, 1] = (beat_hz + doppler_hz) / bin_hz
        k = int(np.rint(min(max(lobes[n, 1] - FIRST_BIN, 0.0), bins - 1.0)))
        lobes[n, 2], lobes[n, 3] = 10 ** (found[n, 4] / 10), sign * math.sin(found[n, 2])
        lobes[n, 4] = abs(lobes[n, 3] - own_sine[k]) < beam and abs(lobes[n, 0]) < 1
    return lobes


@njit(cache=True, error_model="numpy")
def shadow(place, lobes, tables, beam, shape):  # type: ignore[no-untyped-def]
    """The most that the lobes of one can put there, over the noise of a channel."""
    doppler_bin, range_bin, sine = place
    most = 0.0
    for n in range(len(lobes)):
        if lobes[n, 4] and abs(sine - lobes[n, 3]) > beam:
            continue
        cast = lobes[n, 2]
        for axis in range(2):
            at = doppler_bin if axis == 0 else range_bin
            apart = abs(at - lobes[n, axis]) % shape[axis]
            apart = min(apart, shape[axis] - apart)
            cast *= tables[axis][int(max(OVERSAMPLING * (apart - 1), 0.0))]
        most = max(most, cast)
    return most


@njit(cache=True, error_model="numpy")
def put_row(row, place, levels, facts):  # type: ignore[no-untyped-def]
    """Range, range rate, azimuth, its deviation and the signal-to-noise ratio."""
    doppler_bin, range_bin, sine = place
    snr, deviation = levels
    _, _, sign, _, dwell_s, bin_hz, m_per_hz, half_c, centre_hz, _, _ = facts
    doppler_hz, beat_hz = doppler_bin / dwell_s, range_bin * bin_hz
    row[0] = m_per_hz * (beat_hz - doppler_hz)
    row[1] = doppler_hz * half_c / (centre_hz - beat_hz)
    row[2] = sign * math.asin(sine)
    sigma = deviation / max(math.cos(row[2]), 0.1)
    row[3] = min(math.hypot(sigma, AZIMUTH_FLOOR_RAD), UNKNOWN_SIGMA_RAD)
    row[4] = 10 * math.log10(snr)


@njit(cache=True, error_model="numpy")
def margin_db(channels, sine, doppler_hz, noise, array, facts):  # type: ignore[no-untyped-def]
    """Odds that it is as slow as it seems: what `fold.best_fold` makes of the wave's power by each fold."""
    wave, delays = array[3], array[4]
    fold_hz, turns = facts[9], int(facts[10])
    if turns == 1:
        return 0.0
    folds = (0.0, -fold_hz if doppler_hz > 0 else fold_hz, -fold_hz, fold_hz)
    evidence = np.empty(2 if turns == 2 else 3)
    for n in range(evidence.size):
        hz = folds[n] if turns == 2 else (0.0, folds[2], folds[3])[n]
        total = 0j
        for c in range(channels.size):
            phase = sine * wave[c] - 2 * math.pi * hz * delays[c]
            total += channels[c] * complex(math.cos(phase), math.sin(phase))
        evidence[n] = (total.real**2 + total.imag**2) / channels.size / noise - (FOLD_PRIOR if n else 0.0)
    chosen, against = np.argmax(evidence), 0.0
    for n in range(evidence.size):
        if n != chosen:
            against += math.exp(evidence[n] - evidence[chosen])
    return min(max(-10 / math.log(10) * math.log(against + 1e-300), 0.0), MAX_MARGIN_DB)
