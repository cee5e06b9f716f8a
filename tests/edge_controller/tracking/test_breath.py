"""Who stands and breathes beside a truck at rest; posts, shaken cabs, creeping trucks. Limits typed again."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest

from edge_controller.config import load_fit, shipped_fit
from edge_controller.messages import Detection, OwnMotion, Track, VehicleState
from edge_controller.tracking.breath import Breath

FIT = load_fit(shipped_fit("demo"))
RADAR = FIT.radar("front")
RESTS = OwnMotion(0.0, 0.0, 0.02, 0.01, 12)
TRUCK = VehicleState(0.0, 0.0, 0.0, 0.0, 0.0, "right", 0.0, False, True, True)
Place = tuple[float, float]
PLACES = ((4.0, -0.3), (7.0, 0.2), (9.0, -0.5), (12.0, 0.4))  # range, azimuth: he, and three posts


def track(number: int, range_m: float, azimuth_rad: float) -> Track:
    angle = azimuth_rad + RADAR.yaw_rad
    x_m = RADAR.position_m[0] + range_m * math.cos(angle)
    y_m = RADAR.position_m[1] + range_m * math.sin(angle)
    return Track(
        number, 0.0, x_m, y_m, 0.0, 0.0, np.eye(4) * 0.01, 0.6, 0.6, -1.0, 20, True, False, ("front",)
    )


def echo(t_s: float, range_m: float, azimuth_rad: float, towards_m: float, snr_db: float = 35.0) -> Detection:
    phase = 4 * math.pi * towards_m / RADAR.profile.wavelength_m
    peak = (np.exp(1j * phase) * np.ones(8)).astype(np.complex64)
    return Detection("front", t_s, range_m, 0.0, azimuth_rad, 0.01, snr_db, 30.0, None, peak)


def breathing(
    seconds: float,
    sway_m: float,
    shake_m: float = 0.0,
    motion: OwnMotion | None = RESTS,
    truck: VehicleState = TRUCK,
    *,
    snr_db: float = 35.0,
    noise_m: float = 0.0,
) -> set[int]:
    """Tracks found to breathe: the first sways at 0.3 Hz, the cab shakes as an engine idles."""
    breath, shake = Breath(FIT.radars, FIT.truck), np.random.default_rng(3)
    tracks = tuple(track(n, *place) for n, place in enumerate(PLACES))
    found: tuple[Track, ...] = ()
    for n in range(round(seconds / 0.05)):
        t_s = 0.05 * n
        cab_m = shake_m * shake.normal()
        sway = sway_m * math.sin(2 * math.pi * 0.3 * t_s)
        towards_m = cab_m + noise_m * shake.normal(size=len(PLACES)) + sway * (np.arange(len(PLACES)) == 0)
        echoes = [echo(t_s, *place, m, snr_db) for place, m in zip(PLACES, towards_m.tolist(), strict=True)]
        found = breath.update(tracks, echoes, "front", replace(truck, t_s=t_s), motion)
    return {one.id for one in found if one.breathes}


def test_who_sways_by_two_millimetres_breathes_and_posts_do_not() -> None:
    assert breathing(1.5, 0.002) == {0}


@pytest.mark.parametrize("snr_db", [13.0, 16.0, 25.0])
def test_posts_that_only_noise_sways_are_posts(snr_db: float) -> None:
    """A phase is off by 1 / sqrt(2 snr), and a radian is 0.31 mm: half a wavelength is a whole turn."""
    assert breathing(4.0, 0.0, snr_db=snr_db, noise_m=0.31e-3 / math.sqrt(2 * 10 ** (snr_db / 10))) == set()


def test_a_sway_of_a_tenth_of_a_millimetre_is_a_post() -> None:
    assert breathing(4.0, 0.0001) == set()


@pytest.mark.parametrize(
    ("snr_db", "sway_mm", "found"),
    [(35.0, 0.11, set()), (35.0, 0.24, {0}), (15.0, 0.2, set()), (15.0, 0.4, {0})],
)
def test_the_limit_is_0_09_mm_root_mean_square_and_four_times_the_noise(
    snr_db: float, sway_mm: float, found: set[int]
) -> None:
    """Of a sine, over three quarters of its time or more: its height over the root of 2. 15 dB: 0.16 mm."""
    assert breathing(4.0, sway_mm * 1e-3, snr_db=snr_db) == found


def test_he_is_told_of_within_a_second() -> None:
    assert breathing(0.4, 0.002) == set()
    assert breathing(0.9, 0.002) == {0}


def test_a_radar_that_sees_nothing_which_stands_takes_the_others_word_that_the_truck_rests() -> None:
    breath = Breath(FIT.radars, FIT.truck)
    tracks = (track(0, *PLACES[0]),)
    free = replace(TRUCK, brake_pedal=False)
    found: tuple[Track, ...] = ()
    for n in range(20):
        t_s = 0.05 * n
        sway = 0.002 * math.sin(2 * math.pi * 0.3 * t_s)
        breath.update(tracks, [], "corner", replace(free, t_s=t_s - 0.02), RESTS)
        found = breath.update(tracks, [echo(t_s, *PLACES[0], sway)], "front", replace(free, t_s=t_s), None)
    assert [one.breathes for one in found] == [True]


def test_an_idling_engine_makes_nobody_of_posts_and_hides_nobody() -> None:
    assert breathing(4.0, 0.0, shake_m=0.0001) == set()
    assert breathing(4.0, 0.002, shake_m=0.0001) == {0}
    assert breathing(4.0, 0.0, shake_m=0.0005) == set()


def test_a_truck_that_creeps_says_nothing() -> None:
    creeps = OwnMotion(0.2, 0.0, 0.02, 0.01, 12)
    assert breathing(4.0, 0.002, motion=creeps) == set()
    assert breathing(4.0, 0.002, truck=replace(TRUCK, speed_mps=0.6)) == set()


@pytest.mark.parametrize(("pedal", "found"), [(True, {0}), (False, set())])
def test_with_nothing_around_the_pedal_kept_down_for_a_second_says_that_it_stands(
    pedal: bool, found: set[int]
) -> None:
    assert breathing(3.0, 0.002, motion=None, truck=replace(TRUCK, brake_pedal=pedal)) == found


def test_he_is_remembered_while_his_track_lives() -> None:
    breath = Breath(FIT.radars, FIT.truck)
    tracks = (track(0, *PLACES[0]), track(1, *PLACES[1]))
    for n in range(40):
        t_s = 0.05 * n
        sway = 0.002 * math.sin(2 * math.pi * 0.3 * t_s)
        echoes = [echo(t_s, *PLACES[0], sway), echo(t_s, *PLACES[1], 0.0)]
        breath.update(tracks, echoes, "front", replace(TRUCK, t_s=t_s), RESTS)
    drives = replace(TRUCK, speed_mps=3.0, t_s=3.0)
    assert [one.breathes for one in breath.update(tracks, [], "front", drives, None)] == [True, False]
    assert breath.update((), [], "front", drives, None) == ()
    assert [one.breathes for one in breath.update(tracks, [], "front", drives, None)] == [False, False]


def shown(seconds: float, echoes: Callable[[float], list[Detection]]) -> set[int]:
    breath = Breath(FIT.radars, FIT.truck)
    tracks = tuple(track(n, *place) for n, place in enumerate(PLACES))
    found: tuple[Track, ...] = ()
    for n in range(round(seconds / 0.05)):
        t_s = 0.05 * n
        found = breath.update(tracks, echoes(t_s), "front", replace(TRUCK, t_s=t_s), RESTS)
    return {one.id for one in found if one.breathes}


@pytest.mark.parametrize("seconds", [2.0, 3.0, 4.0, 8.0])
def test_who_was_found_is_not_forgotten_because_the_truck_crept(seconds: float) -> None:
    """Held by its brake from 2 s on it gives way by a millimetre: all that stands wanders alike."""

    def echoes(t_s: float) -> list[Detection]:
        crept_m = 0.001 * (1 - math.exp(-max(t_s - 2.0, 0.0)))
        sways_m = 0.0006 * math.sin(2 * math.pi * 0.5 * t_s)
        return [echo(t_s, *place, crept_m + (sways_m if k == 0 else 0.0)) for k, place in enumerate(PLACES)]

    assert shown(seconds, echoes) == {0}


def test_nothing_that_stands_sways_when_the_truck_creeps_and_stands_again() -> None:
    def echoes(t_s: float) -> list[Detection]:
        crept_m = 0.001 * (1 - math.exp(-max(t_s - 1.5, 0.0)))
        return [echo(t_s, *place, crept_m) for place in PLACES]

    assert all(shown(seconds, echoes) == set() for seconds in (1.5, 2.0, 3.0, 6.0, 12.0))


def test_a_kerb_that_stands_beside_him_does_not_hide_who_sways() -> None:
    """A second echo, 0.3 m behind his: of two the one that sways is his."""
    (range_m, azimuth_rad), *_ = PLACES

    def echoes(t_s: float) -> list[Detection]:
        sways_m = 0.0004 * math.sin(2 * math.pi * 0.5 * t_s)
        his = echo(t_s, range_m, azimuth_rad, sways_m)
        kerb = echo(t_s, range_m + 0.3, azimuth_rad, 0.0)
        return [his, kerb, *(echo(t_s, *place, 0.0) for place in PLACES[1:])]

    assert shown(4.0, echoes) == {0}


FARTHEST = (15.0, -0.2)


def by_sway(
    places: Sequence[Place],
    posts: Sequence[Place],
    looks: int = 10,
    posts_move_m: float = 0.0,
    tracks: tuple[Track, ...] | None = None,
) -> set[int]:
    """Of what is at `places` only a sway is found, in so many looks; posts are seen half a second longer."""
    everybody = tuple(track(n, *place) for n, place in enumerate((*PLACES, FARTHEST)))
    breath, found = Breath(FIT.radars, FIT.truck), tracks or everybody
    for n in range(12 + looks):
        t_s = 0.05 * n
        seen = [echo(t_s, *place, posts_move_m * math.sin(2 * math.pi * 0.4 * t_s)) for place in posts]
        seen += [replace(echo(t_s, *place, 0.0), sways=True) for place in places if n >= 12]
        found = breath.update(found, seen, "front", replace(TRUCK, t_s=t_s), RESTS)
    return {one.id for one in found if one.breathes}


def test_who_is_found_by_his_sway_alone_breathes_from_five_looks_on() -> None:
    assert by_sway(PLACES[:1], PLACES[1:], looks=4) == set()
    assert by_sway(PLACES[:1], PLACES[1:], looks=5) == {0}


def test_a_sway_says_nothing_while_what_stands_elsewhere_wanders_as_well() -> None:
    """The truck creeps by 1 mm: posts beside the flank would show themselves so."""
    assert by_sway(PLACES[:1], (*PLACES[1:], FARTHEST), looks=20, posts_move_m=0.001) == set()


def test_people_who_wait_in_a_row_do_not_hide_one_another() -> None:
    """Nobody who sways says that the truck creeps."""
    assert by_sway(PLACES, ()) == {0, 1, 2, 3}
    assert by_sway(PLACES[:1], PLACES[1:]) == {0}


def test_who_goes_past_does_not_stand_because_his_echo_seems_to_abeam() -> None:
    passes = replace(track(0, *PLACES[0]), vx_mps=1.2, moving=True)
    assert by_sway(PLACES[:1], (), tracks=(passes,)) == set()
    assert by_sway(PLACES[:1], (), tracks=(replace(passes, vx_mps=0.1),)) == {0}


def test_it_says_whether_the_truck_rests_of_the_look_before() -> None:
    breath = Breath(FIT.radars, FIT.truck)
    assert not breath.rests
    breath.update((), [], "front", TRUCK, RESTS)
    assert breath.rests
    breath.update((), [], "front", replace(TRUCK, speed_mps=0.7), RESTS)
    assert not breath.rests
