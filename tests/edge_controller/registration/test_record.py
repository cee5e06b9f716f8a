"""The signed installation record: what comes back is what was signed, and no other form passes."""

import hashlib
import io
from dataclasses import replace
from typing import Any

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_controller.errors import InputError
from edge_controller.registration.record import (
    FitUsed,
    InstallationRecord,
    Installer,
    Run,
    Software,
    Vehicle,
    read_installation,
    sign_installation,
)
from tests.edge_controller.registration.samples import (
    FIRMWARE,
    INSTALLER,
    NOW_S,
    UNIT,
    VIN,
    changed,
    good_record,
    signed,
)

text = st.text(
    alphabet=st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=64
).filter(str.isprintable)
time_s = st.integers(0, 253_402_300_799)
sha256 = st.binary(min_size=32, max_size=32)
milliseconds = st.none() | st.integers(0, 3_600_000)
vehicles = st.builds(Vehicle, text, st.none() | text, st.just(None), st.just(None), text) | st.builds(
    Vehicle, text, st.none() | text, text, st.integers(0, 99), text
)
records = st.builds(
    InstallationRecord,
    record_id=st.binary(min_size=16, max_size=16),
    office=text,
    purpose=st.sampled_from(["new", "repair", "move", "re-inspect"]),
    simulated=st.booleans(),
    installed_at_s=time_s,
    expires_at_s=time_s,
    vehicle=vehicles,
    unit=st.just(good_record().unit),
    software=st.builds(Software, sha256, text, text),
    fit=st.builds(FitUsed, text, sha256),
    run=st.builds(
        Run,
        st.booleans(),
        st.booleans(),
        milliseconds,
        milliseconds,
        st.none() | st.integers(0, 1_000_000),
        sha256,
    ),
    installer=st.builds(Installer, text, text),
)


@settings(max_examples=60)
@given(records)
def test_reading_gives_back_what_was_signed(record: InstallationRecord) -> None:
    document = read_installation(sign_installation(record, UNIT, INSTALLER))
    assert document.record == record
    assert document.unit_part.verifies(UNIT.public_key)
    assert document.installer_part.verifies(INSTALLER.public_key)
    assert not document.unit_part.verifies(INSTALLER.public_key)
    assert not document.installer_part.verifies(UNIT.public_key)


def thumbprint(public_key: bytes) -> bytes:
    """RFC 9679, section 4: SHA-256 over {1: 1, -1: 6, -2: x}, bytes laid by hand."""
    return hashlib.sha256(bytes.fromhex("a3 01 01 20 06 21 5820") + public_key).digest()


def sig_structure(protected: bytes, payload: bytes) -> bytes:
    """RFC 9052, section 4.4, heads laid by hand."""

    def string(content: bytes) -> bytes:
        length = len(content)
        head = bytes([0x58, length]) if length < 256 else bytes([0x59, length >> 8, length & 255])
        return head + content

    return bytes([0x84, 0x6A]) + b"Signature1" + string(protected) + b"\x40" + string(payload)


def test_both_signatures_verify_with_nothing_of_ours() -> None:
    """Taken apart with plain cbor2, checked with the Ed25519 of `cryptography`."""
    outer = cbor2.loads(signed())
    assert outer.tag == 18
    protected, unprotected, payload, signature = outer.value
    assert cbor2.loads(protected) == {
        1: -19,
        4: thumbprint(INSTALLER.public_key),
        16: "application/vnd.nearside.installation+cose",
    }
    assert unprotected == {}
    Ed25519PublicKey.from_public_bytes(INSTALLER.public_key).verify(
        signature, sig_structure(protected, payload)
    )

    inner = cbor2.loads(payload)
    assert inner.tag == 18
    protected, unprotected, payload, signature = inner.value
    assert cbor2.loads(protected) == {
        1: -19,
        4: thumbprint(UNIT.public_key),
        16: "application/vnd.nearside.record+cose",
    }
    assert unprotected == {}
    Ed25519PublicKey.from_public_bytes(UNIT.public_key).verify(signature, sig_structure(protected, payload))

    record = cbor2.loads(payload)
    assert record["schema"] == 2
    assert record["installed_at_s"] == NOW_S - 86_400
    assert record["vehicle"] == {
        "vin": VIN,
        "vin_on_can": VIN,
        "plate": "苏A12345",
        "plate_colour": 2,
        "kind": "muck_truck",
    }
    assert record["software"]["firmware_sha256"] == FIRMWARE
    assert record["run"]["min_clearance_mm"] == 640


def test_the_document_stays_small() -> None:
    """A record is carried by phone and may one day be carried by a two-dimensional code."""
    assert len(signed()) < 1_500


def outer_parts() -> list[Any]:
    return list(cbor2.loads(signed()).value)


def document(parts: list[Any], **how: Any) -> bytes:
    return cbor2.dumps(cbor2.CBORTag(18, parts), canonical=True, **how)


