"""The brake pulse: rolling slowly, one short braking through the gateway, and what the truck makes of it.

The gateway allows the request kind PULSE in shadow: at most 1.5 m/s2 for at most one second, below 15 km/h.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import can

from edge_controller.can.vehicle_bus import database, numbers, pgn_and_source
from edge_controller.config import Fit
from edge_controller.install.text import CheckFailedError, Text
from edge_controller.install.truck import Heard, Truck
from edge_controller.install.wiring import MOVES, ROLLS_MPS, Listener
from edge_controller.registration.checks import MAX_PULSE_MMPS2, BrakePulse
from firmware import link

FRAME_S = 0.02
RAMP_MMPS2 = 750  # per frame; the gateway refuses above 1000
PULSE_S = 0.9
QUIET_S = 0.5  # of frames without a request before and after
CONSENT_S = 0.3  # within which the gateway has to agree
WATCHED_S = 1.5  # from the first request on
ROLL_S = 8.0  # to get rolling
SLOWING_MPS2 = 0.3  # IC-13: what counts as the truck slowing
MEAN_SAMPLES = 5  # of 10 ms, for the deceleration reached


@dataclass(slots=True)
class Seen:
    """What the buses said, by the truck's clock."""

    accel: list[tuple[float, float]] = field(default_factory=list)  # (t_s, m/s2), VDC2
    answers: list[tuple[float, int, int]] = field(default_factory=list)  # (t_s, state, reason)


class _Edge:
    """The edge's frames during the pulse, and everything that comes back."""

    def __init__(self, truck: Truck, fit: Fit, log: Callable[[Heard], None]) -> None:
        self.truck = truck
        self.listener = Listener(fit.truck.hand_wheel_ratio)
        self.seen = Seen()
        self._side = link.RIGHT if fit.truck.near_side == "right" else link.LEFT
        self._log = log
        self._counter = 0
        self._asked_mmps2 = 0
        self._buffer = bytearray(8)
        self._status = link.Status()
        self._vdc2 = database().get_message_by_name("VDC2")

    def run(self, seconds: float, decel_mmps2: int = 0) -> None:
        """Frames every 20 ms for so long; wiring and alignment were checked a moment ago: healthy."""
        end_s = self.truck.now_s + seconds
        while self.truck.now_s < end_s - 1e-9:
            self._asked_mmps2 = min(decel_mmps2, self._asked_mmps2 + RAMP_MMPS2)
            state = link.PULSE if self._asked_mmps2 else link.STANDBY
            link.pack_request(
                self._buffer, self._counter, state, self._side, self._asked_mmps2, 60, link.HEALTH_GOOD
            )
            self._counter = (self._counter + 1) & 0xFF
            self.truck.send(
                can.Message(
                    arbitration_id=link.EDGE_REQUEST_ID, is_extended_id=False, data=bytes(self._buffer)
                )
            )
            for heard in self.truck.advance(self.truck.now_s + FRAME_S):
                self._hear(heard)

    def _hear(self, heard: Heard) -> None:
        self._log(heard)
        self.listener.hear(heard)
        message = heard.message
        if heard.bus == "vehicle" and self._is_vdc2(message):
            raw = numbers(self._vdc2, bytes(message.data), scaling=False)["LongitudinalAcceleration"]
            if raw <= 250:
                self.seen.accel.append((heard.t_s, raw * 0.1 - 12.5))
        elif heard.bus == "private" and self._is_answer(message):
            self.seen.answers.append((heard.t_s, self._status.state, self._status.reason))

    def _is_answer(self, message: can.Message) -> bool:
        is_status = message.arbitration_id == link.GATEWAY_STATUS_ID
        return is_status and link.unpack_status(message.data, len(message.data), self._status) == link.ALLOW

    def _is_vdc2(self, message: can.Message) -> bool:
        is_group = pgn_and_source(message.arbitration_id)[0] == pgn_and_source(self._vdc2.frame_id)[0]
        return message.is_extended_id and is_group and len(message.data) == self._vdc2.length


