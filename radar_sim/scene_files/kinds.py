"""Every kind of thing and its keys, read from the figures themselves, as people are told them."""

import math
from dataclasses import dataclass

from radar_sim.figures import FIGURES
from radar_sim.scene_files.arguments import Option, options, said
from radar_sim.scene_files.reading import BY_THE_READER, EACH_FRAME, MOVES_BY


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind as a scene file knows it."""

    name: str
    what: str
    moves: bool
    keys: tuple[Option, ...]  # without those of its motion


def kinds() -> list[Kind]:
    """All of them by name."""
    return [_kind(name) for name in sorted(FIGURES)]


def in_words(option: Option) -> str:
    """Key with its default, or with what it takes where it must be given."""
    if option.is_needed:
        return f"{option.key} ({said(option)})"
    return f"{option.key} = {_default(option)}"


def as_markdown() -> str:
    """The table of the reference page."""
    rows = [_row(kind) for kind in kinds()]
    return "\n".join(["| kind | what | own keys and their defaults |", "|---|---|---|", *rows]) + "\n"


def _row(kind: Kind) -> str:
    what = kind.what.replace("|", "\\|")
    return f"| `{kind.name}`{'' if kind.moves else ' (stands)'} | {what} | {_cells(kind)} |"


def _kind(name: str) -> Kind:
    known = options(FIGURES[name], BY_THE_READER + EACH_FRAME)
    moves = set(MOVES_BY) - {"t_s"} <= {option.argument for option in known.values()}
    own = tuple(option for option in known.values() if not (moves and option.argument in MOVES_BY))
    doc = " ".join((FIGURES[name].__doc__ or "").split("\n\n")[0].split())
    return Kind(name, doc, moves, own)


def _cells(kind: Kind) -> str:
    return ", ".join(f"`{in_words(option)}`" for option in kind.keys) or "none"


def _default(option: Option) -> str:
    value = option.default
    if value is None:
        return "off"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float | int):
        return f"{math.degrees(value) if option.is_angle else value:g}"
    return str(value)
