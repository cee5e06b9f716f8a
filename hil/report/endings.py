"""How an encounter ended, as the picture of many colours it and the lists say it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hil.encounter import KMH_TO_MPS
from hil.scenario.counted import AS_GOOD, Counted
from hil.scenario.encounter_result import EncounterResult
from hil.scenario.outcome import CLEAR_M, Outcome


@dataclass(frozen=True, slots=True)
class Ending:
    """One colour and shape; `css` names both."""

    css: str
    english: str
    chinese: str
    fits: Callable[[EncounterResult, Outcome], bool]


LEFT_OUT = Ending("left-out", "left out", "不计入", lambda _, __: False)
BROKEN = Ending("no-result", "bench error", "台架故障", lambda _, __: False)
# of each the first that fits
CONTACT = (
    Ending("good", f"no contact, {CLEAR_M:g} m clear", "未碰撞", lambda _, o: not o.contact and o.clear),
    Ending("near", f"no contact, nearer than {CLEAR_M:g} m", "擦身而过", lambda _, o: not o.contact),
    Ending("stood", "contact, but the truck stood", "接触时已停车", lambda _, o: o.avoided),
    Ending("mitigated", "contact at half the speed or less", "碰撞车速减半", lambda _, o: o.mitigated),
    Ending("hit", "hit", "碰撞", lambda _, __: True),
)
BRAKING = (
    Ending("hit", "full braking", "全力制动", lambda _, o: o.full_braking),
    Ending("mitigated", "braked by 0.7 m/s² or more", "部分制动", lambda _, o: o.partial_braking),
    Ending("stood", "gently braked, or torque taken off", "轻微制动或限扭", lambda _, o: o.gentle),
    Ending("near", "warned", "报警", lambda _, o: o.warning),
    Ending("good", "neither braked nor warned", "无干预", lambda _, __: True),
)
LIMITS = (
    Ending("good", "all limits kept", "全部限值合格", lambda one, _: one.verdict == "pass"),
    Ending("hit", "a limit missed", "限值未通过", lambda _, __: True),
)


def endings_for(counted: Sequence[Counted]) -> tuple[Ending, ...]:
    """By what the file counts."""
    asked = {one.outcome for one in counted}
    if asked & {*AS_GOOD, "contact"}:
        return CONTACT
    return BRAKING if asked - {"kept"} else LIMITS


def ending_of(one: EncounterResult, endings: Sequence[Ending]) -> Ending:
    """The first that fits; apart from those that count for nothing."""
    if one.outcome is None:
        return BROKEN
    if not one.counts:
        return LEFT_OUT
    return next(ending for ending in endings if ending.fits(one, one.outcome))


def came_to(one: EncounterResult) -> str:
    """`contact at 7.2 km/h (without 12.1), full braking`."""
    outcome = one.outcome
    if outcome is None:
        return "–"
    said = [_contact(outcome), _braking(outcome), "warned" if outcome.warning else ""]
    return ", ".join(word for word in said if word)


def _contact(outcome: Outcome) -> str:
    if outcome.contact:
        without = outcome.contact_speed_without_mps
        than = "" if without is None else f" (without {without / KMH_TO_MPS:.1f})"
        return f"contact at {(outcome.contact_speed_mps or 0.0) / KMH_TO_MPS:.1f} km/h{than}"
    if outcome.min_clearance_m is None:
        return "nobody there"
    return f"nearest {outcome.min_clearance_m:.2f} m"


def _braking(outcome: Outcome) -> str:
    if outcome.full_braking:
        return "full braking"
    if outcome.partial_braking:
        return "partial braking"
    return "gentle braking" if outcome.gentle else ""
