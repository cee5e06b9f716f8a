"""What the wind blows along is as small as a leaf, -32 dBsm; people are larger, a half hidden child -16."""

from dataclasses import replace

import numpy as np
import pytest

from edge_controller.config import load_fit, shipped_fit
from edge_controller.coverage.budget import look, of_a_square_metre_db
from edge_controller.messages import Track
from edge_controller.tracking import Tracker
from tests.edge_controller.tracking.test_tracker import FRAME_S, seen, truck_state

FIT = load_fit(shipped_fit("demo"))
CORNER = FIT.radars[0]


def gets_on(section_dbsm: float, speed_mps: float) -> list[Track]:
    """Whom two seconds of somebody of that size prove, who comes from 15 m behind beside a truck at rest."""
    tracker, tracks = Tracker(FIT.radars, FIT.truck, None, FIT.radio), ()
    for n in range(40):
        t_s = n * FRAME_S
        one = seen(t_s, -15.0 + speed_mps * t_s, -3.5, vx=speed_mps, vy=0.0)
        at_m = np.array([[-15.0 + speed_mps * t_s, -3.5, CORNER.position_m[2]]])
        snr_db = section_dbsm + float(of_a_square_metre_db(FIT.radio, CORNER, look(CORNER, at_m))[0])
        tracks = tracker.update([replace(one, snr_db=snr_db)], truck_state(t_s), t_s, "corner")
    return [track for track in tracks if track.moving]


@pytest.mark.parametrize("speed_mps", [1.5, 3.5])
def test_a_leaf_is_nobody(speed_mps: float) -> None:
    assert not gets_on(-28.0, speed_mps)


@pytest.mark.parametrize("speed_mps", [1.5, 3.5])
def test_a_child_half_hidden_and_dirt_of_6_db_on_the_radome_is_somebody(speed_mps: float) -> None:
    assert gets_on(-16.0 - 6.0, speed_mps)


def test_who_rides_behind_much_dirt_is_somebody() -> None:
    """A cyclist of -5 dBsm at 6 m/s, 20 dB both ways."""
    assert gets_on(-25.0, 6.0)
