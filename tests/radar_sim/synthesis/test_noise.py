"""Thermal noise and the converter: power, whiteness, quantisation, clipping, and what the pool gives up."""

import numpy as np
import pytest

from radar_sim import RadarSimulator, Scene, SceneError, no_scatterers
from radar_sim.synthesis import Converter
from radar_sim.synthesis.noise import LANES, philox
from tests.radar_sim.bench import STANDING
from tests.radar_sim.synthesis.scenes import FITS

NOISE_LSB = 10.0  # r.m.s. in I and in Q
SHAPE = (384, 4, 256)
KINDS = ("fresh", "pooled")


def noise(kind: str, index: int = 0, seed: int = 1, lsb: float = NOISE_LSB) -> np.ndarray:
    words = Converter(seed, kind).words(np.zeros(SHAPE, np.complex64), "corner", index, lsb)
    assert words.dtype == np.int16
    return words[..., 0].astype(float) + 1j * words[..., 1]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("index", [0, 1, 2])
def test_power_is_within_a_twentieth_of_a_decibel(kind: str, index: int) -> None:
    """Quantisation adds its twelfth of a square LSB in I and in Q."""
    power = np.mean(np.abs(noise(kind, index)) ** 2)
    assert 10 * np.log10(power / (2 * (NOISE_LSB**2 + 1 / 12))) == pytest.approx(0.0, abs=0.05)


@pytest.mark.parametrize("kind", KINDS)
def test_noise_is_white_along_samples_receivers_and_chirps(kind: str) -> None:
    """Power of 256, 4 and 384 lines: each a mean over the rest, with a deviation of 1 / sqrt(number)."""
    made = noise(kind)
    for axis, count in enumerate(SHAPE):
        lines = np.abs(np.fft.fft(made, axis=axis)) ** 2
        others = tuple(n for n in range(3) if n != axis)
        power = lines.mean(axis=others) / lines.mean()
        assert np.abs(power - 1).max() < 5.5 / np.sqrt(made.size / count)


@pytest.mark.parametrize("kind", KINDS)
def test_noise_is_circular_normal_without_mean(kind: str) -> None:
    made = noise(kind, lsb=1000.0)
    count = made.size
    assert abs(made.mean()) < 6 * 1414 / np.sqrt(count)
    assert abs(np.mean(made**2)) / np.mean(np.abs(made) ** 2) < 6 / np.sqrt(count)
    values = np.concatenate([made.real.ravel(), made.imag.ravel()]) / 1000
    assert np.mean(values**4) == pytest.approx(3.0, abs=0.05)
    assert abs(np.mean(values**3)) < 0.02
    for sigmas, share in ((1, 0.317311), (2, 0.045500), (3, 0.0026998), (4, 6.334e-5)):
        beyond = np.count_nonzero(np.abs(values) > sigmas)
        assert abs(beyond - share * values.size) < 6 * np.sqrt(share * values.size)


def test_power_spectrum_over_all_axes_is_exponential() -> None:
    """What a detector sees: a share exp(-x) of the whole transform's cells is above x times their mean."""
    cells = np.abs(np.fft.fftn(noise("fresh"))) ** 2
    for times in (1.0, 3.0, 7.0):
        above = np.count_nonzero(cells > times * cells.mean())
        expected = np.exp(-times) * cells.size
        assert abs(above - expected) < 6 * np.sqrt(expected)


def _likeness(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Greatest correlation of each row with any row of another frame, at any shift, 0 to 1."""
    a, b = (np.fft.fft(rows.reshape(-1, 256)[:400], 512, axis=1) for rows in (one, other))
    power = np.sqrt(np.mean(np.abs(one) ** 2) * np.mean(np.abs(other) ** 2)) * 256
    return np.array([np.abs(np.fft.ifft(row * np.conj(b), axis=1)).max() for row in a]) / power


def test_fresh_frames_have_nothing_in_common_and_pooled_ones_a_little() -> None:
    """A pool of 2^20 values: a row meets one of 400 rows with a chance of about 400 * 1024 / 2^20."""
    assert np.mean(_likeness(noise("fresh", 0), noise("fresh", 1)) > 0.5) == 0.0
    shared = np.mean(_likeness(noise("pooled", 0), noise("pooled", 1)) > 0.5)
    assert 0.05 < shared < 0.4
    one, other = noise("pooled", 0), noise("pooled", 1)
    assert not np.array_equal(one, other)
    assert abs(np.vdot(one, other)) / np.vdot(one, one).real < 6 / np.sqrt(one.size)


@pytest.mark.parametrize("kind", KINDS)
def test_seed_radar_and_frame_decide_and_order_does_not(kind: str) -> None:
    silence, one, other = np.zeros(SHAPE, np.complex64), Converter(4, kind), Converter(4, kind)
    keys = [("corner", 0), ("front", 0), ("corner", 7)]
    first = {key: one.words(silence, *key, 10.0).tobytes() for key in keys}
    assert first == {key: other.words(silence, *key, 10.0).tobytes() for key in reversed(keys)}
    assert len(set(first.values())) == len(keys)
    assert Converter(5, kind).words(silence, "corner", 0, 10.0).tobytes() not in first.values()


def test_the_counter_is_philox_with_its_published_answers() -> None:
    """Known answers of the authors' own test for 4x32-10: counter and key all zero, and all ones."""
    words = np.empty(4 * LANES, np.uint32)
    philox(np.uint64(0), np.zeros(2, np.uint64), words)
    assert [hex(words[n * LANES]) for n in range(4)] == [
        "0x6627e8d5",
        "0xe169c58d",
        "0xbc57ac4c",
        "0x9b00dbd8",
    ]


def test_quantisation_is_a_twelfth_of_a_square_lsb() -> None:
    rng = np.random.default_rng(2)
    signal = (rng.uniform(-3000, 3000, SHAPE) + 1j * rng.uniform(-3000, 3000, SHAPE)).astype(np.complex64)
    words = Converter(1, "fresh").words(signal, "corner", 0, 0.0)
    wrong = words[..., 0] - signal.real
    assert np.abs(wrong).max() <= 0.5
    assert np.mean(wrong.astype(float) ** 2) == pytest.approx(1 / 12, rel=0.01)


def test_too_strong_a_signal_clips() -> None:
    signal = np.full((2, 1, 4), 1e6 - 1e9j, np.complex64)
    words = Converter(1, "fresh").words(signal, "corner", 0, 10.0)
    assert np.all(words[..., 0] == 32767)
    assert np.all(words[..., 1] == -32768)


@pytest.mark.parametrize("samples", [4, 6, 8192])
def test_rows_of_any_length(samples: int) -> None:
    for kind in KINDS:
        words = Converter(1, kind).words(np.zeros((3, 2, samples), np.complex64), "corner", 0, 100.0)
        assert words.shape == (3, 2, samples, 2)
        assert 60 < words.std() < 140


def test_another_kind_of_noise_is_refused() -> None:
    with pytest.raises(SceneError, match="pink"):
        RadarSimulator(FITS / "demo.toml", 1, noise="pink")


def test_the_simulator_takes_either() -> None:
    empty = Scene(STANDING, no_scatterers())
    made = [
        RadarSimulator(FITS / "demo.toml", 1, noise=kind).frame("corner", 0, empty).samples for kind in KINDS
    ]
    assert not np.array_equal(*made)
    assert made[1].std() == pytest.approx(made[0].std(), rel=0.02)
