"""What the wizard asks, as data: key, words, and how an answer is read. Asking is the face's business."""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from edge_controller.errors import InputError
from edge_controller.install.text import RefusedError, Text
from edge_controller.registration.fields import MAX_TEXT
from edge_controller.registration.identity import load_key
from edge_controller.registration.plate import YELLOW, YELLOW_GREEN, plate_problem, tidy_plate
from edge_controller.registration.qr_text import is_host
from edge_controller.registration.record import PURPOSES
from edge_controller.registration.vin import vin_problem

MAX_VALID_DAYS = 366
LONGEST_HOST = 64  # what paper and a QR code that a phone reads have room for
KINDS = {"muck_truck": Text("渣土车", "muck truck"), "mixer": Text("混凝土搅拌车", "concrete mixer")}
SHORT_ZH = {"muck_truck": "渣土车", "mixer": "搅拌车"}
FITS = {"muck_truck": "tipper", "mixer": "mixer"}  # the class chooses the fit
NEVER_IN_A_VIN = {"I": "1", "O": "0", "Q": "0"}

Answers = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """`key` is table and key of an answers file; `read` gives the value, or RefusedError says why not."""

    key: str
    words: Text
    read: Callable[[str, Answers], Any]
    kind: Literal["text", "whole", "path"] = "text"
    default: str | None = None  # None: there must be an answer
    is_asked: Callable[[Answers], bool] = lambda _answers: True


def vin(text: str, _answers: Answers) -> str:
    """17 characters with the right check digit; half width and capitals whatever was typed."""
    tidy = _line(unicodedata.normalize("NFKC", text)).upper()
    for place, character in enumerate(tidy, 1):
        if character in NEVER_IN_A_VIN:
            meant = NEVER_IN_A_VIN[character]
            raise RefusedError(
                Text(
                    f"VIN“{tidy}”第{place}位是字母“{character}”，VIN不使用I、O、Q，请核对是否为数字“{meant}”。",
                    f"VIN {tidy!r}: position {place} is the letter {character!r}, which no VIN contains "
                    f"(no I, O or Q); is it the digit {meant!r}?",
                )
            )
    problem = vin_problem(tidy)
    if problem:
        raise RefusedError(Text(f"{problem.text_zh}。", f"{problem.text}."))
    return tidy


def plate(text: str, _answers: Answers) -> str | None:
    """Half width, without the dot; nothing at all while the truck has no plate."""
    tidy = _line(tidy_plate(text))
    if not tidy:
        return None
    problem = plate_problem(tidy, YELLOW)
    if problem and problem.code == "plate_form":
        raise RefusedError(
            Text(
                f"{problem.text_zh}（应如苏A12345或苏A12345D）。",
                f"{problem.text} (like 苏A12345 or 苏A12345D).",
            )
        )
    return tidy


def plate_colour(text: str, answers: Answers) -> int:
    """2 yellow, 93 yellow-green; it has to go with the form of the plate."""
    colour = whole(text, 0, 99)
    problem = plate_problem(answers["vehicle.plate"], colour)
    if problem:
        raise RefusedError(Text(f"{problem.text_zh}。", f"{problem.text}."))
    return colour


def kind(text: str, _answers: Answers) -> str:
    """By its code or its Chinese name."""
    tidy = _line(unicodedata.normalize("NFKC", text)).lower()
    for code, name in KINDS.items():
        if tidy in (code, name.zh, name.en, SHORT_ZH[code]):
            return code
    known = ", ".join(KINDS)
    raise RefusedError(
        Text(f"车辆类别“{tidy}”无法识别（{known}）。", f"Class {tidy!r} is not one of {known}.")
    )


def short(text: str, _answers: Answers) -> str:
    """What a record can carry as a text."""
    tidy = text.strip()
    if not 1 <= len(tidy) <= MAX_TEXT or not tidy.isprintable():
        raise RefusedError(
            Text(
                f"{tidy[:80]!r}应为1至{MAX_TEXT}个可见字符。",
                f"{tidy[:80]!r} is not a text of 1 to {MAX_TEXT} printable characters.",
            )
        )
    return tidy


