"""`--perturb` and `--perturb-pose-deg`: what they come to, what they refuse, where they are told."""

import json
import math
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from edge_controller.errors import InputError
from hil.commands import demo, hil
from hil.perturb_option import perturb_of
from hil.plant.signals import draw_errors
from radar_sim import Perturb
from tests.hil.scenario.test_commands import SHORT


@pytest.mark.parametrize(
    ("choice", "pose_deg", "by_default", "wanted"),
    [
        (None, None, True, Perturb(7)),
        (None, None, False, None),
        ("off", None, True, None),
        (3, None, True, Perturb(3)),
        (3, None, False, Perturb(3)),
        (None, 1.0, True, Perturb(7, pose_deg=1.0)),
        (None, 1.0, False, Perturb(7, pose_deg=1.0)),  # who says how far wants it on
        (0, 0.0, True, Perturb(0, pose_deg=0.0)),
    ],
)
def test_what_the_options_come_to_in_a_run_of_seed_7(
    choice: object, pose_deg: float | None, by_default: bool, wanted: Perturb | None
) -> None:
    assert perturb_of(choice, pose_deg, 7, by_default) == wanted


def test_a_pose_that_is_off_while_all_is_off_is_refused() -> None:
    with pytest.raises(InputError, match="--perturb is off"):
        perturb_of("off", 1.0, 7)


@pytest.mark.parametrize("wrong", ["on", "-1", "1.5", str(2**32), "9" * 5000, "٣", ""])
@pytest.mark.parametrize("command", [demo, hil])
def test_another_word_is_one_sentence_and_exit_code_2(
    tmp_path: Path, wrong: str, command: click.Command
) -> None:
    before = ["run", "T1"] if command is hil else []
    result = CliRunner().invoke(command, [*before, "--perturb", wrong, "--out", str(tmp_path)])
    assert result.exit_code == 2
    assert "neither off nor a whole number from 0 to 4294967295" in " ".join(result.output.split())


@pytest.mark.parametrize("wrong", ["-0.1", "11", "nan"])
def test_an_impossible_pose_is_refused(tmp_path: Path, wrong: str) -> None:
    result = CliRunner().invoke(demo, ["--perturb-pose-deg", wrong, "--out", str(tmp_path / "out")])
    assert result.exit_code == 2
    assert "is not a number from 0 to 10" in result.output
    assert not (tmp_path / "out").exists()


def test_results_and_page_say_with_what_it_was_perturbed(tmp_path: Path) -> None:
    scenario = tmp_path / "x1.yaml"
    scenario.write_text(SHORT.format(id="X1", kmh=14.5, lost=0), encoding="utf-8")
    out = tmp_path / "out"
    arguments = ["run", str(scenario), "--seed", "7", "--perturb", "9", "--perturb-pose-deg", "1"]
    assert CliRunner().invoke(hil, [*arguments, "--out", str(out)]).exit_code == 0
    run = json.loads((out / "results.json").read_text(encoding="utf-8"))["runs"][0]
    assert run["seed"] == 7
    assert run["perturb"] == {
        "seed": 9,
        "pose_deg": 1.0,
        "position_m": 0.02,
        "phase_deg": 10.0,
        "gain_db": 1.0,
        "clock_ppm": 50.0,
    }
    told = run["encounters"][0]["seen"]["perturbation"]
    assert told["truck"] == draw_errors(9, -1).as_dict()
    assert set(told) == {"corner", "front", "truck"}
    assert set(told["corner"]) >= {"channel_gain_db", "channel_phase_deg", "clock_ppm", "position_m"}
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "perturbed with seed 9, yaw and pitch by 1°" in page
    assert f"clock {told['corner']['clock_ppm']:+.0f} ppm" in page


def test_truck_signals_are_off_within_their_limits() -> None:
    drawn = [draw_errors(seed, -1) for seed in range(400)]
    delays_ms = [one.delay_us / 1000 for one in drawn]
    assert min(delays_ms) >= 0
    assert max(delays_ms) <= 40
    assert max(delays_ms) > 38
    assert max(abs(one.speed_scale - 1) for one in drawn) <= 0.02
    offsets_deg = [math.degrees(one.hand_wheel_offset_rad) for one in drawn]
    assert 2.8 < max(map(abs, offsets_deg)) <= 3.0
