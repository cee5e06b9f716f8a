"""The statistical level draws what its model says, from the seed alone, and mirrors."""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_controller.config import shipped_fit
from edge_controller.errors import InputError
from edge_controller.messages import Side, Track
from hil.encounter import Encounter, near_side_turn
from hil.environment import Environment
from hil.faults import BusLoad, SignalFault
from hil.moment import Moment
from hil.pace import Move
from hil.path import Piece, Spot
from hil.road_user import Wobble, of_kind
from hil.sensing import Tracks, sensing_of
from hil.sensing.model import Chances, FalseTrack, Model
from hil.sensing.perfect import PerfectSensing
from hil.sensing.statistical import StatisticalSensing, doubts_of, model_for
from hil.world import World
from tests.hil.sensing.synthetic import AFTER_HALF_A_SECOND, NEVER_LOST, model_of

PERIOD_US = 50_000
GHOST = FalseTrack((-8.0, 4.0), (-6.0, 5.0), 1.0, 1.05, 0.3, 4.0, (1.0, -0.5), 0.3, breathes=False)


def beside(side: Side = "right", duration_s: float = 10.0) -> Encounter:
    """A cyclist who stays 2 m beside a truck that goes straight on."""
    return near_side_turn(
        shipped_fit("demo"),
        side,
        turn_after_s=None,
        truck_kmh=15.0,
        cyclist_kmh=15.0,
        duration_s=duration_s,
    )


def looks(encounter: Encounter, seed: int, count: int, model: Model | None = None) -> list[tuple[Track, ...]]:
    world, sensing = World(encounter), StatisticalSensing(encounter, seed, model)
    found = []
    for index in range(count):
        t_us = index * PERIOD_US
        assert sensing.start_us("statistical", index) == t_us
        world.advance(t_us)
        (seen,) = sensing.look("statistical", index, world, t_us)
        assert isinstance(seen, Tracks)
        found.append(seen.tracks)
    return found


def figures(tracks: tuple[Track, ...], sign: int = 1) -> list[tuple[float, ...]]:
    return [
        (t.id, t.x_m, sign * t.y_m, t.vx_mps, sign * t.vy_mps, t.ax_mps2, sign * t.ay_mps2, t.born_t_s)
        for t in tracks
    ]


def test_errors_are_as_large_and_as_long_as_the_model_says() -> None:
    errors = [
        track[0].x_m + 9.0
        for seed in range(30)
        for track in looks(beside(), seed, 200, model_of(sigma=0.2))
        if track
    ]
    assert len(errors) > 5500
    assert np.mean(errors) == pytest.approx(0.0, abs=0.02)
    assert np.std(errors) == pytest.approx(0.2, rel=0.1)
    later = np.array(errors[10:]), np.array(errors[:-10])  # half a second: the memory
    assert np.corrcoef(*later)[0, 1] == pytest.approx(math.exp(-1), abs=0.08)


def test_nobody_is_drawn_so_far_off_that_his_track_would_not_be_his() -> None:
    seen = [tracks[0] for tracks in looks(beside(), 1, 200, model_of(sigma=2.0)) if tracks]
    off_m = [math.hypot(track.x_m + 9.0, track.y_m + 3.25) for track in seen]
    assert 1.9 < max(off_m) < 2.0


def test_nobody_is_told_of_before_perfect_sensing_would() -> None:
    seen = looks(beside(), 1, 20, model_of())
    assert [len(tracks) for tracks in seen[:6]] == [0] * 6
    assert [len(tracks) for tracks in seen[7:]] == [1] * 13


def test_who_stands_is_told_of_as_his_breath_is_seen_by_a_truck_at_rest_or_rolling() -> None:
    def waits_s(still_per_s: tuple[float, float]) -> list[float]:
        stands = replace(beside().users[0], x_m=2.0, y_m=-4.0, moves=(Move(0.0, 0.0),))
        encounter = replace(beside(), users=(stands,))
        rests = replace(encounter, driver=replace(encounter.driver, pulls_away_s=99.0))
        seen = [looks(rests, seed, 200, model_of(still_per_s=still_per_s)) for seed in range(30)]
        return [next((n * 0.05 for n, tracks in enumerate(one) if tracks), math.inf) for one in seen]

    assert np.mean(waits_s((0.5, 0.0))) == pytest.approx(0.3 + 1 / 0.5, rel=0.4)
    assert set(waits_s((0.0, 0.5))) == {math.inf}


