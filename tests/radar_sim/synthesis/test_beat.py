"""The fast kernel against the exact one, against FINUFFT, and both against the definition written here."""

from dataclasses import replace

import finufft
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radar_sim.errors import SceneError
from radar_sim.paths import Ends, Sending
from radar_sim.synthesis import chirp_times_s
from tests.radar_sim.synthesis.scenes import (
    ADC_START_S,
    CHIRP_S,
    IDLE_S,
    RATE_HZ,
    SLOPES,
    START_HZ,
    TURNING,
    Bench,
    C,
    bench,
    directions,
    ends,
    error_db,
    radar,
    spread_points,
)


def by_definition(out: Ends, name: str) -> np.ndarray:
    """exp(2 pi j (f0 tau + S tau t - S tau^2 / 2)) while points move within the chirp; demo fit."""
    seen_by, slope = radar(name=name), SLOPES[name]
    t = ADC_START_S + np.arange(256) / RATE_HZ
    made = np.zeros((128, 4, 256), dtype=np.complex128)
    for chirp in range(128):
        when = chirp * CHIRP_S + IDLE_S + t
        for place, speed, change in zip(out.position_m, out.velocity_mps, out.acceleration_mps2, strict=True):
            way = place[:, None] + speed[:, None] * when + change[:, None] * when**2 / 2
            tx_y, tx_z = seen_by.tx_m[chirp % 2]
            sent = np.sqrt(way[0] ** 2 + (way[1] - tx_y) ** 2 + (way[2] - tx_z) ** 2)
            for rx, (rx_y, rx_z) in enumerate(seen_by.rx_m):
                received = np.sqrt(way[0] ** 2 + (way[1] - rx_y) ** 2 + (way[2] - rx_z) ** 2)
                tau = (sent + received) / C
                cycles = np.mod(START_HZ * tau + slope * tau * t - slope * tau**2 / 2, 1)
                made[chirp, rx] += np.exp(2j * np.pi * cycles) / (sent * received)
    return made


@pytest.mark.parametrize("name", ["corner", "front"])
@pytest.mark.parametrize("speed_mps", [0.0, 11.0])
def test_exact_and_fast_are_the_definition(name: str, speed_mps: float) -> None:
    rng = np.random.default_rng(2)
    place_m = np.array([[4.0, 1.0, 0.2], [9.0, -3.0, -0.4], [17.0, 5.0, 0.0]])
    out = ends(place_m, speed_mps * directions(rng, 3), speed_mps * directions(rng, 3))
    one, truth = bench(out, radar(name=name)), by_definition(out, name)
    assert error_db(one.exact(), truth) < -160
    assert error_db(one.fast(), truth) < -80


@settings(max_examples=12)
@given(seed=st.integers(0, 10_000), name=st.sampled_from(sorted(SLOPES)), ghosts=st.booleans())
def test_hard_scene_is_the_exact_one_within_80_db(seed: int, name: str, ghosts: bool) -> None:
    """1 to 34 m, 8 m/s and 20 m/s2 in any direction, a turning truck; ghosts come back from elsewhere."""
    rng = np.random.default_rng(seed)
    out, back = (
        ends(spread_points(rng, 12), 8 * directions(rng, 12), 20 * directions(rng, 12)) for _ in range(2)
    )
    one = bench(out, radar("tipper", name), back=back if ghosts else None, truck=TURNING, seed=seed)
    made = one.fast()
    assert made.dtype == np.complex64
    assert error_db(made, one.exact()) < -80  # -65 is what the issue asks for


@pytest.mark.parametrize("speed_mps", [8.0, 30.0])
def test_quadratic_phase_inside_the_ramp_is_there(speed_mps: float) -> None:
    """Left out, it alone would cost -51 dB at 8 m/s and 80 MHz/us: S (2 v / c) (12.8 us)^2 = 7e-4 cycles."""
    out = ends([[9.0, 0.0, 0.0]], [[speed_mps, 0.0, 0.0]])
    one = bench(out, radar("tipper", "front"))
    assert error_db(one.fast(), one.exact()) < (-80 if speed_mps < 10 else -68)
    t = (np.arange(256) - 127.5) / RATE_HZ
    flat = one.exact() * np.exp(-2j * np.pi * 80e12 * (2 * speed_mps / C) * t**2)
    assert error_db(flat, one.exact()) > -60


@pytest.mark.parametrize("count", [1, 2, 255, 256, 257])
def test_any_number_of_paths(count: int) -> None:
    rng = np.random.default_rng(count)
    one = bench(ends(spread_points(rng, count)), radar(), seed=count)
    first_chirps = slice(0, 4)
    assert error_db(one.fast()[first_chirps], one.exact()[first_chirps]) < -80


def test_no_path_is_silence() -> None:
    made = bench(ends(np.empty((0, 3))), radar()).fast()
    assert made.shape == (128, 4, 256)
    assert not made.any()


@pytest.mark.parametrize("samples", [4, 6, 16, 100, 250, 512, 1024])
def test_any_number_of_samples(samples: int) -> None:
    rng = np.random.default_rng(samples)
    seen_by = radar()
    seen_by = replace(seen_by, profile=replace(seen_by.profile, samples=samples, loops=2))
    one = bench(ends(spread_points(rng, 20), 8 * directions(rng, 20)), seen_by, seed=samples)
    assert error_db(one.fast(), one.exact()) < (-75 if samples < 512 else -65)


