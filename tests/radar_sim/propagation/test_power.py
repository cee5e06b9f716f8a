"""The radar equation from one metre to sixty, to a tenth of a decibel."""

import math
from pathlib import Path

import numpy as np
import pytest

from radar_sim import no_scatterers
from radar_sim.scene.rcs import aspect_factor
from radar_sim.scene.scatterers import Aspect, Scatterers
from tests.radar_sim.bench import LOOPS, RATE_HZ, SAMPLES, C
from tests.radar_sim.propagation.side import (
    UP_M,
    X_M,
    Y_M,
    fit,
    level_db,
    point,
    signal,
    simulator,
    thing,
    wall,
)

LONG = ("slope_mhz_per_us = 80.0", "slope_mhz_per_us = 20.0")  # a band of 75 m
SLOPE = 20e12
FRAMES = 4


@pytest.fixture(scope="module")
def long_range(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fit(tmp_path_factory.mktemp("long"), LONG)


@pytest.fixture(scope="module")
def noise_power(long_range: Path) -> float:
    """Per sample, mean over several frames of an empty scene."""
    sim = simulator(long_range)
    return float(np.mean([np.mean(np.abs(signal(sim, index=n)) ** 2) for n in range(FRAMES)]))


def test_the_noise_is_the_stated_one(noise_power: float) -> None:
    assert 10 * math.log10(noise_power / 200.0) == pytest.approx(0.0, abs=0.05)


@pytest.mark.parametrize("range_m", [1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 45.0, 60.0])
def test_integrated_snr_follows_the_radar_equation(
    long_range: Path, noise_power: float, range_m: float
) -> None:
    """12 dBm, 10 dBi, 12 dB noise figure, 2 dB loss; a cross section that grows with range keeps clear
    of noise and of clipping."""
    rcs_m2 = 0.05 * range_m**2
    sim = simulator(long_range)
    n = np.arange(SAMPLES)
    tone = np.exp(-2j * math.pi * SLOPE * 2 * range_m / C * n / RATE_HZ)
    post = thing("post", point(X_M, Y_M - range_m, rcs_m2=rcs_m2))
    powers = []
    for index in range(FRAMES):
        lines = (signal(sim, post, index=index) * tone).sum(axis=(0, 2))
        powers.append(np.sum(np.abs(lines) ** 2) / (noise_power * SAMPLES * LOOPS) - len(lines))
    measured = float(np.mean(powers))
    wave_m = C / (76.10e9 + SLOPE * (5.0e-6 + 12.75e-6))
    received_w = 10 ** ((12.0 - 30) / 10) * 100.0 * wave_m**2 * rcs_m2 / ((4 * math.pi) ** 3 * range_m**4)
    received_w /= 10**0.2
    per_sample = received_w / (1.380649e-23 * 290.0 * RATE_HZ * 10**1.2)
    expected = per_sample * SAMPLES * LOOPS * 8
    assert 10 * math.log10(expected) > 40.0
    assert 10 * math.log10(measured / expected) == pytest.approx(0.0, abs=0.1)


def test_a_ghost_of_a_turned_thing_counts_the_geometric_mean_of_both_sides(tmp_path: Path) -> None:
    """A cyclist of one point who faces the wall: from ahead by the image, from abeam directly."""
    sim = simulator(fit(tmp_path))
    heading = -math.pi / 2
    place = (3.0, -2.8)
    facing = Scatterers(
        np.array([[*place, UP_M]]), np.zeros((1, 3)), np.ones(1), np.array([heading]),
        np.array([Aspect.CYCLIST_WENGERTER], np.uint8),
    )  # fmt: skip
    mirror = thing("wall", no_scatterers(), mirrors=(wall(-6.0, from_x_m=0.5, reflection=-1.0),))
    image = (3.0, -9.2)
    direct_m, image_m = (math.hypot(x - X_M, y - Y_M) for x, y in (place, image))
    mixed_m = (direct_m + image_m) / 2
    plain = thing("rider", point(*place))
    gain = [
        level_db(signal(sim, thing("rider", facing), mirror), m) - level_db(signal(sim, plain, mirror), m)
        for m in (mixed_m, image_m)
    ]
    to_radar = np.array([X_M - place[0], Y_M - place[1]]) / direct_m
    to_wall = np.array([X_M - image[0], -(Y_M - image[1])]) / image_m  # the image's view, turned over
    factors = [
        aspect_factor(
            np.array([Aspect.CYCLIST_WENGERTER], np.uint8), np.array([-way[1]]), np.ones(1), np.zeros(1)
        )[0]
        for way in (to_radar, to_wall)
    ]
    assert gain[0] == pytest.approx(5 * math.log10(factors[0] * factors[1]), abs=0.3)
    assert gain[1] == pytest.approx(10 * math.log10(factors[1]), abs=0.3)
    assert abs(10 * math.log10(factors[0] / factors[1])) > 1.0
