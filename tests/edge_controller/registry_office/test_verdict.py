"""What an office says to a record: whole and trusted, or why not. A changed byte is never accepted."""

from dataclasses import replace
from typing import Any

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_controller.errors import InputError
from edge_controller.registration.identity import InstallerIdentity, UnitIdentity
from edge_controller.registration.record import sign_installation
from edge_controller.registration.trust import ApprovedFirmware, ApprovedFit, KnownUnit, Revoked, Trust
from edge_controller.registry_office.rules import RULES
from edge_controller.registry_office.verdict import Verdict, verify_record, worst
from tests.edge_controller.registration.samples import (
    CHECKS,
    DAY_S,
    FIRMWARE,
    FIT,
    INSTALLER,
    KNOWN_INSTALLER,
    NOW_S,
    OFFICE,
    UNIT,
    changed,
    good_record,
    good_trust,
    signed,
)

STRANGER = InstallerIdentity(
    INSTALLER.id, INSTALLER.organisation, Ed25519PrivateKey.from_private_bytes(b"else" * 8)
)
CLONE = UnitIdentity(UNIT.serial, Ed25519PrivateKey.from_private_bytes(b"copy" * 8))


def judged(
    data: bytes, trust: Trust | None = None, now_s: int = NOW_S, vin_seen: str | None = None
) -> Verdict:
    return verify_record(data, trust or good_trust(), now_s, vin_seen)


def codes(verdict: Verdict) -> dict[str, str]:
    return {reason.code: reason.leads_to for reason in verdict.reasons}


def test_a_whole_and_trusted_record_is_accepted() -> None:
    verdict = judged(signed())
    assert verdict.word == "accepted"
    assert codes(verdict) == {"whole": "accepted"}
    assert verdict.record == good_record()


@pytest.mark.parametrize(
    ("group", "values", "code", "word"),
    [
        ("installer", {"id": "320100-018"}, "installer_differs", "rejected"),
        ("installer", {"organisation": "别家"}, "installer_differs", "rejected"),
        (
            "",
            {"installed_at_s": NOW_S - 90 * DAY_S - 1, "expires_at_s": NOW_S + 1},
            "installer_key_time",
            "rejected",
        ),
        ("unit", {"serial": "NS-0002"}, "unit_unknown", "unverifiable"),
        ("software", {"firmware_sha256": bytes(32)}, "firmware_unlisted", "review"),
        ("software", {"firmware_version": "0.1.1"}, "firmware_version", "review"),
        ("fit", {"sha256": bytes(32)}, "fit_unlisted", "review"),
        ("fit", {"name": "mixer"}, "fit_name", "review"),
        (
            "vehicle",
            {"vin": "LNS8X4TP1T1000001", "vin_on_can": "LNS8X4TP1T1000001"},
            "vin_check_digit",
            "review",
        ),
        ("vehicle", {"vin": "LNS8X4", "vin_on_can": "LNS8X4"}, "vin_form", "rejected"),
        ("vehicle", {"vin_on_can": None}, "vin_not_on_can", "review"),
        ("vehicle", {"vin_on_can": "LATPAB071W1005301"}, "vin_can_differs", "rejected"),
        ("vehicle", {"plate": "A12345"}, "plate_form", "review"),
        ("vehicle", {"plate_colour": 1}, "plate_colour", "review"),
        ("vehicle", {"kind": "coach"}, "kind_out_of_scope", "review"),
        ("run", {"contact_without": False}, "run_no_danger", "rejected"),
        ("run", {"contact_with": True, "min_clearance_mm": 0}, "run_contact", "rejected"),
        ("run", {"request_ms": None}, "run_no_request", "rejected"),
        ("run", {"standstill_ms": None}, "run_no_standstill", "rejected"),
        ("run", {"standstill_ms": 3_150}, "run_order", "rejected"),
        ("run", {"min_clearance_mm": 0}, "run_no_clearance", "rejected"),
        ("run", {"min_clearance_mm": None}, "run_no_clearance", "rejected"),
        ("", {"simulated": True}, "simulated", "rejected"),
        ("", {"office": "310000"}, "office_other", "review"),
        ("", {"expires_at_s": NOW_S}, "expired", "rejected"),
        ("", {"installed_at_s": NOW_S + 1_201}, "future", "review"),
        ("", {"expires_at_s": NOW_S - DAY_S + 366 * DAY_S + 1}, "valid_too_long", "review"),
    ],
)
def test_one_thing_wrong_gives_one_reason(group: str, values: dict[str, Any], code: str, word: str) -> None:
    verdict = judged(signed(changed(group, **values)))
    assert codes(verdict) == {code: word}
    assert verdict.word == word
    assert not verdict.accepted


