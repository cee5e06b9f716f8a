"""`nearside office`: what a registry officer runs."""

import json
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from edge_controller.errors import InputError
from edge_controller.named_path import File, Folder, Name, check_written, json_option
from edge_controller.registration.plate import tidy_plate
from edge_controller.registration.record import MAX_BYTES, InstallationRecord
from edge_controller.registration.times import typed_seconds, utc_text
from edge_controller.registration.trust import read_trust
from edge_controller.registration.vin import check_vin
from edge_controller.registry_office.rules import RULES_VERSION
from edge_controller.registry_office.verdict import Verdict, record_view, verify_record

STANDARD_OUTPUT = "-"
NOT_ACCEPTED = 1
WORD_ZH = {"accepted": "合格", "review": "需复核", "rejected": "不合格", "unverifiable": "无法核验"}


@click.group()
def office() -> None:
    """Registry office: judge installation records, keep them, see whether units are alive."""


@office.command()
@click.argument("record", type=File())
@click.option("--trust", "trust_folder", required=True, type=Folder(), help="What this office trusts.")
@json_option("json_file", "Write the verdict as JSON, to standard output without FILE.")
@click.option("--vin", "vin_seen", help="VIN of the truck in front of you, to compare.")
@click.option(
    "--at", "at", metavar="UTC", help="Judge as of this time (2026-11-23T08:00:00Z) instead of now."
)
def verify(
    record: Path, trust_folder: Path, json_file: str | None, vin_seen: str | None, at: str | None
) -> None:
    """Judge RECORD offline. Exit code 0: accepted; 1: not; 2: no record, or no usable trust folder."""
    trust = read_trust(trust_folder)
    check_written("--json", json_file, record, *trust_folder.iterdir())
    seen = None if vin_seen is None else check_vin(tidy_plate(vin_seen))
    now_s = _now_s(at)
    verdict = verify_record(_content(record), trust, now_s, seen, str(record))
    if json_file is None:
        _say(_as_text(verdict))
    else:
        _write(json.dumps(as_json(verdict, now_s), ensure_ascii=False, indent=2) + "\n", json_file)
    sys.exit(0 if verdict.accepted else NOT_ACCEPTED)


PORT = click.option("--port", type=click.IntRange(0, 65_535), default=8080, show_default=True)


@office.command(name="serve")
@click.option("--trust", "trust_folder", required=True, type=Folder(), help="What this office trusts.")
@click.option("--db", "database", required=True, type=File(), help="Made where it is missing.")
@click.option("--hooks", "hooks", required=True, type=File(), help="Who may deliver (hooks.toml).")
@click.option(
    "--host", type=Name(), default="127.0.0.1", show_default=True, help="127.0.0.1: this machine only."
)
@PORT
@click.option(
    "--alive-days",
    type=click.IntRange(1, 3650),
    default=7,
    show_default=True,
    help="How long a health report counts.",
)
@click.option("--zone", default="Asia/Shanghai", show_default=True, help="Zone of the times shown.")
@click.option("--at", metavar="UTC", help="Let the office's clock stand at this time instead of running.")
def serve_(  # noqa: PLR0917 - one argument an option
    trust_folder: Path,
    database: Path,
    hooks: Path,
    host: str,
    port: int,
    alive_days: int,
    zone: str,
    at: str | None,
) -> None:
    """Open the office: pages for officers, an API for units. Ctrl-C closes it (exit code 0); 2: bad input."""
    # Here, not above: `nearside --help` must not wait for a web server and a database library.
    from edge_controller.registry_office.desk import Desk  # noqa: PLC0415
    from edge_controller.registry_office.hooks import hooks_file  # noqa: PLC0415
    from edge_controller.registry_office.local_time import read_zone  # noqa: PLC0415
    from edge_controller.registry_office.reread import trust_folder as trusted  # noqa: PLC0415
    from edge_controller.registry_office.server import build_app, listen, serve  # noqa: PLC0415
    from edge_controller.registry_office.store import Store  # noqa: PLC0415

    trust, senders, found_zone = trusted(trust_folder), hooks_file(hooks), read_zone(zone)
    now = _clock(at)
    with closing(listen(host, port)) as listening, closing(Store.open(database)) as store:
        desk = Desk(store, trust, senders, now, alive_days, found_zone)
        click.echo(f"{trust.now().office.name}: {_address(host, listening.getsockname()[1])}  (Ctrl-C)")
        serve(build_app(desk), listening)


@office.command(name="demo")
@PORT
@click.option("--no-browser", is_flag=True, help="Do not open a browser.")
@click.option(
    "--db",
    "database",
    type=File(),
    help="Keep the demo in this file; else it is gone afterwards.",
)
def demo_(port: int, no_browser: bool, database: Path | None) -> None:
    """An office with simulated trucks of every verdict, to try. Ctrl-C closes it; 2: bad input."""
    from edge_controller.registry_office.demo import run_demo  # noqa: PLC0415

    run_demo(port, database, browser=not no_browser)


def _clock(at: str | None) -> Callable[[], int]:
    """The office's own clock; with `at` it stands."""
    if at is None:
        return lambda: int(time.time())
    stands_s = typed_seconds(at, "--at")
    return lambda: stands_s


def _address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


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
    return int(time.time()) if at is None else typed_seconds(at, "--at")


def _write(text: str, target: str) -> None:
    # Bytes, because JSON is UTF-8 whatever the terminal speaks.
    if target == STANDARD_OUTPUT:
        click.echo(text.encode(), nl=False)
        return
    try:
        Path(target).write_bytes(text.encode())
    except OSError as error:
        raise InputError(f"{target}: cannot be written ({error.strerror})") from error
