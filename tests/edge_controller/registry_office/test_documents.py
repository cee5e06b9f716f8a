"""docs/reference/installation-record.md and the program say the same, both ways."""

import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

import cbor2

from edge_controller.registration.health import PARTS, SCHEMA, Health
from edge_controller.registry_office import desk
from edge_controller.registry_office.alive import LIFE_RULES, WORD_ZH
from edge_controller.registry_office.rules import RULES, RULES_VERSION, WHOLE
from tests.edge_controller.registration.samples import signed

REFERENCE = Path(__file__).parents[3] / "docs/reference"
PAGE, HEALTH_PAGE, API_PAGE = (
    (REFERENCE / f"{name}.md").read_text(encoding="utf-8")
    for name in ("installation-record", "health-report", "office-api")
)


def section(title: str, page: str = PAGE) -> str:
    return re.split(r"^#+ ", page.split(title, 1)[1], maxsplit=1, flags=re.M)[0]


def test_every_rule_is_on_the_page_in_its_order_and_no_other() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \|", section(f"### Rules, version {RULES_VERSION}"), re.M)
    assert rows == [(rule.code, rule.leads_to) for rule in (WHOLE, *RULES)]


def names(value: dict[str, Any], prefix: str = "") -> set[str]:
    found: set[str] = set()
    for key, item in value.items():
        found |= names(item, f"{prefix}{key}.") if isinstance(item, dict) else {prefix + key}
    return found


def test_every_field_of_a_record_is_on_the_page_and_no_other() -> None:
    unit_part = cbor2.loads(cbor2.loads(signed()).value[2])
    rows = re.findall(r"^\| `([\w.]+)` \|", section("### Fields, schema 2"), re.M)
    assert len(rows) == len(set(rows))
    assert set(rows) == names(cbor2.loads(unit_part.value[2])) | {"run", "commissioning"}


def test_every_field_of_a_health_report_is_on_the_page() -> None:
    text = section(f"### Fields, schema {SCHEMA}", HEALTH_PAGE)
    first_cells = " ".join(re.findall(r"^\| (`[^|]*`) \|", text, re.M))
    report = Health("NS-1", 0, 0, bytes(32), 0, None, None)
    assert set(re.findall(r"`(\w+)`", first_cells)) == {"schema", *asdict(report)}
    assert ", ".join(name.replace("_", " ") for name in PARTS) in text


def test_every_rule_about_life_is_on_the_page_in_its_order_and_no_other() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \|", section("### Rules about life", API_PAGE), re.M)
    assert rows == [(rule.code, rule.leads_to) for rule in LIFE_RULES]


def test_every_verdict_is_on_the_page() -> None:
    rows = re.findall(
        r"^\| `([\w ,]+)` \| (\w+|[^|]+) \|", section("## The verdict an officer", API_PAGE), re.M
    )
    assert dict(rows) == WORD_ZH


def test_every_problem_is_on_the_page_and_no_other() -> None:
    rows = re.findall(r"^\| \d{3} \| ([^|]+) \|", section("## Delivering", API_PAGE), re.M)
    on_page = {code for cell in rows for code in re.findall(r"`(\w+)`", cell)}
    office = Path(desk.__file__).parent
    sources = "".join((office / f"{name}.py").read_text() for name in ("api", "desk", "hooks"))
    in_code = set(re.findall(r'Problem\(\s*"(\w+)"', sources))
    assert on_page == in_code | {"nothing_here", "method", "broken", "no_database"}
