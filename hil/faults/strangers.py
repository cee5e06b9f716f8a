"""Who else may be on the buses, and speaks as if he were one of ours."""

from dataclasses import dataclass, field

from firmware import j1939
from hil.faults.forgery import Kind
from hil.frames import CanFrame
from hil.moment import Moment
from hil.plant.brake_ecu import XBR_ID


@dataclass(frozen=True, slots=True)
class Forged:
    """A stranger on the private bus sends `count` requests of one kind, one every `every_s`."""

    when: Moment
    kind: Kind
    count: int
    every_s: float
    name: str = field(default="forged", init=False)


@dataclass(frozen=True, slots=True)
class SecondSender:
    """Somebody on the vehicle bus sends `count` XBR with our address, one every `every_s`."""

    when: Moment
    decel_mps2: float
    count: int
    every_s: float
    name: str = field(default="second_sender", init=False)

    def frame(self, number: int) -> CanFrame:
        """The XBR of that number, from 0; its counter and checksum run as they should."""
        data = bytearray(8)
        j1939.pack_xbr(data, XBR_ID, round(1000 * self.decel_mps2), number & 0x0F, 0, 0)
        return CanFrame("vehicle", XBR_ID, bytes(data))
