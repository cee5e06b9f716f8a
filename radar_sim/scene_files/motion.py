"""How the truck and the things of a scene file move: places and speeds at any time."""

import bisect
import math
from dataclasses import dataclass

import numpy as np

from radar_sim.scene.scene import TruckPose

STEP_S = 0.01  # arcs a drive of changing speed is made of; its place is then good to 1e-5 m


@dataclass(frozen=True, slots=True)
class Moment:
    """Where something is, where it faces and how fast it goes there."""

    x_m: float
    y_m: float
    heading_rad: float
    speed_mps: float


@dataclass(frozen=True, slots=True)
class Straight:
    """A line ridden at one speed for ever."""

    start: Moment

    def at(self, t_s: float) -> Moment:
        """The moment `t_s` after the start."""
        start, way_m = self.start, self.start.speed_mps * t_s
        x_m = start.x_m + way_m * math.cos(start.heading_rad)
        y_m = start.y_m + way_m * math.sin(start.heading_rad)
        return Moment(x_m, y_m, start.heading_rad, start.speed_mps)


@dataclass(frozen=True, slots=True)
class Path:
    """Places with their times; in between on straight lines at even speed, before and after at rest."""

    places: tuple[tuple[float, float, float], ...]  # t_s, x_m, y_m; times rise

    def at(self, t_s: float) -> Moment:
        """The moment at `t_s`; whoever rests faces the way he came, or the way he will go."""
        times = [t for t, _, _ in self.places]
        leg = min(max(bisect.bisect_right(times, t_s), 1), len(times) - 1)
        (t0, x0, y0), (t1, x1, y1) = self.places[leg - 1], self.places[leg]
        share = min(max((t_s - t0) / (t1 - t0), 0.0), 1.0)
        goes = times[0] <= t_s < times[-1]
        speed_mps = math.hypot(x1 - x0, y1 - y0) / (t1 - t0) if goes else 0.0
        return Moment(x0 + share * (x1 - x0), y0 + share * (y1 - y0), self._heading_rad(leg), speed_mps)

    def _heading_rad(self, leg: int) -> float:
        """Of a leg, or where it stays on the spot, of the nearest before it, else after it, that leads on."""
        for n in [*range(leg, 0, -1), *range(leg + 1, len(self.places))]:
            (_, x0, y0), (_, x1, y1) = self.places[n - 1], self.places[n]
            if (x0, y0) != (x1, y1):
                return math.atan2(y1 - y0, x1 - x0)
        return 0.0


@dataclass(frozen=True, slots=True)
class Drive:
    """The truck's way: speed and yaw rate run evenly from one given time to the next, then stay."""

    x_m: float
    y_m: float
    heading_rad: float
    no_side_slip_x_m: float
    knots: tuple[tuple[float, float, float], ...]  # t_s, speed_mps, yaw_rate_radps; times rise

    def at(self, t_s: float) -> TruckPose:
        """Pose at `t_s` >= 0."""
        times, speeds, yaws = np.array(self.knots).T
        steps = 1 if len(times) == 1 else max(1, math.ceil(t_s / STEP_S))
        length_s = t_s / steps
        middle_s = (np.arange(steps) + 0.5) * length_s
        turns = np.interp(middle_s, times, yaws) * length_s
        ways = np.interp(middle_s, times, speeds) * length_s * np.sinc(turns / (2 * np.pi))
        along = self.heading_rad + np.cumsum(turns) - turns / 2
        heading = self.heading_rad + float(turns.sum())
        lever = self.no_side_slip_x_m
        x = self.x_m + lever * math.cos(self.heading_rad) + float((ways * np.cos(along)).sum())
        y = self.y_m + lever * math.sin(self.heading_rad) + float((ways * np.sin(along)).sum())
        return TruckPose(
            x - lever * math.cos(heading),
            y - lever * math.sin(heading),
            heading,
            float(np.interp(t_s, times, speeds)),
            float(np.interp(t_s, times, yaws)),
            lever,
        )
