"""From the results of the fitting steps to the signed installation record."""

import hashlib
from pathlib import Path

from edge_controller.errors import InputError
from edge_controller.install.commissioning import run_of, software_of
from edge_controller.registration.identity import InstallerIdentity, UnitIdentity
from edge_controller.registration.plate import check_plate
from edge_controller.registration.record import (
    FitUsed,
    InstallationRecord,
    Installer,
    Unit,
    Vehicle,
    sign_installation,
)
from edge_controller.registration.vin import check_vin


def installation_record(
    *,
    record_id: bytes,
    office: str,
    purpose: str,
    simulated: bool,
    installed_at_s: int,
    expires_at_s: int,
    vehicle: Vehicle,
    verdict_json: bytes,
    firmware_version: str,
    fit_path: Path,
    unit: UnitIdentity,
    installer: InstallerIdentity,
) -> bytes:
    """The signed record: what was typed is checked here, what the run showed is recorded as it is."""
    record = InstallationRecord(
        record_id=record_id,
        office=office,
        purpose=purpose,
        simulated=simulated,
        installed_at_s=installed_at_s,
        expires_at_s=expires_at_s,
        vehicle=vehicle,
        unit=Unit(unit.serial, unit.public_key),
        software=software_of(verdict_json, firmware_version),
        fit=fit_of(fit_path),
        run=run_of(verdict_json),
        installer=Installer(installer.id, installer.organisation),
    )
    return sign_record(record, unit, installer)


def sign_record(record: InstallationRecord, unit: UnitIdentity, installer: InstallerIdentity) -> bytes:
    """Nobody signs a VIN or a plate that cannot be one."""
    vehicle = record.vehicle
    check_vin(vehicle.vin)
    if vehicle.plate is not None and vehicle.plate_colour is not None:
        check_plate(vehicle.plate, vehicle.plate_colour)
    return sign_installation(record, unit, installer)


def fit_of(path: Path) -> FitUsed:
    """A fit TOML by its name and the hash of its bytes."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    return FitUsed(path.stem, hashlib.sha256(content).digest())
