"""What an officer typed, or a scanner typed for them -> the records it means."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from edge_controller.errors import InputError
from edge_controller.registration.plate import PROVINCES, tidy_plate
from edge_controller.registration.problem import Problem
from edge_controller.registration.qr_text import read_qr_text
from edge_controller.registration.record import read_installation
from edge_controller.registration.vin import LENGTH, VALUES, vin_problem
from edge_controller.registry_office.judgement import Terms, current
from edge_controller.registry_office.store import KeptRecord, Store

LONGEST = 300
OK, BAD, NONE = 200, 400, 404


@dataclass(frozen=True, slots=True)
class Found:
    """Records, one for each truck; or why there is none."""

    records: tuple[KeptRecord, ...]
    problem: Problem | None = None
    status: int = OK
    vin: str | None = None  # a whole VIN was typed


def find(store: Store, text: str, terms: Terms) -> Found:
    """Look up a VIN, its last 6 to 8 places, a plate or the text of a QR code."""
    typed = unicodedata.normalize("NFKC", text).strip()
    tidy = tidy_plate(typed)
    if len(typed) > LONGEST or not tidy:
        return _unclear()
    if "/V/" in typed.upper() or typed.upper().startswith("HTTP"):
        return _by_qr(store, typed)
    if tidy[0] in PROVINCES:
        return _by_plate(store, tidy, terms)
    if not (tidy.isascii() and tidy.isalnum()):
        return _unclear()
    if 6 <= len(tidy) <= 8:
        return _by_tail(store, tidy, terms)
    return _by_vin(store, tidy, terms) if len(tidy) > 8 else _unclear()


def _by_vin(store: Store, vin: str, terms: Terms) -> Found:
    problem = vin_problem(vin)
    if problem and problem.code == "vin_form":
        return Found((), _sentence(problem), BAD)
    kept = current(store, vin, terms)
    if kept:
        return Found((kept,), vin=vin)
    if problem:  # most likely mistyped, so say that first
        return Found((), _sentence(problem), NONE)
    return Found(
        (),
        Problem(
            "no_record",
            f"This office holds no record for VIN {vin}.",
            f"本机构没有VIN {vin}的安装记录。",
        ),
        NONE,
        vin,
    )


def _by_tail(store: Store, tail: str, terms: Terms) -> Found:
    wrong = next((one for one in tail if one not in VALUES), None)
    if wrong:
        return Found(
            (),
            Problem(
                "vin_form",
                f"{tail!r} holds {wrong!r}, which no VIN contains (I, O and Q do not occur).",
                f"“{tail}”中有“{wrong}”，VIN不使用字母I、O、Q。",
            ),
            BAD,
        )
    nothing = Problem(
        "no_record",
        f"This office holds no record for a VIN that ends in {tail}.",
        f"本机构没有VIN以{tail}结尾的安装记录。",
    )
    return _all_current(store, store.vins_ending(tail), terms, lambda _: True, nothing)


def _by_plate(store: Store, plate: str, terms: Terms) -> Found:
    nothing = Problem(
        "no_record",
        f"This office holds no record for plate {plate}.",
        f"本机构没有号牌{plate}的安装记录。",
    )
    vins = store.vins_of_plate(plate)
    # A plate can pass to another truck: who bears it now comes before who bore it.
    now = _all_current(store, vins, terms, lambda one: _plate(one) == plate, nothing)
    return now if now.records else _all_current(store, vins, terms, lambda _: True, nothing)


def _by_qr(store: Store, text: str) -> Found:
    try:
        record_id, head = read_qr_text(text)
    except InputError:
        return Found(
            (),
            Problem(
                "qr_text",
                "The text of the QR code is incomplete or misread: scan it again, or type the VIN.",
                "二维码内容不完整或识读有误：请重新扫描，或输入VIN。",
            ),
            BAD,
        )
    named = store.records_by_id(record_id)
    if not named:
        return Found(
            (),
            Problem(
                "no_record",
                "This office does not hold the record the QR code names: have its file handed in.",
                "本机构没有二维码所指的安装记录：请提交记录文件。",
            ),
            NONE,
        )
    meant = [kept for kept in named if bytes.fromhex(kept.sha256)[: len(head)] == head]
    if not meant:
        return Found(
            (),
            Problem(
                "qr_differs",
                "The QR code names a record held here, but with other content: one of the two is not "
                "genuine. Have the record's file handed in.",
                "二维码指向本机构已有的记录，但内容不一致：两者之一不可信，请提交记录文件。",
            ),
            NONE,
        )
    return Found((meant[0],))


def _all_current(
    store: Store, vins: list[str], terms: Terms, wanted: Callable[[KeptRecord], bool], nothing: Problem
) -> Found:
    found = [kept for kept in (current(store, vin, terms) for vin in vins) if kept and wanted(kept)]
    return Found(tuple(found)) if found else Found((), nothing, NONE)


def _plate(kept: KeptRecord) -> str | None:
    return read_installation(kept.content).record.vehicle.plate


def _sentence(problem: Problem) -> Problem:
    return Problem(problem.code, f"{problem.text}.", f"{problem.text_zh}。")


def _unclear() -> Found:
    return Found(
        (),
        Problem(
            "unclear",
            f"Type a VIN ({LENGTH} characters), its last 6 to 8, a number plate, or scan the QR code.",
            f"请输入VIN（{LENGTH}位）、VIN后6至8位或号牌，或扫描二维码。",
        ),
        BAD,
    )
