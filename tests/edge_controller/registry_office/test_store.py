"""The database: numbered in the order of receipt, nothing replaced or lost, one sentence for a wrong file."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from edge_controller.errors import InputError
from edge_controller.registration.health import Health, sign_health
from edge_controller.registration.record import read_installation
from edge_controller.registry_office.store import Receipt, Store
from tests.edge_controller.registration.samples import NOW_S, UNIT, VIN, changed, signed
from tests.edge_controller.registry_office.office import HEALTH


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(tmp_path / "office.db")


def keep(store: Store, content: bytes) -> Receipt:
    return store.add_record(content, read_installation(content).record, NOW_S, None)


def keep_report(store: Store, health: Health, now_s: int = NOW_S) -> Receipt:
    return store.add_report(sign_health(health, UNIT), health, now_s, "fleet-7")


def test_documents_are_numbered_in_the_order_of_receipt(store: Store) -> None:
    receipts = [keep(store, signed()), keep_report(store, HEALTH), keep_report(store, replace(HEALTH, seq=1))]
    assert [(one.state, one.number) for one in receipts] == [("new", 1), ("new", 2), ("new", 3)]
    assert store.counts() == (1, 2)


def test_the_same_bytes_are_no_news(store: Store) -> None:
    first = keep(store, signed())
    assert keep(store, signed()) == replace(first, state="duplicate")
    report = keep_report(store, HEALTH)
    assert keep_report(store, HEALTH, NOW_S + 99) == replace(report, state="duplicate")
    newest = store.newest_report(UNIT.serial)
    assert newest is not None
    assert newest.received_at_s == NOW_S
    assert store.counts() == (1, 1)


def test_other_bytes_under_a_known_id_are_another_record(store: Store) -> None:
    other = signed(changed("", purpose="move"))
    assert [keep(store, one).state for one in (signed(), other, other)] == ["new", "new", "duplicate"]
    assert [one.content for one in store.records_by_id(bytes(16))] == [signed(), other]
    assert store.counts() == (2, 0)


def test_a_database_of_schema_1_is_taken_over(store: Store, tmp_path: Path) -> None:
    """It allowed one record an id."""
    keep(store, signed())
    keep_report(store, HEALTH)
    store.close()
    old = sqlite3.connect(tmp_path / "office.db")
    old.execute("UPDATE nearside_office SET schema = 1")
    old.execute("DROP INDEX ix_records_record_id")
    old.execute("CREATE UNIQUE INDEX one_id ON records (record_id)")
    old.commit()
    old.close()
    for _ in range(2):
        again = Store.open(tmp_path / "office.db")
        assert keep(again, signed(changed("", purpose="move"))).number == 3
        assert [one.number for one in again.records_of_vin(VIN)] == [1, 3]
        again.close()


def test_a_restart_finds_everything(store: Store, tmp_path: Path) -> None:
    receipt = keep(store, signed())
    store.close()
    kept = Store.open(tmp_path / "office.db").record(receipt.sha256)
    assert kept is not None
    assert (kept.content, kept.received_at_s, kept.sender) == (signed(), NOW_S, None)


def test_a_confirmed_document_survives_a_power_cut(store: Store, tmp_path: Path) -> None:
    """As far as that can be asked of an open database: SQLite's own settings for it."""
    keep(store, signed())
    with store._engine.connect() as connection:
        modes = [
            connection.exec_driver_sql(f"PRAGMA {one}").scalar() for one in ("journal_mode", "synchronous")
        ]
    assert modes == ["wal", 2]  # 2 is FULL
    copy = sqlite3.connect(f"file:{tmp_path / 'office.db'}?mode=ro", uri=True)
    assert copy.execute("SELECT count(*) FROM records").fetchone() == (1,)
    copy.close()


def test_writers_at_the_same_time_lose_nothing_and_count_nothing_twice(store: Store) -> None:
    reports = [replace(HEALTH, seq=seq) for seq in range(20)] * 2
    with ThreadPoolExecutor(8) as writers:
        receipts = list(writers.map(lambda health: keep_report(store, health), reports))
    assert sorted(one.state for one in receipts) == ["duplicate"] * 20 + ["new"] * 20
    assert store.counts() == (0, 20)


def test_looking_up(store: Store) -> None:
    keep(store, signed())
    other = changed("vehicle", vin="LNS8X4TP2T1000002", plate="苏B00001")
    keep(store, signed(replace(other, record_id=b"2" * 16)))
    assert store.vins_ending("000001") == [VIN]
    assert store.vins_ending("T1000002") == ["LNS8X4TP2T1000002"]
    assert store.vins_ending("10000") == []
    assert store.vins_ending("%") == store.vins_ending("______") == []
    assert store.vins_of_plate("苏A12345") == [VIN]
    assert store.vins_of_plate("苏A1234") == []
    assert [one.number for one in store.records_of_unit(UNIT.serial)] == [1, 2]
    assert store.record("0" * 64) is None
    assert store.records_by_id(b"3" * 16) == []


def test_the_newest_report_is_that_of_the_highest_boot_and_seq(store: Store) -> None:
    for boot, seq, vin in ((1, 7, VIN), (2, 0, VIN), (2, 1, None), (1, 9, "X")):
        keep_report(store, replace(HEALTH, boot=boot, seq=seq, vin_on_can=vin))
    newest, naming = store.newest_report(UNIT.serial), store.newest_report(UNIT.serial, naming=True)
    assert newest is not None
    assert naming is not None
    assert (newest.boot, newest.seq) == (2, 1)
    assert (naming.boot, naming.seq) == (2, 0)
    assert store.units_naming(VIN) == [UNIT.serial]
    assert store.latest_twin(UNIT.serial) is None


def test_of_two_reports_of_one_number_the_first_received_counts(store: Store) -> None:
    keep_report(store, replace(HEALTH, vin_on_can=None))
    keep_report(store, HEALTH)
    assert store.newest_report(UNIT.serial, naming=True) is None
    twin = store.latest_twin(UNIT.serial)
    assert twin is not None
    assert twin.vin_on_can == VIN


def refused(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        Store.open(path)
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("name", [":memory:", "office?mode=ro", "50%20.db"])
def test_the_file_is_the_one_that_was_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    store = Store.open(Path(name))
    keep(store, signed())
    store.close()
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert Store.open(Path(name)).counts() == (1, 0)


def test_a_file_that_is_no_database_is_named_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_bytes(b"Dear office, " * 500)
    assert "file is not a database" in refused(path)
    assert path.read_bytes() == b"Dear office, " * 500
    assert "cannot be used" in refused(tmp_path)
    assert "cannot be used" in refused(tmp_path / "nowhere" / "office.db")


def test_a_database_of_something_else_is_named(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "other.db")
    other.execute("CREATE TABLE bicycles (id)")
    other.close()
    assert "a database of something else" in refused(tmp_path / "other.db")


@pytest.mark.parametrize("schema", ["3", "99", "NULL", "'one'"])
def test_a_newer_schema_is_named(store: Store, tmp_path: Path, schema: str) -> None:
    store.close()
    later = sqlite3.connect(tmp_path / "office.db")
    later.execute("DROP TABLE nearside_office")
    later.execute("CREATE TABLE nearside_office (schema)")
    later.execute(f"INSERT INTO nearside_office VALUES ({schema})")
    later.commit()
    later.close()
    assert "this program knows 2" in refused(tmp_path / "office.db")
