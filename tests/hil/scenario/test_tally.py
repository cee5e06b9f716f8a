"""What n encounters come to: shares, corners, what is left out, and the way to JSON and back."""

import json
import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hil.scenario.counted import Counted
from hil.scenario.draw import Draw
from hil.scenario.encounter_result import EncounterResult, encounter_result
from hil.scenario.judge import Judgement, Row
from hil.scenario.outcome import Outcome
from hil.scenario.reading import read_file
from hil.scenario.results import junit, results
from hil.scenario.scenario import Limit
from hil.scenario.scenario_result import Conditions, scenario_result
from hil.scenario.tally import doubted, tally_of
from tests.hil.scenario.samples import write
from tests.hil.scenario.test_counted import BRAKED, HIT, QUIET
from tests.hil.scenario.test_draw import CROSSING

AVOIDED = Counted("avoided", "at_least", 0.75, "goal T")
NO_FULL = Counted("full_braking", "none_in", 10, "goal N")
FINE = Judgement("pass", "", (), ())
UNMET = Judgement("inconclusive", "frames lost", (), ())
MISSED = Judgement("fail", "clearance is 0.1 m", (), ())
BROKEN = Judgement("bench error", "ValueError: broke", (), ())


def result(
    number: int,
    outcome: Outcome | None = QUIET,
    judgement: Judgement = FINE,
    *,
    counted: tuple[Counted, ...] = (AVOIDED,),
    corner: bool = False,
    beside: dict[str, Outcome] | None = None,
) -> EncounterResult:
    draw = Draw("S1", number, corner, {"gap_m": 0.9 + number / 7}, number)
    return encounter_result(draw, judgement, outcome, counted, beside=beside)


def test_the_share_is_of_encounters_that_count() -> None:
    found = [result(n) for n in range(1, 91)] + [result(n, HIT) for n in range(91, 101)]
    found += [result(101, HIT, UNMET), result(1, HIT, corner=True)]
    tally = tally_of((AVOIDED,), found)
    assert (tally.n, tally.left_out, tally.broken) == (100, 1, 0)
    assert (tally.rows[0].events, tally.verdict, tally.why) == (90, "pass", "")
    assert tally.itself.mean_contact_speed_mps == pytest.approx(3.0)


@pytest.mark.parametrize(("outcome", "verdict"), [(QUIET, "pass"), (HIT, "fail")])
def test_what_is_in_doubt_is_inconclusive_whatever_it_came_to(outcome: Outcome, verdict: str) -> None:
    tally = tally_of((AVOIDED,), [result(n, outcome) for n in range(1, 101)])
    assert (tally.verdict, doubted(tally, [])) == (verdict, tally)
    in_doubt = doubted(tally, ["held against the radars on 3 shared encounters, not on 200"])
    assert in_doubt.verdict == "inconclusive"
    assert in_doubt.why.startswith(
        f"held against the radars on 3 shared encounters, not on 200; without that {verdict}"
    )
    assert in_doubt.rows == tally.rows


def test_order_changes_nothing(tmp_path: Path) -> None:
    found = [result(n, HIT if n % 3 else QUIET) for n in range(1, 40)] + [result(1, corner=True)]
    shuffled = random.Random(1).sample(found, len(found))
    assert tally_of((AVOIDED,), shuffled).rows == tally_of((AVOIDED,), found).rows
    path = tmp_path / "x1.yaml"
    path.write_text(CROSSING, encoding="utf-8")
    file = read_file(path)
    there, here = (scenario_result(file, Conditions(1, None), some) for some in (shuffled, found))
    assert results([there]) == results([here])


def test_an_event_in_a_corner_fails_what_may_never_be_and_leaves_a_share_alone() -> None:
    passes = [result(n, counted=(NO_FULL,)) for n in range(1, 11)]
    assert tally_of((NO_FULL,), passes).verdict == "pass"
    corner = result(3, BRAKED, counted=(NO_FULL,), corner=True)
    tally = tally_of((NO_FULL,), [*passes, corner])
    assert (tally.verdict, tally.rows[0].events) == ("fail", 0)
    assert "full_braking in corner 3" in tally.why
    turns = [result(n) for n in range(1, 101)]
    assert tally_of((AVOIDED,), [*turns, result(1, HIT, corner=True)]).verdict == "pass"


@pytest.mark.parametrize(("unmet", "verdict"), [(10, "pass"), (12, "inconclusive")])
def test_more_than_a_tenth_left_out_shows_nothing(unmet: int, verdict: str) -> None:
    """10 of 100 are a tenth, 12 of 102 are more."""
    found = [result(n) for n in range(1, 91)] + [result(90 + n, QUIET, UNMET) for n in range(1, unmet + 1)]
    tally = tally_of((AVOIDED,), found)
    assert tally.verdict == verdict
    assert ("left out" in tally.why) == (verdict == "inconclusive")


def test_a_broken_bench_is_told_before_all_else() -> None:
    tally = tally_of((AVOIDED,), [result(n, HIT) for n in range(1, 50)] + [result(50, None, BROKEN)])
    assert (tally.verdict, tally.broken) == ("bench error", 1)
    assert tally.why == "1 of 50; encounter 50: ValueError: broke"


@pytest.mark.parametrize(
    ("judgements", "verdict"),
    [
        ([FINE, FINE], "pass"),
        ([FINE, UNMET], "inconclusive"),
        ([MISSED, UNMET], "fail"),
        ([MISSED, BROKEN], "bench error"),
    ],
)
def test_where_nothing_is_counted_every_encounter_must_keep_its_limits(
    judgements: list[Judgement], verdict: str
) -> None:
    found = [result(n, judgement=one, counted=()) for n, one in enumerate(judgements, 1)]
    assert tally_of((), found).verdict == verdict


