"""What the office was given, numbered in the order of receipt and never changed: records and health reports.

SQLAlchemy Core, no SQL of one engine outside `_opened`, so that the address may one day be PostgreSQL's.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import (
    URL,
    BigInteger,
    Column,
    Engine,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    RowMapping,
    Select,
    String,
    Table,
    create_engine,
    event,
    func,
    inspect,
    select,
)
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

from edge_controller.errors import InputError
from edge_controller.registration.fields import MAX_TEXT
from edge_controller.registration.health import PARTS, Health
from edge_controller.registration.record import InstallationRecord

SCHEMA = 2
ONE_RECORD_AN_ID = 1  # the schema that took the first record under an id and no other
BUSY_S = 30  # how long one writer waits for another
SHOWN_REPORTS = 10
META = "nearside_office"

metadata = MetaData()
meta = Table(META, metadata, Column("schema", Integer, nullable=False))
documents = Table(
    "documents",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("received_at_s", BigInteger, nullable=False),
    Column("sender", String(MAX_TEXT)),  # null: handed in at the counter
    Column("content", LargeBinary, nullable=False),
)
records = Table(
    "records",
    metadata,
    Column("number", ForeignKey("documents.number"), primary_key=True),
    Column("record_id", String(32), nullable=False, index=True),
    Column("vin", String(MAX_TEXT), nullable=False, index=True),
    Column("vin_backwards", String(MAX_TEXT), nullable=False, index=True),  # finds the end of a VIN by index
    Column("plate", String(MAX_TEXT), index=True),
    Column("serial", String(MAX_TEXT), nullable=False, index=True),
)
reports = Table(
    "reports",
    metadata,
    Column("number", ForeignKey("documents.number"), primary_key=True),
    Column("serial", String(MAX_TEXT), nullable=False),
    Column("boot", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("vin_on_can", String(MAX_TEXT), index=True),
    Column("healthy", Integer, nullable=False),
    Column("firmware_sha256", String(64), nullable=False),
    Index("reports_in_order", "serial", "boot", "seq"),
)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a document: kept, or known already."""

    state: Literal["new", "duplicate"]
    number: int
    sha256: str


@dataclass(frozen=True, slots=True)
class KeptRecord:
    """An installation record as it came."""

    number: int
    sha256: str
    received_at_s: int
    sender: str | None
    content: bytes


@dataclass(frozen=True, slots=True)
class KeptReport:
    """A health report: what it says, and when the office first got it."""

    number: int
    received_at_s: int
    serial: str
    boot: int
    seq: int
    vin_on_can: str | None
    healthy: int
    firmware_sha256: str

    def broken_parts(self) -> tuple[str, ...]:
        """Names of what does not work."""
        return tuple(name for bit, name in enumerate(PARTS) if not self.healthy >> bit & 1)