@pytest.mark.parametrize(
    ("samples", "slope"), [(512, 78e12), (1024, 39e12), (2048, 19e12), (8192, 4.8e12), (8192, 0.3e12)]
)
def test_long_ramps_of_4_ghz_are_as_exact_at_30_metres_a_second(samples: int, slope: float) -> None:
    """As one piece they were not: S (2 v / c) (T / 2)^2 is 0.17 cycles in 0.8 ms, and 40 m/s2 add 0.002."""
    rng = np.random.default_rng(samples)
    seen_by = radar()
    profile = replace(seen_by.profile, samples=samples, loops=1, slope_hz_per_s=slope)
    seen_by = replace(seen_by, profile=profile)
    fast = bench(
        ends(spread_points(rng, 12), 30 * directions(rng, 12), 40 * directions(rng, 12)),
        seen_by, truck=TURNING, seed=samples,
    )  # fmt: skip
    assert error_db(fast.fast(), fast.exact()) < -65


def test_finufft_gives_the_same_rows() -> None:
    """Standing points seen by a standing truck: a row is a sum of plain tones, theirs of float64."""
    rng = np.random.default_rng(5)
    place_m = spread_points(rng, 200)
    seen_by, slope = radar(), SLOPES["corner"]
    made = bench(ends(place_m), seen_by).fast()
    for chirp in (0, 1, 127):
        for rx in range(4):
            tx_y, tx_z = seen_by.tx_m[chirp % 2]
            rx_y, rx_z = seen_by.rx_m[rx]
            sent = np.linalg.norm(place_m - [0, tx_y, tx_z], axis=1)
            received = np.linalg.norm(place_m - [0, rx_y, rx_z], axis=1)
            tau = (sent + received) / C
            middle_s = ADC_START_S + 128 / RATE_HZ
            cycles = np.mod(START_HZ * tau + slope * tau * middle_s - slope * tau**2 / 2, 1)
            strength = np.exp(2j * np.pi * cycles) / (sent * received)
            turn = 2 * np.pi * np.mod(slope * tau / RATE_HZ, 1)
            row = finufft.nufft1d1(turn, strength, 256, eps=1e-12, isign=1)
            assert error_db(made[chirp, rx], row) < -80


def _sending(one: Bench, code: np.ndarray) -> Bench:
    return replace(one, sending=Sending(code.astype(np.complex64), one.sending.channel))


@pytest.mark.parametrize(
    "code_of",
    [
        lambda chirp, tx: (-1.0) ** (chirp * tx),  # binary phase: the second turned over in every other chirp
        lambda chirp, tx: np.exp(2j * np.pi * chirp * tx / 3),  # Doppler division: a third of a turn a chirp
    ],
)
def test_transmitters_at_once_are_the_sum_of_each_alone(code_of) -> None:
    rng = np.random.default_rng(9)
    out = ends(spread_points(rng, 30), 6 * directions(rng, 30))
    one = bench(out, radar("tipper"), seed=9)
    chirp, tx = np.mgrid[0:384, 0:3]
    code = code_of(chirp, tx)
    together = _sending(one, code)
    alone = sum(
        code[:, n, None, None] * _sending(one, np.broadcast_to(np.eye(3)[n], (384, 3))).fast()
        for n in range(3)
    )
    assert error_db(together.fast(), alone) < -110
    assert error_db(together.fast(), together.exact()) < -80


def test_a_dead_channel_is_silent_and_leaves_the_others_alone() -> None:
    rng = np.random.default_rng(4)
    one = bench(ends(spread_points(rng, 10)), radar(), seed=4)
    channel = one.sending.channel.copy()
    channel[1, 2] = 0
    made, whole = replace(one, sending=Sending(one.sending.code, channel)).fast(), one.fast()
    assert not made[1::2, 2].any()
    assert np.array_equal(made[::2], whole[::2])
    assert np.array_equal(made[1::2, [0, 1, 3]], whole[1::2, [0, 1, 3]])


def test_paths_that_are_no_numbers_are_refused_and_extremes_do_no_harm() -> None:
    good = np.array([[5.0, 0.0, 0.0]])
    for bad in (np.nan, np.inf):
        with pytest.raises(SceneError, match="velocity_mps"):
            ends(good, [[bad, 0.0, 0.0]])
        one = bench(ends(good), radar())
        with pytest.raises(SceneError, match="sent"):
            replace(one.paths, sent=one.paths.sent * np.float32(bad))
    in_an_antenna = bench(ends([[0.0, 0.0, 0.0]]), radar()).fast()
    assert np.isfinite(in_an_antenna).all()
    for speed_mps in (1e9, 1e300):  # nothing sensible comes out, but nothing else is touched
        assert bench(ends(good, [[speed_mps, 0.0, 0.0]]), radar()).fast().shape == (128, 4, 256)


def test_chirps_are_timed_at_the_middle_of_their_samples() -> None:
    times_s = chirp_times_s(radar())
    assert times_s[0] == pytest.approx(IDLE_S + ADC_START_S + 127.5 / RATE_HZ)
    assert np.diff(times_s) == pytest.approx(CHIRP_S)
