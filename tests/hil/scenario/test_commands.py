"""`nearside hil`: what it lists, what it refuses, and its exit codes on short real runs."""

import json
import shlex
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from click.testing import CliRunner, Result

from edge_controller.errors import InputError
from hil.commands import hil
from hil.demo import guarded
from hil.frames import CanFrame
from hil.gateway_host import CPythonGateway, GatewayError
from hil.scenario.folder import results_of_files, writing_into
from hil.scenario.reading import read_file, read_scenario
from hil.scenario.running import run_scenario
from hil.scenario.scenario import Scenario
from tests.hil.scenario.samples import write

SHORT = """\
id: {id}
title: Straight on, nobody there
title_zh: 直行，无人
family: X
source: made up
fit: demo
brake: fit
perturb: true
duration_s: 0.6
gateway: {{released: 1}}
driver:
  speed_kmh: 15
road_users: []
statics: []
faults: []
needs:
  - measure: radar_frames_lost
    at_most: {lost}
    unit: "1"
    requirement: all samples arrive
expect:
  - measure: end_speed
    at_least: {kmh}
    unit: km/h
    requirement: drives on
"""


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(hil, arguments)


@cache
def ran(kmh: float, lost: float) -> tuple[Result, Path]:
    """One run of 0.6 s each; tests share them."""
    folder = Path(mkdtemp())
    scenario = folder / "x1.yaml"
    scenario.write_text(SHORT.format(id="X1", kmh=kmh, lost=lost), encoding="utf-8")
    return invoke("run", str(scenario), "--seed", "7", "--out", str(folder / "out")), folder / "out"


def results(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "results.json").read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("kmh", "lost", "code", "verdict", "element"),
    [(14.5, 0, 0, "pass", None), (20.0, 0, 1, "fail", "failure"), (14.5, -1, 3, "inconclusive", "skipped")],
)
def test_each_verdict_has_its_exit_code_and_its_place_in_both_files(
    kmh: float, lost: float, code: int, verdict: str, element: str | None
) -> None:
    result, folder = ran(kmh, lost)
    assert result.exit_code == code
    found = results(folder)
    assert found["verdict"] == found["runs"][0]["verdict"] == verdict
    assert found["counts"][verdict] == 1
    case = ET.parse(folder / "junit.xml").getroot().find(".//testcase")
    assert case is not None
    assert (case.get("name"), case.get("classname")) == ("X1", "X")
    assert [child.tag for child in case if child.tag != "system-out"] == ([element] if element else [])
    if element:
        assert found["runs"][0]["why"] == next(child for child in case if child.tag == element).get("message")


def test_results_say_what_was_simulated_and_on_what() -> None:
    _, folder = ran(14.5, 0)
    found = results(folder)
    assert "radar samples, road users, driver, truck, brake and both CAN buses" in found["simulated"]
    assert found["gateway"]["interpreter"] == "micropython"
    assert len(found["gateway"]["firmware_sha256"]) == 64
    run = found["runs"][0]
    assert (run["seed"], run["perturbed"], run["near_side"], run["fit"]) == (7, True, "right", "demo")
    assert len(run["scenario_sha256"]) == len(run["fit_sha256"]) == 64
    (encounter,) = run["encounters"]
    assert encounter["seen"]["perturbation"]["truck"]["can_delay_ms"] > 0
    row = encounter["measures"][0]
    assert (row["measure"], row["unit"], row["at_least"], row["at_most"]) == ("end_speed", "km/h", 14.5, None)
    assert row["value"] == pytest.approx(15.0, abs=0.01)
    assert row["margin"] == pytest.approx(0.5, abs=0.01)
    assert (row["requirement"], row["verdict"]) == ("drives on", "pass")
    assert (folder / "X1" / "can.asc").stat().st_size > 1000


def test_same_seed_same_bytes(tmp_path: Path) -> None:
    _, folder = ran(14.5, 0)
    again = invoke("run", str(folder.parent / "x1.yaml"), "--seed", "7", "--out", str(tmp_path / "out"))
    assert again.exit_code == 0
    for name in ("results.json", "junit.xml", "report.html"):
        assert (tmp_path / "out" / name).read_bytes() == (folder / name).read_bytes()


def test_several_runs_give_the_worst_and_no_perturb_is_told(tmp_path: Path) -> None:
    for name, kmh in (("X1", 20.0), ("X2", 14.5)):
        text = SHORT.format(id=name, kmh=kmh, lost=0)
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    paths = [str(tmp_path / "X1.yaml"), str(tmp_path / "X2.yaml")]
    result = invoke("run", *paths, "--perturb", "off", "--near-side", "left", "--out", str(tmp_path / "out"))
    assert result.exit_code == 1
    found = results(tmp_path / "out")
    assert [(run["id"], run["verdict"]) for run in found["runs"]] == [("X1", "fail"), ("X2", "pass")]
    assert {run["near_side"] for run in found["runs"]} == {"left"}
    index = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    for name, verdict in (("X1", "fail"), ("X2", "pass")):
        assert f'href="{name}/report.html"' in index
        page = (tmp_path / "out" / name / "report.html").read_text(encoding="utf-8")
        assert f'<header class="verdict {verdict}">' in page
        assert "perturbation off: exactly as the fit says" in page
    alone = invoke("run", paths[1], "--out", str(tmp_path / "out"))
    assert str(tmp_path / "out" / "report.html") in alone.output
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert '<header class="verdict pass">' in page  # the newest run's own, no list of others
    assert "X1" not in page
    assert not found["runs"][0]["perturbed"]
    assert found["runs"][0]["perturb"] is None
    assert found["runs"][0]["encounters"][0]["seen"]["perturbation"]["truck"]["can_delay_ms"] == 0


