"""What was simulated and with what, as lines of a table: enough to run it again."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from edge_controller.install.image import firmware_sha256
from hil.report.words import SIDE_CHINESE
from hil.scenario.running import ScenarioRun
from hil.truth import IN_WORDS
from radar_sim import Perturb


@dataclass(frozen=True, slots=True)
class Fact:
    """One line."""

    name: str
    chinese: str
    text: str
    is_hash: bool = False


def facts_of(run: ScenarioRun) -> list[Fact]:
    """Unit under test, files by hash, seed and side; the same text for the same run."""
    scenario, fit = run.scenario, run.scenario.encounter.fit
    interpreter = run.interpreter
    unit = "none came up" if interpreter is None else f"{interpreter.name} {interpreter.version}"
    side = fit.truck.near_side
    return [
        Fact("unit under test", "被测件", f"gateway firmware, the real files, in {unit}"),
        Fact("firmware SHA-256", "固件", firmware_sha256(), is_hash=True),
        Fact("simulated", "仿真", "all else: radar samples, road users, driver, truck, brake, both buses"),
        Fact("scenario", "场景", f"{scenario.id}, {scenario.path.name}"),
        Fact("scenario SHA-256", "场景文件", scenario.sha256, is_hash=True),
        Fact("fit", "配置", f"{fit.path.stem} ({fit.truck.kind}), brake {scenario.brake_name}"),
        Fact("fit SHA-256", "配置文件", scenario.fit_sha256, is_hash=True),
        Fact("seed, near side", "种子、近侧", f"{run.seed}, {side} {SIDE_CHINESE[side]}"),
        *_encounter_of(run),
        Fact("sensors and mounting", "传感器偏差", perturbed_in_words(run.perturb)),
        Fact("truth", "真值细节", IN_WORDS[scenario.encounter.truth]),
    ]


def _encounter_of(run: ScenarioRun) -> list[Fact]:
    """Where the file has parameters, which draw of them this is."""
    draw = run.scenario.draw
    if draw is None or not draw.values:
        return []
    return [Fact("encounter", "会车参数", f"{draw.in_words()}: {draw.values_in_words()}")]


def perturbed_in_words(perturb: Perturb | None) -> str:
    """Whether and how the truth differs from the fit."""
    if perturb is None:
        return "perturbation off: exactly as the fit says"
    pose = "" if perturb.pose_deg == Perturb(0).pose_deg else f", yaw and pitch by {perturb.pose_deg:g}°"
    return f"perturbed with seed {perturb.seed}{pose}: a little off the fit"


def perturbation_of(run: ScenarioRun) -> list[tuple[str, str]]:
    """How each radar and the truck's own signals truly differ from the fit."""
    return [] if run.with_system is None else differences_in_words(run.with_system.perturbation)


def differences_in_words(known: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Radar by radar, then the truck."""
    return [(name, _told(differs)) for name, differs in known.items()]


def _told(differs: Mapping[str, Any]) -> str:
    """Known figures in a person's units, others by their own name."""
    return "; ".join(
        TOLD[name](value) if name in TOLD else f"{name} {value}" for name, value in differs.items()
    )


def _place(offset_m: Sequence[float]) -> str:
    return "place " + ", ".join(f"{1000 * one:+.0f}" for one in offset_m) + " mm"


def _gains(gain_db: Sequence[Sequence[float]]) -> str:
    return f"channel gains to {max(abs(one) for channel in gain_db for one in channel):.1f} dB"


def _phases(phase_deg: Sequence[Sequence[float]]) -> str:
    return f"channel phases to {max(abs(one) for channel in phase_deg for one in channel):.0f}°"


TOLD: dict[str, Callable[[Any], str]] = {
    "yaw_deg": lambda deg: f"yaw {deg:+.2f}°",
    "pitch_deg": lambda deg: f"pitch {deg:+.2f}°",
    "position_m": _place,
    "channel_phase_deg": _phases,
    "channel_gain_db": _gains,
    "clock_ppm": lambda ppm: f"clock {ppm:+.0f} ppm",
    "can_delay_ms": lambda ms: f"CAN delay {ms:.1f} ms",
    "speed_scale": lambda scale: f"speed × {scale:.4f}",
    "hand_wheel_offset_rad": lambda rad: f"hand wheel {math.degrees(rad):+.2f}°",
    "yaw_rate_offset_radps": lambda radps: f"yaw rate {math.degrees(radps):+.2f} °/s",
}