def key_file(text: str, _answers: Answers) -> str | None:
    """A private key that can be read; nothing: a demo key is made."""
    if not text.strip():
        return None
    try:
        load_key(Path(text))
    except InputError as error:
        raise RefusedError(Text(f"安装人员密钥文件“{text}”无法使用。", f"{error}.")) from error
    return text


def purpose(text: str, _answers: Answers) -> str:
    """Why the record is made."""
    tidy = _line(text)
    if tidy not in PURPOSES:
        known = ", ".join(PURPOSES)
        raise RefusedError(
            Text(f"用途“{tidy}”无法识别（{known}）。", f"Purpose {tidy!r} is not one of {known}.")
        )
    return tidy


def valid_days(text: str, _answers: Answers) -> int:
    """How long the record counts."""
    return whole(text, 1, MAX_VALID_DAYS)


def host(text: str, _answers: Answers) -> str:
    """Where the QR code leads."""
    tidy = _line(text)
    if not is_host(tidy) or len(tidy) > LONGEST_HOST:
        raise RefusedError(Text(f"“{tidy}”不是主机名。", f"{tidy!r} is not a host name."))
    return tidy


def _line(text: str) -> str:
    """Without white space around it; refused where nobody could read it back off a screen."""
    tidy = text.strip()
    if len(tidy) > MAX_TEXT or not tidy.isprintable():
        raise RefusedError(
            Text(
                f"{tidy[:40]!r}…：过长，或含有不可见字符，应为最多{MAX_TEXT}个可见字符。",
                f"{tidy[:40]!r}… is too long or holds what cannot be shown: {MAX_TEXT} printable characters "
                "at most.",
            )
        )
    return tidy


def whole(text: str, low: int, high: int) -> int:
    """A whole number from `low` to `high`."""
    tidy = unicodedata.normalize("NFKC", text).strip()
    if not (tidy.isascii() and tidy.isdigit() and len(tidy) < 10 and low <= int(tidy) <= high):
        raise RefusedError(
            Text(
                f"{tidy[:80]!r}不是{low}至{high}的整数。",
                f"{tidy[:80]!r} is not a whole number from {low} to {high}.",
            )
        )
    return int(tidy)


VIN = Question("vehicle.vin", Text("车架号（VIN，17位）", "VIN, 17 characters"), vin)
PLATE = Question(
    "vehicle.plate", Text("号牌（尚无号牌则留空）", "plate (empty while there is none)"), plate, default=""
)
PLATE_COLOUR = Question(
    "vehicle.plate_colour",
    Text(
        f"号牌颜色代码（{YELLOW}黄，{YELLOW_GREEN}黄绿）",
        f"plate colour ({YELLOW} yellow, {YELLOW_GREEN} yellow-green)",
    ),
    plate_colour,
    kind="whole",
    is_asked=lambda answers: answers["vehicle.plate"] is not None,
)
KIND = Question(
    "vehicle.kind", Text("车辆类别（muck_truck 渣土车，mixer 搅拌车）", "class (muck_truck, mixer)"), kind
)
SERIAL = Question("unit.serial", Text("设备序列号", "serial number on the unit"), short)
INSTALLER = Question("installer.id", Text("安装人员编号", "installer's id"), short)
ORGANISATION = Question("installer.organisation", Text("安装单位", "installer's organisation"), short)
KEY = Question(
    "installer.key",
    Text("安装人员密钥文件（留空则生成演示密钥）", "installer's key file (empty: a demo key is made)"),
    key_file,
    kind="path",
    default="",
)
OFFICE = Question("record.office", Text("登记机构代码", "code of the registry office"), short)
PURPOSE = Question(
    "record.purpose",
    Text("用途（new新装，repair维修，move移装，re-inspect复检）", "purpose (new, repair, move, re-inspect)"),
    purpose,
    default="new",
)
VALID_DAYS = Question(
    "record.valid_days", Text("有效天数", "days it counts"), valid_days, kind="whole", default="365"
)
HOST_NAME = Question(
    "record.host",
    Text("登记机构网站主机名", "host name of the office's pages"),
    host,
    default="office.example",
)
