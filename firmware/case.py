"""What the rules judge: request, truck, what is granted, settings. Plain memory; nothing here decides."""

from firmware import j1939
from firmware.j1939 import UNKNOWN
from firmware.link import OFF, PULSE, RIGHT, Request
from firmware.ticks import Held, Seen
from firmware.truck import Truck


class Settings:
    """What the signed image says of this truck. Source addresses are the only ones believed."""

    def __init__(
        self,
        released: int = 0,
        near_side: int = RIGHT,
        xbr_source: int = 0xA0,
        xbr_pf: int = 0x04,
        xbr_idle: int = 0,
        xbr_checksum: int = 0,
        xbr_key: int = 0,
        speed_source: int = 0x00,
        steering_source: int = 0x0B,
        pedal_source: int = 0x00,
        brake_source: int = 0x0B,
        gear_source: int = 0x03,
        aebs_source: int = 0xA0,
        aebs_fitted: int = 0,
    ) -> None:
        self.released = released  # 0 is shadow
        self.near_side = near_side
        self.xbr_source = xbr_source
        self.xbr_pf = xbr_pf
        self.xbr_idle = xbr_idle
        self.xbr_checksum = xbr_checksum
        self.xbr_key = xbr_key
        self.speed_source = speed_source
        self.steering_source = steering_source
        self.pedal_source = pedal_source
        self.brake_source = brake_source
        self.gear_source = gear_source
        self.aebs_source = aebs_source
        self.aebs_fitted = aebs_fitted
        for flag in (released, near_side, xbr_idle, xbr_checksum, aebs_fitted):
            if flag not in (0, 1):
                raise ValueError("a switch among the settings is neither 0 nor 1")
        for byte in (xbr_source, xbr_pf, xbr_key, speed_source, steering_source, pedal_source, brake_source):
            if not 0 <= byte <= 0xFF:
                raise ValueError("a number among the settings is no byte")
        if not (0 <= gear_source <= 0xFF and 0 <= aebs_source <= 0xFF):
            raise ValueError("a number among the settings is no byte")

    def source_of(self, pgn: int) -> int:
        """Who is believed to send this; -1 for what is not listened to."""
        if pgn == j1939.CCVS1:
            return self.speed_source
        if pgn == j1939.VDC2:
            return self.steering_source
        if pgn == j1939.EEC2:
            return self.pedal_source
        if pgn == j1939.EBC5:
            return self.brake_source
        if pgn == j1939.ETC2:
            return self.gear_source
        if pgn == j1939.AEBS1:
            return self.aebs_source
        return self.xbr_source if pgn == self.xbr_pf << 8 | j1939.BRAKES else -1


class Grant:
    """What is granted, and what that has cost so far in this encounter."""

    def __init__(self) -> None:
        self.state = OFF
        self.decel_mmps2 = 0
        self.counter = 0  # of the request last granted
        self.ramp_mmps2 = 0  # store of the ramp limit
        self.spent_ms = [0, 0, 0, 0]  # gentle, strong, hold, pulse
        self.gentle_from_mmps = UNKNOWN  # speed when gentle braking first began
        self.gentle_loss_mmps = 0  # since then
        self.quiet_ms = 0  # since braking was last asked
        self.steered_from_mrad = 0  # hand wheel when braking of this budget began
        self.steered_away = Held()
        self.is_overridden = False
        self.pulse_ended = Seen()
        self.active_ms = 0  # since the brake was first asked

    def withdraw(self, now_ms: int) -> None:
        """Nothing is granted any more. What it has cost stays."""
        if self.state == PULSE:
            self.pulse_ended.mark(now_ms)
        self.state = OFF
        self.decel_mmps2 = 0
        self.active_ms = 0

    def begin_afresh(self) -> None:
        """The encounter is over: the next has its own time and speed to spend."""
        for budget in range(len(self.spent_ms)):
            self.spent_ms[budget] = 0
        self.gentle_from_mmps = UNKNOWN
        self.gentle_loss_mmps = 0


class Case:
    """All a rule may look at."""

    def __init__(self, settings: Settings) -> None:
        self.now_ms = 0
        self.settings = settings
        self.request = Request()
        self.request_seen = Seen()
        self.truck = Truck()
        self.grant = Grant()

    def grow_old(self, now_ms: int) -> None:
        """Once a tick: the moment of judgement, and what is long past forgotten."""
        self.now_ms = now_ms
        self.request_seen.grow_old(now_ms)
        self.grant.pulse_ended.grow_old(now_ms)
        self.truck.grow_old(now_ms)
