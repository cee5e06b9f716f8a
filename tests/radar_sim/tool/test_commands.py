"""The door: exit codes, sentences, Ctrl-C."""

import json
import signal
import subprocess
import sys
import warnings
from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from radar_sim.commands import sim
from radar_sim.picture.fonts import fonts
from tests.radar_sim.bench import DEMO
from tests.radar_sim.tool.scenes import one_reflector


def call(*words: object) -> Result:
    return CliRunner().invoke(sim, [str(word) for word in words])


def test_list_names_scenes() -> None:
    result = call("list")
    assert result.exit_code == 0
    assert "turn_with_cyclist" in result.output


def test_kinds_tells_keys_and_defaults() -> None:
    result = call("kinds")
    assert result.exit_code == 0
    assert "reflector" in result.output
    assert "rcs_dbsm = 10" in result.output


def test_run_writes_what_it_says(tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = call("run", one_reflector(tmp_path), "--fit", DEMO, "--out", out, "--seed", 8, "--frames", 1,
                  "--perturb", 4, "--format", "bin,npy", "--radar", "front")  # fmt: skip
    assert result.exit_code == 0, result.output
    assert "front 1 frames; seed 8, perturb 4" in result.output
    note = json.loads((out / "run.json").read_text())
    assert (note["seed"], note["perturb"], note["frames"]) == (8, 4, {"front": 1})
    assert sorted(path.name for path in out.iterdir()) == [
        "front.bin", "front.cfg", "front.json", "front.npy", "front.toml", "run.json", "truth.jsonl",
    ]  # fmt: skip


def test_a_shipped_scene_and_fit_go_by_their_names(tmp_path: Path) -> None:
    result = call("run", "guard_rail_ghosts", "--fit", "demo", "--out", tmp_path / "out", "--frames", 1)
    assert result.exit_code == 0, result.output
    assert (tmp_path / "out" / "corner.bin").stat().st_size == 524_288


def test_show_draws(tmp_path: Path) -> None:
    result = call("show", one_reflector(tmp_path), "--out", tmp_path / "p.png", "--frame", 1)
    assert result.exit_code == 0, result.output
    assert "frame 1 of radar corner" in result.output
    assert (tmp_path / "p.png").read_bytes().startswith(b"\x89PNG")


def test_send_sends(tmp_path: Path) -> None:
    result = call("send", one_reflector(tmp_path), "--fit", DEMO, "--to", "127.0.0.1:9", "--rate", 1e6)
    assert result.exit_code == 0, result.output
    assert "1444 packets" in result.output
    assert "front -> 127.0.0.1:10" in result.output


def test_lost_packets_are_not_sent(tmp_path: Path) -> None:
    words = ("send", one_reflector(tmp_path), "--fit", DEMO, "--to", "127.0.0.1:9", "--rate", 1e6)
    result = call(*words, "--loss", 0.2, "--reorder", 3)
    assert result.exit_code == 0, result.output
    sent = int(result.output.splitlines()[-1].split()[0])
    assert 1444 * 0.7 < sent < 1444 * 0.9


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("run", "nothing_like_it", "--fit", "demo", "--out", "o"), "there is no scene 'nothing_like_it'"),
        (("run", "SCENE", "--fit", "demo", "--out", ""), "'--out': is empty; the current folder is '.'"),
        (("show", "SCENE", "--out", ""), "'--out': is empty"),
        (("bench", "--json", ""), "'--json': is empty"),
        (("run", "SCENE", "--fit", "dmo", "--out", "o"), "there is no fit 'dmo', only demo, mixer, tipper"),
        (("run", "SCENE", "--fit", "none.toml", "--out", "o"), "none.toml: cannot be read"),
        (("run", "SCENE", "--fit", "demo", "--out", "o", "--radar", "frnt"), "did you mean front?"),
        (("run", "SCENE", "--fit", "demo", "--out", "o", "--format", "bin,wav"), "not a list of bin and npy"),
        (("run", "SCENE", "--fit", "demo", "--out", "o", "--perturb", "no"), "--perturb"),
        (("run", "SCENE", "--fit", "demo", "--out", "o", "--frames", "0"), "--frames"),
        (("run", "SCENE", "--fit", "demo", "--out", "o", "--frames", "999999"), "--frames needs"),
        (("run", "SCENE", "--out", "o"), "--fit"),
        (("show", "SCENE", "--out", "p.gif"), "a picture ends in"),
        (("show", "SCENE", "--out", "p.png", "--radar", "back"), "there is no radar 'back'"),
        (("send", "SCENE", "--fit", "demo", "--to", "a:b"), "not HOST or HOST:PORT"),
        (("send", "SCENE", "--fit", "demo", "--to", "127.0.0.1:65535"), "go beyond 65535"),
        (("send", "SCENE", "--fit", "demo", "--to", "no.such.host.invalid"), "no such host"),
    ],
)
def test_bad_input_is_exit_code_2_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], says: str
) -> None:
    scene = one_reflector(tmp_path)
    monkeypatch.chdir(tmp_path)
    result = call(*(scene if word == "SCENE" else word for word in words))
    assert result.exit_code == 2, result.output
    assert says in " ".join(result.output.split())
    assert [path.name for path in tmp_path.iterdir()] == ["scene.yaml"]


