"""What the simulated truck says on its own bus: rates, resolution, delay and sensor errors."""

import heapq
import itertools
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import can
import numpy as np

from edge_controller.can.vehicle_bus import PGN_VIN, layout
from hil.plant.body import Pose
from hil.plant.signal_script import AT_ONCE, SignalScript

MPS_TO_KMH = 3.6
NEUTRAL, DRIVE = 0, 5
NEAR_SIGNAL = {-1: 2, 1: 1}  # near sign -> SPN 2876: 2 right, 1 left
PRIORITY_7 = 7 << 26
VIN_SOURCE = 0x00
VIN_PERIOD_US = 5_000_000
PERIOD_US = {
    "VDC2": 10_000,
    "EEC2": 50_000,
    "CCVS1": 100_000,
    "EBC1": 100_000,
    "ETC2": 100_000,
    "EBC5": 100_000,
    "OEL": 1_000_000,
}
OEL_SOONEST_US = 100_000  # on change, but not faster
JITTER_STREAM = 0x717E

Values = dict[str, float]  # by signal, in the units of the DBC


@dataclass(frozen=True, slots=True)
class SensorErrors:
    """What the bus says wrongly; drawn once a run, mirrored with the near side."""

    delay_us: int
    speed_scale: float
    hand_wheel_offset_rad: float
    yaw_rate_offset_radps: float

    def as_dict(self) -> dict[str, float]:
        """For the report."""
        return {
            "can_delay_ms": self.delay_us / 1000,
            "speed_scale": self.speed_scale,
            "hand_wheel_offset_rad": self.hand_wheel_offset_rad,
            "yaw_rate_offset_radps": self.yaw_rate_offset_radps,
        }


NO_ERRORS = SensorErrors(delay_us=0, speed_scale=1.0, hand_wheel_offset_rad=0.0, yaw_rate_offset_radps=0.0)


def draw_errors(seed: int, near_sign: int) -> SensorErrors:
    """CAN delay to 40 ms, speed within 2 %, steering zero within 3 degrees of hand wheel, yaw 0.15 deg/s."""
    rng = np.random.default_rng([seed, 0xCA])
    mirror = -near_sign  # drawn for a near side on the right
    return SensorErrors(
        delay_us=int(rng.integers(0, 40_001)),
        speed_scale=float(rng.uniform(0.98, 1.02)),
        hand_wheel_offset_rad=mirror * float(np.radians(rng.uniform(-3.0, 3.0))),
        yaw_rate_offset_radps=mirror * float(np.radians(rng.normal(0.0, 0.15))),
    )


@dataclass(frozen=True, slots=True)
class Cab:
    """Switches and pedals at one instant."""

    turn_signal: int  # SPN 2876: 0 none, 1 left, 2 right
    accelerator_pct: float
    kickdown: bool
    brake_pedal: bool
    moving_gear: bool
    xbr_mode: int  # SPN 2918: 0 none, 1 driver only, 3 maximum of system and driver
    xbr_state: int = 0  # SPN 2917: 0 all accepted, 2 none
    abs_active: bool = False


