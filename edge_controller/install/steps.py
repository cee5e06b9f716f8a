"""The steps of the wizard, in order, and what each does. Nothing here asks or prints."""

import hashlib
import json
import math
from collections.abc import Callable
from typing import Any

from edge_controller.install import delivering, signing
from edge_controller.install import questions as q
from edge_controller.install.alignment import Sighting, align, alignment_of
from edge_controller.install.files import make_folder, write_whole
from edge_controller.install.flash import flash
from edge_controller.install.image import SignedSettings
from edge_controller.install.pulse import brake_pulse
from edge_controller.install.text import CheckFailedError, RefusedError, Text
from edge_controller.install.truck import Heard
from edge_controller.install.wiring import Listener, judge, watch, wiring_of
from edge_controller.install.wizard import Fitting, Found, Row, Step
from edge_controller.registration.checks import (
    MAX_REACHED_PERCENT,
    MAX_RESIDUAL_MDEG,
    MAX_RESPONSE_MS,
    MAX_YAW_ERROR_MDEG,
    MIN_REACHED_PERCENT,
    is_as_asked,
    is_quick,
)

VIN_WAIT_S = 12.0  # IC-10: two of the broadcasts that come every 5 s
VEHICLE_BITRATE = 250_000
CHECKS = "checks"
LOGS = ("wiring", "alignment", "brake_pulse")

Please = Callable[[Text], None]


def vin(fitting: Fitting, _please: Please) -> Found:
    typed = fitting.answers["vehicle.vin"]
    return Found((Row(Text("车架号", "VIN"), typed),), {"vin": typed})


def plate(fitting: Fitting, _please: Please) -> Found:
    found, colour = fitting.answers["vehicle.plate"], fitting.answers.get("vehicle.plate_colour")
    shown = "暂无 none yet" if found is None else f"{found} ({colour})"
    return Found((Row(Text("号牌", "plate"), shown),), {"plate": found, "plate_colour": colour})


def vehicle_class(fitting: Fitting, _please: Please) -> Found:
    kind = fitting.answers["vehicle.kind"]
    fit = fitting.fit
    rows = (
        Row(Text("类别", "class"), str(q.KINDS[kind])),
        Row(Text("安装方案", "fit"), fit.path.stem),
    )
    return Found(rows, {"kind": kind, "fit": fit.path.stem})


def connect(fitting: Fitting, _please: Please) -> Found:
    """The truck's own VIN against the typed one, in every run until the record is signed."""
    if "sign" in fitting.done:
        return Found(values=fitting.done["connect"])
    truck = fitting.at_truck()
    listener = Listener(fitting.fit.truck.hand_wheel_ratio)
    end_s = truck.now_s + VIN_WAIT_S
    told: str | None = None
    while told is None and truck.now_s < end_s:
        for heard in truck.advance(truck.now_s + 0.1):
            listener.hear(heard)
        told = listener.look(truck.now_s).state.vin or None  # an empty VIN tells nothing
    typed = fitting.answers["vehicle.vin"]
    if told is not None and told != typed:
        raise CheckFailedError(
            "vin_differs",
            Text(f"输入的VIN为{typed}，车辆总线上报为{told}。",
                 f"The VIN typed is {typed}, the truck calls itself {told} on its bus."),
            Text("核对车架上的VIN，确认是否站在正确的车辆旁。",
                 "Compare with the VIN stamped on the frame: is this the right truck?"),
        )  # fmt: skip
    shown = "未上报，须人工核对 not told: compare by eye" if told is None else told
    return Found((Row(Text("总线上的VIN", "VIN on the bus"), shown),), {"vin_on_can": told})


def write_firmware(fitting: Fitting, _please: Please) -> Found:
    """In shadow: a newly fitted unit decides and records, and does not brake."""
    truck = fitting.at_truck()
    settings = SignedSettings(False, fitting.fit.truck.near_side, VEHICLE_BITRATE)
    with truck.service() as port:
        done = flash(port, settings)
    values = {
        "version": done.version,
        "firmware_sha256": done.firmware_sha256,
        "slot": done.slot,
        "interpreter": done.interpreter,
    }
    rows = (
        Row(Text("固件版本", "version"), f"{done.version}, slot {done.slot}, shadow"),
        Row(Text("固件哈希", "hash"), done.firmware_sha256),
    )
    return Found(rows, values)


def wiring(fitting: Fitting, please: Please) -> Found:
    truck, log = fitting.powered(), _Log()
    findings = judge(watch(truck, fitting.fit, please, log.frame), fitting.fit)
    log.write(fitting, "wiring")
    rows = tuple(Row(one.name, one.measured, one.limit, one.is_good) for one in findings)
    bad = [one for one in findings if not one.is_good]
    if bad:
        names = [str(one.name) for one in bad]
        raise _failed(
            "wiring",
            Text(f"接线检查未通过：{'、'.join(names)}。", f"The wiring check fails: {', '.join(names)}."),
            Text("".join(one.remedy.zh for one in bad), " ".join(one.remedy.en for one in bad)),
            rows,
        )
    flags = wiring_of(findings)
    return Found(rows, {name: getattr(flags, name) for name in flags.__slots__})


