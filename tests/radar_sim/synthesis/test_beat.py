"""The fast sum and the tone of a chirp against the plain definition."""

import numpy as np
import pytest

from radar_sim.echo import beat, chirp_times_s
from radar_sim.fit import Radar, load_fit
from radar_sim.geometry import Mount
from radar_sim.moving import antennas
from radar_sim.paths import Ends, Paths, Sending
from radar_sim.scene import TruckPose
from radar_sim.sending import time_division
from radar_sim.tones import sum_of_tones
from tests.radar_sim.bench import CHIRP_S, DEMO, C


@pytest.mark.parametrize("samples", [16, 100, 256])
@pytest.mark.parametrize("tones", [0, 1, 100])
def test_the_fast_sum_is_the_plain_sum(samples: int, tones: int) -> None:
    rng = np.random.default_rng(1)
    amplitude = rng.uniform(0, 1000, (24, tones))
    cycles = rng.uniform(0, 20_000, (24, tones))
    step = rng.uniform(-0.5, 1.0, (24, tones))
    n = np.arange(samples)
    angles = 2 * np.pi * np.mod(cycles[:, :, None] + step[:, :, None] * n, 1.0)
    exact = (amplitude[:, :, None] * np.exp(1j * angles)).sum(axis=1)
    fast = sum_of_tones(amplitude, cycles, step, samples)
    assert fast.shape == (24, samples)
    assert np.linalg.norm(fast - exact) <= 1e-9 * np.linalg.norm(exact)


def by_definition(radar: Radar, position_m: np.ndarray, velocity_mps: np.ndarray) -> np.ndarray:
    """exp(2 pi j (f0 tau + S tau t - S tau^2 / 2)) while points move within the chirp."""
    start, slope = 76.10e9, radar.profile.slope_hz_per_s
    t = 5.0e-6 + np.arange(256) / 10e6
    out = np.zeros((128, 4, 256), dtype=np.complex128)
    for chirp in range(128):
        when = chirp * CHIRP_S + 4.0e-6 + t
        for point, speed in zip(position_m, velocity_mps, strict=True):
            way = point[:, None] + speed[:, None] * when
            tx_y, tx_z = radar.tx_m[chirp % 2]
            sent = np.sqrt(way[0] ** 2 + (way[1] - tx_y) ** 2 + (way[2] - tx_z) ** 2)
            for rx, (rx_y, rx_z) in enumerate(radar.rx_m):
                tau = (sent + np.sqrt(way[0] ** 2 + (way[1] - rx_y) ** 2 + (way[2] - rx_z) ** 2)) / C
                cycles = np.mod(start * tau + slope * tau * t - slope * tau**2 / 2, 1)
                received = np.sqrt((way[1] - rx_y) ** 2 + way[0] ** 2 + (way[2] - rx_z) ** 2)
                out[chirp, rx] += np.exp(2j * np.pi * cycles) / (sent * received)
    return out


@pytest.mark.parametrize(("speed_mps", "error"), [(0.0, 1e-6), (11.0, 3e-3)])
def test_the_beat_is_the_definition_also_while_points_move(speed_mps: float, error: float) -> None:
    radar = load_fit(DEMO).radars[0]
    rng = np.random.default_rng(2)
    position_m = np.array([[4.0, 1.0, 0.2], [9.0, -3.0, -0.4], [30.0, 5.0, 0.0]])
    velocity_mps = speed_mps * rng.uniform(-1, 1, (3, 3))
    flat = np.zeros(position_m.shape)
    ends = Ends(position_m, velocity_mps, flat, flat)
    level = np.ones((2, 1, 3), dtype=np.float32)
    times_s = chirp_times_s(radar)
    mount = Mount((0.0, 0.0, 0.0), 0.0, 0.0)
    places = antennas(radar, mount, TruckPose(0.0, 0.0, 0.0, 0.0, 0.0, 0.0), times_s)
    paths = Paths(ends, ends, np.tile(level, (1, 2, 1)), np.tile(level, (1, 4, 1)), np.zeros(3))
    sending = Sending(time_division(radar), np.ones((2, 4), dtype=np.complex64))
    made = beat(paths, places, sending, radar.profile, times_s)
    exact = by_definition(radar, position_m, velocity_mps)
    assert np.linalg.norm(made - exact) <= error * np.linalg.norm(exact)
