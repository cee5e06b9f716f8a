"""What was done in encounters that need nothing: per thousand of them, and of kilometres a bound."""

from dataclasses import dataclass

from hil.report.scenario_words import outcome_words
from hil.scenario.scenario_result import ScenarioResult
from hil.scenario.tally import Share


@dataclass(frozen=True, slots=True)
class NeedlessRow:
    """One kind of intervention."""

    name: str
    chinese: str
    share: Share
    per_1000_km_at_most: str | None  # None: the file says nothing of kilometres

    @property
    def per_1000(self) -> str:
        """`2 (0.24 to 7.2)`."""
        return per_1000_words(self.share)


def needless_rows(done: ScenarioResult) -> list[NeedlessRow]:
    """Nothing where every encounter ends in a contact without the system."""
    per_km = done.file.encounters_per_km
    return [
        NeedlessRow(*outcome_words(name), share, _per_1000_km(share, per_km))
        for name, share in done.tally.false_braking.items()
        if share.n
    ]


def per_1000_words(share: Share) -> str:
    """Share and interval."""
    between = share.interval
    if between is None:
        return "–"
    value, low, high = (f"{1000 * one:.3g}" for one in (share.events / share.n, *between))
    return f"{value} ({low} to {high})"


def _per_1000_km(share: Share, encounters_per_km: float | None) -> str | None:
    between = share.interval
    if between is None or encounters_per_km is None:
        return None
    return f"{1000 * between[1] * encounters_per_km:.3g}"
