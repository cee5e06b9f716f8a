"""Where TI's evaluation boards have their antennas.

Places are those of `antenna_geometry.c` of TI's mmWave SDK (3.x), in half wavelengths. There a phase that
grows with the place means right and up; ours are metres to the left and up (docs/reference/conventions.md),
so azimuth keeps its sign and elevation changes it. Taken from the source, tried on no board.
"""

from dataclasses import dataclass
from pathlib import Path

from edge_controller.config import Array, read_array
from edge_controller.errors import InputError
from edge_controller.toml_table import load

Places = tuple[tuple[int, int], ...]  # (azimuth, elevation) in half wavelengths, as the SDK has them
LINE: Places = ((0, 0), (1, 0), (2, 0), (3, 0))


@dataclass(frozen=True, slots=True)
class Board:
    """Antennas of one board, and over how many LVDS lanes it sends."""

    tx: Places
    rx: Places
    lanes: int = 2


STANDARD = Board(tx=((0, 1), (2, 0), (4, 1)), rx=LINE)
BOARDS = {
    "xwr1443": Board(STANDARD.tx, STANDARD.rx, lanes=4),  # the same antennas
    "xwr1642": Board(tx=((0, 0), (4, 0)), rx=LINE),
    "xwr1843": STANDARD,
    "xwr1843aop": Board(tx=((0, 0), (0, 1), (0, 2)), rx=LINE[::-1]),
    "xwr6843isk": STANDARD,
    "xwr6843aop": Board(tx=((0, 0), (2, 2), (0, 2)), rx=((1, 1), (1, 0), (0, 1), (0, 0))),
    "xwr6843ods": Board(tx=((0, 0), (2, 0), (2, 2)), rx=((0, 0), (0, 1), (1, 1), (1, 0))),
}


def board_named(name: str) -> Board | None:
    """The board of that name, None where there is none."""
    return BOARDS.get(name.lower())


def antennas(said: str, wavelength_m: float) -> Array:
    """All antennas of a named board, or those of the one [array] table of a TOML.

    Boards are drawn in half wavelengths of a frequency that the SDK does not tell; the recording's own is
    taken, as the SDK does.
    """
    board = board_named(said)
    if board is None:
        return _from_toml(said)
    return Array(
        name=said.lower(),
        rx_m=_metres(board.rx, wavelength_m),
        tx_m=_metres(board.tx, wavelength_m),
        tx_order=tuple(range(len(board.tx))),
    )


def _metres(places: Places, wavelength_m: float) -> tuple[tuple[float, float], ...]:
    return tuple(
        (azimuth * wavelength_m / 2, 0.0 - elevation * wavelength_m / 2) for azimuth, elevation in places
    )


def _from_toml(said: str) -> Array:
    path = Path(said)
    if path.suffix != ".toml":
        raise InputError(f"--antennas {said}: neither a TOML nor one of {', '.join(BOARDS)}")
    top = load(path)
    tables = top.tables("array")
    if len(tables) != 1:
        raise InputError(f"{path}: array has {len(tables)} tables, a board has one")
    return next(read_array(name, table) for name, table in tables.items())
