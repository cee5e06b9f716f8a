"""What the road taught outlives a switch-off, and a file that cannot be used is refused and told of."""

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edge_controller.config import Fit, load_fit, shipped_fit
from edge_controller.learned.keeper import Keeper
from edge_controller.learned.kept import KeptFile, _digest
from edge_controller.own_motion import Statics
from tests.edge_controller.own_motion.streets import Drive

FIT = load_fit(shipped_fit("demo"))
LOOK_S = 0.2
LEARNED_S = 240.0
DIRTY_S = 90.0
WITHIN_S = 10.0
NOW_S = 1_790_000_000.0
DAY_S = 86_400.0
MOUNT_DEG = {"corner": 1.5, "front": -1.0}
ANEW = "what is usual is learned anew in the first minute of driving"


def street(seed: int, **changed: object) -> Drive:
    """Always the same truck."""
    drive = Drive(FIT, seed, MOUNT_DEG, speed_mps=6.0, frame_s=LOOK_S, body_seed=1)
    return replace(drive, **changed)  # type: ignore[arg-type]


def driven(statics: Statics, drive: Drive, seconds: float) -> dict[str, float]:
    """When each radar was first said to have a film."""
    found: dict[str, float] = {}
    for radar, seen, bus, _ in drive.frames(seconds):
        statics.update(seen, radar.name, bus)
        if any(statics.film.faults(radar.name)):
            found.setdefault(radar.name, bus.t_s)
    return found


@pytest.fixture(scope="module")
def learned() -> Statics:
    """One clear drive, mounts a little off."""
    statics = Statics(FIT.radars, FIT.truck)
    assert driven(statics, street(51, speed_mps=None), LEARNED_S) == {}
    return statics


