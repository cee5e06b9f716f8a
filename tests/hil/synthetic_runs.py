"""A pair of runs for the page: true motion of the bench's own plant, made-up radar and ladder."""

import math
from dataclasses import dataclass
from typing import Any

import can
import numpy as np

from edge_controller.can.vehicle_bus import database
from edge_controller.config import Fit, Radar, shipped_fit
from edge_controller.messages import BrakeRequest, Detection, Side, State, Step, Track, VehicleState
from hil.encounter import Encounter, near_side_turn
from hil.plant.brake_ecu import MAXIMUM_MODE, XBR_ID, xbr_checksum
from hil.plant.truck import Pose
from hil.runlog import STANDS_MPS, RunLog, Tick
from hil.world import World

TICK_US = 10_000
INFORM_S, WARN_S, REQUEST_S, XBR_S = 2.5, 3.4, 4.1, 4.14
ASKED_MPS2 = 4.0
POSTS_M = 7.0  # between posts beside the road


@dataclass(frozen=True)
class Pair:
    encounter: Encounter
    without: RunLog
    with_system: RunLog
    verdict: dict[str, Any]


def pair(near_side: Side = "right", fit: str = "tipper") -> Pair:
    encounter = near_side_turn(shipped_fit(fit), near_side)
    without = _drive(encounter, system=False)
    with_system = _drive(encounter, system=True)
    verdict = {
        "interpreter": {"name": "MicroPython", "version": "1.26.0"},
        "firmware_sha256": "5e" * 32,
        "seed": 1,
        "perturb": {"seed": 1},
        "near_side": near_side,
        "without_system": _judged(without),
        "with_system": _judged(with_system)
        | {
            "information_s": with_system.information_s,
            "warning_s": with_system.warning_s,
            "request_s": with_system.request_s,
            "xbr_s": with_system.xbr_s,
            "standstill_s": with_system.standstill_s,
            "frames": len(with_system.steps),
        },
    }
    return Pair(encounter, without, with_system, verdict)


def _judged(log: RunLog) -> dict[str, Any]:
    contact = log.contact
    return {
        "contact": contact is not None,
        "contact_speed_mps": None if contact is None else contact.speed_mps,
        "contact_at_m": None if contact is None else list(contact.at_m),
        "min_clearance_m": log.min_clearance_m,
        "stopped": log.stopped,
    }


def _drive(encounter: Encounter, system: bool) -> RunLog:
    world, log, counter = World(encounter), RunLog(system=system), 0
    rng = np.random.default_rng(7)
    for t_us in range(0, round(encounter.duration_s * 1e6) + 1, TICK_US):
        t_s = t_us * 1e-6
        pose = world.advance(t_us)
        if system and t_s >= XBR_S and t_us % 20_000 == 0:
            counter = (counter + 1) % 16
            world.truck.ecu.hear(_xbr(counter), t_us)
        clearance_m = world.clearance_m(pose, t_us)
        state = _state(t_s, pose).name.lower() if system else "off"
        asked_mps2 = world.truck.ecu.demand_mps2(t_us)
        reason = "allow" if system else ""
        log.ticks.append(Tick(t_s, pose, world.users_m(t_us), clearance_m, asked_mps2, state, state, reason))
        if system and t_us % 50_000 in (0, 20_000):
            radar = encounter.fit.radars[int(t_us % 50_000 > 0)]
            log.steps.append(_step(encounter, radar, log, rng))
        if log.standstill_s is None and pose.speed_mps <= STANDS_MPS:
            log.standstill_s = t_s
        if world.contact is not None and t_s >= world.contact.t_s + 0.7:
            break
        if log.standstill_s is not None and t_s >= log.standstill_s + 1.5:
            break
    log.contact = world.contact
    if system:
        log.information_s, log.warning_s, log.request_s, log.xbr_s = INFORM_S, WARN_S, REQUEST_S, XBR_S
    return log


def _state(t_s: float, pose: Pose) -> State:
    if pose.speed_mps <= STANDS_MPS:
        return State.HOLD
    steps = (
        (XBR_S + 0.3, State.FULL),
        (REQUEST_S, State.PREPARE),
        (WARN_S, State.WARN),
        (INFORM_S, State.INFORM),
    )
    return next((state for since_s, state in steps if t_s >= since_s), State.STANDBY)


