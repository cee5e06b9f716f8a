"""The verdict an officer sees: alive by the office's clock only, and what reports give away."""

from dataclasses import replace
from pathlib import Path

import pytest

from edge_controller.registration.record import sign_installation
from edge_controller.registration.trust import ApprovedFirmware, Revoked, trust_of, write_trust
from edge_controller.registry_office.alive import LIFE_RULES, WORD_ZH
from edge_controller.registry_office.judgement import judge
from edge_controller.registry_office.rules import RULES
from tests.edge_controller.registration.samples import (
    NOW_S,
    UNIT,
    VIN,
    changed,
    signed,
)
from tests.edge_controller.registry_office.office import (
    HEALTH,
    OTHER_UNIT,
    OTHER_VIN,
    Office,
    signed_by,
    two_units,
)
from tests.edge_controller.registry_office.test_verdict import STRANGER

DAY_S = 86_400
HOUR_S = 3_600


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """With the good record of the sample truck, received at NOW_S."""
    found = Office(tmp_path)
    found.record(signed())
    return found


def later(office: Office, seconds: int = HOUR_S) -> None:
    office.now_s += seconds


def test_a_record_alone_is_issued_and_not_seen_alive(office: Office) -> None:
    assert office.word() == "issued, not seen alive"
    assert "never_heard" in office.codes()


def test_a_report_turns_it_green_and_silence_turns_it_back(office: Office) -> None:
    later(office)
    office.report()
    assert office.word() == "fitted and alive"
    later(office, 7 * 86_400)  # alive_days, to the second
    assert office.word() == "fitted and alive"
    later(office, 1)
    assert office.word() == "issued, not seen alive"
    assert "heard_no_more" in office.codes()
    office.report(replace(HEALTH, seq=1))
    assert office.word() == "fitted and alive"


def test_alive_days_is_the_offices_choice(tmp_path: Path) -> None:
    office = Office(tmp_path, alive_days=2)
    office.record(signed())
    office.report()
    later(office, 2 * DAY_S)
    assert office.word() == "fitted and alive"
    later(office, 1)
    assert office.word() == "issued, not seen alive"


def test_a_replayed_report_refreshes_nothing(office: Office) -> None:
    office.report()
    later(office, 6 * DAY_S)
    assert office.report().state == "duplicate"
    later(office, 2 * DAY_S)
    assert office.word() == "issued, not seen alive"


def test_an_older_report_refreshes_nothing(office: Office) -> None:
    office.report(replace(HEALTH, boot=3, seq=0))
    later(office, 8 * DAY_S)
    office.report(replace(HEALTH, boot=2, seq=900))
    assert office.word() == "issued, not seen alive"
    office.report(replace(HEALTH, boot=3, seq=1))
    assert office.word() == "fitted and alive"


def test_two_reports_of_one_number_are_a_key_in_two_places(office: Office) -> None:
    office.report()
    later(office, 8 * DAY_S)
    office.report(replace(HEALTH, previous=bytes(32)))
    judgement = office.judgement()
    assert judgement.word == "review"
    assert "unit_twice" in office.codes()
    assert not judgement.life.is_fresh()


def test_a_newer_record_settles_what_was_before_it(office: Office) -> None:
    office.report()
    office.report(replace(HEALTH, previous=bytes(32)))
    office.report(replace(HEALTH, serial=OTHER_UNIT.serial), OTHER_UNIT)
    assert office.word() == "review"
    later(office)
    office.record(signed(changed("", record_id=b"2" * 16, purpose="re-inspect", installed_at_s=NOW_S)))
    office.report(replace(HEALTH, seq=1))
    assert office.word() == "fitted and alive"


def test_a_truck_that_tells_no_vin_shows_nothing(office: Office) -> None:
    office.report(replace(HEALTH, vin_on_can=None))
    assert office.word() == "issued, not seen alive"
    assert "heard_without_vin" in office.codes()
    office.report(replace(HEALTH, seq=1))
    later(office, 6 * DAY_S)
    office.report(replace(HEALTH, seq=2, vin_on_can=None))
    assert office.word() == "fitted and alive"
    later(office, 2 * DAY_S)  # eight days after the last that named the VIN
    assert office.word() == "issued, not seen alive"


