"""Film, dead channels, fascia, misalignment, temperature, patterns: what a worn sensor delivers."""

import math
from pathlib import Path

import numpy as np
import pytest

from radar_sim import (
    Drift,
    Fascia,
    Film,
    Patterns,
    RadarSimulator,
    Scene,
    SceneError,
    Sensor,
    no_scatterers,
    read_patterns,
)
from tests.radar_sim.bench import DEMO, RATE_HZ, RX_Y_MM, SAMPLES, STANDING, C, at, centre_hz, samples

EMPTY = Scene(STANDING, no_scatterers())


def simulator(sensor: Sensor, seed: int = 1) -> RadarSimulator:
    return RadarSimulator(DEMO, seed, with_leakage=False, with_own_body=False, sensors={"front": sensor})


def lines(sensor: Sensor, azimuth_deg: float = 0.0, range_m: float = 8.0) -> np.ndarray:
    """(tx, rx) of one strong standing reflector."""
    scene = Scene(STANDING, at("front", range_m, azimuth_deg, rcs_m2=3e3))
    spectrum = np.fft.fft(samples(simulator(sensor), "front", scene).sum(axis=0) * np.hanning(SAMPLES), 4096)
    return spectrum[..., int(np.argmax(np.abs(spectrum).sum(axis=(0, 1))))]


def decibels(sensor: Sensor, azimuth_deg: float = 0.0) -> np.ndarray:
    return 20 * np.log10(np.abs(lines(sensor, azimuth_deg) / lines(Sensor(), azimuth_deg)))


@pytest.mark.parametrize(("azimuth_deg", "loss_db"), [(-30.0, 0.0), (15.0, 10.0), (45.0, 0.0)])
def test_a_film_dims_its_sector_only(azimuth_deg: float, loss_db: float) -> None:
    film = Film(10.0, sector_deg=(0.0, 40.0))
    assert decibels(Sensor(films=(film,)), azimuth_deg) == pytest.approx(np.full((2, 4), -loss_db), abs=0.02)


def test_a_film_over_some_channels_costs_them_half_each_way() -> None:
    film = Film(8.0, tx=(1,), rx=(0, 2), rx_phase_deg=(0.0, 30.0, 0.0, -50.0))
    found = lines(Sensor(films=(film,))) / lines(Sensor())
    covered = np.array([[0.5, 0.0, 0.5, 0.0], [1.0, 0.5, 1.0, 0.5]])
    assert 20 * np.log10(np.abs(found)) == pytest.approx(-8.0 * covered, abs=0.02)
    assert np.degrees(np.angle(found)) == pytest.approx(np.tile([0.0, 30.0, 0.0, -50.0], (2, 1)), abs=0.2)


def test_films_add_up() -> None:
    films = (Film(3.0), Film(4.0, sector_deg=(-5.0, 5.0)))
    assert decibels(Sensor(films=films)) == pytest.approx(np.full((2, 4), -7.0), abs=0.02)


def test_a_dead_receiver_is_noise_of_the_usual_size() -> None:
    scene = Scene(STANDING, at("front", 4.0, 0.0, rcs_m2=1e4))
    sim = RadarSimulator(DEMO, 1, sensors={"front": Sensor(dead_rx=(3,), fascia=Fascia())})
    signal = samples(sim, "front", scene)
    dead = signal[:, :, 3]
    assert dead.real.std() == pytest.approx(10.0, rel=0.02)
    spectrum = np.mean(np.abs(np.fft.fft(dead, axis=-1)) ** 2, axis=(0, 1)) / SAMPLES
    assert spectrum == pytest.approx(np.full(SAMPLES, 200.0), rel=0.5)
    assert np.abs(signal[:, :, 0]).mean() > 100


def test_a_stuck_converter_says_its_value() -> None:
    scene = Scene(STANDING, at("front", 4.0, 0.0, rcs_m2=1e4))
    words = simulator(Sensor(dead_rx=(1,), stuck=-32768)).frame("front", 0, scene).samples
    assert (words[:, 1] == -32768).all()
    assert words[:, 0].std() > 100


