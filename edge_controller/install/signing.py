"""From the checks to the signed record, and the papers that go with it."""

import hashlib
import secrets
from collections.abc import Callable
from pathlib import Path

from edge_controller.install.assemble import fit_of, sign_record
from edge_controller.install.demo import demo_trust
from edge_controller.install.files import write_whole
from edge_controller.install.text import RefusedError, Text
from edge_controller.install.wizard import RECORD, Fitting, Found, Row
from edge_controller.registration.checks import Alignment, BrakePulse, Commissioning, Wiring
from edge_controller.registration.identity import InstallerIdentity, keep_key, load_key, new_unit_key
from edge_controller.registration.qr_text import qr_text
from edge_controller.registration.record import (
    RECORD_ID_BYTES,
    InstallationRecord,
    Installer,
    Software,
    Unit,
    Vehicle,
    read_installation,
)
from edge_controller.registration.trust import ApprovedFirmware, write_trust
from edge_controller.registration.unit import UnitFolder

DAY_S = 86_400
UNIT, TRUST, DEMO_KEY = "unit", "trust", "installer-demo.pem"


def sign(fitting: Fitting, log_sha256: bytes) -> Found:
    """Unit key made in the unit, record signed by unit and installer, both kept whole."""
    answers = fitting.answers
    unit = unit_folder(fitting)
    unit.fitted(bytes.fromhex(fitting.done["flash"]["firmware_sha256"]))
    installer = InstallerIdentity(
        answers["installer.id"], answers["installer.organisation"], load_key(_installer_key(fitting))
    )
    path = fitting.out / RECORD
    if not path.exists():  # a run that was cut right here has signed already
        record = _record(fitting, unit, installer, log_sha256)
        _trust(fitting, record, unit, installer)
        write_whole(path, sign_record(record, unit.identity, installer))
    content = signed_record(fitting)
    record = read_installation(content, str(path)).record
    values = {
        "record_id": record.record_id.hex(),
        "record_sha256": hashlib.sha256(content).hexdigest(),
        "serial": record.unit.serial,
    }
    rows = (
        Row(Text("设备", "unit"), f"{record.unit.serial}, {record.unit.public_key.hex()[:16]}…"),
        Row(Text("安装人员", "installer"), f"{installer.id}, {installer.organisation}"),
        Row(Text("安装记录", "record"), str(path)),
        Row(Text("记录哈希", "hash"), values["record_sha256"]),
    )
    return Found(rows, values)


def papers(fitting: Fitting, _please: Callable[[Text], None]) -> Found:
    """QR code as PNG and SVG, and the page to print. They follow from the record and may be made again."""
    # Here, not above: `nearside --help` must not wait for reportlab.
    from edge_controller.install.paper import pdf  # noqa: PLC0415
    from edge_controller.install.qr_picture import qr_png, qr_svg  # noqa: PLC0415

    content = signed_record(fitting)
    record = read_installation(content, str(fitting.out / RECORD)).record
    code = qr_text(fitting.answers["record.host"], record.record_id, hashlib.sha256(content).digest())
    write_whole(fitting.out / "qr.png", qr_png(code))
    write_whole(fitting.out / "qr.svg", qr_svg(code))
    write_whole(fitting.out / "installation.pdf", pdf(record, content, code))
    rows = (
        Row(Text("二维码", "QR code"), str(fitting.out / "qr.png")),
        Row(Text("打印件", "paper"), str(fitting.out / "installation.pdf")),
    )
    return Found(rows, {"qr_text": code})


def unit_folder(fitting: Fitting) -> UnitFolder:
    """Made once; a second run finds it."""
    folder, serial = fitting.out / UNIT, fitting.answers["unit.serial"]
    if "sign" in fitting.done and not folder.exists():
        # A new one would have another key: nobody would believe its reports.
        raise RefusedError(
            Text(
                f"签署记录的设备文件夹{folder}已不存在，请找回，或在新文件夹中重新安装。",
                f"{folder}, the unit that signed the record, is gone: bring it back, or fit again into "
                "another folder.",
            )
        )
    unit = UnitFolder.open(folder) if folder.exists() else UnitFolder.create(folder, serial)
    if unit.identity.serial != serial:
        raise RefusedError(
            Text(
                f"{folder}是设备{unit.identity.serial}，不是{serial}。",
                f"{folder} is unit {unit.identity.serial}, not {serial}.",
            )
        )
    return unit


def signed_record(fitting: Fitting) -> bytes:
    """The record signed here, now or in an earlier run."""
    path = fitting.out / RECORD
    try:
        return path.read_bytes()
    except OSError as error:
        raise RefusedError(
            Text(
                f"已签署的记录{path}无法读取（{error.strerror}），请找回，或在新文件夹中重新安装。",
                f"{path}, the record signed here, cannot be read ({error.strerror}): bring it back, or fit "
                "again into another folder.",
            )
        ) from error


def _installer_key(fitting: Fitting) -> Path:
    given = fitting.answers["installer.key"]
    if given is not None:
        return Path(given)
    path = fitting.out / DEMO_KEY
    if not path.exists():
        keep_key(path, new_unit_key())
    return path


def _record(
    fitting: Fitting, unit: UnitFolder, installer: InstallerIdentity, log_sha256: bytes
) -> InstallationRecord:
    answers, done = fitting.answers, fitting.done
    flashed = done["flash"]
    return InstallationRecord(
        record_id=secrets.token_bytes(RECORD_ID_BYTES),
        office=answers["record.office"],
        purpose=answers["record.purpose"],
        simulated=fitting.at_truck().simulated,
        installed_at_s=fitting.now_s,
        expires_at_s=fitting.now_s + answers["record.valid_days"] * DAY_S,
        vehicle=Vehicle(
            vin=answers["vehicle.vin"],
            vin_on_can=done["connect"]["vin_on_can"],
            plate=answers["vehicle.plate"],
            plate_colour=answers.get("vehicle.plate_colour"),
            kind=answers["vehicle.kind"],
        ),
        unit=Unit(unit.identity.serial, unit.identity.public_key),
        software=Software(
            bytes.fromhex(flashed["firmware_sha256"]), flashed["version"], flashed["interpreter"]
        ),
        fit=fit_of(fitting.fit.path),
        run=None,
        installer=Installer(installer.id, installer.organisation),
        commissioning=Commissioning(
            wiring=Wiring(**done["wiring"]),
            alignment=Alignment(**done["alignment"]),
            pulse=BrakePulse(**done["brake_pulse"]),
            log_sha256=log_sha256,
        ),
    )


def _trust(
    fitting: Fitting, record: InstallationRecord, unit: UnitFolder, installer: InstallerIdentity
) -> None:
    """What an office must hold to accept a record of a simulated truck; a real office has its own."""
    if not record.simulated:
        return
    trust = demo_trust(
        office=record.office,
        unit=unit.identity,
        installer=installer,
        firmware=ApprovedFirmware(record.software.firmware_version, record.software.firmware_sha256),
        fit=record.fit,
        not_before_s=record.installed_at_s - DAY_S,
        not_after_s=record.installed_at_s + 366 * DAY_S,
    )
    write_trust(fitting.out / TRUST, trust)
