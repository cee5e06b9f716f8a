"""The frames of all radars, one after the other -> one motion of the truck."""

from dataclasses import dataclass

from edge_controller.messages import OwnMotion, VehicleState
from edge_controller.own_motion.consensus import Consensus

SPEED_CHANGE_MPS2 = 4.0  # standard deviation that the next moment may add: a truck brakes with 5 to 7 m/s2
YAW_CHANGE_RADPS2 = 0.3
FORGOTTEN_S = 0.5  # without statics nothing is said any more
ODD = 12.0  # chi-squared of two: once in 400; what keeps saying so is believed
ODD_FRAMES = 3
# What no number of statics takes away: heights, channel phases, a yaw error of the mount that is left.
SPEED_SCALE = 0.004
YAW_PER_MPS = 0.0007  # 0.3 degrees of mount over an arm of 7 m


@dataclass(slots=True)
class _Estimate:
    t_s: float
    speed_mps: float
    yaw_rate_radps: float
    p_speed: float
    p_both: float
    p_yaw: float


class Motion:
    """Memory of the truck's motion; `update` once a radar frame, in time order."""

    def __init__(self) -> None:
        self._now: _Estimate | None = None
        self._seen_s = 0.0
        self._statics = 0
        self._odd = 0

    def expected(self, truck: VehicleState) -> list[tuple[float, float]]:
        """Motions held likely: what the truck says, and what was."""
        likely = []
        if truck.speed_mps is not None:
            likely.append((truck.speed_mps, truck.yaw_rate_radps or 0.0))
        if self._now is not None:
            likely.append((self._now.speed_mps, self._now.yaw_rate_radps))
        return likely

    def update(self, found: Consensus | None, t_s: float) -> OwnMotion | None:
        """Take in one radar's word; None while no statics tell."""
        if self._now is not None and t_s - self._seen_s > FORGOTTEN_S:
            self._now = None
        self._carry(t_s)
        if found is not None:
            self._take(found, t_s)
        now = self._now
        if now is None:
            return None
        left = (SPEED_SCALE * now.speed_mps) ** 2, (YAW_PER_MPS * now.speed_mps) ** 2
        return OwnMotion(
            now.speed_mps,
            now.yaw_rate_radps,
            float((now.p_speed + left[0]) ** 0.5),
            float((now.p_yaw + left[1]) ** 0.5),
            self._statics if found is not None else 0,
        )

    def _carry(self, t_s: float) -> None:
        if self._now is not None and t_s > self._now.t_s:
            dt_s = t_s - self._now.t_s
            self._now.p_speed += (SPEED_CHANGE_MPS2 * dt_s) ** 2
            self._now.p_yaw += (YAW_CHANGE_RADPS2 * dt_s) ** 2
            self._now.t_s = t_s

    def _take(self, found: Consensus, t_s: float) -> None:
        now = self._now
        if now is None or (self._is_odd(found, now) and self._odd >= ODD_FRAMES):
            self._odd, self._seen_s, self._statics = 0, t_s, found.statics
            self._now = _Estimate(
                t_s,
                found.speed_mps,
                found.yaw_rate_radps,
                found.speed_variance,
                found.covariance,
                found.yaw_rate_variance,
            )
            return
        if self._odd:
            return
        self._seen_s, self._statics = t_s, found.statics
        a, b, d, _ = _sum_of(found, now)
        determinant = a * d - b * b
        i, j, k = d / determinant, -b / determinant, a / determinant
        gain = (
            (now.p_speed * i + now.p_both * j, now.p_speed * j + now.p_both * k),
            (now.p_both * i + now.p_yaw * j, now.p_both * j + now.p_yaw * k),
        )
        speed, yaw = found.speed_mps - now.speed_mps, found.yaw_rate_radps - now.yaw_rate_radps
        now.speed_mps += gain[0][0] * speed + gain[0][1] * yaw
        now.yaw_rate_radps += gain[1][0] * speed + gain[1][1] * yaw
        p, q, r = now.p_speed, now.p_both, now.p_yaw
        now.p_speed = p - gain[0][0] * p - gain[0][1] * q
        now.p_both = q - gain[0][0] * q - gain[0][1] * r
        now.p_yaw = r - gain[1][0] * q - gain[1][1] * r

    def _is_odd(self, found: Consensus, now: _Estimate) -> bool:
        """Whether this word does not fit to the last: counted, so that the third in a row is believed."""
        a, b, d, change = _sum_of(found, now)
        speed, yaw = change
        distance = (d * speed * speed - 2 * b * speed * yaw + a * yaw * yaw) / (a * d - b * b)
        self._odd = self._odd + 1 if distance > ODD else 0
        return self._odd > 0


def _sum_of(found: Consensus, now: _Estimate) -> tuple[float, float, float, tuple[float, float]]:
    """Covariance of the difference, and the difference."""
    scale = (SPEED_SCALE * found.speed_mps) ** 2
    turn = (YAW_PER_MPS * found.speed_mps) ** 2
    return (
        now.p_speed + found.speed_variance + scale,
        now.p_both + found.covariance,
        now.p_yaw + found.yaw_rate_variance + turn,
        (found.speed_mps - now.speed_mps, found.yaw_rate_radps - now.yaw_rate_radps),
    )
