"""From the bytes of a record to a verdict with its reasons."""

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from edge_controller.registration.record import InstallationRecord, read_installation
from edge_controller.registration.times import utc_text
from edge_controller.registration.trust import Trust
from edge_controller.registry_office.case import Case
from edge_controller.registry_office.rules import RULES, WHOLE, Rule, Word

# Evidence of wrong outweighs missing trust, which outweighs doubt.
WORST_FIRST: tuple[Word, ...] = ("rejected", "unverifiable", "review", "accepted")


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence of the verdict; `code` never changes its meaning."""

    code: str
    leads_to: Word
    text: str
    text_zh: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """`accepted` says the document is whole and trusted; not that the truck is alive today."""

    word: Word
    reasons: tuple[Reason, ...]
    record: InstallationRecord
    record_sha256: bytes  # of the document as it came

    @property
    def accepted(self) -> bool:
        """Whether nothing speaks against it."""
        return self.word == "accepted"


def verify_record(
    data: bytes,
    trust: Trust,
    now_s: int,
    vin_seen: str | None = None,
    what: str = "the installation record",
) -> Verdict:
    """Judge a record at the time `now_s` (UTC, s); InputError naming `what` where it is none of ours."""
    case = Case(read_installation(data, what), trust, now_s, vin_seen)
    reasons = [_reason(rule, case) for rule in RULES if rule.applies(case)]
    word = worst(reason.leads_to for reason in reasons)
    if word == "accepted":
        reasons.insert(0, _reason(WHOLE, case))
    return Verdict(word, tuple(reasons), case.record, hashlib.sha256(data).digest())


def worst(words: Iterable[Word]) -> Word:
    """The one that decides; `accepted` where there is none."""
    return min(words, key=WORST_FIRST.index, default="accepted")


def record_view(record: InstallationRecord) -> dict[str, Any]:
    """The record for people: hashes in hex, times in UTC. Never what is signed or hashed."""
    view: dict[str, Any] = _readable(asdict(record))
    view["installed_at"] = utc_text(view.pop("installed_at_s"))
    view["expires_at"] = utc_text(view.pop("expires_at_s"))
    return view


def _readable(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _readable(item) for key, item in value.items()}
    return value.hex() if isinstance(value, bytes) else value


def _reason(rule: Rule, case: Case) -> Reason:
    return Reason(
        rule.code, rule.leads_to, rule.text.format_map(case.words), rule.text_zh.format_map(case.words)
    )
