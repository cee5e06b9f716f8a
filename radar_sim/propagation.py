"""From a scene to paths: what of it one radar sees, by which ways, how strongly."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from radar_sim.antenna import rx_gain, tx_gain
from radar_sim.errors import SceneError
from radar_sim.fit import SPEED_OF_LIGHT_MPS, Fit, Radar
from radar_sim.geometry import Mount, hidden_by_body, in_field, in_sensor_axes, in_truck_axes
from radar_sim.moving import riding_along
from radar_sim.paths import Ends, Paths
from radar_sim.radio import lsb_per_root_w, reach_w
from radar_sim.rcs import aspect_factor
from radar_sim.scatterers import Floats, Scatterers, chosen, join
from radar_sim.scene import Scene
from radar_sim.sensor import CLEAN, Sensor

NEAREST_M = 0.05  # a scatterer closer than this is inside the radar's housing
LEAST_M = 1e-9  # keeps a direction where there is none


@dataclass(frozen=True, slots=True)
class View:
    """Where one radar looks from, and when."""

    fit: Fit
    radar: Radar
    mount: Mount
    times_s: Floats  # middle of each chirp's samples
    sensor: Sensor = CLEAN


def trace(scene: Scene, body: Scatterers, view: View) -> Paths:
    """Paths of all that is seen; `body` holds the truck's own points in truck axes."""
    points = join(scene.all_scatterers(), riding_along(body, scene.truck))
    visible = _visible(points, scene, view)
    return direct(chosen(points, visible), scene, view)


def direct(points: Scatterers, scene: Scene, view: View) -> Paths:
    """Straight out and straight back."""
    ends = Ends(points.position_m, points.velocity_mps, points.acceleration_mps2, points.jerk_mps3)
    fit, profile = view.fit, view.radar.profile
    middle_s = float(view.times_s[len(view.times_s) // 2])
    rcs_m2 = points.rcs_m2 * _facing(points, scene, view, middle_s)
    unit = np.sqrt(reach_w(profile, fit.radio) * rcs_m2) * lsb_per_root_w(profile, fit.radio)
    at_m = [_seen_from(points, scene, view, float(t))[1] for t in view.times_s[[0, -1]]]
    sent = np.stack([tx_gain(sensor_m, view.radar, fit.radio, view.sensor) for sensor_m in at_m]) * unit
    heard = np.stack([rx_gain(sensor_m, view.radar, fit.radio, view.sensor) for sensor_m in at_m])
    return Paths(ends, ends, sent.astype(np.float32), heard.astype(np.float32), np.zeros(len(points)))


def _seen_from(points: Scatterers, scene: Scene, view: View, t_s: float) -> tuple[Floats, Floats]:
    """Positions (axis, n) in truck axes and in sensor axes at one time after the scene's instant."""
    truck_m = in_truck_axes(points, scene.truck, t_s)
    return truck_m, in_sensor_axes(truck_m, view.mount)


def _facing(points: Scatterers, scene: Scene, view: View, t_s: float) -> Floats:
    """What the side seen makes of each cross section."""
    (x, y, _), _ = _seen_from(points, scene, view, t_s)
    facing = points.heading_rad - (scene.truck.heading_rad + scene.truck.yaw_rate_radps * t_s)
    dx, dy = view.mount.position_m[0] - x, view.mount.position_m[1] - y
    ahead = np.cos(facing) * dx + np.sin(facing) * dy
    return aspect_factor(points.aspect, ahead / np.maximum(np.sqrt(dx * dx + dy * dy), LEAST_M))


def _visible(points: Scatterers, scene: Scene, view: View) -> NDArray[np.bool_]:
    """In the field, not behind the own body and within the band, judged in the middle of the frame."""
    radar = view.radar
    truck_m, sensor_m = _seen_from(points, scene, view, float(view.times_s[len(view.times_s) // 2]))
    distance = np.sqrt(sensor_m[0] ** 2 + sensor_m[1] ** 2 + sensor_m[2] ** 2)
    if np.any(distance < NEAREST_M):
        raise SceneError(
            f"radar {radar.name}: a scatterer {distance.min():.3f} m away lies inside the radar"
            f" (nearest allowed is {NEAREST_M} m)"
        )
    in_band = radar.profile.slope_hz_per_s * 2 * distance / SPEED_OF_LIGHT_MPS < radar.profile.rate_hz
    hidden = hidden_by_body(truck_m, view.mount, view.fit.body)
    visible: NDArray[np.bool_] = in_band & in_field(sensor_m) & ~hidden
    return visible
