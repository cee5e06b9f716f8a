"""World -> what is seen -> request -> gateway -> XBR -> brakes -> new world, in stepped time.

Virtual time is integer microseconds. Order inside a tick of 10 ms: truck and its bus, edge, gateway,
brake ECU. A sensor looks when it is due (a radar at its first chirp), the program decides when the edge
has what was seen, and asks from when the edge has had its computing time.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush

import can

from edge_controller.can.gateway_link import GatewayLink
from edge_controller.can.vehicle_bus import VehicleBus
from edge_controller.messages import Step
from hil.buses import Buses, Node
from hil.encounter import Encounter
from hil.faults import EdgeSilent, Faults, VehicleBusCut
from hil.frames import Bus, CanFrame, message_of
from hil.gateway_host import GatewayHost
from hil.plant.body import Pose
from hil.plant.signals import NO_ERRORS, TruckSignals, draw_errors
from hil.programs import Start
from hil.programs.names import NEARSIDE, PROGRAMS
from hil.runlog import RunLog, Tick
from hil.sensing import Level, Seen, sensing_of
from hil.sensing.radar import FrameListener
from hil.watch import Watch
from hil.world import World
from radar_sim import Perturb

TICK_US = 10_000
EDGE_FRAME_US = 20_000
COMPUTE_US = 15_000  # edge computer, assumed; measured times go to timing.json only
AFTER_CONTACT_S = 0.7

Progress = Callable[[float], None]
Listener = Callable[[str, can.Message], None]


@dataclass(slots=True)
class Loop:
    """One run with the system on; `run` returns its log."""

    encounter: Encounter
    seed: int
    gateway: GatewayHost
    vin: str
    perturb: Perturb | None  # how radars and, by its seed, truck signals differ from the fit; None: not
    on_can: Listener = field(default=lambda _bus, _message: None)
    on_frame: FrameListener = field(default=lambda _raw, _frame: None)
    level: Level = "radar"
    program: Start = PROGRAMS[NEARSIDE]  # in place of the edge computer
    buses: Callable[[], Buses] = Buses

    def run(self, progress: Progress = lambda _share: None) -> RunLog:
        """Step through the whole encounter."""
        with self.buses() as buses:
            return _Running(self, buses).run(progress)


class _Running:
    def __init__(self, loop: Loop, buses: Buses) -> None:
        fit = loop.encounter.fit
        self._loop = loop
        self._buses = buses
        self._world = World(loop.encounter)
        self._faults = Faults(loop.encounter.faults)
        self._watch = Watch(self._world, self._faults)
        self._sensing = sensing_of(loop.level, loop.encounter, loop.seed, loop.perturb, loop.on_frame)
        errors = draw_errors(loop.perturb.seed, fit.truck.near_sign) if loop.perturb else NO_ERRORS
        self._watch.log.level = loop.level
        self._watch.log.sensors = {name: self._period_s(name) for name in self._sensing.sensors}
        self._watch.log.perturbation = {**self._sensing.perturbation, "truck": errors.as_dict()}
        self._signals = TruckSignals(
            errors, loop.vin, fit.truck.hand_wheel_ratio, loop.encounter.signals, loop.seed
        )
        self._vehicle = VehicleBus(fit.truck.hand_wheel_ratio)
        self._link = GatewayLink(fit.truck.near_side)
        self._program = loop.program(loop.encounter)
        self._events: list[tuple[int, int, Callable[[int], None]]] = []
        self._event_count = 0
        self._published: Step | None = None
        self._end_us = round(loop.encounter.duration_s * 1e6)

    def run(self, progress: Progress) -> RunLog:
        for sensor in self._sensing.sensors:
            self._at(self._sensing.start_us(sensor, 0), self._look(sensor, 0))
        for t_us in range(0, self._end_us + 1, TICK_US):
            while self._events and self._events[0][0] <= t_us:
                at_us, _, event = heappop(self._events)
                event(at_us)
            if self._tick(t_us):
                break
            progress(t_us / self._end_us)
        progress(1.0)
        return self._watch.log

    def _period_s(self, sensor: str) -> float:
        return (self._sensing.start_us(sensor, 1) - self._sensing.start_us(sensor, 0)) * 1e-6

    def _at(self, t_us: int, event: Callable[[int], None]) -> None:
        self._event_count += 1
        heappush(self._events, (t_us, self._event_count, event))

    def _look(self, sensor: str, index: int) -> Callable[[int], None]:
        def look(t_us: int) -> None:
            self._world.advance(t_us)
            for seen in self._sensing.look(sensor, index, self._world, t_us):
                self._at(t_us + self._sensing.delay_us(sensor), self._decide(seen))
            self._at(self._sensing.start_us(sensor, index + 1), self._look(sensor, index + 1))

        return look

    def _decide(self, seen: Seen) -> Callable[[int], None]:
        def decide(t_us: int) -> None:
            t_s = t_us * 1e-6
            decided = self._program.decide(seen, self._vehicle.state(t_s), t_s)
            self._watch.decided(seen, decided)
            self._at(t_us + COMPUTE_US, lambda _t_us: self._publish(decided))

        return decide

    def _publish(self, decided: Step) -> None:
        self._published = decided

    def _tick(self, t_us: int) -> bool:
        """One gateway tick; true when the run is over."""
        pose = self._world.advance(t_us)
        cab = self._world.cab(t_us)
        self._faults.update(t_us * 1e-6, self._world.truck.braking_since_s)
        for message in self._signals.frames(pose, cab, t_us):
            self._buses.plant_vehicle.send(message)
        self._edge(t_us)
        self._stranger(t_us)
        self._gateway(t_us)
        for message in self._buses.plant_vehicle.drain():
            self._world.truck.ecu.hear(message, t_us)
            self._world.engine.hear(message, t_us)
        self._trace(t_us)
        request = None if self._published is None else self._published.request
        self._watch.note(t_us, request, self._link.answer)
        return self._is_over(t_us * 1e-6)

    def _edge(self, t_us: int) -> None:
        for message in self._buses.edge_vehicle.drain():
            self._vehicle.hear(message, t_us * 1e-6)
        for message in self._buses.edge_private.drain():
            self._link.hear(message)
        if self._link.answer is not None:
            self._world.truck.see_lamps(self._link.answer.lamps, t_us * 1e-6)
        if t_us % EDGE_FRAME_US == 0 and self._faults.since_s(EdgeSilent) is None:
            request = None if self._published is None else self._published.request
            message = self._link.request_frame(request, t_us * 1e-6, self._program.health())
            self._buses.edge_private.send(message)

    def _stranger(self, t_us: int) -> None:
        """Who else is on the private bus, if anybody."""
        for frame in _frames("private", self._buses.stranger_private):
            self._faults.hear(frame)
        for frame in self._faults.frames(t_us * 1e-6):
            self._buses.stranger_private.send(message_of(frame, t_us * 1e-6))

    def _gateway(self, t_us: int) -> None:
        is_cut = self._faults.since_s(VehicleBusCut) is not None
        received = _frames("vehicle", self._buses.gateway_vehicle)
        if is_cut:
            received = []
        received += _frames("private", self._buses.gateway_private)
        for frame in self._loop.gateway.step(t_us // 1000, received, self._world.truck.key_pressed):
            if frame.bus == "private":
                self._buses.gateway_private.send(message_of(frame, t_us * 1e-6))
            elif not is_cut:
                self._buses.gateway_vehicle.send(message_of(frame, t_us * 1e-6))

    def _trace(self, t_us: int) -> None:
        for name, bus in (("vehicle", self._buses.trace_vehicle), ("private", self._buses.trace_private)):
            for message in bus.drain():
                self._watch.hear(name, message, t_us)
                self._loop.on_can(name, message)

    def _is_over(self, t_s: float) -> bool:
        contact, wait_s = self._world.contact, self._loop.encounter.after_standstill_s
        if _is_past(None if contact is None else contact.t_s, AFTER_CONTACT_S, t_s):
            return True
        return wait_s is not None and _is_past(self._watch.log.standstill_s, wait_s, t_s)


def run_without_system(encounter: Encounter) -> RunLog:
    """The same drive with nothing sensed and nothing asked."""
    world = World(encounter)
    log = RunLog(system=False)
    for t_us in range(0, round(encounter.duration_s * 1e6) + 1, TICK_US):
        pose = world.advance(t_us)
        clearance_m = world.clearance_m(pose, t_us)
        log.ticks.append(_tick(world, pose, t_us, clearance_m))
        if _is_past(None if world.contact is None else world.contact.t_s, AFTER_CONTACT_S, t_us * 1e-6):
            break
    log.contact = world.contact
    return log


def _frames(name: Bus, bus: Node) -> list[CanFrame]:
    return [CanFrame(name, message.arbitration_id, bytes(message.data)) for message in bus.drain()]


def _tick(world: World, pose: Pose, t_us: int, clearance_m: float | None) -> Tick:
    stances = world.stances(t_us)
    return Tick(
        t_us * 1e-6,
        pose,
        tuple(stance[:2] for stance in stances),
        clearance_m,
        0.0,
        "off",
        "off",
        "",
        users_rad=tuple(stance.heading_rad for stance in stances),
        users_lie=tuple(stance.lies for stance in stances),
    )


def _is_past(since_s: float | None, wait_s: float, t_s: float) -> bool:
    return since_s is not None and t_s >= since_s + wait_s
