"""What an office holds to judge a record by: a folder of five plain TOML files, keys and hashes in hex.

docs/reference/installation-record.md says what each file is for and who keeps it.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from edge_controller.errors import InputError
from edge_controller.registration.cose import thumbprint
from edge_controller.registration.times import utc_seconds, utc_text
from edge_controller.toml_table import Table, load

FILES = ("office.toml", "installers.toml", "units.toml", "approved.toml", "revoked.toml")
MAX_VALID_DAYS = 36_500

One = TypeVar("One")


@dataclass(frozen=True, slots=True)
class Office:
    """Whose folder this is and what it is for."""

    code: str
    name: str
    kinds: tuple[str, ...]  # kinds of vehicle in scope
    max_valid_days: int  # longest validity a record may claim
    accept_simulated: bool  # a bench's or a demo's office; never a real one


@dataclass(frozen=True, slots=True)
class TrustedInstaller:
    """One installer key the office knows."""

    id: str
    organisation: str
    public_key: bytes
    not_before_s: int
    not_after_s: int
    demo: bool  # may sign for simulated trucks only


@dataclass(frozen=True, slots=True)
class KnownUnit:
    """One unit on the maker's list."""

    serial: str
    public_key: bytes


@dataclass(frozen=True, slots=True)
class ApprovedFirmware:
    """One gateway image released for fitting."""

    version: str
    sha256: bytes


@dataclass(frozen=True, slots=True)
class ApprovedFit:
    """One fit TOML released for fitting."""

    name: str
    sha256: bytes


@dataclass(frozen=True, slots=True)
class Revoked:
    """What no longer counts, whatever else is said of it."""

    installers: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    records: frozenset[bytes] = frozenset()
    firmware: frozenset[bytes] = frozenset()
    fits: frozenset[bytes] = frozenset()


@dataclass(frozen=True, slots=True)
class Trust:
    """Everything in the folder, by what it is looked up with."""

    office: Office
    installers: Mapping[bytes, TrustedInstaller]  # by key thumbprint
    units: Mapping[str, KnownUnit]  # by serial
    firmware: Mapping[bytes, ApprovedFirmware]  # by hash
    fits: Mapping[bytes, ApprovedFit]  # by hash
    revoked: Revoked


def trust_of(
    office: Office,
    *,
    installers: Iterable[TrustedInstaller] = (),
    units: Iterable[KnownUnit] = (),
    firmware: Iterable[ApprovedFirmware] = (),
    fits: Iterable[ApprovedFit] = (),
    revoked: Revoked | None = None,
) -> Trust:
    """The lists, made ready for looking up."""
    return Trust(
        office=office,
        installers={thumbprint(one.public_key): one for one in installers},
        units={one.serial: one for one in units},
        firmware={one.sha256: one for one in firmware},
        fits={one.sha256: one for one in fits},
        revoked=revoked or Revoked(),
    )


def read_trust(folder: Path) -> Trust:
    """Read a trust folder; InputError naming file and key for anything missing, unknown or malformed."""
    if not folder.is_dir():
        raise InputError(f"{folder}: not a folder with the files {', '.join(FILES)}")
    # A misspelt revoked.toml must not pass as "nothing is revoked".
    for path in sorted(folder.glob("*.toml")):
        if path.name not in FILES:
            raise InputError(f"{path}: not a file of a trust folder ({', '.join(FILES)})")
    office, installers, units, approved, revoked = (load(folder / name) for name in FILES)
    trust = trust_of(
        _office(office),
        installers=_unique(_rows(installers, "installer"), _installer, "public_key"),
        units=_unique(_rows(units, "unit"), _unit, "serial", "public_key"),
        firmware=_unique(_rows(approved, "firmware"), _firmware, "sha256"),
        fits=_unique(_rows(approved, "fit"), _fit, "sha256"),
        revoked=_revoked(revoked),
    )
    for table in (office, installers, units, approved, revoked):
        table.finish()
    return trust


def _unique(rows: list[Table], read: Callable[[Table], One], *keys: str) -> list[One]:
    """All rows of one list; no two may agree in any of `keys`, which are also the names of the fields."""
    found: list[One] = []
    seen: set[tuple[str, object]] = set()
    for row in rows:
        one = read(row)
        row.finish()
        for key in keys:
            if (key, getattr(one, key)) in seen:
                raise InputError(f"{row.where(key)} is there twice")
            seen.add((key, getattr(one, key)))
        found.append(one)
    return found


