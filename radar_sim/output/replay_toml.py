"""The TOML beside a recording that says how it was made: the fit's own tables and the order in the file."""

import json
from collections.abc import Mapping
from typing import Any

from radar_sim.fit import Radar

CAPTURE = {"format": "dca1000", "sample_type": "int16", "order": "iiqq"}


def replay_toml(radar: Radar) -> str:
    """Tables [profile], [array], one [[radar]] and [capture], as the file of the fit has them."""
    tables: Mapping[str, Any] = radar.primitives
    own = tables["radar"]
    return "\n".join(
        [
            *_table(f"[profile.{_key(own['profile'])}]", tables["profile"]),
            *_table(f"[array.{_key(own['array'])}]", tables["array"]),
            *_table("[[radar]]", own),
            *_table("[capture]", CAPTURE),
        ]
    )


def _table(head: str, values: Mapping[str, Any]) -> list[str]:
    # Numbers, lists of numbers and texts read the same in JSON and in TOML.
    return [
        head,
        *(f"{_key(key)} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()),
        "",
    ]


def _key(name: str) -> str:
    return json.dumps(name, ensure_ascii=False) if not name.replace("_", "").isalnum() else name
