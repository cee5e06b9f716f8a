"""Both readers of one fit, written apart, agree on what they derive."""

from pathlib import Path

import numpy as np
import pytest

from edge_controller import config
from edge_controller.messages import Side
from radar_sim.fit import load_fit
from tests.radar_sim.bench import DEMO, TIPPER


@pytest.mark.parametrize("path", [DEMO, TIPPER])
@pytest.mark.parametrize("side", ["right", "left"])
def test_simulator_and_edge_derive_the_same_from_the_file(path: Path, side: Side) -> None:
    ours, theirs = load_fit(path, side), config.load_fit(path, side)
    assert len(ours.radars) == len(theirs.radars)
    for one, other in zip(ours.radars, theirs.radars, strict=True):
        assert one.name == other.name
        assert one.position_m == pytest.approx(other.position_m)
        assert (one.yaw_rad, one.pitch_rad) == pytest.approx((other.yaw_rad, other.pitch_rad))
        assert one.profile.wavelength_m == pytest.approx(other.profile.wavelength_m, rel=1e-4)
        assert one.chirps * one.profile.chirp_s == pytest.approx(other.dwell_s)
        assert one.frame_period_us == pytest.approx(other.profile.frame_s * 1e6)
        virtual = [(ty + ry, tz + rz) for ty, tz in one.tx_m for ry, rz in one.rx_m]
        assert np.array(virtual) == pytest.approx(np.array(other.array.virtual_m))
    assert ours.body.width_m == theirs.truck.width_m
    assert ours.radio.fascia_loss_db == theirs.radio.fascia_loss_db
