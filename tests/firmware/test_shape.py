"""What the firmware must look like to be read in one sitting and to run on the board."""

import ast
import re
from pathlib import Path

import pytest

import firmware
from firmware import link, rules

FIRMWARE = Path(firmware.__file__).parent
ROOT = Path(__file__).parents[2]
RULES_PAGE = (ROOT / "docs" / "reference" / "safety-rules.md").read_text(encoding="utf-8")
JUDGING = ("link", "rules", "gateway", "j1939")
HELPERS = ("case", "driver", "outbox", "ticks", "truck")  # pure too: what the judging four read, keep and say
HARDWARE = ("board", "boot", "events", "main", "root_main", "selftest", "update")
# What the hardware files may use of MicroPython. Nothing else exists on the board.
ALLOWED = {"machine", "micropython", "time", "hashlib", "binascii", "json", "os", "sys", "gc"}


def lines(name: str) -> int:
    return len((FIRMWARE / f"{name}.py").read_text(encoding="utf-8").splitlines())


def tree(name: str) -> ast.Module:
    return ast.parse((FIRMWARE / f"{name}.py").read_text(encoding="utf-8"))


def imports(name: str) -> set[str]:
    found = set()
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            found |= {f"firmware.{alias.name}" for alias in node.names} if module == "firmware" else {module}
    return found


def test_every_file_has_its_place() -> None:
    assert {path.stem for path in FIRMWARE.glob("*.py")} == {"__init__", *JUDGING, *HELPERS, *HARDWARE}


def test_sizes() -> None:
    assert lines("rules") < 150
    assert sum(lines(name) for name in JUDGING) < 700
    assert sum(lines(path.stem) for path in FIRMWARE.glob("*.py")) < 2000


@pytest.mark.parametrize("name", JUDGING + HELPERS)
def test_the_judging_files_import_only_each_other(name: str) -> None:
    assert imports(name) <= {f"firmware.{other}" for other in JUDGING + HELPERS}


@pytest.mark.parametrize("name", HARDWARE)
def test_the_hardware_files_import_what_the_board_has(name: str) -> None:
    assert {found for found in imports(name) if not found.startswith("firmware")} <= ALLOWED


@pytest.mark.parametrize("name", JUDGING + HELPERS + HARDWARE)
def test_integers_only_and_the_subset(name: str) -> None:
    for node in ast.walk(tree(name)):
        where = f"{name}.py:{getattr(node, 'lineno', '?')}"
        if isinstance(node, ast.Constant):
            assert not isinstance(node.value, (float, complex)), where
            assert not isinstance(node.value, int) or node.value < 2**30, where
        assert not isinstance(node, (ast.JoinedStr, ast.AsyncFunctionDef, ast.Lambda)), where
        if isinstance(node, (ast.BinOp, ast.AugAssign)):
            assert not isinstance(node.op, (ast.Div, ast.Pow)), where
        if isinstance(node, ast.ClassDef):
            assert not node.bases, where
            assert not node.decorator_list, where
        if isinstance(node, ast.ExceptHandler):
            assert node.type is not None, where


def entries() -> list[tuple[str, str, str]]:
    """(table, reason, requirement) of every line of the two tables."""
    found, table = [], ""
    for line in (FIRMWARE / "rules.py").read_text(encoding="utf-8").splitlines():
        start = re.match(r"(TO_\w+) = \(", line)
        table = start[1] if start else table
        entry = re.match(r"    \(link\.(\w+), +(\w+)\), +# (SR-\d\d)$", line)
        if entry:
            found.append((table, entry[1], entry[3]))
    return found


def sections() -> dict[str, str]:
    parts = re.split(r"^### (SR-\d\d) .*$", RULES_PAGE, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_every_table_line_is_read_here() -> None:
    assert [getattr(link, reason) for _, reason, _ in entries()] == [
        reason for reason, _ in rules.TO_BEGIN + rules.TO_CONTINUE
    ]


def test_every_rule_stands_on_the_page_under_its_reason_and_the_other_way_round() -> None:
    by_table = {(requirement, reason) for _, reason, requirement in entries()}
    outside_the_tables = {
        ("SR-01", "BAD_LENGTH"), ("SR-01", "BAD_CRC"), ("SR-01", "BAD_VALUE"),
        ("SR-02", "REPEATED"), ("SR-02", "COUNTER_JUMP"), ("SR-23", "BRAKE_SILENT"),
        ("SR-23", "EDGE_WARNS"),
    }  # fmt: skip
    on_page = {
        (requirement, reason)
        for requirement, text in sections().items()
        for reason in re.findall(r"`([A-Z][A-Z_]+)`", text)
    }
    assert on_page == by_table | outside_the_tables
    assert {getattr(link, reason) for _, reason in on_page} == set(link.REASON_NAMES) - {link.ALLOW}


def test_every_section_has_a_test_and_every_test_a_section() -> None:
    tests = re.findall(
        r"def test_SR_(\d\d)_", (ROOT / "tests" / "firmware" / "test_contract.py").read_text(encoding="utf-8")
    )
    assert {f"SR-{number}" for number in tests} == set(sections())


def test_limits_name_a_section() -> None:
    for path in FIRMWARE.glob("*.py"):
        for requirement in re.findall(r"SR-\d\d", path.read_text(encoding="utf-8")):
            assert requirement in sections(), f"{path.name} names {requirement}"
