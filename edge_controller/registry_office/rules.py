"""Every reason an office can give, one after the other. The table is docs/reference/installation-record.md's.

A rule looks and answers; it changes nothing. All rules are asked, so that a person hears everything at once.
"""

from collections.abc import Callable
from typing import Literal, NamedTuple

from edge_controller.registration.checks import is_aligned, is_as_asked, is_quick
from edge_controller.registry_office.case import Case

RULES_VERSION = 2
CLOCK_TOLERANCE_S = 20 * 60  # EU 165/2014 treats a tachograph clock off by more than 20 min as a fault
DAY_S = 86_400

Word = Literal["accepted", "review", "rejected", "unverifiable"]


class Rule(NamedTuple):
    """If `applies`, the record can get no better than `leads_to`."""

    code: str
    leads_to: Word
    applies: Callable[[Case], bool]
    text: str
    text_zh: str


def signer_is_unknown(case: Case) -> bool:
    return case.signer is None


def installer_did_not_sign(case: Case) -> bool:
    return case.signer is not None and not case.installer_signed


def signer_is_somebody_else(case: Case) -> bool:
    said, signer = case.record.installer, case.signer
    return signer is not None and (said.id, said.organisation) != (signer.id, signer.organisation)


def signer_key_out_of_time(case: Case) -> bool:
    signer = case.signer
    return signer is not None and not (
        signer.not_before_s <= case.record.installed_at_s <= signer.not_after_s
    )


def installer_is_revoked(case: Case) -> bool:
    names = {case.record.installer.id, case.signer.id if case.signer else case.record.installer.id}
    return not names.isdisjoint(case.trust.revoked.installers)


def demo_key_on_real_truck(case: Case) -> bool:
    return case.signer is not None and case.signer.demo and not case.record.simulated


def unit_did_not_sign(case: Case) -> bool:
    return not case.unit_signed


def unit_is_unknown(case: Case) -> bool:
    return case.unit is None


def unit_key_is_not_the_makers(case: Case) -> bool:
    return case.unit is not None and case.unit.public_key != case.record.unit.public_key


def unit_is_revoked(case: Case) -> bool:
    return case.record.unit.serial in case.trust.revoked.units


def record_is_revoked(case: Case) -> bool:
    return case.record.record_id in case.trust.revoked.records


def firmware_is_revoked(case: Case) -> bool:
    return case.record.software.firmware_sha256 in case.trust.revoked.firmware


def firmware_is_unlisted(case: Case) -> bool:
    return case.firmware is None and not firmware_is_revoked(case)


def firmware_has_another_version(case: Case) -> bool:
    return case.firmware is not None and case.firmware.version != case.record.software.firmware_version


def fit_is_revoked(case: Case) -> bool:
    return case.record.fit.sha256 in case.trust.revoked.fits


def fit_is_unlisted(case: Case) -> bool:
    return case.fit is None and not fit_is_revoked(case)


def fit_has_another_name(case: Case) -> bool:
    return case.fit is not None and case.fit.name != case.record.fit.name


def vin_is_malformed(case: Case) -> bool:
    return case.vin_problem is not None and case.vin_problem.code == "vin_form"


def vin_check_digit_is_wrong(case: Case) -> bool:
    return case.vin_problem is not None and case.vin_problem.code == "vin_check_digit"


def vin_is_foreign(case: Case) -> bool:
    return not case.record.vehicle.vin.startswith("L")


def can_is_silent_about_vin(case: Case) -> bool:
    return case.record.vehicle.vin_on_can is None


def can_has_another_vin(case: Case) -> bool:
    return case.record.vehicle.vin_on_can not in (None, case.record.vehicle.vin)


def truck_here_has_another_vin(case: Case) -> bool:
    return case.vin_seen not in (None, case.record.vehicle.vin)


def plate_is_malformed(case: Case) -> bool:
    return case.plate_problem is not None and case.plate_problem.code == "plate_form"


def plate_colour_is_wrong(case: Case) -> bool:
    return case.plate_problem is not None and case.plate_problem.code == "plate_colour"