@pytest.mark.parametrize("name", ["run.json", "truth.jsonl", "front.bin", "corner.toml"])
def test_a_file_of_somebody_else_is_not_written_over(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("{}", encoding="utf-8")
    result = call("run", one_reflector(tmp_path), "--fit", DEMO, "--out", tmp_path, "--frames", 1)
    assert result.exit_code == 2
    assert f"{tmp_path / name} is not of such a run and would be written over" in result.output
    assert (tmp_path / name).read_text(encoding="utf-8") == "{}"
    assert "frames " not in result.output  # no bar of what never began


def test_a_run_is_written_again_but_not_over_a_radar_it_did_not_have(tmp_path: Path) -> None:
    scene, out = one_reflector(tmp_path), tmp_path / "out"
    words = ("run", scene, "--fit", DEMO, "--out", out, "--frames", 1, "--radar")
    for _ in range(2):
        assert call(*words, "front").exit_code == 0
    (out / "corner.bin").write_bytes(b"of a real radar")
    assert call(*words, "corner").exit_code == 2
    assert (out / "corner.bin").read_bytes() == b"of a real radar"


def test_the_program_itself_says_one_sentence(tmp_path: Path) -> None:
    scene = one_reflector(tmp_path)
    scene.write_text(scene.read_text().replace("reflector\n", "reflektor\n"))
    nearside = [sys.executable, "-c", "from edge_controller.cli import main; main()"]
    done = subprocess.run(
        [*nearside, "sim", "run", scene, "--fit", DEMO, "--out", tmp_path / "out"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.startswith(f"nearside: {scene}: line 7: things[0].kind is 'reflektor'")
    assert done.stderr.rstrip().endswith("did you mean reflector?")
    assert done.stderr.count("\n") == 1


def test_ctrl_c_ends_with_130_and_leaves_no_file(tmp_path: Path) -> None:
    heeds = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    words = ["sim", "run", str(one_reflector(tmp_path)), "--fit", str(DEMO), "--out", str(tmp_path / "out"),
             "--frames", "20000", "--jobs", "2"]  # fmt: skip
    program = f"{heeds}; import sys; sys.argv[1:] = {words!r}; from edge_controller.cli import main; main()"
    script = tmp_path / "main.py"
    script.write_text(f"if __name__ == '__main__':\n    {program}\n")
    running = subprocess.Popen([sys.executable, script], stderr=subprocess.PIPE, text=True)
    part = tmp_path / "out" / ".corner.bin.part"
    while running.poll() is None and not (part.exists() and part.stat().st_size > 0):
        with suppress(subprocess.TimeoutExpired):
            running.wait(0.05)
    running.send_signal(signal.SIGINT)
    _, errors = running.communicate(timeout=60)
    assert running.returncode == 130, errors
    assert "Traceback" not in errors
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--perturb", "on"), "'on' is neither off nor a whole number from 0 to 4294967295"),
        (("--perturb", "\u0663"), "is neither off nor a whole number"),
        (("--perturb", "4294967296"), "is neither off nor a whole number"),
        (("--rate", "nan"), "nan is not a number"),
        (("--rate", "0"), "not in the range 0.001<=x<=1000000.0"),
        (("--rate", "1e-300"), "not in the range"),
        (("--to", "[127.0.0.1"), "not HOST or HOST:PORT"),
        (("--to", "127.0.0.1:" + 5000 * "9"), "not HOST or HOST:PORT"),
        (("--to", "no.such.host.invalid"), "no such host"),
    ],
)
def test_send_refuses_before_a_frame_is_made(tmp_path: Path, words: tuple[str, ...], says: str) -> None:
    result = call("send", one_reflector(tmp_path), "--fit", DEMO, "--to", "127.0.0.1:9", *words)
    assert result.exit_code == 2
    assert says in result.output
    assert "frames made" not in result.output


def test_all_transmitters_at_once_are_said_where_no_file_can(tmp_path: Path) -> None:
    scene = one_reflector(tmp_path)
    scene.write_text(scene.read_text() + "sensors: {corner: {modulation: ddm}}\n")
    result = call("run", scene, "--fit", DEMO, "--out", tmp_path / "out", "--frames", 1)
    assert result.exit_code == 0, result.output
    assert "corner: no .cfg and .toml" in result.output
    assert not (tmp_path / "out" / "corner.toml").exists()
    assert (tmp_path / "out" / "front.toml").exists()


def test_names_are_drawn_as_they_are_written(tmp_path: Path) -> None:
    scene = one_reflector(tmp_path)
    text = scene.read_text().replace("One reflector", "'$\\frac{$ 骑车人'")
    scene.write_text(text.replace("kind: reflector", "kind: reflector\n    name: '$b^$c'"), encoding="utf-8")
    has_letters = fonts("骑车人") != fonts("")  # where no font has them SVG keeps the text all the same
    with warnings.catch_warnings():
        if not has_letters:
            warnings.filterwarnings("ignore", "Glyph .* missing from font", UserWarning)
        result = call("show", scene, "--out", tmp_path / "p.svg")
    assert result.exit_code == 0, result.output
    assert "Glyph" not in result.output
    drawn = (tmp_path / "p.svg").read_text(encoding="utf-8")
    assert "$\\frac{$ 骑车人" in drawn
    assert "$b^$c" in drawn
