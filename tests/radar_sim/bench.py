"""A radar bench: the demo fit's numbers typed again, one reflector in front, and plain transforms."""

import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import edge_controller
from radar_sim import RadarSimulator, Scatterers, Scene, TruckPose

DEMO = Path(edge_controller.__file__).parent / "fits" / "demo.toml"
TIPPER = DEMO.with_name("tipper.toml")

C = 299_792_458.0
RATE_HZ = 10e6
SAMPLES = 256
LOOPS = 64
CHIRP_S = 35.6e-6
NO_SLIP_X_M = -7.125
# name: (position, yaw, slope, tx y and z in mm)
CORNER = ((-0.25, -1.30, 1.05), math.radians(-140), 35e12, ((0.0, 0.0), (7.76, 0.0)))
FRONT = ((0.05, 0.40, 0.70), math.radians(-8), 80e12, ((0.0, 0.0), (7.76, 0.0)))
RADARS = {"corner": CORNER, "front": FRONT}
RX_Y_MM = (0.0, 1.94, 3.88, 5.82)

STANDING = TruckPose(0.0, 0.0, 0.0, 0.0, 0.0, NO_SLIP_X_M)


def centre_hz(slope: float) -> float:
    """Start 76.10 GHz, samples from 5.0 us to 30.6 us of the ramp."""
    return 76.10e9 + slope * (5.0e-6 + 12.75e-6)


def plain(seed: int = 1, fit: Path = DEMO) -> RadarSimulator:
    """Radars exactly as in the fit, in an empty world."""
    return RadarSimulator(fit, seed, with_leakage=False, with_own_body=False)


def at(
    name: str, range_m: float, azimuth_deg: float, rate_mps: float = 0.0, rcs_m2: float = 1.0
) -> Scatterers:
    """One reflector at the radar's height, moving along the line of sight, truck at the world's origin."""
    (x_m, y_m, z_m), yaw_rad, _, _ = RADARS[name]
    bearing = yaw_rad + math.radians(azimuth_deg)
    sight = np.array([math.cos(bearing), math.sin(bearing), 0.0])
    return Scatterers(
        np.array([[x_m, y_m, z_m]]) + range_m * sight, (rate_mps * sight)[None], np.array([rcs_m2])
    )


def samples(sim: RadarSimulator, name: str, scene: Scene, index: int = 0) -> NDArray[np.complex128]:
    """Complex samples (loop, tx, rx, sample)."""
    words = sim.frame(name, index, scene).samples.astype(np.float64)
    return (words[..., 0] + 1j * words[..., 1]).reshape(LOOPS, -1, 4, SAMPLES)


def peak(signal: NDArray[np.complex128], axis: int, pad: int = 16) -> float:
    """Place of the strongest line in cycles per element, -0.5 to 0.5; power summed over the other axes."""
    count = signal.shape[axis] * pad
    window = np.hanning(signal.shape[axis]).reshape([-1 if n == axis else 1 for n in range(signal.ndim)])
    power = np.abs(np.fft.fft(signal * window, count, axis=axis)) ** 2
    line = int(np.argmax(power.sum(axis=tuple(n for n in range(signal.ndim) if n != axis))))
    return (line + count // 2) % count / count - 0.5
