"""One figure of a bench, as every `--json` has it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One figure beside its goal and moonshot; `low` and `high` bound the median with 95 % confidence."""

    measure: str
    value: float
    unit: str
    goal: str | None = None
    moonshot: str | None = None
    reached: bool | None = None
    low: float | None = None
    high: float | None = None
    command: str = ""
