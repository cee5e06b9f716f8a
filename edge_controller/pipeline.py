"""One radar frame through the edge: detect, track, assess, ask. Start reading here."""

from collections.abc import Sequence
from dataclasses import replace

from edge_controller.config import Fit
from edge_controller.detection import Monitor, detect
from edge_controller.hazard import TurnMemory, assess
from edge_controller.messages import Detection, RadarFrame, Step, VehicleState
from edge_controller.policy import Policies
from edge_controller.tracking import Tracker


class State:
    """Everything the edge remembers between frames."""

    def __init__(self, fit: Fit) -> None:
        self.monitors = {radar.name: Monitor(radar) for radar in fit.radars}
        self.tracker = Tracker(fit.radars, fit.truck)
        self.turn = TurnMemory(fit.truck)
        self.policies = Policies(fit)


def step(frame: RadarFrame, truck: VehicleState, state: State, fit: Fit) -> Step:
    """One call per radar frame, in time order; radars are never merged."""
    detections = detect(frame, fit.radar(frame.radar), state.monitors[frame.radar])
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
    tracks = state.tracker.update(detections, truck, t_s, radar)
    motion = state.turn.update(truck, t_s)
    hazards = assess(tracks, motion, fit, state.policies.brake_filled(t_s))
    request = state.policies.update(hazards, tracks, truck, t_s)
    return Step(t_s, frame, radar, truck, tuple(detections), tracks, hazards, request)
