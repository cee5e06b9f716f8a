"""Phases across the virtual array -> velocity fold and direction.

An element further along +y is nearer to a target at positive azimuth: its phase is -2 pi y sin(az) / lambda.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from edge_controller.config import Radar

EDGE_U = 0.985  # sine of 80 degrees: beyond it lines of half a wavelength are ambiguous
EDGE_V = 0.4  # sine of the elevation, 23 degrees: elements see far less than that
STEPS_PER_BEAM = 6  # of the first scan: 0.1 dB at most beside the peak, and Newton converges
NEWTON_STEPS = 4
AZIMUTH_FLOOR_RAD = math.radians(0.3)  # what calibration leaves, whatever the signal
UNKNOWN_SIGMA_RAD = 1.0  # of an azimuth that says nothing
# Two reflectors in one cell imitate a fold: their beams split just as a wrong fold splits one. So a fold has
# to win clearly and to look like a single plane wave; "none" has not.
FOLD_LEAD = 10 ** (0.5 / 10)
FOLD_COHERENCE = 0.85  # 10 degrees of channel phase leave 0.97


@dataclass(frozen=True, slots=True)
class Directions:
    """Per peak: the fold, how sure, and where it stands. All (peak,) but `channels` (peak, channel)."""

    doppler_hz: NDArray[np.float64]  # unfolded
    fold_margin_db: NDArray[np.float64]
    azimuth_rad: NDArray[np.float64]
    azimuth_sigma_rad: NDArray[np.float64]
    elevation_rad: NDArray[np.float64] | None
    channels: NDArray[np.complex64]  # freed of what the target moved between the transmitters
    whole: NDArray[np.bool_]  # one plane wave explains the cell


@dataclass(frozen=True, slots=True)
class Scan:
    """Wave numbers of the elements, centred, and the grid of sines that the first scan looks at."""

    wave_rad: NDArray[np.float64]  # (channel, axis): phase per unit of sine
    grid: NDArray[np.float64]  # (direction, axis)
    step: float
    sign: float  # of y: scanned from the same end whichever side the fit is mirrored to
    has_azimuth: bool
    has_elevation: bool


@lru_cache(maxsize=8)
def scan_of(radar: Radar) -> Scan:
    positions = np.asarray(radar.array.virtual_m)
    wave = 2 * math.pi / radar.profile.wavelength_m * (positions - positions.mean(axis=0))
    # Mirrored fits have mirrored antennas and the same samples: same arithmetic, azimuth of the other sign.
    sign = -1.0 if wave[np.argmax(np.abs(wave[:, 0])), 0] > 0 else 1.0
    wave *= (sign, 1.0)
    has_azimuth = bool(np.ptp(wave[:, 0]) > 0)
    # Rows on one slanted line cannot part azimuth from elevation.
    has_elevation = has_azimuth and bool(np.linalg.matrix_rank(wave, tol=1e-6 * np.abs(wave).max()) == 2)
    used = wave[:, : 2 if has_elevation else 1]
    steps = math.ceil(EDGE_U * STEPS_PER_BEAM * float(np.ptp(wave[:, 0])) / (2 * math.pi))
    axes = [np.linspace(-EDGE_U, EDGE_U, 2 * steps + 1) if has_azimuth else np.zeros(1)]
    if has_elevation:
        axes.append(np.linspace(-EDGE_V, EDGE_V, 9))
    grid = np.stack([axis.ravel() for axis in np.meshgrid(*axes, indexing="ij")], axis=1)
    return Scan(used, grid, EDGE_U / max(steps, 1), sign, has_azimuth, has_elevation)


def directions(
    channels: NDArray[np.complex64],
    doppler_hz: NDArray[np.float64],
    snr: NDArray[np.float64],
    sines: NDArray[np.float64],
    radar: Radar,
) -> Directions:
    """Direction of each peak from its (peak, channel) spectrum values; `snr` is integrated, linear.

    A cell that one plane wave explains has that wave's fold and direction. A cell that several share
    has no fold to be told, and its direction is the top of the beam at `sines`.
    """
    scan = scan_of(radar)
    folds = _folds(doppler_hz, len(radar.array.tx_order))
    fold_hz = doppler_hz + folds / radar.repetition_s  # (hypothesis, peak)
    freed = channels * np.conj(motion_between_transmitters(fold_hz, radar))
    beams = np.abs(freed @ np.exp(1j * scan.wave_rad @ scan.grid.T).astype(np.complex64)) ** 2
    chosen, margin_db = _best_fold(beams.max(axis=2), freed[0], snr)
    peak = np.arange(doppler_hz.size)
    highest = beams.argmax(axis=2)
    whole = _coherence(beams.max(axis=2), freed[0], snr)[chosen, peak] >= FOLD_COHERENCE
    beside = np.abs(scan.grid[None, :, 0] - sines[:, None]) > scan.step / 2
    in_beam = np.where(beside, np.float32(-1), beams[0]).argmax(axis=1)
    chosen = np.where(whole, chosen, 0)
    own = freed[chosen, peak]
    top = _newton(own, scan.grid[np.where(whole, highest[chosen, peak], in_beam)], scan)
    azimuth, elevation = _angles(top, scan)
    return Directions(
        doppler_hz=fold_hz[chosen, peak],
        fold_margin_db=margin_db,
        azimuth_rad=azimuth,
        azimuth_sigma_rad=_azimuth_sigma_rad(azimuth, snr, scan),
        elevation_rad=elevation,
        channels=own.astype(np.complex64),
        whole=whole,
    )


def _folds(doppler_hz: NDArray[np.float64], transmitters: int) -> NDArray[np.float64]:
    """(hypothesis, peak) whole folds that TDM phases can tell apart.

    With T transmitters folds T apart look alike. Two transmitters know "folded" from "not folded" only,
    and of +1 and -1 the slower one is taken; one transmitter knows nothing.
    """
    none = np.zeros_like(doppler_hz)
    if transmitters == 1:
        return none[None]
    if transmitters == 2:
        return np.stack([none, np.where(doppler_hz > 0, -1.0, 1.0)])
    return np.stack([none, none - 1, none + 1])


def motion_between_transmitters(fold_hz: NDArray[np.float64], radar: Radar) -> NDArray[np.complex64]:
    """(hypothesis, peak, channel) phase that Doppler adds because transmitter n fires n chirps later."""
    turn = np.arange(len(radar.array.tx_order)) * radar.profile.chirp_s
    delay_s = np.repeat(turn, len(radar.array.rx_m))
    return np.asarray(np.exp(2j * np.pi * fold_hz[..., None] * delay_s), dtype=np.complex64)


def _best_fold(
    height: NDArray[np.float32], channels: NDArray[np.complex64], snr: NDArray[np.float64]
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Hypothesis per peak, and by how many decibels its beam beats the next (0 where it does not)."""
    if height.shape[0] == 1:
        return np.zeros(height.shape[1], np.intp), np.zeros(height.shape[1])
    credible = np.where(_coherence(height, channels, snr) >= FOLD_COHERENCE, height, np.float32(0))
    credible[0] = height[0] * np.float32(FOLD_LEAD)
    chosen = credible.argmax(axis=0)
    own = np.take_along_axis(height, chosen[None], axis=0)[0]
    others = height.copy()
    np.put_along_axis(others, chosen[None], 0.0, axis=0)
    ratio = own.astype(np.float64) / others.max(axis=0)
    return chosen, np.maximum(10 * np.log10(ratio), 0.0)


