"""What every page is made with: templates that escape, our own style and script, data for the script."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from hil.encounter import KMH_TO_MPS

HERE = Path(__file__).parent
SCRIPTS = ("drawing.js", "player.js")
# "<" would let text in the data end the script element; the others are awkward to HTML or to JavaScript.
JSON_ESCAPES = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}


def write_page(path: Path, template: str, content: Mapping[str, Any]) -> None:
    """Fill one template into one file."""
    path.write_text(_environment().get_template(template).render(content), encoding="utf-8")


def script_json(data: dict[str, Any]) -> Markup:
    """JSON that may stand in a script element."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Markup(text.translate(JSON_ESCAPES))


def own(*names: str) -> Markup:
    """Style and script are ours and go in as they are."""
    return Markup("\n".join((HERE / name).read_text(encoding="utf-8") for name in names))


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["seconds"] = lambda t_s: "not reached" if t_s is None else f"{t_s:.2f} s"
    environment.filters["kmh"] = lambda mps: "–" if mps is None else f"{mps / KMH_TO_MPS:.1f} km/h"
    environment.filters["metres"] = lambda m: "–" if m is None else f"{m:.2f} m"
    return environment
