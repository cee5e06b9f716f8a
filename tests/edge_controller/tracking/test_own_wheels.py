"""Our own wheels turn beside the flank, and a rail shows them again: nobody to brake for.

Physics: a rim runs at +-our speed about a hub that rests against us, so over ground at 0 to twice our speed,
as the wheels of a cyclist do who rides along. Where it is tells the two apart: in the flank, at an axle.
"""

import numpy as np
import pytest

from edge_controller.messages import State
from tests.edge_controller.synthetic import Case, drive
from tests.edge_controller.tracking.test_tracker import FRAME_S, new_tracker, seen, truck_state

OWN_MPS = 15 / 3.6


@pytest.mark.parametrize("seed", range(3))
def test_our_own_wheels_are_nobody(seed: int) -> None:
    case = Case(
        seed, radius_m=None, indicator_before_s=None, rider_x_m=None, speed_mps=20 / 3.6, end_s=6.0,
        statics=False, own_wheels=True,
    )  # fmt: skip
    run = drive(case)
    assert run.first(State.WARN) is None
    assert not [t for step in run.steps for t in step.tracks if t.x_m < 0 and t.moving]


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("rider_x_m", [-2.0, -6.5])
def test_a_rider_at_our_speed_between_us_and_a_rail_is_braked_for_when_we_turn_in(
    seed: int, rider_x_m: float
) -> None:
    """Level from the first moment on, 1.8 m from the flank to his middle line, the rail 1.2 m behind him."""
    where = {"rider_x_m": rider_x_m, "rider_y_m": -3.05, "rider_mps": OWN_MPS, "speed_mps": OWN_MPS}
    case = Case(seed, statics=False, own_wheels=True, rail_y_m=-4.25, **where)  # type: ignore[arg-type]
    without = drive(Case(seed, statics=False, system=False, **where))  # type: ignore[arg-type]
    assert without.contact
    run = drive(case)
    braked_s = run.first(State.FULL)
    assert braked_s is not None
    assert case.steer_in_s < braked_s < case.steer_in_s + 0.5
    assert not run.contact


def test_our_own_wheels_keep_a_rider_alive_and_leave_him_where_he_is() -> None:
    """Level with our bogie, 1.2 m out; after 2 s for 2 s only our own rims, 0.3 m out, as fast as he is."""
    tracker = new_tracker()
    for n in range(80):
        t_s = n * FRAME_S
        y_m = -2.45 if t_s < 2.0 else -1.55
        found = [seen(t_s, -6.5, y_m, vx=OWN_MPS - 0.5, vy=0.0, own_mps=OWN_MPS)]
        tracks = tracker.update(found, truck_state(t_s, OWN_MPS), t_s, "corner")
    (rider,) = [track for track in tracks if track.moving]
    assert rider.y_m < -2.2
    assert rider.radars == ("corner",)


@pytest.mark.parametrize("seed", range(4))
def test_our_own_rims_do_not_walk_beside_us(seed: int) -> None:
    """Rims about the drive axle at walking pace, 0.2 m out: as fast as chance has it, for 6 s."""
    rng, tracker, ours_mps = np.random.default_rng(seed), new_tracker(), 2.8
    for n in range(120):
        t_s = n * FRAME_S
        rims = [
            seen(t_s, x_m, -1.45, vx=ours_mps * (1 + rate), vy=0.0, own_mps=ours_mps)
            for x_m, rate in zip(rng.uniform(-8.9, -5.3, 2), rng.uniform(-0.7, -0.4, 2), strict=True)
        ]
        tracks = tracker.update(rims, truck_state(t_s, ours_mps), t_s, "corner")
        assert not [track for track in tracks if track.moving]
