"""The gateway's states: edge and vehicle frames in, frames to send out. No hardware, no clock, no allocation.

Feed every received frame, then call `tick` every 10 ms. Why what is allowed: rules.py.
"""

from firmware import driver, j1939, link, rules
from firmware.case import Case, Settings
from firmware.outbox import TICK_MS, Outbox
from firmware.ticks import FORGET_MS, Seen

__all__ = ["Gateway", "Settings"]

RAMP_MMPS2_PER_MS = 50  # SR-08, in the long run
RAMP_STORE_MMPS2 = 3000  # SR-08
MAX_COUNTER_STEP = 3  # SR-02
RUN_IN_FRAMES = 2  # SR-02, after a jump
ENCOUNTER_GAP_MS = 2000  # SR-10, SR-11

SILENT = 0
BRAKING = 1
RELEASING = 2
NOTHING = 0
GRANTED = 1
ENDED = 2
RELEASED = 3
STATES = {
    (SILENT, GRANTED): BRAKING,
    (BRAKING, GRANTED): BRAKING,
    (BRAKING, ENDED): RELEASING,
    (RELEASING, NOTHING): RELEASING,
    (RELEASING, GRANTED): BRAKING,
    (RELEASING, RELEASED): SILENT,
}
# Looking up a tuple would allocate it: the same by number. What is not in the table leads to silent.
NEXT = tuple([STATES.get((at >> 2, at & 3), SILENT) for at in range(12)])


def asks_braking(case: Case) -> bool:
    """A state of the ladder that brakes, and a deceleration; without one it asks for lamps."""
    return case.request.state >= link.PREPARE and case.request.decel_mmps2 > 0


def asks_more(case: Case) -> bool:
    """Another state or a higher deceleration than granted is a beginning: decision 0011."""
    return case.request.state != case.grant.state or case.request.decel_mmps2 > case.grant.decel_mmps2


