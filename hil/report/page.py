"""The demo's page: figures, drawings and data of both runs into one HTML file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hil.encounter import Encounter
from hil.report import still, strips, words
from hil.report.facts import differences_in_words, perturbed_in_words
from hil.report.html import SCRIPTS, own, script_json, write_page
from hil.report.pictures import RangeDopplerMap, png_base64
from hil.report.replay import replay_of
from hil.runlog import RunLog
from hil.truth import IN_WORDS
from radar_sim import Perturb


def write_report(  # noqa: PLR0917 - one call in one place, in the order of the demo
    path: Path,
    without: RunLog,
    with_system: RunLog,
    encounter: Encounter,
    pictures: Mapping[str, RangeDopplerMap],
    verdict: dict[str, Any],
) -> None:
    """Write the page; it needs no other file and no network. `pictures` by name of the radar."""
    marks = words.marks_of(verdict["with_system"])
    write_page(
        path,
        "demo.html.j2",
        {
            "verdict": verdict,
            "fit": encounter.fit,
            "perturbed": perturbed_in_words(
                None if verdict["perturb"] is None else Perturb(**verdict["perturb"])
            ),
            "perturbation": differences_in_words(with_system.perturbation),
            "truth": IN_WORDS[encounter.truth],
            "side": verdict["near_side"],
            "side_chinese": words.SIDE_CHINESE[verdict["near_side"]],
            "columns": [
                ("without", words.outcome_without(verdict), still.still_of(encounter, without)),
                ("with", words.outcome_with(verdict), still.still_of(encounter, with_system)),
            ],
            "marks": marks,
            "strips": strips.strips_of([without, with_system], marks),
            "strip": strips,
            "contact_s": None if without.contact is None else without.contact.t_s,
            "end_s": strips.end_s([without, with_system]),
            "pictures": [(name, picture, png_base64(picture)) for name, picture in pictures.items()],
            "encounter": encounter,
            "user_chinese": words.USER_CHINESE,
            "replay": script_json(replay_of(encounter, without, with_system) | {"plays": True}),
            "style": own("page.css"),
            "script": own(*SCRIPTS),
        },
    )
