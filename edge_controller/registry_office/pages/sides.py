"""What each side said about the same thing, side by side, differences marked."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from edge_controller.registration.record import read_installation
from edge_controller.registry_office.judgement import Judgement
from edge_controller.registry_office.pages import Face
from edge_controller.registry_office.store import KeptReport

NOTHING = ""
KEY_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Cell:
    """One side's word; `differs` from the record's."""

    text: str
    differs: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One thing; the first cell is the record's."""

    label: str  # key of the words
    cells: tuple[Cell, ...]


def sides_of(judgement: Judgement, vin_seen: str | None) -> list[str]:
    """Who is asked, in the order of the cells."""
    other = ["other"] if judgement.life.intruder else []
    return ["record", "bus", "report", *other, "lists", *(["here"] if vin_seen else [])]


def rows_of(judgement: Judgement, vin_seen: str | None, face: Face) -> list[Row]:
    """VIN, unit, key, firmware, fit and installer, as each side has them."""
    record, trust = judgement.record, judgement.life.trust
    report, other = judgement.life.newest, judgement.life.intruder
    known = trust.units.get(record.unit.serial)
    firmware = trust.firmware.get(record.software.firmware_sha256)
    fit = trust.fits.get(record.fit.sha256)
    signer = trust.installers.get(read_installation(judgement.judged.kept.content).installer_part.kid)
    missing, silent = face.t("not_listed"), face.t("silent")

    def row(label: str, said: str, **others: str) -> Row:
        cells = (others.get(side, NOTHING) for side in sides_of(judgement, vin_seen)[1:])
        neutral = (NOTHING, silent)
        return Row(label, (Cell(said), *(Cell(one, one not in neutral and one != said) for one in cells)))

    def told(one: KeptReport | None) -> str:
        return (one.vin_on_can or silent) if one else NOTHING

    return [
        row(
            "vin",
            record.vehicle.vin,
            bus=record.vehicle.vin_on_can or silent,
            report=told(report),
            other=told(other),
            here=vin_seen or NOTHING,
        ),
        row(
            "serial",
            record.unit.serial,
            report=report.serial if report else NOTHING,
            other=other.serial if other else NOTHING,
            lists=known.serial if known else missing,
        ),
        row(
            "key",
            _head(record.unit.public_key.hex()),
            lists=_head(known.public_key.hex()) if known else missing,
        ),
        row(
            "firmware",
            _head(record.software.firmware_sha256.hex()),
            report=_head(report.firmware_sha256) if report else NOTHING,
            lists=_head(firmware.sha256.hex()) if firmware else missing,
        ),
        row("fit", record.fit.name, lists=fit.name if fit else missing),
        row("installer", record.installer.id, lists=signer.id if signer else missing),
    ]


def flat(view: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Every field of a record with its path, for reading."""
    for key, value in view.items():
        if isinstance(value, dict):
            yield from flat(value, f"{prefix}{key}.")
        elif isinstance(value, list | tuple):
            yield f"{prefix}{key}", ", ".join(str(one) for one in value)
        else:
            yield f"{prefix}{key}", NOTHING if value is None else str(value)


def _head(digits: str) -> str:
    return digits[:KEY_DIGITS]
