"""The page to print: what a registry officer compares with the truck. A4, Chinese first, English beneath."""

import hashlib
import io
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from typing import NamedTuple

from reportlab.lib.colors import Color, HexColor, black, white
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from edge_controller.install.fonts import BOLD, REGULAR, font_subsets, without_missing
from edge_controller.install.qr_picture import qr_rows
from edge_controller.install.questions import KINDS
from edge_controller.install.text import Text
from edge_controller.registration.checks import (
    MAX_REACHED_PERCENT,
    MAX_RESIDUAL_MDEG,
    MAX_RESPONSE_MS,
    MAX_YAW_ERROR_MDEG,
    MIN_REACHED_PERCENT,
    Commissioning,
    is_aligned,
    is_as_asked,
    is_quick,
)
from edge_controller.registration.plate import YELLOW, YELLOW_GREEN
from edge_controller.registration.record import InstallationRecord
from edge_controller.registration.times import utc_text

WIDTH, HEIGHT = A4
LEFT, RIGHT, TOP = 18 * mm, WIDTH - 18 * mm, HEIGHT - 16 * mm
VALUE_X = LEFT + 48 * mm
QR_SIDE = 42 * mm  # without its quiet zone; 37 modules of 1.1 mm
BEIJING = timezone(timedelta(hours=8))
GREY, LINE, RED, GREEN = HexColor("#5b6670"), HexColor("#c9d0d6"), HexColor("#b3261e"), HexColor("#1b6e3c")
COLOURS = {YELLOW: Text("黄色", "yellow"), YELLOW_GREEN: Text("黄绿色", "yellow-green")}
PURPOSES = {
    "new": Text("新装", "new"),
    "repair": Text("维修", "repair"),
    "move": Text("移装", "move"),
    "re-inspect": Text("复检", "re-inspection"),
}
TITLE = Text("安装记录", "Installation record")
NO_CERTIFICATE = Text("本页为安装记录，不是合格证明", "installation record, not a certificate of conformity")
SIMULATED = Text("仿真 — 没有真实车辆", "SIMULATED — no real truck")
COMPARE = Text(
    "请与车辆核对车架号、号牌和设备序列号；扫描二维码查询当前状态。",
    "Compare VIN, plate and serial with the truck; scan the code for its state today.",
)
SIGN_HERE = (Text("安装人员签字", "installer"), Text("登记人员核对", "registry officer"))


class Field(NamedTuple):
    """One line of the page."""

    name: Text
    value: str
    is_large: bool = False


class Check(NamedTuple):
    """One line of the table of checks."""

    name: Text
    value: str
    limit: str
    is_good: bool


class Page(NamedTuple):
    """All that is on it, before it is drawn."""

    truck: tuple[Field, ...]
    unit: tuple[Field, ...]
    checks: tuple[Check, ...]
    fitting: tuple[Field, ...]
    record: tuple[Field, ...]


def pdf(record: InstallationRecord, document: bytes, code: str) -> bytes:
    """The page of a signed record, fonts embedded."""
    page = page_of(record, document, code)
    content = io.BytesIO()
    fonts = _registered(_characters(page))
    canvas = Canvas(content, pagesize=A4, pageCompression=1, initialFontName=fonts[0])
    canvas.setTitle(f"{TITLE.zh} {TITLE.en} {record.vehicle.vin}")
    canvas.setAuthor("Nearside")
    _Drawing(canvas, page, fonts, record.simulated, code).draw()
    canvas.showPage()
    canvas.save()
    return content.getvalue()


def page_of(record: InstallationRecord, document: bytes, code: str) -> Page:
    """What the page says."""
    truck, unit, software = record.vehicle, record.unit, record.software
    colour = COLOURS.get(truck.plate_colour or 0)
    plate = (
        "暂无 none yet" if truck.plate is None else f"{truck.plate}  {colour or ''} ({truck.plate_colour})"
    )
    told = truck.vin_on_can or "未上报 not told"
    same = "  ✓" if truck.vin_on_can == truck.vin else ""
    kind = KINDS.get(truck.kind, Text(truck.kind, truck.kind))
    firmware = software.firmware_sha256.hex()
    return Page(
        truck=(
            Field(Text("车架号", "VIN"), truck.vin, True),
            Field(Text("号牌", "plate"), plate, True),
            Field(Text("总线上的车架号", "VIN on the bus"), told + same),
            Field(Text("车辆类别", "class"), str(kind)),
        ),
        unit=(
            Field(Text("设备序列号", "serial"), unit.serial, True),
            Field(Text("设备公钥开头", "key begins with"), _grouped(unit.public_key.hex()[:16])),
            Field(Text("固件版本", "firmware"), f"{software.firmware_version}  ({software.interpreter})"),
            Field(Text("固件哈希", "SHA-256"), f"{firmware[:32]}\n{firmware[32:]}"),
            Field(Text("安装方案", "fit"), f"{record.fit.name}  ({_grouped(record.fit.sha256.hex()[:16])}…)"),
        ),
        checks=() if record.commissioning is None else checks_of(record.commissioning),
        fitting=(
            Field(Text("安装人员", "installer"), f"{record.installer.id}  {record.installer.organisation}"),
            Field(Text("用途", "purpose"), str(PURPOSES[record.purpose])),
            Field(Text("安装时间", "fitted"), _time(record.installed_at_s)),
            Field(Text("有效期至", "valid until"), _time(record.expires_at_s)),
            Field(Text("登记机构", "office"), record.office),
        ),
        record=(
            Field(Text("记录编号", "record id"), _grouped(record.record_id.hex())),
            Field(Text("记录哈希", "SHA-256"), _halves(hashlib.sha256(document).hexdigest())),
            Field(Text("二维码内容", "QR code says"), _cut(code)),
        ),
    )


