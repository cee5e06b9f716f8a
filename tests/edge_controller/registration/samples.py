"""One good fitting for tests to spoil in one place at a time. Fixed keys, so that runs repeat."""

from dataclasses import replace
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from edge_controller.registration.checks import Alignment, BrakePulse, Commissioning, Wiring
from edge_controller.registration.identity import InstallerIdentity, UnitIdentity
from edge_controller.registration.record import (
    FitUsed,
    InstallationRecord,
    Installer,
    Run,
    Software,
    Unit,
    Vehicle,
    sign_installation,
)
from edge_controller.registration.trust import (
    ApprovedFirmware,
    ApprovedFit,
    KnownUnit,
    Office,
    Revoked,
    Trust,
    TrustedInstaller,
    trust_of,
)

NOW_S = 1_795_420_800  # 2026-11-23T08:00:00Z
DAY_S = 86_400
VIN = "LNS8X4TP0T1000001"  # check digit is reckoned by hand in test_vin.py
FIRMWARE = bytes(range(32))
FIT = bytes(range(100, 132))
UNIT = UnitIdentity("NS-0001", Ed25519PrivateKey.from_private_bytes(b"unit" * 8))
INSTALLER = InstallerIdentity(
    "320100-017", "南京示范安装站", Ed25519PrivateKey.from_private_bytes(b"fits" * 8)
)

CHECKS = Commissioning(
    wiring=Wiring(True, True, True, True, True, True, True, True, True),
    alignment=Alignment(radars=2, yaw_error_mdeg=700, residual_mdeg=300),
    pulse=BrakePulse(asked_mmps2=1_500, from_mmps=2_200, response_ms=430, reached_mmps2=1_400),
    log_sha256=bytes(32),
)


def good_record() -> InstallationRecord:
    return InstallationRecord(
        record_id=bytes(16),
        office="320100",
        purpose="new",
        simulated=False,
        installed_at_s=NOW_S - DAY_S,
        expires_at_s=NOW_S + 300 * DAY_S,
        vehicle=Vehicle(VIN, VIN, "苏A12345", 2, "muck_truck"),
        unit=Unit(UNIT.serial, UNIT.public_key),
        software=Software(FIRMWARE, "0.1.0", "MicroPython 1.29.0"),
        fit=FitUsed("tipper", FIT),
        run=Run(True, False, 3_150, 5_050, 640, bytes(32)),
        installer=Installer(INSTALLER.id, INSTALLER.organisation),
        commissioning=CHECKS,
    )


def changed(group: str, **values: Any) -> InstallationRecord:
    """The good record with fields of one group, or of the top where `group` is empty, replaced."""
    record = good_record()
    if not group:
        return replace(record, **values)
    return replace(record, **{group: replace(getattr(record, group), **values)})


def signed(record: InstallationRecord | None = None) -> bytes:
    return sign_installation(record or good_record(), UNIT, INSTALLER)


OFFICE = Office("320100", "南京车管所", ("muck_truck", "mixer"), 366, False)
KNOWN_INSTALLER = TrustedInstaller(
    INSTALLER.id, INSTALLER.organisation, INSTALLER.public_key, NOW_S - 90 * DAY_S, NOW_S + DAY_S, False
)


def good_trust(
    office: Office = OFFICE,
    installer: TrustedInstaller = KNOWN_INSTALLER,
    unit: KnownUnit | None = None,
    firmware: ApprovedFirmware | None = None,
    fit: ApprovedFit | None = None,
    revoked: Revoked | None = None,
) -> Trust:
    """What an office must hold to accept the good record; any one list may be another."""
    return trust_of(
        office,
        installers=[installer],
        units=[unit or KnownUnit(UNIT.serial, UNIT.public_key)],
        firmware=[firmware or ApprovedFirmware("0.1.0", FIRMWARE)],
        fits=[fit or ApprovedFit("tipper", FIT)],
        revoked=revoked,
    )
