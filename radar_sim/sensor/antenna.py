"""What each antenna gives to and takes from a direction."""

from collections.abc import Iterable

import numpy as np

from radar_sim.fit import Radar, Radio
from radar_sim.scene.scatterers import Floats
from radar_sim.sensor.radio import elevation_pattern, pattern
from radar_sim.sensor.sensor import CLEAN, Film, Sensor


def gains(sensor_m: Floats, radar: Radar, radio: Radio, sensor: Sensor = CLEAN) -> tuple[Floats, Floats]:
    """Amplitude each transmitter sends towards points (axis, n) in sensor axes, and each receiver takes.

    Of boresight, (tx, n) and (rx, n).
    """
    element = _element(sensor_m, radio, sensor)
    table = None if sensor.patterns is None else sensor.patterns.tx_db
    gain = _gain(element, sensor_m, sensor, table, len(radar.tx_m))
    sent = _behind_films(gain, sensor_m, sensor, [(film, film.tx) for film in sensor.films])
    return sent, _taken(element, sensor_m, radar, sensor)


def rx_gain(sensor_m: Floats, radar: Radar, radio: Radio, sensor: Sensor = CLEAN) -> Floats:
    """Amplitude each receiver takes from points (axis, n) in sensor axes, of boresight: (rx, n)."""
    return _taken(_element(sensor_m, radio, sensor), sensor_m, radar, sensor)


def _taken(element: Floats, sensor_m: Floats, radar: Radar, sensor: Sensor) -> Floats:
    table = None if sensor.patterns is None else sensor.patterns.rx_db
    gain = _gain(element, sensor_m, sensor, table, len(radar.rx_m))
    return _behind_films(gain, sensor_m, sensor, [(film, film.rx) for film in sensor.films])


def _element(sensor_m: Floats, radio: Radio, sensor: Sensor) -> Floats:
    """What all antennas have in common, (n,): the pattern, or that of elevation where each has a table."""
    common: Floats = np.sqrt((pattern if sensor.patterns is None else elevation_pattern)(sensor_m, radio))
    return common


def _gain(element: Floats, sensor_m: Floats, sensor: Sensor, table: Floats | None, count: int) -> Floats:
    if table is None or sensor.patterns is None:
        return np.broadcast_to(element, (count, len(element)))
    azimuth_deg = _azimuth_deg(sensor_m, sensor)
    gain_db = np.stack([np.interp(azimuth_deg, sensor.patterns.azimuth_deg, row) for row in table])
    gain: Floats = 10 ** (gain_db / 20) * element * (sensor_m[0] > 0)
    return gain


def _behind_films(
    gain: Floats, sensor_m: Floats, sensor: Sensor, films: Iterable[tuple[Film, tuple[int, ...] | None]]
) -> Floats:
    """One way: half of each film's loss, in decibels."""
    for film, covered in films:
        azimuth_deg = _azimuth_deg(sensor_m, sensor)
        low, high = film.sector_deg
        inside = (azimuth_deg >= low) & (azimuth_deg <= high)
        is_covered = np.array([covered is None or n in covered for n in range(len(gain))])
        gain = gain * np.where(is_covered[:, None] & inside, 10 ** (-film.two_way_db / 40), 1.0)
    return gain


def _azimuth_deg(sensor_m: Floats, sensor: Sensor) -> Floats:
    """As the tables are written: for a near side on the right."""
    azimuth: Floats = sensor.mirror * np.degrees(np.arctan2(sensor_m[1], sensor_m[0]))
    return azimuth