def test_a_unit_that_reports_from_another_truck_was_moved(office: Office) -> None:
    office.report()
    later(office)
    office.report(replace(HEALTH, seq=1, vin_on_can=OTHER_VIN))
    assert office.word() == "review"
    reason = next(one for one in office.judgement().reasons if one.code == "unit_reports_elsewhere")
    for name in (UNIT.serial, VIN, OTHER_VIN):
        assert name in reason.text
        assert name in reason.text_zh
    office.report(replace(HEALTH, seq=2))  # and back
    assert office.word() == "fitted and alive"


def test_another_unit_in_this_truck_names_both_units(office: Office) -> None:
    office.report()
    later(office)
    office.report(replace(HEALTH, serial=OTHER_UNIT.serial), OTHER_UNIT)
    assert office.word() == "review"
    reason = next(one for one in office.judgement().reasons if one.code == "other_unit_reports")
    for name in (UNIT.serial, OTHER_UNIT.serial):
        assert name in reason.text
        assert name in reason.text_zh
    office.report(replace(HEALTH, serial=OTHER_UNIT.serial, seq=1, vin_on_can=OTHER_VIN), OTHER_UNIT)
    assert office.word() == "fitted and alive"


def test_a_new_paper_does_not_bring_a_swapped_unit_back(office: Office) -> None:
    """Whoever has an installer's key could else paint a truck green whose unit lies in a drawer."""
    later(office)
    office.report()
    office.report(replace(HEALTH, serial=OTHER_UNIT.serial), OTHER_UNIT)
    assert office.word() == "review"
    later(office)
    office.record(signed(changed("", record_id=b"2" * 16, purpose="re-inspect", installed_at_s=office.now_s)))
    assert office.word() == "issued, not seen alive"
    assert {"other_heard_since"} == office.codes() - {"whole"}
    office.report(replace(HEALTH, seq=1))
    assert office.word() == "fitted and alive"


