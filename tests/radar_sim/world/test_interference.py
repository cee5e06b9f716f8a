"""Another radar's chirp crosses ours: when, how long, how steep, how strong, from where."""

import math

import numpy as np
import pytest

from radar_sim import (
    Interferer,
    RadarSimulator,
    Scene,
    SceneError,
    Sensor,
    World,
    no_scatterers,
)
from tests.radar_sim.bench import (
    CHIRP_S,
    DEMO,
    FRONT,
    RATE_HZ,
    RX_Y_MM,
    SAMPLES,
    STANDING,
    C,
    centre_hz,
    plain,
    samples,
)

IDLE_S, ADC_S, RAMP_S = 4e-6, 5e-6, 31.6e-6
OFFSET_S = 0.0167  # of the front radar's frame 0
OUR_START_HZ, OUR_SLOPE = 76.10e9, 80e12
RANGE_M = 20.0
NOISE_LSB = 10.0


def place(azimuth_deg: float, range_m: float = RANGE_M) -> tuple[float, float, float]:
    (x_m, y_m, z_m), yaw_rad, _, _ = FRONT
    bearing = yaw_rad + math.radians(azimuth_deg)
    return (x_m + range_m * math.cos(bearing), y_m + range_m * math.sin(bearing), z_m)


def other(slope: float, start_hz: float, azimuth_deg: float = 0.0, **changes: float) -> Interferer:
    said = {"eirp_dbm": 20.0, "ramp_s": RAMP_S, "period_s": CHIRP_S, "first_s": OFFSET_S + IDLE_S} | changes
    return Interferer(place(azimuth_deg), start_hz=start_hz, slope_hz_per_s=slope, **said)


def heard(*interferers: Interferer, index: int = 0, sim: RadarSimulator | None = None) -> np.ndarray:
    """(chirp, rx, sample)."""
    scene = Scene(STANDING, no_scatterers(), world=World(interferers=interferers))
    signal = samples(plain() if sim is None else sim, "front", scene, index)
    return signal.reshape(-1, 4, SAMPLES)


def test_a_burst_lasts_as_long_as_the_chirps_are_within_the_band_and_has_their_slope() -> None:
    # 1 MHz/us apart: 10 MHz of band pass in 10 us, that is 100 samples.
    signal = heard(other(79e12, OUR_START_HZ + 20e6))
    strong = np.abs(signal[10, 0]) > 6 * NOISE_LSB
    assert int(strong.sum()) == pytest.approx(100, abs=1)
    lit = np.flatnonzero(strong)
    assert np.all(np.diff(lit) == 1)
    # Their chirp arrives R/c late and is then that much lower: the crossing comes sooner.
    begins_s = (20e6 - 79e12 * RANGE_M / C) / 1e12
    assert ADC_S + lit[0] / RATE_HZ == pytest.approx(begins_s, abs=1.5 / RATE_HZ)
    inner = lit[4:-4]  # there the frequency is not at the ends of the band, which are one for samples
    step = np.angle(signal[:, 0, inner + 1] * signal[:, 0, inner].conj()) / (2 * np.pi) % 1.0 * RATE_HZ
    slope, at_start_hz = np.polyfit(inner / RATE_HZ, np.median(step, axis=0), 1)
    assert slope == pytest.approx(1e12, rel=0.01)
    assert at_start_hz + slope * (begins_s - ADC_S) == pytest.approx(0.0, abs=0.1e6)


def test_steep_differences_give_short_bursts() -> None:
    # 20 MHz/us apart: 0.5 us or 5 samples.
    signal = heard(other(60e12, OUR_START_HZ + 20e12 * 15e-6))
    lit = (np.abs(signal[:, 0]) > 6 * NOISE_LSB).sum(axis=1)
    assert np.all(np.abs(lit - 5) <= 1)


def test_power_is_that_of_one_way() -> None:
    signal = heard(other(79e12, OUR_START_HZ + 20e6))
    inside = np.abs(signal[:, :, 110:185]) ** 2
    measured = float(inside.mean()) - 2 * NOISE_LSB**2
    wave_m = C / centre_hz(OUR_SLOPE)
    received_w = 1e-3 * 10 ** ((20.0 + 10.0 - 2.0 / 2) / 10) * (wave_m / (4 * math.pi * RANGE_M)) ** 2
    noise_w = 1.380649e-23 * 290.0 * RATE_HZ * 10**1.2
    expected = received_w / noise_w * 2 * NOISE_LSB**2
    assert 10 * math.log10(measured / expected) == pytest.approx(0.0, abs=0.1)


@pytest.mark.parametrize("azimuth_deg", [-35.0, 10.0, 50.0])
def test_receivers_see_its_bearing_and_pattern(azimuth_deg: float) -> None:
    signal = heard(other(79e12, OUR_START_HZ + 20e6, azimuth_deg))
    inside = signal[:, :, 110:185]
    steps = np.angle((inside[:, 1:] * inside[:, :-1].conj()).sum(axis=(0, 2)))
    expected = -2 * np.pi * np.diff(RX_Y_MM) * 1e-3 * math.sin(math.radians(azimuth_deg)) * 76.1e9 / C
    turn = np.exp(1j * (steps - expected * (1 + 80e12 * 19.7e-6 / 76.1e9)))
    assert np.abs(np.angle(turn)).max() < 0.03
    ahead = np.mean(np.abs(heard(other(79e12, OUR_START_HZ + 20e6))[:, :, 110:185]) ** 2) - 200
    loss_db = 10 * math.log10((np.mean(np.abs(inside) ** 2) - 200) / ahead)
    exponent = math.log(0.5) / math.log(math.cos(math.radians(50)))
    assert loss_db == pytest.approx(10 * exponent * math.log10(math.cos(math.radians(azimuth_deg))), abs=0.2)


