"""What n encounters of one scenario come to."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hil.scenario.beside import REFERENCE
from hil.scenario.counted import UNDEGRADED, Counted, CountedRow, interval, judged, judged_fall
from hil.scenario.encounter_result import EncounterResult
from hil.scenario.judge import Verdict, worst
from hil.scenario.outcome import Name, Outcome

MOST_LEFT_OUT = 0.1  # of the encounters: beyond it the rest says nothing of all that were drawn
MOST_NAMED = 3
FALSE: tuple[Name, ...] = ("full_braking", "partial_braking", "gentle", "warning")


@dataclass(frozen=True, slots=True)
class Share:
    """So many of n, with the 95 % interval of Clopper and Pearson."""

    events: int
    n: int

    @property
    def interval(self) -> tuple[float, float] | None:
        """None of nothing."""
        return interval(self.events, self.n) if self.n else None


@dataclass(frozen=True, slots=True)
class Level:
    """One level of sensing or program over the encounters that it has driven."""

    avoided: Share
    mean_contact_speed_mps: float | None  # the truck's, in those not avoided


@dataclass(frozen=True, slots=True)
class Tally:
    """Corners are in no share."""

    n: int  # encounters that count
    left_out: int  # inconclusive
    broken: int  # bench errors
    rows: tuple[CountedRow, ...]
    verdict: Verdict
    why: str
    itself: Level
    beside: dict[str, Level]
    false_braking: dict[Name, Share]  # in encounters that touch nobody without the system


def tally_of(counted: Sequence[Counted], results: Sequence[EncounterResult]) -> Tally:
    """Encounters and corners of one scenario, in any order."""
    encounters = [one for one in results if not one.corner]
    counts = [one for one in encounters if one.counts]
    broken = [one for one in results if one.verdict == "bench error"]
    left_out = sum(one.verdict == "inconclusive" for one in encounters)
    rows = tuple(_row(one, counts, results) for one in counted) if encounters else ()
    verdict, why = _verdict(rows, results, broken, left_out)
    outcomes = [one.outcome for one in counts if one.outcome is not None]
    harmless = [outcome for outcome in outcomes if not outcome.contact_without]
    return Tally(
        n=len(counts),
        left_out=left_out,
        broken=len(broken),
        rows=rows,
        verdict=verdict,
        why=why,
        itself=_level(outcomes),
        beside={name: _level(_beside(counts, name)) for name in _names(counts)},
        false_braking={name: _share(harmless, name) for name in FALSE},
    )


def doubted(tally: Tally, doubts: Sequence[str]) -> Tally:
    """Inconclusive where what was sensed is in doubt, whatever it came to; a broken bench stays broken."""
    if not doubts or tally.verdict == "bench error":
        return tally
    why = "; ".join([*doubts, f"without that {tally.verdict}", *([tally.why] if tally.why else [])])
    return replace(tally, verdict="inconclusive", why=why)


def _row(
    counted: Counted, counts: Sequence[EncounterResult], results: Sequence[EncounterResult]
) -> CountedRow:
    """What may never be, may not be in a corner either."""
    outcomes = [one.outcome for one in counts if one.outcome is not None]
    reference = counts[0].beside.get(REFERENCE) if len(counts) == 1 else None
    if counted.side == "falls_at_most":
        twins = [one.beside.get(UNDEGRADED) for one in counts if one.outcome is not None]
        return judged_fall(counted, outcomes, twins)
    row = judged(counted, outcomes, reference)
    corners = [one for one in results if one.corner and one.counts and one.outcome is not None]
    met = [one.number for one in corners if one.outcome is not None and counted.is_against(one.outcome)]
    if counted.side != "none_in" or not met:
        return row
    named = ", ".join(str(number) for number in sorted(met))
    return row.failed(f"{counted.outcome} in corner {named}, must be {counted.in_words()}")


def _verdict(
    rows: Sequence[CountedRow],
    results: Sequence[EncounterResult],
    broken: Sequence[EncounterResult],
    left_out: int,
) -> tuple[Verdict, str]:
    if broken:
        return "bench error", _told(broken, len(results))
    if not rows:
        verdict = worst(one.verdict for one in results)
        return verdict, "" if verdict == "pass" else _told(_those(results, verdict), len(results))
    verdict = worst(row.verdict for row in rows)
    whys = [row.why for row in rows if row.why]
    encounters = [one for one in results if not one.corner]
    if left_out > MOST_LEFT_OUT * len(encounters):
        verdict = worst(("inconclusive", verdict))
        whys.append(f"left out: {_told(_those(encounters, 'inconclusive'), len(encounters))}")
    return verdict, "; ".join(whys)


def _those(results: Sequence[EncounterResult], verdict: Verdict) -> list[EncounterResult]:
    return [one for one in results if one.verdict == verdict]


def _told(some: Sequence[EncounterResult], of: int) -> str:
    """One encounter's own words; of several the first few."""
    if of == 1:
        return some[0].why
    named = [
        f"{'corner' if one.corner else 'encounter'} {one.number}: {one.why}" for one in some[:MOST_NAMED]
    ]
    more = ["..."] if len(some) > MOST_NAMED else []
    return "; ".join([f"{len(some)} of {of}", *named, *more])


def _share(outcomes: Sequence[Outcome], name: Name) -> Share:
    return Share(sum(outcome.has(name) for outcome in outcomes), len(outcomes))


def _level(outcomes: Sequence[Outcome]) -> Level:
    speeds = [
        one.contact_speed_mps for one in outcomes if not one.avoided and one.contact_speed_mps is not None
    ]
    return Level(_share(outcomes, "avoided"), sum(speeds) / len(speeds) if speeds else None)


def _names(results: Sequence[EncounterResult]) -> list[str]:
    return sorted({name for one in results for name in one.beside})


def _beside(results: Sequence[EncounterResult], name: str) -> list[Outcome]:
    return [one.beside[name] for one in results if name in one.beside]
