"""Both READMEs name what exists, and the same of it."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ENGLISH, CHINESE = ROOT / "README.md", ROOT / "README.zh-CN.md"
PICTURE = ROOT / "docs" / "images" / "demo.png"


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


def test_picture_is_small_enough_for_a_readme() -> None:
    content = PICTURE.read_bytes()
    assert content.startswith(b"\x89PNG")
    assert len(content) < 300_000
