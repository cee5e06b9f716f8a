"""docs/reference/installation-record.md and the program say the same, both ways."""

import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

import cbor2

from edge_controller.registration.health import PARTS, Health
from edge_controller.registry_office.rules import RULES, RULES_VERSION, WHOLE
from tests.edge_controller.registration.samples import signed

PAGE = (Path(__file__).parents[3] / "docs/reference/installation-record.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    return re.split(r"^#+ ", PAGE.split(title, 1)[1], maxsplit=1, flags=re.M)[0]


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
    text = section("## The health report")
    first_cells = " ".join(re.findall(r"^\| (`[^|]*`) \|", text, re.M))
    report = Health("NS-1", 0, 0, bytes(32), 0, None)
    assert set(re.findall(r"`(\w+)`", first_cells)) == {"schema", *asdict(report)}
    assert ", ".join(name.replace("_", " ") for name in PARTS) in text
