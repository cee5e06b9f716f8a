"""Beside our flank his image may draw a rider to it: straight on he is not braked for, when we turn he is.

Physics: d from the flank his image lies d inside it, 2 d / R apart for a radar at the flank. The array of the
demo has 8 channels half a wavelength apart: seen 40 degrees off its boresight two directions nearer than
2 / (8 cos 40) = 0.33 rad are one.
"""

from dataclasses import replace

import pytest

from edge_controller.config import load_fit, shipped_fit
from edge_controller.hazard import Motion, assess
from edge_controller.hazard.drawn import drawn_m
from edge_controller.messages import Hazard, Side, Track
from tests.edge_controller.hazard.test_assess import STRAIGHT, TURNING, rider

FITS = {side: load_fit(shipped_fit("demo"), side) for side in ("right", "left")}


def beside(x_m: float, out_m: float, vy: float = 0.0, side: Side = "right", ay: float = 0.0) -> Track:
    """His middle line `out_m` from the flank; positive sideways speed comes nearer."""
    sign = -1 if side == "right" else 1
    return replace(rider(x_m, sign * (1.25 + out_m), vx=5.5, vy=-sign * vy), ay_mps2=-sign * ay)


def met(track: Track, motion: Motion = STRAIGHT, side: Side = "right") -> Hazard:
    return assess([track], motion, FITS[side], False)[0]


@pytest.mark.parametrize("side", ["right", "left"])
def test_far_back_his_image_may_draw_him_and_beside_the_cab_it_is_told_from_him(side: Side) -> None:
    fit = FITS[side]
    assert drawn_m(beside(-11.0, 0.15, side=side), fit) == pytest.approx(0.8)
    assert drawn_m(beside(-9.0, 1.0, side=side), fit) == pytest.approx(0.33 / 2 * 8.8 - 1.0, abs=0.15)
    assert drawn_m(beside(-3.0, 0.9, side=side), fit) == 0.0
    assert drawn_m(beside(-9.0, 2.0, side=side), fit) == 0.0
    assert drawn_m(beside(2.0, 0.2, side=side), fit) == 0.0
    assert drawn_m(beside(-9.0, -0.5, side=side), fit) == 0.0


@pytest.mark.parametrize("side", ["right", "left"])
def test_straight_on_nobody_is_met_who_may_be_drawn_to_the_flank(side: Side) -> None:
    for track in (
        beside(-10.0, 0.15, side=side),  # as if he rode against our tail
        beside(-9.6, 0.7, vy=0.07, ay=1.3, side=side),  # as if he swerved at us, where only the beat went
    ):
        assert met(track, side=side).p_contact < 0.1
        near = replace(track, x_m=-3.0)
        assert met(near, side=side).p_contact > 0.8


def test_who_comes_faster_than_the_beat_can_make_him_is_met_straight_on() -> None:
    assert met(beside(-9.0, 1.2, vy=1.8)).p_contact > 0.8


@pytest.mark.parametrize("out_m", [0.15, 0.5, 0.9])
def test_whom_we_turn_at_is_met_wherever_his_image_may_have_drawn_him(out_m: float) -> None:
    track = beside(-7.0, out_m)
    assert drawn_m(track, FITS["right"]) > 0
    assert met(track, TURNING).p_contact > 0.8
    signs = replace(STRAIGHT, indicator=True, p_turn=0.06)
    assert met(track, signs).p_unrecoverable > 0.05