def _xbr(counter: int) -> can.Message:
    message = database().get_message_by_name("XBR")
    values = {signal.name: 0 for signal in message.signals}
    raw = {signal.name: signal for signal in message.signals}
    demand = raw["ExternalAccelerationDemand"]
    values |= {
        "ExternalAccelerationDemand": round((-ASKED_MPS2 - demand.offset) / demand.scale),
        "XBRControlMode": MAXIMUM_MODE,
        "XBRMessageCounter": counter,
    }
    data = message.encode(values, scaling=False, padding=True, strict=False)
    values["XBRMessageChecksum"] = xbr_checksum(data, XBR_ID, counter)
    data = message.encode(values, scaling=False, padding=True, strict=False)
    return can.Message(arbitration_id=XBR_ID, is_extended_id=True, data=data)


def _step(encounter: Encounter, radar: Radar, log: RunLog, rng: np.random.Generator) -> Step:
    tick = log.ticks[-1]
    near = encounter.fit.truck.near_sign
    cyclist_m = tick.users_m[0]
    posts = [(POSTS_M * n, near * 5.2) for n in range(-3, 12)]
    shaken = [(cyclist_m[0] + dx, cyclist_m[1] + near * dy) for dx, dy in rng.normal(0, 0.3, (5, 2))]
    seen = [
        point
        for point in (_local(p, tick.truck) for p in [*posts, *shaken])
        if _visible(point, radar, encounter.fit)
    ]
    tracks = [_track(1, cyclist_m, (5.0, 0.0), tick, moving=True)]
    tracks += [_track(2 + n, post, (0.0, 0.0), tick, moving=False) for n, post in enumerate(posts[3:9])]
    state = _state(tick.t_s, tick.truck)
    return Step(
        t_s=tick.t_s,
        frame=len(log.steps) // 2,
        radar=radar.name,
        truck=VehicleState(tick.t_s, tick.truck.speed_mps, 0.0, 0.0, 0.0, "none", 0.0, False, False, True),
        detections=tuple(detection(point, radar, tick.t_s) for point in seen),
        tracks=tuple(tracks),
        hazards=(),
        request=BrakeRequest(tick.t_s, state, encounter.fit.truck.near_side, 0.0, "blind_spot", 1),
    )


def _local(point_m: tuple[float, float], pose: Pose) -> tuple[float, float]:
    dx, dy = point_m[0] - pose.x_m, point_m[1] - pose.y_m
    cos, sin = math.cos(pose.heading_rad), math.sin(pose.heading_rad)
    return dx * cos + dy * sin, dy * cos - dx * sin


def _visible(point_m: tuple[float, float], radar: Radar, fit: Fit) -> bool:
    return abs(detection(point_m, radar, 0.0).azimuth_rad) < fit.radio.field_of_view_rad


def detection(point_m: tuple[float, float], radar: Radar, t_s: float) -> Detection:
    """The ground point (truck axes) as a radar without elevation would report it."""
    dx, dy = point_m[0] - radar.position_m[0], point_m[1] - radar.position_m[1]
    bearing = math.remainder(math.atan2(dy, dx) - radar.yaw_rad, math.tau)
    return Detection(
        radar=radar.name,
        t_s=t_s,
        range_m=math.hypot(dx, dy),
        range_rate_mps=-1.0,
        azimuth_rad=bearing,
        azimuth_sigma_rad=0.02,
        snr_db=25.0,
        fold_margin_db=10.0,
        elevation_rad=None,
        peak=np.zeros(12, np.complex64),
    )


def _track(
    number: int, at_m: tuple[float, float], velocity_mps: tuple[float, float], tick: Tick, moving: bool
) -> Track:
    x_m, y_m = _local(at_m, tick.truck)
    origin = Pose(0.0, 0.0, tick.truck.heading_rad, 0.0, 0.0, 0.0, 0.0)
    vx_mps, vy_mps = _local(velocity_mps, origin)
    return Track(
        id=number,
        t_s=tick.t_s,
        x_m=x_m,
        y_m=y_m,
        vx_mps=vx_mps,
        vy_mps=vy_mps,
        covariance=np.eye(4),
        length_m=1.8 if moving else 0.4,
        width_m=0.6 if moving else 0.4,
        born_t_s=0.0,
        hits=9,
        confirmed=True,
        moving=moving,
        radars=("corner",),
    )
