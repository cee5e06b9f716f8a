"""How fast and where to a track went in the last second: from that, how it speeds up and turns."""

import math
from collections import deque
from dataclasses import dataclass, field

ACCELERATION_BASE_S = 0.36
COURSE_BASE_S = 1.0
# A course known worse may be mended, which is no swerve: it counts beyond 3 sigma of the difference of two.
GUESSED_MPS, COURSE_SIGMAS = 0.175, 3.0
SETTLED_S = 1.0  # before this age the velocity still forms


@dataclass(slots=True)
class Course:
    """Of one track; `note` each look that shows it."""

    _past: deque[tuple[float, float, float, float]] = field(
        default_factory=lambda: deque(maxlen=64)
    )  # t, speed, course, sigma across it in m/s

    def note(self, t_s: float, speed_mps: float, course_rad: float, sigma_mps: float) -> None:
        """`sigma_mps`: of its velocity across the course."""
        if self._past:
            then_s, _, before_rad, _ = self._past[-1]
            if t_s <= then_s:
                return
            course_rad = before_rad + math.remainder(course_rad - before_rad, 2 * math.pi)
        self._past.append((t_s, speed_mps, course_rad, sigma_mps))
        while t_s - self._past[0][0] > COURSE_BASE_S + 0.1:
            self._past.popleft()

    def forget(self) -> None:
        """It was another."""
        self._past.clear()

    def acceleration_mps2(self, born_t_s: float) -> tuple[float, float]:
        """Along it over 0.36 s, and to its left over the last second."""
        along = across = 0.0
        if not self._past:
            return along, across
        t_s, speed_mps, course_rad, sigma_mps = self._past[-1]
        for then_s, then_mps, then_rad, then_sigma_mps in self._past:
            age_s = t_s - then_s
            if then_s - born_t_s < SETTLED_S:
                continue
            if age_s >= COURSE_BASE_S - 0.05:
                turned_mps = (course_rad - then_rad) * speed_mps
                doubt_mps = COURSE_SIGMAS * math.hypot(sigma_mps, then_sigma_mps)
                known = then_sigma_mps < GUESSED_MPS or abs(turned_mps) > doubt_mps
                across = turned_mps / age_s if known else 0.0
            if age_s >= ACCELERATION_BASE_S - 0.03:
                along = (speed_mps - then_mps) / age_s  # the youngest that is old enough
        return along, across
