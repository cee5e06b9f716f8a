"""The pages as an officer meets them: without script, Chinese first, one clear sentence for what is wrong."""

import re
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest

from edge_controller.registration.health import sign_health
from edge_controller.registration.qr_text import qr_text
from edge_controller.registration.vin import with_check_digit
from edge_controller.registry_office.alive import PageWord
from edge_controller.registry_office.pages import style_sheet
from edge_controller.registry_office.pages.words import WORDS
from tests.edge_controller.registration.samples import NOW_S, UNIT, VIN, changed, good_trust, signed
from tests.edge_controller.registry_office.office import (
    HEALTH,
    OTHER_UNIT,
    OTHER_VIN,
    Office,
    signed_by,
    text_of,
)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


@pytest.fixture
def filled(office: Office) -> Office:
    office.record(signed())
    office.report()
    return office


def says(answer: httpx.Response, status: int, *parts: str) -> str:
    assert answer.status_code == status
    text = text_of(answer)
    for part in parts:
        assert part in text, f"{part!r} not in {text!r}"
    return text


def test_the_start_page_is_chinese_and_english_on_the_same_address(office: Office) -> None:
    says(office.get("/"), 200, "查询", "提交安装记录", "南京车管所", "English")
    english = office.get("/", lang="en")
    says(english, 200, "Look up", "Hand in an installation record", "中文")
    assert '<html lang="en"' in english.text
    assert '<html lang="zh-CN"' in office.get("/").text
    assert 'class="large"' in office.get("/", size="large").text


@pytest.mark.parametrize(
    "typed",
    [
        VIN,
        VIN.lower(),
        f" {VIN}\r\n",
        "ＬＮＳ８Ｘ４ＴＰ０Ｔ１０００００１",
        "000001",
        "1000001",
        "T1000001",
        "苏A12345",
        "苏Ａ·１２３４５",
        "苏a 12345",
    ],
)
def test_a_truck_is_found_however_it_is_typed(filled: Office, typed: str) -> None:
    says(filled.get("/", q=typed), 200, "已装且在线", VIN, "苏A12345", UNIT.serial)


def test_a_scanned_code_finds_the_record(filled: Office) -> None:
    [kept] = filled.store.records_by_id(bytes(16))
    text = qr_text("office.example", bytes(16), bytes.fromhex(kept.sha256))
    says(filled.get("/", q=text + "\r\n"), 200, "已装且在线")
    says(filled.get("/", q=text.lower()), 200, "已装且在线")
    says(filled.get(text.removeprefix("HTTPS://OFFICE.EXAMPLE")), 200, "已装且在线")
    says(filled.get("/", q=text[:-5]), 400, "二维码内容不完整", "重新扫描")
    unknown = qr_text("office.example", b"9" * 16, bytes(32))
    says(filled.get("/", q=unknown, lang="en"), 404, "does not hold the record the QR code names")
    forged = qr_text("office.example", bytes(16), bytes(32))
    says(filled.get("/", q=forged), 404, "两者之一不可信")


@pytest.mark.parametrize(
    ("typed", "status", "zh", "en"),
    [
        (VIN[:8] + "O" + VIN[9:], 400, "第9位“O”不是VIN允许的字符", "position 9 is 'O'"),
        ("LNI8X4TP0T1000001", 400, "第3位“I”不是VIN允许的字符", "position 3 is 'I'"),
        (VIN + "1", 400, "有18位，应为17位", "has 18 characters, not 17"),
        ("10O0001", 400, "VIN不使用字母I、O、Q", "I, O and Q do not occur"),
        (VIN[:8] + "1" + VIN[9:], 404, "第9位校验码为“1”，应为“0”", "it must be '0' (check digit)"),
        (OTHER_VIN, 404, f"本机构没有VIN {OTHER_VIN}", f"no record for VIN {OTHER_VIN}"),
        ("9999999", 404, "没有VIN以9999999结尾", "ends in 9999999"),
        ("苏B99999", 404, "没有号牌苏B99999", "no record for plate 苏B99999"),
        ("南京", 400, "请输入VIN（17位）", "Type a VIN (17 characters)"),
        ("12345", 400, "请输入VIN（17位）", "Type a VIN (17 characters)"),
        ("A" * 5_000, 400, "请输入VIN（17位）", "Type a VIN (17 characters)"),
    ],
)
def test_what_finds_nothing_is_told_in_one_sentence(
    filled: Office, typed: str, status: int, zh: str, en: str
) -> None:
    says(filled.get("/", q=typed), status, zh)
    says(filled.get("/", q=typed, lang="en"), status, en)


