"""The gateway's own view of the truck and of its driver: what the vehicle bus and the off key tell."""

from firmware import j1939
from firmware.j1939 import UNKNOWN
from firmware.ticks import Held, Seen

SWITCH_OFF_MS = 2000  # SR-13


class Truck:
    """Values and when each was last seen. "Not available" leaves the old value to grow stale."""

    def __init__(self) -> None:
        self.speed_seen = Seen()
        self.speed_mmps = 0
        self.steering_seen = Seen()
        self.steering_mrad = 0
        self.yaw_mradps = UNKNOWN
        self.pedal_seen = Seen()
        self.kickdown = Held()
        self.brake_seen = Seen()
        self.xbr_state = UNKNOWN
        self.xbr_active_mode = UNKNOWN
        self.aeb_seen = Seen()
        self.aeb_state = UNKNOWN
        self.gear_seen = Seen()
        self.gear = UNKNOWN
        self.other_xbr_seen = Seen()  # somebody asks for braking with our address
        self.key = Held()
        self.is_switched_off = False

    def hear(self, pgn: int, data: bytes | bytearray, now_ms: int) -> None:
        """One message from a source that is believed."""
        if pgn == j1939.CCVS1:
            self.speed_mmps = _kept(j1939.speed_mmps(data), self.speed_mmps, self.speed_seen, now_ms)
        elif pgn == j1939.VDC2:
            self.yaw_mradps = j1939.yaw_mradps(data)
            seen = self.steering_seen
            self.steering_mrad = _kept(j1939.steering_mrad(data), self.steering_mrad, seen, now_ms)
        elif pgn == j1939.EEC2:
            pressed = j1939.kickdown(data)
            if pressed != UNKNOWN:
                self.kickdown.report(pressed == 1, now_ms)
                self.pedal_seen.mark(now_ms)
        elif pgn == j1939.EBC5:
            self.xbr_active_mode = j1939.xbr_active_mode(data)
            self.xbr_state = _kept(j1939.xbr_state(data), self.xbr_state, self.brake_seen, now_ms)
        elif pgn == j1939.ETC2:
            self.gear = _kept(j1939.gear(data), self.gear, self.gear_seen, now_ms)
        elif pgn == j1939.AEBS1:
            self.aeb_state = _kept(j1939.aeb_state(data), self.aeb_state, self.aeb_seen, now_ms)
        elif j1939.mode_of_xbr(data) != 0:  # the one left: somebody asks for braking with our address
            self.other_xbr_seen.mark(now_ms)

    def press_key(self, is_pressed: bool, now_ms: int) -> None:
        """The off key: a press ends this braking (driver.py), a long one lasts until the next ignition."""
        self.key.report(is_pressed, now_ms)
        if self.key.kept_ms >= SWITCH_OFF_MS:
            self.is_switched_off = True

    def grow_old(self, now_ms: int) -> None:
        """Once a tick, lest the wrap of time make old values young."""
        self.speed_seen.grow_old(now_ms)
        self.steering_seen.grow_old(now_ms)
        self.pedal_seen.grow_old(now_ms)
        self.brake_seen.grow_old(now_ms)
        self.gear_seen.grow_old(now_ms)
        self.aeb_seen.grow_old(now_ms)
        self.other_xbr_seen.grow_old(now_ms)


def _kept(value: int, before: int, seen: Seen, now_ms: int) -> int:
    """The new value, or the old one unmarked where the bus says "not available"."""
    if value == UNKNOWN:
        return before
    seen.mark(now_ms)
    return value
