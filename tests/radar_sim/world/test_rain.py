"""Rain: what it takes, what it sends back, how it falls."""

import math

import numpy as np
import pytest

from radar_sim import RadarSimulator, Scatterers, Scene, SceneError, World, no_scatterers, wheel_spray
from radar_sim.fit import load_fit
from radar_sim.geometry import Mount
from radar_sim.world.rain import eta_per_m, raindrops
from tests.radar_sim.bench import (
    DEMO,
    FRONT,
    LOOPS,
    RATE_HZ,
    SAMPLES,
    STANDING,
    C,
    at,
    centre_hz,
    plain,
    samples,
)

HALF_FIELD_RAD, HALF_HEIGHT_RAD = math.radians(80), math.radians(25)
FRONT_RADAR = load_fit(DEMO).radars[1]


def drops(seed: int, world: World, mount: Mount, count: int = 150) -> Scatterers:
    rng = np.random.default_rng(seed)
    return raindrops(world, STANDING, mount, FRONT_RADAR, mirror=1.0, rng=rng, drops=count)


def strength(world: World, range_m: float) -> float:
    scene = Scene(STANDING, at("front", range_m, 5.0, rcs_m2=1e4), world=world)
    signal = samples(plain(), "front", scene)
    return float(np.abs(np.fft.fft(signal.sum(axis=0) * np.hanning(SAMPLES), 4096)).max())


@pytest.mark.parametrize(("rate", "db_per_km"), [(1.0, 0.9), (10.0, 5.6), (25.0, 11.4), (100.0, 33.4)])
def test_an_echo_loses_the_itu_attenuation_on_both_ways(rate: float, db_per_km: float) -> None:
    """Figures of ITU-R Rec. 838 at 77 GHz, rounded to a tenth; the drops themselves are far weaker."""
    range_m = 16.0
    lost_db = 20 * math.log10(strength(World(), range_m) / strength(World(rain_mm_per_h=rate), range_m))
    assert lost_db == pytest.approx(db_per_km * 2 * range_m / 1000, abs=0.01)


def test_water_on_the_radome_costs_its_decibels() -> None:
    lost_db = 20 * math.log10(strength(World(), 8.0) / strength(World(radome_film_db=6.0), 8.0))
    assert lost_db == pytest.approx(6.0, abs=0.02)


@pytest.mark.parametrize(
    ("rate", "eta"), [(1.0, 1.1e-4), (10.0, 6.4e-4), (25.0, 1.2e-3), (50.0, 1.7e-3), (100.0, 2.6e-3)]
)
def test_eta_is_the_tables(rate: float, eta: float) -> None:
    assert eta_per_m(rate) == pytest.approx(eta, rel=1e-9)


def test_eta_grows_with_every_rate() -> None:
    etas = [eta_per_m(rate) for rate in np.geomspace(0.05, 200, 60)]
    assert np.all(np.diff(etas) > 0)
    assert eta_per_m(0.1) == pytest.approx(1.1e-4 * 0.1 ** math.log10(6.4 / 1.1), rel=1e-6)


@pytest.mark.parametrize(("low_m", "high_m"), [(1.0, 2.0), (5.0, 10.0)])
def test_cross_section_in_a_shell_is_eta_times_volume_in_the_mean(low_m: float, high_m: float) -> None:
    mount = Mount((0.0, 0.0, 100.0), 0.3, 0.1)  # high above the road: no drop is left out
    total = 0.0
    frames = 400
    for seed in range(frames):
        seen = drops(seed, World(rain_mm_per_h=10.0), mount)
        range_m = np.linalg.norm(seen.position_m - mount.position_m, axis=1)
        total += seen.rcs_m2[(range_m >= low_m) & (range_m < high_m)].sum()
    volume_m3 = 2 * HALF_FIELD_RAD * 2 * math.sin(HALF_HEIGHT_RAD) * (high_m**3 - low_m**3) / 3
    assert total / frames == pytest.approx(6.4e-4 * volume_m3, rel=0.05)


def expected_to_noise(low_m: float, high_m: float, eta: float) -> float:
    """The radar equation over the part of the shells above the road: 12 dBm, 10 dBi, 2 dB, 12 dB."""
    (_, _, z_m), _, slope, _ = FRONT
    range_m = np.linspace(low_m, high_m, 60)[:, None, None]
    azimuth = np.linspace(-HALF_FIELD_RAD, HALF_FIELD_RAD, 161)[None, :, None]
    up = np.linspace(-math.sin(HALF_HEIGHT_RAD), math.sin(HALF_HEIGHT_RAD), 201)[None, None, :]
    level = np.sqrt(1 - up**2)
    n, m = (math.log(0.5) / math.log(math.cos(math.radians(deg))) for deg in (50.0, 9.0))
    pattern = np.cos(azimuth) ** n * level**m
    above = z_m + range_m * up > 0.042  # 9 m/s for the 4.6 ms of a frame
    density = eta * pattern**2 / range_m**2 * above  # R^2 dR dOmega over R^4
    solid = 2 * HALF_FIELD_RAD * 2 * math.sin(HALF_HEIGHT_RAD)
    integral = float(np.mean(density)) * solid * (high_m - low_m)
    power = 10 ** ((12.0 - 30.0 + 20.0 - 2.0) / 10) * (C / centre_hz(slope)) ** 2 / (4 * math.pi) ** 3
    return power * integral / (1.380649e-23 * 290.0 * RATE_HZ * 10**1.2)


