"""`nearside office`: what a registry officer runs."""

import json
import sys
import time
from pathlib import Path
from typing import Any

import click

from edge_controller.errors import InputError
from edge_controller.registration.record import MAX_BYTES, InstallationRecord
from edge_controller.registration.times import utc_seconds, utc_text
from edge_controller.registration.trust import read_trust
from edge_controller.registration.vin import check_vin
from edge_controller.registry_office.rules import RULES_VERSION
from edge_controller.registry_office.verdict import Verdict, record_view, verify_record

STANDARD_OUTPUT = "-"
NOT_ACCEPTED = 1
WORD_ZH = {"accepted": "合格", "review": "需复核", "rejected": "不合格", "unverifiable": "无法核验"}


@click.group()
def office() -> None:
    """Registry office: judge installation records."""


@office.command()
@click.argument("record", type=click.Path(path_type=Path))
@click.option(
    "--trust", "trust_folder", required=True, type=click.Path(path_type=Path), help="What this office trusts."
)
@click.option(
    "--json",
    "json_file",
    is_flag=False,
    flag_value=STANDARD_OUTPUT,
    metavar="[FILE]",
    help="Write the verdict as JSON, to standard output without FILE.",
)
@click.option("--vin", "vin_seen", help="VIN of the truck in front of you, to compare.")
@click.option(
    "--at", "at", metavar="UTC", help="Judge as of this time (2026-11-23T08:00:00Z) instead of now."
)
def verify(
    record: Path, trust_folder: Path, json_file: str | None, vin_seen: str | None, at: str | None
) -> None:
    """Judge RECORD offline. Exit code 0: accepted; 1: not; 2: no record, or no usable trust folder."""
    trust = read_trust(trust_folder)
    seen = None if vin_seen is None else check_vin(vin_seen)
    now_s = _now_s(at)
    verdict = verify_record(_content(record), trust, now_s, seen, str(record))
    if json_file is None:
        _say(_as_text(verdict))
    else:
        _write(json.dumps(as_json(verdict, now_s), ensure_ascii=False, indent=2) + "\n", json_file)
    sys.exit(0 if verdict.accepted else NOT_ACCEPTED)


def as_json(verdict: Verdict, now_s: int) -> dict[str, Any]:
    """The verdict as `--json` writes it."""
    return {
        "verdict": verdict.word,
        "rules_version": RULES_VERSION,
        "judged_at": utc_text(now_s),
        "reasons": [
            {"code": one.code, "leads_to": one.leads_to, "text": one.text, "text_zh": one.text_zh}
            for one in verdict.reasons
        ],
        "record_sha256": verdict.record_sha256.hex(),
        "record": record_view(verdict.record),
    }


def _as_text(verdict: Verdict) -> str:
    lines = [f"{verdict.word.upper()}  {WORD_ZH[verdict.word]}"]
    for one in verdict.reasons:
        lines += [f"- {one.text}  [{one.code}]", f"  {one.text_zh}"]
    return "\n".join([*lines, *_to_compare(verdict.record)])


def _to_compare(record: InstallationRecord) -> list[str]:
    """What a person must find on the truck: a good document says nothing of the truck it is shown with."""
    truck, unit = record.vehicle, record.unit
    return [
        f"VIN    {truck.vin}",
        f"号牌   {truck.plate or '-'}  plate, colour code {truck.plate_colour or '-'}",
        f"设备   {unit.serial}  unit, key {unit.public_key.hex()[:16]}…",
        f"固件   {record.software.firmware_version}  firmware",
        f"有效期 {utc_text(record.expires_at_s)}  valid until",
    ]


def _say(text: str) -> None:
    # A terminal that cannot show Chinese gets escapes, not a crash.
    encoding = sys.stdout.encoding or "utf-8"
    click.echo(text.encode(encoding, "backslashreplace"))


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            # One byte more than allowed tells "too long" without reading a whole disk.
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error


def _now_s(at: str | None) -> int:
    if at is None:
        return int(time.time())
    try:
        return utc_seconds(at)
    except ValueError as error:
        raise InputError(f"--at is {at!r}, not a time like 2026-11-23T08:00:00Z") from error


def _write(text: str, target: str) -> None:
    # Bytes, because JSON is UTF-8 whatever the terminal speaks.
    if target == STANDARD_OUTPUT:
        click.echo(text.encode(), nl=False)
        return
    try:
        Path(target).write_bytes(text.encode())
    except OSError as error:
        raise InputError(f"{target}: cannot be written ({error.strerror})") from error
