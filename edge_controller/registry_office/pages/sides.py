"""What each side said about the same thing, side by side, differences marked."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from edge_controller.registration.record import read_installation
from edge_controller.registry_office.judgement import Judgement
from edge_controller.registry_office.pages import Face

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


def sides_of(vin_seen: str | None) -> list[str]:
    """Who is asked, in the order of the cells."""
    return ["record", "bus", "report", "lists", *(["here"] if vin_seen else [])]


def rows_of(judgement: Judgement, vin_seen: str | None, face: Face) -> list[Row]:
    """VIN, unit, key, firmware, fit and installer, as each side has them."""
    record, life = judgement.record, judgement.life
    report, trust = life.newest, life.trust
    known = trust.units.get(record.unit.serial)
    firmware = trust.firmware.get(record.software.firmware_sha256)
    fit = trust.fits.get(record.fit.sha256)
    signer = trust.installers.get(read_installation(judgement.judged.kept.content).installer_part.kid)
    missing, silent = face.t("not_listed"), face.t("silent")
    seen = [vin_seen] if vin_seen else []
    blank = [NOTHING] if vin_seen else []
    bus = record.vehicle.vin_on_can or silent
    rows = (
        (
            "vin",
            record.vehicle.vin,
            [bus, (report.vin_on_can or silent) if report else NOTHING, NOTHING, *seen],
        ),
        (
            "serial",
            record.unit.serial,
            [NOTHING, report.serial if report else NOTHING, known.serial if known else missing, *blank],
        ),
        (
            "key",
            _head(record.unit.public_key.hex()),
            [NOTHING, NOTHING, _head(known.public_key.hex()) if known else missing, *blank],
        ),
        (
            "firmware",
            _head(record.software.firmware_sha256.hex()),
            [
                NOTHING,
                _head(report.firmware_sha256) if report else NOTHING,
                _head(firmware.sha256.hex()) if firmware else missing,
                *blank,
            ],
        ),
        (
            "fit",
            record.fit.name,
            [NOTHING, NOTHING, fit.name if fit else missing, *blank],
        ),
        (
            "installer",
            record.installer.id,
            [NOTHING, NOTHING, signer.id if signer else missing, *blank],
        ),
    )
    neutral = {NOTHING, silent}
    return [
        Row(label, (Cell(said), *(Cell(one, one not in neutral and one != said) for one in others)))
        for label, said, others in rows
    ]


def flat(view: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Every field of a record with its path, for reading."""
    for key, value in view.items():
        if isinstance(value, dict):
            yield from flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", NOTHING if value is None else str(value)


def _head(digits: str) -> str:
    return digits[:KEY_DIGITS]
