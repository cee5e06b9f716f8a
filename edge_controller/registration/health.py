"""The health report: the unit signs that it lives, what it runs, and which report came before."""

import hashlib
from dataclasses import asdict, dataclass

from edge_controller.errors import InputError
from edge_controller.registration import cbor, cose
from edge_controller.registration.fields import Fields
from edge_controller.registration.identity import UnitIdentity

SCHEMA = 2
MAX_BYTES = 4096
TYP = "application/vnd.nearside.health+cose"
# Bit n of `healthy` is set where the n-th of these works.
PARTS = ("radar", "valve", "wiring", "seal", "supply", "speed_signal", "clock")
ALL_HEALTHY: int = 2 ** len(PARTS) - 1
MAX_COUNT = 2**32 - 1


@dataclass(frozen=True, slots=True)
class Health:
    """One report. Ordered by (boot, seq), never by a clock."""

    serial: str
    boot: int
    seq: int
    firmware_sha256: bytes
    healthy: int
    vin_on_can: str | None  # as the truck's bus tells it now; None where it does not answer
    previous: bytes | None  # SHA-256 of the signed report before this one; None in the first of all

    def broken_parts(self) -> tuple[str, ...]:
        """Names of what does not work."""
        return tuple(name for bit, name in enumerate(PARTS) if not self.healthy >> bit & 1)


def sign_health(health: Health, unit: UnitIdentity) -> bytes:
    """The report as one COSE_Sign1 message."""
    if health.serial != unit.serial:
        raise ValueError(f"unit {unit.serial} cannot report for unit {health.serial}")
    payload = cbor.encode({"schema": SCHEMA, **asdict(health)})
    _decode(payload, "the report to be signed")
    return cose.sign(payload, TYP, unit.key)


def read_health(data: bytes, public_key: bytes, what: str = "the health report") -> Health:
    """The report; InputError naming `what` unless `public_key` signed exactly this."""
    if len(data) > MAX_BYTES:
        raise InputError(f"{what} is longer than {MAX_BYTES} bytes")
    message = cose.read(data, TYP, what)
    if not message.verifies(public_key):
        raise InputError(f"{what}: the signature is not this unit's")
    return _decode(message.payload, what)


def claimed_serial(data: bytes, what: str = "the health report") -> str:
    """Which unit it says it is from, so that the right key can be looked up. Proves nothing."""
    if len(data) > MAX_BYTES:
        raise InputError(f"{what} is longer than {MAX_BYTES} bytes")
    return _decode(cose.read(data, TYP, what).payload, what).serial


def follows(report: Health, before: bytes) -> bool:
    """Whether `report` names the signed report `before` as the one it comes after."""
    return report.previous == hashlib.sha256(before).digest()


def _decode(payload: bytes, what: str) -> Health:
    fields = Fields(cbor.decode(payload, f"{what}: the payload"), what)
    fields.whole("schema", SCHEMA, SCHEMA)
    health = Health(
        serial=fields.text("serial"),
        boot=fields.whole("boot", 0, MAX_COUNT),
        seq=fields.whole("seq", 0, MAX_COUNT),
        firmware_sha256=fields.octets("firmware_sha256", 32),
        healthy=fields.whole("healthy", 0, ALL_HEALTHY),
        vin_on_can=fields.text_or_none("vin_on_can"),
        previous=fields.octets_or_none("previous", 32),
    )
    fields.finish()
    return health