def test_several_trucks_are_offered(filled: Office) -> None:
    vin = with_check_digit("LNS8X4TPT2000001")
    other = changed("vehicle", vin=vin, vin_on_can=vin, plate="苏B00001")
    filled.record(signed_by(replace(other, record_id=b"2" * 16), OTHER_UNIT))
    says(filled.get("/", q="000001"), 200, "找到2辆车", VIN, "已装且在线", vin, "已签发，未核到在线")


def test_a_plate_that_passed_to_another_truck_finds_that_one(filled: Office) -> None:
    replated = changed("vehicle", plate="苏C11111")
    filled.record(signed(replace(replated, record_id=b"2" * 16, installed_at_s=NOW_S)))
    says(filled.get("/", q="苏A12345"), 200, "苏C11111")
    second = changed("vehicle", vin=OTHER_VIN, vin_on_can=OTHER_VIN)
    filled.record(signed_by(replace(second, record_id=b"3" * 16), OTHER_UNIT))
    says(filled.get("/", q="苏A12345"), 200, OTHER_VIN)


def test_every_verdict_has_word_icon_and_colour(office: Office) -> None:
    office.record(signed())
    seen: dict[PageWord, httpx.Response] = {"issued, not seen alive": office.get("/", q=VIN)}
    office.report()
    seen["fitted and alive"] = office.get("/", q=VIN)
    office.report(replace(HEALTH, seq=1, healthy=0))
    seen["review"] = office.get("/", q=VIN)
    office.record(
        signed(replace(changed("run", contact_with=True), record_id=b"1" * 16, installed_at_s=NOW_S))
    )
    seen["rejected"] = office.get("/", q=VIN)
    vin = changed("vehicle", vin=OTHER_VIN, vin_on_can=OTHER_VIN, plate="苏B00002")
    office.record(signed_by(replace(vin, record_id=b"2" * 16), replace(OTHER_UNIT, serial="NS-0500")))
    seen["unverifiable"] = office.get("/", q=OTHER_VIN)
    banners = [
        re.search(r'(?s)<div class="banner (w-[a-z-]+)">\s*(<svg.*?</svg>)', one.text)
        for one in seen.values()
    ]
    assert len({one[1] for one in banners if one}) == len({one[2] for one in banners if one}) == 5
    zh = ("已签发，未核到在线", "已装且在线", "需复核", "不合格", "无法核验")
    for (word, answer), expected in zip(seen.items(), zh, strict=True):
        says(answer, 200, expected, word)


def test_reasons_come_in_words_with_their_code_worst_first(filled: Office) -> None:
    filled.report(replace(HEALTH, serial=OTHER_UNIT.serial), OTHER_UNIT)
    text = says(filled.get("/", q=VIN), 200, "other_unit_reports", OTHER_UNIT.serial, "设备可能已被调换")
    assert text.index("other_unit_reports") < text.index("whole")
    says(filled.get("/", q=VIN, lang="en"), 200, "but the record names unit NS-0001: the unit was swapped")


def test_what_to_compare_and_when_the_unit_was_last_heard(filled: Office) -> None:
    says(
        filled.get("/", q=VIN),
        200,
        VIN,
        "苏A12345",
        "黄色",
        UNIT.serial,
        UNIT.public_key.hex()[:16],
        "0.1.0",
        "2027-09-19 16:00:00 UTC+08:00",  # valid until
        "2026-11-23 16:00:00 UTC+08:00",  # last report; NOW_S is 08:00 UTC
        "渣土车",
    )


def test_the_signed_record_can_be_fetched_as_it_came(filled: Office) -> None:
    page = filled.get("/", q=VIN).text
    link = re.search(r'href="(/records/[0-9a-f]{64}/document)"', page)
    assert link
    answer = filled.get(link[1])
    assert answer.content == signed()
    assert answer.headers["content-type"] == "application/vnd.nearside.installation+cose"
    assert "attachment" in answer.headers["content-disposition"]


def test_history_shows_the_older_record_and_says_that_it_is_superseded(filled: Office) -> None:
    [old] = filled.store.records_by_id(bytes(16))
    filled.record(signed(changed("", record_id=b"2" * 16, purpose="re-inspect", installed_at_s=NOW_S)))
    page = filled.get("/", q=VIN)
    says(page, 200, "已装且在线", "复检", "新装", "现行")
    assert f"/records/{old.sha256}" in page.text
    says(filled.get(f"/records/{old.sha256}"), 200, "需复核", "superseded", "以新记录为准")


def test_a_record_with_a_bad_bit_does_not_keep_the_good_one_out(office: Office) -> None:
    bad = signed()[:-1] + bytes([signed()[-1] ^ 1])
    says(office.get(office.hand_in(bad).headers["location"]), 200, "不合格", "installer_signature")
    says(office.get(office.hand_in(signed()).headers["location"]), 200, "已签发，未核到在线")
    says(office.get("/", q=VIN), 200, "已签发，未核到在线")
    for content, word in ((signed(), "已签发，未核到在线"), (bad, "不合格")):
        says(office.get("/", q=qr_text("office.example", bytes(16), sha256(content).digest())), 200, word)


