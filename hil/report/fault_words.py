"""Names of faults, and of what is measured of them, on a scenario page: English and Chinese."""

from hil.faults.signals import HOWS, SIGNAL_NAMES, SUITS, How, SignalName

SIGNALS: dict[SignalName, tuple[str, str]] = {
    "steering": ("steering angle", "转向角"),
    "yaw_rate": ("yaw rate", "横摆角速度"),
    "speed": ("speed", "车速"),
    "indicator": ("indicator", "转向灯"),
    "brake_answer": ("the brake's answer", "制动应答"),
    "pedals": ("pedals", "踏板"),
}
BECOMES: dict[How, tuple[str, str]] = {
    "missing": ("message missing", "报文缺失"),
    "lost": ("not available", "不可用"),
    "frozen": ("frozen", "冻结"),
    "swapped": ("sign swapped", "符号颠倒"),
    "offset": ("offset", "偏移"),
    "near_side": ("stuck at the near side", "卡在近侧"),
    "none": ("stuck at none", "卡在无信号"),
}
SPOILT = {
    f"{signal}_{how}": (f"{SIGNALS[signal][0]} {BECOMES[how][0]}", f"{SIGNALS[signal][1]}{BECOMES[how][1]}")
    for signal in SIGNAL_NAMES
    for how in HOWS
    if signal in SUITS.get(how, SIGNAL_NAMES)
}
FAULTS = {
    "edge_silent": ("edge falls silent", "边缘静默"),
    "edge_crashed": ("edge crashes", "边缘崩溃"),
    "edge_stuck": ("edge repeats one frame", "边缘重复同一帧"),
    "edge_insists": ("edge insists on braking", "边缘持续请求制动"),
    "vehicle_bus_cut": ("vehicle bus cut", "车辆总线断开"),
    "vehicle_bus_off": ("gateway bus-off, vehicle bus", "网关车辆总线脱离"),
    "private_bus_off": ("gateway bus-off, private bus", "网关私有总线脱离"),
    "bus_load": ("vehicle bus loaded", "车辆总线满载"),
    "second_sender": ("second sender of XBR", "另有 XBR 发送者"),
    "brake_refuses": ("brake refuses", "制动系统拒绝"),
    "brake_deaf": ("brake hears no XBR", "制动系统收不到 XBR"),
    "brake_no_air": ("brake without air", "制动无气压"),
    "supply_dip": ("supply dips", "供电跌落"),
    "gateway_clock_wraps": ("gateway clock about to come round", "网关计时即将回绕"),
    "disk_full": ("disk full", "磁盘已满"),
    **SPOILT,
}
MEASURES_OF_FAULTS = {
    "braking_at_fault": ("braking when the fault begins", "故障开始时制动强度"),
    "braking_ends_after_fault": ("braking ends after the fault", "故障后解除制动"),
    "grant_ends_after_fault": ("gateway grants no braking after the fault", "故障后网关停止准许制动"),
    "braking_after_fault": ("braking later than 0.3 s after the fault", "故障 0.3 s 后制动时间"),
    "brakings_begun_after_fault": (
        "brakings begun later than 0.3 s after the fault",
        "故障 0.3 s 后新开始制动",
    ),
    "fault_lamp_after_fault": ("fault lamp after the fault", "故障后故障灯亮"),
    "ready_after_fault": ("fault lamp out for good after the fault", "故障后恢复就绪"),
    "radar_fault_named": ("radar fault named by the edge", "边缘指出雷达故障"),
    "radar_fault_named_after_fault": ("radar fault named after the fault", "故障后指出雷达故障"),
    "radar_fault_named_before_fault": ("frames with a radar fault named before", "此前指出雷达故障帧数"),
    "longest_braking": ("longest braking without a break", "最长连续制动"),
    "radar_packets_lost": ("radar packets lost", "雷达丢包"),
    "misplaced_frames": ("radar frames with misplaced samples", "采样错位的雷达帧"),
    "commissioning_refuses": ("commissioning check refuses", "调试检查拒绝"),
}


def radar_words(what: str) -> tuple[str, str] | None:
    """`radar_front`: its script begins."""
    _, begins, name = what.partition("radar_")
    return (f"radar {name} worn", f"雷达“{name}”劣化") if begins else None
