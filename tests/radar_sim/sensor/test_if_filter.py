"""The IF filter against Butterworth's law, on echoes, on noise and on other radars."""

import math

import numpy as np
import pytest

from radar_sim import IfFilter, Interferer, RadarSimulator, Scene, SceneError, Sensor, World, no_scatterers
from tests.radar_sim.bench import CHIRP_S, DEMO, FRONT, RATE_HZ, SAMPLES, STANDING, C, at, samples

HIGH_HZ, HIGH_ORDER, LOW_HZ, LOW_ORDER = 1e6, 3, 7e6, 4
FILTER = IfFilter(HIGH_HZ, HIGH_ORDER, LOW_HZ, LOW_ORDER)
SLOPE = 80e12


def law_db(beat_hz: float) -> float:
    high = (beat_hz / HIGH_HZ) ** (2 * HIGH_ORDER)
    return 10 * math.log10(high / (1 + high) / (1 + (beat_hz / LOW_HZ) ** (2 * LOW_ORDER)))


def simulator(filter_: IfFilter | None, **changes: object) -> RadarSimulator:
    sensors = {"front": Sensor(if_filter=filter_, **changes)}
    return RadarSimulator(DEMO, 1, with_leakage=False, with_own_body=False, sensors=sensors)


def test_the_corners_are_half_power_and_slopes_are_the_orders() -> None:
    gain_db = 20 * np.log10(np.abs(FILTER.response(np.array([HIGH_HZ, 1e5, 1e4, LOW_HZ]))))
    assert gain_db[0] == pytest.approx(-3.01, abs=0.02)
    assert gain_db[1] - gain_db[2] == pytest.approx(20 * HIGH_ORDER, abs=0.1)
    assert gain_db[3] == pytest.approx(-3.01, abs=0.02)
    assert FILTER.response(np.zeros(1))[0] == 0


def test_the_filter_is_causal_and_its_phase_that_of_a_delay() -> None:
    """Group delay of a Butterworth low-pass at zero: the sum of 2 sin over its poles, over the corner."""
    low_only = IfFilter(1e-3, 1, LOW_HZ, LOW_ORDER)
    step_hz = 100.0
    phase = np.unwrap(np.angle(low_only.response(np.array([1e4, 1e4 + step_hz]))))
    delay_s = -(phase[1] - phase[0]) / (2 * np.pi * step_hz)
    poles = [math.pi * (2 * k + 1) / (2 * LOW_ORDER) for k in range(LOW_ORDER)]
    assert delay_s == pytest.approx(sum(math.sin(one) for one in poles) / (2 * np.pi * LOW_HZ), rel=1e-3)


@pytest.mark.parametrize("beat_hz", [0.6e6, 1e6, 3e6, 7e6, 9e6])
def test_an_echo_is_weighed_by_its_beat(beat_hz: float) -> None:
    range_m = beat_hz * C / (2 * SLOPE)
    scene = Scene(STANDING, at("front", range_m, 0.0, rcs_m2=1e4 * (range_m / 8) ** 4))
    lines = [
        np.fft.fft(samples(simulator(one), "front", scene).sum(axis=0) * np.hanning(SAMPLES), 4096)
        for one in (None, FILTER)
    ]
    strongest = int(np.argmax(np.abs(lines[0]).sum(axis=(0, 1))))
    gains = lines[1][..., strongest] / lines[0][..., strongest]
    assert 20 * np.log10(np.abs(gains)) == pytest.approx(np.full((2, 4), law_db(beat_hz)), abs=0.1)
    wanted = FILTER.response(np.array([beat_hz]))[0]
    assert np.abs(np.angle(gains / wanted)).max() < 0.03


def test_noise_has_the_shape_of_the_filter() -> None:
    noise = samples(simulator(FILTER), "front", Scene(STANDING, no_scatterers()))
    power = np.mean(np.abs(np.fft.fft(noise, axis=-1)) ** 2, axis=(0, 1, 2)) / SAMPLES
    beat_hz = np.arange(SAMPLES) / SAMPLES * RATE_HZ
    for low_hz, high_hz in ((1.5e6, 3e6), (3e6, 5e6), (8e6, 9e6)):
        band = (beat_hz >= low_hz) & (beat_hz < high_hz)
        expected = np.mean([200.0 * 10 ** (law_db(float(one)) / 10) for one in beat_hz[band]])
        assert power[band].mean() == pytest.approx(expected + 1 / 6, rel=0.03)  # rounding: LSB^2/12 twice
    assert power[1:8].mean() < 0.02 * 200


def test_another_radars_tone_is_weighed_too() -> None:
    (x_m, y_m, z_m), yaw_rad, _, _ = FRONT
    place = (x_m + 20 * math.cos(yaw_rad), y_m + 20 * math.sin(yaw_rad), z_m)
    beat_hz = 8e6
    start_hz = 76.10e9 - beat_hz + SLOPE * 20 / C
    one = Interferer(place, 30.0, start_hz, SLOPE, 31.6e-6, CHIRP_S, 0.0167 + 4e-6)
    scene = Scene(STANDING, no_scatterers(), world=World(interferers=(one,)))
    lines = [
        np.abs(np.fft.fft(samples(simulator(one), "front", scene)[3, 0, 0, 40:] * np.hanning(216), 4096))
        for one in (None, FILTER)
    ]
    strongest = int(np.argmax(lines[0]))
    assert strongest / 4096 * RATE_HZ == pytest.approx(beat_hz, abs=5e3)
    assert 20 * math.log10(lines[1][strongest] / lines[0][strongest]) == pytest.approx(
        law_db(beat_hz), abs=0.1
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"high_pass_hz": 0.0},
        {"high_pass_hz": 8e6, "low_pass_hz": 7e6},
        {"low_pass_order": 0},
        {"high_pass_order": 2.5},
    ],
)
def test_an_impossible_filter_is_named(wrong: dict) -> None:
    with pytest.raises(SceneError, match="if filter"):
        IfFilter(**wrong)
