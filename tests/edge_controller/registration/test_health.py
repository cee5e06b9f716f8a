"""Health reports: signed by the unit, chained, and refused when anything is not as it was signed."""

import hashlib
import string
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_controller.errors import InputError
from edge_controller.registration.cose import public_bytes
from edge_controller.registration.health import Health, claimed_serial, follows, read_health, sign_health
from edge_controller.registration.identity import new_unit_key
from tests.edge_controller.registration.samples import FIRMWARE, UNIT, VIN, signed

FIRST = Health(
    UNIT.serial, boot=3, seq=0, firmware_sha256=FIRMWARE, healthy=0b1111111, vin_on_can=VIN, previous=None
)

reports = st.builds(
    Health,
    serial=st.just(UNIT.serial),
    boot=st.integers(0, 2**32 - 1),
    seq=st.integers(0, 2**32 - 1),
    firmware_sha256=st.binary(min_size=32, max_size=32),
    healthy=st.integers(0, 127),
    vin_on_can=st.none() | st.just(VIN) | st.text(string.ascii_letters, min_size=1, max_size=64),
    previous=st.none() | st.binary(min_size=32, max_size=32),
)


@given(reports)
def test_reading_gives_back_what_was_signed(health: Health) -> None:
    assert read_health(sign_health(health, UNIT), UNIT.public_key) == health


def test_broken_parts_are_named() -> None:
    assert FIRST.broken_parts() == ()
    assert replace(FIRST, healthy=0b1111101).broken_parts() == ("valve",)
    assert len(replace(FIRST, healthy=0).broken_parts()) == 7


def test_reports_make_a_chain_in_which_a_gap_shows() -> None:
    first = sign_health(FIRST, UNIT)
    second = replace(FIRST, seq=1, previous=hashlib.sha256(first).digest())
    third = replace(FIRST, seq=2, previous=hashlib.sha256(sign_health(second, UNIT)).digest())
    assert follows(second, first)
    assert follows(third, sign_health(second, UNIT))
    assert not follows(third, first)
    assert not follows(FIRST, first)


def test_every_changed_byte_is_refused() -> None:
    good = sign_health(FIRST, UNIT)
    for place in range(len(good)):
        for mask in (0x01, 0x80, 0xFF):
            bad = bytearray(good)
            bad[place] ^= mask
            with pytest.raises(InputError):
                read_health(bytes(bad), UNIT.public_key)


def test_another_units_report_is_refused() -> None:
    with pytest.raises(InputError, match="not this unit's"):
        read_health(sign_health(FIRST, UNIT), public_bytes(new_unit_key()))
    with pytest.raises(ValueError, match="cannot report for"):
        sign_health(replace(FIRST, serial="NS-0002"), UNIT)


def test_an_installation_record_is_no_health_report() -> None:
    with pytest.raises(InputError, match="typ is"):
        read_health(signed(), UNIT.public_key)
    with pytest.raises(InputError, match="longer than"):
        read_health(bytes(5_000), UNIT.public_key)


def test_a_report_is_small_enough_for_one_pass_through_frame() -> None:
    """JT/T 808 carries at most 1023 bytes in one body."""
    assert len(sign_health(replace(FIRST, previous=bytes(32)), UNIT)) < 400


def test_whose_report_it_claims_to_be_can_be_read_without_a_key() -> None:
    assert claimed_serial(sign_health(FIRST, UNIT)) == UNIT.serial
    with pytest.raises(InputError, match="typ is"):
        claimed_serial(signed())
    with pytest.raises(InputError, match="longer than 4096 bytes"):
        claimed_serial(bytes(4_097))