def test_our_parts_put_together_again_are_the_document() -> None:
    """The spoiling below spoils one thing only."""
    parts = outer_parts()
    assert document(parts)[:2] == signed()[:2]
    assert read_installation(document(parts)).record == good_record()


def protected_with(**entries: Any) -> bytes:
    header = cbor2.loads(outer_parts()[0])
    names = {"alg": 1, "kid": 4, "typ": 16, "crit": 2}
    for name, value in entries.items():
        header[names[name]] = value
    return cbor2.dumps({key: value for key, value in header.items() if value is not None}, canonical=True)


@pytest.mark.parametrize(
    ("place", "replacement", "says"),
    [
        (0, protected_with(alg=-8), "alg is -8"),
        (0, protected_with(alg=-7), "alg is -7"),
        (0, protected_with(alg=5), "alg is 5"),
        (0, protected_with(alg=None), "exactly alg, kid and typ"),
        (0, protected_with(kid=None), "exactly alg, kid and typ"),
        (0, protected_with(crit=[1]), "exactly alg, kid and typ"),
        (0, protected_with(kid=b"short"), "kid is not"),
        (0, protected_with(typ="application/vnd.nearside.record+cose"), "typ is"),
        (0, protected_with(typ=60), "typ is 60"),
        (0, b"", "protected header"),
        (0, b"\xa0", "exactly alg, kid and typ"),
        (0, b"\x80", "exactly alg, kid and typ"),
        (0, {}, "not a byte string"),
        (1, {1: -19}, "unprotected header is not empty"),
        (1, {"note": "x"}, "unprotected header is not empty"),
        (1, [], "unprotected header is not empty"),
        (2, None, "not a byte string"),
        (2, b"", "unit's part is not a COSE_Sign1"),
        (2, "text", "not a byte string"),
        (3, b"", "signature is not 64 bytes"),
        (3, bytes(63), "signature is not 64 bytes"),
        (3, bytes(65), "signature is not 64 bytes"),
        (3, None, "signature is not 64 bytes"),
    ],
)
def test_another_form_is_no_record(place: int, replacement: Any, says: str) -> None:
    parts = outer_parts()
    parts[place] = replacement
    with pytest.raises(InputError) as caught:
        read_installation(document(parts), "x.cose")
    assert str(caught.value).startswith("x.cose")
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("count", [0, 3, 5])
def test_parts_may_not_be_fewer_or_more(count: int) -> None:
    parts = [*outer_parts(), b"more"][:count]
    with pytest.raises(InputError, match="array of four"):
        read_installation(document(parts))


def test_the_units_part_alone_is_no_installation() -> None:
    with pytest.raises(InputError, match="typ is"):
        read_installation(outer_parts()[2])


@pytest.mark.parametrize("tag", [17, 19, 97, 98, 61])
def test_another_tag_is_no_record(tag: int) -> None:
    with pytest.raises(InputError, match="tag 18"):
        read_installation(cbor2.dumps(cbor2.CBORTag(tag, outer_parts())))


def test_other_encodings_of_the_same_content_are_no_record() -> None:
    data = signed()
    assert data[:3].hex() == "d28458"
    for name, again in {
        "tag in two bytes": b"\xd8\x12" + data[1:],
        "array without length": b"\xd2\x9f" + data[2:] + b"\xff",
        "long array head": b"\xd2\x98\x04" + data[2:],
        "long header length": data[:2] + b"\x59\x00" + data[3:],
        "tagged as CBOR": b"\xd9\xd9\xf7" + data,
        "twice": data + data,
    }.items():
        loose = cbor2.load(io.BytesIO(again))
        assert isinstance(loose, cbor2.CBORTag), name  # a lenient reader does take it
        with pytest.raises(InputError):
            read_installation(again)


@pytest.mark.parametrize(
    ("group", "values", "says"),
    [
        ("", {"record_id": bytes(15)}, "record_id"),
        ("", {"purpose": "removal"}, "purpose"),
        ("", {"simulated": 0}, "simulated"),
        ("", {"installed_at_s": -1}, "installed_at_s"),
        ("", {"expires_at_s": 253_402_300_800}, "expires_at_s"),
        ("", {"installed_at_s": True}, "installed_at_s"),
        ("vehicle", {"vin": ""}, "vehicle.vin"),
        ("vehicle", {"vin": "L" * 65}, "vehicle.vin"),
        ("vehicle", {"vin": "LN\x1b[31m"}, "vehicle.vin"),
        ("vehicle", {"vin": "LN\u202e1"}, "vehicle.vin"),
        ("vehicle", {"vin": None}, "vehicle.vin"),
        ("vehicle", {"plate": None}, "vehicle.plate_colour"),
        ("vehicle", {"plate_colour": 100}, "vehicle.plate_colour"),
        ("unit", {"public_key": bytes(31)}, "unit.public_key"),
        ("software", {"firmware_sha256": "00" * 32}, "software.firmware_sha256"),
        ("fit", {"sha256": None}, "fit.sha256"),
        ("run", {"request_ms": -1}, "run.request_ms"),
        ("run", {"min_clearance_mm": 1_000_001}, "run.min_clearance_mm"),
        ("run", {"contact_with": None}, "run.contact_with"),
    ],
)
def test_nobody_signs_a_value_out_of_range(group: str, values: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError) as caught:
        signed(changed(group, **values))
    assert says in str(caught.value)


