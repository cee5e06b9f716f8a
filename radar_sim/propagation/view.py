"""Where one radar looks from, and when: the truck and the radar at five times of a frame."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from radar_sim.fit import SPEED_OF_LIGHT_MPS, Fit, Radar
from radar_sim.geometry import Mount, in_sensor_axes, origin
from radar_sim.paths import Ends
from radar_sim.scene.scatterers import Floats, Scatterers
from radar_sim.scene.scene import TruckPose
from radar_sim.sensor.sensor import CLEAN, Sensor

# A place on the ground plan is the number x + jy: turning multiplies, mirroring conjugates, and both do so
# to the last bit alike on the two sides of the truck.
Plan = NDArray[np.complex128]

Which = slice | int | NDArray[np.bool_] | NDArray[np.intp] | tuple[int | NDArray[np.intp], None]

MIDDLE = 2
NOW = slice(MIDDLE, MIDDLE + 1)
ENDS = np.array([0, -1])
NODES = np.array([0, 1, 3, 4])  # a cubic through these is what moves within the frame
LEAST_SPAN_S = 1e-4  # of a frame of one chirp


@dataclass(frozen=True, slots=True)
class Places:
    """World places on the ground plan and above it, (n,) each, or (time, n)."""

    plan: Plan
    up_m: Floats

    def __getitem__(self, which: Which) -> "Places":
        return Places(self.plan[which], self.up_m[which])

    def to(self, other: "Places") -> Floats:
        """Distances."""
        away, up_m = other.plan - self.plan, other.up_m - self.up_m
        distance: Floats = np.sqrt(away.real * away.real + away.imag * away.imag + up_m * up_m)
        return distance

    def towards(self, other: "Places", share: Floats) -> "Places":
        """Further on along the line to another, 1 being there."""
        return Places(
            self.plan + (other.plan - self.plan) * share, self.up_m + (other.up_m - self.up_m) * share
        )


@dataclass(frozen=True, slots=True)
class View:
    """Where one radar looks from, and when."""

    fit: Fit
    radar: Radar
    mount: Mount
    times_s: Floats  # middle of each chirp's samples
    sensor: Sensor = CLEAN

    @property
    def far_m(self) -> float:
        """Where the sampled band ends, there and back."""
        profile = self.radar.profile
        return SPEED_OF_LIGHT_MPS * profile.rate_hz / (2 * profile.slope_hz_per_s)


@dataclass(frozen=True, slots=True)
class Instants:
    """First chirp, a quarter on, the middle, three quarters on, the last: what the truck is then."""

    times_s: Floats  # (5,)
    heading: Plan  # (5,), unit
    origin: Plan  # (5,), of truck axes
    radar: Places  # (5,)
    mount: Mount

    def in_sensor_axes(self, at: int | NDArray[np.intp], places: Places) -> Floats:
        """Places (n,) at one of the five times, or (time, n), in the radar's own axes, (axis, ...)."""
        truck = (places.plan - self.origin[at, None]) * self.heading[at, None].conjugate()
        return in_sensor_axes((truck.real, truck.imag, places.up_m), self.mount)


def instants(truck: TruckPose, view: View) -> Instants:
    """The five times of a view, its truck and its radar."""
    first_s, last_s = view.times_s[0], max(view.times_s[-1], view.times_s[0] + LEAST_SPAN_S)
    times_s = first_s + (last_s - first_s) * np.array([0.0, 0.25, 0.5, 0.75, 1.0])
    times_s[MIDDLE] = view.times_s[len(view.times_s) // 2]
    angle = truck.heading_rad + truck.yaw_rate_radps * times_s
    heading = np.cos(angle) + 1j * np.sin(angle)
    x, y = origin(truck, times_s)
    x_m, y_m, up_m = view.mount.position_m
    radar = Places(x + 1j * y + heading * complex(x_m, y_m), np.full(len(times_s), up_m))
    return Instants(times_s, heading, x + 1j * y, radar, view.mount)


def places(points: Scatterers, times_s: Floats) -> Places:
    """Where points are (time, n) so long after the scene's instant."""
    t_s = times_s[:, None, None]
    way = points.velocity_mps + t_s * (points.acceleration_mps2 / 2 + t_s * points.jerk_mps3 / 6)
    at = points.position_m + t_s * way
    return Places(at[..., 0] + 1j * at[..., 1], at[..., 2].copy())


def mount_mps(truck: TruckPose, now: Instants, at: int) -> complex:
    """Velocity of the radar over ground on the plan."""
    x_m, y_m, _ = now.mount.position_m
    yaw = truck.yaw_rate_radps
    own = complex(truck.speed_mps - yaw * y_m, yaw * (x_m - truck.no_side_slip_x_m))
    return complex(now.heading[at] * own)


def through(nodes: Places, now: Instants) -> Ends:
    """Ends that pass through places (4, n) at the four nodes as cubics of time.

    What a cubic leaves out of the smooth motion of a truck or an image within 15 ms is below 1e-6 m.
    """
    axes = (nodes.plan.real, nodes.plan.imag, nodes.up_m)
    by_axis = zip(*(_powers(axis, now.times_s[NODES]) for axis in axes), strict=True)
    powers = [np.stack(terms, axis=1) for terms in by_axis]
    return Ends(powers[0], powers[1], 2 * powers[2], 6 * powers[3])


def _powers(f: Floats, t: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Coefficients of 1, t, t^2, t^3 of the cubic through four values, by divided differences."""
    a, b, c, d = (float(time) for time in t)
    first = [(f[1] - f[0]) / (b - a), (f[2] - f[1]) / (c - b), (f[3] - f[2]) / (d - c)]
    second = [(first[1] - first[0]) / (c - a), (first[2] - first[1]) / (d - b)]
    third = (second[1] - second[0]) / (d - a)
    return (
        f[0] - a * first[0] + a * b * second[0] - a * b * c * third,
        first[0] - (a + b) * second[0] + (a * b + a * c + b * c) * third,
        second[0] - (a + b + c) * third,
        third,
    )
