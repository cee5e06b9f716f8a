"""A truck in the installer's yard: somebody at the wheel does what is asked, slowly and on level ground."""

import math
from dataclasses import dataclass

from edge_controller.install.truck import Move
from hil.plant.body import Pose
from hil.plant.brake_ecu import BrakeEcu
from hil.plant.brakes import BrakeSet
from hil.plant.driver import MAX_DRIVE_MPS2, SPEED_GAIN_PER_S, accelerator_pct
from hil.plant.signals import NEAR_SIGNAL, Cab

STEP_US = 1_000
STEP_S = STEP_US * 1e-6
FOOT_MPS2, COAST_MPS2 = 1.5, 0.25
STEER_RADPS = 0.1  # road wheel: 2 rad/s of the hand wheel at a ratio of 20
TURNED_RAD = 0.12  # road wheel
ROLL_MPS = 8.0 / 3.6


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the driver is about; angles positive to the left."""

    speed_mps: float = 0.0
    steer_rad: float = 0.0
    accelerator_pct: float | None = None  # None: as the speed needs it
    kickdown: bool = False
    brake_pedal: bool = False
    indicates: bool = False


def wanted(move: Move, near_sign: int) -> Wanted:
    """One move of the wizard as a driver does it."""
    moves: dict[Move, Wanted] = {
        "rest": Wanted(),
        "press_brake": Wanted(brake_pedal=True),
        "press_accelerator": Wanted(accelerator_pct=50.0),
        "kick_down": Wanted(accelerator_pct=100.0, kickdown=True),
        "indicate": Wanted(indicates=True),
        "steer_left": Wanted(steer_rad=TURNED_RAD),
        "steer_right": Wanted(steer_rad=-TURNED_RAD),
        "roll": Wanted(speed_mps=ROLL_MPS),
        "roll_in_a_curve": Wanted(speed_mps=ROLL_MPS, steer_rad=near_sign * TURNED_RAD),
    }
    return moves[move]


class YardTruck:
    """Speed, wheel angle and brake; time in microseconds."""

    def __init__(self, brake: BrakeSet, near_sign: int, wheelbase_m: float) -> None:
        self.ecu = BrakeEcu(brake)
        self._near_sign = near_sign
        self._wheelbase_m = wheelbase_m
        self._wanted = Wanted()
        self._speed_mps = 0.0
        self._steer_rad = 0.0
        self._t_us = 0

    def move(self, move: Move) -> None:
        """Begin it."""
        self._wanted = wanted(move, self._near_sign)

    def advance(self, to_us: int, torque_limited: bool) -> None:
        """Move on to that instant."""
        while self._t_us < to_us:
            system_mps2 = self.ecu.over(self._t_us, self._t_us + STEP_US)
            self._t_us += STEP_US
            drive_mps2 = -COAST_MPS2 if torque_limited else self._drive_mps2()
            self._speed_mps = max(0.0, self._speed_mps + (drive_mps2 - system_mps2) * STEP_S)
            turn = self._wanted.steer_rad - self._steer_rad
            self._steer_rad += min(STEER_RADPS * STEP_S, max(-STEER_RADPS * STEP_S, turn))

    def _drive_mps2(self) -> float:
        missing = self._wanted.speed_mps - self._speed_mps
        return min(MAX_DRIVE_MPS2, max(-FOOT_MPS2, SPEED_GAIN_PER_S * missing))

    def pose(self) -> Pose:
        """How it moves; where it is matters to nobody here."""
        return Pose(
            x_m=0.0,
            y_m=0.0,
            heading_rad=0.0,
            speed_mps=self._speed_mps,
            steer_rad=self._steer_rad,
            yaw_rate_radps=self._speed_mps * math.tan(self._steer_rad) / self._wheelbase_m,
            decel_mps2=self.ecu.chain.decel_mps2 if self._speed_mps > 0.005 else 0.0,
        )

    def cab(self, t_us: int) -> Cab:
        """Switches and pedals now."""
        doing = self._wanted
        holding_pct = accelerator_pct(self._drive_mps2()) if doing.speed_mps else 0.0
        slows = doing.speed_mps == 0.0 and self._speed_mps > 0.0
        return Cab(
            turn_signal=NEAR_SIGNAL[self._near_sign] if doing.indicates else 0,
            accelerator_pct=holding_pct if doing.accelerator_pct is None else doing.accelerator_pct,
            kickdown=doing.kickdown,
            brake_pedal=doing.brake_pedal or slows,
            moving_gear=doing.speed_mps > 0.0 or self._speed_mps > 0.0,
            xbr_mode=self.ecu.active_mode(t_us, doing.brake_pedal or slows),
        )
