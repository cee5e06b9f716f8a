"""Sentences of the page, in English and Chinese, from the figures of the verdict."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hil.encounter import KMH_TO_MPS
from hil.road_user import RoadUser
from hil.runlog import STANDS_MPS

AT_THE_FRONT_M = 0.05
LADDER_CHINESE = {
    "off": "关闭",
    "standby": "待命",
    "inform": "提示",
    "warn": "报警",
    "prepare": "预备制动",
    "slow": "减速",
    "must_stop": "必须停车",
    "full": "全力制动",
    "hold": "驻停保持",
    "pulse": "检查脉冲",
    "silent": "静默",
}
SIDE_CHINESE = {"right": "右", "left": "左"}
USER_CHINESE = {
    "cyclist": "骑行者",
    "e_bike": "电动自行车骑行者",
    "delivery_scooter": "外卖电动车骑行者",
    "two_on_a_bicycle": "骑车带人者",
    "pedestrian": "行人",
    "child": "儿童",
    "kneeling": "跪地者",
    "skater": "轮滑者",
    "wheelchair": "轮椅使用者",
    "car": "小汽车",
    "bus": "公交车",
    "tipper": "渣土车",
    "mixer": "搅拌车",
    "loader": "装载机",
}

USER_ENGLISH = {
    "e_bike": "rider of an e-bike",
    "delivery_scooter": "rider of a delivery scooter",
    "two_on_a_bicycle": "two on a bicycle",
    "kneeling": "kneeling person",
    "wheelchair": "person in a wheelchair",
}  # the others by their kind


def look_of(user: RoadUser) -> str:
    """Which of three ways the pictures draw him."""
    if user.is_vehicle:
        return "vehicle"
    return "cyclist" if user.rides else "pedestrian"


MARKS = (
    ("information_s", "information", "提示"),
    ("warning_s", "warning", "报警"),
    ("request_s", "brake request", "制动请求"),
    ("xbr_s", "XBR on the bus", "总线制动指令"),
    ("standstill_s", "standstill", "停住"),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one run ended, in a word and a sentence."""

    word: str
    word_chinese: str
    sentence: str
    chinese: str
    good: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """One step of the ladder and when it was reached."""

    number: int
    name: str
    chinese: str
    t_s: float | None


def outcome_without(verdict: Mapping[str, Any], user: str = "cyclist") -> Outcome:
    """Of the run with the system off."""
    run, side = verdict["without_system"], verdict["near_side"]
    return _outcome(run, side, ("Without: ", "没有系统："), "hits", user)


def outcome_with(verdict: Mapping[str, Any], user: str = "cyclist") -> Outcome:
    """Of the run with the system on."""
    run, side = verdict["with_system"], verdict["near_side"]
    return _outcome(run, side, ("With Nearside: ", "装有 Nearside："), "still hits", user)


def marks_of(times: Mapping[str, Any]) -> list[Mark]:
    """The ladder of the run with the system, in its fixed order; None where a step was not reached."""
    return [Mark(n, name, chinese, times[key]) for n, (key, name, chinese) in enumerate(MARKS, start=1)]


def ladder_words(state: str) -> tuple[str, str, str]:
    """Style, English, Chinese of a state of the ladder, or of an edge that says nothing."""
    return f"state-{state}", state.replace("_", " "), LADDER_CHINESE[state]


def place_on_truck(at_m: tuple[float, float]) -> str:
    """Where a contact was, for a person; `at_m` in truck axes."""
    if at_m[0] >= -AT_THE_FRONT_M:
        return "with its front"
    return f"{-at_m[0]:.1f} m behind the front corner"


def _place_in_chinese(at_m: tuple[float, float], side: str) -> str:
    if at_m[0] >= -AT_THE_FRONT_M:
        return "位置在车头正面"
    return f"位置在车头{SIDE_CHINESE[side]}角后方 {-at_m[0]:.1f} m"


def _outcome(run: Mapping[str, Any], side: str, names: tuple[str, str], hits: str, user: str) -> Outcome:
    name, name_chinese = names
    clearance_m = run["min_clearance_m"]
    if run["contact"]:
        speed_kmh = run["contact_speed_mps"] / KMH_TO_MPS
        place, place_chinese = (
            place_on_truck(run["contact_at_m"]),
            _place_in_chinese(run["contact_at_m"], side),
        )
        if run["contact_speed_mps"] <= STANDS_MPS:
            return Outcome(
                "CONTACT",
                "碰撞",
                f"{name}stands when the {USER_ENGLISH.get(user, user)} touches it, {place}.",
                f"{name_chinese}车辆已停住，{USER_CHINESE[user]}与其接触，{place_chinese}。",
                good=False,
            )
        sentence = f"{name}{hits} the {USER_ENGLISH.get(user, user)} at {speed_kmh:.1f} km/h, {place}."
        chinese = f"{name_chinese}以 {speed_kmh:.1f} km/h 撞上{USER_CHINESE[user]}，{place_chinese}。"
        return Outcome("CONTACT", "碰撞", sentence, chinese, good=False)
    if clearance_m is None:
        does = ("stops", "停住") if run["stopped"] else ("drives on", "继续行驶")
        return Outcome(
            "NOBODY THERE",
            "无人",
            f"{name}{does[0]}; nobody is there.",
            f"{name_chinese}{does[1]}；无人。",
            good=True,
        )
    does = ("stops in time", "及时停住") if run["stopped"] else ("passes", "驶过，未发生碰撞")
    return Outcome(
        "NO CONTACT",
        "未碰撞",
        f"{name}{does[0]}, {clearance_m:.2f} m away at the nearest.",
        f"{name_chinese}{does[1]}，最近时相距 {clearance_m:.2f} m。",
        good=True,
    )