def _coherence(
    height: NDArray[np.float32], channels: NDArray[np.complex64], snr: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Share of a cell's power, less noise, that one plane wave explains: 1 for a single reflector."""
    count = channels.shape[1]
    noise = 1 / (1 + snr / count)  # share of the cell
    explained = height / (count * np.sum(np.abs(channels) ** 2, axis=1))
    return np.asarray((explained - noise / count) / np.maximum(1 - noise, 1e-12))


def _newton(channels: NDArray[np.complex64], sines: NDArray[np.float64], scan: Scan) -> NDArray[np.float64]:
    """(peak, axis) sines at the top of each peak's beam, from the nearest grid point."""
    if not scan.has_azimuth:
        return sines
    start = sines
    for _ in range(NEWTON_STEPS):
        steered = channels * np.exp(1j * sines @ scan.wave_rad.T)
        beam = steered.sum(axis=1)
        slope = 1j * steered @ scan.wave_rad  # (peak, axis)
        bend = -np.einsum("pc,ca,cb->pab", steered, scan.wave_rad, scan.wave_rad)
        gradient = 2 * (np.conj(beam)[:, None] * slope).real
        hessian = (
            2 * (slope[:, :, None] * np.conj(slope)[:, None, :] + np.conj(beam)[:, None, None] * bend).real
        )
        # A grid point on a saddle has no downward bend: step along the gradient's sign there.
        scale = np.abs(np.trace(hessian, axis1=1, axis2=2))[:, None, None] + 1e-30
        safe = hessian - 1e-6 * scale * np.eye(hessian.shape[1])
        move = -np.linalg.solve(safe, gradient[..., None])[..., 0]
        sines = start + np.clip(sines + move - start, -scan.step, scan.step)
    limits = np.array([EDGE_U, EDGE_V])[: sines.shape[1]]
    return np.clip(sines, -limits, limits)


def _angles(sines: NDArray[np.float64], scan: Scan) -> tuple[NDArray[np.float64], NDArray[np.float64] | None]:
    """Azimuth and elevation of (u, v) = (sin az cos el, sin el)."""
    if not scan.has_elevation:
        return scan.sign * np.arcsin(sines[:, 0]), None
    elevation = np.arcsin(sines[:, 1])
    return scan.sign * np.arcsin(np.clip(sines[:, 0] / np.cos(elevation), -1, 1)), elevation


def _azimuth_sigma_rad(
    azimuth: NDArray[np.float64], snr: NDArray[np.float64], scan: Scan
) -> NDArray[np.float64]:
    """Cramer-Rao bound of the array for one tone of unknown phase, over the cosine, and the floor."""
    if not scan.has_azimuth:
        return np.full(azimuth.shape, UNKNOWN_SIGMA_RAD)
    per_channel = snr / scan.wave_rad.shape[0]
    unit = np.linalg.inv(2 * scan.wave_rad.T @ scan.wave_rad)[0, 0]
    bound = np.sqrt(unit / np.maximum(per_channel, 1e-12)) / np.maximum(np.cos(azimuth), 0.1)
    return np.asarray(np.minimum(np.hypot(bound, AZIMUTH_FLOOR_RAD), UNKNOWN_SIGMA_RAD))