def test_a_bench_that_breaks_is_no_verdict_on_the_unit(tmp_path: Path) -> None:
    """A side road beyond the end of the street: the simulator refuses when the run begins."""
    path = tmp_path / "x1.yaml"
    text = SHORT.format(id="X1", kmh=14.5, lost=0).replace("statics: []", "statics: [{kind: street}]")
    turn = "  turn: {at_x_m: 150, radius_m: 12}\n"
    path.write_text(text.replace("speed_kmh: 15\n", f"speed_kmh: 15\n{turn}"), encoding="utf-8")
    result = invoke("run", str(path), "--out", str(tmp_path / "out"))
    assert result.exit_code == 4, result.output
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert '<header class="verdict bench-error">' in page
    run = results(tmp_path / "out")["runs"][0]
    assert run["verdict"] == "bench error"
    assert run["why"].startswith("SceneError: street: opening_x_m")
    (encounter,) = run["encounters"]
    assert (encounter["measures"], encounter["outcome"], encounter["seen"]) == ([], None, None)
    assert run["bench_errors"] == 1
    case = ET.parse(tmp_path / "out" / "junit.xml").getroot().find(".//testcase/error")
    assert case is not None


class Dying(CPythonGateway):
    """The interpreter's process ends in mid-run."""

    def step(self, now_ms: int, received: Sequence[CanFrame], key_pressed: bool = False) -> list[CanFrame]:
        if now_ms >= 300:
            raise GatewayError("the gateway's interpreter died (exit code 7); it said: MemoryError")
        return super().step(now_ms, received, key_pressed)


def test_an_interpreter_that_dies_is_a_bench_error_with_its_last_words(tmp_path: Path) -> None:
    sample = read_scenario(write(tmp_path))
    run = run_scenario(sample, 1, None, tmp_path, lambda _: None, start=lambda _: Dying(released=1))
    assert run.judgement.verdict == "bench error"
    assert "it said: MemoryError" in run.judgement.why
    assert "Traceback" in run.trace
    assert run.with_system is None


def test_ctrl_c_that_meets_a_compiled_function_ends_the_run_and_is_no_bench_error(tmp_path: Path) -> None:
    torn = SystemError("a result with an exception set")

    def start(_: Scenario) -> CPythonGateway:
        raise torn

    sample = read_scenario(write(tmp_path))
    run = run_scenario(sample, 1, None, tmp_path, lambda _: None, start=start)
    assert run.judgement.verdict == "bench error"  # it had no such cause
    torn.__cause__ = KeyboardInterrupt()
    with pytest.raises(SystemError, match="exception set"):
        run_scenario(sample, 1, None, tmp_path, lambda _: None, start=start)


def test_list_names_every_limit() -> None:
    shown = json.loads(invoke("list", "--json").output)
    first = next(entry for entry in shown if entry["id"] == "R1-2")
    assert (first["family"], first["tags"]) == ("R", ["R151", "pair:T1", "pair:R4"])
    assert first["limits"][0] == {
        "measure": "information_distance",
        "at_least": 15.0,
        "at_most": 32.3,
        "unit": "m",
        "requirement": first["limits"][0]["requirement"],
    }
    lines = invoke("list").output.splitlines()
    assert [line.split()[0] for line in lines] == [entry["id"] for entry in shown]
    assert next(line.split() for line in lines if line.startswith("R1-2")) == [
        *("R1-2", "R", "R151,", "pair:T1,", "pair:R4"),
        *["R1,", "UN", "R151", "row", "2"],
    ]


DRAWN = (
    SHORT.replace("speed_kmh: 15", "speed_kmh: = kmh")
    + """\
parameters:
  kmh: {{from: 10, to: 20}}
corners: [kmh]
"""
)


