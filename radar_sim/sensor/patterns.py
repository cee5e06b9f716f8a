"""Measured antenna patterns: a table over azimuth for each transmitter and receiver."""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from radar_sim.errors import SceneError
from radar_sim.scene.scatterers import Floats


@dataclass(frozen=True, eq=False)
class Patterns:
    """One-way power over azimuth, in dB of the fit's boresight gain; beyond its ends a table stays level.

    Elevation follows the fit. Transmitters are counted in the order in which they send.
    """

    azimuth_deg: Floats  # (n,), rising
    tx_db: Floats  # (tx, n)
    rx_db: Floats  # (rx, n)
    source: str = "given as arrays"

    def __post_init__(self) -> None:
        azimuth = np.asarray(self.azimuth_deg, dtype=np.float64)
        if azimuth.ndim != 1 or len(azimuth) < 2 or not np.all(np.diff(azimuth) > 0):
            raise SceneError(f"patterns ({self.source}): azimuth_deg must rise and have two values or more")
        object.__setattr__(self, "azimuth_deg", azimuth)
        self._take("tx_db", self.tx_db)
        self._take("rx_db", self.rx_db)

    def _take(self, name: str, value: ArrayLike) -> None:
        table = np.asarray(value, dtype=np.float64)
        if table.ndim != 2 or table.shape[1] != len(self.azimuth_deg) or not np.all(np.isfinite(table)):
            raise SceneError(
                f"patterns ({self.source}): {name} must hold {len(self.azimuth_deg)} finite numbers a row"
            )
        object.__setattr__(self, name, table)

    def check(self, radar: str, transmitters: int, receivers: int) -> None:
        """Raise where there are not as many rows as antennas."""
        for name, table, count in (("tx", self.tx_db, transmitters), ("rx", self.rx_db, receivers)):
            if len(table) != count:
                raise SceneError(
                    f"radar {radar}: patterns ({self.source}) have {len(table)} {name}, not {count}"
                )


def read_patterns(path: Path) -> Patterns:
    """From a CSV whose first line is azimuth_deg, tx0, tx1, ..., rx0, rx1, ...; gains in dB."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = [[cell.strip() for cell in row] for row in csv.reader(file) if row]
    except (OSError, UnicodeDecodeError) as error:
        raise SceneError(f"{path}: cannot be read ({error})") from error
    head = rows[0] if rows else []
    transmitters = sum(name.startswith("tx") for name in head)
    receivers = sum(name.startswith("rx") for name in head)
    wanted = ["azimuth_deg"] + [f"tx{n}" for n in range(transmitters)] + [f"rx{n}" for n in range(receivers)]
    if head != wanted or not transmitters or not receivers:
        raise SceneError(f"{path}: line 1 is not azimuth_deg, tx0, ..., rx0, ...")
    table = np.array([_numbers(path, n, row, len(head)) for n, row in enumerate(rows[1:], start=2)])
    table = table.reshape(-1, len(head))
    tx, rx = table[:, 1 : 1 + transmitters], table[:, 1 + transmitters :]
    return Patterns(table[:, 0], tx.T, rx.T, str(path))


def _numbers(path: Path, line: int, row: list[str], count: int) -> list[float]:
    try:
        values = [float(cell) for cell in row]
    except ValueError as error:
        raise SceneError(f"{path}: line {line} has a cell that is no number") from error
    if len(values) != count or not np.all(np.isfinite(values)):
        raise SceneError(f"{path}: line {line} has not {count} finite numbers")
    return values
