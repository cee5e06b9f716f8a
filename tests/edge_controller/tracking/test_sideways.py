"""Who comes sideways at us must be believed; whose places do not move sideways is not braked for.

Physics: what rides along at our speed v keeps its place beside us. A rim of it seen abeam may run at up to v
towards us, for as long as the echo lasts; its places stay in the plane of the wheel.
"""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from edge_controller.config import load_fit, shipped_fit
from edge_controller.messages import Detection, State
from edge_controller.pipeline import State as Memory
from edge_controller.pipeline import decide
from edge_controller.tracking.limbs import Glimpse, not_yet_shown, unproven_aside
from tests.edge_controller.tracking.test_tracker import FRAME_S, seen, truck_state

OWN_MPS = 15 / 3.6
WANDER_M = 0.1

Place = Callable[[float], tuple[float, float, float, float]]  # t -> x, y in truck axes, velocity over ground


def glimpses(way: Callable[[float], float], believed: Callable[[float], float], seed: int) -> list[Glimpse]:
    """0.5 s of one who rides at 5 m/s along x, 2 m away: y as `way` has it, lateral speed as believed."""
    rng = np.random.default_rng(seed)
    sight = np.array([0.0, -1.0])
    return [
        Glimpse(
            t_s := n * FRAME_S,
            np.array([5.0 * t_s, way(t_s)]) + rng.normal(0, WANDER_M, 2),
            sight,
            -believed(t_s),
            range_m=2.0,
            believed_mps=np.array([5.0, believed(t_s)]),
        )
        for n in range(11)
    ]


@pytest.mark.parametrize("seed", range(10))
def test_a_sideways_speed_that_the_places_do_not_have_is_found_out(seed: int) -> None:
    off_mps = unproven_aside(glimpses(lambda _: -2.5, lambda _: 2.0, seed), np.array([5.0, 2.0]))
    # Across his believed course: 2 m/s times the cosine of atan(2 / 5), and what the places wander.
    assert math.hypot(*off_mps) == pytest.approx(2.0 * 5 / math.hypot(5, 2), abs=0.9)


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("aside_mps", [-1.5, 0.0, 1.0, 2.0])
def test_who_moves_sideways_as_he_is_believed_to_is_not_doubted(aside_mps: float, seed: int) -> None:
    frames = glimpses(lambda t: -2.5 + aside_mps * t, lambda _: aside_mps, seed)
    for count in range(len(frames) + 1):
        assert not np.any(unproven_aside(frames[:count], np.array([5.0, aside_mps])))


@pytest.mark.parametrize("seed", range(30))
def test_who_just_swerves_is_not_doubted_though_his_mean_place_lags(seed: int) -> None:
    """Straight on for 0.3 s, then 5 m/s2 to the side."""
    frames = glimpses(lambda t: -2.5 + 2.5 * max(0.0, t - 0.3) ** 2, lambda t: 5 * max(0.0, t - 0.3), seed)
    assert not np.any(unproven_aside(frames, np.array([5.0, 1.0])))


@pytest.mark.parametrize("seed", range(30))
def test_who_was_believed_wrongly_at_first_and_rightly_now_is_not_doubted(seed: int) -> None:
    frames = glimpses(lambda _: -2.5, lambda t: 2.0 * math.exp(-t / 0.1), seed)
    assert not np.any(unproven_aside(frames, np.array([5.0, 0.0])))


@pytest.mark.parametrize("seed", range(10))
def test_a_speed_sideways_is_shown_by_places_after_a_while_and_not_before(seed: int) -> None:
    """0.15 m an echo over 0.5 s: 0.29 m/s are left in doubt, or more where the places wander more."""
    own_mps = np.array([5.0, 0.0])
    believed_mps = np.array([5.0, 2.0])
    frames = glimpses(lambda t: -2.5 + 2.0 * t, lambda _: 2.0, seed)
    assert not_yet_shown(frames[:5], believed_mps, own_mps).tolist() == [0.0, 2.0]
    assert 0.28 < not_yet_shown(frames, believed_mps, own_mps)[1] < 0.6
    assert not_yet_shown(frames, np.array([5.0, -0.1]), own_mps) == pytest.approx([0.0, -0.1])


def requests(place: Place, seed: int, end_s: float = 3.5) -> list[State]:
    """What the edge asks for while we drive straight on beside him."""
    fit = load_fit(shipped_fit("demo"))
    memory, rng, asked = Memory(fit), np.random.default_rng(seed), []
    for n in range(round(end_s / FRAME_S)):
        t_s = n * FRAME_S
        x_m, y_m, vx, vy = place(t_s)
        found: list[Detection] = []
        if rng.random() < 0.85:
            at_m = np.array([x_m, y_m]) + rng.normal(0, WANDER_M, 2)
            found = [seen(t_s, *at_m, vx=vx, vy=vy, own_mps=OWN_MPS)]
        truck = replace(truck_state(t_s, OWN_MPS), steer_rad=0.0)
        asked.append(decide(found, "corner", n, truck, t_s, state=memory, fit=fit).request.state)
    return asked


def first_full_s(asked: list[State]) -> float | None:
    return next((n * FRAME_S for n, state in enumerate(asked) if state >= State.FULL), None)


def swerving(begins_s: float, mps: float) -> Place:
    """Level with us, 3.3 m from our middle line; half a second to reach his sideways speed."""

    def place(t_s: float) -> tuple[float, float, float, float]:
        s = max(0.0, t_s - begins_s)
        aside_m = mps * s * s if s < 0.5 else mps * (s - 0.25)
        return -3.0, -3.3 + aside_m, OWN_MPS, min(mps, 2 * mps * s)

    return place


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("begins_s", [0.4, 1.2, 2.0])
def test_a_rider_who_swerves_into_our_flank_is_braked_for_before_he_touches_it(
    begins_s: float, seed: int
) -> None:
    """1.75 m from his side to our flank at 1.5 m/s: touched 1.42 s after he begins."""
    braked_s = first_full_s(requests(swerving(begins_s, 1.5), seed))
    assert braked_s is not None
    assert begins_s < braked_s < begins_s + 1.1


@pytest.mark.parametrize("seed", range(4))
def test_a_rider_who_comes_sideways_from_the_first_echo_is_braked_for_within_0_9_s(seed: int) -> None:
    """His side touches our flank after 1.7 s."""
    asked = requests(lambda t: (-3.0, -3.6 + 1.2 * t, OWN_MPS, 1.2), seed, end_s=1.5)
    braked_s = first_full_s(asked)
    assert braked_s is not None
    assert braked_s < 0.9
