"""The page of one scenario of many encounters: what was counted, what did not pass, how it was driven."""

from pathlib import Path

from hil.report import write_tally_page
from hil.scenario.scenario_result import ScenarioResult
from tests.hil.pages import parsed, words_of
from tests.hil.scenario_results import AVOIDED, BROKEN, CLEAR, HIT, UNMET, many, named, one_of

T1 = named("T1", AVOIDED)


def page_of(folder: Path, done: ScenarioResult, pages: dict[tuple[bool, int], Path] | None = None) -> str:
    write_tally_page(folder / "report.html", done, pages or {})
    return (folder / "report.html").read_text(encoding="utf-8")


def nine_hit() -> ScenarioResult:
    """Of a hundred; two more do not count, a bench error, a corner that is hit."""
    others = [
        one_of(T1, 101, CLEAR, UNMET),
        one_of(T1, 102, None, BROKEN),
        one_of(T1, 3, HIT, corner=True),
    ]
    return many(T1, 100, lambda n: HIT if n % 11 == 0 else CLEAR, others)


def section(page: str, title: str) -> str:
    start = page.index(f"<h2>{title}")
    return page[start : page.index("</section>", start)]


def test_each_that_did_not_pass_says_why_and_how_to_drive_it_again(tmp_path: Path) -> None:
    replays = {(False, 22): tmp_path / "encounter 22" / "report.html"}
    page = page_of(tmp_path, nine_hit(), replays)
    missed = section(page, "Did not pass")
    text = words_of(missed)
    assert "Did not pass: 10" in text
    for number in (11, 22, 99):
        assert f"nearside hil run T1.yaml --seed 7 --encounter {number} " in text
    assert "--corner 3" in text
    assert "contact at 10.8 km/h (without 15.1) not avoided, must be ≥ 75 % (goal T1)" in text
    links = [attributes["href"] for tag, attributes in parsed(missed).tags if tag == "a"]
    assert links == ["encounter%2022/report.html"]
    left_out = words_of(section(page, "Left out"))
    assert "Left out: 1" in left_out
    assert "radar_frames_lost is 3" in left_out
    assert "--encounter 101" in left_out
    assert "RuntimeError: the interpreter died" in words_of(section(page, "Bench errors"))
    assert "corner 3" in words_of(section(page, "Corners"))
