"""docs/reference/configuration.md has every key of a fit, none more, and the bounds the program keeps."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from edge_controller.config import load_fit, shipped_fit
from edge_controller.errors import InputError

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "configuration.md"
NAMED = {"profile": "profile.PROFILE", "array": "array.ARRAY"}  # their sub-tables have names of one's own


def _documented() -> dict[str, str]:
    """Bounds by key, from the rows of the page's table."""
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in PAGE.read_text(encoding="utf-8").splitlines()
        if line.startswith("| `")
    ]
    assert all(len(row) == 4 and row[3] for row in rows)
    return {row[0].strip("`"): row[2] for row in rows}


def _keys(fit: dict[str, Any]) -> set[str]:
    found = set()
    for section, content in fit.items():
        if section == "policy" and "right_turn_stop" in content:
            stop = content.pop("right_turn_stop")
            found |= {f"policy.right_turn_stop.{key}" for key in stop}
        tables = list(content.values()) if section in NAMED else content
        for table in tables if isinstance(tables, list) else [tables]:
            found |= {f"{NAMED.get(section, section)}.{key}" for key in table}
    return found


STOP = {"policy.right_turn_stop.mode", "policy.right_turn_stop.stop_s"}
TRACTOR = Path(__file__).parents[2] / "hil" / "scenarios" / "tractor.toml"
TRAILER = {key for key in _documented() if key.startswith("trailer.")}
OPTIONAL = {"profile.PROFILE.cfar"} | TRAILER


@pytest.mark.parametrize(("name", "without"), [("tipper", STOP), ("demo", STOP), ("mixer", set())])
def test_page_and_shipped_fit_have_the_same_keys(name: str, without: set[str]) -> None:
    keys = _keys(tomllib.loads(shipped_fit(name).read_text(encoding="utf-8")))
    assert keys - OPTIONAL == set(_documented()) - without - OPTIONAL
    assert set(_documented()) >= OPTIONAL


def test_page_and_the_fit_of_a_tractor_have_the_same_keys_of_a_trailer() -> None:
    keys = _keys(tomllib.loads(TRACTOR.read_text(encoding="utf-8")))
    assert {key for key in keys if key.startswith("trailer.")} == TRAILER
    assert len(TRAILER) == 5


BOUNDED = [
    (key, *map(float, bounds.split(" to "))) for key, bounds in _documented().items() if " to " in bounds
]


def test_most_keys_are_bounded() -> None:
    assert len(BOUNDED) >= 30


def _with_value(key: str, value: float, path: Path) -> Path:
    """The mixer, or a tractor, with the first such key (of a list its first entry) set to a value."""
    section, *_, name = key.split(".")
    fit = TRACTOR if key in TRAILER else shipped_fit("mixer")
    text = fit.read_text(encoding="utf-8")
    start = re.search(rf"^\[\[?{section}\b.*$", text, re.MULTILINE)
    assert start
    line = re.compile(rf"^({name} = \[?)[-\d.]+", re.MULTILINE)
    changed, count = line.subn(rf"\g<1>{value}", text[start.end() :], count=1)
    assert count == 1
    path.write_text(text[: start.end()] + changed, encoding="utf-8")
    return path


@pytest.mark.parametrize(("key", "low", "high"), BOUNDED)
def test_the_bounds_on_the_page_are_those_of_the_program(
    tmp_path: Path, key: str, low: float, high: float
) -> None:
    *_, name = key.split(".")
    step: float = 1 if name in ("samples", "loops") else 0.01
    for beyond in (low - step, high + step):
        said = int(beyond) if step == 1 else beyond
        with pytest.raises(InputError) as caught:
            load_fit(_with_value(key, said, tmp_path / "fit.toml"))
        assert f"{name} is " in str(caught.value)
        assert f"outside {low:g} to {high:g}" in str(caught.value)