@pytest.mark.parametrize(("reference", "verdict"), [(QUIET, "fail"), (HIT, "pass"), (None, "inconclusive")])
def test_one_alone_is_held_against_what_stands_beside(reference: Outcome | None, verdict: str) -> None:
    beside = {"nearside, perfect": QUIET} | ({"recommended, perfect": reference} if reference else {})
    tally = tally_of((AVOIDED,), [result(1, HIT, beside=beside)])
    assert tally.verdict == verdict
    assert tally.beside["nearside, perfect"].avoided.events == 1


def test_false_braking_is_of_those_that_touch_nobody_without() -> None:
    colliding = replace(BRAKED, contact_without=True)
    found = [result(1, BRAKED), result(2), result(3), result(4), result(5, colliding)]
    share = tally_of((AVOIDED,), found).false_braking["full_braking"]
    assert (share.events, share.n) == (1, 4)


def test_an_encounter_says_what_speaks_against_it() -> None:
    kept = Counted("kept", "at_least", 0.9, "goal K")
    missed = result(1, replace(HIT, kept=False), MISSED, counted=(AVOIDED, kept))
    assert missed.verdict == "fail"
    assert missed.why == (
        "not avoided, must be ≥ 75 % (goal T); not kept, must be ≥ 90 % (goal K); clearance is 0.1 m"
    )
    assert result(1, BRAKED, counted=(NO_FULL,)).why == "full_braking, must be none in 10 (goal N)"
    assert result(1, HIT, UNMET).verdict == "inconclusive"


VALUES = st.dictionaries(
    st.text("abc_", min_size=1, max_size=5),
    st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
)
ROWS = st.lists(
    st.builds(
        Row,
        st.builds(Limit, st.just("clearance"), st.none(), st.floats(0, 9), st.just("m"), st.text(max_size=9)),
        st.none() | st.floats(-9, 9),
        st.none() | st.floats(-9, 9),
        st.booleans(),
    ),
    max_size=2,
).map(tuple)
RESULTS = st.builds(
    EncounterResult,
    number=st.integers(0, 10**6),
    corner=st.booleans(),
    seed=st.integers(0, 2**32 - 1),
    values=VALUES,
    verdict=st.sampled_from(["pass", "fail", "inconclusive", "bench error"]),
    why=st.text(max_size=20),
    needs=ROWS,
    measures=ROWS,
    outcome=st.none() | st.sampled_from([QUIET, HIT, BRAKED]),
    beside=st.dictionaries(st.text(max_size=5), st.sampled_from([QUIET, HIT])),
    same_in_micropython=st.none() | st.booleans(),
)


@given(RESULTS)
def test_json_and_back_loses_nothing(one: EncounterResult) -> None:
    assert EncounterResult.from_json(json.loads(json.dumps(one.as_json()))) == one


def test_the_files_say_what_was_counted_and_how_to_drive_again(tmp_path: Path) -> None:
    path = tmp_path / "x 1.yaml"
    path.write_text(CROSSING, encoding="utf-8")
    file = read_file(path)
    found = [result(n, HIT if n in {4, 9} else QUIET) for n in range(1, 13)]
    options = ("--near-side", "left")
    done = scenario_result(file, Conditions(7, None, options=options), [*found, result(2, HIT, corner=True)])
    content = results([done])
    assert (content["schema"], content["verdict"], content["seed"]) == (2, "inconclusive", 7)
    (run,) = content["runs"]
    row = run["counted"][0]
    assert (row["outcome"], row["at_least"], row["n"], row["events"]) == ("avoided", 0.75, 12, 10)
    assert row["interval"] == pytest.approx([0.5159, 0.9791], abs=1e-3)  # 10 of 12, exact
    assert len(run["encounters"]) == 12
    assert [one["verdict"] for one in run["encounters"]].count("fail") == 2
    again = f"nearside hil run '{path}' --seed 7"
    assert run["encounters"][3]["rerun"] == f"{again} --encounter 4 --near-side left"
    assert run["corners"][0]["rerun"] == f"{again} --corner 2 --near-side left"
    assert run["itself"]["mean_contact_speed_mps"] == 3.0
    assert run["false_per_1000"]["full_braking"]["value"] == 0.0
    (case,) = next(iter(junit([done])))
    assert case.result[0].message == run["why"]
    for number in (4, 9):
        assert f"--encounter {number}" in case.system_out
    assert "--encounter 5" not in case.system_out


def test_kilometres_are_a_bound_times_what_the_file_states(tmp_path: Path) -> None:
    """None in 100 encounters is at most 3.62 % of them; 3 such encounters a kilometre."""
    path = tmp_path / "x1.yaml"
    for stated, bound in (("", None), ("encounters_per_km: 3\n", 108.65)):
        path.write_text(CROSSING + stated, encoding="utf-8")
        done = scenario_result(read_file(path), Conditions(1, None), [result(n) for n in range(1, 101)])
        told = results([done])["runs"][0]["false_per_1000"]["full_braking"]
        assert told["interval"] == pytest.approx([0.0, 36.2167], abs=1e-3)
        assert told["per_1000_km_at_most"] == (bound and pytest.approx(bound, abs=0.01))


def test_an_only_encounter_needs_no_number(tmp_path: Path) -> None:
    file = read_file(write(tmp_path))
    done = scenario_result(file, Conditions(3, None), [result(1, HIT, MISSED, counted=())])
    assert done.reruns == [f"nearside hil run {tmp_path / 's1.yaml'} --seed 3"]
