"""`nearside unit`: what a simulated unit says of itself, and how it reaches the office."""

import sys
import time
from pathlib import Path

import click

from edge_controller.named_path import File, Folder
from edge_controller.registration.delivery import Delivered, deliver, http_post, read_address
from edge_controller.registration.health import ALL_HEALTHY, PARTS, read_health
from edge_controller.registration.plate import tidy_plate
from edge_controller.registration.times import typed_seconds
from edge_controller.registration.unit import UnitFolder
from edge_controller.registration.vin import check_vin

STILL_WAITING = 1

UNIT = click.option("--unit", "folder", required=True, type=Folder(), help="The unit's folder.")
AT = click.option("--at", metavar="UTC", help="Send as of this time (2026-11-23T08:00:00Z) instead of now.")


@click.group()
def unit() -> None:
    """A simulated unit: sign health reports, deliver what waits."""


@unit.command()
@UNIT
@click.option("--vin-on-can", help="VIN the truck tells on its bus; left out: the truck does not answer.")
@click.option("--broken", multiple=True, type=click.Choice(PARTS), help="A part that does not work.")
@click.option("--office", "address", type=File(), help="Deliver at once (office.toml).")
@AT
def report(
    folder: Path, vin_on_can: str | None, broken: tuple[str, ...], address: Path | None, at: str | None
) -> None:
    """Sign the next health report into the unit's spool.

    Exit code 0: signed, and with --office everything is there; 1: signed, but something still waits; 2: bad
    input.
    """
    now_s = _now_s(at)
    found = UnitFolder.open(folder)
    seen = None if vin_on_can is None else check_vin(tidy_plate(vin_on_can))
    office = None if address is None else read_address(address)  # before anything is signed
    document = found.report(seen, _healthy(broken))
    health = read_health(document, found.identity.public_key)
    click.echo(f"{health.serial}: report boot {health.boot}, seq {health.seq} signed")
    if office is not None:
        _tell(deliver(found.spool, office, now_s, http_post))


@unit.command(name="deliver")
@UNIT
@click.option("--office", "address", required=True, type=File(), help="The office (office.toml).")
@AT
def deliver_(folder: Path, address: Path, at: str | None) -> None:
    """Deliver what waits in the unit's spool, oldest first.

    Exit code 0: the office has everything; 1: something still waits and is kept; 2: bad input.
    """
    now_s = _now_s(at)
    _tell(deliver(UnitFolder.open(folder).spool, read_address(address), now_s, http_post))


def _healthy(broken: tuple[str, ...]) -> int:
    bits: int = sum(1 << PARTS.index(name) for name in set(broken))
    return ALL_HEALTHY & ~bits


def _tell(result: Delivered) -> None:
    again = f", {result.duplicates} of them before" if result.duplicates else ""
    click.echo(f"received by the office: {result.received}{again}; still waiting: {result.waiting}")
    if result.problem:
        click.echo(f"nearside: {result.problem.text} / {result.problem.text_zh}", err=True)
        sys.exit(STILL_WAITING)


def _now_s(at: str | None) -> int:
    return int(time.time()) if at is None else typed_seconds(at, "--at")
