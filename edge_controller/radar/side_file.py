"""The TOML beside a recording, from which replay reads it again."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from edge_controller.config import Array
from edge_controller.radar.sample_order import is_real
from edge_controller.radar.stream import Counts
from edge_controller.radar.ti_cfg import TiCfg


@dataclass(frozen=True, slots=True)
class Recorded:
    """What came of a recording; `lost` has frame and packets where any are missing."""

    begun_utc: str
    frames: int
    lost: tuple[tuple[int, int], ...]
    counts: Counts


def side_file(cfg: TiCfg, array: Array, recorded: Recorded) -> str:
    """Tables [profile], [array], [[radar]], [capture] and [recorded]."""
    real = is_real(cfg.order)
    capture = {
        "format": "dca1000",
        "sample_type": "real_int16" if real else "int16",
        "order": cfg.order.removeprefix("real_"),
    }
    name = cfg.path.stem
    return "\n".join(
        [
            f"# {name}: recorded from a radar set up by {cfg.path.name}; place and direction are not known.",
            *_table(f"[profile.{_text(name)}]", _profile(cfg)),
            *_table(f"[array.{_text(array.name)}]", _array(array)),
            *_table("[[radar]]", _radar(name, array)),
            *_table("[capture]", capture),
            *_table("[recorded]", _recorded(recorded)),
        ]
    )


def _profile(cfg: TiCfg) -> dict[str, Any]:
    profile = cfg.profile
    return {
        "start_ghz": _plain(profile.start_hz / 1e9),
        "slope_mhz_per_us": _plain(profile.slope_hz_per_s / 1e12),
        "idle_us": _plain(profile.idle_s * 1e6),
        "adc_start_us": _plain(profile.adc_start_s * 1e6),
        "ramp_end_us": _plain(profile.ramp_end_s * 1e6),
        "samples": profile.samples,
        "rate_msps": _plain(profile.rate_hz / 1e6),
        "loops": profile.loops,
        "frame_ms": _plain(profile.frame_s * 1e3),
    }


def _array(array: Array) -> dict[str, Any]:
    return {
        "rx_mm": [[_plain(y * 1e3), _plain(z * 1e3)] for y, z in array.rx_m],
        "tx_mm": [[_plain(y * 1e3), _plain(z * 1e3)] for y, z in array.tx_m],
        "tx_order": list(array.tx_order),
    }


def _radar(name: str, array: Array) -> dict[str, Any]:
    return {
        "name": name,
        "position_m": [0.0, 0.0, 1.0],
        "yaw_deg": 0.0,
        "pitch_deg": 0.0,
        "profile": name,
        "array": array.name,
        "frame_offset_ms": 0.0,
    }


def _recorded(recorded: Recorded) -> dict[str, Any]:
    counts = recorded.counts
    return {
        "begun": recorded.begun_utc,
        "frames": recorded.frames,
        "lost": [list(pair) for pair in recorded.lost],
        "lost_packets": sum(packets for _, packets in recorded.lost),
        "packets": counts.packets,
        "late_packets": counts.late,
        "doubled_packets": counts.doubled,
        "bad_packets": counts.bad,
        "restarts": counts.restarts,
    }


def _plain(value: float) -> float:
    """Without the dust of a change of units."""
    return float(f"{value:.10g}")


def _text(value: Any) -> str:
    # As it is: TOML does not know JSON's pairs of escapes for what lies beyond 16 bits.
    return json.dumps(value, ensure_ascii=False)


def _table(head: str, values: Mapping[str, Any]) -> list[str]:
    # Numbers, lists of numbers and texts read the same in JSON and in TOML.
    return [head, *(f"{key} = {_text(value)}" for key, value in values.items()), ""]
