"""An office to try: simulated trucks of every verdict, signed by the real code with keys made on the spot."""

import base64
import hashlib
import secrets
import tempfile
import time
import webbrowser
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Timer

import click

from edge_controller.errors import InputError
from edge_controller.registration.health import ALL_HEALTHY, read_health
from edge_controller.registration.identity import InstallerIdentity, new_unit_key
from edge_controller.registration.qr_text import qr_text
from edge_controller.registration.record import (
    FitUsed,
    InstallationRecord,
    Installer,
    Run,
    Software,
    Unit,
    Vehicle,
    read_installation,
    sign_installation,
)
from edge_controller.registration.trust import (
    ApprovedFirmware,
    ApprovedFit,
    KnownUnit,
    Office,
    TrustedInstaller,
    trust_of,
    write_trust,
)
from edge_controller.registration.unit import UnitFolder
from edge_controller.registration.vin import with_check_digit
from edge_controller.registry_office.alive import WORD_ZH
from edge_controller.registry_office.desk import Desk
from edge_controller.registry_office.hooks import hooks_file
from edge_controller.registry_office.judgement import current, judge
from edge_controller.registry_office.local_time import read_zone
from edge_controller.registry_office.reread import trust_folder
from edge_controller.registry_office.rules import DAY_S
from edge_controller.registry_office.server import build_app, listen, serve
from edge_controller.registry_office.store import Store

OFFICE = Office("320100", "南京车管所（演示）", ("muck_truck", "mixer"), 366, accept_simulated=True)
HOST = "127.0.0.1"
ALIVE_DAYS = 7
SENDER = "demo"
NO_RADAR = ALL_HEALTHY & ~1
# Nothing was flashed and nobody drove: the demo is about the office, and its records say "simulated".
FIRMWARE = hashlib.sha256(b"firmware of the office demo").digest()
FIT = hashlib.sha256(b"fit of the office demo").digest()
VERDICT = hashlib.sha256(b"commissioning run of the office demo").digest()


@dataclass(frozen=True, slots=True)
class Truck:
    """One truck of the demo and what happened to it."""

    what: str
    vin: str
    plate: str
    kind: str
    serial: str
    heard_days_ago: int | None = None  # when its unit last reported
    healthy: int = ALL_HEALTHY
    hits_with_system: bool = False
    on_makers_list: bool = True
    swapped_for: str | None = None  # serial of the unit that reports from it today


def _vin(number: int) -> str:
    return with_check_digit(f"LNS8X4TPT1{number:06d}")


# fmt: off
TRUCKS = (
    Truck("fitted, reported yesterday", _vin(1), "苏A12345", "muck_truck", "NS-D-0001", heard_days_ago=1),
    Truck("fitted, never reported", _vin(2), "苏A23456", "mixer", "NS-D-0002"),
    Truck("fitted, silent for nine days", _vin(3), "苏A34567", "muck_truck", "NS-D-0003", heard_days_ago=9),
    Truck("its radar is broken", _vin(4), "苏A45678", "muck_truck", "NS-D-0004", heard_days_ago=0,
          healthy=NO_RADAR),
    Truck("its unit was swapped", _vin(5), "苏A56789", "mixer", "NS-D-0005", heard_days_ago=3,
          swapped_for="NS-D-0099"),
    Truck("hit the rider in its commissioning run", _vin(6), "苏A67890", "muck_truck", "NS-D-0006",
          heard_days_ago=0, hits_with_system=True),
    Truck("its unit is not on the maker's list", _vin(7), "苏A78901", "mixer", "NS-D-0007",
          on_makers_list=False),
)
# fmt: on


def run_demo(port: int, database: Path | None, *, browser: bool) -> None:
    """Make the office, say what to try, serve until interrupted."""
    with closing(listen(HOST, port)) as listening, _folder(database) as folder:
        address = f"http://{HOST}:{listening.getsockname()[1]}"
        with closing(Store.open(database or folder / "office.db")) as store:
            desk = _desk(folder, store, address)
            click.echo(what_to_try(desk, folder, address))
            if browser:
                Timer(0.5, webbrowser.open, [address]).start()
            serve(build_app(desk), listening)


def _desk(folder: Path, store: Store, address: str) -> Desk:
    if not (folder / "trust").exists():
        make_office(folder, store, int(time.time()))
    write_address(folder, address)
    return Desk(
        store,
        trust_folder(folder / "trust"),
        hooks_file(folder / "hooks.toml"),
        lambda: int(time.time()),
        ALIVE_DAYS,
        read_zone("Asia/Shanghai"),
        demo=True,
    )


@contextmanager
def _folder(database: Path | None) -> Iterator[Path]:
    """Where units and lists of the demo live: beside its database, or nowhere for long."""
    if database is None:
        with tempfile.TemporaryDirectory(prefix="nearside-office-") as name:
            yield Path(name)
        return
    folder = database.with_name(f"{database.name}.demo")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"--db {database}: {folder} cannot be made ({error.strerror})") from error
    yield folder