class Gateway:
    """Refuses what it does not understand. Silence is its resting state."""

    def __init__(self, settings: Settings) -> None:
        self.case = Case(settings)
        self.outbox = Outbox(self.case)
        self.frames = self.outbox.frames
        self.state = SILENT
        self.reason = link.ALLOW  # of the last judgement
        self.frame_reason = link.ALLOW  # why a frame was refused since the last status
        self.end_reason = link.ALLOW  # why a braking was ended since the last status
        self.spare = link.Request()
        self.last_counter = -1  # none yet
        self.running = 0  # frames in counter order, up to RUN_IN_FRAMES
        self.ticked = Seen()

    def on_edge(self, can_id: int, data: bytes | bytearray, length: int, now_ms: int) -> None:
        """A frame of the private bus; only one identifier means anything."""
        if can_id != link.EDGE_REQUEST_ID:
            return
        reason = link.unpack_request(data, length, self.spare)
        if reason == link.ALLOW:
            reason = self._follow(self.spare.counter)
        if reason == link.ALLOW:
            self.spare, self.case.request = self.case.request, self.spare
            self.case.request_seen.mark(now_ms)
        else:
            self.frame_reason = reason

    def on_vehicle(self, can_id: int, data: bytes | bytearray, length: int, now_ms: int) -> None:
        """A frame of the vehicle bus, believed only from the sources the settings name."""
        if length != link.FRAME_LENGTH:
            return
        pgn = j1939.pgn(can_id)
        if can_id & 0xFF == self.case.settings.source_of(pgn):
            self.case.truck.hear(pgn, data, now_ms)

    def on_key(self, is_pressed: bool, now_ms: int) -> None:
        """The off key, as the board reads it."""
        self.case.truck.press_key(is_pressed, now_ms)

    def _follow(self, counter: int) -> int:
        """A repeated counter is no news; after a jump the counter has to run again before it is believed."""
        step = (counter - self.last_counter) & 0xFF
        if counter == self.last_counter:
            return link.REPEATED
        runs = self.last_counter >= 0 and step <= MAX_COUNTER_STEP
        self.last_counter = counter
        self.running = min(self.running + 1, RUN_IN_FRAMES) if runs else 0
        return link.ALLOW if self.running == RUN_IN_FRAMES else link.COUNTER_JUMP

    def tick(self, now_ms: int) -> int:
        """Judge, then say what to send: so many of `frames`."""
        passed_ms = min(self.ticked.age_ms(now_ms), FORGET_MS) if self.ticked.ever else TICK_MS
        self.ticked.mark(now_ms)
        self.case.grow_old(now_ms)
        self._spend(passed_ms)
        self._watch_driver()
        self._move(self._judge())
        count = self.outbox.fill(self._told(), now_ms)
        if self.outbox.status_sent.at_ms == now_ms:
            self.frame_reason = link.ALLOW
            self.end_reason = link.ALLOW
        if self.state == RELEASING and self.outbox.releases_left == 0:
            self._move(RELEASED)
        return count

    def _told(self) -> int:
        """What ended a braking, before what forbids the next: a status comes every second tick only."""
        if self.end_reason != link.ALLOW:
            return self.end_reason
        return self.reason if self.reason != link.ALLOW else self.frame_reason

    def last_words(self) -> int:
        """After a fault of our own: the frames that release, then silence."""
        self._move(RELEASED)
        return self.outbox.last_words()

    def _spend(self, passed_ms: int) -> None:
        """Time and speed the granted braking costs; an encounter is over after some quiet."""
        grant = self.case.grant
        grant.ramp_mmps2 = min(grant.ramp_mmps2 + RAMP_MMPS2_PER_MS * passed_ms, RAMP_STORE_MMPS2)
        if self.state == BRAKING:
            budget = rules.BUDGET[grant.state]
            grant.spent_ms[budget] = min(grant.spent_ms[budget] + passed_ms, FORGET_MS)
            grant.active_ms = min(grant.active_ms + passed_ms, FORGET_MS)
        if grant.gentle_from_mmps != j1939.UNKNOWN:
            grant.gentle_loss_mmps = grant.gentle_from_mmps - self.case.truck.speed_mmps
        grant.quiet_ms = 0 if asks_braking(self.case) else min(grant.quiet_ms + passed_ms, FORGET_MS)
        if grant.quiet_ms >= ENCOUNTER_GAP_MS:
            grant.begin_afresh()

    def _watch_driver(self) -> None:
        """An override stays until the request has fallen below braking."""
        grant = self.case.grant
        grant.steered_away.report(driver.steers_away(self.case), self.case.now_ms)
        acts = grant.is_overridden or driver.driver_acts(self.case)
        grant.is_overridden = acts and asks_braking(self.case)

    def _judge(self) -> int:
        """One event. A refused increase keeps what was granted, less what the request takes back."""
        case = self.case
        self.reason = link.ALLOW
        if not asks_braking(case):
            return ENDED if self.state == BRAKING else NOTHING
        if self.state == BRAKING:
            self.reason = rules.objection(rules.TO_CONTINUE, case)
            if self.reason != link.ALLOW:
                self.end_reason = self.reason
                return ENDED
        if self.state != BRAKING or asks_more(case):
            self.reason = rules.objection(rules.TO_BEGIN, case)
        if self.reason == link.ALLOW:
            self._grant()
            return GRANTED
        if self.state == BRAKING:
            case.grant.decel_mmps2 = min(case.grant.decel_mmps2, case.request.decel_mmps2)
            return GRANTED
        return NOTHING

    def _grant(self) -> None:
        """The one place where permission is gained."""
        grant, request, truck = self.case.grant, self.case.request, self.case.truck
        budget = rules.BUDGET[request.state]
        if budget == rules.GENTLE and grant.gentle_from_mmps == j1939.UNKNOWN:
            grant.gentle_from_mmps = truck.speed_mmps
        if rules.BUDGET[grant.state] != budget:
            grant.steered_from_mrad = truck.steering_mrad
        grant.ramp_mmps2 -= max(request.decel_mmps2 - grant.decel_mmps2, 0)
        grant.state = request.state
        grant.decel_mmps2 = request.decel_mmps2
        grant.counter = request.counter

    def _move(self, event: int) -> None:
        self.state = NEXT[self.state << 2 | event]
        if self.state != BRAKING:
            self.case.grant.withdraw(self.case.now_ms)