@pytest.mark.parametrize("index", [0, 3])
def test_its_chirps_go_on_through_all_frames(index: int) -> None:
    period_s, ramp_s, slope, start_hz, first_s = 47.3e-6, 41e-6, 25e12, 76.3e9, 1.23e-3
    one = other(slope, start_hz, period_s=period_s, ramp_s=ramp_s, first_s=first_s)
    lit = np.abs(heard(one, index=index)[:, 0]) > 6 * NOISE_LSB
    ramp_time_s = ADC_S + np.arange(SAMPLES) / RATE_HZ
    t_s = OFFSET_S + 0.05 * index + np.arange(128)[:, None] * CHIRP_S + IDLE_S + ramp_time_s
    theirs_s = np.mod(t_s - RANGE_M / C - first_s, period_s)
    gap_hz = OUR_START_HZ + OUR_SLOPE * ramp_time_s - start_hz - slope * theirs_s
    expected = (theirs_s < ramp_s) & (gap_hz >= 0) & (gap_hz < RATE_HZ)
    assert expected.any()
    assert (expected != lit).sum() <= 2 * 128 * 0.05 + 8  # edges by one sample
    assert (expected & lit).sum() > 0.9 * expected.sum()


def test_before_its_first_chirp_it_is_silent() -> None:
    late = other(79e12, OUR_START_HZ + 20e6, first_s=OFFSET_S + IDLE_S + 100 * CHIRP_S)
    lit = (np.abs(heard(late)[:, 0]) > 6 * NOISE_LSB).any(axis=1)
    assert not lit[:100].any()
    assert lit[100:].all()


def test_an_equal_slope_is_a_tone_that_lasts() -> None:
    signal = heard(other(OUR_SLOPE, OUR_START_HZ - 3e6))
    spectrum = np.abs(np.fft.fft(signal[5, 0] * np.hanning(SAMPLES), 4096))
    beat_hz = float(np.argmax(spectrum)) / 4096 * RATE_HZ
    assert beat_hz == pytest.approx(3e6 + OUR_SLOPE * RANGE_M / C, abs=5e3)
    assert (np.abs(signal[5, 0]) > 6 * NOISE_LSB).all()


def test_a_near_and_strong_one_clips_and_never_wraps() -> None:
    one = Interferer(place(0.0, 1.0), 60.0, OUR_START_HZ - 3e6, OUR_SLOPE, RAMP_S, CHIRP_S, 0.0167 + IDLE_S)
    signal = heard(one)
    assert signal.real.max() == 32767
    assert signal.imag.min() == -32768
    weaker = Interferer(
        place(0.0, 1.0), 20.0, OUR_START_HZ - 3e6, OUR_SLOPE, RAMP_S, CHIRP_S, 0.0167 + IDLE_S
    )
    linear = heard(weaker)
    clear = np.abs(linear.real) > 100
    assert np.all(np.sign(signal.real[clear]) == np.sign(linear.real[clear]))


def test_out_of_band_hidden_or_dead_nothing_is_heard() -> None:
    empty = heard()
    behind = Interferer((-20.0, 0.4, 0.7), 20.0, OUR_START_HZ - 3e6, OUR_SLOPE, RAMP_S, CHIRP_S)
    above = other(OUR_SLOPE, OUR_START_HZ + 20e6)
    for unheard in (behind, above):
        assert np.array_equal(heard(unheard), empty)
    deaf_on = {"front": Sensor(dead_rx=(2,))}
    deaf = RadarSimulator(DEMO, 1, with_leakage=False, with_own_body=False, sensors=deaf_on)
    signal = heard(other(79e12, OUR_START_HZ + 20e6), sim=deaf)
    assert np.abs(signal[:, 2]).max() < 6 * NOISE_LSB
    assert np.abs(signal[:, 1]).max() > 6 * NOISE_LSB


def test_several_add_up_and_any_order_of_frames_gives_the_same() -> None:
    both = (other(79e12, OUR_START_HZ + 20e6), other(60e12, OUR_START_HZ + 20e12 * 25e-6, 30.0))
    sim = plain()
    first = [heard(*both, index=n, sim=sim) for n in (0, 5)]
    again = [heard(*both, index=n, sim=sim) for n in (5, 0)]
    assert np.array_equal(first[0], again[1])
    assert np.array_equal(first[1], again[0])
    lit = (np.abs(first[0][:, 0]) > 6 * NOISE_LSB).sum(axis=1)
    assert np.all(np.abs(lit - 105) <= 3)


def test_what_cannot_be_is_named() -> None:
    with pytest.raises(SceneError, match="chirps fall into one frame"):
        heard(other(79e12, OUR_START_HZ, period_s=1e-7, ramp_s=1e-7))
    with pytest.raises(SceneError, match="the ramp must be"):
        other(79e12, OUR_START_HZ, period_s=1e-9, ramp_s=1e-9)
    with pytest.raises(SceneError, match="eirp_dbm"):
        other(79e12, OUR_START_HZ, eirp_dbm=1e4)
    with pytest.raises(SceneError, match="inside the radar"):
        heard(Interferer(place(0.0, 0.01), 20.0, OUR_START_HZ, OUR_SLOPE, RAMP_S, CHIRP_S))
    with pytest.raises(SceneError, match="17 interferers"):
        World(interferers=(other(79e12, OUR_START_HZ),) * 17)