class TruckSignals:
    """Makes the frames that are due; the delay of the bus comes on top."""

    def __init__(
        self,
        errors: SensorErrors,
        vin: str,
        hand_wheel_ratio: float,
        script: SignalScript = AT_ONCE,
        seed: int = 0,
    ) -> None:
        self._errors = errors
        self._vin = vin
        self._ratio = hand_wheel_ratio
        self._script = script
        self._rng = np.random.default_rng([seed, JITTER_STREAM])
        self._says: dict[str, Callable[[Pose, Cab], Values]] = {
            "VDC2": self._vdc2,
            "EEC2": self._eec2,
            "CCVS1": self._ccvs1,
            "EBC1": self._ebc1,
            "ETC2": self._etc2,
            "EBC5": self._ebc5,
            "OEL": self._oel,
        }
        self._due_us = dict.fromkeys(PERIOD_US, 0)
        self._arrives_us = dict.fromkeys(PERIOD_US, 0)  # of the newest of each: frames do not overtake
        self._vin_due_us = 0
        self._lever: deque[tuple[int, int]] = deque()  # (on the bus from, SPN 2876)
        self._turn_signal = 0  # as the bus has it
        self._oel_sent_us = -OEL_SOONEST_US
        self._waiting: list[tuple[int, int, can.Message]] = []
        self._order = itertools.count()

    def frames(self, pose: Pose, cab: Cab, t_us: int) -> list[can.Message]:
        """Frames that reach the bus by `t_us`, oldest first."""
        self._follow_lever(cab.turn_signal, t_us)
        for name, period_us in PERIOD_US.items():
            if t_us >= self._due_us[name]:
                self._due_us[name] = t_us + period_us
                if name == "OEL":
                    self._oel_sent_us = t_us
                self._send(self._message(name, pose, cab), self._late_us(name, t_us))
        if t_us >= self._vin_due_us:
            self._vin_due_us = t_us + VIN_PERIOD_US
            for n, message in enumerate(vin_broadcast(self._vin)):
                self._send(message, t_us + n * 50_000)  # SAE J1939-21: 50 to 200 ms apart
        return self._arrived(t_us)

    def _follow_lever(self, turn_signal: int, t_us: int) -> None:
        """What the driver does at the lever comes to the bus as late as the script says."""
        if turn_signal != (self._lever[-1][1] if self._lever else self._turn_signal):
            self._lever.append((t_us + round(self._script.indicator_late_s * 1e6), turn_signal))
        while self._lever and self._lever[0][0] <= t_us:
            self._turn_signal = self._lever.popleft()[1]
            self._due_us["OEL"] = max(t_us, self._oel_sent_us + OEL_SOONEST_US)

    def _late_us(self, name: str, t_us: int) -> int:
        """When a frame that is due now leaves: other traffic holds it up."""
        if self._script.jitter_ms > 0:
            t_us += int(1000 * self._script.jitter_ms * self._rng.random())
        self._arrives_us[name] = max(t_us, self._arrives_us[name])
        return self._arrives_us[name]

    def _send(self, message: can.Message, t_us: int) -> None:
        heapq.heappush(self._waiting, (t_us + self._errors.delay_us, next(self._order), message))

    def _arrived(self, t_us: int) -> list[can.Message]:
        arrived = []
        while self._waiting and self._waiting[0][0] <= t_us:
            due_us, _, message = heapq.heappop(self._waiting)
            message.timestamp = due_us * 1e-6
            arrived.append(message)
        return arrived

    def _message(self, name: str, pose: Pose, cab: Cab) -> can.Message:
        described = layout(name)
        data = described.data(self._says[name](pose, cab))
        return can.Message(arbitration_id=described.can_id, is_extended_id=True, data=data)

    def _speed_kmh(self, pose: Pose) -> float:
        """The wheels' sensors lose their teeth at a crawl."""
        speed_kmh = pose.speed_mps * self._errors.speed_scale * MPS_TO_KMH
        return 0.0 if speed_kmh < self._script.speed_zero_below_kmh else speed_kmh

    # What is not named is said to be not available.

    def _vdc2(self, pose: Pose, _: Cab) -> Values:
        return {
            "SteeringWheelAngle": pose.steer_rad * self._ratio + self._errors.hand_wheel_offset_rad,
            "YawRate": pose.yaw_rate_radps + self._errors.yaw_rate_offset_radps,
            "LateralAcceleration": pose.speed_mps * pose.yaw_rate_radps,
            "LongitudinalAcceleration": -pose.decel_mps2,
        }

    def _ccvs1(self, pose: Pose, cab: Cab) -> Values:
        return {
            "WheelBasedVehicleSpeed": self._speed_kmh(pose),
            "ParkingBrakeSwitch": 0,
            "BrakeSwitch": int(cab.brake_pedal),
        }

    def _eec2(self, _: Pose, cab: Cab) -> Values:
        return {"AcceleratorPedalPosition": cab.accelerator_pct, "KickdownSwitch": int(cab.kickdown)}

    def _ebc1(self, _: Pose, cab: Cab) -> Values:
        return {
            "EBSBrakeSwitch": int(cab.brake_pedal),
            "BrakePedalPosition": 0,
            "ABSActive": int(cab.abs_active),
            "ABSFullyOperational": 1,
        }

    def _ebc5(self, _: Pose, cab: Cab) -> Values:
        return {"XBRSystemState": cab.xbr_state, "XBRActiveControlMode": cab.xbr_mode}

    def _etc2(self, _: Pose, cab: Cab) -> Values:
        gear = DRIVE if cab.moving_gear else NEUTRAL
        return {"SelectedGear": gear, "CurrentGear": gear}

    def _oel(self, _: Pose, __: Cab) -> Values:
        return {"TurnSignalSwitch": self._turn_signal}


def vin_broadcast(vin: str) -> list[can.Message]:
    """The VIN as a broadcast announce message and its packets (SAE J1939-21, PGN 65260)."""
    text = vin.encode("ascii") + b"*"
    packets = [text[n : n + 7].ljust(7, b"\xff") for n in range(0, len(text), 7)]
    announce = bytes(
        [0x20, *len(text).to_bytes(2, "little"), len(packets), 0xFF, *PGN_VIN.to_bytes(3, "little")]
    )
    to_all = 0xFF << 8
    ids = [PRIORITY_7 | 0xEC0000 | to_all | VIN_SOURCE] + [PRIORITY_7 | 0xEB0000 | to_all | VIN_SOURCE] * len(
        packets
    )
    data = [announce] + [bytes([n + 1]) + packet for n, packet in enumerate(packets)]
    return [
        can.Message(arbitration_id=can_id, is_extended_id=True, data=part)
        for can_id, part in zip(ids, data, strict=True)
    ]