def test_what_fails_is_told_with_a_line_that_drives_it_again(tmp_path: Path) -> None:
    """A truck drawn from 10 to 20 km/h that must be faster than 18."""
    path = tmp_path / "x1.yaml"
    path.write_text(DRAWN.format(id="X1", kmh=18, lost=0), encoding="utf-8")
    first = invoke("run", str(path), "--seed", "5", "--encounter", "2", "--out", str(tmp_path / "one"))
    (encounter,) = results(tmp_path / "one")["runs"][0]["encounters"]
    assert encounter["number"] == 2
    kmh = encounter["values"]["kmh"]
    assert first.exit_code == (kmh < 18)
    assert encounter["measures"][0]["value"] == pytest.approx(kmh, abs=0.05)
    again = shlex.split(encounter["rerun"])
    assert again[:3] == ["nearside", "hil", "run"]
    assert invoke(*again[2:], "--out", str(tmp_path / "two")).exit_code == first.exit_code
    assert (tmp_path / "two" / "results.json").read_bytes() == (
        tmp_path / "one" / "results.json"
    ).read_bytes()
    assert (encounter["rerun"] in first.output.replace("\n", " ")) == (kmh < 18)
    page = (tmp_path / "one" / "report.html").read_text(encoding="utf-8")
    assert f"encounter 2: kmh {kmh:.4g}" in page


def test_a_corner_is_driven_by_its_number(tmp_path: Path) -> None:
    path = tmp_path / "x1.yaml"
    path.write_text(DRAWN.format(id="X1", kmh=18, lost=0), encoding="utf-8")
    for corner, code in ((1, 1), (2, 0)):
        out = tmp_path / f"out{corner}"
        assert invoke("run", str(path), "--corner", str(corner), "--out", str(out)).exit_code == code
        (run,) = results(out)["runs"]
        assert run["encounters"] == []
        assert run["corners"][0]["values"] == {"kmh": (10.0, 20.0)[corner - 1]}
        assert run["corners"][0]["rerun"].endswith(f"--corner {corner}") or run["verdict"] == "pass"
    result = invoke("run", str(path), "--corner", "3", "--out", str(tmp_path / "out3"))
    assert isinstance(result.exception, InputError)
    assert str(result.exception) == "--corner 3: X1 has 2"


@pytest.mark.parametrize("below", [".", "deeper"])
def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, below: str) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    result = invoke("run", str(write(tmp_path)), "--out", str(tmp_path / "file" / below))
    assert isinstance(result.exception, InputError)
    assert "cannot be made a folder" in str(result.exception)


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "S1" / "can.asc").mkdir(parents=True)
    result = invoke("run", str(write(tmp_path)), "--out", str(tmp_path))
    assert isinstance(result.exception, InputError)
    assert str(result.exception).endswith("can.asc is a folder, a file of results has to go there")


def test_a_folder_of_results_is_written_again() -> None:
    _, folder = ran(14.5, 0)
    names = {
        name for name in results_of_files([read_file(folder.parent / "x1.yaml")]) if (folder / name).exists()
    }
    assert names == {"results.json", "junit.xml", "report.html", "X1/report.html", "X1/can.asc"}
    with writing_into(folder, ours=results_of_files([read_file(folder.parent / "x1.yaml")])):
        pass


def fill() -> dict[str, Any]:
    """Write to a full disk: the error of a write, unlike that of an opening, names no file."""
    with open("/dev/full", "wb") as full:
        full.write(b"results")
    return {}


def filled_by_a_run(out: Path) -> None:
    with writing_into(out):
        fill()


def filled_by_the_demo(out: Path) -> None:
    with guarded(out):
        fill()


@pytest.mark.parametrize("filled", [filled_by_a_run, filled_by_the_demo])
def test_a_full_disk_is_said_though_the_system_names_no_file(tmp_path: Path, filled: Any) -> None:
    with pytest.raises(InputError, match=r"--out .*: cannot be written \(No space left on device\)"):
        filled(tmp_path)


@pytest.mark.parametrize(("what", "says"), [("X9", "no scenario"), ("no/such.yaml", "cannot be read")])
def test_what_is_not_there_is_named(what: str, says: str) -> None:
    result = invoke("run", what)
    assert isinstance(result.exception, InputError)
    assert says in str(result.exception)


@pytest.mark.parametrize("command", ["run", "sweep"])
def test_a_folder_without_a_name_is_not_the_current_one(command: str) -> None:
    result = invoke(command, "R2", "--out", "")
    assert result.exit_code == 2
    assert "is empty; the current folder is '.'" in result.output


def test_one_encounter_has_no_fifth(tmp_path: Path) -> None:
    path = write(tmp_path)
    result = invoke("run", str(path), "--encounter", "5", "--out", str(tmp_path / "out"))
    assert isinstance(result.exception, InputError)
    assert (
        str(result.exception) == "--encounter 5: S1 draws nothing: it is one; another --seed is other noise"
    )
    assert not (tmp_path / "out").exists()


def test_ids_that_differ_in_case_only_are_one_name(tmp_path: Path) -> None:
    upper, lower = write(tmp_path), tmp_path / "other.yaml"
    lower.write_text(upper.read_text(encoding="utf-8").replace("id: S1", "id: s1", 1), encoding="utf-8")
    result = invoke("run", str(upper), str(lower), "--out", str(tmp_path / "out"))
    assert isinstance(result.exception, InputError)
    assert str(result.exception) == f"{lower}: id 's1' is already that of {upper}, 'S1'"
