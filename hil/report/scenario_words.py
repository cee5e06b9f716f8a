"""Names on a scenario page, English and Chinese: verdicts, measures, incidents, reasons to refuse."""

from firmware import link
from hil.report.fault_words import FAULTS, MEASURES_OF_FAULTS, radar_words
from hil.scenario.scenario import Limit

VERDICT_CHINESE = {"pass": "通过", "fail": "未通过", "inconclusive": "无结论", "bench error": "台架故障"}
MEASURES = {
    "information_distance": (
        "distance to the collision point when the information comes on",
        "提示时距碰撞点",
    ),
    "information_dark": ("information lamp out again before the collision point", "提示中断时间"),
    "information_behind": ("how far behind the front he is at first", "首次提示时其位于车头后方"),
    "warned_before_turn": ("warned before the steer-in", "转向前报警提前量"),
    "information_outboard": (
        "road user beyond the near side when the information comes on",
        "提示时侧向距离",
    ),
    "information_kept_to": ("road user beyond the off side when the information goes out", "提示持续至侧向"),
    "informations": ("information signals", "提示次数"),
    "warnings": ("warning signals", "报警次数"),
    "braking_requested": ("braking asked for by the edge", "请求制动时间"),
    "braking_xbr_frames": ("XBR frames that brake", "制动 XBR 帧数"),
    "strong_braking": ("strong braking granted", "强制动时间"),
    "contacts": ("contacts", "碰撞次数"),
    "contacts_without_system": ("contacts without the system", "无系统碰撞次数"),
    "clearance": ("smallest clearance", "最小间距"),
    "end_speed": ("speed at the end", "终了车速"),
    "travel": ("way rolled", "行驶距离"),
    "jerk": ("steepest rise of the braking", "最大冲击度"),
    "strong_before_answer": ("strong braking asked for before the driver braked", "驾驶员制动前已请求强制动"),
    "stood_before_turn": ("stood before the turn", "转弯前停车时间"),
    "stood_without_system": ("stood before the turn without the system", "无系统停车时间"),
    "stops_kept": ("stops kept", "遵守停车"),
    "stops_enforced": ("stops enforced", "强制停车"),
    "stops_skipped": ("stops skipped", "未停车"),
    "braked_in_turn": ("strong braking inside the turn", "转弯中强制动"),
    "braking_ends_after_silence": ("braking ends after the edge falls silent", "边缘静默后解除制动"),
    "braking_at_silence": ("braking when the edge falls silent", "静默时制动强度"),
    "fault_lamp_after_silence": ("fault lamp after the edge falls silent", "静默后故障灯亮"),
    "fault_lamp_before": ("fault lamp lit in the second before", "此前故障灯亮"),
    "braking_ends_after_kickdown": ("braking ends after the kick-down", "强踩油门后解除制动"),
    "braking_at_kickdown": ("braking at the kick-down", "强踩油门时制动强度"),
    "braking_ends_after_key": ("braking ends after the off key", "按关闭键后解除制动"),
    "braking_at_key": ("braking at the off key", "按关闭键时制动强度"),
    "braking_ends_after_steering": ("braking ends after steering away", "避让转向后解除制动"),
    "braking_at_steering": ("braking at the steering away", "避让转向时制动强度"),
    "fault_lamp_after_key": ("fault lamp after the off key is taken hold of", "按下关闭键后故障灯亮"),
    "fault_lamp_dark_after_key": ("fault lamp out again after that", "此后故障灯熄灭时间"),
    "switched_off_refusals": ("refused because switched off", "已关闭拒绝次数"),
    "deceleration_above_both": (
        "braking above the harder of system and driver",
        "超出系统与驾驶员较大者的减速度",
    ),
    "override_refusals": ("refused because the driver overrides", "驾驶员接管拒绝次数"),
    "forged_frames": ("forged frames sent", "伪造帧数"),
    "forged_refused": ("forged frames refused for their own reason", "按原因拒绝的伪造帧"),
    "forged_accepted": ("forged frames accepted", "被接受的伪造帧"),
    "speed_error": ("truck's speed off its script", "车速偏差"),
    "lateral_error": ("lateral separation off its script", "侧距偏差"),
    "radar_frames_lost": ("radar frames lost", "雷达丢帧"),
    **MEASURES_OF_FAULTS,
}
OUTCOMES = {
    "avoided": ("avoided: no contact, or the truck stood", "避免碰撞（无接触或已停车）"),
    "clear": ("clear: nobody nearer than 0.3 m", "间距不小于 0.3 m"),
    "mitigated": ("avoided, or half as fast at the contact", "避免碰撞或碰撞车速减半"),
    "kept": ("all limits kept", "全部限值合格"),
    "full_braking": ("full braking granted", "全力制动"),
    "partial_braking": ("braked by 0.7 m/s² or more", "制动不小于 0.7 m/s²"),
    "gentle": ("braked at all, or torque taken off", "任何制动或限扭"),
    "warning": ("warning signal", "报警"),
    "information": ("information signal", "提示"),
    "contact": ("contact", "接触"),
}
INCIDENTS = {
    **FAULTS,
    "kicks_down": ("driver kicks down", "驾驶员强踩油门"),
    "right_turn_stop_kept": ("must-stop kept", "遵守右转必停"),
    "right_turn_stop_enforced": ("must-stop enforced", "强制右转必停"),
    "right_turn_stop_skipped": ("must-stop skipped", "未执行右转必停"),
    "switches_off": ("driver holds the off key", "驾驶员按住关闭键"),
    "steers_away": ("driver steers away", "驾驶员避让转向"),
    "forged_wrong_crc": ("forged: wrong CRC", "伪造：校验错误"),
    "forged_wrong_counter": ("forged: counter repeated", "伪造：计数重复"),
    "forged_replay": ("forged: replayed", "伪造：重放"),
    "forged_out_of_range": ("forged: too hard", "伪造：超限"),
    "forged_wrong_mode": ("forged: unknown state", "伪造：未知状态"),
}
# fmt: off
REASONS = {
    link.ALLOW: "放行", link.BAD_LENGTH: "长度错误", link.BAD_CRC: "校验错误", link.BAD_VALUE: "数值错误",
    link.REPEATED: "计数重复", link.COUNTER_JUMP: "计数跳变", link.STALE_REQUEST: "请求过期",
    link.EDGE_SILENT: "边缘静默", link.EDGE_UNHEALTHY: "边缘不健康", link.STALE_TRUCK: "车辆状态过期",
    link.DRIVER_UNHEARD: "收不到驾驶员操作", link.TOO_HARD: "制动过强", link.TOO_STEEP: "上升过陡",
    link.TOO_FAST: "车速过高", link.TOO_LONG: "时间过长", link.TOO_MUCH_LOST: "减速过多",
    link.DRIVER_OVERRIDES: "驾驶员接管", link.SWITCHED_OFF: "已关闭", link.OWN_AEB: "原车 AEB 动作",
    link.BRAKE_REFUSES: "制动系统不接受", link.SECOND_SENDER: "另有发送者", link.REVERSE: "倒挡",
    link.WRONG_SIDE: "侧别错误", link.SHADOW: "影子模式", link.TOO_SOON: "间隔过短",
    link.BRAKE_SILENT: "制动无响应",
    link.EDGE_WARNS: "边缘计算机报告故障",
}
# fmt: on
UNITS = {"1": "", "m/s2": "m/s²", "m/s3": "m/s³"}


def measure_words(name: str) -> tuple[str, str]:
    """A measure that nobody named here keeps its own name."""
    return MEASURES.get(name, (name.replace("_", " "), ""))


def outcome_words(name: str) -> tuple[str, str]:
    """What is counted over many."""
    return OUTCOMES[name]


def incident_words(what: str) -> tuple[str, str]:
    """Likewise an incident."""
    return INCIDENTS.get(what) or radar_words(what) or (what.replace("_", " "), "")


def reason_chinese(name: str) -> str:
    """By the name the gateway's reason has in the log."""
    return next((REASONS[code] for code, known in link.REASON_NAMES.items() if known == name), "")


def limit_words(limit: Limit) -> str:
    """Bounds as the table shows them."""
    bounds = [("≥", limit.at_least), ("≤", limit.at_most)]
    return ", ".join(f"{sign} {told(bound, limit.unit)}" for sign, bound in bounds if bound is not None)


def told(value: float | None, unit: str, sign: str = "") -> str:
    """A value as the table shows it."""
    if value is None:
        return "did not happen 未发生"
    signed = sign if value else ""
    places = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2 if abs(value) >= 1 else 3
    digits = f"{round(value, places):{signed}g}"
    return f"{digits} {UNITS.get(unit, unit)}".strip()
