"""The road as a mirror: Fresnel's factor, the fading of two rays, and the separate range cells near by."""

import cmath
import math
from pathlib import Path

import numpy as np
import pytest

from radar_sim import Road, SceneError, Thing, World, no_scatterers
from radar_sim.propagation import trace
from radar_sim.propagation.bounce import reflection
from radar_sim.scene.bodies import Box
from tests.radar_sim.bench import RATE_HZ, SAMPLES, C
from tests.radar_sim.propagation.side import (
    LAMBDA_M,
    UP_M,
    X_M,
    Y_M,
    fit,
    level_db,
    peak_range_m,
    point,
    scene,
    signal,
    simulator,
    thing,
    view,
)

ASPHALT = (3.2 - 0.1j, 5.0 - 0.3j)
# Grazing in degrees: bands of the magnitude over these two, horizontal and vertical.
BANDS = {
    3: ((0.93, 0.95), (0.77, 0.80)),
    5: ((0.89, 0.92), (0.64, 0.68)),
    10: ((0.79, 0.84), (0.40, 0.46)),
    20: ((0.63, 0.71), (0.09, 0.16)),
    30: ((0.52, 0.61), (0.01, 0.10)),
}
ROUGH = {3: (1.00, 0.99, 0.94), 5: (0.99, 0.96, 0.85), 10: (0.96, 0.85, 0.53), 20: (0.86, 0.54, 0.09)}
FLAT = ("half_power_elevation_deg = 9.0", "half_power_elevation_deg = 85.0")
METAL = Road(permittivity=1e9 - 0j, roughness_m=0.0, polarisation="horizontal")  # -1 at any angle


def magnitude(road: Road, degrees: float, wave_m: float = C / 77e9) -> float:
    return abs(reflection(road, np.array([math.sin(math.radians(degrees))]), wave_m)[0])


@pytest.mark.parametrize("degrees", BANDS)
def test_fresnels_magnitudes_lie_in_the_published_bands(degrees: int) -> None:
    for (low, high), polarisation in zip(BANDS[degrees], ("horizontal", "vertical"), strict=True):
        values = [magnitude(Road(eps, 0.0, polarisation), degrees) for eps in ASPHALT]  # type: ignore[arg-type]
        assert min(values) == pytest.approx(low, abs=0.015)
        assert max(values) == pytest.approx(high, abs=0.015)


@pytest.mark.parametrize("degrees", ROUGH)
def test_roughness_takes_away_from_the_mirror(degrees: int) -> None:
    for roughness_m, left in zip((0.0005, 0.001, 0.002), ROUGH[degrees], strict=True):
        smooth, rough = (magnitude(Road(roughness_m=r), degrees) for r in (0.0, roughness_m))
        assert rough / smooth == pytest.approx(left, abs=0.01)


def test_the_phase_turns_at_brewsters_angle_for_the_vertical_only() -> None:
    """At grazing incidence both turn it; the tangent of Brewster's angle is the root of eps."""
    brewster_deg = 90 - math.degrees(math.atan(2.0))
    for polarisation, beyond in (("vertical", 0.0), ("horizontal", math.pi)):
        road = Road(4.0 - 1e-9j, 0.0, polarisation)  # type: ignore[arg-type]
        for degrees, phase in ((0.01, math.pi), (brewster_deg - 5, math.pi), (brewster_deg + 5, beyond)):
            gamma = reflection(road, np.array([math.sin(math.radians(degrees))]), LAMBDA_M)[0]
            assert abs(cmath.phase(gamma)) == pytest.approx(phase, abs=1e-3)
    assert magnitude(Road(4.0 - 0j, 0.0), brewster_deg) < 1e-9


