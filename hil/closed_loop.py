"""World -> what is seen -> request -> gateway -> XBR -> brakes -> new world, in stepped time.

Virtual time is integer microseconds. Order inside a tick of 10 ms: truck and its bus, edge, gateway,
brake ECU. A sensor looks when it is due (a radar at its first chirp), the program decides when the edge
has what was seen, and asks from when the edge has had its computing time.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush

import can
import numpy as np

from edge_controller.can.gateway_link import GatewayLink
from edge_controller.can.vehicle_bus import VehicleBus
from edge_controller.messages import BrakeRequest, RadarFrame, Step
from firmware.link import HEALTH_GOOD
from hil.buses import Buses, Node
from hil.encounter import Encounter
from hil.faults import (
    BrakeFault,
    DiskFull,
    EdgeInsists,
    EdgeSilent,
    EdgeStuck,
    Faults,
    Forged,
    GatewayClockWraps,
    SecondSender,
)
from hil.faults.bus import Arbiter
from hil.faults.disk import recorded
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
from radar_sim import Perturb, SimulatedFrame

TICK_US = 10_000
EDGE_FRAME_US = 20_000
COMPUTE_US = 15_000  # edge computer, assumed; measured times go to timing.json only
AFTER_CONTACT_S = 0.7
AFTER_FAULT_S = 4.0  # what has to follow a fault is looked for so long, also where the truck has met somebody

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
        self._scripts = tuple(loop.encounter.sensors.values())
        self._faults = Faults((*loop.encounter.faults, *self._scripts), fit.truck.near_sign)
        self._wrap = self._faults.named(GatewayClockWraps)
        self._has_strangers = any(self._faults.named(kind) for kind in (Forged, SecondSender))
        self._arbiter = Arbiter()
        self._has_lost_edge = False  # its process has ended, for good
        self._was_dark = self._was_down = False
        self._watch = Watch(self._world, self._faults)
        self._sensing = sensing_of(loop.level, loop.encounter, loop.seed, loop.perturb, self._on_frame)
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
        self._last_sent: can.Message | None = None
        self._events: list[tuple[int, str, int, Callable[[int], None]]] = []
        self._event_count = 0
        self._published: Step | None = None
        self._end_us = round(loop.encounter.duration_s * 1e6)

    def run(self, progress: Progress) -> RunLog:
        for sensor in self._sensing.sensors:
            self._at(self._sensing.start_us(sensor, 0), self._look(sensor, 0), sensor)
        for t_us in range(0, self._end_us + 1, TICK_US):
            while self._events and self._events[0][0] <= t_us:
                at_us, _, _, event = heappop(self._events)
                event(at_us)
            if self._tick(t_us):
                break
            progress(t_us / self._end_us)
        progress(1.0)
        return self._watch.log

    def _period_s(self, sensor: str) -> float:
        return (self._sensing.start_us(sensor, 1) - self._sensing.start_us(sensor, 0)) * 1e-6

    def _at(self, t_us: int, event: Callable[[int], None], sensor: str = "") -> None:
        """At one moment sensors go by their names, however the fit orders them."""
        self._event_count += 1
        heappush(self._events, (t_us, sensor, self._event_count, event))

    def _look(self, sensor: str, index: int) -> Callable[[int], None]:
        def look(t_us: int) -> None:
            self._world.advance(t_us)
            # A frame between two ticks may be the first of a radar's script, and show it.
            self._faults.update(t_us * 1e-6, self._world.truck.braking_since_s, self._scripts)
            for seen in self._sensing.look(sensor, index, self._world, t_us):
                self._at(t_us + self._sensing.delay_us(sensor), self._decide(seen), sensor)
            self._at(self._sensing.start_us(sensor, index + 1), self._look(sensor, index + 1), sensor)

        return look

    def _decide(self, seen: Seen) -> Callable[[int], None]:
        def decide(t_us: int) -> None:
            t_s = t_us * 1e-6
            if self._has_lost_edge or self._faults.is_down(t_s):
                return
            decided = self._program.decide(seen, self._vehicle.state(t_s), t_s)
            self._watch.decided(seen, decided)
            self._record(decided)
            self._at(t_us + COMPUTE_US, lambda _t_us: self._publish(decided))

        return decide

    def _record(self, decided: Step) -> None:
        if self._faults.since_s(DiskFull) is not None:
            self._has_lost_edge |= not recorded(decided)

    def _publish(self, decided: Step) -> None:
        self._published = decided

    def _on_frame(self, raw: SimulatedFrame, frame: RadarFrame) -> None:
        if self._loop.encounter.sensors and _is_misplaced(raw, frame):
            self._watch.log.misplaced_frames += 1
        self._loop.on_frame(raw, frame)

    def _tick(self, t_us: int) -> bool:
        """One gateway tick; true when the run is over."""
        pose = self._world.advance(t_us)
        cab = self._world.cab(t_us)
        self._faults.update(t_us * 1e-6, self._world.truck.braking_since_s)
        for fault, _ in self._faults.begun(BrakeFault):
            fault.act(self._world.truck.ecu)
        self._arbiter.carry(self._faults.load(t_us * 1e-6))
        for message in self._faults.spoilt(self._signals.frames(pose, cab, t_us)):
            self._arbiter.offer(message, self._buses.plant_vehicle.send)
        self._edge(t_us)
        self._stranger(t_us)
        self._gateway(t_us)
        for message in self._buses.plant_vehicle.drain():
            self._world.truck.ecu.hear(message, t_us)
            self._world.engine.hear(message, t_us)
        self._trace(t_us)
        self._watch.note(t_us, self._request(), self._link.answer)
        return self._is_over(t_us * 1e-6)

    def _edge(self, t_us: int) -> None:
        t_s, heard = t_us * 1e-6, self._buses.edge_vehicle.drain()
        answers = self._buses.edge_private.drain()
        is_down = self._faults.is_down(t_s)
        if self._was_down and not is_down:
            self._begin_edge()
        self._was_down = is_down
        if is_down or self._has_lost_edge:
            return
        for message in heard:
            self._vehicle.hear(message, t_s)
        for message in answers:
            self._link.hear(message)
        if self._link.answer is not None:
            self._world.truck.see_lamps(self._link.answer.lamps, t_s)
        if t_us % EDGE_FRAME_US == 0 and self._faults.since_s(EdgeSilent) is None:
            self._buses.edge_private.send(self._edge_frame(t_s))

    def _begin_edge(self) -> None:
        """The edge box after a crash: it knows nothing."""
        loop, truck = self._loop, self._loop.encounter.fit.truck
        self._vehicle, self._link = VehicleBus(truck.hand_wheel_ratio), GatewayLink(truck.near_side)
        self._program, self._published = loop.program(loop.encounter), None

    def _edge_frame(self, t_s: float) -> can.Message:
        """What it asks, or a fault asks in its name."""
        request, health = self._request(), self._program.health()
        for fault, _ in self._faults.begun(EdgeInsists):
            request, health = fault.request(self._loop.encounter.fit.truck.near_side, t_s), HEALTH_GOOD
        brakes = self._vehicle.state(t_s).brake_pedal is True
        message = self._link.request_frame(request, t_s, health, driver_brakes=brakes)
        for stuck, _ in self._faults.begun(EdgeStuck):
            return stuck.frame(self._last_sent, message)
        self._last_sent = message
        return message

    def _request(self) -> BrakeRequest | None:
        return None if self._published is None else self._published.request

    def _stranger(self, t_us: int) -> None:
        """Who else is on the buses, if anybody."""
        private, vehicle = self._buses.stranger_private, self._buses.stranger_vehicle
        vehicle.drain()
        if not self._has_strangers:
            private.drain()
            return
        for frame in _frames("private", private):
            self._faults.hear(frame)
        for frame in self._faults.frames(t_us * 1e-6):
            (private if frame.bus == "private" else vehicle).send(message_of(frame, t_us * 1e-6))

    def _gateway(self, t_us: int) -> None:
        t_s, received = t_us * 1e-6, self._received(t_us * 1e-6)
        is_dark = self._faults.is_dark(t_s)
        if is_dark and not self._was_dark:
            self._watch.falls_dark(t_s)
        if self._was_dark and not is_dark:
            self._loop.gateway.restart(**self._loop.encounter.gateway_settings())
        self._was_dark = is_dark
        if is_dark:
            return
        now_ms = t_us // 1000 if self._wrap is None else self._wrap.now_ms(t_us // 1000)
        for frame in self._loop.gateway.step(now_ms, received, self._world.truck.key_pressed):
            if self._faults.is_cut(frame.bus, t_s):
                continue
            if frame.bus == "private":
                self._buses.gateway_private.send(message_of(frame, t_s))
            else:
                self._arbiter.offer(message_of(frame, t_s), self._buses.gateway_vehicle.send)

    def _received(self, t_s: float) -> list[CanFrame]:
        """What the gateway has got since its last tick, the truck first."""
        vehicle = _frames("vehicle", self._buses.gateway_vehicle)
        private = _frames("private", self._buses.gateway_private)
        return [frame for frame in (*vehicle, *private) if not self._faults.is_cut(frame.bus, t_s)]

    def _trace(self, t_us: int) -> None:
        for name, bus in (("vehicle", self._buses.trace_vehicle), ("private", self._buses.trace_private)):
            for message in bus.drain():
                self._watch.hear(name, message, t_us)
                self._loop.on_can(name, message)

    def _is_over(self, t_s: float) -> bool:
        contact, wait_s = self._world.contact, self._loop.encounter.after_standstill_s
        newest_s = max(self._faults.begun_s.values(), default=None)
        awaits = newest_s is not None and not _is_past(newest_s, AFTER_FAULT_S, t_s)
        if _is_past(None if contact is None else contact.t_s, AFTER_CONTACT_S, t_s) and not awaits:
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
        tuple([stance[:2] for stance in stances]),
        clearance_m,
        0.0,
        "off",
        "off",
        "",
        users_rad=tuple([stance.heading_rad for stance in stances]),
        users_lie=tuple([stance.lies for stance in stances]),
    )


def _is_misplaced(raw: SimulatedFrame, frame: RadarFrame) -> bool:
    """A sample that is neither what was sent at its place nor the zero of a counted gap."""
    is_right = frame.samples == raw.samples
    if frame.lost_packets:
        is_right |= frame.samples == 0
    return raw.index != frame.index or not bool(np.all(is_right))


def _is_past(since_s: float | None, wait_s: float, t_s: float) -> bool:
    return since_s is not None and t_s >= since_s + wait_s
