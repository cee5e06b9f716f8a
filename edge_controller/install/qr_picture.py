"""The QR code of a record as a picture. Level Q: a quarter of it may be dirt."""

import io

import segno

LEVEL = "q"
QUIET_MODULES = 4  # ISO/IEC 18004
PNG_SCALE = 12  # pixels per module


def qr_code(text: str) -> segno.QRCode:
    """Alphanumeric mode, so the text has to be what qr_text makes."""
    return segno.make(text, error=LEVEL, mode="alphanumeric", micro=False, boost_error=False)


def qr_png(text: str) -> bytes:
    """Black on white, quiet zone included."""
    return _saved(text, "png", scale=PNG_SCALE)


def qr_svg(text: str) -> bytes:
    """The same without pixels; one unit a module."""
    return _saved(text, "svg", scale=1, unit="mm")


def qr_rows(text: str) -> list[list[bool]]:
    """Dark modules row by row, without the quiet zone."""
    return [[bool(module) for module in row] for row in qr_code(text).matrix]


def _saved(text: str, kind: str, **how: object) -> bytes:
    picture = io.BytesIO()
    qr_code(text).save(picture, kind=kind, border=QUIET_MODULES, **how)
    return picture.getvalue()
