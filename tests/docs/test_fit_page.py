"""The figures in docs/reference/fit.md are those the program prints."""

from pathlib import Path

import pytest

from edge_controller.config import load_fit, shipped_fit
from edge_controller.coverage.capability import ABILITIES, tenths
from edge_controller.coverage.report import report

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "fit.md"


def _row(name: str) -> list[str]:
    (line,) = [one for one in PAGE.read_text(encoding="utf-8").splitlines() if one.startswith(f"| {name} | ")]
    return [cell.strip(" *") for cell in line.strip("|").split("|")]


@pytest.mark.parametrize(("fit", "column"), [("tipper", 3), ("demo", 4)])
def test_the_page_has_the_figures_of_the_shipped_fits(fit: str, column: int) -> None:
    findings = report(load_fit(shipped_fit(fit))).findings
    for finding in findings[:7]:
        assert _row(finding.point.name)[column] == tenths(finding.counted_snr_db)
    cases = [finding.counted_snr_db for finding in findings[7:]]
    assert _row("UN R159 cases 1 to 6")[column] == f"{tenths(min(cases))} to {tenths(max(cases))}"


def test_every_name_that_can_be_given_up_is_on_the_page() -> None:
    text = PAGE.read_text(encoding="utf-8").replace("` … `", "` to `")
    ranged = {name for name in ABILITIES if name.startswith("UN ")}
    for name in set(ABILITIES) - ranged:
        assert f"| `{name}` |" in text
    assert "`UN R151 row 1` to `UN R151 row 7`" in text
    assert "`UN R159 case 1` to `UN R159 case 6`" in text
    assert len(ranged) == 13
