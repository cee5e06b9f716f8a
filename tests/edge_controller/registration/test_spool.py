"""The spool: nothing is lost, nothing overwritten, the office's receipts only move forward."""

import resource
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from edge_controller.errors import InputError
from edge_controller.registration.spool import Spool


def test_documents_wait_in_the_order_they_came(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    assert spool.waiting() == []
    assert [spool.append(content) for content in (b"one", b"two", b"one")] == [1, 2, 3]
    assert [spool.read(number) for number in spool.waiting()] == [b"one", b"two", b"one"]


def test_a_disk_that_takes_nothing_more_is_one_sentence(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    spool.append(b"one")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, limits[1]))
    try:
        with pytest.raises(InputError, match=r"spool: nothing can be written there \(File too large\)"):
            spool.append(b"two")
        with pytest.raises(InputError, match="what the office has cannot be noted there"):
            spool.confirm(1)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert [path.name for path in (tmp_path / "spool").iterdir()] == ["000000000001.cose"]
    assert spool.append(b"two") == 2


def test_what_the_office_has_no_longer_waits_but_stays(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    for content in (b"one", b"two", b"three"):
        spool.append(content)
    spool.confirm(2)
    assert spool.waiting() == [3]
    spool.confirm(1)
    assert spool.received() == 2
    assert spool.read(1) == b"one"
    with pytest.raises(ValueError, match="never in"):
        spool.confirm(4)


def test_a_restart_goes_on_where_it_was(tmp_path: Path) -> None:
    first = Spool(tmp_path)
    first.append(b"one")
    first.append(b"two")
    first.confirm(1)
    again = Spool(tmp_path)
    assert again.waiting() == [2]
    assert again.append(b"three") == 3


def test_writers_at_the_same_time_lose_nothing(tmp_path: Path) -> None:
    documents = [f"document {n}".encode() for n in range(24)]
    with ThreadPoolExecutor(4) as writers:
        numbers = list(writers.map(lambda document: Spool(tmp_path).append(document), documents))
    spool = Spool(tmp_path)
    assert sorted(numbers) == spool.waiting() == list(range(1, 25))
    assert [spool.read(number) for number in numbers] == documents
    assert not list(tmp_path.glob("unfinished-*"))


def test_a_document_cut_off_by_a_power_loss_is_not_one(tmp_path: Path) -> None:
    (tmp_path / "unfinished-abc").write_bytes(b"hal")
    spool = Spool(tmp_path)
    assert spool.waiting() == []
    assert spool.append(b"whole") == 1


def test_a_spoilt_receipt_is_named(tmp_path: Path) -> None:
    (tmp_path / "received").write_text("many")
    with pytest.raises(InputError, match="received: holds 'many'"):
        Spool(tmp_path).waiting()


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="file"):
        Spool(tmp_path / "file")
