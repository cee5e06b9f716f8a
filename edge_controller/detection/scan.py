"""The virtual array as a fan of beams, and the top of a beam between them.

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
EDGES = np.array([EDGE_U, EDGE_V])
STEPS_PER_BEAM = 6  # of the scan: 0.1 dB at most beside the peak, and Newton converges
NEWTON_STEPS = 2  # from the scan; the second one leaves 1e-3 of a beam


@dataclass(frozen=True, slots=True)
class Scan:
    """Wave numbers of the elements, centred, and the grid of sines that the first scan looks at."""

    wave_rad: NDArray[np.float64]  # (channel, axis): phase per unit of sine
    grid: NDArray[np.float64]  # (direction, axis)
    step: float
    sign: float  # of y: scanned from the same end whichever side the fit is mirrored to
    has_azimuth: bool
    has_elevation: bool
    turns: NDArray[np.complex128]  # (axis, channel) exponent of the wave per unit of sine
    steering: NDArray[np.complex64]  # (channel, direction): undoes the phases of a wave from there
    basis: NDArray[np.complex64]  # (channel, term): 1, then first and second derivatives of a beam
    sine_variance: float  # Cramer-Rao bound of the azimuth's sine at an integrated ratio of 1
    rise_variance: float  # and of the elevation's


@lru_cache(maxsize=8)
def scan_of(radar: Radar) -> Scan:
    """The fan of a radar's array at its wavelength."""
    positions = np.asarray(radar.array.virtual_m)
    wave = 2 * math.pi / radar.profile.wavelength_m * (positions - positions.mean(axis=0))
    # Mirrored fits have mirrored antennas and the same samples: same arithmetic, azimuth of the other sign.
    sign = -1.0 if wave[np.argmax(np.abs(wave[:, 0])), 0] > 0 else 1.0
    wave *= (sign, 1.0)
    has_azimuth = bool(np.ptp(wave[:, 0]) > 0)
    # Rows on one slanted line cannot part azimuth from elevation.
    has_elevation = has_azimuth and bool(np.linalg.matrix_rank(wave, tol=1e-6 * np.abs(wave).max()) == 2)
    used = np.ascontiguousarray(wave[:, : 2 if has_elevation else 1])
    steps = math.ceil(EDGE_U * STEPS_PER_BEAM * float(np.ptp(wave[:, 0])) / (2 * math.pi))
    axes = [np.linspace(-EDGE_U, EDGE_U, 2 * steps + 1) if has_azimuth else np.zeros(1)]
    if has_elevation:
        axes.append(np.linspace(-EDGE_V, EDGE_V, 9))
    grid = np.stack([axis.ravel() for axis in np.meshgrid(*axes, indexing="ij")], axis=1)
    terms = [np.ones((len(used), 1)), 1j * used, -used * used]
    if has_elevation:
        terms.append(-used[:, :1] * used[:, 1:])
    bounds = _sine_variances(used) if has_azimuth else [math.inf]
    return Scan(
        wave_rad=used,
        grid=grid,
        step=EDGE_U / max(steps, 1),
        sign=sign,
        has_azimuth=has_azimuth,
        has_elevation=has_elevation,
        turns=1j * used.T,
        steering=np.exp(1j * used @ grid.T).astype(np.complex64),
        basis=np.hstack(terms).astype(np.complex64),
        sine_variance=bounds[0],
        rise_variance=bounds[-1] if has_elevation else math.inf,
    )


def _sine_variances(wave: NDArray[np.float64]) -> list[float]:
    """One tone of unknown amplitude and phase: J = 2 snr_channel K^T K, K centred."""
    bounds: list[float] = np.diagonal(np.linalg.inv(2 * wave.T @ wave / len(wave))).tolist()
    return bounds


def motion_between_transmitters(fold_hz: NDArray[np.float64], radar: Radar) -> NDArray[np.complex64]:
    """(..., channel) phase that Doppler adds because transmitter n fires n chirps later."""
    phase = fold_hz[..., None] * _delay_phase_s(radar)
    return np.asarray(np.exp(phase), dtype=np.complex64)


@lru_cache(maxsize=8)
def _delay_phase_s(radar: Radar) -> NDArray[np.complex128]:
    """(channel,) exponent that each hertz of Doppler adds."""
    return np.asarray(2j * np.pi * delays_s(radar), dtype=np.complex128)


def delays_s(radar: Radar) -> NDArray[np.float64]:
    """(channel,) how much later each one's transmitter fires than the first."""
    turn = np.arange(len(radar.array.tx_order)) * radar.profile.chirp_s
    return np.repeat(turn, len(radar.array.rx_m))


def tops(
    channels: NDArray[np.complex64], sines: NDArray[np.float64], scan: Scan
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(peak, axis) sines at the top of each (peak, channel)'s beam, from a grid point, and its power.

    Newton's method on |beam|^2; it leads no further than to the next grid point.
    """
    edge = EDGES[: sines.shape[1]]
    lowest, highest = np.maximum(sines - scan.step, -edge), np.minimum(sines + scan.step, edge)
    for _ in range(NEWTON_STEPS if scan.has_azimuth else 1):
        steered = channels * np.exp(sines @ scan.turns).astype(np.complex64)
        terms = (steered @ scan.basis).astype(np.complex128)
        if not scan.has_azimuth:
            return sines, np.abs(terms[:, 0]) ** 2
        height, slope, bend, cross = _parabola(terms, sines.shape[1])
        moved = np.minimum(np.maximum(sines + _to_top(slope, bend, cross), lowest), highest)
        step = moved - sines
        gained = step * (2 * slope + bend * step)
        height = height + gained[:, 0]
        if cross is not None:
            height = height + gained[:, 1] + 2 * cross * step[:, 0] * step[:, 1]
        sines = moved
    return sines, height


def _parabola(
    terms: NDArray[np.complex128], axes: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64] | None]:
    """|beam|^2, half its gradient and half its second derivatives: per axis, and across both."""
    products, first = (terms[:, :1].conj() * terms).real, terms[:, 1 : 1 + axes]
    height, slope = products[:, 0], products[:, 1 : 1 + axes]
    bend = first.real**2 + first.imag**2 + products[:, 1 + axes : 1 + 2 * axes]
    if axes == 1:
        return height, slope, bend, None
    return height, slope, bend, (first[:, 0].conj() * first[:, 1]).real + products[:, 5]


def _to_top(
    slope: NDArray[np.float64], bend: NDArray[np.float64], cross: NDArray[np.float64] | None
) -> NDArray[np.float64]:
    """Newton's step; on a saddle a long one uphill."""
    bend = np.minimum(bend, -1e-30)
    if cross is None:
        return -slope / bend
    both = bend[:, 0] * bend[:, 1]
    cross = np.where(cross**2 < 0.9 * both, cross, 0.0)
    u = cross * slope[:, 1] - bend[:, 1] * slope[:, 0]
    v = cross * slope[:, 0] - bend[:, 0] * slope[:, 1]
    return np.stack([u, v], axis=1) / (both - cross**2)[:, None]


def angles(sines: NDArray[np.float64], scan: Scan) -> tuple[NDArray[np.float64], NDArray[np.float64] | None]:
    """Azimuth and elevation of (u, v) = (sin az cos el, sin el)."""
    if not scan.has_elevation:
        return scan.sign * np.arcsin(sines[:, 0]), None
    elevation = np.arcsin(sines[:, 1])
    return scan.sign * np.arcsin(np.clip(sines[:, 0] / np.cos(elevation), -1, 1)), elevation
