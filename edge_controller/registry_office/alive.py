"""What health reports and other records add to the verdict on a document: the verdict an officer sees.

A rule looks and answers; it changes nothing. docs/reference/office-api.md has the table. Evidence of a swap
or a move counts only where the office got it after the record: what was before, the record has settled.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from edge_controller.registration.record import InstallationRecord
from edge_controller.registration.trust import Trust
from edge_controller.registry_office.local_time import local_text
from edge_controller.registry_office.rules import CLOCK_TOLERANCE_S, DAY_S, Word
from edge_controller.registry_office.store import KeptReport
from edge_controller.registry_office.verdict import Reason, worst

PageWord = Literal["fitted and alive", "issued, not seen alive", "review", "rejected", "unverifiable"]
WORD_ZH: dict[PageWord, str] = {
    "fitted and alive": "已装且在线",
    "issued, not seen alive": "已签发，未核到在线",
    "review": "需复核",
    "rejected": "不合格",
    "unverifiable": "无法核验",
}
PART_ZH = {
    "radar": "雷达",
    "valve": "制动阀",
    "wiring": "线束",
    "seal": "铅封",
    "supply": "供电",
    "speed_signal": "车速信号",
    "clock": "时钟",
}


@dataclass(frozen=True, slots=True)
class Life:
    """Everything a rule may look at; nothing here judges."""

    record: InstallationRecord
    number: int  # of the record among all the office received
    trust: Trust
    now_s: int
    alive_days: int
    zone: ZoneInfo
    newest: KeptReport | None  # of the record's unit, by (boot, seq)
    naming: KeptReport | None  # the same, among those in which the truck told a VIN
    others: tuple[KeptReport, ...]  # of every other unit that was in this truck, its last that names a VIN
    twin: KeptReport | None  # another report under a number the unit had used
    newer: InstallationRecord | None  # for the same VIN
    elsewhere: InstallationRecord | None  # a newer one that puts the unit into another truck

    @property
    def vin(self) -> str:
        """Of the record."""
        return self.record.vehicle.vin

    @property
    def intruder(self) -> KeptReport | None:
        """Another unit that reports from this truck, since the record."""
        here = (one for one in self.others if one.vin_on_can == self.vin and one.number > self.number)
        return next(here, None)

    @property
    def successor(self) -> KeptReport | None:
        """Another unit that reported from this truck after the record's unit last did."""
        naming = self.naming
        if naming is None or naming.vin_on_can != self.vin:
            return None
        later = (one for one in self.others if one.vin_on_can == self.vin and one.number > naming.number)
        return next(later, None)

    @property
    def running(self) -> bytes | None:
        """Firmware by the newest report, where it is not the record's."""
        if self.newest is None:
            return None
        now = bytes.fromhex(self.newest.firmware_sha256)
        return None if now == self.record.software.firmware_sha256 else now

    def is_fresh(self) -> bool:
        """Whether the unit was heard from this truck within `alive_days`, by the office's own clock."""
        if self.naming is None or self.naming.vin_on_can != self.vin:
            return False
        if self.successor:  # a newer paper excuses the other unit, it does not bring this one back
            return False
        age_s = self.now_s - self.naming.received_at_s
        return -CLOCK_TOLERANCE_S <= age_s <= self.alive_days * DAY_S

    def words(self) -> dict[str, str]:
        """What the sentences of the rules may quote."""
        newest, naming, intruder = self.newest, self.naming, self.intruder
        broken = newest.broken_parts() if newest else ()
        newer, elsewhere = self.newer, self.elsewhere
        return {
            "vin": self.vin,
            "serial": self.record.unit.serial,
            "days": str(self.alive_days),
            "seen": local_text(naming.received_at_s, self.zone) if naming else "",
            "silent": local_text(newest.received_at_s, self.zone) if newest else "",
            "count": f"{newest.boot}/{newest.seq}" if newest else "",
            "vin_now": (naming.vin_on_can or "") if naming else "",
            "other": intruder.serial if intruder else "",
            "other_seen": local_text(intruder.received_at_s, self.zone) if intruder else "",
            "successor": self.successor.serial if self.successor else "",
            "twin": f"{self.twin.boot}/{self.twin.seq}" if self.twin else "",
            "broken": ", ".join(name.replace("_", " ") for name in broken),
            "broken_zh": "、".join(PART_ZH[name] for name in broken),
            "running": self.running.hex()[:16] if self.running else "",
            "newer_unit": newer.unit.serial if newer else "",
            "newer_time": local_text(newer.installed_at_s, self.zone) if newer else "",
            "elsewhere": elsewhere.vehicle.vin if elsewhere else "",
        }


