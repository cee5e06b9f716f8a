"""What was driven stays driven: torn lines, other sweeps, full disks."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_controller.errors import InputError
from hil.scenario.encounter_result import EncounterResult
from hil.sweep.journal import NAME, Journal
from tests.hil.sweep.made import done_of, result_of

SWEEP = {"what": ["T1"], "seed": 1}


@pytest.mark.parametrize("avoided", [True, False])
def test_a_run_comes_back_as_it_was(avoided: bool) -> None:
    result = result_of(4, avoided=avoided)
    assert EncounterResult.from_json(json.loads(json.dumps(result.as_json()))) == result


def test_what_was_kept_is_there_when_the_sweep_goes_on(tmp_path: Path) -> None:
    with Journal(tmp_path, SWEEP) as journal:
        journal.keep(done_of(1))
        journal.keep(done_of(2, avoided=False))
    with Journal(tmp_path, SWEEP) as journal:
        assert journal.done == {"T1 encounter 1": done_of(1), "T1 encounter 2": done_of(2, avoided=False)}
        journal.keep(done_of(3))
    with Journal(tmp_path, SWEEP) as journal:
        assert len(journal.done) == 3


@given(cut=st.integers(1, 4000))
def test_a_torn_file_loses_only_what_is_torn(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    folder = tmp_path_factory.mktemp("torn")
    with Journal(folder, SWEEP) as journal:
        for number in (1, 2, 3):
            journal.keep(done_of(number))
    path = folder / NAME
    whole = path.read_bytes()
    left = whole[: max(0, len(whole) - cut)]
    path.write_bytes(left)
    kept = max(0, left.count(b"\n") - 1)
    with Journal(folder, SWEEP) as journal:
        assert len(journal.done) == kept
        for number in range(kept + 1, 4):
            journal.keep(done_of(number))
    assert path.read_bytes() == whole


def test_the_journal_of_another_sweep_is_not_gone_on_with(tmp_path: Path) -> None:
    with Journal(tmp_path, SWEEP) as journal:
        journal.keep(done_of(1))
    before = (tmp_path / NAME).read_bytes()
    with pytest.raises(InputError, match="other seed"), Journal(tmp_path, {**SWEEP, "seed": 2}):
        pass
    assert (tmp_path / NAME).read_bytes() == before


@pytest.mark.parametrize("content", [b"hello", b"hello\n", b"{}\n", b"[1]\n", b'{"schema": 2}\n{"key": 1}\n'])
def test_what_is_no_journal_is_left_alone(tmp_path: Path, content: bytes) -> None:
    (tmp_path / NAME).write_bytes(content)
    with pytest.raises(InputError, match=NAME), Journal(tmp_path, {}):
        pass
    assert (tmp_path / NAME).read_bytes() == content


def test_the_same_encounter_is_never_counted_twice(tmp_path: Path) -> None:
    with Journal(tmp_path, SWEEP) as journal:
        journal.keep(done_of(1))
        with pytest.raises(AssertionError):
            journal.keep(done_of(1))


@pytest.mark.parametrize("fresh", [False, True])
def test_two_sweeps_never_share_a_journal(tmp_path: Path, fresh: bool) -> None:
    with Journal(tmp_path, SWEEP) as journal:
        journal.keep(done_of(1))
        with pytest.raises(InputError, match="another sweep is under way in this folder"):
            Journal(tmp_path, SWEEP, fresh=fresh).__enter__()
        journal.keep(done_of(2))
    with Journal(tmp_path, SWEEP) as journal:
        assert len(journal.done) == 2


def test_a_fresh_beginning_forgets_even_another_sweep(tmp_path: Path) -> None:
    with Journal(tmp_path, SWEEP) as journal:
        journal.keep(done_of(1))
    with Journal(tmp_path, {**SWEEP, "seed": 2}, fresh=True) as journal:
        assert not journal.done
        journal.keep(done_of(1))
    with Journal(tmp_path, {**SWEEP, "seed": 2}) as journal:
        assert len(journal.done) == 1


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        (b'"verdict": "fail"', b'"verdict": "pass"'),
        (b'"contact": true', b'"contact": false'),
        (b'"gap_m": 1.5', b'"gap_m": 1.50'),
        (b'"key": "T1 encounter 2"', b'"key": "T1 encounter 1"'),
        (b'"file": "T1"', b'"file": "T2"'),
        (b'"sha256": "', b'"sha256": "0'),
        (b', "sha256": ', b', "was": '),
        (b"{", b"[" * 100_000 + b"{"),
        (b"{", b"\xff{"),
    ],
)
def test_a_line_that_was_changed_is_named(tmp_path: Path, was: bytes, becomes: bytes) -> None:
    with Journal(tmp_path, SWEEP) as journal:
        journal.keep(done_of(1))
        journal.keep(done_of(2, avoided=False))
    *before, line = (tmp_path / NAME).read_bytes().splitlines(keepends=True)
    assert was in line
    (tmp_path / NAME).write_bytes(b"".join(before) + line.replace(was, becomes, 1))
    with pytest.raises(InputError, match="line 3: is not as this sweep wrote it"), Journal(tmp_path, SWEEP):
        pass


@given(at=st.integers(0, 2000), other=st.integers(1, 255))
def test_no_byte_of_a_line_can_be_changed(
    tmp_path_factory: pytest.TempPathFactory, at: int, other: int
) -> None:
    folder = tmp_path_factory.mktemp("changed")
    with Journal(folder, SWEEP) as journal:
        journal.keep(done_of(1))
    head, line = (folder / NAME).read_bytes().splitlines(keepends=True)
    at %= len(line) - 1  # all but its end
    (folder / NAME).write_bytes(head + line[:at] + bytes([line[at] ^ other]) + line[at + 1 :])
    with pytest.raises(InputError, match="is not as this sweep wrote it"), Journal(folder, SWEEP):
        pass


def test_a_line_of_another_sweep_is_not_counted(tmp_path: Path) -> None:
    for name, seed in (("one", 1), ("other", 2)):
        (tmp_path / name).mkdir()
        with Journal(tmp_path / name, {**SWEEP, "seed": seed}) as journal:
            journal.keep(done_of(seed))
    line = (tmp_path / "other" / NAME).read_bytes().splitlines(keepends=True)[1]
    with (tmp_path / "one" / NAME).open("ab") as file:
        file.write(line)
    with pytest.raises(InputError, match="line 3: is not as"), Journal(tmp_path / "one", SWEEP):
        pass


def test_a_line_that_was_taken_out_is_driven_again(tmp_path: Path) -> None:
    with Journal(tmp_path, SWEEP) as journal:
        journal.keep(done_of(1))
        journal.keep(done_of(2))
    head, _, second = (tmp_path / NAME).read_bytes().splitlines(keepends=True)
    (tmp_path / NAME).write_bytes(head + second)
    with Journal(tmp_path, SWEEP) as journal:
        assert list(journal.done) == ["T1 encounter 2"]


def test_a_journal_of_before_the_digests_is_refused(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b'{"schema": 1, "what": ["T1"], "seed": 1}\n')
    with (
        pytest.raises(InputError, match=r"of schema 1, not 2; .* --fresh"),
        Journal(tmp_path, SWEEP),
    ):
        pass


def test_an_encounter_that_is_there_twice_is_not_counted(tmp_path: Path) -> None:
    with Journal(tmp_path, SWEEP) as journal:
        journal.keep(done_of(1))
    path = tmp_path / NAME
    path.write_bytes(path.read_bytes() + path.read_bytes().splitlines(keepends=True)[1])
    with pytest.raises(InputError, match="line 3: T1 encounter 1 is there twice"), Journal(tmp_path, SWEEP):
        pass


def test_what_never_ends_is_no_journal(tmp_path: Path) -> None:
    (tmp_path / NAME).symlink_to("/dev/zero")
    with pytest.raises(InputError, match="a folder or a device"), Journal(tmp_path, SWEEP):
        pass


@pytest.mark.parametrize("kept", [b"mine\n", b'{"key": 1}\n', b"\x00\xff"])
def test_a_fresh_beginning_leaves_what_no_sweep_wrote(tmp_path: Path, kept: bytes) -> None:
    path = tmp_path / NAME
    path.write_bytes(kept)
    with pytest.raises(InputError, match="line 1: not the journal of a sweep; name another folder"):
        Journal(tmp_path, SWEEP, fresh=True).__enter__()
    assert path.read_bytes() == kept


@pytest.mark.parametrize("torn", [b"", b'{"sch', b'{"schema": 1, "what": ["T1"'])
def test_a_fresh_beginning_forgets_even_a_torn_first_line(tmp_path: Path, torn: bytes) -> None:
    (tmp_path / NAME).write_bytes(torn)
    with Journal(tmp_path, SWEEP, fresh=True) as journal:
        journal.keep(done_of(1))
    with Journal(tmp_path, SWEEP) as journal:
        assert len(journal.done) == 1
