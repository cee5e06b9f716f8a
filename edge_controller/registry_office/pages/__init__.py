"""The office's pages: Chinese first, English by `?lang=en`, no script, nothing from elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined

from edge_controller.registration.problem import Problem
from edge_controller.registry_office.alive import PART_ZH, WORD_ZH
from edge_controller.registry_office.local_time import local_text
from edge_controller.registry_office.pages.words import WORDS
from edge_controller.registry_office.rules import RULES_VERSION
from edge_controller.registry_office.verdict import Reason

PACKAGE = "edge_controller.registry_office.pages"
_templates = Environment(
    loader=PackageLoader("edge_controller.registry_office", "pages"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class Face:
    """How one visitor sees the pages: language, size of type, the office's zone."""

    english: bool
    large: bool
    zone: ZoneInfo

    @classmethod
    def of(cls, query: Mapping[str, str], zone: ZoneInfo) -> "Face":
        """From the query of an address."""
        return cls(query.get("lang") == "en", query.get("size") == "large", zone)

    def t(self, key: str, **values: object) -> str:
        """A word of the pages."""
        return WORDS[key][self.english].format(**values)

    def known(self, key: str, value: object, other: str) -> str:
        """The word for a value, or the value itself where there is none."""
        return self.t(f"{key}_{value}") if f"{key}_{value}" in WORDS else other

    def say(self, problem: Problem | Reason) -> str:
        """A sentence in the page's language."""
        return problem.text if self.english else problem.text_zh

    def parts(self, names: tuple[str, ...]) -> str:
        """Parts of a unit by name."""
        if self.english:
            return ", ".join(name.replace("_", " ") for name in names)
        return "、".join(PART_ZH[name] for name in names)

    def time(self, seconds: int) -> str:
        """With its zone."""
        return local_text(seconds, self.zone)

    def link(self, path: str, **query: str) -> str:
        """An address that keeps language and size; a given `lang` or `size` comes before the page's own."""
        own = {"lang": "en" if self.english else "", "size": "large" if self.large else ""}
        whole = {**query, **{key: value for key, value in own.items() if key not in query}}
        filled = {key: value for key, value in whole.items() if value}
        return f"{path}?{urlencode(filled)}" if filled else path


def render(template: str, face: Face, **values: Any) -> str:
    """One page."""
    return _templates.get_template(template).render(
        face=face, t=face.t, rules_version=RULES_VERSION, word_zh=WORD_ZH, **values
    )


def style_sheet() -> str:
    """The only other file a page asks for."""
    return (files(PACKAGE) / "office.css").read_text(encoding="utf-8")