def test_who_stands_is_never_told_of_and_who_stops_still_is() -> None:
    encounter = replace(beside(), after_standstill_s=None)
    stands = replace(encounter.users[0], x_m=2.0, moves=(Move(0.0, 0.0),))
    assert not any(looks(replace(encounter, users=(stands,)), 1, 100, model_of()))
    stops = replace(encounter.users[0], x_m=2.0, moves=(Move(0.0, 2.0), Move(1.0, 0.0)))
    assert all(looks(replace(encounter, users=(stops,)), 1, 100, model_of())[8:])


def test_who_stood_in_view_waits_as_long_as_anybody_when_he_goes() -> None:
    goes = replace(beside().users[0], x_m=2.0, y_m=-4.0, moves=(Move(0.0, 0.0), Move(2.0, 2.0, 8.0)))
    late = Chances((0.0, 0.0), AFTER_HALF_A_SECOND, AFTER_HALF_A_SECOND, 0.0, NEVER_LOST)
    model = replace(model_of(), chances={"all": late})
    seen = looks(replace(beside(), users=(goes,)), 1, 80, model)
    first_s = next(n for n, tracks in enumerate(seen) if tracks) * 0.05
    assert 2.5 <= first_s <= 2.8


def test_losses_come_as_often_and_last_as_long_as_the_model_says() -> None:
    told = lost = 0
    for seed in range(20):
        there = [bool(tracks) for tracks in looks(beside(), seed, 200, model_of(lost_per_s=0.5))][8:]
        told += sum(there)
        for before, after in pairwise(there):
            lost += before and not after
    assert lost / (told * 0.05) == pytest.approx(0.5, rel=0.25)
    gap = [bool(tracks) for tracks in looks(beside(), 3, 200, model_of(lost_per_s=0.5))][8:]
    first = gap.index(False)
    assert gap[first : first + 9] == [False] * 9  # half a second at least
    assert any(gap[first:])


def test_after_a_loss_he_is_another_track() -> None:
    seen = looks(beside(), 3, 200, model_of(lost_per_s=0.5))
    assert len({track.id for tracks in seen for track in tracks}) > 1


def test_false_tracks_come_as_often_as_the_model_says_and_move_as_it_says() -> None:
    model = model_of(false={"street/rolls/nobody": 0.5}, shown=(GHOST,))
    empty = replace(beside(), users=())
    begun, ways = 0, []
    for seed in range(20):
        seen = looks(empty, seed, 200, model)
        begun += len({track.id for tracks in seen for track in tracks})
        ways += [(track.x_m, -track.y_m) for tracks in seen for track in tracks]
        for tracks in seen:
            assert all(track.confirmed and track.moving for track in tracks)
    assert begun == pytest.approx(20 * 10 * 0.5, rel=0.25)
    assert min(ways) == pytest.approx((-8.0, 4.0), abs=0.11)
    assert max(ways) == pytest.approx((-6.0, 5.0), abs=0.11)


def test_false_tracks_come_by_who_is_in_view() -> None:
    model = model_of(false={"street/rolls/nobody": 0.0, "street/rolls/one": 20.0}, shown=(GHOST,))
    lonely = looks(replace(beside(), users=()), 1, 60, model)
    assert not any(lonely)
    assert any(track.id >= 10_000 for tracks in looks(beside(), 1, 60, model) for track in tracks)


def test_a_false_track_goes_its_way_and_then_stays() -> None:
    lasting = replace(GHOST, lasts_s=2.05)
    seen = looks(
        replace(beside(), users=()), 1, 60, model_of(false={"street/rolls/nobody": 20.0}, shown=(lasting,))
    )
    first = min(track.id for tracks in seen for track in tracks)
    ways = [track.x_m for tracks in seen for track in tracks if track.id == first]
    assert len(ways) == 41
    assert ways[19] == pytest.approx(-8.0 + 2.0 * 0.95, abs=0.01)
    assert ways[20:] == pytest.approx([-6.0] * 21, abs=0.01)


def test_a_false_track_is_as_much_faster_as_the_truck_is() -> None:
    model = model_of(false={"street/rolls/nobody": 20.0}, shown=(GHOST,))
    (track, *_) = looks(replace(beside(), users=()), 1, 60, model)[-1]
    truck_mps = 15 / 3.6
    assert track.vx_mps == pytest.approx(truck_mps * (1 + 1.0 / 4.0), rel=0.02)
    assert track.vy_mps == pytest.approx(0.5 * truck_mps / 4.0, rel=0.02)


@given(seed=st.integers(0, 2**32 - 1))
def test_the_mirrored_world_is_seen_mirrored(seed: int) -> None:
    model = model_of(lost_per_s=0.5, false={"street/rolls/one": 0.5}, shown=(GHOST,))
    right, left = (looks(beside(side), seed, 60, model) for side in ("right", "left"))
    for here, there in zip(right, left, strict=True):
        assert figures(here) == figures(there, -1)


