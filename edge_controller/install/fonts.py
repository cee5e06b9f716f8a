"""Noto Sans SC (SIL Open Font License) for the printed page: only the characters used, in the weight wanted.

The package holds one variable font whose default weight is thin, and 17 MB of it.
"""

import io
from functools import cache
from importlib.resources import files

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

from edge_controller.errors import InputError

PACKAGE = "justmytype_intl_cjk"
FILE = ("fonts", "ofl", "notosanssc", "NotoSansSC[wght].ttf")
REGULAR, BOLD = 400, 700
LAYOUT = ("GSUB", "GPOS", "GDEF", "BASE")  # a page of short lines needs no ligatures and no kerning
MISSING = "〓"  # what printers set for a character that is not in the case


@cache
def _whole() -> bytes:
    try:
        return files(PACKAGE).joinpath(*FILE).read_bytes()
    except (ModuleNotFoundError, OSError) as error:
        raise InputError(f"no font for Chinese text: the package {PACKAGE} is not installed") from error


def font_subsets(text: str, weights: tuple[int, ...], tag: str) -> tuple[bytes, ...]:
    """Static TrueType fonts with the characters of `text`, one for each weight, `tag` in their names."""
    font = TTFont(io.BytesIO(_whole()))
    for table in LAYOUT:
        del font[table]
    options = subset.Options(name_IDs=["*"], notdef_outline=True, hinting=False)
    cutter = subset.Subsetter(options)
    cutter.populate(text=text)
    cutter.subset(font)  # first: turning all 30 000 glyphs into one weight takes minutes
    cut = _saved(font)
    return tuple(_of_weight(cut, weight, f"NotoSansSC-{weight}-{tag}") for weight in weights)


def _of_weight(variable: bytes, weight: int, name: str) -> bytes:
    static = instancer.instantiateVariableFont(TTFont(io.BytesIO(variable)), {"wght": weight})
    # A PDF writer knows a font by this name: two weights, or two pages' subsets, are not one font.
    for name_id in (1, 4, 6):
        static["name"].setName(name, name_id, 3, 1, 0x409)
        static["name"].setName(name, name_id, 1, 0, 0)
    return _saved(static)


def _saved(font: TTFont) -> bytes:
    content = io.BytesIO()
    font.save(content)
    return content.getvalue()


@cache
def _known() -> frozenset[str]:
    return frozenset(chr(code) for code in TTFont(io.BytesIO(_whole()), lazy=True).getBestCmap())


def without_missing(text: str) -> str:
    """The text with a mark for each character the font does not have."""
    return "".join(one if one in _known() or one == "\n" else MISSING for one in text)
