"""Figures, drawings and data into one HTML file."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from hil.encounter import KMH_TO_MPS, Encounter
from hil.report import still, strips, words
from hil.report.pictures import RangeDopplerMap, png_base64
from hil.report.replay import replay_of
from hil.runlog import RunLog

HERE = Path(__file__).parent
# "<" would let text in the data end the script element; the others are awkward to HTML or to JavaScript.
JSON_ESCAPES = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}


def write_report(  # noqa: PLR0917 - one call in one place, in the order of the demo
    path: Path,
    without: RunLog,
    with_system: RunLog,
    encounter: Encounter,
    pictures: Mapping[str, RangeDopplerMap],
    verdict: dict[str, Any],
) -> None:
    """Write the page; it needs no other file and no network. `pictures` by name of the radar."""
    marks = words.marks_of(verdict)
    page = (
        _environment()
        .get_template("page.html.j2")
        .render(
            verdict=verdict,
            fit=encounter.fit,
            side=verdict["near_side"],
            side_chinese=words.SIDE_CHINESE[verdict["near_side"]],
            columns=[
                ("without", words.outcome_without(verdict), still.still_of(encounter, without)),
                ("with", words.outcome_with(verdict), still.still_of(encounter, with_system)),
            ],
            still=still,
            marks=marks,
            strips=strips.strips_of(without, with_system, marks),
            strip=strips,
            contact_s=None if without.contact is None else without.contact.t_s,
            end_s=strips.end_s(without, with_system),
            pictures=[(name, picture, png_base64(picture)) for name, picture in pictures.items()],
            radars=[radar.name for radar in encounter.fit.radars],
            replay=script_json(replay_of(encounter, without, with_system)),
            style=_own("page.css"),
            script=_own("page.js"),
        )
    )
    path.write_text(page, encoding="utf-8")


def script_json(data: dict[str, Any]) -> Markup:
    """JSON that may stand in a script element."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Markup(text.translate(JSON_ESCAPES))


def _own(name: str) -> Markup:
    """Style and script are ours and go in as they are."""
    return Markup((HERE / name).read_text(encoding="utf-8"))


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
