"""One radar frame through the edge: detect, track, assess, ask. Start reading here."""

import math
from collections.abc import Sequence
from dataclasses import replace

from edge_controller.config import Fit, Radar
from edge_controller.detection import Detector
from edge_controller.detection.stages import Fast
from edge_controller.hazard import TurnMemory, assess
from edge_controller.messages import Detection, RadarFrame, Step, Track, VehicleState
from edge_controller.own_motion import Statics
from edge_controller.plausibility import Plausibility
from edge_controller.policy import Policies
from edge_controller.tracking import Tracker
from edge_controller.tracking.breath import Breath
from firmware.link import (
    FAULT_NAMED,
    HEALTH_ALIGNED,
    HEALTH_ON_TIME,
    HEALTH_SENSING,
    HEALTH_VEHICLE_DATA,
)

LATE_FRAMES = 2.5  # one lost frame is no lateness
SILENT_S = 0.15  # a radar without frames


class State:
    """Everything the edge remembers between frames."""

    def __init__(self, fit: Fit, *, fast: Fast = None) -> None:
        self.detectors = {radar.name: Detector(radar, fast=fast) for radar in fit.radars}
        self.tracker = Tracker(fit.radars, fit.truck, fit.trailer, fit.radio)
        self.breath = Breath(fit.radars, fit.truck)
        self.statics = Statics(fit.radars, fit.truck)
        self.plausibility = Plausibility(fit)
        self.turn = TurnMemory(fit.truck, fit.trailer)
        self.policies = Policies(fit)
        self._seen_s: dict[str, float] = {}  # radar -> middle of its last frame
        self._on_time = False
        self._knows_truck = False

    def note(self, radar: Radar, truck: VehicleState, t_s: float) -> None:
        """What `health` says of this frame: was it due, and does the truck tell what braking needs?"""
        before_s = self._seen_s.get(radar.name)
        self._on_time = before_s is None or 0 < t_s - before_s < LATE_FRAMES * radar.profile.frame_s
        self._knows_truck = None not in (truck.speed_mps, truck.steer_rad, truck.yaw_rate_radps)
        self._seen_s[radar.name] = t_s

    def faults(self) -> tuple[str, ...]:
        """What is wrong with any radar or the truck's signals, in plain words, in an order not the fit's."""
        monitors = ((name, detector.monitor) for name, detector in self.detectors.items())
        words = (f"radar {name}: {fault}" for name, monitor in monitors for fault in monitor.faults)
        return tuple(sorted((*words, *self.statics.alignment.faults, *self.plausibility.faults)))

    def health(self) -> int:
        """Bits of firmware.link; alignment is the installer's word until the road says otherwise."""
        newest_s = max(self._seen_s.values(), default=0.0)
        delivers = all(newest_s - self._seen_s.get(name, -math.inf) < SILENT_S for name in self.detectors)
        sees = all(detector.monitor.healthy for detector in self.detectors.values())
        warns = any(detector.monitor.warns_driver for detector in self.detectors.values())
        return (
            (0 if self.statics.alignment.faults else HEALTH_ALIGNED)
            | (HEALTH_SENSING if delivers and sees else 0)
            | (HEALTH_VEHICLE_DATA if self._knows_truck else 0)
            | (HEALTH_ON_TIME if self._on_time else 0)
            | (FAULT_NAMED if warns or self.plausibility.warnings else 0)
        )


def step(frame: RadarFrame, truck: VehicleState, state: State, fit: Fit) -> Step:
    """One call per radar frame, in time order; radars are never merged."""
    detector = state.detectors[frame.radar]
    detector.monitor.note_speed(truck.speed_mps)
    detector.flank.note(truck.speed_mps, somebody=state.tracker.knows_somebody)
    detector.swaying.note(rests=state.breath.rests)
    detections = detector.detect(frame)
    detector.leakage.learn(_plain(detections), truck, frame.mid_t_s)
    return decide(detections, frame.radar, frame.index, truck, frame.mid_t_s, state=state, fit=fit)


def decide(
    detections: Sequence[Detection],
    radar: str,
    frame: int,
    truck: VehicleState,
    t_s: float,
    *,
    state: State,
    fit: Fit,
) -> Step:
    """From one radar's detections at `t_s` to the request."""
    truck = replace(truck, t_s=t_s)
    plain = _plain(detections)
    own_motion = state.statics.update(plain, radar, truck)
    believed = state.plausibility.update(truck, own_motion)
    state.note(fit.radar(radar), believed, t_s)
    state.tracker.aim(state.statics.aimed(radar))
    state.tracker.dim(radar, filmed=state.statics.film.suspected(radar))
    state.detectors[radar].monitor.hear(*state.statics.film.faults(radar))
    tracks = state.tracker.update(detections, believed, t_s, radar)
    tracks = state.breath.update(tracks, _not_past(detections), radar, believed, own_motion)
    state.tracker.keep({track.id for track in tracks if track.breathes})
    judged = judge(tracks, radar, frame, believed, state=state, fit=fit)
    found, faults = tuple(detections), state.faults()
    return replace(judged, truck=truck, detections=found, own_motion=own_motion, faults=faults)


def _plain(detections: Sequence[Detection]) -> list[Detection]:
    """What was found past the own flank, or by its sway, shows somebody, and nothing else."""
    return [one for one in detections if not (one.past_own or one.sways)]


def _not_past(detections: Sequence[Detection]) -> list[Detection]:
    return [one for one in detections if not one.past_own]


def judge(
    tracks: tuple[Track, ...], radar: str, frame: int, truck: VehicleState, *, state: State, fit: Fit
) -> Step:
    """From all tracks at the truck's `t_s` to the request; who tracks them is not asked."""
    t_s = truck.t_s
    motion = state.turn.update(truck, t_s)
    hazards = assess(tracks, motion, fit, state.policies.brake_filled(t_s))
    request = state.policies.update(hazards, tracks, truck, t_s)
    return Step(t_s, frame, radar, truck, (), tracks, hazards, request, events=state.policies.events)
