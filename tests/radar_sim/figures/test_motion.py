"""Every point moves as its velocity, acceleration and jerk say, and a frame long as their cubic says."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radar_sim import Scatterers, Thing, adult, child, cyclist, delivery_scooter, e_bike, wheelchair
from tests.radar_sim.figures.moving import ALL, NAMES, Figure, along

FRAME_S = 0.014
WAVE_MM = 3.893
CHAIN = ("position_m", "velocity_mps", "acceleration_mps2", "jerk_mps3")


@pytest.mark.parametrize(("figure", "told", "fastest_mps"), ALL, ids=NAMES)
@given(
    part=st.floats(0.02, 1.0),
    t_s=st.floats(0.0, 20.0),
    heading_rad=st.floats(-3.0, 3.0),
    seed=st.integers(0, 9),
)
@settings(max_examples=25)
def test_each_derivative_is_that_of_the_one_before(
    figure: Figure,
    told: dict[str, Any],
    fastest_mps: float,
    part: float,
    t_s: float,
    heading_rad: float,
    seed: int,
) -> None:
    dt, speed_mps = 2e-5, part * fastest_mps
    before, now, after = (
        along(figure, speed_mps, heading_rad, t_s + step, seed=seed, **told).scatterers
        for step in (-dt, 0.0, dt)
    )
    for lower, higher in pairwise(CHAIN):
        rate = (getattr(after, lower) - getattr(before, lower)) / (2 * dt)
        said = getattr(now, higher)
        assert rate == pytest.approx(said, abs=0.01 * (np.abs(said).max() + 0.1))


def cubic_error_mm(now: Scatterers, later: Scatterers) -> float:
    """What value and derivatives at a frame's start miss at its end."""
    guess = now.position_m + FRAME_S * (
        now.velocity_mps + FRAME_S * (now.acceleration_mps2 / 2 + FRAME_S * now.jerk_mps3 / 6)
    )
    return float(np.linalg.norm(guess - later.position_m, axis=1).max() * 1e3)


def worst_mm(figure: Figure, speed_mps: float, over_s: float = 1.4, **told: Any) -> float:
    starts = np.linspace(0.0, over_s, 80)
    pairs = ((along(figure, speed_mps, 0.0, t, **told), t) for t in starts)
    return max(
        cubic_error_mm(now.scatterers, along(figure, speed_mps, 0.0, t + FRAME_S, **told).scatterers)
        for now, t in pairs
    )


@pytest.mark.parametrize(
    ("figure", "speed_mps", "part_of_wave"),
    [
        (adult, 1.0, 1 / 80),
        (adult, 1.4, 1 / 35),
        (adult, 1.8, 1 / 15),
        (adult, 2.5, 1 / 3.5),
        (child, 1.0, 1 / 40),
        (child, 1.4, 1 / 12),
        (cyclist, 5.0, 1 / 140),
        (cyclist, 7.0, 1 / 36),
        (e_bike, 7.0, 1 / 36),
        (cyclist, 10.0, 1 / 9),
        (delivery_scooter, 7.0, 1 / 10),
        (wheelchair, 2.0, 1 / 100),
    ],
)
def test_within_a_frame_the_cubic_is_right_to_a_part_of_a_wave(
    figure: Figure, speed_mps: float, part_of_wave: float
) -> None:
    """The figures of docs/explanation/simulator.md: heel strike is not linearised."""
    worst = worst_mm(figure, speed_mps)
    assert worst < part_of_wave * WAVE_MM
    assert worst > part_of_wave * WAVE_MM / 4  # the text does not promise too little either


def test_a_straight_line_instead_would_miss_by_half_a_wave() -> None:
    """Why acceleration and jerk are carried at all."""
    errors = []
    for t_s in np.linspace(0.0, 1.1, 60):
        now = along(adult, 1.4, 0.0, t_s).scatterers
        later = along(adult, 1.4, 0.0, t_s + FRAME_S).scatterers
        straight = now.position_m + FRAME_S * now.velocity_mps
        errors.append(np.linalg.norm(straight - later.position_m, axis=1).max() * 1e3)
    assert max(errors) > WAVE_MM / 2


@pytest.mark.parametrize(("figure", "told", "fastest_mps"), ALL, ids=NAMES)
def test_nothing_jumps(figure: Figure, told: dict[str, Any], fastest_mps: float) -> None:
    """Over half a second in steps of 2 ms no derivative changes faster than the next one allows."""
    speed_mps, dt = fastest_mps / 2, 0.002
    ride = [along(figure, speed_mps, 0.3, n * dt, seed=4, **told).scatterers for n in range(250)]
    for lower, higher in pairwise(CHAIN):
        values = np.array([getattr(now, lower) for now in ride])
        rates = np.array([getattr(now, higher) for now in ride])
        step = np.abs(np.diff(values, axis=0))
        allowed = np.maximum(np.abs(rates[:-1]), np.abs(rates[1:])) * dt
        most = np.abs(rates).max() * dt
        assert np.max(step - allowed) < 0.05 * most + 1e-9


@pytest.mark.parametrize(("figure", "told", "fastest_mps"), ALL, ids=NAMES)
def test_the_mirror_image_has_the_same_bits(figure: Figure, told: dict[str, Any], fastest_mps: float) -> None:
    speed_mps = 0.7 * fastest_mps

    def built(side: str, sign: float) -> Thing:
        return figure(1.3, sign * 3.1, sign * 0.37, speed_mps, 2.9, seed=3, near_side=side, **told)

    right, left = built("right", -1.0), built("left", 1.0)
    for name in CHAIN:
        assert np.array_equal(getattr(right.scatterers, name) * [1, -1, 1], getattr(left.scatterers, name))
    assert np.array_equal(right.scatterers.rcs_m2, left.scatterers.rcs_m2)
    assert np.array_equal(right.scatterers.aspect, left.scatterers.aspect)
    assert np.array_equal(-right.scatterers.heading_rad, left.scatterers.heading_rad, equal_nan=True)
    (box,), (other,) = right.boxes, left.boxes
    assert (box.x_m, -box.y_m, -box.heading_rad) == (other.x_m, other.y_m, other.heading_rad)
    assert right.velocity_mps == (left.velocity_mps[0], -left.velocity_mps[1], 0.0)
    # The identity is not one of figures without a left and a right.
    assert not np.array_equal(built("right", 1.0).scatterers.position_m, left.scatterers.position_m)


@pytest.mark.parametrize(("figure", "told", "fastest_mps"), ALL, ids=NAMES)
def test_the_truth_and_the_box_are_where_the_points_are(
    figure: Figure, told: dict[str, Any], fastest_mps: float
) -> None:
    thing = along(figure, fastest_mps, 0.5, 3.0, **told)
    assert thing.name == figure.__name__
    assert thing.velocity_mps == pytest.approx((fastest_mps * np.cos(0.5), fastest_mps * np.sin(0.5), 0.0))
    points = thing.scatterers.position_m
    assert np.abs(points[:, :2].mean(axis=0) - thing.place_m[:2]).max() < 0.3
    (box,) = thing.boxes
    assert not box.hides_own
    assert (box.x_m, box.y_m, box.heading_rad) == (*thing.place_m[:2], thing.heading_rad)
    assert box.low_m < thing.place_m[2] < box.high_m
    assert np.ptp(points[:, 2]) < box.high_m < points[:, 2].max() + 0.25
    assert 0.2 < box.width_m <= box.length_m + 0.2 < 2.0
