"""The unit's folder: one key for ever, reports that count upwards and chain."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from edge_controller.errors import InputError
from edge_controller.registration.health import Health, follows, read_health
from edge_controller.registration.unit import UnitFolder
from tests.edge_controller.registration.samples import FIRMWARE, VIN, signed


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    UnitFolder.create(tmp_path / "unit", "NS-0007").fitted(FIRMWARE)
    return tmp_path / "unit"


def read(unit: UnitFolder, document: bytes) -> Health:
    return read_health(document, unit.identity.public_key)


def refused(folder: Path) -> str:
    with pytest.raises(InputError) as caught:
        UnitFolder.open(folder).report(VIN)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_unit_keeps_serial_and_key(folder: Path) -> None:
    first, again = UnitFolder.open(folder), UnitFolder.open(folder)
    assert again.identity.serial == "NS-0007"
    assert again.identity.public_key == first.identity.public_key
    assert stat.S_IMODE((folder / "key.pem").stat().st_mode) == 0o600


def test_a_unit_is_made_once_and_whole(folder: Path, tmp_path: Path) -> None:
    key = (folder / "key.pem").read_bytes()
    with pytest.raises(InputError, match="no unit can be made there"):
        UnitFolder.create(folder, "NS-0008")
    assert (folder / "key.pem").read_bytes() == key
    with pytest.raises(InputError, match="not a text of 1 to 64"):
        UnitFolder.create(tmp_path / "other", "")
    with pytest.raises(InputError, match="no unit can be made there"):
        UnitFolder.create(folder / "serial" / "below", "NS-0008")


def test_a_report_says_what_the_unit_is_and_sees(folder: Path) -> None:
    unit = UnitFolder.open(folder)
    health = read(unit, unit.report(VIN, healthy=0b1111101))
    assert health == Health("NS-0007", 0, 0, FIRMWARE, 0b1111101, VIN, None)
    assert read(unit, unit.report(None)).vin_on_can is None


def test_reports_count_and_chain_over_restarts(folder: Path) -> None:
    documents = []
    for _ in range(3):
        unit = UnitFolder.open(folder)
        documents += [unit.report(VIN), unit.report(VIN)]
    reports = [read(unit, document) for document in documents]
    assert [(one.boot, one.seq) for one in reports] == [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (2, 1)]
    assert all(follows(after, before) for after, before in zip(reports[1:], documents, strict=False))
    assert [unit.spool.read(number) for number in unit.spool.waiting()] == documents


def test_a_record_in_the_spool_does_not_break_the_chain(folder: Path) -> None:
    unit = UnitFolder.open(folder)
    before = unit.report(VIN)
    unit.spool.append(signed())
    after = read(unit, unit.report(VIN))
    assert (after.boot, after.seq) == (0, 1)
    assert follows(after, before)


def test_two_processes_never_sign_the_same_number(folder: Path) -> None:
    with ThreadPoolExecutor(4) as processes:
        documents = list(processes.map(lambda _: UnitFolder.open(folder).report(VIN), range(24)))
    unit = UnitFolder.open(folder)
    assert len({(one.boot, one.seq) for one in (read(unit, document) for document in documents)}) == 24


def test_a_unit_that_was_never_fitted_says_so(tmp_path: Path) -> None:
    UnitFolder.create(tmp_path / "unit", "NS-0007")
    assert "has not been fitted" in refused(tmp_path / "unit")
    with pytest.raises(ValueError, match="32 bytes"):
        UnitFolder.open(tmp_path / "unit").fitted(b"short")


def test_new_firmware_is_reported(folder: Path) -> None:
    unit = UnitFolder.open(folder)
    unit.fitted(bytes(32))
    assert read(unit, unit.report(VIN)).firmware_sha256 == bytes(32)


@pytest.mark.parametrize(
    ("file", "content", "says"),
    [
        ("serial", None, "not the folder of a unit"),
        ("serial", b"\xff\xfe", "serial: cannot be read"),
        ("key.pem", None, "key.pem: the key cannot be read"),
        ("key.pem", b"-----BEGIN", "key.pem: not a private key"),
        ("firmware.sha256", b"00", "firmware.sha256: holds '00'"),
        ("spool/000000000001.cose", b"spoilt", "document 1 is not a COSE_Sign1 message"),
    ],
)
def test_a_spoilt_folder_is_named(folder: Path, file: str, content: bytes | None, says: str) -> None:
    UnitFolder.open(folder).report(VIN)
    if content is None:
        (folder / file).unlink()
    else:
        (folder / file).write_bytes(content)
    assert says in refused(folder)
