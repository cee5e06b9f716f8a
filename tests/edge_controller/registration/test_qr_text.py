"""The text in the QR: what any camera opens, what a scanner types, and nothing misread."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_controller.errors import InputError
from edge_controller.registration.qr_text import qr_text, read_qr_text

ID = bytes(range(16))
SHA256 = bytes(range(32, 64))
# RFC 4648 Base32 of 00 01 … 0f 20 21 … 2f, reckoned with coreutils' base32.
TEXT = "HTTPS://OFFICE.EXAMPLE/V/AAAQEAYEAUDAOCAJBIFQYDIOB4QCCIRDEQSSMJZIFEVCWLBNFYXQ"


def test_the_text_is_as_the_page_says() -> None:
    assert qr_text("office.example", ID, SHA256) == TEXT
    assert read_qr_text(TEXT) == (ID, SHA256[:16])
    assert qr_text("127.0.0.1:8080", ID, SHA256).startswith("HTTPS://127.0.0.1:8080/V/")


@given(st.binary(min_size=16, max_size=16), st.binary(min_size=32, max_size=32))
def test_reading_gives_back_what_was_written(record_id: bytes, sha256: bytes) -> None:
    text = qr_text("Office.Example", record_id, sha256)
    assert re.fullmatch(r"[0-9A-Z $%*+\-./:]+", text)  # ISO/IEC 18004, alphanumeric mode
    assert read_qr_text(text) == (record_id, sha256[:16])


@pytest.mark.parametrize(
    "typed",
    [f"]Q1{TEXT}", TEXT.lower(), f"  {TEXT}\r\n", TEXT.replace("/V/", "/V/\n"),
     TEXT.replace("://", "："+"//")],
)  # fmt: skip
def test_what_a_scanner_adds_is_forgiven(typed: str) -> None:
    assert read_qr_text(typed) == (ID, SHA256[:16])


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "is not the text"),
        ("LNS8X4TP0T1000001", "is not the text"),
        (TEXT.replace("HTTPS", "HTTP"), "is not the text"),
        (TEXT.replace("Y", "1"), "is not the text"),
        (TEXT[:-1], "ends in 51 characters, not 52"),
        (TEXT + "A", "ends in 53 characters, not 52"),
        (TEXT[:-1] + "R", "was misread"),
        ("X" * 5_000, "is not the text"),
    ],
)
def test_anything_else_is_refused_in_one_sentence(typed: str, says: str) -> None:
    with pytest.raises(InputError, match=says) as caught:
        read_qr_text(typed)
    assert len(str(caught.value)) < 300


def test_a_host_is_a_host() -> None:
    for host in ("", "office example", "office/example", "机构", "office:port"):
        with pytest.raises(InputError, match="is not a host name"):
            qr_text(host, ID, SHA256)
    with pytest.raises(ValueError, match="16 bytes"):
        qr_text("office", ID[:15], SHA256)
