"""The commissioning run's verdict file (JSON, seconds and metres) as whole numbers for the record."""

import hashlib
import json
import math
from typing import Any

from edge_controller.errors import InputError
from edge_controller.registration.record import HASH_BYTES, Run, Software

SOURCE = "the commissioning run's verdict"


def run_of(verdict_json: bytes) -> Run:
    """What the run showed. Clearance is rounded down: the record must not promise more than was there."""
    verdict = _loaded(verdict_json)
    stopped = _flag(verdict, "with_system", "stopped")
    clearance_m = _number_or_none(verdict, "with_system", "min_clearance_m")
    return Run(
        contact_without=_flag(verdict, "without_system", "contact"),
        contact_with=_flag(verdict, "with_system", "contact"),
        request_ms=_milliseconds(verdict, "with_system", "request_s"),
        standstill_ms=_milliseconds(verdict, "with_system", "standstill_s") if stopped else None,
        min_clearance_mm=None if clearance_m is None else max(0, math.floor(clearance_m * 1000)),
        verdict_sha256=hashlib.sha256(verdict_json).digest(),
    )


def software_of(verdict_json: bytes, firmware_version: str) -> Software:
    """What the gateway ran in that run."""
    verdict = _loaded(verdict_json)
    name, version = (_text(verdict, "interpreter", key) for key in ("name", "version"))
    sha256 = _text(verdict, "firmware_sha256")
    try:
        firmware = bytes.fromhex(sha256)
    except ValueError as error:
        raise InputError(f"{SOURCE}: firmware_sha256 is {sha256!r}, not hexadecimal") from error
    if len(firmware) != HASH_BYTES:
        raise InputError(f"{SOURCE}: firmware_sha256 is {sha256!r}, not {HASH_BYTES} bytes")
    return Software(firmware, firmware_version, f"{name} {version}")


def _loaded(verdict_json: bytes) -> Any:
    try:
        return json.loads(verdict_json)
    except ValueError as error:
        raise InputError(f"{SOURCE} is not JSON ({error})") from error


def _get(verdict: Any, *path: str) -> Any:
    for key in path:
        if not isinstance(verdict, dict) or key not in verdict:
            raise InputError(f"{SOURCE}: {'.'.join(path)} is missing")
        verdict = verdict[key]
    return verdict


def _flag(verdict: Any, *path: str) -> bool:
    value = _get(verdict, *path)
    if not isinstance(value, bool):
        raise InputError(f"{SOURCE}: {'.'.join(path)} is {value!r}, not true or false")
    return value


def _text(verdict: Any, *path: str) -> str:
    value = _get(verdict, *path)
    if not isinstance(value, str):
        raise InputError(f"{SOURCE}: {'.'.join(path)} is {value!r}, not a text")
    return value


def _number_or_none(verdict: Any, *path: str) -> float | None:
    value = _get(verdict, *path)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise InputError(f"{SOURCE}: {'.'.join(path)} is {value!r}, not a finite number or null")
    return float(value)


def _milliseconds(verdict: Any, *path: str) -> int | None:
    seconds = _number_or_none(verdict, *path)
    return None if seconds is None else round(seconds * 1000)