def test_handing_in_leads_to_the_verdict(office: Office) -> None:
    answer = office.hand_in(signed(), lang="en")
    assert answer.status_code == 303
    page = office.get(answer.headers["location"])
    says(page, 200, "Issued, not seen alive", "The record was received and is kept.")
    again = office.hand_in(signed())
    says(office.get(again.headers["location"]), 200, "此前已收到，未重复计入")
    assert office.store.counts() == (1, 0)


def test_a_record_handed_in_for_the_truck_here_is_compared(office: Office) -> None:
    answer = office.hand_in(signed(), vin=f"{VIN.lower()} ")
    says(office.get(answer.headers["location"]), 200, "现场车辆", "已签发，未核到在线")


def test_a_vin_with_a_wrong_check_digit_may_be_the_trucks_own(office: Office) -> None:
    """Some imports have one; the record's own rule says so."""
    vin = VIN[:8] + "1" + VIN[9:]
    answer = office.hand_in(signed(changed("vehicle", vin=vin, vin_on_can=vin)), vin=vin)
    says(office.get(answer.headers["location"]), 200, "需复核", "vin_check_digit", "现场车辆")


def test_a_record_for_another_truck_is_kept_and_said(office: Office) -> None:
    says(
        office.hand_in(signed(), vin=OTHER_VIN),
        409,
        f"这份记录属于VIN {VIN}的车，不是{OTHER_VIN}",
        "不合格",
        "vin_seen_differs",
        "≠ 不一致",
    )
    says(office.hand_in(signed(), vin=OTHER_VIN, lang="en"), 409, f"VIN {VIN}, not {OTHER_VIN}", "Rejected")
    assert office.store.counts() == (1, 0)
    says(office.get("/", q=VIN), 200, "已签发，未核到在线")


def test_a_mistyped_vin_beside_a_good_record_loses_nothing(office: Office) -> None:
    answer = office.hand_in(signed(), vin=VIN[:8] + "O" + VIN[9:])
    says(answer, 422, "记录已收到并保存", "第9位“O”", "查看这份记录")
    assert office.store.counts() == (1, 0)


@pytest.mark.parametrize(
    ("content", "status", "zh", "en"),
    [
        (b"%PDF-1.7 ...", 415, "这是PDF文件，不是安装记录", "This is a PDF, not an installation record"),
        (b"\x89PNG\r\n\x1a\n" + bytes(99), 415, "图片（PNG）", "a picture (PNG)"),
        (b"\xff\xd8\xff\xe0" + bytes(99), 415, "图片（JPEG）", "a picture (JPEG)"),
        (bytes(4) + b"ftypheic", 415, "手机照片或视频", "a picture or a film of a phone"),
        (b"PK\x03\x04" + bytes(99), 415, "ZIP压缩包或办公文档", "a ZIP archive"),
        ("车辆清单".encode(), 415, "文本文件", "a text file"),
        (b"\x00\x01\x80\xff", 415, "未知类型的文件", "a file of an unknown kind"),
        (b"", 400, "文件是空的", "The file is empty"),
        (signed()[:-1], 422, "不完整或已损坏", "cut short or damaged"),
        (signed()[:40], 422, "不完整或已损坏", "cut short or damaged"),
        (sign_health(HEALTH, UNIT), 415, "这是设备的健康报告", "a health report of a unit"),
        (bytes(70_000), 413, "超过64 KiB", "larger than 64 KiB"),
        (bytes(3_000_000), 413, "超过64 KiB", "larger than 64 KiB"),
        (b"\xff\xd8\xff\xe1" + bytes(3_000_000), 415, "图片（JPEG）", "a picture (JPEG)"),
        (b"%PDF-1.7\n" + bytes(66_000), 415, "PDF文件", "a PDF"),
    ],
)
def test_another_file_is_named(office: Office, content: bytes, status: int, zh: str, en: str) -> None:
    says(office.hand_in(content), status, zh, "提交安装记录")
    says(office.hand_in(content, lang="en"), status, en)
    assert office.store.counts() == (0, 0)


def test_a_form_without_a_file_or_no_form_at_all(office: Office) -> None:
    says(office.ask("POST", "/records", data={"vin": VIN}), 400, "没有选择文件")
    says(
        office.ask(
            "POST",
            "/records",
            content=b"nonsense",
            headers={"content-type": "multipart/form-data; boundary=x"},
        ),
        400,
        "无法办理",
    )
    says(office.ask("POST", "/records", content=b"nonsense"), 400, "没有选择文件")