def new_truck_has_no_plate(case: Case) -> bool:
    return case.record.vehicle.plate is None and case.record.purpose == "new"


def used_truck_has_no_plate(case: Case) -> bool:
    return case.record.vehicle.plate is None and case.record.purpose != "new"


def kind_is_out_of_scope(case: Case) -> bool:
    return case.record.vehicle.kind not in case.office.kinds


def run_shows_no_danger(case: Case) -> bool:
    run = case.record.run
    return run is not None and not run.contact_without


def run_hits_with_system(case: Case) -> bool:
    run = case.record.run
    return run is not None and run.contact_with


def run_has_no_request(case: Case) -> bool:
    run = case.record.run
    return run is not None and run.request_ms is None


def run_has_no_standstill(case: Case) -> bool:
    run = case.record.run
    return run is not None and run.standstill_ms is None


def run_stands_before_request(case: Case) -> bool:
    run = case.record.run
    if run is None or run.request_ms is None or run.standstill_ms is None:
        return False
    return run.standstill_ms <= run.request_ms


def run_leaves_no_clearance(case: Case) -> bool:
    run = case.record.run
    return run is not None and not run.min_clearance_mm and not run.contact_with


def nobody_checked_at_the_truck(case: Case) -> bool:
    return case.record.commissioning is None and not case.record.simulated


def signals_are_missing(case: Case) -> bool:
    checks = case.record.commissioning
    return checks is not None and bool(checks.wiring.bad)


def radars_are_misaligned(case: Case) -> bool:
    checks = case.record.commissioning
    return checks is not None and not is_aligned(checks.alignment)


def brake_is_slow(case: Case) -> bool:
    checks = case.record.commissioning
    return checks is not None and not is_quick(checks.pulse)


def brake_does_not_follow(case: Case) -> bool:
    checks = case.record.commissioning
    return checks is not None and not is_as_asked(checks.pulse)


def truck_is_simulated(case: Case) -> bool:
    return case.record.simulated and not case.office.accept_simulated


def simulated_truck_is_allowed(case: Case) -> bool:
    return case.record.simulated and case.office.accept_simulated


def record_is_for_another_office(case: Case) -> bool:
    return case.record.office != case.office.code


def record_has_expired(case: Case) -> bool:
    return case.record.expires_at_s <= case.now_s


def record_is_from_the_future(case: Case) -> bool:
    return case.record.installed_at_s > case.now_s + CLOCK_TOLERANCE_S


def record_claims_too_long(case: Case) -> bool:
    claimed_s = case.record.expires_at_s - case.record.installed_at_s
    return claimed_s > case.office.max_valid_days * DAY_S


