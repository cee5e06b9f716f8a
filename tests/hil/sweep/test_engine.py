"""In which order encounters are handed out."""

from hil.scenario.catalogue import chosen, shipped
from hil.sweep.engine import longest_first
from hil.sweep.job import Plan, only


def test_the_longest_drives_begin_first() -> None:
    files = chosen(("T1", "D2-turn", "R5-covered"), None, shipped())
    jobs = only(files, None, None, Plan(1))
    assert {file.id: file.middle().encounter.duration_s for file in files} == {
        "T1": 12.0,
        "D2-turn": 12.0,  # and again undegraded
        "R5-covered": 76.0,
    }
    assert [job.file_id for job in longest_first(files, jobs)] == ["R5-covered", "D2-turn", "T1"]
    assert sorted(longest_first(files, jobs), key=lambda job: job.file_id) == sorted(
        jobs, key=lambda job: job.file_id
    )
