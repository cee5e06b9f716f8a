"""The TOML beside a recording that says how it was made: the fit's own tables and the order in the file."""

import json
import re
from collections.abc import Mapping
from typing import Any

from radar_sim.fit import Radar

BARE = re.compile(r"[A-Za-z0-9_-]+")  # what TOML takes without quotes
CAPTURE = {"format": "dca1000", "sample_type": "int16", "order": "iiqq"}


def replay_toml(radar: Radar, is_mirrored: bool = False) -> str:
    """Tables [profile], [array], one [[radar]] and [capture], as the file of the fit has them.

    Where the near side is the left they are mirrored: replay knows no truck, and takes them as written.
    """
    tables: Mapping[str, Any] = _mirror_image(radar.primitives) if is_mirrored else radar.primitives
    own = tables["radar"]
    return "\n".join(
        [
            *_table(f"[profile.{_key(own['profile'])}]", tables["profile"]),
            *_table(f"[array.{_key(own['array'])}]", tables["array"]),
            *_table("[[radar]]", own),
            *_table("[capture]", CAPTURE),
        ]
    )


def _mirror_image(tables: Mapping[str, Any]) -> dict[str, Any]:
    array, own = dict(tables["array"]), dict(tables["radar"])
    for antennas in ("tx_mm", "rx_mm"):
        array[antennas] = [[0.0 - y, z] for y, z in array[antennas]]
    x, y, z = own["position_m"]
    return {
        **tables,
        "array": array,
        "radar": own | {"position_m": [x, 0.0 - y, z], "yaw_deg": 0.0 - own["yaw_deg"]},
    }


def _table(head: str, values: Mapping[str, Any]) -> list[str]:
    # Numbers, lists of numbers and texts read the same in JSON and in TOML.
    return [
        head,
        *(f"{_key(key)} = {json.dumps(value)}" for key, value in values.items()),
        "",
    ]


def _key(name: str) -> str:
    return name if BARE.fullmatch(name) else json.dumps(name)
