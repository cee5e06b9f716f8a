"""How often false tracks begin and how long they last comes out as it went in, also if cut off."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hil.sensing.drawn_false import DrawnFalse, Now
from hil.sensing.fitting import fitted
from hil.sensing.fitting_false import ends_at_rest_per_s, false_per_s, false_seen, further_s, rates_of
from hil.sensing.matching import Matched, match
from hil.sensing.surroundings import Around, Setting
from hil.sensing.told import Frame, Told, ToldTrack
from tests.hil.sensing.synthetic import STEP_S, drive, rider, track

WIDTH_M = 2.5
AT = 9.0  # where ghosts are, away from everybody


def ghosts(*spans_s: tuple[float, float], vx_mps: float = 5.0):  # type: ignore[no-untyped-def]
    def tracks(t_s: float) -> list[ToldTrack]:
        there = [n for n, (from_s, to_s) in enumerate(spans_s) if from_s <= t_s <= to_s]
        return [track(10 + n, -8.0, AT, vx_mps=vx_mps, born_t_s=spans_s[n][0] - 1.0) for n in there]

    return tracks


def haunted(rng: np.random.Generator, per_s: float, mean_s: float, number: int, **other: object) -> Matched:
    begun_s = np.cumsum(rng.exponential(1 / per_s, 200))
    spans_s = [(at_s, at_s + rng.exponential(mean_s)) for at_s in begun_s if at_s < 8.0]
    told = drive(lambda _t: [], ghosts(*spans_s), number=number, **other)  # type: ignore[arg-type]
    return match(told, WIDTH_M)


@pytest.mark.parametrize("mean_s", [0.5, 2.0, 6.0])
@pytest.mark.parametrize("seed", [1, 2])
def test_a_level_made_of_known_false_tracks_draws_as_many_for_as_long(mean_s: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    drives = [haunted(rng, 0.25, mean_s, n, around="metal") for n in range(150)]
    with_him = match(drive(lambda _t: [rider()], lambda _t: [track(1)], number=999), WIDTH_M)
    model = fitted([*drives, with_him], WIDTH_M, {})
    now, begun, looks, long_s = Now(5.0, "nobody", Setting("metal", 1.0)), 0, 0, 400.0
    for again in range(8):
        drawn, ids = DrawnFalse((), again, model, STEP_S), set()
        for n in range(round(long_s / STEP_S)):
            tracks = drawn.look(n * STEP_S, now, {}, -1)
            ids |= {one.id for one in tracks}
            looks += len(tracks)
        begun += len(ids)
    # 300 tracks in the fit and 800 drawn: some 7 % of each; those cut off after 8 s are known less well.
    assert begun / (8 * long_s) == pytest.approx(0.25, rel=0.25)
    assert looks * STEP_S / begun == pytest.approx(mean_s, rel=0.3, abs=0.06)


def test_false_tracks_are_counted_where_they_are_and_shown_again_as_they_were() -> None:
    def ghost(t_s: float) -> list[ToldTrack]:
        return [track(7, -8.0 + t_s, AT, vx_mps=6.0, born_t_s=1.0)] if 2.0 <= t_s <= 4.0 else []

    quiet = drive(lambda _t: [rider()], lambda _t: [track(1)], number=1)
    told = drive(lambda _t: [rider()], lambda t: [track(1), *ghost(t)], around="metal", number=2)
    model = fitted([match(one, WIDTH_M) for one in (quiet, told)], WIDTH_M, {})
    street, metal = (model.false_at(Setting(name, 1.0), 5.0, "one") for name in ("street", "metal"))
    assert street.begun_per_s < 0.4 * metal.begun_per_s
    (shown,) = metal.seen
    assert (shown.at_first, shown.at_last) == ((-6.0, AT), (-4.0, AT))
    assert (shown.way_s, shown.age_s, shown.faster_mps[0]) == pytest.approx((2.0, 1.0, 1.0), abs=0.02)
    assert shown.lasts_s == pytest.approx(2.0 + STEP_S, abs=0.01)


@pytest.mark.parametrize("share", [0.25, 1.0])
def test_so_much_as_was_within_reach_is_what_is_counted(share: float) -> None:
    rng = np.random.default_rng(3)
    drives = [haunted(rng, 0.5 * share, 1.0, n, around="wall", share=share) for n in range(100)]
    assert false_per_s(drives, WIDTH_M)["wall/rolls/nobody"] == pytest.approx(0.5, rel=0.2)


def test_what_a_vehicle_shows_goes_by_its_length_and_ends_where_it_stands() -> None:
    def tracks(t_s: float) -> list[ToldTrack]:
        return [track(7)] if 1.0 <= t_s % 4 < 2.0 else []

    drives = [match(drive(lambda _t: [rider(kind="bus")], tracks, number=n), WIDTH_M) for n in range(20)]
    # A bus is 12 m long, the rate is that of 10 m: two in 8 s.
    assert false_per_s(drives, WIDTH_M)["vehicle"] == pytest.approx(2 / 8.0 / 1.2, rel=0.06)


def test_the_rates_of_words_and_their_joining_are_found() -> None:
    rng = np.random.default_rng(4)
    per_s = {("a", "x"): 0.02, ("a", "y"): 0.1, ("b", "x"): 0.2, ("b", "y"): 1.0}
    seconds = dict.fromkeys(per_s, 500.0)
    begun = {cell: int(rng.poisson(rate * 500.0)) for cell, rate in per_s.items()}
    found = rates_of(begun, seconds)
    for cell, rate in per_s.items():
        assert found[cell] == pytest.approx(rate, abs=4 * math.sqrt(rate / 500.0))
    del seconds["b", "y"], begun["b", "y"]
    assert rates_of(begun, seconds)["b", "y"] == pytest.approx(1.0, rel=0.5)  # never seen together


@given(
    begun=st.lists(st.integers(0, 40), min_size=6, max_size=6),
    seconds=st.lists(st.floats(0.0, 500.0), min_size=6, max_size=6),
)
@settings(max_examples=40)
def test_rates_are_never_negative_and_few_seconds_never_make_a_flood(
    begun: list[int], seconds: list[float]
) -> None:
    cells = [(one, other) for one in "ab" for other in "xyz"]
    counted = {cell: n if of_s > 1 else 0 for cell, n, of_s in zip(cells, begun, seconds, strict=True)}
    found = rates_of(counted, dict(zip(cells, seconds, strict=True)))
    assert all(rate >= 0 and math.isfinite(rate) for rate in found.values())
    assert all(found[cell] <= 45.0 * 45.0 for cell in found)


@pytest.mark.parametrize("mean_s", [1.0, 4.0, 12.0])
def test_how_long_cut_off_ones_last_is_counted_by_time_at_risk(mean_s: float) -> None:
    rng = np.random.default_rng(6)
    true_s, until_s = rng.exponential(mean_s, 600), rng.uniform(0.5, 8.0, 600)
    lasted = [(min(one, end), one > end) for one, end in zip(true_s.tolist(), until_s.tolist(), strict=True)]
    found = [seconds + (further_s(lasted, seconds) if cut else 0.0) for seconds, cut in lasted]
    assert np.mean(found) == pytest.approx(mean_s, rel=0.2)  # hardly anybody saw a 12 s one end


def test_one_that_was_never_seen_to_end_lasts_no_longer_than_the_mean_more() -> None:
    assert further_s([(3.0, True)], 3.0) == pytest.approx(3.0)
    assert further_s([(1.0, False), (2.0, False), (3.0, True)], 3.0) == pytest.approx(3.0)


def stopping(number: int, ends_after_s: float) -> Told:
    """Rolls for 4 s, then stands; its ghost is there from 3 s on and so long after the stop."""
    told = drive(lambda _t: [], ghosts((3.0, 4.0 + ends_after_s)), number=number)
    frames = (
        Frame(f.t_s, 5.0 if f.t_s < 4.0 else 0.0, 0.0, f.users, f.tracks, f.setting) for f in told.frames
    )
    return Told(number, told.scene, told.period_s, tuple(frames))


def test_a_truck_that_stops_sees_its_ghosts_end() -> None:
    rng = np.random.default_rng(5)
    drives = [match(stopping(n, float(rng.exponential(0.5))), WIDTH_M) for n in range(200)]
    assert ends_at_rest_per_s(drives) == pytest.approx(2.0, rel=0.2)
    assert all(
        one.lasts_s > 1.9 for one in false_seen(drives)["street/rolls/nobody"]
    )  # the stop cut them off


def drawn_for(around: tuple[Around, Around], truck_mps: tuple[float, float]) -> list[int]:
    """Tracks at once over 4 s, in the middle of which something changes; each would last 100 s."""
    model = fitted(
        [
            match(drive(lambda _t: [], ghosts((1.0, 8.0)), around="metal", number=1), WIDTH_M),
            match(drive(lambda _t: [rider()], lambda _t: [track(1)], number=2), WIDTH_M),
        ],
        WIDTH_M,
        {},
    )
    drawn, counts = DrawnFalse((), 1, model, STEP_S), []
    for n in range(2000):
        now = Now(truck_mps[n >= 1000], "nobody", Setting(around[n >= 1000], 1.0))
        counts.append(len(drawn.look(n * STEP_S, now, {}, -1)))
    return counts


def test_drawn_ones_end_where_what_showed_them_is_left_behind() -> None:
    counts = drawn_for(("metal", "open"), (5.0, 5.0))
    assert min(counts[900:1000]) > 0
    assert max(counts[1000:]) == 0


def test_drawn_ones_end_soon_after_the_truck_has_stopped() -> None:
    counts = drawn_for(("metal", "metal"), (5.0, 0.0))
    assert min(counts[900:1005]) > 0
    assert max(counts[1250:]) == 0  # one in a second ends, as little is known as that