class Store:
    """The database. Whatever a method returns as kept is on the disk."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, path: Path) -> "Store":
        """Open or make the file; InputError where it is no database of an office or a newer one."""
        engine = _opened(path)
        try:
            _check(engine, path)
        except (SQLAlchemyError, InputError) as error:
            engine.dispose()
            if isinstance(error, InputError):
                raise
            cause = error.orig if isinstance(error, DBAPIError) else error
            raise InputError(f"{path}: cannot be used as the office's database ({cause})") from error
        return cls(engine)

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    def add_record(
        self, content: bytes, record: InstallationRecord, now_s: int, sender: str | None
    ) -> Receipt:
        """Keep a decoded record. The same bytes again are no news.

        Other bytes under its id are another record: whoever copied an id must not keep the genuine one out.
        """
        vin = record.vehicle.vin
        fields = {
            "record_id": record.record_id.hex(),
            "vin": vin,
            "vin_backwards": vin[::-1],
            "plate": record.vehicle.plate,
            "serial": record.unit.serial,
        }
        return self._add(content, records, fields, now_s, sender)

    def add_report(self, content: bytes, health: Health, now_s: int, sender: str | None) -> Receipt:
        """Keep a verified report, also one that is old or contradicts another: that is evidence."""
        fields = {
            "serial": health.serial,
            "boot": health.boot,
            "seq": health.seq,
            "vin_on_can": health.vin_on_can,
            "healthy": health.healthy,
            "firmware_sha256": health.firmware_sha256.hex(),
        }
        return self._add(content, reports, fields, now_s, sender)

    def _add(
        self, content: bytes, table: Table, fields: dict[str, Any], now_s: int, sender: str | None
    ) -> Receipt:
        sha256 = hashlib.sha256(content).hexdigest()
        document = {"sha256": sha256, "received_at_s": now_s, "sender": sender, "content": content}
        try:
            with self._engine.begin() as connection:
                number = connection.execute(documents.insert().values(document)).inserted_primary_key
                assert number is not None
                connection.execute(table.insert().values(number=number[0], **fields))
                return Receipt("new", number[0], sha256)
        except IntegrityError:
            # Whoever came first stays; asking before writing would let two writers both be first.
            return self._known(sha256)

    def _known(self, sha256: str) -> Receipt:
        same = self._first(select(documents.c.number).where(documents.c.sha256 == sha256))
        assert same is not None
        return Receipt("duplicate", same["number"], sha256)

    def record(self, sha256: str) -> KeptRecord | None:
        """The record with these bytes."""
        return next(iter(self._records(_RECORDS.where(documents.c.sha256 == sha256))), None)

    def records_by_id(self, record_id: bytes) -> list[KeptRecord]:
        """All that call themselves so, in the order of receipt; an id alone proves nothing."""
        return self._records(_RECORDS.where(records.c.record_id == record_id.hex()))

    def records_of_vin(self, vin: str) -> list[KeptRecord]:
        """In the order of receipt."""
        return self._records(_RECORDS.where(records.c.vin == vin))

    def records_of_unit(self, serial: str) -> list[KeptRecord]:
        """In the order of receipt."""
        return self._records(_RECORDS.where(records.c.serial == serial))

    def vins_ending(self, tail: str) -> list[str]:
        """VINs of records that end in `tail` (letters and digits)."""
        ends = records.c.vin_backwards.startswith(tail[::-1], autoescape=True)
        return self._vins(select(records.c.vin).where(ends))

    def vins_of_plate(self, plate: str) -> list[str]:
        """VINs of records that name this plate."""
        return self._vins(select(records.c.vin).where(records.c.plate == plate))

    def newest_report(self, serial: str, *, naming: bool = False) -> KeptReport | None:
        """By (boot, seq), never by a clock; `naming`: only among those in which the truck told a VIN.

        Of different reports of one number only the first received counts: a copy must not refresh anything.
        """
        found = _REPORTS.where(reports.c.serial == serial, ~_TWIN_BEFORE)
        if naming:
            found = found.where(reports.c.vin_on_can.is_not(None))
        return self._report(found.order_by(reports.c.boot.desc(), reports.c.seq.desc()).limit(1))

    def latest_twin(self, serial: str) -> KeptReport | None:
        """The last received of different reports that share one number: the key is in two places."""
        twins = _REPORTS.where(reports.c.serial == serial, _TWIN_BEFORE)
        return self._report(twins.order_by(reports.c.number.desc()).limit(1))

    def units_naming(self, vin: str) -> list[str]:
        """Serials of all units that ever reported from this VIN."""
        found = select(reports.c.serial).where(reports.c.vin_on_can == vin).distinct()
        return [row["serial"] for row in self._rows(found.order_by(reports.c.serial))]

    def reports_around(self, vin: str, serial: str) -> list[KeptReport]:
        """The last few received of this unit or from this VIN, newest first."""
        found = _REPORTS.where((reports.c.serial == serial) | (reports.c.vin_on_can == vin))
        rows = self._rows(found.order_by(reports.c.number.desc()).limit(SHOWN_REPORTS))
        return [KeptReport(**row) for row in rows]

    def counts(self) -> tuple[int, int]:
        """How many records and how many reports are kept."""
        with self._engine.connect() as connection:
            one, other = (
                connection.scalar(select(func.count()).select_from(table)) for table in (records, reports)
            )
        return one or 0, other or 0

    def _records(self, query: "Select[Any]") -> list[KeptRecord]:
        return [KeptRecord(**row) for row in self._rows(query.order_by(documents.c.number))]

    def _report(self, query: "Select[Any]") -> KeptReport | None:
        row = self._first(query)
        return KeptReport(**row) if row else None

    def _vins(self, query: "Select[Any]") -> list[str]:
        return [row["vin"] for row in self._rows(query.distinct().order_by(records.c.vin))]

    def _first(self, query: "Select[Any]") -> RowMapping | None:
        return next(iter(self._rows(query)), None)

    def _rows(self, query: "Select[Any]") -> Iterable[RowMapping]:
        with self._engine.connect() as connection:
            return connection.execute(query).mappings().all()


_RECORDS = select(documents).join_from(documents, records)
_REPORTS = select(
    reports.c.number,
    documents.c.received_at_s,
    *(reports.c[name] for name in ("serial", "boot", "seq", "vin_on_can", "healthy", "firmware_sha256")),
).join_from(reports, documents)
_first = reports.alias()
_TWIN_BEFORE = (
    select(_first.c.number)
    .where(
        _first.c.serial == reports.c.serial,
        _first.c.boot == reports.c.boot,
        _first.c.seq == reports.c.seq,
        _first.c.number < reports.c.number,
    )
    .exists()
)


def _opened(path: Path) -> Engine:
    engine = create_engine(
        # Absolute: ":memory:" is a file name like any other, "?" and "%" are, too.
        URL.create("sqlite", database=str(path.absolute())),
        connect_args={"timeout": BUSY_S},
    )

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _: object) -> None:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")  # NORMAL may lose what was confirmed in a power cut
        connection.execute("PRAGMA foreign_keys = ON")

    return engine


def _check(engine: Engine, path: Path) -> None:
    tables = inspect(engine).get_table_names()
    if not tables:
        with engine.begin() as connection:
            metadata.create_all(connection)
            connection.execute(meta.insert().values(schema=SCHEMA))
        return
    if META not in tables:
        raise InputError(f"{path}: a database of something else (it has no table {META})")
    with engine.connect() as connection:
        schema = connection.scalar(select(meta.c.schema))
    if not isinstance(schema, int) or schema > SCHEMA:
        raise InputError(f"{path}: has schema {schema}, this program knows {SCHEMA}: use a newer nearside")
    if schema == ONE_RECORD_AN_ID:
        _let_ids_repeat(engine)


def _let_ids_repeat(engine: Engine) -> None:
    """The table of records without the old constraint, in one transaction."""
    with engine.begin() as connection:
        rows = [dict(row) for row in connection.execute(select(records)).mappings()]
        records.drop(connection)
        records.create(connection)
        if rows:
            connection.execute(records.insert(), rows)
        connection.execute(meta.update().values(schema=SCHEMA))
