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
MISSING = "〓"  # what printers set for a character that is not in the case


@cache
def _whole() -> bytes:
    try:
        return files(PACKAGE).joinpath(*FILE).read_bytes()
    except (ModuleNotFoundError, OSError) as error:
        raise InputError(f"no font for Chinese text: the package {PACKAGE} is not installed") from error


def font_subset(text: str, weight: int) -> bytes:
    """A static TrueType font with the characters of `text`."""
    font = TTFont(io.BytesIO(_whole()))
    options = subset.Options(layout_features=[], name_IDs=["*"], notdef_outline=True, hinting=False)
    cutter = subset.Subsetter(options)
    cutter.populate(text=text)
    cutter.subset(font)  # first: turning all 30 000 glyphs into one weight takes minutes
    static = instancer.instantiateVariableFont(font, {"wght": weight})
    # Two weights under one name are one font to a PDF writer.
    for name_id in (1, 4, 6):
        static["name"].setName(f"NotoSansSC-{weight}", name_id, 3, 1, 0x409)
        static["name"].setName(f"NotoSansSC-{weight}", name_id, 1, 0, 0)
    content = io.BytesIO()
    static.save(content)
    return content.getvalue()


@cache
def _known() -> frozenset[str]:
    return frozenset(chr(code) for code in TTFont(io.BytesIO(_whole()), lazy=True).getBestCmap())


def without_missing(text: str) -> str:
    """The text with a mark for each character the font does not have."""
    return "".join(one if one in _known() or one == "\n" else MISSING for one in text)
