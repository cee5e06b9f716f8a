"""Counted limits: exact intervals, four verdicts, and the rules for one encounter alone."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, multinomial

from hil.scenario.counted import Counted, Side, fall_interval, interval, judged, judged_fall, would_do
from hil.scenario.outcome import Name, Outcome
from tests.hil.outcomes import QUIET

HIT = replace(QUIET, avoided=False, clear=False, mitigated=False, contact=True, contact_speed_mps=3.0)
BRAKED = replace(QUIET, full_braking=True, partial_braking=True, gentle=True)


def counted(outcome: Name, side: Side, limit: float) -> Counted:
    return Counted(outcome, side, limit, "typed in the test")


@given(n=st.integers(1, 3000), share=st.floats(0, 1))
def test_the_interval_is_that_of_clopper_and_pearson(n: int, share: float) -> None:
    events = round(share * n)
    exact = binomtest(events, n).proportion_ci(0.95, method="exact")
    assert interval(events, n) == pytest.approx((exact.low, exact.high), abs=1e-9)


@pytest.mark.parametrize(
    ("avoided", "n", "verdict"),
    # Table of exact limits for 100 trials: 84 -> 75.3 % to 90.6 %, 83 -> 74.2 to 89.8, 66 -> 55.8 to 75.2.
    [(84, 100, "pass"), (83, 100, "inconclusive"), (66, 100, "inconclusive"), (65, 100, "fail")],
)
def test_the_interval_must_lie_wholly_on_one_side(avoided: int, n: int, verdict: str) -> None:
    row = judged(counted("avoided", "at_least", 0.75), [QUIET] * avoided + [HIT] * (n - avoided))
    assert (row.verdict, row.n, row.events) == (verdict, n, avoided)
    assert (row.why == "") == (verdict == "pass")
    if verdict == "inconclusive":
        assert "encounters at this share would do" in row.why


@pytest.mark.parametrize(("n", "verdict"), [(367, "inconclusive"), (368, "pass")])
def test_none_of_368_is_less_than_one_in_a_hundred(n: int, verdict: str) -> None:
    """1 - 0.025 ** (1 / 368) is 0.9974 %, of 367 it is 1.0001 %."""
    assert judged(counted("partial_braking", "at_most", 0.01), [QUIET] * n).verdict == verdict


def test_a_share_above_what_is_allowed_fails() -> None:
    row = judged(counted("partial_braking", "at_most", 0.01), [QUIET] * 90 + [BRAKED] * 10)
    assert row.verdict == "fail"
    assert row.why.startswith("partial_braking 10 of 100 (4.9 to 17.6 %), must be ≤ 1 % (typed in the test)")


@pytest.mark.parametrize(
    ("events", "n", "verdict"), [(0, 1000, "pass"), (0, 999, "inconclusive"), (1, 5000, "fail")]
)
def test_none_in_so_many(events: int, n: int, verdict: str) -> None:
    row = judged(counted("full_braking", "none_in", 1000), [QUIET] * (n - events) + [BRAKED] * events)
    assert row.verdict == verdict
    if verdict == "inconclusive":
        assert row.why.endswith(": 1000 without one would do")


@pytest.mark.parametrize(
    ("outcome", "reference", "verdict"),
    [
        (QUIET, None, "pass"),
        (QUIET, HIT, "pass"),
        (HIT, QUIET, "fail"),
        (HIT, HIT, "pass"),  # the recommended policy with perfect sensing does not avoid it either
        (HIT, None, "inconclusive"),
    ],
)
def test_one_turn_alone_is_held_against_the_reference(
    outcome: Outcome, reference: Outcome | None, verdict: str
) -> None:
    assert judged(counted("avoided", "at_least", 0.75), [outcome], reference).verdict == verdict


@pytest.mark.parametrize(("side", "limit"), [("none_in", 1000.0), ("at_most", 0.01)])
def test_one_pass_alone_passes_without_and_fails_with_an_event(side: Side, limit: float) -> None:
    limited = counted("full_braking", side, limit)
    assert judged(limited, [QUIET]).verdict == "pass"
    assert judged(limited, [BRAKED], QUIET).verdict == "fail"


def test_one_that_must_warn_is_judged_by_itself() -> None:
    limited = counted("warning", "at_least", 0.95)
    assert judged(limited, [QUIET], QUIET).verdict == "fail"
    assert judged(limited, [replace(QUIET, warning=True)]).verdict == "pass"


def test_of_nothing_nothing_follows() -> None:
    row = judged(counted("avoided", "at_least", 0.75), [])
    assert (row.verdict, row.low, row.high, row.share) == ("inconclusive", None, None, None)
    assert "no encounter counts" in row.why


@given(events=st.integers(0, 60), more=st.integers(1, 60), limit=st.floats(0.02, 0.98))
def test_so_many_as_are_said_would_do(events: int, more: int, limit: float) -> None:
    n = events + more
    enough = would_do(events / n, limit, n)
    if enough is None:
        assert limit == pytest.approx(events / n, abs=1e-3)
    else:
        times = math.ceil(enough / n)
        low, high = interval(times * events, times * n)
        assert low >= limit or high <= limit


# ---- what falls ----
def pairs(both: int, lost: int, regained: int, neither: int) -> tuple[list[Outcome], list[Outcome]]:
    degraded = [QUIET] * both + [HIT] * lost + [QUIET] * regained + [HIT] * neither
    undegraded = [QUIET] * both + [QUIET] * lost + [HIT] * regained + [HIT] * neither
    return degraded, undegraded


@pytest.mark.parametrize(("lost", "regained"), [(0.05, 0.0), (0.1, 0.1), (0.3, 0.05), (0.5, 0.5), (0.0, 0.0)])
def test_the_paired_interval_holds_the_truth_at_least_95_times_in_100(lost: float, regained: float) -> None:
    n = 25
    held = sum(
        multinomial.pmf([a, b, n - a - b], n, [lost, regained, 1 - lost - regained])
        for a in range(n + 1)
        for b in range(n + 1 - a)
        if fall_interval(a, b, n)[0] - 1e-12 <= lost - regained <= fall_interval(a, b, n)[1] + 1e-12
    )
    assert held >= 0.95


@pytest.mark.parametrize(
    ("counts", "verdict"),
    # 1 - 0.0125 ** (1 / 100) = 4.29 %: a hundred alike are enough for 5 points, 80 (5.33 %) are not.
    [
        ((100, 0, 0, 0), "pass"),
        ((0, 0, 0, 100), "pass"),
        ((80, 0, 0, 0), "inconclusive"),
        ((70, 30, 0, 0), "fail"),
        ((85, 8, 7, 0), "inconclusive"),
        ((1, 0, 0, 0), "pass"),
        ((0, 1, 0, 0), "fail"),
    ],
)
def test_what_falls_is_judged_by_pairs(counts: tuple[int, int, int, int], verdict: str) -> None:
    degraded, undegraded = pairs(*counts)
    row = judged_fall(counted("avoided", "falls_at_most", 0.05), degraded, undegraded)
    assert (row.verdict, row.n, row.events) == (verdict, sum(counts), counts[1] - counts[2])
    assert (row.why == "") == (verdict == "pass")


def test_who_has_no_twin_shows_nothing() -> None:
    row = judged_fall(counted("avoided", "falls_at_most", 0.05), [QUIET] * 3, [None] * 3)
    assert (row.verdict, row.n) == ("inconclusive", 0)


def test_an_encounter_speaks_against_a_fall_only_beside_its_twin() -> None:
    falls = counted("avoided", "falls_at_most", 0.05)
    assert falls.is_against(HIT, QUIET)
    assert not falls.is_against(HIT, HIT)
    assert not falls.is_against(QUIET, HIT)
    assert not falls.is_against(HIT)
    assert falls.in_words() == "at most 5 points below undegraded"
