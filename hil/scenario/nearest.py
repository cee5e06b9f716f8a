"""A name that is not there: those that look like it, for a list of a hundred is no help."""

from collections.abc import Iterable
from difflib import get_close_matches

from edge_controller.config import FITS
from edge_controller.toml_table import shown

LONGEST = 60  # of what is looked for; comparing takes its square


def nearest(name: str, known: Iterable[str]) -> str:
    """`'T33', near T3 and T13`; the name alone where nothing is near it."""
    by_folded = {one.casefold(): one for one in known}
    near = get_close_matches(name[:LONGEST].casefold(), by_folded, cutoff=0.5)
    said = " or ".join(by_folded[one] for one in near)
    return f"{shown(name)}, which is near {said}" if near else shown(name)


def unknown_fit(name: str) -> str | None:
    """What to say of a name that none of the shipped fits has."""
    known = sorted(path.stem for path in FITS.glob("*.toml"))
    if name in known:
        return None
    return f"{shown(name)}: no shipped fit ({', '.join(known)}) and no path of a .toml"
