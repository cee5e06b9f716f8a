"""Requests that no edge of ours sends: what a stranger on the private bus may try."""

from typing import Literal, get_args

from firmware import link
from hil.frames import CanFrame

Kind = Literal["wrong_crc", "wrong_counter", "replay", "out_of_range", "wrong_mode"]
KINDS: tuple[Kind, ...] = get_args(Kind)
FULL_MMPS2 = 5000
BEYOND_MMPS2 = 9000  # no state allows it: SR-07
UNKNOWN_STATE = 12  # the ladder ends at 9
# From the counter of the newest true request. What was recorded a while ago lies far behind it.
COUNTER_STEPS = {"wrong_counter": 0, "replay": -10}


class Forger:
    """Follows the true requests and makes one for full braking that is wrong in exactly one way."""

    def __init__(self) -> None:
        self._newest = bytes(8)

    def hear(self, frame: CanFrame) -> None:
        """Take one frame off the private bus."""
        if frame.bus == "private" and frame.can_id == link.EDGE_REQUEST_ID:
            self._newest = frame.data

    def frame(self, kind: Kind) -> CanFrame:
        """What the stranger sends next; the right one would count one on from the newest."""
        data = bytearray(8)
        counter = (self._newest[0] + COUNTER_STEPS.get(kind, 1)) & 0xFF
        decel_mmps2 = BEYOND_MMPS2 if kind == "out_of_range" else FULL_MMPS2
        side = self._newest[1] >> 4
        link.pack_request(data, counter, link.FULL, side, decel_mmps2, link.MAX_LIFETIME_MS, link.HEALTH_GOOD)
        if kind == "wrong_mode":
            data[1] = data[1] & 0xF0 | UNKNOWN_STATE
            crc = link.crc16(link.REQUEST_DATA_ID, data)
            data[6], data[7] = crc & 0xFF, crc >> 8
        if kind == "wrong_crc":
            data[6] ^= 0x01
        return CanFrame("private", link.EDGE_REQUEST_ID, bytes(data))
