"""Writes the log of a run: what is seen on the buses, in the truck and of the edge, tick by tick."""

import can

from edge_controller.can.gateway_link import GatewayAnswer
from edge_controller.can.vehicle_bus import database, numbers
from edge_controller.messages import BrakeRequest, RadarFrame, Step
from firmware import link
from hil.faults import Faults, Forged
from hil.plant.brake_ecu import MAXIMUM_MODE, XBR_ID
from hil.runlog import STANDS_MPS, Answer, Incident, Refusal, RunLog, Tick, XbrFrame
from hil.sensing import Seen
from hil.world import World


class Watch:
    """Looks and writes down; nothing it does changes the run."""

    def __init__(self, world: World, faults: Faults) -> None:
        self.log = RunLog(system=True)
        self._world = world
        self._faults = faults
        self._status = link.Status()
        self._xbr = database().get_message_by_name("XBR")
        self._forged = 0

    def hear(self, bus: str, message: can.Message, t_us: int) -> None:
        """One frame on either bus."""
        if bus == "private" and message.arbitration_id == link.GATEWAY_STATUS_ID:
            self._hear_status(bytes(message.data), t_us * 1e-6)
        elif bus == "vehicle" and message.arbitration_id == XBR_ID:
            xbr = numbers(self._xbr, bytes(message.data))
            braking = int(xbr["XBRControlMode"]) == MAXIMUM_MODE
            decel_mps2 = max(0.0, -float(xbr["ExternalAccelerationDemand"])) if braking else 0.0
            self.log.xbr.append(XbrFrame(t_us * 1e-6, decel_mps2))

    def _hear_status(self, data: bytes, t_s: float) -> None:
        status, log = self._status, self.log
        if link.unpack_status(data, len(data), status) != link.ALLOW:
            raise ValueError(f"the gateway's status {data.hex()} at {t_s:.2f} s cannot be read")
        state, reason = link.STATE_NAMES[status.state], link.REASON_NAMES[status.reason]
        if status.reason != link.ALLOW:
            log.refusals.append(Refusal(t_s, reason))
        said = (state, reason, status.decel_mmps2 / 1000, status.lamps)
        last = log.answers[-1] if log.answers else None
        if last is None or said != (last.state, last.reason, last.decel_mps2, last.lamps):
            log.answers.append(Answer(t_s, *said))

    def falls_dark(self, t_s: float) -> None:
        """No gateway runs: no lamp is lit but the fault lamp, which nobody holds off."""
        self.log.answers.append(Answer(t_s, "off", "", 0.0, 0))

    def decided(self, seen: Seen, step: Step) -> None:
        """What the edge made of one look."""
        self.log.steps.append(step)
        if isinstance(seen, RadarFrame):
            self.log.lost_packets += seen.lost_packets

    def note(self, t_us: int, request: BrakeRequest | None, answer: GatewayAnswer | None) -> None:
        """The tick that has just been."""
        pose, t_s, stances = self._world.truck.pose(), t_us * 1e-6, self._world.stances(t_us)
        self.log.ticks.append(
            Tick(
                t_s=t_s,
                truck=pose,
                users_m=tuple(stance[:2] for stance in stances),
                clearance_m=self._world.clearance_m(pose, t_us),
                xbr_mps2=self._world.truck.ecu.demand_mps2(t_us),
                edge_state="off" if request is None else request.state.name.lower(),
                gateway_state="off" if answer is None else answer.state,
                reason="" if answer is None else answer.reason,
                lamps=self.log.answers[-1].lamps if self.log.answers else 0,
                users_rad=tuple(stance.heading_rad for stance in stances),
                users_lie=tuple(stance.lies for stance in stances),
                foot_mps2=self._world.truck.pedals().asked_mps2,
            )
        )
        self.log.contact = self._world.contact
        self._note_incidents(t_s)
        self._first_times(t_s, request)

    def _note_incidents(self, t_s: float) -> None:
        truck, log = self._world.truck, self.log
        forged = self._faults.forged[self._forged :]
        self._forged += len(forged)
        log.incidents += [Incident(at_s, f"forged_{kind}") for at_s, kind in forged]
        begun: dict[str, float | None] = {}
        for fault, began_s in self._faults.begun_s.items():
            if not isinstance(fault, Forged):
                begun.setdefault(fault.name, began_s)
        begun["kicks_down"] = truck.kicked_s
        begun["steers_away"] = t_s if truck.steers_away else None
        begun["switches_off"] = t_s if truck.key_pressed else None
        for what, since_s in begun.items():
            if since_s is not None and log.first_s(what) is None:
                log.incidents.append(Incident(since_s, what))

    def _first_times(self, t_s: float, request: BrakeRequest | None) -> None:
        log = self.log
        state = 0 if request is None else int(request.state)
        if log.information_s is None and state >= link.INFORM:
            log.information_s = t_s
        if log.warning_s is None and state >= link.WARN:
            log.warning_s = t_s
        if log.request_s is None and request is not None and request.decel_mps2 > 0:
            log.request_s = t_s
        first_xbr_us = self._world.truck.ecu.first_xbr_us
        if log.xbr_s is None and first_xbr_us is not None:
            log.xbr_s = first_xbr_us * 1e-6
        if log.standstill_s is None and log.ticks[-1].truck.speed_mps <= STANDS_MPS:
            log.standstill_s = t_s