def test_a_dead_transmitter_leaves_its_chirps_to_noise() -> None:
    scene = Scene(STANDING, at("front", 4.0, 0.0, rcs_m2=1e4))
    sim = RadarSimulator(DEMO, 1, with_own_body=False, sensors={"front": Sensor(dead_tx=(0,))})
    signal = samples(sim, "front", scene)
    assert signal[:, 0].real.std() == pytest.approx(10.0, rel=0.02)
    assert np.abs(signal[:, 1]).mean() > 100


def test_the_fascia_is_a_standing_tone_at_its_range_with_phases_of_its_own() -> None:
    fascia = Fascia(range_m=0.5, power_dbm=-60.0)
    one, other = (samples(simulator(Sensor(fascia=fascia), seed), "front", EMPTY) for seed in (1, 2))
    spectrum = np.fft.fft(one.mean(axis=0) * np.hanning(SAMPLES), 8192)
    strongest = np.argmax(np.abs(spectrum), axis=-1) / 8192 * RATE_HZ
    assert strongest == pytest.approx(np.full((2, 4), 80e12 * 2 * 0.5 / C), abs=2e3)
    noise_dbm = 10 * math.log10(1.380649e-23 * 290.0 * RATE_HZ * 1e3) + 12.0
    level = np.abs(one.mean(axis=0)).mean(axis=-1) ** 2 / 200.0
    assert 10 * np.log10(level) == pytest.approx(np.full((2, 4), -60.0 - noise_dbm), abs=0.1)
    turn = np.angle(one.mean(axis=(0, 3)) / other.mean(axis=(0, 3)))
    assert np.ptp(turn) > 0.5
    doppler = np.abs(np.fft.fft(one.sum(axis=(2, 3)), axis=0))
    assert int(np.argmax(doppler[:, 0])) == 0


def test_misalignment_turns_what_the_array_sees() -> None:
    found = lines(Sensor(yaw_deg=5.0), azimuth_deg=10.0)
    steps = np.angle(found[0, 1:] / found[0, :-1])
    wave_m = C / centre_hz(80e12)
    expected = -2 * np.pi * np.diff(RX_Y_MM) * 1e-3 * math.sin(math.radians(5.0)) / wave_m
    assert np.abs(steps - expected).max() < 0.03


def test_warmth_lowers_gain_and_raises_noise() -> None:
    """kTB F with the antenna at the temperature of the sensor, then the receiver's gain."""
    warmer_k = 60.0
    drift = Drift(gain_db_per_k=-0.05, phase_deg_per_k=0.0, noise_figure_db_per_k=0.02, clock_ppm_per_k=0.0)
    warm = Sensor(temperature_k=350.0, drift=drift)
    assert decibels(warm) == pytest.approx(np.full((2, 4), -3.0), abs=0.02)
    noise = samples(simulator(warm), "front", EMPTY)
    factor = (10 ** ((12.0 + 0.02 * warmer_k) / 10) + warmer_k / 290.0) / 10**1.2
    expected = 200.0 * factor * 10 ** (-3.0 / 10) + 1 / 6
    assert np.mean(np.abs(noise) ** 2) == pytest.approx(expected, rel=0.01)


def test_warmth_turns_channels_apart() -> None:
    drift = Drift(gain_db_per_k=0.0, phase_deg_per_k=0.5, noise_figure_db_per_k=0.0, clock_ppm_per_k=0.0)
    turned = np.degrees(np.angle(lines(Sensor(temperature_k=310.0, drift=drift)) / lines(Sensor())))
    assert 3.0 < turned.std() < 20.0
    assert np.abs(turned).max() <= 2 * 0.5 * 20.0 + 0.3
    assert np.array_equal(lines(Sensor(temperature_k=290.0, drift=drift)), lines(Sensor()))


