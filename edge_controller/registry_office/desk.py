"""The office as pages and API share it: what it keeps, what it trusts, its clock; and taking documents in."""

from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from edge_controller.errors import InputError
from edge_controller.registration import health, record
from edge_controller.registration.cose import TAG_SIGN1
from edge_controller.registration.problem import Problem
from edge_controller.registration.record import InstallationRecord, read_installation
from edge_controller.registration.trust import Trust
from edge_controller.registry_office.hooks import Senders
from edge_controller.registry_office.judgement import Terms
from edge_controller.registry_office.reread import Reread
from edge_controller.registry_office.store import Receipt, Store

BAD, FORBIDDEN, TOO_LARGE, WRONG_KIND, UNUSABLE = 400, 403, 413, 415, 422


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything a request may need. `now` is the office's own clock (UTC, s): the only one that judges."""

    store: Store
    trust: Reread[Trust]
    senders: Reread[Senders]
    now: Callable[[], int]
    alive_days: int
    zone: ZoneInfo
    demo: bool = False

    def terms(self) -> Terms:
        """By what a question asked now is answered; InputError where the trust folder is unusable."""
        return Terms(self.trust.now(), self.now(), self.alive_days, self.zone)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a document was not kept."""

    status: int  # of HTTP
    problem: Problem


@dataclass(frozen=True, slots=True)
class Taken:
    """A document that is on the disk now, or was before."""

    receipt: Receipt
    record: InstallationRecord | None = None


def take_record(desk: Desk, content: bytes, sender: str | None) -> Taken | Refusal:
    """Keep an installation record, whatever the verdict on it; `sender` None is the counter."""
    try:
        found = read_installation(content, "the file").record
    except InputError as error:
        return _no_record(content, str(error))
    return Taken(desk.store.add_record(content, found, desk.now(), sender), found)


def take_report(desk: Desk, content: bytes, sender: str | None) -> Taken | Refusal:
    """Keep a health report that a unit on the maker's list signed."""
    try:
        serial = health.claimed_serial(content, "the report")
    except InputError as error:
        text = str(error)
        return Refusal(UNUSABLE, Problem("no_report", f"{_begun(text)}.", f"不是有效的健康报告（{text}）。"))
    unit = desk.trust.now().units.get(serial)
    if unit is None:
        return Refusal(
            FORBIDDEN,
            Problem(
                "unit_unknown",
                f"The maker's list at this office has no unit {serial}.",
                f"本机构的厂家清单中没有设备{serial}。",
            ),
        )
    try:
        found = health.read_health(content, unit.public_key, "the report")
    except InputError:
        return Refusal(
            UNUSABLE,
            Problem(
                "report_signature",
                f"The report is not signed with the key the maker lists for unit {serial}.",
                f"报告的签名与厂家清单中设备{serial}的密钥不符。",
            ),
        )
    return Taken(desk.store.add_report(content, found, desk.now(), sender))


def _no_record(content: bytes, cause: str) -> Refusal:
    if not content:
        return Refusal(BAD, Problem("empty", "The file is empty.", "文件是空的。"))
    if len(content) > record.MAX_BYTES:
        return too_large(content)
    if content.startswith(TAG_SIGN1):
        return _spoilt(content, cause)
    return _no_record_but(*(_marked_kind(content) or _unmarked_kind(content)))


def _no_record_but(name: str, name_zh: str) -> Refusal:
    return Refusal(
        WRONG_KIND,
        Problem(
            "no_record",
            f"This is {name}, not an installation record: hand in the .cose file the installer left.",
            f"这是{name_zh}，不是安装记录：请提交安装人员生成的.cose文件。",
        ),
    )


def _spoilt(content: bytes, cause: str) -> Refusal:
    if health.TYP.encode() in content[:130]:
        return Refusal(
            WRONG_KIND,
            Problem(
                "no_record",
                "This is a health report of a unit, not an installation record.",
                "这是设备的健康报告，不是安装记录。",
            ),
        )
    return Refusal(
        UNUSABLE,
        Problem(
            "spoilt",
            f"The record is cut short or damaged: copy the file again ({cause}).",
            f"记录文件不完整或已损坏：请重新复制该文件（{cause}）。",
        ),
    )


def too_large(begun: bytes = b"") -> Refusal:
    """More bytes than any record has; a file whose kind its first bytes tell is named as that."""
    kind = _marked_kind(begun)
    if kind:
        return _no_record_but(*kind)
    limit_kib = record.MAX_BYTES // 1024
    return Refusal(
        TOO_LARGE,
        Problem(
            "too_large",
            f"The file is larger than {limit_kib} KiB: no installation record is.",
            f"文件超过{limit_kib} KiB，不是安装记录。",
        ),
    )


# fmt: off
KINDS = (
    (b"%PDF", "a PDF", "PDF文件"),
    (b"\x89PNG", "a picture (PNG)", "图片（PNG）"),
    (b"\xff\xd8\xff", "a picture (JPEG)", "图片（JPEG）"),
    (b"GIF8", "a picture (GIF)", "图片（GIF）"),
    (b"BM", "a picture (BMP)", "图片（BMP）"),
    (b"RIFF", "a picture or a recording", "图片或音视频文件"),
    (b"PK\x03\x04", "a ZIP archive or an office document", "ZIP压缩包或办公文档"),
    (b"\xd0\xcf\x11\xe0", "an office document", "办公文档"),
    (b"Rar!", "a RAR archive", "RAR压缩包"),
    (b"7z\xbc\xaf", "a 7z archive", "7z压缩包"),
    (b"<", "a web page or XML", "网页或XML文件"),
)
# fmt: on


def _marked_kind(content: bytes) -> tuple[str, str] | None:
    if content[4:8] == b"ftyp":  # HEIC of a phone, MP4
        return "a picture or a film of a phone", "手机照片或视频"
    return next(((name, name_zh) for head, name, name_zh in KINDS if content.startswith(head)), None)


def _unmarked_kind(content: bytes) -> tuple[str, str]:
    try:
        content.decode()
    except UnicodeDecodeError:
        return "a file of an unknown kind", "未知类型的文件"
    return "a text file", "文本文件"


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]
