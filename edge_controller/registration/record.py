"""The installation record: what was fitted to which truck, and how that was tried. Signed twice.

The unit signs the record; the installer signs the unit's signed message, signature included. Every field:
docs/reference/installation-record.md. Whole numbers only, so that no two readers round differently.
"""

from dataclasses import asdict, dataclass
from typing import Any

from edge_controller.errors import InputError
from edge_controller.registration import cbor, cose
from edge_controller.registration.checks import Commissioning, read_commissioning, require_evidence
from edge_controller.registration.fields import Fields
from edge_controller.registration.identity import InstallerIdentity, UnitIdentity
from edge_controller.registration.times import LAST_S

SCHEMA = 2
FIRST_SCHEMA = 1  # still read: it had a run always and no commissioning
MAX_BYTES = 64 * 1024
UNIT_TYP = "application/vnd.nearside.record+cose"
INSTALLER_TYP = "application/vnd.nearside.installation+cose"
PURPOSES = ("new", "repair", "move", "re-inspect")
HASH_BYTES = 32
RECORD_ID_BYTES = 16
LONGEST_RUN_MS = 3_600_000
WIDEST_MM = 1_000_000


@dataclass(frozen=True, slots=True)
class Vehicle:
    """The truck: as the installer typed it, and as its own bus names it."""

    vin: str
    vin_on_can: str | None  # None where the truck did not answer
    plate: str | None  # None while it has none yet
    plate_colour: int | None
    kind: str  # muck_truck, mixer


@dataclass(frozen=True, slots=True)
class Unit:
    """The unit that signs."""

    serial: str
    public_key: bytes


@dataclass(frozen=True, slots=True)
class Software:
    """What the gateway ran during the commissioning run."""

    firmware_sha256: bytes
    firmware_version: str
    interpreter: str


@dataclass(frozen=True, slots=True)
class FitUsed:
    """The fit TOML, by name and by its bytes."""

    name: str
    sha256: bytes


@dataclass(frozen=True, slots=True)
class Run:
    """The commissioning run; the last three are of the run with the system, None where it did not happen."""

    contact_without: bool
    contact_with: bool
    request_ms: int | None
    standstill_ms: int | None
    min_clearance_mm: int | None
    verdict_sha256: bytes  # of the run's own verdict file


@dataclass(frozen=True, slots=True)
class Installer:
    """Who says they fitted it."""

    id: str
    organisation: str


@dataclass(frozen=True, slots=True)
class InstallationRecord:
    """One fitting of one unit to one truck."""

    record_id: bytes
    office: str
    purpose: str
    simulated: bool  # no truck stood there: the bench did
    installed_at_s: int
    expires_at_s: int
    vehicle: Vehicle
    unit: Unit
    software: Software
    fit: FitUsed
    run: Run | None  # None where nothing was driven against a road user
    installer: Installer
    commissioning: Commissioning | None = None  # None where nobody checked at the truck


@dataclass(frozen=True, slots=True)
class SignedInstallation:
    """A decoded document; neither signature has been checked."""

    record: InstallationRecord
    unit_part: cose.Signed
    installer_part: cose.Signed


def sign_installation(record: InstallationRecord, unit: UnitIdentity, installer: InstallerIdentity) -> bytes:
    """The document: the installer's message around the unit's message around the record."""
    payload = _encode(record)
    _decode(payload, "the record to be signed")  # nobody signs what nobody will read
    return cose.sign(cose.sign(payload, UNIT_TYP, unit.key), INSTALLER_TYP, installer.key)


def read_installation(data: bytes, what: str = "the installation record") -> SignedInstallation:
    """Take a document apart; InputError naming `what` unless it is exactly of our form."""
    if not data:
        raise InputError(f"{what} is empty")
    if len(data) > MAX_BYTES:
        raise InputError(f"{what} is longer than {MAX_BYTES} bytes")
    outer = cose.read(data, INSTALLER_TYP, what)
    inner = cose.read(outer.payload, UNIT_TYP, f"{what}: the unit's part")
    return SignedInstallation(_decode(inner.payload, what), inner, outer)


def _encode(record: InstallationRecord) -> bytes:
    return cbor.encode({"schema": SCHEMA, **asdict(record)})


def _decode(payload: bytes, what: str) -> InstallationRecord:
    raw: Any = cbor.decode(payload, f"{what}: the payload")
    top = Fields(raw, what)
    schema = top.whole("schema", FIRST_SCHEMA, SCHEMA)
    run = top.group_or_none("run") if schema >= SCHEMA else top.group("run")
    checks = top.group_or_none("commissioning") if schema >= SCHEMA else None
    record = InstallationRecord(
        record_id=top.octets("record_id", RECORD_ID_BYTES),
        office=top.text("office"),
        purpose=top.text("purpose", PURPOSES),
        simulated=top.flag("simulated"),
        installed_at_s=top.whole("installed_at_s", 0, LAST_S),
        expires_at_s=top.whole("expires_at_s", 0, LAST_S),
        vehicle=_vehicle(top.group("vehicle")),
        unit=_unit(top.group("unit")),
        software=_software(top.group("software")),
        fit=_fit(top.group("fit")),
        run=None if run is None else _run(run),
        installer=_installer(top.group("installer")),
        commissioning=None if checks is None else read_commissioning(checks),
    )
    top.finish()
    require_evidence(record.run, record.commissioning, what)
    return record


def _vehicle(fields: Fields) -> Vehicle:
    vehicle = Vehicle(
        vin=fields.text("vin"),
        vin_on_can=fields.text_or_none("vin_on_can"),
        plate=fields.text_or_none("plate"),
        plate_colour=fields.whole_or_none("plate_colour", 0, 99),
        kind=fields.text("kind"),
    )
    fields.finish()
    if (vehicle.plate is None) != (vehicle.plate_colour is None):
        raise InputError(f"{fields.where('plate_colour')} and plate must be given both or neither")
    return vehicle


def _unit(fields: Fields) -> Unit:
    unit = Unit(serial=fields.text("serial"), public_key=fields.octets("public_key", cose.KEY_BYTES))
    fields.finish()
    return unit


def _software(fields: Fields) -> Software:
    software = Software(
        firmware_sha256=fields.octets("firmware_sha256", HASH_BYTES),
        firmware_version=fields.text("firmware_version"),
        interpreter=fields.text("interpreter"),
    )
    fields.finish()
    return software


def _fit(fields: Fields) -> FitUsed:
    fit = FitUsed(name=fields.text("name"), sha256=fields.octets("sha256", HASH_BYTES))
    fields.finish()
    return fit


def _run(fields: Fields) -> Run:
    run = Run(
        contact_without=fields.flag("contact_without"),
        contact_with=fields.flag("contact_with"),
        request_ms=fields.whole_or_none("request_ms", 0, LONGEST_RUN_MS),
        standstill_ms=fields.whole_or_none("standstill_ms", 0, LONGEST_RUN_MS),
        min_clearance_mm=fields.whole_or_none("min_clearance_mm", 0, WIDEST_MM),
        verdict_sha256=fields.octets("verdict_sha256", HASH_BYTES),
    )
    fields.finish()
    return run


def _installer(fields: Fields) -> Installer:
    installer = Installer(id=fields.text("id"), organisation=fields.text("organisation"))
    fields.finish()
    return installer
