"""From what is kept to the verdict on one truck: the document's rules, then life, asked when looked at."""

from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from edge_controller.registration.record import InstallationRecord
from edge_controller.registration.trust import Trust
from edge_controller.registry_office.alive import Life, PageWord, life_reasons, page_word
from edge_controller.registry_office.store import KeptRecord, KeptReport, Store
from edge_controller.registry_office.verdict import Reason, Verdict, verify_record

# With one of these, nobody knows whose word the record is: it cannot push another one aside.
NOT_AUTHENTIC = frozenset(
    {
        "installer_unknown",
        "installer_signature",
        "installer_differs",
        "installer_key_time",
        "installer_revoked",
        "demo_key",
        "unit_signature",
        "unit_unknown",
        "unit_key",
    }
)
# The document's own sentence for "accepted" leaves open what this page goes on to answer.
WHOLE = "Both signatures verify and nothing in the record speaks against it."
WHOLE_ZH = "两个签名均有效，记录完整可信。"


@dataclass(frozen=True, slots=True)
class Terms:
    """By what the office judges at this moment."""

    trust: Trust
    now_s: int
    alive_days: int
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Judged:
    """One kept record with the verdict on its document."""

    kept: KeptRecord
    verdict: Verdict

    @property
    def record(self) -> InstallationRecord:
        """What it says."""
        return self.verdict.record

    @property
    def authentic(self) -> bool:
        """Whether it is known whose word this is, whatever it says."""
        return NOT_AUTHENTIC.isdisjoint(reason.code for reason in self.verdict.reasons)

    @property
    def age(self) -> tuple[int, int]:
        """Later fitted is newer; of one moment, later received."""
        # A clock set ahead must not make a record the newest for months.
        return min(self.record.installed_at_s, self.kept.received_at_s), self.kept.number


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the page shows of one record."""

    word: PageWord
    reasons: tuple[Reason, ...]
    judged: Judged
    life: Life
    history: tuple[Judged, ...]  # all records of the VIN, newest first
    reports: tuple[KeptReport, ...]  # the last few of the unit or from the truck, newest first

    @property
    def record(self) -> InstallationRecord:
        """What it says."""
        return self.judged.record


def current(store: Store, vin: str, terms: Terms) -> KeptRecord | None:
    """The record that counts for a VIN: the newest authentic one, else the last received."""
    all_of_vin = [_judged(kept, terms) for kept in store.records_of_vin(vin)]
    authentic = [one for one in all_of_vin if one.authentic]
    if authentic:
        return max(authentic, key=lambda one: one.age).kept
    return all_of_vin[-1].kept if all_of_vin else None


def judge(store: Store, kept: KeptRecord, terms: Terms, vin_seen: str | None = None) -> Judgement:
    """The verdict on one kept record; `vin_seen` is that of the truck in front of the officer."""
    judged = _judged(kept, terms, vin_seen)
    vin = judged.record.vehicle.vin
    history = [_judged(one, terms) for one in store.records_of_vin(vin)]
    life = _life(store, judged, history, terms)
    reasons = [_shown(one) for one in judged.verdict.reasons] + life_reasons(life)
    return Judgement(
        page_word(reasons, fresh=life.is_fresh()),
        tuple(reasons),
        judged,
        life,
        tuple(sorted(history, key=lambda one: one.age, reverse=True)),
        tuple(store.reports_around(vin, judged.record.unit.serial)),
    )


def _judged(kept: KeptRecord, terms: Terms, vin_seen: str | None = None) -> Judged:
    return Judged(kept, verify_record(kept.content, terms.trust, terms.now_s, vin_seen))


def _life(store: Store, judged: Judged, history: list[Judged], terms: Terms) -> Life:
    record = judged.record
    serial, vin = record.unit.serial, record.vehicle.vin
    of_unit = [_judged(one, terms) for one in store.records_of_unit(serial)]
    others = (store.newest_report(one, naming=True) for one in store.units_naming(vin) if one != serial)
    return Life(
        record=record,
        number=judged.kept.number,
        trust=terms.trust,
        now_s=terms.now_s,
        alive_days=terms.alive_days,
        zone=terms.zone,
        newest=store.newest_report(serial),
        naming=store.newest_report(serial, naming=True),
        others=tuple(one for one in others if one is not None),
        twin=store.latest_twin(serial),
        newer=_newest_after(judged, history),
        elsewhere=_newest_after(judged, [one for one in of_unit if one.record.vehicle.vin != vin]),
    )


def _newest_after(judged: Judged, candidates: list[Judged]) -> InstallationRecord | None:
    """The newest authentic record that pushes this one aside; an authentic one always outweighs another."""
    newer = [one for one in candidates if one.authentic and (not judged.authentic or one.age > judged.age)]
    newer = [one for one in newer if one.kept.number != judged.kept.number]
    return max(newer, key=lambda one: one.age).record if newer else None


def _shown(reason: Reason) -> Reason:
    return replace(reason, text=WHOLE, text_zh=WHOLE_ZH) if reason.code == "whole" else reason