def make_office(folder: Path, store: Store, now_s: int) -> None:
    """Trust folder, hooks, one folder for each unit, and what they delivered in the days before `now_s`."""
    installer = InstallerIdentity("demo-installer", "演示安装站", new_unit_key())
    units = {
        serial: UnitFolder.create(folder / "units" / serial, serial)
        for truck in TRUCKS
        for serial in (truck.serial, truck.swapped_for)
        if serial
    }
    for unit in units.values():
        unit.fitted(FIRMWARE)
    for truck in TRUCKS:
        _hand_in(store, truck, units[truck.serial], installer, now_s)
    for truck in sorted(TRUCKS, key=lambda one: -(one.heard_days_ago or 0)):
        _let_report(store, truck, units[truck.serial], now_s)
    for truck in TRUCKS:
        if truck.swapped_for:
            _report(store, units[truck.swapped_for], truck.vin, ALL_HEALTHY, now_s - 600)
    _write_hooks(folder)
    unlisted = {truck.serial for truck in TRUCKS if not truck.on_makers_list}
    # Last, because its being there says that the demo is complete.
    write_trust(
        folder / "trust",
        trust_of(
            OFFICE,
            installers=[_known(installer, now_s)],
            units=[
                KnownUnit(serial, unit.identity.public_key)
                for serial, unit in units.items()
                if serial not in unlisted
            ],
            firmware=[ApprovedFirmware("0.1.0", FIRMWARE)],
            fits=[ApprovedFit("demo", FIT)],
        ),
    )


def _known(installer: InstallerIdentity, now_s: int) -> TrustedInstaller:
    return TrustedInstaller(
        installer.id,
        installer.organisation,
        installer.public_key,
        now_s - 90 * DAY_S,
        now_s + 366 * DAY_S,
        demo=True,
    )


def _hand_in(store: Store, truck: Truck, unit: UnitFolder, installer: InstallerIdentity, now_s: int) -> None:
    fitted_s = now_s - 30 * DAY_S
    record = InstallationRecord(
        record_id=secrets.token_bytes(16),
        office=OFFICE.code,
        purpose="new",
        simulated=True,
        installed_at_s=fitted_s,
        expires_at_s=fitted_s + 365 * DAY_S,
        vehicle=Vehicle(truck.vin, truck.vin, truck.plate, 2, truck.kind),
        unit=Unit(unit.identity.serial, unit.identity.public_key),
        software=Software(FIRMWARE, "0.1.0", "none (office demo)"),
        fit=FitUsed("demo", FIT),
        run=Run(
            contact_without=True,
            contact_with=truck.hits_with_system,
            request_ms=3_150,
            standstill_ms=5_050,
            min_clearance_mm=0 if truck.hits_with_system else 640,
            verdict_sha256=VERDICT,
        ),
        installer=Installer(installer.id, installer.organisation),
    )
    content = sign_installation(record, unit.identity, installer)
    store.add_record(content, record, fitted_s + 3_600, None)


def _let_report(store: Store, truck: Truck, unit: UnitFolder, now_s: int) -> None:
    if truck.heard_days_ago is not None:
        then_s = now_s - truck.heard_days_ago * DAY_S - 1_200
        _report(store, unit, truck.vin, truck.healthy, then_s)


def _report(store: Store, unit: UnitFolder, vin: str, healthy: int, now_s: int) -> None:
    content = unit.report(vin, healthy)
    store.add_report(content, read_health(content, unit.identity.public_key), now_s, SENDER)
    unit.spool.confirm(max(unit.spool.numbers()))


def _write_hooks(folder: Path) -> None:
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
    (folder / "secret").write_text(secret, encoding="ascii")
    text = f'[[sender]]\nid = "{SENDER}"\nsecrets = ["{secret}"]\n'
    (folder / "hooks.toml").write_text(text, encoding="ascii")


def write_address(folder: Path, address: str) -> None:
    """`office.toml` for units that deliver here; the port may be another one today."""
    secret = (folder / "secret").read_text(encoding="ascii")
    text = f'url = "{address}"\nsender = "{SENDER}"\nsecret = "{secret}"\n'
    (folder / "office.toml").write_text(text, encoding="ascii")


def what_to_try(desk: Desk, folder: Path, address: str) -> str:
    """Address, then VIN, plate and QR text of each truck, and how to make one report."""
    lines = [f"Office of the demo: {address}/   (English: {address}/?lang=en)   Ctrl-C ends", ""]
    terms = desk.terms()
    for truck in TRUCKS:
        kept = current(desk.store, truck.vin, terms)
        if kept is None:
            continue
        word = judge(desk.store, kept, terms).word
        record = read_installation(kept.content).record
        text = qr_text(address.removeprefix("http://"), record.record_id, bytes.fromhex(kept.sha256))
        lines += [f"{word}  {WORD_ZH[word]}: {truck.what}", f"  {truck.vin}  {truck.plate}  {text}"]
    silent = TRUCKS[1]
    command = f"nearside unit report --unit {folder / 'units' / silent.serial} --vin-on-can {silent.vin}"
    return "\n".join(
        [
            *lines,
            "",
            f"Let {silent.plate} report, then look again:",
            f"  {command} --office {folder / 'office.toml'}",
        ]
    )
