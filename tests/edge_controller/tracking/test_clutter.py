"""Rain is echoes at random places with random Doppler, new in each look; a rider stays himself."""

import math
from dataclasses import replace

import numpy as np
import pytest

from edge_controller.messages import Detection
from edge_controller.tracking.clutter import Clutter, Unsure, gain
from edge_controller.tracking.rain import Rain
from edge_controller.tracking.target import PROVEN_SCORE, Target, new_target
from tests.edge_controller.tracking.test_tracker import FRAME_S, new_tracker, seen, truck_state

OWN_MPS = 4.0
DROPS = 8  # in one look of the corner radar; the simulator's 20 mm/h show about as many beyond 1 m


def rain(t_s: float, rng: np.random.Generator, *, ahead_m: float = 0.0) -> list[Detection]:
    """Drops all over what the corner radar sees, 2 m/s to either side of standing, 15 to 30 dB."""
    return [
        replace(
            seen(t_s, x_m + ahead_m, y_m, vx=vx_mps, vy=vy_mps, own_mps=OWN_MPS), snr_db=rng.uniform(15, 30)
        )
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


def close_by(t_s: float, count: int, *, track: int = 0) -> Unsure:
    """The same, 1 m before the radar."""
    return replace(look(t_s, count, snr_db=30.0, track=track), range_m=np.full(count, 1.0))


def test_in_a_cloud_of_spray_an_echo_proves_as_little_as_where_all_is_as_thick() -> None:
    """Six drops a look within half a metre: 6 / (pi 1^2 4) per m2 and m/s at least, not 6 / (pi 2^2 4)."""
    clutter = Clutter()
    for n in range(20):
        clutter.note(close_by(n * FRAME_S, 6))
    (within,) = clutter.density(close_by(1.0, 1, track=7), 1.0)
    assert within > 0.9 * 6 / (math.pi * 4)


def test_on_a_clear_day_a_few_echoes_close_by_count_as_before() -> None:
    clutter = Clutter()
    for n in range(3):
        clutter.note(close_by(n * FRAME_S, 6))
    (within,) = clutter.density(close_by(1.0, 1, track=7), 0.0)
    range_m = 1.0
    assert within == pytest.approx(0.002 / range_m + 3 * 6 / 20 / (math.pi * 2**2 * 4))


def test_a_group_that_comes_into_view_is_no_rain() -> None:
    """Twelve new echoes in three looks, then they are known."""
    clutter = Clutter()
    for n in range(10):
        clutter.note(look(n * FRAME_S, 12, snr_db=30.0, track=3, known=n >= 3))
    assert clutter.thickness() == 0.0
    for n in range(10, 30):
        clutter.note(look(n * FRAME_S, 12, snr_db=30.0))
    assert clutter.thickness() == 1.0


def by_the_front_radar(of: Detection, x_m: float, y_m: float, *, vx: float, vy: float) -> Detection:
    """The same point, as the demo's front radar has it."""
    dx, dy = x_m - 0.05, y_m - 0.40
    range_m = math.hypot(dx, dy)
    return replace(
        of,
        radar="front",
        range_m=range_m,
        range_rate_mps=((vx - OWN_MPS) * dx + vy * dy) / range_m,
        azimuth_rad=math.atan2(dy, dx) - math.radians(-8),
    )


def asked_by_two_radars(seed: int, front_mps: float | None) -> list[float]:
    """What is asked of somebody level with us beside the front corner, by both radars in turn; the front
    radar, about which it is clear, sees something of that speed there, or nothing.
    """
    rng, tracker, asked = np.random.default_rng(seed), new_tracker(), []
    for n in range(80):
        t_s, x_m, y_m = n * FRAME_S / 2, 0.8, -3.25
        him = replace(seen(t_s, x_m, y_m, vx=OWN_MPS, vy=0.0, own_mps=OWN_MPS), snr_db=25.0)
        if n % 2 == 0:
            tracker.update([him, *rain(t_s, rng, ahead_m=6.0)], truck_state(t_s, OWN_MPS), t_s, "corner")
        else:
            own = [] if front_mps is None else [by_the_front_radar(him, x_m, y_m, vx=front_mps, vy=0.0)]
            tracker.update(own, truck_state(t_s, OWN_MPS), t_s, "front")
        near = [
            target
            for target in tracker._targets
            if "corner" in target.rained.by
            and np.hypot(*(tracker._odometry.to_truck(target.mean[None, :2])[0] - (x_m, y_m))) < 0.5
        ]
        him_known = max(near, key=lambda target: target.hits, default=None)
        if n > 4 and him_known is not None and not him_known.moving:
            asked.append(him_known.rained.score)
    return asked


@pytest.mark.parametrize("front_mps", [None, 0.0, OWN_MPS])
@pytest.mark.parametrize("seed", range(3))
def test_a_clear_front_radar_asks_for_no_less_of_who_is_in_the_corner_radar_s_rain(
    seed: int, front_mps: float | None
) -> None:
    asked = asked_by_two_radars(seed, front_mps)
    assert asked
    assert asked == pytest.approx([25.0] * len(asked))


@pytest.mark.parametrize(
    ("beside_m", "every", "around"), [(4.9, 3, True), (5.1, 3, False), (4.9, 5, False), (5.1, 1, False)]
)
def test_whose_place_few_echoes_of_others_are_about_is_in_nobody_s_rain(
    beside_m: float, every: int, *, around: bool
) -> None:
    """Spray about our bogie is not about who rides beside the front corner."""
    clutter = Clutter()
    for n in range(20):
        others, own = look(n * FRAME_S, int(n % every == 0), snr_db=30.0), look(0.0, 3, snr_db=30.0, track=7)
        clutter.note(
            replace(
                others,
                at_m=np.concatenate([others.at_m, own.at_m + np.array([beside_m, 0.0])]),
                snr_db=np.full(len(others.snr_db) + 3, 30.0),
                track=np.concatenate([others.track, own.track]),
            )
        )
    assert clutter.around(np.array([[-5.0 + beside_m, -3.0]]), np.array([7])).tolist() == [around]


def somebody() -> Target:
    ahead = np.array([1.0, 0.0])
    return new_target(1, 0.0, np.zeros(2), ahead, ahead=ahead, ground_mps=1.0, cross_m=0.0)


def test_a_track_is_proven_where_it_is_ten_thousand_times_likelier_to_be_somebody() -> None:
    assert pytest.approx(math.log(1e4)) == PROVEN_SCORE


@pytest.mark.parametrize(("around", "more"), [(True, 25.0), (False, 0.0)])
def test_another_radar_s_rain_is_asked_for_where_it_rains_about_him(*, around: bool, more: float) -> None:
    target = somebody()
    target.rained.note("corner", Rain(0.0, 1.0, around=around), moves=True)
    assert target.rained.score == pytest.approx(25.0)
    target.rained.note("front", Rain(0.025, 0.0, around=False), moves=True)
    assert target.rained.score == pytest.approx(more)


def test_a_look_that_shows_no_doppler_asks_for_no_less_than_the_one_before() -> None:
    target = somebody()
    assert target.rained.score == 0.0
    target.rained.note("corner", Rain(0.00, 0.8, around=True), moves=True)
    target.rained.note("corner", Rain(0.05, 0.0, around=False), moves=False)
    assert target.rained.score == pytest.approx(20.0)
    target.rained.note("corner", Rain(0.10, 0.4, around=True), moves=True)
    assert target.rained.score == pytest.approx(10.0)


@pytest.mark.parametrize(("later_s", "more"), [(0.95, 25.0), (0.999, 25.0), (1.0, 0.0), (1.05, 0.0)])
def test_the_rain_of_a_radar_that_has_not_seen_him_for_a_second_is_forgotten(
    later_s: float, more: float
) -> None:
    target = somebody()
    target.rained.note("corner", Rain(0.0, 1.0, around=True), moves=True)
    target.rained.note("front", Rain(later_s, 0.0, around=False), moves=True)
    assert target.rained.score == pytest.approx(more)
