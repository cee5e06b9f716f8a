"""Faults of an encounter. A new one is a dataclass with `when` and `name`, and a function where it acts."""

from hil.faults.brake import BrakeFault
from hil.faults.bus import BusLoad, BusOff, VehicleBusCut
from hil.faults.clock import GatewayClockWraps
from hil.faults.disk import DiskFull
from hil.faults.edge import EdgeCrashed, EdgeInsists, EdgeSilent, EdgeStuck
from hil.faults.faults import Fault, Faults
from hil.faults.signals import SignalFault
from hil.faults.strangers import Forged, SecondSender
from hil.faults.supply import SupplyDip

__all__ = [
    "BrakeFault",
    "BusLoad",
    "BusOff",
    "DiskFull",
    "EdgeCrashed",
    "EdgeInsists",
    "EdgeSilent",
    "EdgeStuck",
    "Fault",
    "Faults",
    "Forged",
    "GatewayClockWraps",
    "SecondSender",
    "SignalFault",
    "SupplyDip",
    "VehicleBusCut",
]
