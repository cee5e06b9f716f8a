"""What each antenna gives to and takes from a direction."""

import numpy as np

from radar_sim.fit import Radar, Radio
from radar_sim.radio import pattern
from radar_sim.scatterers import Floats


def tx_gain(sensor_m: Floats, radar: Radar, radio: Radio) -> Floats:
    """Amplitude each transmitter sends towards points (axis, n) in sensor axes, of boresight: (tx, n)."""
    return np.broadcast_to(np.sqrt(pattern(sensor_m, radio)), (len(radar.tx_m), sensor_m.shape[1]))


def rx_gain(sensor_m: Floats, radar: Radar, radio: Radio) -> Floats:
    """Amplitude each receiver takes from points (axis, n) in sensor axes, of boresight: (rx, n)."""
    return np.broadcast_to(np.sqrt(pattern(sensor_m, radio)), (len(radar.rx_m), sensor_m.shape[1]))
