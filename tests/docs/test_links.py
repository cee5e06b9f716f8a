"""Every relative link in every page leads somewhere, and every decision and page can be found."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OUTSIDE = {"node_modules", ".venv", "typings", "out", "results", "build"}
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
DECISION = re.compile(r"decisions? (\d{4})(?: to (\d{4}))?")


def _without_code(text: str) -> str:
    return re.sub(r"`[^`\n]*`", "", re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL))


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


PAGES = sorted(
    path
    for path in ROOT.rglob("*.md")
    if not any(part in OUTSIDE or part.startswith(".") for part in path.relative_to(ROOT).parts)
)
RECORDS = ROOT / "docs" / "explanation" / "decisions"


def _anchors(page: Path) -> set[str]:
    """Headings as they appear in addresses."""
    headings = re.findall(r"^#+ (.+)$", _text(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _targets(page: Path) -> list[str]:
    return [target for target in LINK.findall(_without_code(_text(page))) if "://" not in target]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_resolve(page: Path) -> None:
    for target in _targets(page):
        name, _, anchor = target.partition("#")
        found = (page.parent / name).resolve() if name else page
        assert found.exists(), f"{page}: {target}"
        assert ROOT in found.parents, f"{page}: {target} leaves the repository"
        assert not anchor or anchor in _anchors(found), f"{page}: {target}"


def test_every_page_of_docs_is_in_the_index() -> None:
    index = ROOT / "docs" / "README.md"
    linked = {(index.parent / target).resolve() for target in _targets(index)}
    pages = {page for page in PAGES if ROOT / "docs" in page.parents and page.parent != RECORDS}
    assert pages - {index} <= linked
    assert RECORDS / "README.md" in linked


def test_every_record_is_in_the_index_of_decisions() -> None:
    index = RECORDS / "README.md"
    linked = {target.partition("#")[0] for target in _targets(index)}
    records = {path.name for path in RECORDS.glob("*.md")} - {"README.md"}
    assert records == {name for name in linked if re.match(r"\d{4}-", name)}
    numbers = [name[:4] for name in records]
    assert len(set(numbers)) == len(numbers)


def test_code_names_only_decisions_that_exist() -> None:
    """In a page of our own or beside the code: 'decision 0012' has to be a record."""
    written = {path.name[:4] for path in RECORDS.glob("[0-9]*.md")}
    rooms = ("firmware", "edge_controller", "radar_sim", "hil", "tests")
    sources = [
        path for room in rooms for path in (ROOT / room).rglob("*.py") if "node_modules" not in str(path)
    ]
    named = {
        (source.name, number)
        for source in [*sources, *PAGES]
        for found in DECISION.finditer(_text(source))
        for number in found.groups()
        if number and source != Path(__file__)
    }
    assert named
    missing = {(name, number) for name, number in named if number not in written}
    assert not missing