@pytest.mark.parametrize(
    ("part", "values", "code"),
    [
        ("wiring", {"steering": False}, "wiring_signal"),
        ("wiring", {"brake_answer": False}, "wiring_signal"),
        ("alignment", {"yaw_error_mdeg": 4_001}, "alignment_off"),
        ("alignment", {"residual_mdeg": 1_501}, "alignment_off"),
        ("pulse", {"response_ms": 601}, "pulse_slow"),
        ("pulse", {"reached_mmps2": 899}, "pulse_decel"),
        ("pulse", {"reached_mmps2": 1_951}, "pulse_decel"),
        ("alignment", {"yaw_error_mdeg": 4_000, "residual_mdeg": 1_500}, "whole"),
        ("pulse", {"response_ms": 600, "reached_mmps2": 900}, "whole"),
        ("pulse", {"reached_mmps2": 1_950}, "whole"),
    ],
)
def test_checks_at_the_truck_are_judged_by_their_limits(part: str, values: dict[str, Any], code: str) -> None:
    checks = replace(CHECKS, **{part: replace(getattr(CHECKS, part), **values)})
    verdict = judged(signed(replace(good_record(), commissioning=checks)))
    assert set(codes(verdict)) == {code}
    assert verdict.accepted == (code == "whole")
    assert "{" not in "".join(reason.text + reason.text_zh for reason in verdict.reasons)


def test_checks_alone_are_enough_and_a_run_alone_only_for_a_simulated_truck() -> None:
    assert judged(signed(replace(good_record(), run=None))).word == "accepted"
    run_alone = replace(good_record(), commissioning=None)
    assert codes(judged(signed(run_alone))) == {"checks_missing": "review"}
    bench = good_trust(office=replace(OFFICE, accept_simulated=True))
    assert judged(signed(replace(run_alone, simulated=True)), bench).word == "accepted"


@pytest.mark.parametrize(
    ("group", "values"),
    [
        ("", {"installed_at_s": NOW_S - 90 * DAY_S, "expires_at_s": NOW_S + DAY_S}),
        ("", {"installed_at_s": NOW_S + 1_200}),
        ("", {"expires_at_s": NOW_S + 1}),
        ("", {"expires_at_s": NOW_S - DAY_S + 366 * DAY_S}),
        ("run", {"standstill_ms": 3_151}),
        ("run", {"min_clearance_mm": 1}),
        ("vehicle", {"kind": "mixer"}),
        ("vehicle", {"plate": "苏A12345D", "plate_colour": 93}),
    ],
)
def test_just_inside_the_limits_is_accepted(group: str, values: dict[str, Any]) -> None:
    assert judged(signed(changed(group, **values))).word == "accepted"


@pytest.mark.parametrize(
    ("lists", "code", "word"),
    [
        ({"installer": replace(KNOWN_INSTALLER, demo=True)}, "demo_key", "rejected"),
        (
            {"installer": replace(KNOWN_INSTALLER, not_after_s=NOW_S - DAY_S - 1)},
            "installer_key_time",
            "rejected",
        ),
        ({"unit": KnownUnit(UNIT.serial, CLONE.public_key)}, "unit_key", "rejected"),
        ({"unit": KnownUnit("NS-0002", UNIT.public_key)}, "unit_unknown", "unverifiable"),
        ({"firmware": ApprovedFirmware("0.1.0", bytes(32))}, "firmware_unlisted", "review"),
        ({"fit": ApprovedFit("tipper", bytes(32))}, "fit_unlisted", "review"),
        ({"revoked": Revoked(installers=frozenset({INSTALLER.id}))}, "installer_revoked", "rejected"),
        ({"revoked": Revoked(units=frozenset({UNIT.serial}))}, "unit_revoked", "rejected"),
        ({"revoked": Revoked(records=frozenset({bytes(16)}))}, "record_revoked", "rejected"),
        ({"revoked": Revoked(firmware=frozenset({FIRMWARE}))}, "firmware_revoked", "rejected"),
        ({"revoked": Revoked(fits=frozenset({FIT}))}, "fit_revoked", "rejected"),
        ({"office": replace(OFFICE, kinds=("mixer",))}, "kind_out_of_scope", "review"),
        ({"office": replace(OFFICE, max_valid_days=300)}, "valid_too_long", "review"),
    ],
)
def test_one_thing_the_office_holds_against_it(lists: dict[str, Any], code: str, word: str) -> None:
    verdict = judged(signed(), good_trust(**lists))
    assert codes(verdict) == {code: word}
    assert verdict.word == word


def test_what_is_revoked_is_not_merely_unlisted() -> None:
    other = ApprovedFirmware("9", bytes(32))
    trust = good_trust(firmware=other, revoked=Revoked(firmware=frozenset({FIRMWARE})))
    assert codes(judged(signed(), trust)) == {"firmware_revoked": "rejected"}
    trust = good_trust(fit=ApprovedFit("9", bytes(32)), revoked=Revoked(fits=frozenset({FIT})))
    assert codes(judged(signed(), trust)) == {"fit_revoked": "rejected"}


