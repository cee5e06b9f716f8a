"""Who stood sets off: proven to move as soon as somebody new would be. Limits typed again."""

import math

import numpy as np
import pytest

from tests.edge_controller.tracking.test_tracker import FRAME_S, new_tracker, seen, truck_state

AT_M = (-4.0, -3.2)  # beside the cab, 2 m out
RATE_MPS2 = 0.7  # as slowly as riders start


def proven_after_s(stands_s: float, *, breathes: bool, rate_mps2: float = RATE_MPS2) -> float:
    """From setting off along the lane until a track there is proven to move; `inf` within 6 s."""
    tracker, n = new_tracker(), 0
    while (left_s := n * FRAME_S - stands_s) < 6.0:
        t_s, speed_mps = n * FRAME_S, rate_mps2 * max(left_s, 0.0)
        x_m = AT_M[0] + rate_mps2 * max(left_s, 0.0) ** 2 / 2
        tracks = tracker.update([seen(t_s, x_m, AT_M[1], vx=speed_mps, vy=0.0)], truck_state(t_s), t_s)
        if any(track.moving for track in tracks):
            return left_s
        if breathes and t_s >= 0.8:
            tracker.keep({track.id for track in tracks})
        n += 1
    return math.inf


@pytest.mark.parametrize("stands_s", [1.5, 3.0, 6.0, 20.0])
def test_how_long_he_stood_says_nothing_of_whether_he_moves_now(stands_s: float) -> None:
    """0.6 m/s, from which on anybody may be proven, and 7 looks with it, come after 1.2 s."""
    assert proven_after_s(stands_s, breathes=True) < 2.0


@pytest.mark.parametrize("stands_s", [1.5, 3.0, 20.0])
@pytest.mark.parametrize("rate_mps2", [RATE_MPS2, 2.0])
def test_who_was_not_found_to_breathe_is_known_by_how_he_gets_faster(
    stands_s: float, rate_mps2: float
) -> None:
    """The truck rolled while he stood, so nobody could see him breathe (decision 0167)."""
    assert proven_after_s(stands_s, breathes=False, rate_mps2=rate_mps2) < 2.0


@pytest.mark.parametrize("start_m", [-0.5, 0.0])
def test_who_passes_a_post_abeam_moves_no_post(start_m: float) -> None:
    """His Doppler grows from nothing there as well, by 4 m/s2: nobody who sets off gets faster so soon."""
    at_m, passes_mps, first = (-1.0, -6.0), 4.5, 60
    tracker, off = new_tracker(), np.random.default_rng(1).normal(0.0, 0.02, (first, 3))
    for n in range(first + 16):
        t_s = n * FRAME_S
        x_m = at_m[0] + start_m + passes_mps * (n - first) * FRAME_S
        dx, dy, dv = off[min(n, first - 1)].tolist()  # a radar's
        post, rider = (
            seen(t_s, at_m[0] + dx, at_m[1] + dy, vx=dv, vy=dv),
            seen(t_s, x_m, at_m[1], vx=passes_mps, vy=0.0),
        )
        tracks = tracker.update([post if n < first else rider], truck_state(t_s), t_s)
        if n == first - 1:
            (thing,) = tracks
        assert n < first or not any(track.moving for track in tracks if track.id == thing.id)


@pytest.mark.parametrize("rate_mps2", [0.5, 1.0])
def test_what_sets_off_with_us_and_hardly_moves_against_us_is_not_told_by_that(rate_mps2: float) -> None:
    """Our own flank in a wall that leans to us: it stands while we stand, and gets faster as we do."""
    tracker, x_m = new_tracker(), AT_M[0]
    for n in range(120):
        t_s = n * FRAME_S
        own_mps = rate_mps2 * max(t_s - 3.0, 0.0)
        if own_mps > 1.5:  # it goes by at 0.3 m/s
            break
        x_m -= 0.2 * own_mps * FRAME_S
        look = seen(t_s, x_m, AT_M[1], vx=0.8 * own_mps, vy=0.0, own_mps=own_mps)
        tracks = tracker.update([look], truck_state(t_s, own_mps), t_s)
        assert not any(track.moving for track in tracks)


@pytest.mark.parametrize("shown", [1, 3, 6])
def test_a_few_looks_with_doppler_move_nobody_who_stands(shown: int) -> None:
    """Before the bus says that the truck creeps all that stands seems to go: six looks are no proof."""
    tracker = new_tracker()
    for n in range(200):
        t_s = n * FRAME_S
        creeps_mps = 0.9 if 100 <= n < 100 + shown else 0.0
        look = seen(t_s, *AT_M, vx=0.0, vy=0.0, own_mps=creeps_mps)
        tracks = tracker.update([look], truck_state(t_s), t_s)
        tracker.keep({track.id for track in tracks})
        assert not any(track.moving for track in tracks)
