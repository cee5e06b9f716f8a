"""In which order encounters are handed out."""

from hil.sweep.engine import longest_first
from hil.sweep.job import Plan, only
from tests.hil.shipped import asked


def test_the_longest_drives_begin_first() -> None:
    files = asked("T1", "D2-turn", "R5-covered")
    jobs = only(files, None, None, Plan(1))
    lasts_s = {file.id: file.middle().encounter.duration_s for file in files}
    assert lasts_s["T1"] == lasts_s["D2-turn"] < 12 < 70 < lasts_s["R5-covered"]
    # D2-turn is driven undegraded as well.
    assert [job.file_id for job in longest_first(files, jobs)] == ["R5-covered", "D2-turn", "T1"]
    assert sorted(longest_first(files, jobs), key=lambda job: job.file_id) == sorted(
        jobs, key=lambda job: job.file_id
    )