@pytest.fixture(scope="module")
def path(learned: Statics, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("unit") / "learned.json"
    KeptFile(path, FIT).write(learned.kept(), NOW_S)
    return path


def restarted(path: Path, now_s: float = NOW_S, fit: Fit = FIT) -> tuple[Statics, str]:
    return KeptFile(path, fit).recall(now_s)


def test_what_is_recalled_is_what_was_kept(learned: Statics, path: Path) -> None:
    kept, again = learned.kept(), restarted(path)[0].kept()
    assert again["film"] == kept["film"]
    assert again["bearings"] == kept["bearings"]
    assert again["alignment"]["mean"] == kept["alignment"]["mean"]
    before, after = (one["alignment"]["covariance"][0][0] for one in (kept, again))
    assert after > before  # a night has passed


@pytest.mark.parametrize(("radar", "film_db"), [("corner", 3.0), ("corner", 20.0), ("front", 10.0)])
def test_a_film_that_is_there_at_the_restart_is_named_within_ten_seconds_of_driving(
    path: Path, radar: str, film_db: float
) -> None:
    found = driven(restarted(path)[0], street(33, film_db={radar: film_db}), WITHIN_S + 1)
    assert found[radar] <= WITHIN_S


def test_a_clear_radar_is_not_accused_in_another_street(path: Path) -> None:
    drive = street(34, speed_mps=None, quarters_db=2.0)
    assert driven(restarted(path)[0], drive, 120.0) == {}


def test_a_film_under_which_it_was_learned_hides_no_second_one() -> None:
    """The first minute ever was dirty. Washed, the levels rise with the next start's first minutes."""
    statics = Statics(FIT.radars, FIT.truck)
    driven(statics, street(35, film_db={"front": 12.0}), DIRTY_S)
    washed = Statics(FIT.radars, FIT.truck)
    washed.recall(statics.kept())
    assert driven(washed, street(36), 140.0) == {}
    again = Statics(FIT.radars, FIT.truck)
    again.recall(washed.kept())
    muddy = street(37, film_db={"front": 12.0})
    assert driven(again, muddy, WITHIN_S + 1)["front"] <= WITHIN_S


def test_mounts_are_known_at_once(path: Path) -> None:
    statics = restarted(path)[0]
    for name, mount_deg in MOUNT_DEG.items():
        turned_rad = statics.aimed(name).yaw_rad - FIT.radar(name).yaw_rad
        assert math.degrees(turned_rad) == pytest.approx(mount_deg, abs=0.5)


def test_a_mount_bent_overnight_is_learned_within_two_minutes(path: Path) -> None:
    statics = restarted(path)[0]
    driven(statics, street(38, yaw_deg={**MOUNT_DEG, "corner": 7.0}), 120.0)
    assert any("radar corner is misaligned" in fault for fault in statics.alignment.faults)


@pytest.mark.parametrize(
    ("days", "says"),
    [
        (30.0, "what was usual until 2026-09-21T14:13:20Z is the measure"),
        (30.1, f"is 30.1 days old, more than 30; {ANEW}"),
        (-400.0, "which is yet to come by this unit's clock is the measure"),
    ],
)
def test_a_month_is_the_longest(path: Path, days: float, says: str) -> None:
    """A unit whose clock has lost its battery is behind: better used without an age than learned of mud."""
    statics, note = restarted(path, NOW_S + days * DAY_S)
    assert note.startswith(f"{path}: ")
    assert note.endswith(says)
    assert bool(statics.kept()["film"]) == (ANEW not in note)


def test_another_fit_and_another_program_are_refused(path: Path) -> None:
    moved = replace(FIT.radars[0], yaw_rad=FIT.radars[0].yaw_rad + 0.1)
    refitted = replace(FIT, radars=(moved, *FIT.radars[1:]))
    assert restarted(path, fit=refitted)[1] == f"{path}: is of another fit; {ANEW}"
    newer = KeptFile(path, FIT, program="999.0").recall(NOW_S)
    assert newer[1] == f"{path}: is of another version of the program; {ANEW}"
    assert newer[0].kept()["film"] == {}


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(share=st.floats(0, 0.999), xor=st.integers(0, 127))
def test_a_torn_or_changed_file_is_refused_in_one_sentence(
    path: Path, tmp_path: Path, share: float, xor: int
) -> None:
    whole = path.read_bytes()
    at = int(share * len(whole))
    broken = whole[:at] if xor == 0 else whole[:at] + bytes([whole[at] ^ xor]) + whole[at + 1 :]
    other = tmp_path / "learned.json"
    other.write_bytes(broken)
    statics, note = restarted(other)
    if statics.kept()["film"]:  # white space became other white space
        assert json.loads(broken) == json.loads(whole)
    else:
        assert note.startswith(f"{other}: ")
        assert note.endswith(ANEW)
        assert "\n" not in note


@pytest.mark.parametrize(
    "learned",
    [
        {},
        [],
        {"film": {"corner": None}, "bearings": {}, "alignment": {}},
        {"film": {"nobody": {"usual": {}}}, "bearings": {}, "alignment": {}},
        {"film": {}, "bearings": {"corner": {"weight": "a"}}, "alignment": {}},
    ],
)
def test_what_no_program_of_ours_wrote_is_refused_though_its_sum_is_right(
    learned: object, tmp_path: Path
) -> None:
    path = tmp_path / "learned.json"
    KeptFile(path, FIT).write({}, NOW_S)
    content = {**json.loads(path.read_text(encoding="utf-8")), "learned": learned}
    del content["sha256"]
    path.write_text(json.dumps({**content, "sha256": _digest(content)}), encoding="utf-8")
    statics, note = restarted(path)
    assert "holds what this program never wrote" in note
    assert note.endswith(ANEW)
    assert statics.kept() == Statics(FIT.radars, FIT.truck).kept()


def test_a_file_that_is_not_there_or_is_a_folder_is_told_of(tmp_path: Path) -> None:
    assert restarted(tmp_path / "new.json")[1] == f"{tmp_path / 'new.json'}: not there yet; {ANEW}"
    assert "Is a directory" in restarted(tmp_path)[1]
    nowhere = tmp_path / "gone" / "learned.json"
    assert restarted(nowhere)[1] == f"{nowhere}: nothing can be kept there, its folder is missing; {ANEW}"


def test_it_is_written_after_two_minutes_and_then_every_ten(learned: Statics, tmp_path: Path) -> None:
    path, times = tmp_path / "learned.json", iter((NOW_S, NOW_S + 1, NOW_S + 2, NOW_S + 3))
    keeper = Keeper(KeptFile(path, FIT), lambda: next(times))
    assert keeper.start()[1].endswith(ANEW)
    written = []
    for t_s in (0.0, 119.0, 121.0, 500.0, 720.0, 722.0, 723.0):
        keeper.update(learned, t_s)
        keeper.wait()
        written.append(json.loads(path.read_text(encoding="utf-8"))["written_s"] if path.exists() else None)
    first, second = NOW_S + 1, NOW_S + 2
    assert written == [None, None, first, first, first, second, second]
    keeper.close(learned)
    assert restarted(path, NOW_S + 3)[0].kept()["film"] == learned.kept()["film"]


def test_a_disk_that_takes_nothing_costs_what_was_learned_and_nothing_else(
    learned: Statics, tmp_path: Path
) -> None:
    keeper = Keeper(KeptFile(tmp_path / "gone" / "learned.json", FIT), lambda: NOW_S)
    keeper.update(learned, 0.0)
    keeper.update(learned, 200.0)
    keeper.close(learned)
    assert keeper.lost is not None
    assert keeper.lost.endswith("cannot be written (No such file or directory); what is learned is not kept")


def test_before_anything_is_usual_nothing_is_written_over(path: Path, learned: Statics) -> None:
    before = path.read_bytes()
    keeper = Keeper(KeptFile(path, FIT), lambda: NOW_S + DAY_S)
    keeper.update(Statics(FIT.radars, FIT.truck), 0.0)
    keeper.update(Statics(FIT.radars, FIT.truck), 200.0)
    keeper.close(Statics(FIT.radars, FIT.truck))
    assert path.read_bytes() == before
    assert learned.kept()["film"]