def brake_pulse(
    truck: Truck, fit: Fit, please: Callable[[Text], None], log: Callable[[Heard], None]
) -> BrakePulse:
    """Roll, pulse, stop. CheckFailedError where the truck does not roll or the gateway does not agree."""
    edge = _Edge(truck, fit, log)
    please(next(asked.text for asked in MOVES if asked.move == "roll"))
    truck.move("roll")
    edge.run(ROLL_S)
    speed_mps = edge.listener.look(truck.now_s).state.speed_mps
    if speed_mps is None or not ROLLS_MPS[0] <= speed_mps <= ROLLS_MPS[1]:
        shown = "?" if speed_mps is None else f"{speed_mps * 3.6:.1f}"
        raise CheckFailedError(
            "not_rolling",
            Text(f"车辆未以5至12 km/h行驶（{shown} km/h）。",
                 f"The truck does not roll at 5 to 12 km/h ({shown} km/h)."),
            Text("在平整的空地上重试。", "Try again on free, level ground."),
        )  # fmt: skip
    edge.run(QUIET_S)
    asked_s = truck.now_s
    edge.run(PULSE_S, MAX_PULSE_MMPS2)
    edge.run(WATCHED_S - PULSE_S)
    edge.run(QUIET_S)
    please(MOVES[-1].text)
    truck.move("rest")
    edge.run(MOVES[-1].seconds)
    return measured(edge.seen, asked_s, round(speed_mps * 1000))


def measured(seen: Seen, asked_s: float, from_mmps: int) -> BrakePulse:
    consent_s = _consent_s(seen, asked_s)
    before = [value for t_s, value in seen.accel if asked_s - QUIET_S <= t_s < asked_s]
    during = [(t_s, value) for t_s, value in seen.accel if consent_s <= t_s <= asked_s + WATCHED_S]
    if not before or len(during) < MEAN_SAMPLES:
        raise CheckFailedError(
            "no_acceleration",
            Text("总线上没有纵向加速度（VDC2）。", "The bus tells no longitudinal acceleration (VDC2)."),
            Text("检查VDC2是否接入。", "Check that VDC2 reaches the unit."),
        )
    level = sum(before) / len(before)  # the sensor's offset and the slope of the ground
    slowing = [t_s for t_s, value in during if level - value >= SLOWING_MPS2]
    if not slowing:
        raise CheckFailedError(
            "pulse_unfelt",
            Text("网关已同意制动，但车辆没有减速。", "The gateway agreed, but the truck did not slow."),
            Text("检查EBS是否执行XBR，检查储气压力。",
                 "Check whether the EBS carries out XBR, and the air pressure."),
        )  # fmt: skip
    drops = [level - value for _, value in during]
    means = [sum(drops[n : n + MEAN_SAMPLES]) / MEAN_SAMPLES for n in range(len(drops) - MEAN_SAMPLES + 1)]
    return BrakePulse(
        asked_mmps2=MAX_PULSE_MMPS2,
        from_mmps=from_mmps,
        response_ms=round((slowing[0] - consent_s) * 1000),
        reached_mmps2=max(0, round(max(means) * 1000)),
    )


def _consent_s(seen: Seen, asked_s: float) -> float:
    after = [answer for answer in seen.answers if answer[0] >= asked_s]
    for t_s, state, _ in after:
        if state == link.PULSE and t_s <= asked_s + CONSENT_S:
            return t_s
    reasons = [link.REASON_NAMES[reason] for _, _, reason in after if reason != link.ALLOW]
    said = reasons[0] if reasons else "silent"
    raise CheckFailedError(
        "pulse_refused",
        Text(f"网关没有同意制动脉冲（{said}）。", f"The gateway does not agree to the brake pulse ({said})."),
        Text("按所示原因检查车辆和接线，10秒后重试。",
             "Check truck and wiring for the reason named, and try again after 10 s."),
    )  # fmt: skip
