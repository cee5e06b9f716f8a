"""Rain is echoes at random places with random Doppler, new in each look; a rider stays himself."""

from dataclasses import replace

import numpy as np
import pytest

from edge_controller.messages import Detection
from edge_controller.tracking.clutter import Clutter, Unsure, gain
from tests.edge_controller.tracking.test_tracker import FRAME_S, new_tracker, seen, truck_state

OWN_MPS = 4.0
DROPS = 8  # in one look of the corner radar; the simulator's 20 mm/h show about as many beyond 1 m


def rain(t_s: float, rng: np.random.Generator) -> list[Detection]:
    """Drops all over what the corner radar sees, 2 m/s to either side of standing, 15 to 30 dB."""
    return [
        replace(seen(t_s, x_m, y_m, vx=vx_mps, vy=vy_mps, own_mps=OWN_MPS), snr_db=rng.uniform(15, 30))
        for x_m, y_m, vx_mps, vy_mps in rng.uniform((-16, -12, -2, -2), (-1, -2, 2, 2), (DROPS, 4))
    ]


@pytest.mark.parametrize("seed", range(4))
def test_rain_alone_proves_nobody(seed: int) -> None:
    rng, tracker = np.random.default_rng(seed), new_tracker()
    for n in range(100):
        t_s = n * FRAME_S
        tracks = tracker.update(rain(t_s, rng), truck_state(t_s, OWN_MPS), t_s, "corner")
        assert not [track for track in tracks if track.moving]


@pytest.mark.parametrize("seed", range(4))
def test_a_rider_who_overtakes_in_that_rain_is_proven_within_a_second_and_a_half(seed: int) -> None:
    """1.5 m/s faster than we are, 1.5 m from the flank, from 11 m behind the bumper on."""
    rng, tracker = np.random.default_rng(seed), new_tracker()
    proven_s = None
    for n in range(60):
        t_s = n * FRAME_S
        x_m = -11 + 1.5 * t_s
        rider = replace(seen(t_s, x_m, -2.75, vx=OWN_MPS + 1.5, vy=0.0, own_mps=OWN_MPS), snr_db=45.0)
        tracks = tracker.update([rider, *rain(t_s, rng)], truck_state(t_s, OWN_MPS), t_s, "corner")
        near = [t for t in tracks if t.moving and abs(t.x_m - x_m) < 1.5 and abs(t.y_m + 2.75) < 0.8]
        if near and proven_s is None:
            proven_s = t_s
    assert proven_s is not None
    assert proven_s < 1.5


def look(t_s: float, count: int, *, snr_db: float, track: int = 0, known: bool = False) -> Unsure:
    """So many echoes 5 m behind and 2 m beside."""
    return Unsure(
        t_s,
        np.tile([-5.0, -3.0], (count, 1)),
        np.full(count, 1.0),
        np.full(count, snr_db),
        np.full(count, 5.0),
        np.full(count, track),
        np.full(count, known, dtype=np.bool_),
    )


def test_an_echo_proves_the_less_the_more_others_there_are_around_it() -> None:
    proofs = []
    for count in (0, 1, 4, 16):
        clutter = Clutter()
        for n in range(20):
            clutter.note(look(n * FRAME_S, count, snr_db=30.0))
        (density,) = clutter.density(look(1.0, 1, snr_db=30.0, track=7), clutter.thickness())
        proofs.append(gain(0.2, float(density), 5.0))
    assert proofs == sorted(proofs, reverse=True)
    assert proofs[0] > 4 > 0 > proofs[-1]


def test_who_outshines_the_drops_around_him_is_proven_as_on_a_clear_day() -> None:
    rainy, clear = Clutter(), Clutter()
    for n in range(20):
        rainy.note(look(n * FRAME_S, 10, snr_db=30.0))
        clear.note(look(n * FRAME_S, 0, snr_db=30.0))
    strong = look(1.0, 1, snr_db=60.0, track=7)
    assert rainy.density(strong, 1.0) == pytest.approx(clear.density(strong, 0.0))


def test_a_group_that_comes_into_view_is_no_rain() -> None:
    """Twelve new echoes in three looks, then they are known."""
    clutter = Clutter()
    for n in range(10):
        clutter.note(look(n * FRAME_S, 12, snr_db=30.0, track=3, known=n >= 3))
    assert clutter.thickness() == 0.0
    for n in range(10, 30):
        clutter.note(look(n * FRAME_S, 12, snr_db=30.0))
    assert clutter.thickness() == 1.0