def test_a_sway_is_not_followed_and_a_bend_only_late() -> None:
    rider = replace(beside().users[0], wobble=Wobble(0.1, 5.0), moves=(Move(0.0, 15 / 3.6),))
    swaying = [
        tracks[0].vy_mps
        for tracks in looks(replace(beside(), users=(rider,)), 1, 200, model_of(sigma=0.0))
        if tracks
    ]
    true_mps = 0.1 * 2 * math.pi / 5.0 * 15 / 3.6
    assert np.max(np.abs(swaying[40:])) < 0.5 * true_mps
    turning = replace(beside().users[0], path=(Piece(100.0, 20.0),))
    seen = looks(replace(beside(), users=(turning,)), 1, 40, model_of(sigma=0.0))[-1][0]
    course_rad, rate_radps = math.atan2(seen.vy_mps, seen.vx_mps), 15 / 3.6 / 20.0
    assert course_rad == pytest.approx(rate_radps * (39 * 0.05 - 0.5), abs=0.01)


def test_a_vehicle_has_only_tracks_beside_it() -> None:
    car = of_kind("car", Spot(-8.0, -4.0, 0.0), (Move(0.0, 15 / 3.6),))
    encounter = replace(beside(), users=(car,))
    assert not any(looks(encounter, 1, 100, model_of()))
    # Half its lengths and widths, and a metre more: 3.25 m and 1.9 m of a car.
    beside_it = FalseTrack((0.4, 0.25), (0.4, 0.25), 0.5, 0.5, 0.3, 4.0, (0.0, 0.0), 0.3, breathes=False)
    model = model_of(false={"vehicle": 5.0}, shown=(beside_it,))
    tracks = [t for seen in looks(encounter, 1, 100, model) for t in seen]
    assert tracks
    assert {(round(t.x_m, 6), round(t.y_m, 6)) for t in tracks} == {(-8.0 + 0.4 * 3.25, -4.0 - 0.25 * 1.9)}


def test_chance_is_of_the_seed_alone() -> None:
    one, again, other = (looks(beside(), seed, 60) for seed in (1, 1, 2))
    assert [figures(tracks) for tracks in one] == [figures(tracks) for tracks in again]
    assert [figures(tracks) for tracks in one] != [figures(tracks) for tracks in other]


def test_who_else_is_there_changes_nobodys_chance() -> None:
    alone = beside()
    other = replace(alone.users[0], x_m=-20.0)
    both = replace(alone, users=(*alone.users, other))
    first = [figures(tracks[:1]) for tracks in looks(alone, 4, 60, model_of())]
    assert first == [figures(tracks[:1]) for tracks in looks(both, 4, 60, model_of())]


def test_it_is_as_late_as_perfect_sensing() -> None:
    encounter = beside()
    statistical = sensing_of("statistical", encounter, 1, None, lambda _raw, _frame: None)
    perfect = PerfectSensing(encounter)
    assert statistical.sensors == ("statistical",)
    assert statistical.delay_us("statistical") == perfect.delay_us("perfect")


def test_the_shipped_model_serves_trucks_with_the_same_radars() -> None:
    demo, mixer = (replace(beside(), fit=near_side_turn(shipped_fit(f)).fit) for f in ("demo", "mixer"))
    assert model_for(demo) is model_for(mixer)


def test_radars_it_was_not_fitted_to_are_refused_in_words() -> None:
    with pytest.raises(InputError, match=r"tipper\.toml: the statistical level has not been fitted"):
        model_for(near_side_turn(shipped_fit("tipper")))


def test_what_it_was_not_fitted_to_is_a_doubt() -> None:
    def doubts(**other: object) -> str:
        return "; ".join(doubts_of(replace(beside(), **other)))  # type: ignore[arg-type]

    assert "knows nothing" not in doubts()
    assert "knows nothing of rain" in doubts(environment=Environment(rain_mm_per_h=8.0))
    assert "knows nothing of the full truth" in doubts(truth="full")
    wrong_speed = SignalFault(Moment(at_s=1.0), "speed", "offset", 2.0)
    assert "is told a wrong motion" in doubts(faults=(wrong_speed,))
    assert "is told a wrong motion" in doubts(faults=(BusLoad(Moment(at_s=1.0), 100.0, 0, 4.0),))
    assert "knows nothing" not in doubts(faults=(replace(wrong_speed, signal="indicator", how="none"),))