def test_backscatter_in_samples_is_the_rains_in_the_mean() -> None:
    """Over 120 frames within 1 dB: a few drops a cell, each frame's of exponential-like power."""
    rate, eta, low_m, high_m = 100.0, 2.6e-3, 4.0, 8.0
    sim, frames = plain(), 120
    scene = Scene(STANDING, no_scatterers(), world=World(rain_mm_per_h=rate))
    cell_m = C * RATE_HZ / (2 * FRONT[2]) / SAMPLES
    cells = slice(round(low_m / cell_m), round(high_m / cell_m))
    power = 0.0
    for index in range(frames):
        spectrum = np.fft.fft(samples(sim, "front", scene, index), axis=-1) / SAMPLES
        power += float(np.mean(np.sum(np.abs(spectrum[..., cells]) ** 2, axis=-1))) / frames
    noise = 2 * 10.0**2
    measured = (power - noise * (cells.stop - cells.start) / SAMPLES) / noise
    loss_db = 33.4 * 2 * 5.5 / 1000
    expected = expected_to_noise(low_m, high_m, eta) * 10 ** (-loss_db / 10)
    assert 10 * math.log10(measured / expected) == pytest.approx(0.0, abs=1.0)


def test_drops_fall_and_go_with_the_wind() -> None:
    mount = Mount((0.0, 0.0, 100.0), 0.0, 0.0)
    seen = drops(1, World(rain_mm_per_h=10.0, wind_mps=(6.0, -2.0)), mount, 20_000)
    vx, vy, vz = seen.velocity_mps.T
    assert vz.min() >= -9.0
    assert vz.max() <= -2.0
    assert (vx.mean(), vy.mean(), vz.mean()) == pytest.approx((6.0, -2.0, -5.5), abs=0.05)


def test_doppler_spreads_by_the_fall_seen_under_the_height_of_the_beam() -> None:
    mount = Mount((0.0, 0.0, 100.0), 0.0, 0.0)
    seen = drops(2, World(rain_mm_per_h=10.0), mount, 20_000)
    sight = seen.position_m - mount.position_m
    radial = np.sum(sight * seen.velocity_mps, axis=1) / np.linalg.norm(sight, axis=1)
    fall2 = (9.0**3 - 2.0**3) / 3 / 7.0  # mean square of 2 to 9 m/s
    up2 = math.sin(HALF_HEIGHT_RAD) ** 2 / 3
    assert radial.std() == pytest.approx(math.sqrt(fall2 * up2 + 0.5**2 * (1 - up2)), rel=0.03)
    assert 1.0 < radial.std() < 2.0


def test_each_frame_has_its_own_drops_whatever_the_order() -> None:
    scene = Scene(STANDING, no_scatterers(), world=World(rain_mm_per_h=50.0))
    sim = plain()
    first = [sim.frame("front", n, scene).samples for n in (0, 1)]
    again = [sim.frame("front", n, scene).samples for n in (1, 0)]
    assert np.array_equal(first[0], again[1])
    quiet = plain().frame("front", 0, Scene(STANDING, no_scatterers())).samples
    assert not np.array_equal(first[0], quiet)
    one, two = (drops(seed, scene.world, Mount((0.0, 0.0, 9.0), 0.0, 0.0)) for seed in (1, 2))
    assert not np.array_equal(one.position_m, two.position_m)


def test_no_drop_is_below_the_road_while_the_frame_lasts() -> None:
    seen = drops(3, World(rain_mm_per_h=10.0), Mount((0.0, 0.0, 0.7), 0.0, 0.0), 5000)
    frame_s = 2 * LOOPS * 35.6e-6
    assert (seen.position_m[:, 2] + frame_s * seen.velocity_mps[:, 2]).min() >= 0


def test_spray_hangs_behind_the_wheel_with_its_cross_section_in_the_mean() -> None:
    totals = []
    for n in range(200):
        puff = wheel_spray(3.0, -1.0, math.pi / 2, 8.0, 0.05 * n, seed=4)
        totals.append(puff.scatterers.rcs_m2.sum())
        x, y, z = puff.scatterers.position_m.T
        assert x.min() >= 3.0 - 0.5
        assert x.max() <= 3.0 + 0.5
        assert y.max() <= -1.0
        assert y.min() >= -3.0
        assert z.min() > 0
        assert puff.scatterers.velocity_mps[:, 1].max() <= 8.0
    assert 10 * math.log10(np.mean(totals)) == pytest.approx(-15.0, abs=0.2)
    assert len(set(totals)) == 200


@pytest.mark.parametrize(
    ("world", "named"),
    [
        ({"rain_mm_per_h": 300.0}, "rain_mm_per_h"),
        ({"rain_mm_per_h": math.nan}, "rain_mm_per_h"),
        ({"wind_mps": (math.inf, 0.0)}, "wind_mps"),
        ({"radome_film_db": -1.0}, "radome_film_db"),
    ],
)
def test_impossible_weather_is_named(world: dict, named: str) -> None:
    with pytest.raises(SceneError, match=named):
        World(**world)


def test_impossible_spray_is_named() -> None:
    with pytest.raises(SceneError, match="wheel_spray"):
        wheel_spray(0.0, 0.0, 0.0, 5.0, 0.0, drops=0)


def test_wind_without_rain_changes_nothing() -> None:
    scene = Scene(STANDING, at("front", 8.0, 0.0))
    dry = Scene(STANDING, at("front", 8.0, 0.0), world=World(wind_mps=(5.0, 0.0)))
    sim = RadarSimulator(DEMO, 1)
    assert np.array_equal(sim.frame("front", 0, scene).samples, sim.frame("front", 0, dry).samples)
