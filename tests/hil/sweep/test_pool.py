"""Every encounter is driven and told once, whatever becomes of the processes."""

from collections import Counter
from pathlib import Path

import pytest

from edge_controller.errors import InputError
from hil.sweep.pool import run_all
from tests.hil.sweep.made import job, work, work_refuses, work_third_always_dies, work_third_dies_once


def test_each_job_is_told_once(tmp_path: Path) -> None:
    done = list(run_all([job(tmp_path, n) for n in range(1, 9)], 2, work))
    assert Counter(one.key for one in done) == {f"T1 encounter {n}": 1 for n in range(1, 9)}
    assert all((tmp_path / f"{n}").stat().st_size == 1 for n in range(1, 9))


def test_who_lost_his_process_is_driven_again(tmp_path: Path) -> None:
    done = list(run_all([job(tmp_path, n) for n in range(1, 7)], 2, work_third_dies_once))
    assert Counter(one.key for one in done) == {f"T1 encounter {n}": 1 for n in range(1, 7)}
    assert all(one.result.verdict == "pass" for one in done)


def test_who_ends_every_process_is_a_bench_error_and_nobody_else(tmp_path: Path) -> None:
    done = list(run_all([job(tmp_path, n) for n in range(1, 7)], 2, work_third_always_dies))
    verdicts = {one.key: one.result.verdict for one in done}
    assert len(done) == 6
    assert verdicts.pop("T1 encounter 3") == "bench error"
    assert set(verdicts.values()) == {"pass"}


def test_bad_input_in_a_worker_reaches_who_asked(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="T1: line 3: bad"):
        list(run_all([job(tmp_path, 1)], 1, work_refuses))