def test_a_stranger_with_the_right_name_is_not_trusted() -> None:
    verdict = judged(sign_installation(good_record(), UNIT, STRANGER))
    assert codes(verdict) == {"installer_unknown": "unverifiable"}


def test_a_stranger_with_a_key_the_office_gives_to_somebody_else_is_told() -> None:
    trust = good_trust(installer=replace(KNOWN_INSTALLER, id="other", public_key=STRANGER.public_key))
    verdict = judged(sign_installation(good_record(), UNIT, STRANGER), trust)
    assert codes(verdict) == {"installer_differs": "rejected"}


def test_a_unit_that_signs_with_another_key_than_it_names_is_rejected() -> None:
    verdict = judged(sign_installation(good_record(), CLONE, INSTALLER))
    assert codes(verdict) == {"unit_signature": "rejected"}


def test_a_cloned_serial_with_its_own_key_is_rejected() -> None:
    record = changed("unit", public_key=CLONE.public_key)
    verdict = judged(sign_installation(record, CLONE, INSTALLER))
    assert codes(verdict) == {"unit_key": "rejected"}


def test_a_revoked_installer_cannot_hide_behind_another_name() -> None:
    trust = good_trust(revoked=Revoked(installers=frozenset({INSTALLER.id})))
    verdict = judged(signed(changed("installer", id="somebody")), trust)
    assert codes(verdict) == {"installer_differs": "rejected", "installer_revoked": "rejected"}


def test_the_truck_here_must_be_the_truck_of_the_record() -> None:
    assert judged(signed(), vin_seen=good_record().vehicle.vin).word == "accepted"
    verdict = judged(signed(), vin_seen="LATPAB071W1005301")
    assert codes(verdict) == {"vin_seen_differs": "rejected"}


def test_a_new_truck_may_have_no_plate_yet_others_must() -> None:
    bare = {"plate": None, "plate_colour": None}
    new = judged(signed(changed("vehicle", **bare)))
    assert new.word == "accepted"
    assert codes(new) == {"whole": "accepted", "plate_not_yet": "accepted"}
    moved = judged(signed(replace(changed("vehicle", **bare), purpose="move")))
    assert codes(moved) == {"plate_missing": "review"}


def test_an_import_is_noted_and_not_held_against_it() -> None:
    vin = "1M8GDM9AXKP042788"
    verdict = judged(signed(changed("vehicle", vin=vin, vin_on_can=vin)))
    assert codes(verdict) == {"whole": "accepted", "vin_not_chinese": "accepted"}


def test_a_simulated_truck_is_accepted_only_where_the_office_says_so() -> None:
    demo = good_trust(
        office=replace(OFFICE, accept_simulated=True), installer=replace(KNOWN_INSTALLER, demo=True)
    )
    verdict = judged(signed(changed("", simulated=True)), demo)
    assert codes(verdict) == {"whole": "accepted", "simulated_allowed": "accepted"}


def test_all_reasons_are_told_and_the_worst_decides() -> None:
    record = replace(changed("run", contact_with=True), office="310000")
    verdict = judged(sign_installation(record, UNIT, STRANGER))
    assert codes(verdict) == {
        "installer_unknown": "unverifiable",
        "run_contact": "rejected",
        "office_other": "review",
    }
    assert verdict.word == "rejected"


def test_evidence_of_wrong_outweighs_missing_trust_outweighs_doubt() -> None:
    assert worst(["accepted", "review", "unverifiable", "rejected"]) == "rejected"
    assert worst(["accepted", "unverifiable", "review"]) == "unverifiable"
    assert worst(["review", "accepted"]) == "review"
    assert worst([]) == "accepted"