def test_nobody_signs_a_float() -> None:
    with pytest.raises(TypeError):
        signed(changed("run", request_ms=3.15))


def resigned(payload: dict[str, Any], unit_kid: bytes | None = None) -> bytes:
    """What a program other than ours might sign, with both right keys."""
    message = cbor2.dumps(payload, canonical=True)
    for key, typ in ((UNIT.key, "record"), (INSTALLER.key, "installation")):
        public = key.public_key().public_bytes_raw()
        kid = unit_kid if unit_kid and typ == "record" else thumbprint(public)
        header = {1: -19, 4: kid, 16: f"application/vnd.nearside.{typ}+cose"}
        protected = cbor2.dumps(header, canonical=True)
        signature = key.sign(sig_structure(protected, message))
        message = document([protected, {}, message, signature])
    return message


def payload_map() -> dict[str, Any]:
    inner = cbor2.loads(outer_parts()[2])
    return dict(cbor2.loads(inner.value[2]))


def test_another_programs_signature_over_the_same_fields_is_the_same_document() -> None:
    assert resigned(payload_map()) == signed()


def test_a_right_signature_under_another_keys_name_does_not_verify() -> None:
    """The signed header would name one signer, the signature be another's."""
    document = read_installation(resigned(payload_map(), unit_kid=thumbprint(INSTALLER.public_key)))
    assert document.installer_part.verifies(INSTALLER.public_key)
    assert not document.unit_part.verifies(UNIT.public_key)
    assert not document.unit_part.verifies(INSTALLER.public_key)


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("schema", 0, "schema is 0"),
        ("schema", 3, "schema is 3"),
        ("schema", 1, "commissioning is not a field"),
        ("commissioning", {}, "commissioning.wiring is missing"),
        ("colour", 1, "colour is not a field"),
        ("office", "0", ""),
        ("vehicle", [], "vehicle is not a map"),
        ("run", {}, "run.contact_without is missing"),
        ("installed_at_s", 1.5, "float"),
        ("office", b"320100", "office is b'320100'"),
    ],
)
def test_well_signed_but_unknown_content_is_no_record(key: str, value: Any, says: str) -> None:
    data = resigned({**payload_map(), key: value})
    if not says:  # the control: a known field with a good value is read
        assert read_installation(data).record == replace(good_record(), office="0")
        return
    with pytest.raises(InputError) as caught:
        read_installation(data)
    assert says in str(caught.value)


def test_a_record_of_schema_1_is_still_read() -> None:
    payload = {**payload_map(), "schema": 1}
    del payload["commissioning"]
    assert read_installation(resigned(payload)).record == replace(good_record(), commissioning=None)


def test_run_or_checks_may_be_missing_but_not_both() -> None:
    for values in ({"run": None}, {"commissioning": None}):
        assert read_installation(resigned({**payload_map(), **values})).record == replace(
            good_record(), **values
        )
    with pytest.raises(InputError, match="run and commissioning are both null"):
        read_installation(resigned({**payload_map(), "run": None, "commissioning": None}))


def test_a_field_inside_a_group_of_a_group_is_named() -> None:
    payload = payload_map()
    payload["commissioning"]["wiring"]["steering"] = 1
    with pytest.raises(InputError, match=r"commissioning\.wiring\.steering is 1, not true or false"):
        read_installation(resigned(payload))
    payload = payload_map()
    payload["commissioning"]["pulse"]["asked_mmps2"] = 1501
    with pytest.raises(InputError, match=r"commissioning\.pulse\.asked_mmps2 is 1501"):
        read_installation(resigned(payload))


def test_a_missing_field_is_named() -> None:
    payload = payload_map()
    del payload["purpose"]
    with pytest.raises(InputError, match="purpose is missing"):
        read_installation(resigned(payload))
    payload = payload_map()
    payload["vehicle"] = {**payload["vehicle"], "axles": 4}
    with pytest.raises(InputError, match=r"vehicle\.axles is not a field"):
        read_installation(resigned(payload))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x89PNG\r\n\x1a\n" + bytes(100),
        b"%PDF-1.7\n" + bytes(100),
        b"a plain text",
        b"{}",
        b"\xd2",
        b"\xd2\x84",
        b"\xd2" + b"\x81" * 5_000,
        bytes(65_537),
    ],
)
def test_other_files_are_no_record(data: bytes) -> None:
    with pytest.raises(InputError) as caught:
        read_installation(data, "x.cose")
    assert str(caught.value).startswith("x.cose")
    assert "\n" not in str(caught.value)
