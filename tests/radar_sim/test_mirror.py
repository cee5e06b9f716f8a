"""A fit and scene mirrored to the left give the same raw samples, bit for bit."""

import math
from typing import Literal

import numpy as np
import pytest

from radar_sim import (
    Perturb,
    RadarSimulator,
    Scatterers,
    Scene,
    TruckPose,
    adult,
    cyclist,
    street,
)
from radar_sim.figures.own_flank import own_flank
from radar_sim.fit import load_fit
from tests.radar_sim.bench import DEMO, NO_SLIP_X_M, TIPPER

Side = Literal["right", "left"]


def scene(side: Side, seed: int, t_s: float) -> Scene:
    """A turn towards the near side with a cyclist who overtakes; every y, angle and yaw rate has its sign."""
    sign = -1.0 if side == "right" else 1.0
    truck = TruckPose(3.1 * t_s, sign * 0.7 * t_s, sign * 0.31 * t_s, 4.17, sign * 0.3473, NO_SLIP_X_M)
    rider = cyclist(-9.0 + 5.0 * t_s, sign * 3.27, sign * 0.05, 5.0, t_s, seed=seed, near_side=side)
    around = street(seed=seed, near_side=side, opening_x_m=(8.0, 20.0)).scatterers
    walker = adult(4.0, sign * 5.1, sign * -1.5, 1.3, t_s, seed=seed, near_side=side)
    return Scene(truck, around, (rider, walker))


@pytest.mark.parametrize("fit", [DEMO, TIPPER])
@pytest.mark.parametrize(("seed", "t_s"), [(1, 0.0), (2, 0.7), (3, 1.9)])
def test_mirrored_scene_gives_the_same_bits(fit: object, seed: int, t_s: float) -> None:
    right = RadarSimulator(fit, seed, "right", Perturb(seed))
    left = RadarSimulator(fit, seed, "left", Perturb(seed))
    for name in right.radars:
        a = right.frame(name, 4, scene("right", seed, t_s)).samples
        b = left.frame(name, 4, scene("left", seed, t_s)).samples
        assert np.array_equal(a, b)


def test_the_mirrored_cyclist_alone_on_the_wrong_side_is_not_the_same() -> None:
    """The identity above is not one of samples that never change."""
    left = RadarSimulator(DEMO, 1, near_side="left")
    a = left.frame("corner", 0, scene("left", 1, 0.7)).samples
    b = left.frame("corner", 0, scene("right", 1, 0.7)).samples
    assert not np.array_equal(a, b)


def test_points_of_the_mirrored_things_have_the_other_y() -> None:
    pairs: list[tuple[Scatterers, Scatterers]] = [
        tuple(street(seed=5, near_side=side).scatterers for side in ("right", "left")),
        tuple(own_flank(load_fit(DEMO, side), 5) for side in ("right", "left")),
        (
            cyclist(1.0, -3.0, -0.2, 4.0, 0.3, near_side="right").scatterers,
            cyclist(1.0, 3.0, 0.2, 4.0, 0.3, near_side="left").scatterers,
        ),
    ]
    for right, left in pairs:
        assert np.array_equal(right.position_m * [1, -1, 1], left.position_m)
        assert np.array_equal(right.velocity_mps * [1, -1, 1], left.velocity_mps)
        assert np.array_equal(right.rcs_m2, left.rcs_m2)


def test_seeded_errors_change_sign_in_yaw_and_y_only() -> None:
    right = RadarSimulator(DEMO, 9, "right", Perturb(9)).perturbation
    left = RadarSimulator(DEMO, 9, "left", Perturb(9)).perturbation
    for name in ("corner", "front"):
        assert left[name]["yaw_deg"] == pytest.approx(-right[name]["yaw_deg"], abs=1e-9)
        assert left[name]["pitch_deg"] == pytest.approx(right[name]["pitch_deg"], abs=1e-9)
        x, y, z = right[name]["position_m"]
        assert left[name]["position_m"] == pytest.approx([x, -y, z], abs=1e-9)
        assert left[name]["channel_phase_deg"] == right[name]["channel_phase_deg"]
        assert not math.isclose(y, 0.0, abs_tol=1e-6)
