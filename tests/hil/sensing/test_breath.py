"""Who stands by a truck at rest is told of for his breath, as fitted so drawn, and known when it rolls."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest

from edge_controller.config import shipped_fit
from edge_controller.messages import Track
from hil.encounter import Encounter, near_side_turn
from hil.pace import Move
from hil.sensing import Tracks
from hil.sensing.comparing import counted
from hil.sensing.drawn_false import DrawnFalse, Now
from hil.sensing.fitting import fitted
from hil.sensing.matching import match
from hil.sensing.model import RESTS_S, Model, chance_of
from hil.sensing.statistical import StatisticalSensing
from hil.sensing.surroundings import Setting
from hil.sensing.told import Frame, Told, ToldTrack, TrueUser
from hil.world import World
from tests.hil.sensing.synthetic import NEVER_LOST, STEP_S, drive, model_of, track

WIDTH_M = 2.5
PERIOD_US = 50_000
PULLS_AWAY_S = 4.0


def waiting(*, goes_s: float | None = None, pulls_away_s: float = PULLS_AWAY_S) -> Encounter:
    """A cyclist who stands 1 m beside the corner of a truck at rest."""
    encounter = near_side_turn(shipped_fit("demo"), "right", turn_after_s=None, truck_kmh=10.0)
    moves = Move(0.0, 0.0), *(() if goes_s is None else (Move(goes_s, 3.0, 8.0),))
    stands = replace(encounter.users[0], x_m=1.0, y_m=-2.25, moves=moves)
    return replace(encounter, users=(stands,), driver=replace(encounter.driver, pulls_away_s=pulls_away_s))


def looks(encounter: Encounter, seed: int, count: int, model: Model) -> list[tuple[float, tuple[Track, ...]]]:
    """Where the truck's front is, and who is told of, look by look."""
    world, sensing = World(encounter), StatisticalSensing(encounter, seed, model)
    found = []
    for index in range(count):
        t_us = index * PERIOD_US
        world.advance(t_us)
        (seen,) = sensing.look("statistical", index, world, t_us)
        assert isinstance(seen, Tracks)
        found.append((world.truck.pose().x_m, seen.tracks))
    return found


def test_who_stands_is_told_of_as_breathing_at_the_fitted_rate_and_still_is_when_the_truck_rolls() -> None:
    told, model = 0, model_of(sigma=0.0, found_per_s=0.3)
    for seed in range(100):
        seen = looks(waiting(), seed, 140, model)
        begun = next((n for n, (_, tracks) in enumerate(seen) if tracks), None)
        if begun is None:
            continue
        told += 1
        assert begun * 0.05 <= PULLS_AWAY_S + 0.2  # nobody's breath is seen by a truck that rolls
        assert seen[-1][0] > 1.0
        for front_x_m, tracks in seen[begun:]:
            (his,) = tracks
            assert (his.id, his.breathes, his.moving, his.is_road_user) == (1, True, False, True)
            assert front_x_m + his.x_m == pytest.approx(1.0, abs=1e-6)
    assert told / 100 == pytest.approx(1 - math.exp(-0.3 * PULLS_AWAY_S), abs=0.12)


def test_who_is_not_found_before_it_rolls_never_is_until_it_stands_or_he_goes() -> None:
    late = replace(model_of(), found_per_s={"all": (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1e9)})
    assert not any(tracks for _, tracks in looks(waiting(pulls_away_s=3.0), 1, 140, late))
    assert any(tracks for _, tracks in looks(waiting(pulls_away_s=5.0), 1, 140, late))


def test_who_sets_off_is_the_same_track_that_moves_once_he_is_proven_to() -> None:
    seen = [tracks for _, tracks in looks(waiting(goes_s=2.0), 1, 80, model_of(found_per_s=20.0))]
    kinds = [tracks[0].moving for tracks in seen[20:]]
    proven = kinds.index(True)
    assert 2.5 <= (20 + proven) * 0.05 <= 2.8  # half a second after he is faster than 0.6 m/s
    assert all(kinds[proven:])
    assert len({tracks[0].id for tracks in seen[20:]}) == 1


