"""How the transmitters share the chirps: one after the other, by code, or by Doppler band.

A frame has loops x transmitters chirps in any case, so that its timing is the same. By code and by band all
transmitters send in each chirp, each as strongly as it would alone.
"""

import numpy as np
from numpy.typing import NDArray

from radar_sim.errors import SceneError
from radar_sim.fit import Radar
from radar_sim.sensor.sensor import Sensor

Code = NDArray[np.complex64]


def code_of(radar: Radar, sensor: Sensor) -> Code:
    """(chirp, tx): 0 silent, else a unit phasor."""
    if sensor.modulation == "bpm":
        return binary_phase(radar)
    if sensor.modulation == "ddm":
        return doppler_division(radar, sensor.empty_bands)
    return time_division(radar)


def time_division(radar: Radar) -> Code:
    """One after the other."""
    return np.tile(np.eye(len(radar.tx_m), dtype=np.complex64), (radar.profile.loops, 1))


def binary_phase(radar: Radar) -> Code:
    """Each transmitter has a column of a Hadamard matrix for its signs; the matrix repeats (Sylvester)."""
    transmitters = len(radar.tx_m)
    signs = np.ones((1, 1), dtype=np.complex64)
    while len(signs) < transmitters:
        signs = np.block([[signs, signs], [signs, -signs]]).astype(np.complex64)
    if radar.chirps % len(signs):
        raise SceneError(
            f"radar {radar.name}: {radar.chirps} chirps are no whole number of codes of {len(signs)} for bpm"
        )
    return np.tile(signs[:, :transmitters], (radar.chirps // len(signs), 1))


def doppler_division(radar: Radar, empty: int) -> Code:
    """Transmitter m turns by m / (transmitters + empty) of a circle from chirp to chirp."""
    transmitters = len(radar.tx_m)
    cycles = np.outer(np.arange(radar.chirps), np.arange(transmitters)) / (transmitters + empty)
    code: Code = np.exp(2j * np.pi * (cycles - np.floor(cycles))).astype(np.complex64)
    return code
