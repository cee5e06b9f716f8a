"""The printed page: one sheet with everything an officer compares, fonts inside, a code that reads."""

import hashlib
import io
import re
from dataclasses import replace

import numpy as np
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader

from edge_controller.install.fonts import font_subsets, without_missing
from edge_controller.install.paper import pdf
from edge_controller.install.qr_picture import qr_png, qr_svg
from edge_controller.registration.qr_text import qr_text
from edge_controller.registration.record import InstallationRecord
from tests.edge_controller.registration.samples import good_record, signed

MM = 72 / 25.4
CODE = qr_text("office.example", bytes(range(16)), hashlib.sha256(b"record").digest())
LONG_CODE = qr_text("a" * 64, bytes(16), bytes(32))
RECTANGLE = re.compile(rb"([-\d.]+) ([-\d.]+) ([-\d.]+) ([-\d.]+) re")


def page(record: InstallationRecord, code: str = CODE) -> PdfReader:
    return PdfReader(io.BytesIO(pdf(record, signed(record), code)))


def modules(reader: PdfReader) -> np.ndarray:
    """The squares drawn at the top right: x, y, width, height in mm."""
    contents = reader.pages[0].get_contents()
    assert contents is not None
    found = np.array([[float(n) for n in one.groups()] for one in RECTANGLE.finditer(contents.get_data())])
    squares = found[np.abs(found[:, 2] - found[:, 3]) < 0.01]
    return squares / MM


def test_it_says_what_is_compared_with_the_truck() -> None:
    record = replace(good_record(), simulated=True)
    reader = page(record)
    assert len(reader.pages) == 1
    assert [round(float(side) / MM) for side in reader.pages[0].mediabox[2:]] == [210, 297]
    text = reader.pages[0].extract_text()
    for wanted in (
        "安装记录", "installation record, not a certificate of conformity", "不是合格证明",
        "仿真", "SIMULATED",
        record.vehicle.vin, "苏A12345", "黄色", "渣土车", record.unit.serial,
        record.software.firmware_sha256.hex()[:32], record.software.firmware_sha256.hex()[32:], "0.1.0",
        "tipper",
        "9 / 9", "0.70°", "≤ 4.0°", "0.30°", "≤ 1.5°", "430 ms", "≤ 600 ms", "1.40 m/s²", "0.90 – 1.95 m/s²",
        "南京示范安装站", "320100-017", "2026-11-22 16:00 UTC+08:00", "2027-09-19 16:00 UTC+08:00",
        hashlib.sha256(signed(record)).hexdigest()[:32], CODE[-52:],
    ):  # fmt: skip
        assert wanted in text, wanted
    key = record.unit.public_key.hex()
    assert f"{key[:4]} {key[4:8]} {key[8:12]} {key[12:16]}" in text


def test_only_a_simulated_truck_is_marked_so() -> None:
    assert "仿真" not in page(good_record()).pages[0].extract_text()


def test_a_check_beyond_its_limit_is_marked() -> None:
    record = good_record()
    assert record.commissioning is not None
    assert "×" not in page(record).pages[0].extract_text()
    slow = replace(record.commissioning, pulse=replace(record.commissioning.pulse, response_ms=601))
    assert "×" in page(replace(record, commissioning=slow)).pages[0].extract_text()


def test_every_font_is_embedded_and_of_two_weights() -> None:
    fonts = page(good_record()).pages[0]["/Resources"]["/Font"]  # type: ignore[index]
    names = set()
    for font in fonts.values():
        descriptor = font.get_object()["/FontDescriptor"].get_object()
        assert descriptor["/FontFile2"].get_object().get_data()
        names.add(font.get_object()["/BaseFont"].split("-")[1])
    assert names == {"400", "700"}


def test_bold_is_bolder_and_both_hold_the_characters_only() -> None:
    regular, bold = font_subsets("安装记录", (400, 700), "test")
    assert len(regular) < 20_000
    assert regular != bold


@pytest.mark.parametrize("code", [CODE, LONG_CODE])
def test_the_code_on_paper_is_large_and_reads(code: str) -> None:
    squares = modules(page(good_record(), code))
    x, y, width, _ = squares.T
    pitch_mm = np.median(width) / 1.01
    assert pitch_mm >= 0.5
    side_mm = x.max() - x.min() + pitch_mm
    assert side_mm >= 38.0
    assert y.max() - y.min() + pitch_mm >= 38.0
    assert 210 - (x.max() + pitch_mm) >= 4 * pitch_mm  # quiet zone
    across = np.rint((x - x.min()) / pitch_mm).astype(int)
    down = np.rint((y.max() - y) / pitch_mm).astype(int)
    picture = np.ones((down.max() + 9, across.max() + 9), bool)
    picture[down + 4, across + 4] = False
    image = Image.fromarray((np.kron(picture, np.ones((6, 6))) * 255).astype(np.uint8))
    (found,) = zxingcpp.read_barcodes(image)
    assert found.text == code


def test_the_pictures_of_the_code_read() -> None:
    image = Image.open(io.BytesIO(qr_png(CODE)))
    (found,) = zxingcpp.read_barcodes(image)
    assert found.text == CODE
    assert qr_svg(CODE).startswith(b"<?xml")


def test_nothing_longer_than_a_record_allows_leaves_the_page() -> None:
    record = good_record()
    long = replace(
        record,
        office="局" * 64,
        unit=replace(record.unit, serial="序" * 64),
        installer=replace(record.installer, id="安" * 64, organisation="站" * 64),
    )
    reader = page(long, LONG_CODE)
    assert len(reader.pages) == 1
    heights: list[float] = []
    reader.pages[0].extract_text(
        visitor_text=lambda text, _cm, tm, *_: heights.append(tm[5]) if text.strip() else None
    )
    assert min(heights) >= 10 * MM
    assert "局" * 30 in reader.pages[0].extract_text()


@given(text=st.text(max_size=40))
@settings(max_examples=25)
def test_a_character_the_font_lacks_is_marked_and_the_rest_kept(text: str) -> None:
    shown = without_missing(text)
    assert len(shown) == len(text)
    assert all(new in (old, "〓") for old, new in zip(text, shown, strict=True))


def test_usual_characters_are_never_marked() -> None:
    usual = "苏A12345 南京示范安装站 NS-0001 °±²≤✓×·…–—"
    assert without_missing(usual) == usual
    assert without_missing("😀✗") == "〓〓"