def test_who_moved_and_stops_stays_one_that_moves() -> None:
    encounter = waiting()
    stops = replace(encounter.users[0], moves=(Move(0.0, 1.0), Move(2.0, 0.0)))
    model = model_of(found_per_s=20.0)
    seen = [tracks for _, tracks in looks(replace(encounter, users=(stops,)), 1, 140, model)]
    assert all(track.moving and not track.breathes for tracks in seen[10:] for track in tracks)
    assert all(seen[10:])


def test_he_is_lost_and_hidden_as_often_as_the_model_says() -> None:
    hidden = replace(NEVER_LOST, hidden_per_s=(2.0, 2.0), shown_per_s=(6.0, 6.0))
    seen = [
        tracks[0]
        for seed in range(10)
        for _, tracks in looks(waiting(), seed, 140, model_of(found_per_s=20.0, breath=hidden))
        if tracks
    ]
    assert np.mean([not one.radars for one in seen]) == pytest.approx(2.0 / 8.0, abs=0.06)
    lost = replace(NEVER_LOST, lost_per_s=(0.0, 1e9))
    model = model_of(found_per_s=20.0, breath=lost)
    there = [bool(tracks) for _, tracks in looks(waiting(), 1, 140, model)]
    assert all(there[30:78])
    assert not any(there[90:])


STANDS = TrueUser(0, "cyclist", 1.0, 2.25, 0.0, 0.0, 0.0, 0.0, True)
WIDE = replace(STANDS, near_m=4.0)


def told_of(
    user: TrueUser,
    tracks: Callable[[float], Sequence[ToldTrack]],
    number: int,
    *,
    rolls_at_s: float = 99.0,
    goes_at_s: float = 99.0,
) -> Told:
    """8 s beside a truck that rolls from some time on; he may go as well."""
    goes = replace(user, vx_mps=2.0, speed_mps=2.0)
    told = drive(lambda t: [user if t < goes_at_s else goes], tracks, truck_mps=0.0, number=number)
    rolling = (replace(frame, truck_mps=2.0 * (frame.t_s >= rolls_at_s)) for frame in told.frames)
    return replace(told, frames=tuple(rolling))


def breathing(number: int = 1, near_m: float = 2.25, *, seen: bool = True, moving: bool = False) -> ToldTrack:
    return track(number, 1.0, near_m, vx_mps=0.0, seen=seen, moving=moving)


def test_how_many_are_found_and_how_soon_comes_out_as_it_went_in_by_place() -> None:
    def one(number: int, user: TrueUser, share: int) -> Told:
        """Found after 0.8 s, or never."""
        is_found = number % 4 < share
        there = [breathing(near_m=user.near_m)]
        return told_of(user, lambda t: there if is_found and t >= 0.8 else [], number, rolls_at_s=3.0)

    drives = [
        match(one(n, user, share), WIDTH_M) for n in range(40) for user, share in ((STANDS, 3), (WIDE, 1))
    ]
    model = fitted(drives, WIDTH_M, {})
    for out_m, share in ((1.0, 0.75), (2.75, 0.25)):
        per_s = model.found_of("corner", out_m, "street", "rider")
        assert chance_of(per_s, 0.0, 0.7, RESTS_S) < 0.05
        assert chance_of(per_s, 0.0, 1.0, RESTS_S) == pytest.approx(share, abs=0.12)
        assert chance_of(per_s, 0.0, 2.9, RESTS_S) == pytest.approx(share, abs=0.12)
    assert model.errors_of("rider", "corner", "breathes", "street")[2][7] == 0.0
    assert model.chances_of("rider", "corner").still_per_s == (0.0, 0.0)


def test_losses_are_counted_by_whether_the_truck_rolls_and_hiding_in_the_time_it_was_possible() -> None:
    def tracks(t_s: float) -> list[ToldTrack]:
        return [breathing(seen=t_s % 1.0 < 0.75)] if t_s < 5.5 else []

    drives = [match(told_of(STANDS, tracks, n, rolls_at_s=4.0), WIDTH_M) for n in range(40)]
    breath = fitted(drives, WIDTH_M, {}).chances_of("rider", "corner").breath
    assert breath.lost_per_s == pytest.approx((0.0, 1 / 1.5), rel=0.1)
    assert breath.hidden_per_s == pytest.approx((1 / 0.75, 1 / 1.25), rel=0.2)
    assert breath.shown_per_s == pytest.approx((1 / 0.25, 1 / 0.25), rel=0.25)


