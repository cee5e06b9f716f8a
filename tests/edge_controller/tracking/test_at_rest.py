"""Who rests against us all the time, and shows neither wheel nor leg, is nobody (decision 0160).

Nor who for half a second shows nothing that moves but what may be our own image (decision 0166).
"""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from edge_controller.messages import Track
from edge_controller.tracking.at_rest import AtRest, Rest
from tests.edge_controller.tracking.test_tracker import FRAME_S, new_tracker, seen, truck_state

OWN_MPS = 4.0
AT_M = (-5.0, -3.0)
LONGEST_S = 0.8  # that what has to be nobody may pass for somebody


def drive(against_us_mps: list[float], own_mps: float = OWN_MPS) -> list[list[Track]]:
    """One echo there, as fast against us in each frame as told; those proven to move, frame by frame."""
    tracker, proven, x_m = new_tracker(), [], AT_M[0]
    for n, mps in enumerate(against_us_mps):
        t_s = n * FRAME_S
        x_m += mps * FRAME_S
        echo = seen(t_s, x_m, AT_M[1], vx=own_mps + mps, vy=0.0, own_mps=own_mps)
        tracks = tracker.update([echo], truck_state(t_s, own_mps), t_s, "corner")
        proven.append([track for track in tracks if track.moving])
    return proven


def test_nobody_keeps_our_speed_exactly() -> None:
    proven = drive([0.0] * 60)
    assert not any(proven[round(LONGEST_S / FRAME_S) :])


@pytest.mark.parametrize("mps", [-0.3, 0.3])
def test_who_gets_on_a_little_slower_or_faster_is_somebody(mps: float) -> None:
    assert drive([mps] * 40)[-1]


def test_who_swings_about_our_speed_as_a_rider_does_is_somebody() -> None:
    """Two steps of the pedals a second, 0.2 m/s to either side."""
    proven = drive([0.2 if n % 10 < 5 else -0.2 for n in range(80)])
    assert all(proven[20:])


@pytest.mark.parametrize("brakes_mps", [0.6, 1.5])
def test_who_rode_level_with_us_is_somebody_within_a_second_of_getting_on_otherwise(
    brakes_mps: float,
) -> None:
    """He was in the cells of our own flank, and we begin to brake (T10)."""
    level = 40
    proven = drive([0.0] * level + [brakes_mps] * 20)
    assert not proven[level - 1]
    assert not any(proven[level : level + 10])  # an own flank that takes what passes: 14 looks
    assert proven[-1]


def test_who_caught_up_with_us_and_keeps_level_then_stays_somebody() -> None:
    """What he showed on the way was a proof."""
    proven = drive([1.0] * 30 + [0.0] * 200)
    assert all(proven[30:])


IMAGE, STILL = Rest(0.0, 0.0, moves=False, image=True), Rest(0.3, 0.0, moves=False, image=False)
MOVES = Rest(0.3, 0.3, moves=True, image=True)

looks = st.lists(st.floats(0.0, 0.2), min_size=1, max_size=60)


@given(looks)
def test_lately_are_the_looks_of_the_last_0_8_s(fastest_mps: list[float]) -> None:
    known = AtRest()
    for n, mps in enumerate(fastest_mps):
        known.note(n * FRAME_S, Rest(mps, 0.0, moves=False, image=False))
        inner, outer = fastest_mps[max(n - 14, 0) : n + 1], fastest_mps[max(n - 18, 0) : n + 1]
        if known.lately:
            assert n >= 5
            assert max(inner) < 0.1
        elif n >= 5:
            assert max(outer) >= 0.1


@given(looks)
def test_always_holds_until_it_is_once_seen_to_go_otherwise(mover_mps: list[float]) -> None:
    known = AtRest()
    for n, mps in enumerate(mover_mps):
        known.note(n * FRAME_S, Rest(0.0, mps, moves=True, image=False))
    known.forget()
    assert known.always == (max(mover_mps) < 0.06)


def test_what_stands_beside_a_truck_that_stands_is_not_judged_by_it() -> None:
    known = AtRest()
    for n in range(20):
        known.note(n * FRAME_S, IMAGE)
    assert known.lately
    assert known.is_image
    known.forget()
    assert not known.lately
    assert not known.is_image


runs = st.lists(st.tuples(st.sampled_from([IMAGE, STILL, MOVES]), st.integers(1, 12)), min_size=1, max_size=8)


@given(runs)
@example([(IMAGE, 11), (STILL, 3), (STILL, 1), (IMAGE, 5), (MOVES, 1), (IMAGE, 11)])
def test_an_image_is_what_showed_nothing_else_for_half_a_second(told_by_runs: list[tuple[Rest, int]]) -> None:
    """Seven in ten of its looks at least; eleven looks are half a second."""
    known = AtRest()
    told = [look for look, count in told_by_runs for _ in range(count)]
    for n, look in enumerate(told):
        known.note(n * FRAME_S, look)
        last = told[max(n - 10, 0) : n + 1]
        whole = len(last) == 11 and MOVES not in last
        assert known.is_image == (whole and last.count(IMAGE) >= 8)  # 7.7


def test_few_looks_make_no_image() -> None:
    known = AtRest()
    for n in range(5):
        known.note(n * 0.12, IMAGE)
    assert not known.is_image


def test_looks_before_a_gap_do_not_count() -> None:
    """Not seen for a second, then six looks of two radars within 0.15 s."""
    known = AtRest()
    for t_s in (0.0, *(1.0 + n * FRAME_S / 2 for n in range(6))):
        known.note(t_s, IMAGE)
    assert not known.is_image
