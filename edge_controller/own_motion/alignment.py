"""How far is each radar's yaw off the fit? What stands seems to come from another side than the truck drives.

The direction in which a radar moves over ground is known twice: from its detections, which carry the error of
its mount, and from its arm and the truck's yaw rate, which has an offset of its own. Offset times arm over
speed looks like a mount error that shrinks as the truck gets faster, and at rest the offset shows itself.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from edge_controller.config import Radar, Truck
from edge_controller.messages import OwnMotion, VehicleState
from edge_controller.own_motion.consensus import Consensus, angle_of
from edge_controller.own_motion.plain import Plain, listed, number, numbers
from edge_controller.own_motion.sights import arm_of

LIMIT_RAD = math.radians(3.0)  # beyond it a mount is bent, and a correction would only hide that
SLOWEST_MPS = 2.0
STRAIGHT_RADPS = 0.08  # the yaw rate comes late by the bus's delay, and tyres slip in curves
SAME_MPS, SAME_SHARE = 0.2, 0.03
REST_STATICS = 8
FIRST_SIGMA_RAD = math.radians(2.0)
OFFSET_SIGMA_RADPS = math.radians(0.3)  # yaw rate sensors of trucks: 0.15 deg/s and less; twice of it
WANDER_RAD_PER_ROOT_S = math.radians(0.006)  # forgets within a minute or so: mounts are knocked, not worn
OFFSET_WANDER_RADPS = math.radians(0.01)  # per root of a minute
LEARNS_S = 0.19  # frames nearer in time tell little more: they see the same street
FRAME_SIGMA_RAD = math.radians(1.0)  # of one frame, and several of a street err alike
REST_SIGMA_RADPS = math.radians(0.3)
KNOWN_SIGMA_RAD = math.radians(0.15)
KNOWN_FRAMES = 150  # half a minute of driving straight on
SURE_SIGMAS = 3.0  # that a radar which seems beyond the limit is beyond half of it
NIGHT_SIGMA_RAD = math.radians(0.1)  # what a mount may have moved since it was last driven
NIGHT_SIGMA_RADPS = math.radians(0.05)
BOLD = 3.0  # sigmas: a frame that says more says no more than that


@dataclass(frozen=True, slots=True)
class YawError:
    """Of one radar: positive looks further to the left than the fit says."""

    yaw_rad: float
    sigma_rad: float
    known: bool


class Alignment:
    """Yaw errors of all radars and the offset of the truck's yaw rate, estimated together."""

    def __init__(self, radars: Sequence[Radar], truck: Truck) -> None:
        self._row = {radar.name: n for n, radar in enumerate(radars)}
        self._arm_m = {radar.name: arm_of(radar, truck) for radar in radars}
        count = len(self._row)
        self._mean = np.zeros(count + 1)
        self._covariance = np.diag([FIRST_SIGMA_RAD**2] * count + [OFFSET_SIGMA_RADPS**2])
        self._wander = np.array([WANDER_RAD_PER_ROOT_S**2] * count + [OFFSET_WANDER_RADPS**2 / 60])
        self._frames = dict.fromkeys(self._row, 0)
        self._t_s: float | None = None
        self._learned_s = dict.fromkeys(self._row, -math.inf)

    def error(self, radar: str) -> YawError:
        """What is known of one radar by now; 0 while it is not."""
        n = self._row[radar]
        sigma_rad = math.sqrt(self._covariance[n, n])
        known = self._frames[radar] >= KNOWN_FRAMES and sigma_rad < KNOWN_SIGMA_RAD
        return YawError(float(self._mean[n]), sigma_rad, known)

    def correction_rad(self, radar: str) -> float:
        """To be added to the fit's yaw: never more than 3 degrees, 0 while nothing is known."""
        found = self.error(radar)
        return min(LIMIT_RAD, max(-LIMIT_RAD, found.yaw_rad)) if found.known else 0.0

    @property
    def yaw_rate_offset_radps(self) -> float:
        """What the truck's yaw rate sensor says too much."""
        return float(self._mean[-1])

    @property
    def faults(self) -> tuple[str, ...]:
        """Radars that look elsewhere than a correction may make good.

        A truck that has not stood since it started knows its mounts to 0.6 degrees, as it does not know the
        offset of its yaw rate: too little to correct by, enough to see a bent one.
        """
        return tuple(
            f"radar {name} is misaligned by {math.degrees(self.error(name).yaw_rad):+.1f} degrees"
            for name in self._row
            if self._is_bent(name)
        )

    def _is_bent(self, radar: str) -> bool:
        found = self.error(radar)
        surely_rad = abs(found.yaw_rad) - SURE_SIGMAS * found.sigma_rad
        learned = self._frames[radar] >= KNOWN_FRAMES
        return learned and abs(found.yaw_rad) > LIMIT_RAD and surely_rad > LIMIT_RAD / 2

    def update(self, radar: str, found: Consensus | None, own: OwnMotion | None, truck: VehicleState) -> None:
        """Take in one frame; `found` was fitted with the fit's yaw and the correction of this moment."""
        if truck.t_s - self._learned_s[radar] < LEARNS_S:
            return
        self._learned_s[radar] = truck.t_s
        used_rad, arm_m = self.correction_rad(radar), self._arm_m[radar]
        self._carry(truck.t_s)
        yaw_rate = truck.yaw_rate_radps
        if yaw_rate is None or found is None or own is None or not _agree(found, own):
            return
        row = np.zeros(len(self._mean))
        if found.speed_mps > SLOWEST_MPS and abs(yaw_rate) < STRAIGHT_RADPS:
            seen_rad = angle_of(found.speed_mps, found.yaw_rate_radps, arm_m)
            due_rad = angle_of(found.speed_mps, yaw_rate, arm_m)
            row[self._row[radar]], row[-1] = 1.0, arm_m[0] / found.speed_mps
            self._learn(row, used_rad + due_rad - seen_rad, FRAME_SIGMA_RAD)
            self._frames[radar] += 1
        elif _is_at_rest(own, truck):
            row[-1] = 1.0
            self._learn(row, yaw_rate, REST_SIGMA_RADPS)

    def kept(self) -> Plain:
        """For the next start."""
        return {"mean": listed(self._mean), "covariance": listed(self._covariance), "frames": self._frames}

    def recall(self, plain: Plain) -> None:
        """Begin with what was kept, a little less sure of it; ValueError or KeyError where this is none."""
        count = len(self._mean)
        mean, covariance = numbers(plain, "mean", count), numbers(plain, "covariance", count, count)
        if not np.allclose(covariance, covariance.T):
            raise ValueError("covariance is not symmetric")
        np.linalg.cholesky(covariance)  # says so where it is no covariance
        self._frames = {name: int(number(plain["frames"], name, 0)) for name in self._row}
        night = np.diag([NIGHT_SIGMA_RAD**2] * (count - 1) + [NIGHT_SIGMA_RADPS**2])
        self._mean, self._covariance = mean, covariance + night

    def _carry(self, t_s: float) -> None:
        dt_s = 0.0 if self._t_s is None else min(max(t_s - self._t_s, 0.0), 1.0)
        self._covariance[np.diag_indices_from(self._covariance)] += self._wander * dt_s
        self._t_s = t_s

    def _learn(self, row: np.ndarray, measured: float, sigma: float) -> None:
        cross = self._covariance @ row
        variance = float(row @ cross) + sigma * sigma
        news = measured - float(row @ self._mean)
        limit = BOLD * math.sqrt(variance)
        self._mean += cross * (min(limit, max(-limit, news)) / variance)
        self._covariance -= np.outer(cross, cross) / variance


def _agree(found: Consensus, own: OwnMotion) -> bool:
    """Whether this radar's word is that of all together: traffic may have had the votes."""
    return abs(found.speed_mps - own.speed_mps) < SAME_MPS + SAME_SHARE * abs(own.speed_mps)


def _is_at_rest(own: OwnMotion, truck: VehicleState) -> bool:
    """Both the radars and the truck say so."""
    return own.rests and own.statics >= REST_STATICS and (truck.speed_mps or 0.0) < 0.5
