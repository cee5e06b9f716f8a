"""What the gateway says: XBR, torque limit and status, each in its own rhythm. Decides nothing."""

from firmware import j1939, link, rules
from firmware.case import Case
from firmware.ticks import Seen

PRIVATE_BUS = 0
VEHICLE_BUS = 1
TICK_MS = 10
PERIOD_MS = 20  # of XBR and status
IDLE_PERIOD_MS = 200
RELEASE_FRAMES = 5  # SR-21
BRAKE_ANSWER_MS = 500  # SR-23

SIGNALS = (
    0,
    0,
    link.LAMP_INFORM,
    link.LAMP_INFORM | link.LAMP_WARN | link.BUZZER,
    link.LAMP_INFORM | link.LAMP_WARN,  # prepare is quiet: it comes often and takes little
    link.LAMP_INFORM | link.LAMP_WARN | link.BUZZER,
    link.LAMP_INFORM | link.LAMP_WARN | link.BUZZER,
    link.LAMP_INFORM | link.LAMP_WARN | link.BUZZER | link.VOICE,
    link.LAMP_INFORM | link.LAMP_WARN | link.VOICE,
    link.LAMP_WARN,
)


def brake_is_silent(case: Case) -> bool:
    """The brake has been asked for a while and says that it follows the driver only."""
    mode = case.truck.xbr_active_mode
    return case.grant.active_ms > BRAKE_ANSWER_MS and 0 <= mode < 2


def edge_is_late(case: Case) -> bool:
    """Silent, whether the truck stands or not."""
    return case.request_seen.age_ms(case.now_ms) > rules.MAX_SILENCE_MS


def edge_names_a_fault(case: Case) -> bool:
    """One that only warns."""
    return case.request.health & link.FAULT_NAMED != 0


# Who of these objects lets the fault lamp light. SR-23
TO_HOLD_LAMP_OFF = (
    (link.SWITCHED_OFF, rules.is_switched_off),
    (link.EDGE_SILENT, edge_is_late),
    (link.EDGE_UNHEALTHY, rules.edge_is_unhealthy),
    (link.STALE_TRUCK, rules.truck_is_stale),
    (link.DRIVER_UNHEARD, rules.driver_is_half_heard),
    (link.BRAKE_REFUSES, rules.brake_refuses),
    (link.SECOND_SENDER, rules.other_sends),
    (link.BRAKE_SILENT, brake_is_silent),
    (link.EDGE_WARNS, edge_names_a_fault),
)


class Frame:
    """One frame to send, allocated once."""

    def __init__(self) -> None:
        self.bus = PRIVATE_BUS
        self.can_id = 0
        self.length = link.FRAME_LENGTH
        self.data = bytearray(8)


def _is_due(sent: Seen, period_ms: int, now_ms: int) -> bool:
    """Nearer to now than to the next tick."""
    return sent.age_ms(now_ms) > period_ms - TICK_MS // 2


class Outbox:
    """Frames of one tick, in the order they are to be sent."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.frames = (Frame(), Frame(), Frame())
        self.count = 0
        self.xbr_sent = Seen()
        self.status_sent = Seen()
        self.xbr_counter = self.tsc1_counter = self.status_counter = 0
        self.releases_left = 0
        self.was_braking = False
        self.lamps = 0  # as last said: the board's pins follow
        settings = case.settings
        self.xbr_id = j1939.to_node(settings.xbr_pf, j1939.BRAKES, settings.xbr_source)
        self.tsc1_id = j1939.to_node(j1939.TSC1_PF, j1939.ENGINE, settings.xbr_source)

    def fill(self, reason: int, now_ms: int) -> int:
        """So many frames for this tick. What begins or ends goes out at once."""
        self.count = 0
        self.xbr_sent.grow_old(now_ms)
        is_braking = self.case.grant.state != link.OFF
        if is_braking != self.was_braking:
            self.xbr_sent.ever = False
            self.releases_left = 0 if is_braking else RELEASE_FRAMES
        self._xbr(is_braking, now_ms)
        if is_braking or self.was_braking:
            self._torque_limit(is_braking)
        if _is_due(self.status_sent, PERIOD_MS, now_ms):
            self._status(reason)
            self.status_sent.mark(now_ms)
        self.was_braking = is_braking
        return self.count

    def last_words(self) -> int:
        """After a fault of our own: a release of each, to be sent if it still can be; then silence."""
        self.count = 0
        self.releases_left = 0
        self.was_braking = False
        self._put_xbr(0)
        self._torque_limit(False)
        return self.count

    def _next(self, bus: int, can_id: int) -> Frame:
        frame = self.frames[self.count]
        self.count += 1
        frame.bus = bus
        frame.can_id = can_id
        return frame

    def _xbr(self, is_braking: bool, now_ms: int) -> None:
        speaks = is_braking or self.releases_left > 0
        if not speaks and not self.case.settings.xbr_idle:
            return
        if _is_due(self.xbr_sent, PERIOD_MS if speaks else IDLE_PERIOD_MS, now_ms):
            self._put_xbr(self.case.grant.decel_mmps2)
            self.xbr_sent.mark(now_ms)
            self.releases_left = max(self.releases_left - 1, 0)

    def _put_xbr(self, decel_mmps2: int) -> None:
        settings = self.case.settings
        frame = self._next(VEHICLE_BUS, self.xbr_id)
        counter, variant, key = self.xbr_counter, settings.xbr_checksum, settings.xbr_key
        j1939.pack_xbr(frame.data, self.xbr_id, decel_mmps2, counter, variant, key)
        self.xbr_counter = (counter + 1) & 0x0F

    def _torque_limit(self, limits: bool) -> None:
        """Every tick while braking, then one frame that releases. SR-25"""
        frame = self._next(VEHICLE_BUS, self.tsc1_id)
        j1939.pack_tsc1(frame.data, self.tsc1_id, limits, self.tsc1_counter)
        self.tsc1_counter = (self.tsc1_counter + 1) & 0x07

    def _status(self, reason: int) -> None:
        request, grant = self.case.request, self.case.grant
        accepted, lamps = link.OFF, 0
        if not edge_is_late(self.case):
            accepted = min(request.state, link.WARN)
            lamps = SIGNALS[request.state]
        if grant.state != link.OFF:
            accepted = grant.state
        if rules.objection(TO_HOLD_LAMP_OFF, self.case) == link.ALLOW:
            lamps |= link.FAULT_LAMP_HELD_OFF
        self.lamps = lamps
        frame = self._next(PRIVATE_BUS, link.GATEWAY_STATUS_ID)
        counter, decel_mmps2 = self.status_counter, grant.decel_mmps2
        link.pack_status(frame.data, counter, request.counter, accepted, reason, decel_mmps2, lamps)
        self.status_counter = (counter + 1) & 0x0F