class LifeRule(NamedTuple):
    """If `applies`, the truck can get no better than `leads_to`."""

    code: str
    leads_to: Word
    applies: Callable[[Life], bool]
    text: str
    text_zh: str


def a_newer_record_exists(life: Life) -> bool:
    return life.newer is not None


def unit_is_recorded_elsewhere(life: Life) -> bool:
    return life.elsewhere is not None


def unit_reports_elsewhere(life: Life) -> bool:
    naming = life.naming
    return naming is not None and naming.vin_on_can != life.vin and naming.number > life.number


def another_unit_reports_here(life: Life) -> bool:
    return life.intruder is not None


def a_number_was_used_twice(life: Life) -> bool:
    return life.twin is not None and life.twin.number > life.number


def parts_are_broken(life: Life) -> bool:
    return life.newest is not None and bool(life.newest.broken_parts())


def runs_revoked_firmware(life: Life) -> bool:
    return life.running in life.trust.revoked.firmware


def runs_unlisted_firmware(life: Life) -> bool:
    unlisted = life.running is not None and life.running not in life.trust.firmware
    return unlisted and not runs_revoked_firmware(life)


def runs_other_approved_firmware(life: Life) -> bool:
    return life.running in life.trust.firmware and not runs_revoked_firmware(life)


def is_alive(life: Life) -> bool:
    return life.is_fresh()


def was_never_heard(life: Life) -> bool:
    return life.newest is None


def is_heard_without_vin(life: Life) -> bool:
    return life.newest is not None and life.naming is None


def is_heard_no_more(life: Life) -> bool:
    here = life.naming is not None and life.naming.vin_on_can == life.vin
    other_cause = office_clock_went_back(life) or life.successor is not None
    return here and not life.is_fresh() and not other_cause


def another_was_heard_since(life: Life) -> bool:
    return life.successor is not None and life.intruder is None


def office_clock_went_back(life: Life) -> bool:
    return life.naming is not None and life.naming.received_at_s > life.now_s + CLOCK_TOLERANCE_S


def was_not_heard_here_yet(life: Life) -> bool:
    """Last heard from another truck, before the record moved the unit here."""
    naming = life.naming
    return naming is not None and naming.vin_on_can != life.vin and naming.number < life.number


