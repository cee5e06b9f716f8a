"""What is really there in a frame, as one radar would have to report it."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from radar_sim.fit import SPEED_OF_LIGHT_MPS
from radar_sim.geometry import hidden_by_body, in_field, in_sensor_axes, in_truck_axes
from radar_sim.propagation import LEAST_M, View
from radar_sim.scatterers import Floats, Scatterers
from radar_sim.scene import Scene, Thing, TruckPose


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing in the middle of a frame: where it is in the world, and how the radar has it."""

    name: str
    place_m: tuple[float, float, float]
    heading_rad: float
    velocity_mps: tuple[float, float, float]  # over ground
    range_m: float  # from the radar to the place
    azimuth_rad: float  # in sensor axes, positive to the left
    radial_speed_mps: float  # change of range, the truck's own motion in it; negative closes
    visible: float  # 0 to 1: how much of its cross section this radar sees


def truth(scene: Scene, view: View) -> tuple[Seen, ...]:
    """Every thing of a scene, in its order."""
    return tuple(_seen(thing, scene, view) for thing in scene.things)


def visible_points(points: Scatterers, scene: Scene, view: View) -> NDArray[np.bool_]:
    """Which points the radar sees in the middle of the frame."""
    truck_m = in_truck_axes(points, scene.truck, _middle_s(view))
    sensor_m = in_sensor_axes(truck_m, view.mount)
    profile = view.radar.profile
    distance = np.sqrt((sensor_m**2).sum(axis=0))
    in_band = profile.slope_hz_per_s * 2 * distance / SPEED_OF_LIGHT_MPS < profile.rate_hz
    return np.asarray(in_band & in_field(sensor_m) & ~hidden_by_body(truck_m, view.mount, view.fit.body))


def _middle_s(view: View) -> float:
    return float(view.times_s[len(view.times_s) // 2])


def _seen(thing: Thing, scene: Scene, view: View) -> Seen:
    middle_s = _middle_s(view)
    before_m, now_m, after_m = (
        _from_radar(thing, scene.truck, view, middle_s + step_s) for step_s in (-1e-3, 0, 1e-3)
    )
    distance = [math.sqrt(float((m**2).sum())) for m in (before_m, now_m, after_m)]
    weight = thing.scatterers.rcs_m2
    lit = visible_points(thing.scatterers, scene, view)
    x, y, z = thing.place_m
    vx, vy, vz = thing.velocity_mps
    return Seen(
        thing.name,
        (x + vx * middle_s, y + vy * middle_s, z + vz * middle_s),
        thing.heading_rad,
        thing.velocity_mps,
        distance[1],
        math.atan2(float(now_m[1]), float(now_m[0])),
        (distance[2] - distance[0]) / 2e-3,
        float(weight[lit].sum() / max(weight.sum(), LEAST_M)),
    )


def _from_radar(thing: Thing, truck: TruckPose, view: View, t_s: float) -> Floats:
    """The place in sensor axes."""
    place = Scatterers(np.array([thing.place_m]), np.array([thing.velocity_mps]), np.ones(1))
    return in_sensor_axes(in_truck_axes(place, truck, t_s), view.mount)[:, 0]
