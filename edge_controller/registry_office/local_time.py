"""Times as a person at the counter reads them: the office's zone, named."""

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from edge_controller.errors import InputError


def read_zone(name: str) -> ZoneInfo:
    """A zone of the tz database, such as Asia/Shanghai."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InputError(f"--zone {name!r} is not a zone like Asia/Shanghai") from error


def local_text(seconds: int, zone: ZoneInfo) -> str:
    """`2026-11-23 16:00:00 UTC+08:00`."""
    when = datetime.fromtimestamp(seconds, zone)
    offset = when.strftime("%z")
    return f"{when:%Y-%m-%d %H:%M:%S} UTC{offset[:3]}:{offset[3:5]}"