# fmt: off
LIFE_RULES = (
    LifeRule("superseded", "review", a_newer_record_exists,
             "A newer record for VIN {vin} exists: unit {newer_unit}, fitted {newer_time}. That one counts.",
             "VIN {vin}已有更新的记录：设备{newer_unit}，安装于{newer_time}。以新记录为准。"),
    LifeRule("unit_recorded_elsewhere", "review", unit_is_recorded_elsewhere,
             "A newer record puts unit {serial} into the truck with VIN {elsewhere}.",
             "更新的记录显示设备{serial}已装到VIN {elsewhere}的车上。"),
    LifeRule("unit_reports_elsewhere", "review", unit_reports_elsewhere,
             "Unit {serial} of this record reports from a truck with VIN {vin_now}, not {vin} ({seen}): "
             "the unit was moved or swapped.",
             "本记录的设备{serial}目前从VIN {vin_now}的车上报告，而不是{vin}（{seen}）："
             "设备可能已被移装或调换。"),
    LifeRule("other_unit_reports", "review", another_unit_reports_here,
             "Unit {other} reports from the truck with VIN {vin} ({other_seen}), but the record names "
             "unit {serial}: the unit was swapped.",
             "设备{other}从VIN {vin}的车上报告（{other_seen}），而记录中的设备是{serial}："
             "设备可能已被调换。"),
    LifeRule("unit_twice", "review", a_number_was_used_twice,
             "Unit {serial} signed two different reports under number {twin}: its key may be in two places.",
             "设备{serial}以同一编号{twin}签发了两份不同的报告：其密钥可能被复制。"),
    LifeRule("parts_broken", "review", parts_are_broken,
             "Unit {serial} reports as not working: {broken}.",
             "设备{serial}报告以下部件故障：{broken_zh}。"),
    LifeRule("running_revoked", "rejected", runs_revoked_firmware,
             "Unit {serial} now runs firmware {running}…, which has been revoked.",
             "设备{serial}目前运行的固件（{running}…）已被吊销。"),
    LifeRule("running_unlisted", "review", runs_unlisted_firmware,
             "Unit {serial} now runs firmware {running}…, which is neither the record's nor approved.",
             "设备{serial}目前运行的固件（{running}…）与记录不同，也不在批准清单内。"),
    LifeRule("running_other", "accepted", runs_other_approved_firmware,
             "Unit {serial} now runs another approved firmware ({running}…) than when it was fitted.",
             "设备{serial}目前运行另一版已批准的固件（{running}…），与安装时不同。"),
    LifeRule("alive", "accepted", is_alive,
             "Unit {serial} reported from this truck within {days} days, last received {seen}.",
             "设备{serial}在{days}天内从本车报告过，最近收到于{seen}。"),
    LifeRule("never_heard", "accepted", was_never_heard,
             "This office has received no report of unit {serial} yet.",
             "本机构尚未收到设备{serial}的任何报告。"),
    LifeRule("heard_without_vin", "accepted", is_heard_without_vin,
             "Unit {serial} reports (last received {silent}), but the truck never told it a VIN: "
             "that does not show in which truck it is.",
             "设备{serial}有报告（最近收到于{silent}），但车辆从未上报VIN，无法确认装在哪辆车上。"),
    LifeRule("heard_no_more", "accepted", is_heard_no_more,
             "Unit {serial} was last heard from this truck on {seen}, more than {days} days ago.",
             "最近一次从本车收到设备{serial}的报告是{seen}，已超过{days}天。"),
    LifeRule("other_heard_since", "accepted", another_was_heard_since,
             "Unit {successor} was in this truck after unit {serial} was last heard ({seen}); since the "
             "record, unit {serial} has not reported.",
             "最近一次从本车收到设备{serial}的报告（{seen}）之后，设备{successor}从本车报告过；"
             "本记录之后设备{serial}尚未报告。"),
    LifeRule("clock_went_back", "accepted", office_clock_went_back,
             "The last report is marked as received on {seen}, which is still to come: "
             "the clock of this office was set back.",
             "最近一次报告的接收时间为{seen}，晚于当前时间：本机构的时钟被调回。"),
    LifeRule("not_heard_here_yet", "accepted", was_not_heard_here_yet,
             "Unit {serial} has not reported from this truck yet; before, it was in VIN {vin_now}.",
             "设备{serial}移装到本车后尚未报告；此前在VIN {vin_now}的车上。"),
)
# fmt: on


def life_reasons(life: Life) -> list[Reason]:
    """All that applies, in the order of the table."""
    words = life.words()
    return [
        Reason(rule.code, rule.leads_to, rule.text.format_map(words), rule.text_zh.format_map(words))
        for rule in LIFE_RULES
        if rule.applies(life)
    ]


def page_word(reasons: list[Reason], *, fresh: bool) -> PageWord:
    """The worst word decides; only where nothing speaks against the record does freshness."""
    word = worst(reason.leads_to for reason in reasons)
    if word != "accepted":
        return word
    return "fitted and alive" if fresh else "issued, not seen alive"
