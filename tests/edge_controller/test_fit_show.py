"""`nearside fit show` as a person uses it: table, picture, JSON, and the sentence of a refusal."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from matplotlib.image import imread

from edge_controller.commands import fit
from edge_controller.config import shipped_fit
from edge_controller.errors import InputError

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def _show(*arguments: str | Path) -> Result:
    return CliRunner().invoke(fit, ["show", *map(str, arguments)])


def _weak(tmp_path: Path) -> Path:
    path = tmp_path / "weak.toml"
    text = shipped_fit("tipper").read_text(encoding="utf-8")
    assert "loops = 128" in text
    path.write_text(text.replace("loops = 128", "loops = 16"), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["tipper", "demo"])
@pytest.mark.parametrize("near_side", ["right", "left"])
def test_shipped_fits_are_shown_with_a_picture(tmp_path: Path, name: str, near_side: str) -> None:
    png = tmp_path / "fit.png"
    result = _show(shipped_fit(name), "--plot", png, "--near-side", near_side)
    assert result.exit_code == 0, result.output
    assert png.read_bytes().startswith(PNG_SIGNATURE)
    picture = imread(png)
    assert min(picture.shape[:2]) >= 600
    assert np.ptp(picture[..., 0]) > 0.5  # something is drawn
    for n in range(1, 8):
        assert f"R151 row {n}" in result.stdout
    for n in range(1, 7):
        assert f"R159 case {n}" in result.stdout


def test_what_the_demo_gives_up_is_said() -> None:
    words = " ".join(_show(shipped_fit("demo")).stdout.split())
    assert words.count("given up: ") == 3
    assert "lacking" not in words


@pytest.mark.parametrize(("near_side", "off_side"), [("right", "left"), ("left", "right")])
def test_who_stands_at_the_off_side_is_said_to_be_unseen(near_side: str, off_side: str) -> None:
    """The demo's radars sit at the near side and at the front: the tail swings out unseen (scenario T12)."""
    shown = _show(shipped_fit("demo"), "--near-side", near_side)
    words = " ".join(shown.stdout.split())
    assert f"100 % of the strip 1 m wide along the {off_side} of the body is in no radar's view" in words
    assert "who stands there is not warned of, also where the tail swings out" in words
    values = json.loads(_show(shipped_fit("demo"), "--json", "--near-side", near_side).stdout)
    assert values["off_side_seen"] == 0.0


def test_json_on_standard_output_is_alone_there() -> None:
    values = json.loads(_show(shipped_fit("tipper"), "--json").stdout)
    assert values["capable"] is True
    assert values["near_side"] == "right"
    assert [radar["name"] for radar in values["radars"]] == ["corner", "front"]
    assert values["radars"][0]["reach_m"] == pytest.approx(38.5, abs=0.1)
    assert values["radars"][0]["tells_height"] is False
    assert values["radars"][1]["tells_height"] is True
    rows = {point["name"]: point for point in values["points"]}
    assert len(rows) == 13
    assert rows["UN R151 row 6"]["radar"] == "corner"
    assert rows["UN R151 row 4"]["radar"] == "front"
    for zone in values["zones"]:
        assert 0.97 <= zone["seen"] <= 1.0


def test_json_goes_to_a_file_beside_the_table(tmp_path: Path) -> None:
    path = tmp_path / "fit.json"
    result = _show(shipped_fit("demo"), "--json", path)
    assert "R151 row 1" in result.stdout
    values = json.loads(path.read_text(encoding="utf-8"))
    assert values["capable"] is True
    assert [lack["given_up"] for lack in values["shortcomings"]] == [True, True, True]


def test_the_mirrored_fit_has_the_same_figures() -> None:
    right, left = (
        json.loads(_show(shipped_fit("demo"), "--json", "--near-side", side).stdout)
        for side in ("right", "left")
    )
    for one, other in zip(right["points"], left["points"], strict=True):
        assert one.pop("y_m") == -other.pop("y_m")
        assert one == other
    assert right["zones"] == left["zones"]


def test_a_refused_fit_is_drawn_all_the_same_and_then_refused_by_name(tmp_path: Path) -> None:
    png, weak = tmp_path / "weak.png", _weak(tmp_path)
    result = _show(weak, "--plot", png)
    assert isinstance(result.exception, InputError)
    assert str(result.exception).startswith(f"{weak} cannot do blind_spot: UN R151 row 1 has ")
    assert png.read_bytes().startswith(PNG_SIGNATURE)
    assert "lacking" in result.stdout


def test_a_refusal_is_one_sentence_and_exit_code_2(tmp_path: Path) -> None:
    program = "from edge_controller.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", program, "fit", "show", str(_weak(tmp_path)), "--json"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("nearside: ")
    assert json.loads(done.stdout)["capable"] is False


@pytest.mark.parametrize("option", ["--plot", "--json"])
def test_a_place_that_cannot_be_written_is_named(tmp_path: Path, option: str) -> None:
    nowhere = tmp_path / "missing" / "file"
    result = _show(shipped_fit("tipper"), option, nowhere)
    assert isinstance(result.exception, InputError)
    assert str(result.exception).startswith(f"{option} {nowhere}: cannot be written")


def test_an_unknown_thing_given_up_is_named(tmp_path: Path) -> None:
    path = tmp_path / "odd.toml"
    text = shipped_fit("tipper").read_text(encoding="utf-8")
    path.write_text(text.replace("gives_up = []", 'gives_up = ["UN R151 row 9"]'), encoding="utf-8")
    result = _show(path)
    assert isinstance(result.exception, InputError)
    assert "policy.gives_up names 'UN R151 row 9'" in str(result.exception)


def test_a_fit_without_any_view_still_shows(tmp_path: Path) -> None:
    """No radar sees anything: dashes, not minus infinity, and JSON that other programs read."""
    path = tmp_path / "blind.toml"
    text = shipped_fit("tipper").read_text(encoding="utf-8")
    path.write_text(text.replace("field_of_view_deg = 70.0", "field_of_view_deg = 1.0"), encoding="utf-8")
    result = _show(path, "--json", "--plot", tmp_path / "blind.png")
    values = json.loads(result.stdout)
    assert isinstance(result.exception, InputError)
    assert values["points"][0]["snr_db"] is None
    assert values["capable"] is False


def test_any_words_in_a_fit_are_shown_as_words(tmp_path: Path) -> None:
    """Chinese, mathematics and markup; a warning about a missing glyph fails here as an error."""
    path = tmp_path / "fit.toml"
    text = shipped_fit("tipper").read_text(encoding="utf-8")
    text = text.replace('"8x4 tipper"', '"渣土车 $\\\\frac$"').replace(
        'name = "corner"', 'name = "[/右前]$x"'
    )
    path.write_text(text, encoding="utf-8")
    result = _show(path, "--plot", tmp_path / "fit.png")
    assert result.exit_code == 0, result.exception
    assert "渣土车" in result.stdout
    assert "[/右前]$x" in result.stdout


@pytest.mark.parametrize("option", ["--json", "--plot"])
def test_the_fit_itself_is_never_written_over(tmp_path: Path, option: str) -> None:
    own = tmp_path / "own.toml"
    own.write_bytes(shipped_fit("demo").read_bytes())
    result = _show(own, option, own)
    assert "own.toml: is what is read" in str(result.exception)
    assert own.read_bytes() == shipped_fit("demo").read_bytes()