def test_a_pattern_table_gives_each_antenna_its_own_gain(tmp_path: Path) -> None:
    path = tmp_path / "patterns.csv"
    path.write_text(
        "azimuth_deg,tx0,tx1,rx0,rx1,rx2,rx3\n"
        "-90,-20,-20,-20,-20,-20,-20\n0,0,-1,0,-2,0,1\n60,-6,-7,-6,-2,-12,-5\n"
    )
    sensor = Sensor(patterns=read_patterns(path))
    exponent = math.log(0.5) / math.log(math.cos(math.radians(50)))
    for azimuth_deg, tx_db, rx_db in (
        (0.0, [0.0, -1.0], [0.0, -2.0, 0.0, 1.0]),
        (30.0, [-3.0, -4.0], [-3.0, -2.0, -6.0, -2.0]),
    ):
        today_db = 2 * 10 * exponent * math.log10(math.cos(math.radians(azimuth_deg)))
        wanted = np.add.outer(tx_db, rx_db) - today_db
        assert decibels(sensor, azimuth_deg) == pytest.approx(wanted, abs=0.03)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "line 1"),
        ("azimuth_deg,rx0\n0,0\n1,0\n", "line 1"),
        ("azimuth_deg,tx0,rx1\n0,0,0\n1,0,0\n", "line 1"),
        ("azimuth_deg,tx0,rx0\n0,0,0\n1,0,x\n", "line 3"),
        ("azimuth_deg,tx0,rx0\n0,0,0\n1,0\n", "line 3"),
        ("azimuth_deg,tx0,rx0\n0,0,0\n1,0,inf\n", "line 3"),
        ("azimuth_deg,tx0,rx0\n0,0,0\n0,0,0\n", "azimuth_deg must rise"),
        ("azimuth_deg,tx0,rx0\n", "azimuth_deg must rise"),
    ],
)
def test_a_wrong_table_is_named(tmp_path: Path, text: str, named: str) -> None:
    path = tmp_path / "wrong.csv"
    path.write_text(text)
    with pytest.raises(SceneError, match=named) as error:
        read_patterns(path)
    assert "wrong.csv" in str(error.value)


def test_a_table_that_is_not_there_or_of_another_radar_is_named(tmp_path: Path) -> None:
    with pytest.raises(SceneError, match="cannot be read"):
        read_patterns(tmp_path / "none.csv")
    flat = Patterns(np.array([-90.0, 90.0]), np.zeros((3, 2)), np.zeros((4, 2)))
    with pytest.raises(SceneError, match=r"radar front: patterns .* have 3 tx, not 2"):
        simulator(Sensor(patterns=flat))


@pytest.mark.parametrize(
    ("sensor", "named"),
    [
        (Sensor(dead_rx=(4,)), "radar front: dead_rx"),
        (Sensor(dead_tx=(-1,)), "radar front: dead_tx"),
        (Sensor(films=(Film(1.0, tx=(2,)),)), "radar front: film.tx"),
        (
            Sensor(films=(Film(1.0, rx_phase_deg=(1.0,)),)),
            "film.rx_phase_deg has 1 phases, not 4",
        ),
    ],
)
def test_antennas_that_are_not_there_are_named(sensor: Sensor, named: str) -> None:
    with pytest.raises(SceneError, match=named):
        simulator(sensor)


def test_impossible_wear_is_named() -> None:
    for make, named in (
        (lambda: Film(-1.0), "two_way_db"),
        (lambda: Film(1.0, sector_deg=(10.0, -10.0)), "sector_deg"),
        (lambda: Film(1.0, tx_phase_deg=(math.nan,)), "phase"),
        (lambda: Fascia(range_m=0.0), "fascia"),
        (lambda: Drift(gain_db_per_k=math.nan), "gain_db_per_k"),
        (lambda: Sensor(temperature_k=20.0), "temperature_k"),
        (lambda: Sensor(yaw_deg=math.inf), "yaw_deg"),
        (lambda: Sensor(stuck=5), "stuck"),
        (lambda: Sensor(dead_rx=(0,), stuck=40_000), "stuck"),
    ):
        with pytest.raises(SceneError, match=named):
            make()
    with pytest.raises(SceneError, match="no radar 'mid'"):
        RadarSimulator(DEMO, 1, sensors={"mid": Sensor()})


def test_the_sidecar_says_what_is_not_clean() -> None:
    frame = simulator(Sensor(dead_rx=(1,), modulation="bpm")).frame("front", 0, EMPTY)
    assert frame.source["sensor"] == {"dead_rx": "(1,)", "modulation": "'bpm'"}
    assert "sensor" not in simulator(Sensor()).frame("front", 0, EMPTY).source