def test_a_form_of_another_site_is_refused(office: Office) -> None:
    says(office.hand_in(signed(), origin="http://evil.example"), 403, "请求来自其他网站")
    says(office.hand_in(signed(), origin="http://[::1"), 403, "请求来自其他网站")
    assert office.hand_in(signed(), origin="http://office.example").status_code == 303


def test_pages_that_are_not_there(office: Office) -> None:
    says(office.get("/nothing"), 404, "没有这个页面")
    says(office.get("/records/0000", lang="en"), 404, "There is no such page")
    says(office.get("/records/0000/document"), 404, "没有这个页面")
    says(office.get("/records"), 405, "不支持这种操作")


def test_a_trust_folder_in_disorder_gives_no_verdict(filled: Office) -> None:
    (filled.folder / "trust" / "revoked.toml").unlink()
    says(filled.get("/", q=VIN), 503, "信任文件目前无法使用", "revoked.toml")
    says(filled.get("/"), 200, "登记机构")
    assert filled.hand_in(signed()).status_code == 303


ATTACK = '"><script>alert(1)</script>'


def test_nothing_typed_or_signed_becomes_markup(tmp_path: Path) -> None:
    trust = good_trust()
    office = Office(tmp_path, replace(trust, office=replace(trust.office, name=ATTACK)))
    spoilt = changed("vehicle", plate=ATTACK, kind=ATTACK, vin_on_can=ATTACK)
    spoilt = replace(spoilt, purpose="new", software=replace(spoilt.software, firmware_version=ATTACK))
    office.record(signed(spoilt))
    office.report(replace(HEALTH, vin_on_can=ATTACK))
    pages = [office.get("/", q=VIN), office.get("/", q=ATTACK), office.get("/", q=f"http://x/V/{ATTACK}")]
    pages += [
        office.get("/", q=VIN, extra=ATTACK),
        office.get(f"/nothing/{ATTACK}"),
        office.get("/", lang=ATTACK),
    ]
    pages.append(office.hand_in(signed(), vin=ATTACK))
    assert "&lt;script&gt;" in pages[0].text
    for page in pages:
        assert "<script" not in page.text


def test_security_headers_on_every_answer(filled: Office) -> None:
    answers = [
        filled.get("/"),
        filled.get("/", q=VIN),
        filled.get("/nothing"),
        filled.get("/v1/verdict", vin=VIN),
        filled.get("/office.css"),
        filled.hand_in(b""),
    ]
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in policy
    assert filled.get("/", q=VIN).headers["cache-control"] == "no-store"


class Elements(HTMLParser):
    """Every element and what it asks for."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_pages_need_no_script_and_nothing_from_elsewhere(filled: Office) -> None:
    for page in (filled.get("/"), filled.get("/", q=VIN), filled.get("/", q="苏B99999")):
        elements = Elements(page.text).found
        assert not {"script", "iframe", "img", "object"} & {tag for tag, _ in elements}
        for _, attributes in elements:
            assert not [name for name in attributes if name.startswith("on") or name == "style"]
            for name in ("href", "src", "action"):
                assert (attributes.get(name) or "/").startswith("/")
        labels = {attributes.get("for") for tag, attributes in elements if tag == "label"}
        inputs = [attributes for tag, attributes in elements if tag == "input"]
        visible = {one["id"] for one in inputs if one["type"] in ("text", "file")}
        assert visible <= labels
    assert "url(" not in style_sheet()
    assert "@import" not in style_sheet()


def luminance(colour: str) -> float:
    """Relative luminance by WCAG 2.2."""
    digits = colour if len(colour) == 6 else "".join(2 * one for one in colour)
    parts = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_text_stands_out_from_its_ground() -> None:
    """WCAG 2.2 AA, 1.4.3: 4.5 to 1, on the ground a rule names, else on white or the header's blue."""
    on_screen = style_sheet().partition("@media print")[0]
    rules = re.findall(r"([^{}]+)\{([^{}]*)\}", on_screen)
    pairs = []
    for selector, body in rules:
        colour = re.search(r"(?:^|[;\s])color:\s*#([0-9a-f]{3,6})", body)
        ground = re.search(r"background:\s*#([0-9a-f]{3,6})", body)
        if colour:
            white = ".top" in selector
            pairs.append((selector.strip(), colour[1], ground[1] if ground else "0b3a6f" if white else "fff"))
    pairs.append(("foot", "4a5560", "f3f5f8"))
    assert len(pairs) > 12
    for selector, colour, ground in pairs:
        high, low = sorted((luminance(colour), luminance(ground)), reverse=True)
        assert (high + 0.05) / (low + 0.05) >= 4.5, selector


def test_words_are_there_in_both_languages() -> None:
    for key, (zh, en) in WORDS.items():
        assert zh, key
        assert en, key
        assert set(re.findall(r"\{(\w+)\}", zh)) == set(re.findall(r"\{(\w+)\}", en)), key
