"""The truck that `nearside install --simulated` stands beside: plant, buses, gateway in MicroPython, radars.

Its gateway runs exactly what lies on the flash of its virtual board. Faults come from the answers file.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import can

from edge_controller.can.vehicle_bus import pgn_and_source
from edge_controller.errors import InputError
from edge_controller.install.image import firmware_sha256
from edge_controller.install.truck import GatewayDeadError, Heard, Move, Order, Running
from edge_controller.messages import RadarFrame
from edge_controller.toml_table import Table
from hil.frames import CanFrame, message_of
from hil.gateway_host import GatewayError, MicroPythonGateway
from hil.plant.brakes import BrakeSet
from hil.plant.engine import Engine
from hil.plant.signals import TruckSignals, draw_errors
from hil.reflector import Reflector
from hil.virtual_board import Started, VirtualBoard, mark_good, power_on
from hil.yard import YardTruck
from radar_sim import Sensor

TICK_US = 10_000
HEALTHY_US = 30_000_000  # firmware/main.py: then the slot is good
WEAK_MPS2 = 0.5
EBC5, VDC2, OEL = 0xFDC4, 0xF009, 0xFDCC  # parameter groups, SAE J1939-71


@dataclass(frozen=True, slots=True)
class Faults:
    """What is wrong with the simulated truck, so that a person sees each check fail."""

    seed: int = 1
    steering_unplugged: bool = False
    steering_reversed: bool = False
    indicator_swapped: bool = False
    brake_silent: bool = False
    weak_brake: bool = False
    radar_yaw_error_deg: float = 0.0
    vin_on_bus: str | None = None  # None: the VIN that was typed


class SimulatedTruck:
    """One truck at rest in a yard; virtual time begins with it."""

    simulated = True

    def __init__(self, order: Order, faults: Faults) -> None:
        fit = order.fit
        self._fit = fit
        self._faults = faults
        self._flash = order.folder / "board"
        strongest_mps2 = WEAK_MPS2 if faults.weak_brake else fit.brake.max_decel_mps2
        brake = BrakeSet(fit.brake.latency_s, fit.brake.dead_s, fit.brake.rise_s, strongest_mps2)
        self._truck = YardTruck(brake, fit.truck.near_sign, fit.truck.wheelbase_m)
        self._engine = Engine()
        errors = draw_errors(faults.seed, fit.truck.near_sign)
        vin = order.vin if faults.vin_on_bus is None else faults.vin_on_bus
        self._signals = TruckSignals(errors, vin, fit.truck.hand_wheel_ratio)
        wrong = {fit.radars[0].name: Sensor(yaw_deg=faults.radar_yaw_error_deg)}  # mounted wrongly
        self._reflector = Reflector(fit, faults.seed, wrong, lambda: self.now_s)
        self._gateway: MicroPythonGateway | None = None
        self._started: Started | None = None
        self._started_us = 0
        self._to_gateway: list[CanFrame] = []
        self._t_us = 0

    @classmethod
    def options(cls, table: Table | None) -> Faults:
        """`[simulated]` of an answers file."""
        if table is None:
            return Faults()
        flags = ("steering_unplugged", "steering_reversed", "indicator_swapped", "brake_silent", "weak_brake")
        given = {name: table.boolean(name) for name in flags if table.has(name)}
        faults = Faults(
            seed=table.integer("seed", 0, 2**32 - 1) if table.has("seed") else 1,
            radar_yaw_error_deg=(
                table.number("radar_yaw_error_deg", -30, 30) if table.has("radar_yaw_error_deg") else 0.0
            ),
            vin_on_bus=table.string("vin_on_bus") if table.has("vin_on_bus") else None,
            **given,
        )
        if faults.vin_on_bus is not None and not re.fullmatch("[ -~]{0,64}", faults.vin_on_bus):
            raise InputError(f"{table.where('vin_on_bus')} is not a text of up to 64 ASCII characters")
        table.finish()
        return faults

    @classmethod
    def connect(cls, order: Order, options: object) -> "SimulatedTruck":
        """Build it."""
        assert isinstance(options, Faults)
        return cls(order, options)

    @property
    def now_s(self) -> float:
        """Virtual time."""
        return self._t_us * 1e-6

    @contextmanager
    def service(self) -> Iterator[str]:
        """The gateway board, its strap closed."""
        self.close()
        with VirtualBoard(self._flash) as board:
            yield board.port

    def start(self) -> Running:
        """Power on the gateway."""
        self.close()
        try:
            self._started = power_on(self._flash)
            settings = dict(self._started.settings)
            del settings["vehicle_bitrate"]  # the board's, not the gateway's
            self._gateway = MicroPythonGateway(firmware_folder=self._started.firmware, **settings)
        except GatewayError as error:
            raise GatewayDeadError(str(error)) from error
        self._started_us = self._t_us
        return Running(self._started.interpreter, firmware_sha256(self._started.firmware))

    def close(self) -> None:
        """Power off."""
        if self._gateway is not None:
            self._gateway.close()
            self._gateway = None

    def move(self, move: Move) -> None:
        """The simulated driver begins at once."""
        self._truck.move(move)

    def send(self, message: can.Message) -> None:
        """To the gateway, with its next tick."""
        self._to_gateway.append(CanFrame("private", message.arbitration_id, bytes(message.data)))

    def advance(self, to_s: float) -> list[Heard]:
        """Tick by tick."""
        heard = []
        try:
            while self._t_us < round(to_s * 1e6):
                self._t_us += TICK_US
                heard += self._tick()
        except GatewayError as error:
            raise GatewayDeadError(str(error)) from error
        return heard

    def _tick(self) -> list[Heard]:
        self._truck.advance(self._t_us, self._engine.limited(self._t_us))
        sent = self._signals.frames(self._truck.pose(), self._truck.cab(self._t_us), self._t_us)
        messages = [message for message in map(self._spoilt, sent) if message is not None]
        heard = [Heard(self.now_s, "vehicle", message) for message in messages]
        if self._gateway is None:
            self._to_gateway.clear()
            return heard
        received = [CanFrame("vehicle", message.arbitration_id, bytes(message.data)) for message in messages]
        for frame in self._gateway.step(self._t_us // 1000, received + self._to_gateway):
            message = message_of(frame, self.now_s)
            if frame.bus == "vehicle":
                self._truck.ecu.hear(message, self._t_us)
                self._engine.hear(message, self._t_us)
            heard.append(Heard(self.now_s, frame.bus, message))
        self._to_gateway.clear()
        self._grow_good()
        return heard

    def _grow_good(self) -> None:
        if self._started is not None and self._t_us - self._started_us >= HEALTHY_US:
            mark_good(self._flash, self._started)
            self._started = None

    def _spoilt(self, message: can.Message) -> can.Message | None:
        """A frame as the faulty wiring delivers it."""
        faults, data = self._faults, bytearray(message.data)
        group, _ = pgn_and_source(message.arbitration_id)
        if faults.brake_silent and group == EBC5:
            return None
        if group == VDC2:
            if faults.steering_unplugged:
                data[0:2] = b"\xff\xff"
            elif faults.steering_reversed:
                raw = 2 * 32127 - int.from_bytes(data[0:2], "little")  # 32127 counts are straight on
                data[0:2] = raw.to_bytes(2, "little")
        if faults.indicator_swapped and group == OEL:
            data[1] = data[1] & 0xF0 | {1: 2, 2: 1}.get(data[1] & 0x0F, data[1] & 0x0F)
        message.data = data
        return message

    def reflector(self, radar: str, place_m: tuple[float, float, float], count: int) -> list[RadarFrame]:
        """Raw samples by way of DCA1000 packets."""
        return self._reflector.seen(radar, place_m, count)