def test_reasons_are_whole_sentences_in_both_languages() -> None:
    assert len({rule.code for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert rule.text.endswith("."), rule.code
        assert rule.text_zh.endswith("。"), rule.code
        assert any("\u4e00" <= character <= "\u9fff" for character in rule.text_zh + "机"), rule.code
    for reason in judged(signed(changed("vehicle", vin="L", plate="x", kind="y"))).reasons:
        assert "{" not in reason.text + reason.text_zh


# A changed byte is never accepted.


def is_accepted(data: bytes) -> bool:
    try:
        return judged(data).accepted
    except InputError:
        return False


GOOD = signed()


@pytest.mark.parametrize("mask", [0x01, 0x80, 0xFF])
def test_no_changed_byte_is_accepted(mask: int) -> None:
    assert is_accepted(GOOD)
    for place in range(len(GOOD)):
        assert not is_accepted(GOOD[:place] + bytes([GOOD[place] ^ mask]) + GOOD[place + 1 :]), place


def test_no_changed_bit_is_accepted_in_every_seventh_byte() -> None:
    for place in range(0, len(GOOD), 7):
        for bit in range(8):
            changed_byte = bytes([GOOD[place] ^ 1 << bit])
            assert not is_accepted(GOOD[:place] + changed_byte + GOOD[place + 1 :]), (place, bit)


def test_no_other_length_is_accepted() -> None:
    for length in range(len(GOOD)):
        assert not is_accepted(GOOD[:length]), length
        assert not is_accepted(GOOD[length:] if length else b""), length
        assert not is_accepted(GOOD[:length] + GOOD[length + 1 :]), length
        assert not is_accepted(GOOD[:length] + b"\x00" + GOOD[length:]), length
    for tail in (b"\x00", b"\xff", b"\xf6", GOOD):
        assert not is_accepted(GOOD + tail)


@settings(max_examples=200)
@given(st.binary(max_size=400))
def test_no_random_bytes_are_accepted(data: bytes) -> None:
    assert not is_accepted(data)


@settings(max_examples=200)
@given(st.data())
def test_no_random_edit_is_accepted(data: st.DataObject) -> None:
    begin = data.draw(st.integers(0, len(GOOD) - 1))
    end = data.draw(st.integers(begin, min(begin + 40, len(GOOD))))
    middle = data.draw(st.binary(max_size=40))
    edited = GOOD[:begin] + middle + GOOD[end:]
    assert is_accepted(edited) == (edited == GOOD)


def parts(data: bytes) -> list[Any]:
    return list(cbor2.loads(data).value)


def put_together(values: list[Any]) -> bytes:
    return cbor2.dumps(cbor2.CBORTag(18, values), canonical=True)


def test_the_parts_put_together_again_are_accepted() -> None:
    """The control for the next tests: only what they change is changed."""
    outer = parts(GOOD)
    assert put_together(outer) == GOOD
    assert put_together(parts(outer[2])) == outer[2]


def test_signatures_can_neither_be_swapped_nor_stripped_nor_borrowed() -> None:
    outer = parts(GOOD)
    inner = parts(outer[2])
    swapped_inner = put_together([*inner[:3], outer[3]])
    assert not is_accepted(put_together([outer[0], {}, swapped_inner, inner[3]]))
    assert not is_accepted(put_together([outer[0], {}, put_together([*inner[:3], bytes(64)]), outer[3]]))
    assert not is_accepted(put_together([*outer[:3], bytes(64)]))
    assert not is_accepted(put_together([*outer[:3], b""]))
    assert not is_accepted(outer[2])  # the unit's part alone
    assert not is_accepted(put_together([outer[0], {}, inner[2], outer[3]]))  # the installer's alone
    other = parts(signed(changed("", office="310000")))
    assert not is_accepted(put_together([*outer[:3], other[3]]))
    assert not is_accepted(put_together([outer[0], {}, other[2], outer[3]]))


def test_no_second_signature_can_be_made_of_the_first() -> None:
    """RFC 8032, 5.1.7: S must be below the order L, or S + L would sign the same message as well."""
    order = 2**252 + 27742317777372353535851937790883648493
    outer = parts(GOOD)
    s = int.from_bytes(outer[3][32:], "little")
    other = outer[3][:32] + (s + order).to_bytes(32, "little")
    assert judged(put_together([*outer[:3], other])).word == "rejected"


def test_the_unit_signing_for_the_installer_is_not_accepted() -> None:
    """One key in both roles would be one person's word."""
    everybody = InstallerIdentity(INSTALLER.id, INSTALLER.organisation, UNIT.key)
    assert judged(sign_installation(good_record(), UNIT, everybody)).word == "unverifiable"
    nobody = UnitIdentity(UNIT.serial, INSTALLER.key)
    assert judged(sign_installation(good_record(), nobody, INSTALLER)).word == "rejected"
    own = changed("unit", public_key=INSTALLER.public_key)
    assert judged(sign_installation(own, nobody, INSTALLER)).word == "rejected"


@given(
    st.dictionaries(
        st.integers(-70, 300) | st.text(max_size=3), st.binary(max_size=8), min_size=1, max_size=1
    )
)
def test_nothing_may_ride_in_an_unprotected_header(header: dict[Any, bytes]) -> None:
    outer = parts(GOOD)
    inner = parts(outer[2])
    for data in (
        put_together([outer[0], header, *outer[2:]]),
        put_together([outer[0], {}, put_together([inner[0], header, *inner[2:]]), outer[3]]),
    ):
        with pytest.raises(InputError, match="unprotected header is not empty"):
            judged(data)
