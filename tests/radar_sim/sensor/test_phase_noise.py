"""Range-correlated phase noise: its skirt against the spectrum and against the range."""

import math

import numpy as np
import pytest

from radar_sim import PhaseNoise, RadarSimulator, Scene, SceneError, Sensor
from tests.radar_sim.bench import DEMO, RATE_HZ, SAMPLES, STANDING, C, at, samples

LEVEL_DB, OFFSET_HZ, LOOP_HZ = -93.0, 1e6, 300e3


def simulator(noise: PhaseNoise | None) -> RadarSimulator:
    sensors = {"front": Sensor(phase_noise=noise)}
    return RadarSimulator(DEMO, 1, with_leakage=False, with_own_body=False, sensors=sensors)


def carrier_and_skirt(range_m: float, noise: PhaseNoise) -> tuple[np.ndarray, np.ndarray]:
    """(chirp, sample) of one receiver; thermal noise is the same with and without and falls out."""
    rcs_m2 = 5e4 * (range_m / 5.0) ** 4  # near full scale, so that rounding does not count
    scene = Scene(STANDING, at("front", range_m, 0.0, rcs_m2=rcs_m2))
    clean, noisy = (
        samples(simulator(one), "front", scene).reshape(128, 4, SAMPLES)[:, 0] for one in (None, noise)
    )
    return clean, noisy - clean


def level(offset_hz: np.ndarray) -> np.ndarray:
    """-93 dBc/Hz at 1 MHz, flat below 300 kHz, 20 dB a decade above."""
    return 10 ** (LEVEL_DB / 10) * (1 + (OFFSET_HZ / LOOP_HZ) ** 2) / (1 + (offset_hz / LOOP_HZ) ** 2)


@pytest.mark.parametrize("range_m", [3.0, 6.0, 12.0])
def test_the_whole_skirt_is_the_integral_of_spectrum_and_delay(range_m: float) -> None:
    carrier, skirt = carrier_and_skirt(range_m, PhaseNoise())
    offset_hz = np.linspace(0.0, RATE_HZ / 2, 200_001)
    delay_s = 2 * range_m / C
    both_sides = 2 * level(offset_hz) * (2 * np.pi * offset_hz * delay_s) ** 2
    expected = float(np.trapezoid(both_sides, offset_hz))
    measured = float(np.mean(np.abs(skirt) ** 2) / np.mean(np.abs(carrier) ** 2))
    assert 10 * math.log10(measured / expected) == pytest.approx(0.0, abs=0.15)


def test_a_near_echo_has_less_skirt_by_the_ratio_of_delays() -> None:
    powers = []
    for range_m in (2.0, 14.0):
        carrier, skirt = carrier_and_skirt(range_m, PhaseNoise(level_dbc_per_hz=-88.0))
        powers.append(np.mean(np.abs(skirt) ** 2) / np.mean(np.abs(carrier) ** 2))
    assert 10 * math.log10(powers[1] / powers[0]) == pytest.approx(20 * math.log10(14.0 / 2.0), abs=0.15)


@pytest.mark.parametrize("offset_hz", [0.5e6, 1e6, 3e6])
def test_level_at_an_offset(offset_hz: float) -> None:
    range_m = 10.0
    carrier, skirt = carrier_and_skirt(range_m, PhaseNoise())
    base_band = skirt * np.conj(carrier) / np.abs(carrier)
    spectrum = np.abs(np.fft.fft(base_band * np.hanning(SAMPLES), axis=-1)) ** 2
    density = spectrum.mean(axis=0) / (np.sum(np.hanning(SAMPLES) ** 2) * RATE_HZ)
    line = round(offset_hz / RATE_HZ * SAMPLES)
    near = np.r_[line - 2 : line + 3, -line - 2 : -line + 3]
    measured = density[near].mean() / np.mean(np.abs(carrier) ** 2)
    delay_s = 2 * range_m / C
    expected = float(level(np.array(offset_hz)) * (2 * np.pi * offset_hz * delay_s) ** 2)
    assert 10 * math.log10(measured / expected) == pytest.approx(0.0, abs=0.5)


def test_all_receivers_and_echoes_share_one_oscillator() -> None:
    """The jitter of time is common: skirt over delay is the same in every receiver."""
    scene = Scene(STANDING, at("front", 8.0, 20.0, rcs_m2=1e5))
    clean, noisy = (samples(simulator(one), "front", scene) for one in (None, PhaseNoise()))
    turned = (noisy - clean) * np.conj(clean)
    assert np.abs(np.corrcoef(turned[:, 0, 0].imag.ravel(), turned[:, 0, 3].imag.ravel())[0, 1]) > 0.98


def test_frames_in_any_order_are_the_same() -> None:
    scene = Scene(STANDING, at("front", 8.0, 20.0, rcs_m2=10.0))
    one = simulator(PhaseNoise())
    first = [one.frame("front", n, scene).samples for n in (0, 1)]
    again = [one.frame("front", n, scene).samples for n in (1, 0)]
    assert np.array_equal(first[0], again[1])
    assert np.array_equal(first[1], again[0])
    assert not np.array_equal(first[0], first[1])


@pytest.mark.parametrize("wrong", [{"level_dbc_per_hz": 0.0}, {"offset_hz": 0.0}, {"loop_hz": math.nan}])
def test_an_impossible_spectrum_is_named(wrong: dict) -> None:
    with pytest.raises(SceneError, match="phase noise"):
        PhaseNoise(**wrong)
