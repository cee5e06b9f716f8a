"""One encounter as it was driven and judged, small enough to keep thousands of; JSON without loss."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from hil.scenario.counted import UNDEGRADED, Counted
from hil.scenario.draw import Draw
from hil.scenario.expression import Values
from hil.scenario.judge import Judgement, Row, Verdict
from hil.scenario.outcome import Outcome
from hil.scenario.scenario import Limit


@dataclass(frozen=True, slots=True)
class EncounterResult:
    """`beside`: what other levels or programs came to in the same encounter, by their names."""

    number: int
    corner: bool
    seed: int
    values: Values
    verdict: Verdict
    why: str  # empty where nothing speaks against it
    needs: tuple[Row, ...] = ()
    measures: tuple[Row, ...] = ()
    outcome: Outcome | None = None  # None: the bench broke
    beside: Mapping[str, Outcome] = field(default_factory=dict)
    frames_sha256: str = ""  # of every frame on both buses, where they were kept count of
    same_in_micropython: bool | None = None  # None: not driven there again
    seen: Mapping[str, Any] | None = None  # for whoever looks into it

    @property
    def counts(self) -> bool:
        """It was driven, and it was what it should be."""
        return self.outcome is not None and self.verdict != "inconclusive"

    def in_words(self) -> str:
        """`corner 2`."""
        return f"{'corner' if self.corner else 'encounter'} {self.number}"

    def as_json(self) -> dict[str, Any]:
        """A row of results.json, and a line of what a sweep keeps while it runs."""
        return {
            "number": self.number,
            "corner": self.corner,
            "seed": self.seed,
            "values": dict(self.values),
            "verdict": self.verdict,
            "why": self.why,
            "outcome": None if self.outcome is None else asdict(self.outcome),
            "beside": {name: asdict(outcome) for name, outcome in self.beside.items()},
            "needs": [row_as_json(row) for row in self.needs],
            "measures": [row_as_json(row) for row in self.measures],
            "frames_sha256": self.frames_sha256,
            "same_in_micropython": self.same_in_micropython,
            "seen": None if self.seen is None else dict(self.seen),
        }

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> "EncounterResult":
        """What `as_json` gave; of nobody else's."""
        return cls(
            number=row["number"],
            corner=row["corner"],
            seed=row["seed"],
            values=row["values"],
            verdict=row["verdict"],
            why=row["why"],
            needs=tuple(_row(one) for one in row["needs"]),
            measures=tuple(_row(one) for one in row["measures"]),
            outcome=None if row["outcome"] is None else Outcome(**row["outcome"]),
            beside={name: Outcome(**outcome) for name, outcome in row["beside"].items()},
            frames_sha256=row["frames_sha256"],
            same_in_micropython=row["same_in_micropython"],
            seen=row["seen"],
        )


def encounter_result(
    draw: Draw,
    judgement: Judgement,
    outcome: Outcome | None,
    counted: Sequence[Counted],
    *,
    beside: Mapping[str, Outcome] | None = None,
    seen: Mapping[str, Any] | None = None,
) -> EncounterResult:
    """Where outcomes are counted, an encounter fails by what speaks against them, else by its limits."""
    verdict, why = judgement.verdict, judgement.why
    if counted and outcome is not None and verdict != "inconclusive":
        undegraded = (beside or {}).get(UNDEGRADED)
        against = [one for one in counted if one.is_against(outcome, undegraded)]
        verdict = "fail" if against else "pass"
        why = "; ".join(one.said_against() for one in against)
        if judgement.why and any(one.outcome == "kept" for one in against):
            why = f"{why}; {judgement.why}"
    return EncounterResult(
        number=draw.number,
        corner=draw.corner,
        seed=draw.seed,
        values=draw.values,
        verdict=verdict,
        why=why,
        needs=judgement.needs,
        measures=judgement.measures,
        outcome=outcome,
        beside=beside or {},
        seen=seen,
    )


def row_as_json(row: Row) -> dict[str, Any]:
    """One measure of one encounter."""
    limit = row.limit
    return {
        "measure": limit.measure,
        "value": row.value,
        "unit": limit.unit,
        "at_least": limit.at_least,
        "at_most": limit.at_most,
        "margin": row.margin,
        "requirement": limit.requirement,
        "verdict": "pass" if row.is_kept else "fail",
    }


def _row(row: Mapping[str, Any]) -> Row:
    limit = Limit(row["measure"], row["at_least"], row["at_most"], row["unit"], row["requirement"])
    return Row(limit, row["value"], row["margin"], row["verdict"] == "pass")