def checks_of(checks: Commissioning) -> tuple[Check, ...]:
    """Results beside their limits."""
    wiring, alignment, pulse = checks.wiring, checks.alignment, checks.pulse
    count = len(wiring.__slots__)
    asked = pulse.asked_mmps2 / 1000
    low, high = (asked * percent / 100 for percent in (MIN_REACHED_PERCENT, MAX_REACHED_PERCENT))
    return (
        Check(Text("接线：车辆信号", "wiring: signals of the truck"), f"{count - len(wiring.bad)} / {count}",
              f"{count} / {count}", not wiring.bad),
        Check(Text("雷达安装角偏差（最大）", "radar yaw error (worst)"),
              f"{alignment.yaw_error_mdeg / 1000:.2f}°", f"≤ {MAX_YAW_ERROR_MDEG / 1000:.1f}°",
              is_aligned(alignment)),
        Check(Text("标定残差（最大）", "residual (worst)"), f"{alignment.residual_mdeg / 1000:.2f}°",
              f"≤ {MAX_RESIDUAL_MDEG / 1000:.1f}°", is_aligned(alignment)),
        Check(Text("制动脉冲：响应时间", "brake pulse: response"), f"{pulse.response_ms} ms",
              f"≤ {MAX_RESPONSE_MS} ms", is_quick(pulse)),
        Check(Text(f"制动脉冲：减速度（请求{asked:.1f}）", f"deceleration ({asked:.1f} asked)"),
              f"{pulse.reached_mmps2 / 1000:.2f} m/s²", f"{low:.2f} – {high:.2f} m/s²", is_as_asked(pulse)),
    )  # fmt: skip


def _time(seconds: int) -> str:
    local = datetime.fromtimestamp(seconds, UTC).astimezone(BEIJING)
    return f"{local:%Y-%m-%d %H:%M} UTC+08:00  ({utc_text(seconds)})"


def _grouped(text: str) -> str:
    return " ".join(text[n : n + 4] for n in range(0, len(text), 4))


def _halves(text: str) -> str:
    return f"{text[:32]}\n{text[32:]}"


def _cut(code: str) -> str:
    at = code.rindex("/") + 1
    return f"{code[:at]}\n{code[at:]}"