# fmt: off
RULES = (
    Rule("installer_unknown", "unverifiable", signer_is_unknown,
         "This office knows no installer with the key {key}… that signed.",
         "本机构没有登记签名所用的安装人员密钥（{key}…）。"),
    Rule("installer_signature", "rejected", installer_did_not_sign,
         "The signature is not that of installer {signer}: the document was changed or forged.",
         "签名不是安装人员{signer}所签：文件被改动或伪造。"),
    Rule("installer_differs", "rejected", signer_is_somebody_else,
         "The record names installer {installer}, but {signer} signed it.",
         "记录中的安装人员为{installer}，实际签名者为{signer}。"),
    Rule("installer_key_time", "rejected", signer_key_out_of_time,
         "On {installed} the key of installer {signer} was not valid.",
         "安装时间{installed}不在安装人员{signer}密钥的有效期内。"),
    Rule("installer_revoked", "rejected", installer_is_revoked,
         "Installer {installer} has been revoked.",
         "安装人员{installer}已被吊销。"),
    Rule("demo_key", "rejected", demo_key_on_real_truck,
         "The key of {signer} is made for demonstrations and may not sign for a real truck.",
         "{signer}的密钥仅供演示，不得用于真实车辆。"),
    Rule("unit_signature", "rejected", unit_did_not_sign,
         "The unit's signature does not belong to the unit key in the record: it was changed or forged.",
         "设备签名与记录中的设备公钥不符：文件被改动或伪造。"),
    Rule("unit_unknown", "unverifiable", unit_is_unknown,
         "Unit {serial} is not on the maker's list this office holds.",
         "本机构所持厂家清单中没有设备{serial}。"),
    Rule("unit_key", "rejected", unit_key_is_not_the_makers,
         "The maker lists another key for unit {serial}.",
         "厂家清单中设备{serial}的公钥与记录不同。"),
    Rule("unit_revoked", "rejected", unit_is_revoked,
         "Unit {serial} has been revoked.",
         "设备{serial}已被吊销。"),
    Rule("record_revoked", "rejected", record_is_revoked,
         "This record has been revoked.",
         "本安装记录已被吊销。"),
    Rule("firmware_revoked", "rejected", firmware_is_revoked,
         "Firmware {version} ({firmware}…) has been revoked.",
         "固件{version}（{firmware}…）已被吊销。"),
    Rule("firmware_unlisted", "review", firmware_is_unlisted,
         "Firmware {version} ({firmware}…) is not on the list of approved firmware.",
         "固件{version}（{firmware}…）不在批准清单内。"),
    Rule("firmware_version", "review", firmware_has_another_version,
         "The record calls the firmware {version}, the list calls it {approved_version}.",
         "记录中固件版本为{version}，批准清单中为{approved_version}。"),
    Rule("fit_revoked", "rejected", fit_is_revoked,
         "Fit {fit} ({fit_hash}…) has been revoked.",
         "安装方案{fit}（{fit_hash}…）已被吊销。"),
    Rule("fit_unlisted", "review", fit_is_unlisted,
         "Fit {fit} ({fit_hash}…) is not on the list of approved fits.",
         "安装方案{fit}（{fit_hash}…）不在批准清单内。"),
    Rule("fit_name", "review", fit_has_another_name,
         "The record calls the fit {fit}, the list calls it {approved_fit}.",
         "记录中安装方案名为{fit}，批准清单中为{approved_fit}。"),
    Rule("vin_form", "rejected", vin_is_malformed,
         "{vin_problem}.",
         "{vin_problem_zh}。"),
    Rule("vin_check_digit", "review", vin_check_digit_is_wrong,
         "{vin_problem}; compare with the stamped VIN, some imports fail this.",
         "{vin_problem_zh}；请核对车架上的VIN，部分进口车校验码不符。"),
    Rule("vin_not_chinese", "accepted", vin_is_foreign,
         "VIN {vin} does not begin with L: the truck was not built in China.",
         "VIN {vin}不以L开头：车辆非中国制造。"),
    Rule("vin_not_on_can", "review", can_is_silent_about_vin,
         "The truck did not tell its VIN on the CAN bus; compare by eye.",
         "车辆未在CAN总线上报VIN，请人工核对。"),
    Rule("vin_can_differs", "rejected", can_has_another_vin,
         "The record is for VIN {vin}, but the truck calls itself {vin_on_can} on its CAN bus.",
         "记录的VIN为{vin}，但车辆CAN总线上报为{vin_on_can}。"),
    Rule("vin_seen_differs", "rejected", truck_here_has_another_vin,
         "The record is for VIN {vin}, the truck here has {vin_seen}.",
         "记录的VIN为{vin}，现场车辆为{vin_seen}。"),
    Rule("plate_form", "review", plate_is_malformed,
         "{plate_problem}.",
         "{plate_problem_zh}。"),
    Rule("plate_colour", "review", plate_colour_is_wrong,
         "{plate_problem}.",
         "{plate_problem_zh}。"),
    Rule("plate_not_yet", "accepted", new_truck_has_no_plate,
         "The truck is new and has no plate yet.",
         "新车，尚无号牌。"),
    Rule("plate_missing", "review", used_truck_has_no_plate,
         "The record names no plate, though the truck is not newly fitted.",
         "非新装车辆，记录中却没有号牌。"),
    Rule("kind_out_of_scope", "review", kind_is_out_of_scope,
         "Vehicle kind {kind} is not among those this office handles.",
         "车辆类别{kind}不在本机构受理范围内。"),
    Rule("run_no_danger", "rejected", run_shows_no_danger,
         "Without the system the commissioning run hits nobody, so it proves nothing.",
         "试运行在系统关闭时未发生碰撞，不能证明系统有效。"),
    Rule("run_contact", "rejected", run_hits_with_system,
         "In the commissioning run the truck hits although the system is on.",
         "试运行中系统开启时仍发生碰撞。"),
    Rule("run_no_request", "rejected", run_has_no_request,
         "In the commissioning run the system never asks for braking.",
         "试运行中系统没有发出制动请求。"),
    Rule("run_no_standstill", "rejected", run_has_no_standstill,
         "In the commissioning run the truck does not come to a standstill.",
         "试运行中车辆没有停住。"),
    Rule("run_order", "rejected", run_stands_before_request,
         "In the commissioning run the truck stands before braking was asked for.",
         "试运行中车辆在制动请求之前已停住。"),
    Rule("run_no_clearance", "rejected", run_leaves_no_clearance,
         "The commissioning run leaves no clearance to the road user.",
         "试运行中车辆与行人或骑车人之间没有留出距离。"),
    Rule("checks_missing", "review", nobody_checked_at_the_truck,
         "The record holds no check at the truck (wiring, alignment, brake pulse).",
         "记录中没有实车检查（接线、雷达标定、制动脉冲）。"),
    Rule("wiring_signal", "rejected", signals_are_missing,
         "The wiring check did not see every signal of the truck ({bad_signals}).",
         "接线检查未确认全部车辆信号（{bad_signals}）。"),
    Rule("alignment_off", "rejected", radars_are_misaligned,
         "A radar is off by {yaw_error} degrees (residual {residual}), more than a fit may be.",
         "雷达安装角偏差{yaw_error}度（残差{residual}度），超出允许范围。"),
    Rule("pulse_slow", "rejected", brake_is_slow,
         "In the brake pulse the truck slowed only after {response_ms} ms.",
         "制动脉冲检查中，车辆在{response_ms}毫秒后才开始减速。"),
    Rule("pulse_decel", "rejected", brake_does_not_follow,
         "In the brake pulse the truck reached {reached} m/s2 where {asked} was asked.",
         "制动脉冲检查请求减速度{asked}m/s²，实际为{reached}m/s²。"),
    Rule("simulated", "rejected", truck_is_simulated,
         "The truck is simulated; this office judges real trucks.",
         "该车辆为仿真车辆；本机构只受理真实车辆。"),
    Rule("simulated_allowed", "accepted", simulated_truck_is_allowed,
         "The truck is simulated; this office is set up to judge such records.",
         "该车辆为仿真车辆；本机构设置为可受理仿真记录。"),
    Rule("office_other", "review", record_is_for_another_office,
         "The record is made for office {record_office}, this is {office}.",
         "记录提交机构为{record_office}，本机构为{office}。"),
    Rule("expired", "rejected", record_has_expired,
         "The record expired on {expires}.",
         "本安装记录已于{expires}到期。"),
    Rule("future", "review", record_is_from_the_future,
         "The record says it was made on {installed}, which is still to come: a clock is wrong.",
         "记录的安装时间{installed}晚于当前时间：时钟有误。"),
    Rule("valid_too_long", "review", record_claims_too_long,
         "The record claims to be valid until {expires}, more than {max_valid_days} days.",
         "记录声称有效至{expires}，超过{max_valid_days}天。"),
)
# fmt: on

WHOLE = Rule(
    "whole",
    "accepted",
    lambda _: True,
    "Both signatures verify and nothing speaks against the record of VIN {vin}, unit {serial}. "
    "Whether the unit is alive today is not part of this verdict.",
    "两个签名均有效，VIN {vin}、设备{serial}的记录完整可信。设备今日是否在线不在本结论之内。",
)
