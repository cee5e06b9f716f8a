"""Doppler of gait and wheels measured from samples, with a transform written here."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from radar_sim import Scatterers, SimulatedFrame, Thing, adult, cyclist, e_bike, scene_of
from tests.radar_sim.bench import FRONT, LOOPS, STANDING, C, centre_hz, plain

LOOP_S = 2 * 35.6e-6  # two transmitters in turn
WAVE_M = C / centre_hz(FRONT[2])
CELL_MPS = WAVE_M / (2 * LOOPS * LOOP_S)
SPEEDS_MPS = (np.arange(LOOPS) - LOOPS // 2) * CELL_MPS  # receding positive
MOUTH_MPS = 2.5 * CELL_MPS  # how far the window spreads one line
CLEAR_DB = 13.0  # over the noise


def doppler_db(frame: SimulatedFrame) -> NDArray[np.float64]:
    """Power against range rate over the noise: of the strongest range, the channels summed."""
    words = frame.samples.astype(np.float64)
    signal = (words[..., 0] + 1j * words[..., 1]).reshape(LOOPS, 8, -1)
    slow, fast = np.blackman(LOOPS)[:, None, None], np.hanning(signal.shape[-1])
    spectrum = np.fft.fft2(signal * slow * fast, axes=(0, 2))[:, :, 4:]  # without the nearest 0.3 m
    power = np.sum(np.abs(np.fft.fftshift(spectrum, axes=0)) ** 2, axis=1).max(axis=1)
    noise = 8 * 2 * 10.0**2 * np.sum(slow**2) * np.sum(fast**2)  # 10 LSB in I and in Q
    return np.asarray(10 * np.log10(power / noise))


def spectra(figure: Callable[[float], Thing], times_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """(moment, speed), the front radar alone in an empty world."""
    sim = plain()
    frames = (sim.frame("front", n, scene_of(STANDING, figure(t))) for n, t in enumerate(times_s))
    return np.array([doppler_db(frame) for frame in frames])


def coming(t_s: float) -> Thing:
    """Walks towards the truck, 5 m ahead of it at time 0."""
    return adult(5.0 - 1.4 * t_s, 0.4, math.pi, 1.4, t_s, seed=2)


def extent(levels_db: NDArray[np.float64], over_db: float) -> tuple[float, float]:
    seen = SPEEDS_MPS[(levels_db > over_db).any(axis=0)]
    return float(seen.min()), float(seen.max())


def test_a_walker_spreads_from_a_standing_foot_to_three_times_his_speed() -> None:
    cycle_s = 1.346 / math.sqrt(1.4 / (0.491 * 1.75))
    levels_db = spectra(coming, np.arange(24) * cycle_s / 24)
    fastest, slowest = extent(levels_db, CLEAR_DB)
    assert -3.7 * 1.4 - MOUTH_MPS < fastest < -2.8 * 1.4
    assert -0.2 < slowest < MOUTH_MPS
    # The body's line lies at the walking speed whatever the limbs do.
    strongest = SPEEDS_MPS[np.argmax(levels_db.sum(axis=0))]
    assert strongest == pytest.approx(-1.4, abs=CELL_MPS)
    still, going = (int(np.argmin(np.abs(SPEEDS_MPS - speed))) for speed in (0.0, 1.4))
    assert levels_db[:, still].max() > levels_db[:, going].max() + 20  # a foot at rest, none going away


def test_somebody_who_stands_has_one_line() -> None:
    levels_db = spectra(lambda t_s: adult(4.0, 0.4, math.pi, 0.0, t_s, seed=2), np.arange(2.0))
    fastest, slowest = extent(levels_db, CLEAR_DB)
    assert fastest > -MOUTH_MPS
    assert slowest < MOUTH_MPS


def alone(thing: Thing, which: slice) -> Thing:
    """Some points of it, together as strong as a person whichever way they face."""
    points = thing.scatterers
    chosen = (points.position_m, points.velocity_mps, np.full(len(points), 0.2))
    moving = {"acceleration_mps2": points.acceleration_mps2[which], "jerk_mps3": points.jerk_mps3[which]}
    return Thing(thing.name, Scatterers(*(values[which] for values in chosen), **moving))


@pytest.mark.parametrize("scale", [0.6, 1.0])
def test_wheels_spread_from_nothing_to_twice_the_speed_whatever_their_radius(scale: float) -> None:
    def riding(t_s: float) -> Thing:
        bike = cyclist(7.0 - 5.0 * t_s, 0.4, math.pi, 5.0, t_s, seed=1, scale=scale, rim_points=40)
        return alone(bike, slice(34, 114))

    levels_db = spectra(riding, np.arange(6) * 0.05)
    fastest, slowest = extent(levels_db, CLEAR_DB)
    assert -10.0 - MOUTH_MPS < fastest < -9.3
    assert -0.7 < slowest < MOUTH_MPS


@pytest.mark.parametrize(("pedalling", "spread_mps"), [(False, 0.0), (True, 2.0)])
def test_legs_on_an_e_bike_have_a_line_and_pedalling_ones_a_band(pedalling: bool, spread_mps: float) -> None:
    """Pedals go at 5 / 0.34 / 2.5 * 0.17 = 1 m/s to and fro about the bike."""

    def riding(t_s: float) -> Thing:
        bike = e_bike(7.0 - 5.0 * t_s, 0.4, math.pi, 5.0, t_s, seed=1, pedalling=pedalling)
        return alone(bike, slice(24, 34))

    fastest, slowest = extent(spectra(riding, np.arange(12) * 0.05), CLEAR_DB)
    assert fastest > -5.0 - spread_mps / 2 - 2 * MOUTH_MPS
    assert slowest < -5.0 + spread_mps / 2 + 2 * MOUTH_MPS
    assert slowest - fastest == pytest.approx(2 * MOUTH_MPS + spread_mps, abs=0.9)
