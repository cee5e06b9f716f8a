"""What the QR on the plaque says: an address that any camera opens and that names the record by itself.

Capitals, digits and `:/.-` only, so that a QR code may use its alphanumeric mode; hence Base32 (RFC 4648).
"""

import base64
import binascii
import re
import unicodedata

from edge_controller.errors import InputError
from edge_controller.registration.record import HASH_BYTES, RECORD_ID_BYTES

HEAD_BYTES = 16  # of the record's SHA-256: enough to tell that record and code belong together
SCANNER_SIGN = re.compile(r"^\]Q[0-9]")  # some scanners say first what they read (ISO/IEC 15424)
LENGTH = 52  # of 32 bytes in Base32 without padding
LABEL = "[A-Z0-9](?:[A-Z0-9-]*[A-Z0-9])?"
HOST = re.compile(rf"{LABEL}(?:\.{LABEL})*(?::([1-9][0-9]{{0,4}}))?")
LAST_PORT = 65_535
FORM = re.compile(r"HTTPS://[A-Z0-9.-]+(?::[0-9]{1,5})?/V/([A-Z2-7]+)")


def qr_text(host: str, record_id: bytes, record_sha256: bytes) -> str:
    """`HTTPS://HOST/V/…` for a record; `host` may carry a port."""
    if not is_host(host):
        raise InputError(f"host {host!r} is not a host name (letters, digits, dots, hyphens, a port)")
    if (len(record_id), len(record_sha256)) != (RECORD_ID_BYTES, HASH_BYTES):
        raise ValueError("record_id has 16 bytes and record_sha256 has 32")
    code = base64.b32encode(record_id + record_sha256[:HEAD_BYTES]).decode().rstrip("=")
    return f"HTTPS://{host.upper()}/V/{code}"


def is_host(text: str) -> bool:
    """Whether it is a host name with or without a port, in either case."""
    found = HOST.fullmatch(text.upper())
    return found is not None and int(found[1] or 1) <= LAST_PORT


def read_qr_text(text: str) -> tuple[bytes, bytes]:
    """Record id and first 16 bytes of the record's SHA-256; forgives what scanners add."""
    tidy = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).upper()
    tidy = SCANNER_SIGN.sub("", tidy)
    found = FORM.fullmatch(tidy)
    if not found:
        raise InputError(f"{_shown(tidy)} is not the text of a record's QR code (HTTPS://…/V/…)")
    code = found[1]
    if len(code) != LENGTH:
        raise InputError(f"the QR code's text ends in {len(code)} characters, not {LENGTH}: read it again")
    return _unpacked(code)


def _unpacked(code: str) -> tuple[bytes, bytes]:
    try:
        content = base64.b32decode(code + "====")
    except binascii.Error as error:
        raise InputError(f"the QR code's text {_shown(code)} was misread: read it again") from error
    # The last character carries spare bits; another value there is another text, thus misread.
    if base64.b32encode(content).decode().rstrip("=") != code:
        raise InputError(f"the QR code's text {_shown(code)} was misread: read it again")
    return content[:RECORD_ID_BYTES], content[RECORD_ID_BYTES:]


def _shown(text: str) -> str:
    return repr(text if len(text) <= 80 else f"{text[:80]}…")