class _Drawing:
    """From the top of the page downwards."""

    def __init__(
        self, canvas: Canvas, page: Page, fonts: tuple[str, str], is_simulated: bool, code: str
    ) -> None:
        self._canvas = canvas
        self._page = page
        self._is_simulated = is_simulated
        self._code = code
        self._y = TOP
        self._regular, self._bold = fonts

    def draw(self) -> None:
        self._qr()
        self._head()
        page = self._page
        self._section(Text("车辆", "Truck"), page.truck)
        self._section(Text("设备", "Unit"), page.unit)
        self._checks(page.checks)
        self._section(Text("安装", "Fitting"), page.fitting)
        self._section(Text("记录", "Record"), page.record)
        self._foot()

    def _text(self, x: float, text: str, size: float, *, bold: bool = False, colour: Color = black) -> float:
        """Where the text ends."""
        font = self._bold if bold else self._regular
        shown = without_missing(text)
        self._canvas.setFillColor(colour)
        self._canvas.setFont(font, size)
        self._canvas.drawString(x, self._y, shown)
        return x + float(pdfmetrics.stringWidth(shown, font, size))

    def _head(self) -> None:
        self._y -= 9 * mm
        self._text(LEFT, TITLE.zh, 26, bold=True)
        self._y -= 7.5 * mm
        self._text(LEFT, TITLE.en, 14, colour=GREY)
        self._y -= 8 * mm
        self._text(LEFT, NO_CERTIFICATE.zh, 10.5, bold=True)
        self._y -= 5 * mm
        self._text(LEFT, NO_CERTIFICATE.en, 9.5, colour=GREY)
        if self._is_simulated:
            self._simulated_mark()
        self._y = min(self._y, TOP - QR_SIDE - 5 * mm)

    def _simulated_mark(self) -> None:
        self._y -= 13 * mm
        self._canvas.setFillColor(RED)
        self._canvas.rect(LEFT, self._y - 2.5 * mm, 112 * mm, 9 * mm, stroke=0, fill=1)
        end = self._text(LEFT + 3 * mm, SIMULATED.zh, 13, bold=True, colour=white)
        self._text(end + 4 * mm, SIMULATED.en, 10, bold=True, colour=white)

    def _qr(self) -> None:
        rows = qr_rows(self._code)
        module = QR_SIDE / len(rows)
        left = RIGHT - QR_SIDE - 2 * mm
        self._canvas.setFillColor(black)
        for down, row in enumerate(rows):
            for across, is_dark in enumerate(row):
                if is_dark:  # a hair wider than a module, or hairlines show between two
                    x, y = left + across * module, TOP - (down + 1) * module
                    self._canvas.rect(x, y, module * 1.01, module * 1.01, stroke=0, fill=1)

    def _section(self, title: Text, fields: tuple[Field, ...]) -> None:
        self._title(title)
        for field in fields:
            self._y -= (6.6 if field.is_large else 5.2) * mm
            end = self._text(LEFT, field.name.zh, 9.5)
            self._text(end + 1.5 * mm, field.name.en, 7.5, colour=GREY)
            if field.is_large:
                self._text(VALUE_X, field.value, self._shrunk(field.value, 13), bold=True)
                continue
            lines = [part for line in field.value.split("\n") for part in self._wrapped(line, 9.5)]
            for number, line in enumerate(lines):
                self._y -= 4.2 * mm if number else 0
                self._text(VALUE_X, line, 9.5)

    def _shrunk(self, text: str, size: float) -> float:
        """A size at which it fits on one line."""
        width = float(pdfmetrics.stringWidth(without_missing(text), self._bold, size))
        return size * min(1.0, float(RIGHT - VALUE_X) / max(width, 1.0))

    def _wrapped(self, text: str, size: float) -> list[str]:
        """Cut where the line is full: names in Chinese have no spaces to cut at."""
        lines = [""]
        for one in without_missing(text):
            if pdfmetrics.stringWidth(lines[-1] + one, self._regular, size) > RIGHT - VALUE_X:
                lines.append("")
            lines[-1] += one
        return lines

    def _title(self, title: Text) -> None:
        self._y -= 8 * mm
        end = self._text(LEFT, title.zh, 11.5, bold=True)
        self._text(end + 2 * mm, title.en, 9.5, bold=True, colour=GREY)
        self._canvas.setStrokeColor(LINE)
        self._canvas.line(LEFT, self._y - 1.6 * mm, RIGHT, self._y - 1.6 * mm)
        self._y -= 0.8 * mm

    def _checks(self, checks: tuple[Check, ...]) -> None:
        self._title(Text("检查结果", "Checks at the truck"))
        value_x, limit_x, mark_x = LEFT + 88 * mm, LEFT + 118 * mm, RIGHT - 5 * mm
        self._y -= 5 * mm
        for x, name in ((value_x, "结果 result"), (limit_x, "限值 limit")):
            self._text(x, name, 7.5, colour=GREY)
        for check in checks:
            self._y -= 5.2 * mm
            end = self._text(LEFT, check.name.zh, 9.5)
            self._text(end + 1.5 * mm, check.name.en, 7.5, colour=GREY)
            self._text(value_x, check.value, 9.5, bold=True)
            self._text(limit_x, check.limit, 9.5)
            mark, colour = ("✓", GREEN) if check.is_good else ("×", RED)
            self._text(mark_x, mark, 11, bold=True, colour=colour)

    def _foot(self) -> None:
        self._y -= 8 * mm
        self._text(LEFT, COMPARE.zh, 9, bold=True)
        self._y -= 4.5 * mm
        self._text(LEFT, COMPARE.en, 8, colour=GREY)
        self._y = 11 * mm
        for x, name in zip((LEFT, LEFT + 92 * mm), SIGN_HERE, strict=True):
            end = self._text(x, name.zh, 9)
            end = self._text(end + 1.5 * mm, name.en, 7.5, colour=GREY)
            self._canvas.setStrokeColor(GREY)
            self._canvas.line(end + 2 * mm, self._y - 1 * mm, x + 80 * mm, self._y - 1 * mm)


ASCII = "".join(map(chr, range(0x20, 0x7F)))  # always all of it: most papers then share their fonts
FIXED = "结果限值 resultlimit✓×车辆设备检查安装记录TruckUnitChecks at the truckFittingRecord" + "".join(
    str(one) for one in (TITLE, NO_CERTIFICATE, SIMULATED, COMPARE, *SIGN_HERE)
)


def _characters(page: Page) -> str:
    texts = [str(row.name) for rows in page for row in rows]
    texts += [field.value for field in (*page.truck, *page.unit, *page.fitting, *page.record)]
    texts += [check.value + check.limit for check in page.checks]
    return without_missing("".join(sorted(set("".join([FIXED, ASCII, *texts])))).replace("\n", ""))


@cache
def _registered(characters: str) -> tuple[str, str]:
    """Names of both weights, made for exactly these characters."""
    tag = hashlib.sha256(characters.encode()).hexdigest()[:12]
    names = (f"NotoSansSC-Regular-{tag}", f"NotoSansSC-Bold-{tag}")
    for name, content in zip(names, font_subsets(characters, (REGULAR, BOLD), tag), strict=True):
        pdfmetrics.registerFont(TTFont(name, io.BytesIO(content)))
    return names
