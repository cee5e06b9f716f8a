"""What the edge says of itself in every request frame, so that a half-blind edge cannot brake."""

from collections.abc import Iterable

from edge_controller.detection import Monitor
from edge_controller.messages import VehicleState
from firmware import link


def health(monitors: Iterable[Monitor], truck: VehicleState) -> int:
    """Health bits of firmware.link.

    The poses are those of the fit and the time is judged by the service loop; both bits are set here
    because a step that came out in time, from a fit that loaded, is what they stand for today.
    """
    bits = link.HEALTH_ALIGNED | link.HEALTH_ON_TIME
    if all(monitor.healthy for monitor in monitors):
        bits |= link.HEALTH_SENSING
    if truck.speed_mps is not None and (truck.steer_rad is not None or truck.yaw_rate_radps is not None):
        bits |= link.HEALTH_VEHICLE_DATA
    return bits
