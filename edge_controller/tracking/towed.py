"""Which echoes are of the trailer behind us: judged as those of our own flank are, where it is by now."""

import math
from dataclasses import replace

import numpy as np

from edge_controller.config import Trailer, Truck
from edge_controller.messages import VehicleState
from edge_controller.own_motion.articulation import Articulation
from edge_controller.tracking.odometry import Bools, Floats, Mount, Odometry
from edge_controller.tracking.points import (
    BOGIE_HALF_M,
    OWN_BODY_MARGIN_M,
    OWN_BODY_STILL_MARGIN_RAD,
    OWN_BODY_STILL_MPS,
    OWN_GLINTS_M,
    OWN_WHEELS_M,
    OWN_WHEELS_RAD,
    ROLLS,
    TYRE_M,
    Points,
)

GRAZED_M = 0.3  # a line of sight that only grazes it may as well pass it


class Towed:
    """One trailer and its angle; `follow` it, then `judge` a radar's points."""

    def __init__(self, trailer: Trailer, truck: Truck) -> None:
        self._trailer = trailer
        self._articulation = Articulation(trailer, truck)

    def follow(self, dt_s: float, odometry: Odometry, truck: VehicleState) -> None:
        """Go on to where the odometry is now."""
        forward = truck.forward_gear is not False
        self._articulation.move(dt_s, odometry.speed_mps, odometry.yaw_rate_radps, forward=forward)

    def judge(self, points: Points, mount: Mount, odometry: Odometry) -> Points:
        """Drop what is inside the trailer; what moves as a place on its side does proves nobody."""
        from_pin_m = odometry.to_truck(points.position_m) - np.array([self._trailer.hitch_x_m, 0.0])
        at_m = self._in_trailer(from_pin_m)
        rates_mps = points.ground_mps - points.line_of_sight @ mount.velocity_mps
        sight = odometry.to_truck_axes(points.line_of_sight)
        swings_mps = self._articulation.rate_radps * (
            sight[:, 1] * from_pin_m[:, 0] - sight[:, 0] * from_pin_m[:, 1]
        )
        swings = np.abs(rates_mps - swings_mps) < OWN_BODY_STILL_MPS
        glints = swings & (self._within(at_m, OWN_GLINTS_M) | self._behind(at_m, points.range_m))
        radar_m = odometry.to_truck(mount.position_m[None]) - np.array([self._trailer.hitch_x_m, 0.0])
        glints |= self._beyond(at_m, self._in_trailer(radar_m)[0])
        own_mps = float(np.hypot(mount.velocity_mps[0], mount.velocity_mps[1]))
        rolls = np.abs(rates_mps - swings_mps) < ROLLS * own_mps + OWN_BODY_STILL_MPS
        wheels = rolls & self._at_bogie(at_m, points.range_m)
        judged = replace(
            points,
            moves=points.moves & ~glints & ~wheels,
            rests=points.rests | swings & glints,
            glints=points.glints | glints,
            wheels=points.wheels | wheels,
        )
        if not self._articulation.settled:
            return judged
        margin_m = OWN_BODY_MARGIN_M + np.where(swings, OWN_BODY_STILL_MARGIN_RAD * points.range_m, 0.0)
        return judged.only(~self._within(at_m, margin_m))

    def _in_trailer(self, from_pin_m: Floats) -> Floats:
        cos, sin = math.cos(self._articulation.angle_rad), math.sin(self._articulation.angle_rad)
        turned: Floats = from_pin_m @ np.array([[cos, -sin], [sin, cos]])
        return turned

    def _within(self, at_m: Floats, margin_m: Floats | float) -> Bools:
        """In its box, which the margin widens to its sides."""
        one = self._trailer
        beside = np.abs(at_m[:, 1]) < one.width_m / 2 + margin_m
        front_m = one.ahead_of_hitch_m + OWN_BODY_MARGIN_M
        return beside & (at_m[:, 0] < front_m) & (at_m[:, 0] > front_m - one.length_m - 2 * OWN_BODY_MARGIN_M)

    def _behind(self, at_m: Floats, range_m: Floats) -> Bools:
        one = self._trailer
        margin_m = OWN_BODY_MARGIN_M + OWN_BODY_STILL_MARGIN_RAD * range_m
        tail_m = one.ahead_of_hitch_m - one.length_m
        return (at_m[:, 0] < tail_m) & (np.abs(at_m[:, 1]) < one.width_m / 2 + margin_m)

    def _beyond(self, at_m: Floats, radar_m: Floats) -> Bools:
        """Seen right through it: images of what stands beside, shown by the flank that faces the radar."""
        one = self._trailer
        half_m = np.array([one.length_m / 2, one.width_m / 2]) - GRAZED_M
        middle_m = np.array([one.ahead_of_hitch_m - one.length_m / 2, 0.0])
        way_m = at_m - radar_m
        way_m = np.where(np.abs(way_m) < 1e-6, 1e-6, way_m)
        ends = np.stack([(middle_m - half_m - radar_m) / way_m, (middle_m + half_m - radar_m) / way_m])
        enters, leaves = ends.min(axis=0).max(axis=1), ends.max(axis=0).min(axis=1)
        through: Bools = (enters > 0) & (enters < leaves) & (leaves < 1)
        return through

    def _at_bogie(self, at_m: Floats, range_m: Floats) -> Bools:
        one = self._trailer
        beside = np.abs(at_m[:, 1]) < one.width_m / 2 + OWN_WHEELS_M + OWN_WHEELS_RAD * range_m
        return beside & (np.abs(at_m[:, 0] + one.wheelbase_m) < BOGIE_HALF_M + TYRE_M)
