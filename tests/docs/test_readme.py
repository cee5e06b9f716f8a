"""Both READMEs name what exists, and the same of it."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from edge_controller.cli import nearside

ROOT = Path(__file__).parents[2]
ENGLISH, CHINESE = ROOT / "README.md", ROOT / "README.zh-CN.md"
PICTURES = ("demo", "scenario", "installation-record", "office")
DOORS = (("hil", "run"), ("install",), ("office", "demo"))


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("page", [ENGLISH, CHINESE], ids=["english", "chinese"])
def test_commands_and_rooms_exist(page: Path) -> None:
    makefile = _text(ROOT / "Makefile")
    targets = re.findall(r"^make (\w+)", _text(page), re.MULTILINE)
    assert targets == ["demo", "test"]
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)
    rooms = re.findall(r"^\| `([\w_]+)/`", _text(page), re.MULTILINE)
    assert rooms == ["firmware", "edge_controller", "radar_sim", "hil", "tests", "docs"]
    assert all((ROOT / room).is_dir() for room in rooms)


def test_both_languages_have_the_same_parts_and_figures() -> None:
    english, chinese = _text(ENGLISH), _text(CHINESE)
    assert len(re.findall(r"^## ", english, re.MULTILINE)) == len(re.findall(r"^## ", chinese, re.MULTILINE))
    other = {"README.md", "README.zh-CN.md"}
    links = [set(re.findall(r"\]\(([^)]+)\)", text)) - other for text in (english, chinese)]
    assert links[0] == links[1]
    assert re.findall(r"[\d.]+ m/s", english) == re.findall(r"[\d.]+ m/s", chinese)


@pytest.mark.parametrize("page", [ENGLISH, CHINESE], ids=["english", "chinese"])
def test_each_door_is_a_command_that_takes_what_the_page_gives_it(page: Path) -> None:
    lines = re.findall(r"^\| \*\*.+?`nearside ([^`]+)`", _text(page), re.MULTILINE)
    assert [tuple(line.split()[: len(door)]) for line, door in zip(lines, DOORS, strict=True)] == list(DOORS)
    for line, door in zip(lines, DOORS, strict=True):
        told = CliRunner().invoke(nearside, [*door, "--help"])
        assert told.exit_code == 0
        assert all(option in told.output for option in re.findall(r"--[a-z-]+", line))


@pytest.mark.parametrize("name", PICTURES)
def test_pictures_are_small_enough_for_a_readme(name: str) -> None:
    assert f"docs/images/{name}.png" in _text(ENGLISH)
    content = (ROOT / "docs" / "images" / f"{name}.png").read_bytes()
    assert content.startswith(b"\x89PNG")
    assert len(content) < 300_000
