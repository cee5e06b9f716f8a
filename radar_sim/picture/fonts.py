"""The letters of a picture: names of scenes and things may be Chinese."""

import logging
from pathlib import Path

from matplotlib import font_manager

LATIN = "DejaVu Sans"  # comes with matplotlib
FIRST_IDEOGRAPH = "\u2e80"
# Beginnings of font files with Chinese letters, as systems have them; the best first.
CHINESE = (
    "NotoSansCJK-Regular",
    "NotoSansSC-Regular",
    "NotoSansCJKsc-Regular",
    "SourceHanSansSC-Regular",
    "SourceHanSansCN-Regular",
    "wqy-microhei",
    "wqy-zenhei",
    "msyh",
    "simhei",
    "PingFang",
    "NotoSerifCJK-Regular",
    "DroidSansFallback",
)


def fonts(text: str) -> list[str]:
    """Families for a text, Latin letters first; the second is looked for only where it is needed."""
    if all(letter < FIRST_IDEOGRAPH for letter in text):
        return [LATIN]
    # The files themselves, as matplotlib's own list is made once and does not see what is installed later.
    files = sorted(font_manager.findSystemFonts(), key=lambda path: Path(path).name)
    found = (path for begin in CHINESE for path in files if Path(path).name.startswith(begin))
    path = next(found, None)
    if path is None:
        return [LATIN]
    font_manager.fontManager.addfont(path)
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)  # it has no bold face, and may not
    return [LATIN, font_manager.get_font(path).family_name]