def middle_amplitude(samples: np.ndarray, range_m: float, slope: float) -> complex:
    """Of the middle 8 samples, one narrow band about the middle frequency; first channel."""
    n = np.arange(SAMPLES // 2 - 4, SAMPLES // 2 + 4)
    tone = np.exp(-2j * math.pi * slope * 2 * range_m / C * n / RATE_HZ)
    return complex((samples[:, 0, n] * tone).mean())


def test_two_rays_fade_with_their_difference_and_add_up_to_twelve_decibels(tmp_path: Path) -> None:
    """(1 + gamma exp(j k d))^2 with d = 2 h1 h2 / R; a metal road has gamma -1."""
    path = fit(tmp_path, FLAT)
    sim, eye = simulator(path), view(path)
    wave_m = C / (76.10e9 + 80e12 * (5.0e-6 + 12.75e-6))
    up_m = 0.5
    gains = []
    ranges = np.arange(13.0, 15.0, 0.02)
    for away_m in ranges:
        post = thing("post", point(X_M, Y_M - away_m, up_m, 30.0))
        on, off = (
            middle_amplitude(signal(sim, post, world=world), away_m, 80e12)
            for world in (World(road=METAL), World())
        )
        gains.append(abs(on / off))
    gains = np.array(gains)
    direct_m = np.hypot(ranges, UP_M - up_m)
    difference_m = np.hypot(ranges, UP_M + up_m) - direct_m
    expected = np.abs(1 - np.exp(2j * math.pi * difference_m / wave_m)) ** 2
    assert gains == pytest.approx(expected, abs=0.15)
    assert 20 * math.log10(gains.max()) == pytest.approx(12.0, abs=0.2)
    assert 20 * math.log10(gains.min()) < -20
    # From null to null the difference 2 h1 h2 / R changes by one wavelength.
    inner = [n for n in range(1, len(gains) - 1) if gains[n] == gains[n - 1 : n + 2].min() and gains[n] < 1]
    periods = -np.diff(2 * UP_M * up_m / ranges[inner])
    assert len(periods) >= 1
    assert periods == pytest.approx(wave_m, rel=0.05)
    assert eye.radar.profile.wavelength_m == pytest.approx(wave_m, rel=1e-4)


def test_near_by_the_bounce_is_a_range_cell_of_its_own(tmp_path: Path) -> None:
    """Radar at 1.05 m, point at 1 m, 5 m away: 0.40 m further by the road; 1, 2 gamma, gamma^2."""
    sim = simulator(fit(tmp_path, FLAT))
    road = Road(permittivity=4.0 - 0j, roughness_m=0.0, polarisation="horizontal")
    post = thing("post", point(X_M, Y_M - 5.0, 1.0))
    with_road, without = signal(sim, post, world=World(road=road)), signal(sim, post)
    direct_m, bounce_m = math.hypot(5.0, 0.05), math.hypot(5.0, 2.05)
    assert bounce_m - direct_m == pytest.approx(0.40, abs=0.01)
    sine = 2.05 / bounce_m
    root = math.sqrt(4.0 - 1 + sine**2)
    gamma = abs((sine - root) / (sine + root))
    reference = level_db(without, direct_m)
    for share, factor in ((0.0, 1.0), (0.5, 2 * gamma), (1.0, gamma**2)):
        range_m = direct_m + share * (bounce_m - direct_m)
        assert peak_range_m(with_road, range_m, 0.06) == pytest.approx(range_m, abs=0.015)
        spread_db = 20 * math.log10(direct_m**2 / (direct_m ** (2 - 2 * share) * bounce_m ** (2 * share)))
        assert level_db(with_road, range_m) - reference == pytest.approx(
            20 * math.log10(factor) + spread_db, abs=0.6
        )


def test_each_way_has_the_pattern_of_its_own_elevation(tmp_path: Path) -> None:
    """The image below the road is seen further down: 22 degrees instead of 0.6."""
    paths = trace(
        scene(thing("post", point(X_M, Y_M - 5.0, 1.0)), world=World(road=METAL)),
        no_scatterers(),
        view(fit(tmp_path)),
    )
    exponent = math.log(0.5) / math.log(math.cos(math.radians(9.0)))
    amplitude = [math.cos(math.atan2(drop, 5.0)) ** (exponent / 2) for drop in (0.05, 2.05)]
    sent = paths.sent[0, 0] / paths.sent[0, 0, 0]
    heard = paths.heard[0, 0] / paths.heard[0, 0, 0]
    ratio = amplitude[1] / amplitude[0]
    assert sent == pytest.approx([1.0, 1.0, ratio, ratio], rel=1e-4)
    assert heard == pytest.approx([1.0, ratio, 1.0, ratio], rel=1e-4)
    assert paths.cycles % 1.0 == pytest.approx([0.0, 0.5, 0.5, 0.0], abs=1e-4)
    assert paths.back.position_m[1] == pytest.approx([X_M, Y_M - 5.0, -1.0])


def test_a_low_box_blocks_the_bounce_and_not_the_direct_ray(tmp_path: Path) -> None:
    post = thing("post", point(X_M, Y_M - 5.0, 1.0))
    kerb = Thing("block", no_scatterers(), (Box(X_M, Y_M - 2.56, 0.0, 1.0, 0.3, 0.0, 0.3),))
    eye = view(fit(tmp_path))
    counts = [
        len(trace(scene(post, *more, world=World(road=METAL)), no_scatterers(), eye).cycles)
        for more in ((), (kerb,))
    ]
    assert counts == [4, 1]


def test_what_lies_on_the_road_has_no_image_and_without_a_road_nothing_has(tmp_path: Path) -> None:
    eye = view(fit(tmp_path))
    lid = thing("lid", point(X_M, Y_M - 5.0, 0.0))
    post = thing("post", point(X_M, Y_M - 5.0, 1.0))
    assert len(trace(scene(lid, world=World(road=Road())), no_scatterers(), eye).cycles) == 1
    assert len(trace(scene(post), no_scatterers(), eye).cycles) == 1


def test_another_polarisation_is_refused() -> None:
    with pytest.raises(SceneError, match="polarisation is 'circular'"):
        Road(polarisation="circular")  # type: ignore[arg-type]