def alignment(fitting: Fitting, please: Please) -> Found:
    log = _Log()
    found = align(fitting.at_truck(), fitting.fit, please, log.sighting)
    log.write(fitting, "alignment")
    limit = f"±{MAX_YAW_ERROR_MDEG / 1000:g}°, {MAX_RESIDUAL_MDEG / 1000:g}°"
    rows = tuple(
        Row(
            Text(f"雷达{one.radar}", f"radar {one.radar}"),
            f"{math.degrees(one.yaw_error_rad):+.2f}°, 残差 residual {math.degrees(one.residual_rad):.2f}°",
            limit,
            one.is_good,
        )
        for one in found
    )
    for one in found:
        if not one.is_good:
            error = math.degrees(one.yaw_error_rad)
            raise _failed(
                "alignment",
                Text(f"雷达“{one.radar}”安装角偏差{error:+.1f}度，或残差过大（限值{limit}）。",
                     f"Radar {one.radar!r} is off by {error:+.1f} degrees, or its residual is too large "
                     f"(limits {limit})."),
                Text(f"松开支架，将雷达向{'右' if error > 0 else '左'}转{abs(error):.1f}度后重新标定。",
                     f"Loosen the bracket, turn the radar {abs(error):.1f} degrees to the "
                     f"{'right' if error > 0 else 'left'} and align again."),
                rows,
            )  # fmt: skip
    worst = alignment_of(found)
    return Found(rows, {name: getattr(worst, name) for name in worst.__slots__})


def pulse(fitting: Fitting, please: Please) -> Found:
    truck, log = fitting.powered(), _Log()
    try:
        measured = brake_pulse(truck, fitting.fit, please, log.frame)
    finally:
        log.write(fitting, "brake_pulse")
    asked, reached = measured.asked_mmps2 / 1000, measured.reached_mmps2 / 1000
    low, high = (asked * percent / 100 for percent in (MIN_REACHED_PERCENT, MAX_REACHED_PERCENT))
    response, decel = f"{measured.response_ms} ms", f"{reached:.2f} m/s²"
    rows = (
        Row(Text("响应时间", "response"), response, f"<= {MAX_RESPONSE_MS} ms", is_quick(measured)),
        Row(Text("减速度", "deceleration"), decel, f"{low:.2f}..{high:.2f} m/s²", is_as_asked(measured)),
    )
    if not is_quick(measured) or not is_as_asked(measured):
        raise _failed(
            "brake_pulse",
            Text(f"制动脉冲未通过：响应{response}，减速度{decel}（请求{asked:.1f}）。",
                 f"The brake pulse fails: response {response}, {decel} where {asked:.1f} was asked."),
            Text("检查储气压力、制动系统和EBS的XBR参数，维修后重试。",
                 "Check air pressure, brakes and the EBS's settings for XBR; try again after repair."),
            rows,
        )  # fmt: skip
    return Found(rows, {name: getattr(measured, name) for name in measured.__slots__})


def _failed(code: str, cause: Text, remedy: Text, rows: tuple[Row, ...]) -> CheckFailedError:
    error = CheckFailedError(code, cause, remedy)
    error.rows = rows
    return error


class _Log:
    """The raw log of one check, one JSON line per frame or sighting."""

    def __init__(self) -> None:
        self._lines: list[str] = []

    def _add(self, **values: Any) -> None:
        self._lines.append(json.dumps(values))

    def frame(self, heard: Heard) -> None:
        message = heard.message
        can_id = f"{message.arbitration_id:0{8 if message.is_extended_id else 3}X}"
        self._add(t_s=round(heard.t_s, 6), bus=heard.bus, id=can_id, data=bytes(message.data).hex())

    def sighting(self, radar: str, seen: Sighting) -> None:
        self._add(radar=radar, place_m=seen.place_m, due_rad=seen.due_rad, seen_rad=seen.seen_rad)

    def write(self, fitting: Fitting, name: str) -> None:
        make_folder(fitting.out / CHECKS)
        content = "".join(f"{line}\n" for line in self._lines).encode()
        write_whole(fitting.out / CHECKS / f"{name}.jsonl", content)


def logs_sha256(fitting: Fitting) -> bytes:
    """Over the raw logs of all checks, one after the other."""
    digest = hashlib.sha256()
    for name in LOGS:
        path = fitting.out / CHECKS / f"{name}.jsonl"
        try:
            digest.update(path.read_bytes())
        except OSError as error:
            raise RefusedError(
                Text(f"{path}：检查日志无法读取，请换一个文件夹重新安装。",
                     f"{path}: the log of a check cannot be read; fit again into another folder.")
            ) from error  # fmt: skip
    return digest.digest()


def sign(fitting: Fitting, _please: Please) -> Found:
    return signing.sign(fitting, logs_sha256(fitting))


STEPS = (
    Step("vin", Text("车架号", "VIN"), (q.VIN,), vin),
    Step("plate", Text("号牌", "Plate"), (q.PLATE, q.PLATE_COLOUR), plate),
    Step("class", Text("车辆类别", "Class"), (q.KIND,), vehicle_class),
    Step("connect", Text("连接车辆", "Connect to the truck"), (), connect, is_kept=False),
    Step("flash", Text("写入固件", "Flash"), (), write_firmware),
    Step("wiring", Text("接线检查", "Wiring"), (), wiring),
    Step("alignment", Text("雷达标定", "Radar alignment"), (), alignment),
    Step("brake_pulse", Text("制动脉冲", "Brake pulse"), (), pulse),
    Step(
        "sign",
        Text("签名", "Sign"),
        (q.SERIAL, q.INSTALLER, q.ORGANISATION, q.KEY, q.OFFICE, q.PURPOSE, q.VALID_DAYS, q.HOST_NAME),
        sign,
    ),
    Step("papers", Text("二维码和打印件", "QR code and paper"), (), signing.papers, is_kept=False),
    Step(
        "deliver", Text("提交登记机构", "Deliver to the office"), (), delivering.deliver_step, is_kept=False
    ),
)
