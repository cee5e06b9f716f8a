"""Each track is somebody's or nobody's."""

import pytest

from hil.sensing.matching import company_of, match
from hil.sensing.told import ToldTrack
from tests.hil.sensing.synthetic import drive, rider, track

WIDTH_M = 2.5


def test_a_track_near_somebody_is_his_and_one_far_from_all_is_false() -> None:
    told = drive(lambda _t: [rider()], lambda _t: [track(1, near_m=3.3), track(2, near_m=9.0)], lasts_s=1.0)
    matched = match(told, WIDTH_M)
    (user,) = matched.users
    assert [look.track.id for look in user.looks if look.track] == [1] * 21
    (false,) = matched.false
    assert (false.beside, len(false.at)) == (None, 21)


def test_of_two_tracks_near_him_the_one_he_had_is_his_though_the_other_is_nearer() -> None:
    def tracks(t_s: float) -> list[ToldTrack]:
        first = track(1, near_m=3.5)
        return [first] if t_s < 0.5 else [first, track(2, near_m=3.1)]

    matched = match(drive(lambda _t: [rider()], tracks, lasts_s=1.0), WIDTH_M)
    assert {look.track.id for look in matched.users[0].looks if look.track} == {1}
    (false,) = matched.false
    assert (false.beside, false.at[0][1].id) == ("rider", 2)


def test_when_his_track_ends_the_nearest_becomes_his() -> None:
    def tracks(t_s: float) -> list[ToldTrack]:
        second = track(2, near_m=3.4)
        return [track(1), second] if t_s < 0.5 else [second]

    matched = match(drive(lambda _t: [rider()], tracks, lasts_s=1.0), WIDTH_M)
    assert [look.track.id for look in matched.users[0].looks if look.track][-1] == 2
    assert len(matched.false) == 1


def test_who_goes_is_told_of_by_a_track_that_moves_though_one_of_where_he_stood_is_nearer() -> None:
    def tracks(t_s: float) -> list[ToldTrack]:
        stood = track(1, moving=False)
        return [stood] if t_s < 0.5 else [stood, track(2, near_m=4.0)]

    matched = match(drive(lambda _t: [rider()], tracks, lasts_s=1.0), WIDTH_M)
    assert [look.track.id for look in matched.users[0].looks if look.track][-1] == 2
    assert [one.is_fixed for one in matched.false] == [True]


@pytest.mark.parametrize(("near_m", "looks"), [(3.0, 21), (10.4, 0)])
def test_who_is_out_of_view_is_not_missed(near_m: float, looks: int) -> None:
    matched = match(drive(lambda _t: [rider(near_m=near_m)], lambda _t: [], lasts_s=1.0), WIDTH_M)
    assert sum(len(user.looks) for user in matched.users) == looks


def test_tracks_of_a_vehicle_are_beside_it_wherever_in_its_box() -> None:
    told = drive(
        lambda _t: [rider(kind="bus", near_m=5.0)],
        lambda _t: [track(1, x_m=-11.0, near_m=5.5), track(2, x_m=-6.0, near_m=3.5), track(3, near_m=1.0)],
        lasts_s=1.0,
    )
    matched = match(told, WIDTH_M)
    assert [one.beside for one in matched.false] == ["vehicle", "vehicle", None]
    assert all(look.track is None for look in matched.users[0].looks)


def test_company_is_who_is_in_view_and_a_vehicle_hides_the_rest() -> None:
    assert company_of([]) == "nobody"
    assert company_of(["rider"]) == "one"
    assert company_of(["rider", "walker"]) == "several"
    assert company_of(["rider", "vehicle", "walker"]) == "vehicles"
