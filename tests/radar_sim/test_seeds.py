"""Same seed, same bytes, in any order; and how large the seeded errors are."""

import math

import numpy as np
import pytest

from radar_sim import Perturb, RadarSimulator, Scene, cyclist, no_scatterers, scene_of
from tests.radar_sim.bench import CORNER, DEMO, LOOPS, RX_Y_MM, SAMPLES, STANDING, C, at, centre_hz, samples


def riding() -> Scene:
    return scene_of(STANDING, cyclist(-6.0, -3.0, 0.0, 4.0, 0.2, seed=3))


def test_same_seed_same_bytes_in_any_order() -> None:
    one, other = RadarSimulator(DEMO, 7, perturb=Perturb(7)), RadarSimulator(DEMO, 7, perturb=Perturb(7))
    order = [("corner", 0), ("front", 0), ("corner", 1), ("front", 5)]
    first = {key: one.frame(*key, riding()).samples.tobytes() for key in order}
    again = {key: other.frame(*key, riding()).samples.tobytes() for key in reversed(order)}
    assert first == again
    assert len(set(first.values())) == len(order)


def test_another_seed_gives_other_noise_and_other_errors() -> None:
    one, other = RadarSimulator(DEMO, 7, perturb=Perturb(7)), RadarSimulator(DEMO, 8, perturb=Perturb(8))
    assert not np.array_equal(
        one.frame("front", 0, riding()).samples, other.frame("front", 0, riding()).samples
    )
    assert one.perturbation != other.perturbation


def test_a_perfect_fit_differs_in_nothing() -> None:
    for errors in RadarSimulator(DEMO, 7).perturbation.values():
        assert errors["yaw_deg"] == 0.0
        assert errors["pitch_deg"] == 0.0
        assert errors["position_m"] == [0.0, 0.0, 0.0]
        assert np.array_equal(errors["channel_phase_deg"], np.zeros((2, 4)))


def test_seeded_errors_have_the_stated_spread_and_an_end() -> None:
    drawn = [RadarSimulator(DEMO, seed, perturb=Perturb(seed)).perturbation["corner"] for seed in range(150)]
    angles = np.array([[d["yaw_deg"], d["pitch_deg"]] for d in drawn])
    places = np.array([d["position_m"] for d in drawn])
    phases = np.array([d["channel_phase_deg"] for d in drawn])
    for values, deviation in ((angles, 0.3), (places, 0.02), (phases, 10.0)):
        assert np.abs(values).max() <= 2 * deviation + 1e-9
        assert values.std() == pytest.approx(0.96 * deviation, rel=0.12)
        assert abs(values.mean()) < 0.2 * deviation


@pytest.mark.parametrize("seed", [4, 5, 6])
def test_the_samples_carry_just_the_errors_that_are_reported(seed: int) -> None:
    """Phase between channels: the path to where the antennas truly are, plus the phase of the channel."""
    sim = RadarSimulator(DEMO, seed, perturb=Perturb(seed), with_leakage=False, with_own_body=False)
    errors = sim.perturbation["corner"]
    point = at("corner", 6.0, 25.0)
    signal = samples(sim, "corner", Scene(STANDING, point))
    lines = np.fft.fft(signal.sum(axis=0) * np.hanning(SAMPLES), axis=-1)
    strongest = int(np.argmax(np.abs(lines).sum(axis=(0, 1))))
    measured = np.angle(lines[..., strongest] / lines[0, 0, strongest])

    (x, y, z), yaw, slope, tx_mm = CORNER
    yaw += math.radians(errors["yaw_deg"])
    left = np.array([-math.sin(yaw), math.cos(yaw), 0.0])
    mount = np.array([x, y, z]) + errors["position_m"]
    reflector = point.position_m[0]
    way = [np.linalg.norm(reflector - mount - left * mm * 1e-3) for mm in RX_Y_MM]
    sent = [np.linalg.norm(reflector - mount - left * mm * 1e-3) for mm, _ in tx_mm]
    cycles = (np.array(sent)[:, None] + np.array(way)) * centre_hz(slope) / C
    expected = 2 * np.pi * cycles + np.radians(errors["channel_phase_deg"])
    difference = np.exp(1j * (measured - (expected - expected[0, 0])))
    assert np.abs(np.angle(difference)).max() < 0.02


def test_leakage_stands_still_in_the_first_range_bins_at_the_stated_level() -> None:
    empty = Scene(STANDING, no_scatterers())
    for seed in range(4):
        with_it = RadarSimulator(DEMO, seed, with_own_body=False)
        without = RadarSimulator(DEMO, seed, with_own_body=False, with_leakage=False)
        signal = samples(with_it, "front", empty)
        noise_power = np.mean(np.abs(samples(without, "front", empty)) ** 2)
        lines = np.fft.fft(signal.sum(axis=0), 8 * SAMPLES, axis=-1)
        strongest = np.argmax(np.abs(lines), axis=-1) / 8
        assert np.all(strongest <= 2.0)
        snr = np.abs(lines).max(axis=-1) ** 2 / (noise_power * SAMPLES * LOOPS) * 8  # one of eight channels
        level_db = 10 * np.log10(snr)
        assert level_db.min() > 33.5
        assert level_db.max() < 46.5
        steady = np.abs(np.fft.fft(np.fft.fft(signal, axis=-1)[..., :3].sum(axis=(1, 2, 3))))
        assert int(np.argmax(steady)) == 0
