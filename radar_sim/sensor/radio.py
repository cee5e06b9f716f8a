"""The link in physical units: received power, noise power, element pattern, and the fixed receiver gain."""

import math

import numpy as np

from radar_sim.fit import Profile, Radio
from radar_sim.scene.scatterers import Floats
from radar_sim.sensor.sensor import REFERENCE_K

BOLTZMANN_J_PER_K = 1.380649e-23
NOISE_LSB = 10.0  # r.m.s. of thermal noise in I and in Q: far above quantisation, 70 dB below full scale


def noise_w(profile: Profile, radio: Radio) -> float:
    """Thermal noise power kTB*F; complex sampling takes in a band as wide as the rate."""
    return BOLTZMANN_J_PER_K * REFERENCE_K * profile.rate_hz * 10 ** (radio.noise_figure_db / 10)


def lsb_per_root_w(profile: Profile, radio: Radio) -> float:
    """The receiver gain: fixed so that noise alone is NOISE_LSB in I and in Q."""
    return NOISE_LSB / math.sqrt(noise_w(profile, radio) / 2)


def reach_w(profile: Profile, radio: Radio) -> float:
    """Of the radar equation what no direction and no target changes: P G^2 lambda^2 / ((4 pi)^3 L), W m^2."""
    gain = 10 ** (radio.antenna_gain_dbi / 10)
    power_w = 1e-3 * 10 ** ((radio.tx_power_dbm - radio.fascia_loss_db) / 10)
    return float(power_w * gain**2 * profile.wavelength_m**2 / (4 * math.pi) ** 3)


def pattern(sensor_m: Floats, radio: Radio) -> Floats:
    """One-way power pattern of an element, 1 on boresight: cos^n of azimuth times cos^m of elevation.

    n and m put the half-power angles where the fit says; nothing is radiated backwards.
    """
    x, y, _ = sensor_m
    cos_azimuth = np.maximum(x, 0.0) / np.sqrt(x * x + y * y)
    gain: Floats = cos_azimuth ** _exponent(radio.half_power_azimuth_rad) * elevation_pattern(sensor_m, radio)
    return gain


def elevation_pattern(sensor_m: Floats, radio: Radio) -> Floats:
    """The part of it that follows elevation."""
    x, y, z = sensor_m
    level2 = x * x + y * y
    cos_elevation = np.sqrt(level2 / (level2 + z * z))
    gain: Floats = cos_elevation ** _exponent(radio.half_power_elevation_rad)
    return gain


def _exponent(half_power_rad: float) -> float:
    return math.log(0.5) / math.log(math.cos(half_power_rad))
