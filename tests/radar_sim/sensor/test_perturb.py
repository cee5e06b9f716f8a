"""The radars' copy of the fit: how far off, that it is in the samples, and that off is off."""

import math
from dataclasses import asdict

import numpy as np
import pytest

from radar_sim import Drift, Perturb, RadarSimulator, Scene, SceneError, Sensor, no_scatterers
from tests.radar_sim.bench import DEMO, SAMPLES, STANDING, at, samples


def simulator(perturb: Perturb | None, **changes: object) -> RadarSimulator:
    return RadarSimulator(DEMO, 1, perturb=perturb, with_leakage=False, with_own_body=False, **changes)


def test_the_defaults_are_those_of_an_installation() -> None:
    wanted = {"pose_deg": 0.3, "position_m": 0.02, "phase_deg": 10.0, "gain_db": 1.0, "clock_ppm": 50.0}
    assert asdict(Perturb(3)) == {"seed": 3, **wanted}


@pytest.mark.parametrize(
    ("key", "deviation"), [("channel_gain_db", 1.0), ("channel_phase_deg", 10.0), ("clock_ppm", 50.0)]
)
def test_what_is_drawn_has_its_spread_and_ends_at_twice(key: str, deviation: float) -> None:
    found = np.array([simulator(Perturb(seed)).perturbation["corner"][key] for seed in range(400)])
    assert np.abs(found).max() <= 2 * deviation
    # A normal cut to its ends at two deviations: 0.9546 of its spread is left.
    assert found.std() == pytest.approx(0.9594 * deviation, rel=0.08)
    assert abs(found.mean()) < 0.15 * deviation


def test_radars_are_drawn_apart_and_by_the_perturbations_own_seed() -> None:
    one = simulator(Perturb(5)).perturbation
    assert one["corner"] != one["front"]
    again = RadarSimulator(DEMO, 99, perturb=Perturb(5)).perturbation
    assert one == again
    assert simulator(Perturb(6)).perturbation != one


def test_the_noise_is_the_same_whatever_the_perturbation() -> None:
    empty = Scene(STANDING, no_scatterers())
    noise = [simulator(one).frame("front", 0, empty).samples for one in (None, Perturb(1), Perturb(2))]
    assert np.array_equal(noise[0], noise[1])
    assert np.array_equal(noise[0], noise[2])


def test_off_is_exactly_the_fit() -> None:
    nothing = Perturb(1, pose_deg=0, position_m=0, phase_deg=0, gain_db=0, clock_ppm=0)
    scene = Scene(STANDING, at("front", 6.0, 20.0, rcs_m2=100.0))
    off, none = (simulator(one).frame("front", 0, scene).samples for one in (None, nothing))
    assert np.array_equal(off, none)
    for told in simulator(None).perturbation.values():
        assert told["clock_ppm"] == told["yaw_deg"] == told["pitch_deg"] == 0
        assert not np.any(told["channel_gain_db"])
        assert not np.any(told["channel_phase_deg"])
        assert told["position_m"] == [0, 0, 0]


def test_the_gains_that_are_told_are_in_the_samples() -> None:
    only = {"pose_deg": 0, "position_m": 0, "clock_ppm": 0}
    scene = Scene(STANDING, at("front", 6.0, 20.0, rcs_m2=1e3))
    sim = simulator(Perturb(4, **only))
    found, wanted = (samples(one, "front", scene).sum(axis=0) for one in (sim, simulator(None)))
    lines = [np.fft.fft(one * np.hanning(SAMPLES), axis=-1) for one in (found, wanted)]
    strongest = int(np.argmax(np.abs(lines[1]).sum(axis=(0, 1))))
    ratio = lines[0][..., strongest] / lines[1][..., strongest]
    told = sim.perturbation["front"]
    assert 20 * np.log10(np.abs(ratio)) == pytest.approx(np.array(told["channel_gain_db"]), abs=0.02)
    turn = np.exp(1j * (np.angle(ratio) - np.radians(told["channel_phase_deg"])))
    assert np.abs(np.angle(turn)).max() < 0.003


def beat_bins(sim: RadarSimulator, range_m: float) -> float:
    """Peak of a strong reflector in cells of the declared transform, to a hundred-thousandth."""
    signal = samples(sim, "front", Scene(STANDING, at("front", range_m, 0.0, rcs_m2=1e6)))
    window = np.hanning(SAMPLES)
    total = signal[:, 0, 0].mean(axis=0) * window
    pad = 2**18
    spectrum = np.abs(np.fft.fft(total, pad))
    line = int(np.argmax(spectrum))
    left, middle, right = np.log(spectrum[line - 1 : line + 2])
    return (line + (left - right) / (2 * (left - 2 * middle + right))) / pad * SAMPLES


@pytest.mark.parametrize("seed", [1, 2, 8])
def test_a_fast_clock_stretches_the_range_scale_by_its_error(seed: int) -> None:
    """Steeper by twice the error, sampled faster by once: each beat is higher by once, in cells."""
    only = {"pose_deg": 0, "position_m": 0, "phase_deg": 0, "gain_db": 0}
    sim = simulator(Perturb(seed, **only, clock_ppm=500.0))
    told = sim.perturbation["front"]["clock_ppm"]
    stretch = beat_bins(sim, 15.0) / beat_bins(simulator(None), 15.0)
    assert abs(told) > 50
    assert (stretch - 1) * 1e6 == pytest.approx(told, abs=15)


def test_fifty_ppm_shift_the_range_scale_by_fifty_ppm() -> None:
    drift = Drift(gain_db_per_k=0.0, phase_deg_per_k=0.0, noise_figure_db_per_k=0.0, clock_ppm_per_k=1.0)
    warm = simulator(None, sensors={"front": Sensor(temperature_k=340.0, drift=drift)})
    stretch = beat_bins(warm, 15.0) / beat_bins(simulator(None), 15.0)
    assert (stretch - 1) * 1e6 == pytest.approx(50.0, abs=10.0)


def test_what_is_declared_stays_declared() -> None:
    sim = simulator(Perturb(3, clock_ppm=500.0))
    frame = sim.frame("front", 0, Scene(STANDING, no_scatterers()))
    assert frame.source["fit"]["profile"]["slope_mhz_per_us"] == 80.0
    assert sim.frame_duration_us("front") == 4557
    assert sim.frame_period_us("front") == 50_000


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"seed": -1}, "seed"),
        ({"seed": True}, "seed"),
        ({"seed": 1, "pose_deg": -0.1}, "pose_deg"),
        ({"seed": 1, "gain_db": math.nan}, "gain_db"),
        ({"seed": 1, "clock_ppm": 1e4}, "clock_ppm"),
    ],
)
def test_an_impossible_perturbation_is_named(wrong: dict, named: str) -> None:
    with pytest.raises(SceneError, match=f"perturb: {named}"):
        Perturb(**wrong)


@pytest.mark.parametrize("wrong", [True, False, 1])
def test_a_perturbation_without_a_seed_is_refused(wrong: object) -> None:
    with pytest.raises(SceneError, match="not Perturb"):
        RadarSimulator(DEMO, 1, perturb=wrong)  # type: ignore[arg-type]
