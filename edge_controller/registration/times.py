"""Seconds since 1970 in documents, RFC 3339 in UTC for people."""

from datetime import UTC, datetime

from edge_controller.errors import InputError

LAST_S = 253_402_300_799  # 9999-12-31T23:59:59Z, the last a person can read
FORM = "%Y-%m-%dT%H:%M:%SZ"


def utc_text(seconds: int) -> str:
    """`2026-11-23T08:00:00Z`."""
    return datetime.fromtimestamp(seconds, UTC).strftime(FORM)


def utc_seconds(text: str) -> int:
    """The reverse; ValueError for any other form."""
    return int(datetime.strptime(text, FORM).replace(tzinfo=UTC).timestamp())


def typed_seconds(text: str, where: str) -> int:
    """A time a person typed; InputError naming `where`."""
    try:
        return utc_seconds(text)
    except ValueError as error:
        raise InputError(f"{where} is {text!r}, not a time like 2026-11-23T08:00:00Z") from error
