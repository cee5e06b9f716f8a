"""What a demo run is worth: figures of both runs, and whether the system prevented the collision."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from hil.gateway_host import Interpreter
from hil.programs.names import NEARSIDE, detection_of
from hil.runlog import RunLog
from hil.truth import Truth
from radar_sim import Perturb


def verdict(
    without: RunLog,
    with_system: RunLog,
    *,
    seed: int,
    perturb: Perturb | None,
    truth: Truth,
    near_side: str,
    interpreter: Interpreter,
    firmware_sha256: str,
) -> dict[str, Any]:
    """The content of verdict.json: virtual time and figures only, so that one seed gives one file."""
    return {
        "without_system": outcome(without),
        "with_system": {
            **outcome(with_system),
            "information_s": _rounded(with_system.information_s),
            "warning_s": _rounded(with_system.warning_s),
            "request_s": _rounded(with_system.request_s),
            "xbr_s": _rounded(with_system.xbr_s),
            "standstill_s": _rounded(with_system.standstill_s),
            "frames": len(with_system.steps),
        },
        "interpreter": {"name": interpreter.name, "version": interpreter.version},
        "firmware_sha256": firmware_sha256,
        "seed": seed,
        "perturb": None if perturb is None else asdict(perturb),
        "perturbation": with_system.perturbation,
        "truth": truth,
        "detection": detection_of("radar", NEARSIDE),
        "near_side": near_side,
    }


def prevented(result: Mapping[str, Any]) -> bool:
    """The truck hits without and stops with the system."""
    without, with_system = result["without_system"], result["with_system"]
    return bool(without["contact"] and not with_system["contact"] and with_system["stopped"])


def outcome(log: RunLog) -> dict[str, Any]:
    """How one drive ended, in figures."""
    contact = log.contact
    return {
        "contact": contact is not None,
        "contact_speed_mps": None if contact is None else _rounded(contact.speed_mps),
        "contact_at_m": None if contact is None else [_rounded(value) for value in contact.at_m],
        "min_clearance_m": _rounded(log.min_clearance_m),
        "stopped": log.stopped,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
