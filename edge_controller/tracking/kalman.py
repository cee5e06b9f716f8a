"""Constant-velocity extended Kalman filter for a batch of tracks, state (x, y, vx, vy) over ground.

Bar-Shalom, Li, Kirubarajan, Estimation with Applications to Tracking and Navigation, 6.2.2 and 10.3.
"""

from dataclasses import dataclass

import numpy as np

from edge_controller.tracking.odometry import Floats, Mount

PROCESS_NOISE_M2PS3 = 0.04  # riders: 0.03 calm, 0.09 lively
RANGE_SIGMA_M = 0.15  # spread and slow wander of an extended reflector's centre
CROSS_SIGMA_M = 0.15
TRUSTED_SIGMAS = 2.0
LIMBS_SIGMA_M = 0.4
LIMBS_DOPPLER_SIGMA_MPS = 100.0
MISALIGNMENT_RAD = np.deg2rad(0.3)
DOPPLER_SIGMA_MPS = 0.15
# Reflections come from the side that faces the radar: the centre of a bicycle lies behind them.
NEAR_SIDE_ABEAM_M = 0.03
NEAR_SIDE_END_ON_M = 0.20


@dataclass(frozen=True, slots=True)
class Measured:
    """Centre of one track's detections in one frame, row by row."""

    range_m: Floats
    bearing_rad: Floats  # ground frame
    range_rate_mps: Floats  # relative to the radar
    cross_sigma_m: Floats
    limbs: np.ndarray  # rows of wheels and legs only: they say where he is, not how fast


def predict(mean: Floats, covariance: Floats, dt_s: float) -> tuple[Floats, Floats]:
    """Move (n, 4) means and (n, 4, 4) covariances on by `dt_s`."""
    move = np.eye(4)
    move[0, 2] = move[1, 3] = dt_s
    q = PROCESS_NOISE_M2PS3
    noise = np.zeros((4, 4))
    for axis in (0, 1):
        noise[axis, axis] = q * dt_s**3 / 3
        noise[axis, axis + 2] = noise[axis + 2, axis] = q * dt_s**2 / 2
        noise[axis + 2, axis + 2] = q * dt_s
    return mean @ move.T, move @ covariance @ move.T + noise


def update(
    mean: Floats, covariance: Floats, measured: Measured, mount: Mount, bicycle: np.ndarray
) -> tuple[Floats, Floats]:
    """Correct with range, bearing and Doppler; `bicycle` marks the rows with a bicycle's extent."""
    relative = mean[:, :2] - mount.position_m
    range_m = np.maximum(np.hypot(relative[:, 0], relative[:, 1]), 0.1)
    sight = relative / range_m[:, None]
    across = sight[:, ::-1] * (-1.0, 1.0)
    closing = mean[:, 2:] - mount.velocity_mps

    jacobian = np.zeros((len(mean), 3, 4))
    jacobian[:, 0, :2] = sight
    jacobian[:, 1, :2] = across / range_m[:, None]
    # The range rate turns with the line of sight: across-speed over range.
    jacobian[:, 2, :2] = across * (_dot(closing, across) / range_m)[:, None]
    jacobian[:, 2, 2:] = sight

    bearing_rad = np.arctan2(relative[:, 1], relative[:, 0])
    innovation = np.empty((len(mean), 3))
    innovation[:, 0] = measured.range_m - (range_m - _near_side_m(mean[:, 2:], sight, bicycle))
    innovation[:, 1] = _wrapped(measured.bearing_rad - bearing_rad)
    innovation[:, 2] = measured.range_rate_mps - _dot(closing, sight)
    noise = np.zeros((len(mean), 3, 3))
    spread_m2 = np.where(measured.limbs, LIMBS_SIGMA_M**2, 0.0)
    across_m2 = CROSS_SIGMA_M**2 + measured.cross_sigma_m**2 + spread_m2
    noise[:, 0, 0] = RANGE_SIGMA_M**2 + spread_m2
    noise[:, 1, 1] = across_m2 / range_m**2 + MISALIGNMENT_RAD**2
    noise[:, 2, 2] = np.where(measured.limbs, LIMBS_DOPPLER_SIGMA_MPS, DOPPLER_SIGMA_MPS) ** 2

    noise[:, 2, 2] *= _distrust(innovation[:, 2], jacobian[:, 2], covariance, noise[:, 2, 2])
    seen = jacobian @ covariance
    spread = seen @ jacobian.swapaxes(1, 2) + noise
    gain = np.linalg.solve(spread, seen).swapaxes(1, 2)
    mean = mean + (gain @ innovation[:, :, None])[:, :, 0]
    # Joseph form: stays symmetric and positive.
    rest = np.eye(4) - gain @ jacobian
    covariance = rest @ covariance @ rest.swapaxes(1, 2) + gain @ noise @ gain.swapaxes(1, 2)
    return mean, covariance


def correct(
    mean: Floats, covariance: Floats, first: int, measured: Floats, known: Floats
) -> tuple[Floats, Floats]:
    """Correct one track, (4,) and (4, 4), by its place (`first` 0) or velocity (2) known to (2, 2)."""
    two = slice(first, first + 2)
    gain = np.linalg.solve(covariance[two, two] + known, covariance[two]).T
    rest = np.eye(4)
    rest[:, two] -= gain
    mean = mean + gain @ (measured - mean[two])
    return mean, rest @ covariance @ rest.T + gain @ known @ gain.T


def _distrust(innovation_mps: Floats, row: Floats, covariance: Floats, noise: Floats) -> Floats:
    """By how much to raise the noise of a Doppler that does not fit: it is a wheel's, nobody speeds up so."""
    expected = np.einsum("ni,nij,nj->n", row, covariance, row) + noise
    off_sigmas = np.abs(innovation_mps) / np.sqrt(expected)
    raised: Floats = np.maximum(off_sigmas / TRUSTED_SIGMAS, 1.0) ** 4
    return raised


def _near_side_m(velocity_mps: Floats, sight: Floats, bicycle: np.ndarray) -> Floats:
    """How far the reflections lie before the centre, by aspect."""
    speed_mps = np.maximum(np.hypot(velocity_mps[:, 0], velocity_mps[:, 1]), 1e-6)
    end_on = np.abs(_dot(velocity_mps, sight)) / speed_mps
    depth_m = NEAR_SIDE_ABEAM_M + (NEAR_SIDE_END_ON_M - NEAR_SIDE_ABEAM_M) * end_on
    return np.where(bicycle, depth_m, 0.0)


def _dot(one: Floats, other: Floats) -> Floats:
    """Row by row, (n, 2)."""
    return one[:, 0] * other[:, 0] + one[:, 1] * other[:, 1]


def _wrapped(angle_rad: Floats) -> Floats:
    """Into -pi..pi, odd in its argument so that a mirrored world stays the exact mirror."""
    return angle_rad - 2 * np.pi * np.round(angle_rad / (2 * np.pi))