def test_how_long_it_takes_to_prove_that_he_went_comes_out() -> None:
    def tracks(t_s: float) -> list[ToldTrack]:
        """The one of him who stood goes on; 1.2 s after he set off there is one that moves."""
        return [breathing(), *([breathing(2, moving=True)] if t_s >= 3.2 else [])]

    drives = [match(told_of(STANDS, tracks, n, goes_at_s=2.0), WIDTH_M) for n in range(40)]
    rides = replace(STANDS, vx_mps=2.0, speed_mps=2.0)
    others = [
        match(drive(lambda _t: [rides], lambda t: [track(1, 1.0, 2.25)] if t >= 1.2 else []), WIDTH_M)
        for _ in range(10)
    ]
    proven_per_s = fitted([*drives, *others], WIDTH_M, {}).chances_of("rider", "corner").breath.proven_per_s
    assert chance_of(proven_per_s, 0.0, 0.95) < 0.15
    assert chance_of(proven_per_s, 0.0, 2.0) > 0.8
    (left,) = drives[0].false
    assert left.is_fixed


def test_what_only_breathes_is_counted_as_false_like_any_other() -> None:
    def tracks(t_s: float) -> list[ToldTrack]:
        return [track(9, 2.0, 6.0, vx_mps=0.0, moving=False)] if 1.0 <= t_s < 3.0 else []

    counts = counted(match(told_of(STANDS, tracks, 1), WIDTH_M))
    assert counts.false_begun == 1
    assert counts.false_s == pytest.approx(2.0, abs=0.06)


def haunted(number: int) -> Told:
    """A post is taken for somebody in one second of three at rest; the truck pulls away at 6 s."""

    def tracks(t_s: float) -> list[ToldTrack]:
        return [track(50 + int(t_s / 3), 2.0, 3.0, moving=False)] if t_s % 3.0 >= 2.0 and t_s < 6.0 else []

    told = drive(lambda _t: [], tracks, truck_mps=0.0, number=number)
    frames = tuple(Frame(f.t_s, 2.0 * (f.t_s >= 6.0), 0.0, f.users, f.tracks, f.setting) for f in told.frames)
    return replace(told, frames=frames)


def test_false_tracks_that_breathe_begin_at_rest_as_often_as_they_did_and_stay_over_ground() -> None:
    him = told_of(STANDS, lambda _t: [breathing()], 99)
    model = fitted([match(one, WIDTH_M) for one in (*map(haunted, range(30)), him)], WIDTH_M, {})
    shown = model.false_breathing(Setting("street", 1.0), "nobody")
    assert shown.begun_per_s == pytest.approx(2 / 6.0, rel=0.1)
    assert all(one.breathes and one.at_first == (2.0, 3.0) for one in shown.seen)
    assert not model.false_at(Setting("street", 1.0), 0.0, "nobody").seen
    lasting = replace(model, false_seen={"breathes": [replace(one, lasts_s=1e3) for one in shown.seen]})
    drawn, at = DrawnFalse((), 1, lasting, STEP_S), (0.0, 0.0, 0.0)
    for n in range(400):
        begun = drawn.look(n * STEP_S, Now(0.0, "nobody", Setting("street", 1.0), at), {}, -1)
    assert len(begun) == pytest.approx(20.0 / 3.0, abs=5.0)
    # 3 m ahead and turned to the near side by a right angle: what was 2 m ahead and 3 m aside is 3 m ahead.
    turned = Now(3.0, "nobody", Setting("street", 1.0), (3.0, 0.0, math.pi / 2))
    rolling = drawn.look(21.0, turned, {}, -1)
    assert [one.id for one in rolling] == [one.id for one in begun]
    for one in rolling:
        assert (one.x_m, one.y_m) == pytest.approx((3.0, -1.0), abs=1e-6)
        assert (one.moving, one.breathes, one.vx_mps) == (False, True, 0.0)
