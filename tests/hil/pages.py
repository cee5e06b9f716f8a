"""Reading a page as a browser would: tags, visible text, scripts, and what it refers to outside."""

import json
import re
from html.parser import HTMLParser
from typing import Any

PAGE_LIMIT_BYTES = 3_000_000


class Elements(HTMLParser):
    """Start tags with attributes, visible text, and the content of scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.scripts: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag in ("script", "style"):
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._open and tag == self._open[-1]:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if not self._open:
            self.text.append(data)
        elif self._open[-1] == "script":
            self.scripts.append(data)


def parsed(page: str) -> Elements:
    elements = Elements()
    elements.feed(page)
    elements.close()
    return elements


def data_of(page: str) -> dict[str, Any]:
    return dict(json.loads(parsed(page).scripts[0]))


def words_of(page: str) -> str:
    """Visible text with single spaces."""
    return re.sub(r"\s+", " ", " ".join(parsed(page).text))


def refers_outside(page: str) -> list[str]:
    """Everything that would fetch something; empty for a page of one file."""
    found = re.findall(r"(?:https?|ftp|file|wss?):", page, re.IGNORECASE)
    found += re.findall(r"@import|\burl\s*\(|\bimport\s*\(|\bfetch\s*\(|XMLHttpRequest", page)
    for tag, attributes in parsed(page).tags:
        found += [tag] if tag in ("link", "iframe", "object", "embed", "base") else []
        targets = [attributes.get(name) for name in ("src", "href", "srcset", "action", "data")]
        found += [t for t in targets if t is not None and not t.startswith(("data:image/png;base64,", "#"))]
    return found
