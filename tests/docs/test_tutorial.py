"""The tutorial works as written: its commands run in order and its figures are those of the run."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hil.demo import guarded

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "tutorial" / "near-miss.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FIGURE = re.compile(r"^\| `(\w+)\.(\w+)` \| ([^|]+) \|", re.MULTILINE)


def _run(commands: str, folder: Path) -> str:
    """Standard output of one shell block, run where the page's relative paths are at hand."""
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
        "PYTHONPATH": str(ROOT),
        "PYTHONIOENCODING": "utf-8",
    }
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=400,
    )
    assert done.returncode == 0, f"{commands}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[tuple[str, str]]]:
    """The folder after the whole tutorial, and (what the page shows, what came out) per shown output."""
    folder = tmp_path_factory.mktemp("newcomer")
    (folder / "edge_controller").symlink_to(ROOT / "edge_controller")
    shown, output = [], ""
    for kind, content in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        if kind == "sh":
            output = _run(content, folder)
        elif kind == "text":
            shown.append((content, output))
    return folder, shown


def test_only_setting_up_and_the_cut_wire_are_not_run() -> None:
    blocks = BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    assert {kind for kind, _ in blocks} == {"console", "sh", "text"}
    left_out = "".join(content for kind, content in blocks if kind == "console").splitlines()
    assert left_out == [
        "make setup",
        ". .venv/bin/activate",
        "nearside demo --seed 1 --out out/cut --cut-vehicle-bus",
    ]


def test_every_output_on_the_page_came_out(walked: tuple[Path, list[tuple[str, str]]]) -> None:
    _, shown = walked
    assert len(shown) == 4
    for said, output in shown:
        lines = output.splitlines()
        places = [lines.index(line) for line in said.splitlines()]
        assert places == sorted(places)


def _printed(value: float, like: str) -> str:
    """The value with as many digits as the page prints."""
    return f"{value:.{len(like.partition('.')[2])}f}"


def test_figures_are_those_of_the_run(walked: tuple[Path, list[tuple[str, str]]]) -> None:
    folder, _ = walked
    verdict: dict[str, Any] = json.loads((folder / "out/demo/verdict.json").read_text(encoding="utf-8"))
    figures = FIGURE.findall(PAGE.read_text(encoding="utf-8"))
    assert len(figures) >= 8
    for run, key, said in figures:
        found = verdict[run][key]
        numbers = said.strip().split(", ")
        values = found if isinstance(found, list) else [found]
        assert [_printed(v, n) for v, n in zip(values, numbers, strict=True)] == numbers, f"{run}.{key}"


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_speed_of_the_contact_in_the_readme(walked: tuple[Path, list[tuple[str, str]]], name: str) -> None:
    folder, _ = walked
    verdict: dict[str, Any] = json.loads((folder / "out/demo/verdict.json").read_text(encoding="utf-8"))
    said = re.findall(r"([\d.]+) m/s", (ROOT / name).read_text(encoding="utf-8"))
    assert said == [_printed(verdict["without_system"]["contact_speed_mps"], "0.00")]


def test_the_files_the_page_names_are_there(walked: tuple[Path, list[tuple[str, str]]]) -> None:
    folder, _ = walked
    for name in re.findall(r"`(out/[\w./]+)`", PAGE.read_text(encoding="utf-8")):
        assert (folder / name).stat().st_size > 0
    assert (folder / "out/fit.png").read_bytes().startswith(b"\x89PNG")


def test_the_folder_of_a_demo_is_written_again(walked: tuple[Path, list[tuple[str, str]]]) -> None:
    with guarded(walked[0] / "out" / "demo"):
        pass
