"""The private bus: one request frame every 20 ms, always; the gateway's answers back."""

from dataclasses import dataclass

import can

from edge_controller.messages import BrakeRequest, Side, State
from firmware import link

LIFETIME_MS = 60
MAX_RAMP_MPS3 = 40.0  # the edge clamps; the gateway refuses above 50
BESIDE_FOOT_MPS3 = 25.0  # the driver brakes already: no added jolt, decision 0114
BESIDE_FOOT_EMPTY_MPS3 = 14.0  # likewise, from nothing: what is asked while the brake fills comes at once
FRAME_S = 0.02  # the gateway counts its ramp in frames: a late one may not make up for the time lost
STALE_REQUEST_S = 0.2  # four radar frames without a decision: begin nothing any more
LATCHED = (State.FULL, State.HOLD)  # begun rightly, and not let go for want of frames: decision 0004


@dataclass(frozen=True, slots=True)
class GatewayAnswer:
    """What the gateway said last, with the reason by name."""

    state: str
    reason: str
    decel_mps2: float
    lamps: int


class GatewayLink:
    """Counter and ramp of the request stream; builds frames and reads answers, sends nothing."""

    def __init__(self, side: Side) -> None:
        self._side = link.RIGHT if side == "right" else link.LEFT
        self._counter = 0
        self._decel_mmps2 = 0
        self._is_filling = False  # nothing had been asked where this ramp began
        self._sent_t_s: float | None = None
        self._asked_mmps2: dict[int, int] = {}  # by counter, since the ramp began or began again
        self._buffer = bytearray(8)
        self._status = link.Status()
        self.answer: GatewayAnswer | None = None

    def request_frame(
        self, request: BrakeRequest | None, t_s: float, health: int, *, driver_brakes: bool = False
    ) -> can.Message:
        """The frame to send at `t_s`; None or an old request begins nothing but says we live."""
        fresh = request is not None and t_s - request.t_s <= STALE_REQUEST_S
        if not fresh:
            health = 0  # the gateway begins nothing for an edge that does not see
        if request is None or not (fresh or request.state in LATCHED):
            state, wanted_mmps2 = State.STANDBY, 0
        else:
            state, wanted_mmps2 = request.state, round(request.decel_mps2 * 1000)
        self._decel_mmps2 = self._ramped(wanted_mmps2, t_s, driver_brakes)
        link.pack_request(
            self._buffer, self._counter, int(state), self._side, self._decel_mmps2, LIFETIME_MS, health
        )
        self._asked_mmps2[self._counter] = self._decel_mmps2
        self._counter = (self._counter + 1) & 0xFF
        self._sent_t_s = t_s
        return can.Message(
            timestamp=t_s,
            arbitration_id=link.EDGE_REQUEST_ID,
            is_extended_id=False,
            data=bytes(self._buffer),
        )

    def _ramped(self, wanted_mmps2: int, t_s: float, driver_brakes: bool) -> int:
        if self._sent_t_s is None:
            return 0
        self._is_filling = self._is_filling or self._decel_mmps2 == 0
        ramp_mps3 = MAX_RAMP_MPS3
        if driver_brakes:
            ramp_mps3 = BESIDE_FOOT_EMPTY_MPS3 if self._is_filling else BESIDE_FOOT_MPS3
        step_mmps2 = round(ramp_mps3 * min(t_s - self._sent_t_s, FRAME_S) * 1000)
        asked_mmps2 = min(wanted_mmps2, self._decel_mmps2 + step_mmps2)
        self._is_filling = self._is_filling and asked_mmps2 < wanted_mmps2
        return asked_mmps2

    def hear(self, message: can.Message) -> None:
        """Take one frame off the private bus; a damaged answer is no answer."""
        if message.is_extended_id or message.arbitration_id != link.GATEWAY_STATUS_ID:
            return
        if link.unpack_status(message.data, len(message.data), self._status) != link.ALLOW:
            return
        self._follow(self._status.request_counter, self._status.decel_mmps2)
        self.answer = GatewayAnswer(
            state=link.STATE_NAMES[self._status.state],
            reason=link.REASON_NAMES[self._status.reason],
            decel_mps2=self._status.decel_mmps2 / 1000,
            lamps=self._status.lamps,
        )

    def _follow(self, counter: int, granted_mmps2: int) -> None:
        """A refused increase starts the ramp again from what was granted, else it is too steep for ever.

        Answers to requests from before that are of no more interest.
        """
        asked_mmps2 = self._asked_mmps2.get(counter)
        if asked_mmps2 is not None and granted_mmps2 < asked_mmps2:
            self._decel_mmps2 = granted_mmps2
            self._asked_mmps2.clear()
