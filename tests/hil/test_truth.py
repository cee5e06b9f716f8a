"""`--truth`: what the full world adds, and where it is told."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from edge_controller.config import shipped_fit
from hil.commands import demo, hil
from hil.encounter import near_side_turn
from hil.roadside import thing
from hil.scene import RadarScene
from hil.statics import GuardRail, Sign
from hil.truth import Truth
from hil.world import World
from tests.hil.scenario.test_commands import SHORT

OWN_MPS = 15 / 3.6


def frame_of(truth: Truth) -> np.ndarray:
    """Samples (chirp, rx, sample) of the corner radar on an empty road."""
    encounter = near_side_turn(shipped_fit("demo"), turn_after_s=None, with_cyclist=False)
    encounter = replace(encounter, statics=(), truth=truth)
    raw = RadarScene(encounter, 1, None).frame("corner", 0, World(encounter).advance(0), [])
    return raw.samples[..., 0] + 1j * raw.samples[..., 1]


def test_own_wheels_roll_at_up_to_our_speed_against_us() -> None:
    """Every second chirp is one transmitter's: 2 v / lambda on either side of zero, no further."""
    slow_s, wavelength_m = 2 * 35.6e-6, 3.893e-3
    power = {}
    for truth in ("plain", "full"):
        chirps = frame_of(truth)[::2]  # type: ignore[arg-type]
        spectrum = np.abs(np.fft.fft(chirps * np.hanning(len(chirps))[:, None, None], axis=0)) ** 2
        power[truth] = spectrum.sum(axis=(1, 2))
    speed_mps = np.fft.fftfreq(len(power["full"]), slow_s) * wavelength_m / 2
    more = power["full"] / power["plain"]
    rolls = (np.abs(speed_mps) > 1.0) & (np.abs(speed_mps) < OWN_MPS - 0.5)
    faster = np.abs(speed_mps) > OWN_MPS + 1.5
    assert more[rolls].mean() > 10
    assert more[faster].mean() < 2


def test_rail_and_sign_are_mirrors_in_the_full_truth_only() -> None:
    for static in (GuardRail(-5.0, 15.0, -2.25), Sign(12.0, -3.0)):
        assert not thing(static, 1, "right", None, "plain").mirrors
        assert thing(static, 1, "right", None, "full").mirrors


def test_the_sign_faces_the_truck() -> None:
    (plate,) = thing(Sign(12.0, -3.0), 1, "right", None, "full").mirrors
    along = np.subtract(plate.end_m, plate.start_m)
    left_hand = np.array([-along[1], along[0]])  # a mirror reflects to its left
    assert left_hand @ np.array([-1.0, 0.0]) == pytest.approx(np.linalg.norm(along))


def test_results_and_page_say_which_truth_it_was(tmp_path: Path) -> None:
    scenario = tmp_path / "x1.yaml"
    scenario.write_text(SHORT.format(id="X1", kmh=14.5, lost=0), encoding="utf-8")
    CliRunner().invoke(hil, ["run", str(scenario), "--truth", "full", "--out", str(tmp_path / "out")])
    (run,) = json.loads((tmp_path / "out" / "results.json").read_text(encoding="utf-8"))["runs"]
    assert run["truth"] == "full"
    assert "own wheels turn, the road bounces" in (tmp_path / "out" / "report.html").read_text("utf-8")


def test_another_truth_is_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(demo, ["--truth", "half", "--out", str(tmp_path / "out")])
    assert result.exit_code == 2
    assert "'half' is not one of 'plain', 'full'" in result.output