def test_a_unit_that_was_here_before_the_record_accuses_nobody(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.report(replace(HEALTH, serial=OTHER_UNIT.serial), OTHER_UNIT)
    office.record(signed())
    office.report()
    assert office.word() == "fitted and alive"


def test_a_unit_moved_by_a_record_is_awaited_here(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.report(replace(HEALTH, vin_on_can=OTHER_VIN))
    office.record(signed())
    assert office.word() == "issued, not seen alive"
    assert "not_heard_here_yet" in office.codes()
    office.report(replace(HEALTH, seq=1))
    assert office.word() == "fitted and alive"


@pytest.mark.parametrize(
    ("healthy", "named", "named_zh"),
    [
        (0b1111110, "radar.", "雷达。"),
        (0b1110111, "seal.", "铅封。"),
        (0b1011100, "radar, valve, speed signal.", "雷达、制动阀、车速信号。"),
    ],
)
def test_broken_parts_are_named(office: Office, healthy: int, named: str, named_zh: str) -> None:
    office.report(replace(HEALTH, healthy=healthy))
    assert office.word() == "review"
    reason = next(one for one in office.judgement().reasons if one.code == "parts_broken")
    assert reason.text.endswith(named)
    assert reason.text_zh.endswith(named_zh)
    office.report(replace(HEALTH, seq=1))
    assert office.word() == "fitted and alive"


def test_other_firmware_than_recorded(office: Office) -> None:
    office.report(replace(HEALTH, firmware_sha256=b"n" * 32))
    assert office.word() == "review"
    assert "running_unlisted" in office.codes()
    trust = two_units()
    newer = ApprovedFirmware("0.2.0", b"n" * 32)
    listed = replace(trust, firmware={**trust.firmware, newer.sha256: newer})
    write_trust(office.folder / "trust", listed)
    assert office.word() == "fitted and alive"
    assert "running_other" in office.codes()
    write_trust(office.folder / "trust", replace(listed, revoked=Revoked(firmware=frozenset({b"n" * 32}))))
    assert office.word() == "rejected"
    assert office.codes() & {"running_revoked", "running_other", "running_unlisted"} == {"running_revoked"}


def test_the_newer_record_counts_and_the_older_says_so(office: Office) -> None:
    old = office.judgement().judged.kept
    office.record(signed_by(changed("", record_id=b"2" * 16, installed_at_s=NOW_S), OTHER_UNIT))
    assert office.judgement().record.unit.serial == OTHER_UNIT.serial
    terms = office.desk.terms()
    from_old = office.store.record(old.sha256)
    assert from_old is not None
    judgement = judge(office.store, from_old, terms)
    assert judgement.word == "review"
    assert "superseded" in {one.code for one in judgement.reasons}
    assert [one.record.unit.serial for one in judgement.history] == [OTHER_UNIT.serial, UNIT.serial]


def test_a_record_handed_in_late_does_not_push_a_newer_one_aside(office: Office) -> None:
    before = changed("", record_id=b"0" * 16, installed_at_s=NOW_S - 30 * DAY_S)
    office.record(signed_by(before, OTHER_UNIT))
    assert office.judgement().record.unit.serial == UNIT.serial
    assert "superseded" not in office.codes()


def test_a_record_dated_ahead_gives_way_to_the_next(office: Office) -> None:
    """A clock wrong by most of a day; then signed again with the right time."""
    ahead = changed("", record_id=b"2" * 16, installed_at_s=NOW_S + 20 * HOUR_S)
    office.record(signed(ahead))
    assert "future" in office.codes()
    later(office)
    office.record(signed(changed("", record_id=b"3" * 16, installed_at_s=NOW_S + HOUR_S)))
    assert office.word() == "issued, not seen alive"
    assert "superseded" not in office.codes()


def test_a_forged_record_pushes_nobody_aside(office: Office) -> None:
    office.report()
    forged = changed("", record_id=b"3" * 16, installed_at_s=NOW_S)
    office.record(sign_installation(forged, UNIT, STRANGER))
    office.record(signed_by(replace(forged, record_id=b"4" * 16), replace(OTHER_UNIT, serial="NS-0500")))
    assert office.word() == "fitted and alive"


def test_a_failed_reinspection_does_push_the_older_aside(office: Office) -> None:
    office.report()
    failed = changed("run", contact_with=True)
    office.record(signed(replace(failed, record_id=b"5" * 16, installed_at_s=NOW_S)))
    assert office.word() == "rejected"


def test_one_unit_recorded_in_two_trucks(office: Office) -> None:
    office.report()
    moved = changed("vehicle", vin=OTHER_VIN, vin_on_can=OTHER_VIN)
    office.record(signed(replace(moved, record_id=b"6" * 16, installed_at_s=NOW_S, purpose="move")))
    assert office.word() == "review"
    assert "unit_recorded_elsewhere" in office.codes()
    assert office.word(OTHER_VIN) == "issued, not seen alive"


def test_an_office_whose_clock_was_set_back_sees_nobody_alive(office: Office) -> None:
    office.report()
    later(office, -20 * 60)  # the tolerance of the rules
    assert office.word() == "fitted and alive"
    later(office, -1)
    assert office.word() == "issued, not seen alive"
    assert "clock_went_back" in office.codes()


def test_the_documents_own_rules_are_asked_when_looked_at(office: Office) -> None:
    office.report()
    assert office.word() == "fitted and alive"
    write_trust(
        office.folder / "trust", replace(two_units(), revoked=Revoked(records=frozenset({bytes(16)})))
    )
    assert office.word() == "rejected"
    write_trust(office.folder / "trust", trust_of(two_units().office))
    assert office.word() == "unverifiable"


def test_codes_are_said_once_and_in_both_languages() -> None:
    codes = [rule.code for rule in (*RULES, *LIFE_RULES)]
    assert len(codes) == len(set(codes))
    assert all(rule.text and rule.text_zh for rule in LIFE_RULES)
    assert set(WORD_ZH.values()) == {"已装且在线", "已签发，未核到在线", "需复核", "不合格", "无法核验"}