def _rows(table: Table, key: str) -> list[Table]:
    # A list may be empty: TOML writes that by leaving it out.
    return table.array(key) if table.has(key) else []


def _office(table: Table) -> Office:
    return Office(
        code=table.string("code"),
        name=table.string("name"),
        kinds=table.strings("kinds"),
        max_valid_days=table.integer("max_valid_days", 1, MAX_VALID_DAYS),
        accept_simulated=table.boolean("accept_simulated"),
    )


def _installer(row: Table) -> TrustedInstaller:
    return TrustedInstaller(
        id=row.string("id"),
        organisation=row.string("organisation"),
        public_key=_hex(row, "public_key", 32),
        not_before_s=_time(row, "not_before"),
        not_after_s=_time(row, "not_after"),
        demo=row.boolean("demo"),
    )


def _unit(row: Table) -> KnownUnit:
    return KnownUnit(serial=row.string("serial"), public_key=_hex(row, "public_key", 32))


def _firmware(row: Table) -> ApprovedFirmware:
    return ApprovedFirmware(version=row.string("version"), sha256=_hex(row, "sha256", 32))


def _fit(row: Table) -> ApprovedFit:
    return ApprovedFit(name=row.string("name"), sha256=_hex(row, "sha256", 32))


def _revoked(table: Table) -> Revoked:
    return Revoked(
        installers=frozenset(table.strings("installers")),
        units=frozenset(table.strings("units")),
        records=frozenset(_hexes(table, "records", 16)),
        firmware=frozenset(_hexes(table, "firmware", 32)),
        fits=frozenset(_hexes(table, "fits", 32)),
    )


def _hex(table: Table, key: str, length: int) -> bytes:
    return _from_hex(table.string(key), length, table.where(key))


def _hexes(table: Table, key: str, length: int) -> list[bytes]:
    return [_from_hex(text, length, table.where(key)) for text in table.strings(key)]


def _from_hex(text: str, length: int, where: str) -> bytes:
    # bytes.fromhex alone would let spaces pass.
    if not re.fullmatch(f"[0-9a-fA-F]{{{2 * length}}}", text):
        raise InputError(f"{where} is {text!r}, not {2 * length} hexadecimal digits")
    return bytes.fromhex(text)


def _time(table: Table, key: str) -> int:
    text = table.string(key)
    try:
        return utc_seconds(text)
    except ValueError as error:
        raise InputError(f"{table.where(key)} is {text!r}, not a time like 2026-11-23T08:00:00Z") from error


def write_trust(folder: Path, trust: Trust) -> None:
    """Write the five files; `read_trust` gives the same back."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in zip(FILES, _texts(trust), strict=True):
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{folder}: the trust folder cannot be written ({error.strerror})") from error


def _texts(trust: Trust) -> tuple[str, ...]:
    office, revoked = trust.office, trust.revoked
    return (
        _lines(
            code=office.code,
            name=office.name,
            kinds=list(office.kinds),
            max_valid_days=office.max_valid_days,
            accept_simulated=office.accept_simulated,
        ),
        "".join(_installer_text(one) for one in trust.installers.values()),
        "".join(
            "[[unit]]\n" + _lines(serial=one.serial, public_key=one.public_key.hex())
            for one in trust.units.values()
        ),
        "".join(
            "[[firmware]]\n" + _lines(version=one.version, sha256=one.sha256.hex())
            for one in trust.firmware.values()
        )
        + "".join(
            "[[fit]]\n" + _lines(name=one.name, sha256=one.sha256.hex()) for one in trust.fits.values()
        ),
        _lines(
            installers=sorted(revoked.installers),
            units=sorted(revoked.units),
            records=sorted(one.hex() for one in revoked.records),
            firmware=sorted(one.hex() for one in revoked.firmware),
            fits=sorted(one.hex() for one in revoked.fits),
        ),
    )


def _installer_text(one: TrustedInstaller) -> str:
    return "[[installer]]\n" + _lines(
        id=one.id,
        organisation=one.organisation,
        public_key=one.public_key.hex(),
        not_before=utc_text(one.not_before_s),
        not_after=utc_text(one.not_after_s),
        demo=one.demo,
    )


def _lines(**values: object) -> str:
    # Texts, whole numbers, truth values and lists of texts look the same in JSON and TOML.
    return "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in values.items())
