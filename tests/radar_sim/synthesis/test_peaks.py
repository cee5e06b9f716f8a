"""Where a point's energy goes: range cell, Doppler cell, folds, and cells it walks through."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.radar_sim.synthesis.scenes import (
    ADC_START_S,
    CHIRP_S,
    RATE_HZ,
    SLOPES,
    START_HZ,
    C,
    bench,
    ends,
    radar,
)

PAD = 64


def peak_cell(row: np.ndarray) -> float:
    """Place of the strongest line in cells, by a parabola through a fine spectrum."""
    count = len(row)
    power = np.abs(np.fft.fft(row * np.hanning(count + 2)[1:-1], PAD * count)) ** 2
    top = int(np.argmax(power))
    before, at, after = (np.log(power[(top + n) % len(power)]) for n in (-1, 0, 1))
    return ((top + (before - after) / (before - 2 * at + after) / 2) / PAD) % count


def off_cells(measured: float, expected: float, count: int) -> float:
    """Difference of two places on a circle."""
    return abs((measured - expected + count / 2) % count - count / 2)


def delay_s(x_m: float, y_m: float, tx_y_m: float, rx_y_m: float) -> float:
    return (np.hypot(x_m, y_m - tx_y_m) + np.hypot(x_m, y_m - rx_y_m)) / C


@settings(max_examples=15)
@given(
    x_m=st.floats(1.0, 17.0),
    y_m=st.floats(-5.0, 5.0),
    name=st.sampled_from(sorted(SLOPES)),
    rx=st.integers(0, 3),
)
def test_a_standing_point_lies_in_its_range_cell_to_a_thousandth(
    x_m: float, y_m: float, name: str, rx: int
) -> None:
    seen_by = radar(name=name)
    made = bench(ends([[x_m, y_m, 0.0]]), seen_by).fast()
    tau = delay_s(x_m, y_m, seen_by.tx_m[0][0], seen_by.rx_m[rx][0])
    expected = SLOPES[name] * tau / RATE_HZ * 256
    assert off_cells(peak_cell(made[0, rx]), expected, 256) < 1e-3


@settings(max_examples=15)
@given(rate_mps=st.floats(-25.0, 25.0), range_m=st.floats(3.0, 30.0), name=st.sampled_from(sorted(SLOPES)))
def test_a_moving_point_lies_in_its_doppler_cell_to_a_thousandth(
    rate_mps: float, range_m: float, name: str
) -> None:
    """One sample of all chirps: its frequency is that of the ramp at that time less the delay."""
    made = bench(ends([[range_m, 0.0, 0.0]], [[rate_mps, 0.0, 0.0]]), radar(name=name)).fast()
    t, slope = ADC_START_S + 128 / RATE_HZ, SLOPES[name]
    tau = 2 * (range_m + rate_mps * 64 * CHIRP_S) / C
    cycles_per_loop = 2 * rate_mps / C * (START_HZ + slope * (t - tau)) * 2 * CHIRP_S
    assert off_cells(peak_cell(made[::2, 0, 128]), cycles_per_loop * 64, 64) < 1e-3


def test_speeds_one_fold_apart_share_a_doppler_cell_and_differ_in_the_tdm_phase() -> None:
    """Loops are two chirps apart, transmitters one: one more turn a loop is half a turn between them."""
    wave_m = C / (START_HZ + SLOPES["corner"] * (ADC_START_S + 128 / RATE_HZ))
    fold_mps = wave_m / 2 / (2 * CHIRP_S)
    steps, cells = [], []
    for rate_mps in (3.0, 3.0 + fold_mps):
        made = bench(ends([[10.0, 0.0, 0.0]], [[rate_mps, 0.0, 0.0]]), radar()).fast()
        loops = made[:, 0, 128].reshape(64, 2)
        cells.append(peak_cell(loops[:, 0]))
        own_turn = np.exp(2j * np.pi * cells[-1] / 64 * np.arange(64))
        lines = (loops / own_turn[:, None]).mean(axis=0)
        steps.append(np.angle(lines[1] / lines[0]) / (2 * np.pi))
    assert off_cells(cells[0], cells[1], 64) < 0.01
    assert abs(abs((steps[1] - steps[0] + 1) % 1) - 0.5) < 0.01


def test_a_fast_point_walks_through_range_cells_and_keeps_its_energy() -> None:
    """25 m/s for 4.6 ms are 0.11 m, 0.7 cells of 0.167 m: each chirp has its own cell, no chirp loses any."""
    rate_mps, seen_by, slope = 25.0, radar(), SLOPES["corner"]
    made = bench(ends([[8.0, 0.0, 0.0]], [[rate_mps, 0.0, 0.0]]), seen_by).fast()[:, 0]
    middle_s = ADC_START_S + 12.75e-6
    for chirp in range(0, 128, 9):
        when = chirp * CHIRP_S + 4.0e-6 + middle_s
        tau = delay_s(8.0 + rate_mps * when, 0.0, seen_by.tx_m[chirp % 2][0], 0.0)
        doppler_hz = 2 * rate_mps / C * (START_HZ + slope * (middle_s - tau))
        assert off_cells(peak_cell(made[chirp]), (slope * tau + doppler_hz) / RATE_HZ * 256, 256) < 2e-3
    cells = np.abs(np.fft.fft(made, axis=1)) ** 2
    way_m = 8.0 + rate_mps * (np.arange(128) * CHIRP_S + 4.0e-6 + middle_s)
    assert cells.sum() == pytest.approx(256**2 * np.sum(way_m**-4.0), rel=1e-3)
    assert int(np.argmax(cells[-1])) == int(np.argmax(cells[0])) + 1
