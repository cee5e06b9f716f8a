"""Who walks beside us: too little Doppler for a proof frame by frame, and a way of several metres.

Abeam of a radar he shows only the small part of his speed that lies along the line of sight. A glint that a
wall sends along with us has none at all; an image of our own flank keeps its place against us.
"""

import math
from dataclasses import dataclass, field

from edge_controller.tracking.odometry import Floats

Pair = tuple[float, float]
WALKS_MPS = (0.6, 2.0)  # beside a truck that goes as slowly; images of faster ones are for another proof
LEAST_S, LEAST_M, FEWEST = 1.5, 1.5, 20
# A speed of ours that is 2 % wrong, and a yaw rate by 0.15 degrees a second, show 0.05 m/s in what stands.
SHOWN_MPS = 0.15  # r.m.s. of what his way puts on the line of sight
AGREES = (0.6, 1.5)  # Doppler seen against Doppler due
OWN_SPEED_WRONG = 0.02  # so much of it may be all that what stands shows
DRIFT_M = 0.5  # against us
SEEN_S = 0.6  # between two looks: what is believed of his way in a longer gap is no way he was seen to make


@dataclass(slots=True)
class Abreast:
    """Sums over the life of one track."""

    seen: int = 0
    doppler: Pair = (0.0, 0.0)  # sum of ground speed times line of sight
    own: Pair = (0.0, 0.0)  # ... of our own part in it, which is wrong by as much as our speed
    squares: tuple[float, float, float] = (0.0, 0.0, 0.0)  # ... of line of sight times itself: xx, xy, yy
    first_m: dict[str, Pair] = field(default_factory=dict)  # radar -> from there to him when first seen
    drift_m: float = 0.0
    way_m: Pair = (0.0, 0.0)
    way_s: float = 0.0
    last: tuple[float, float, float] | None = None  # t, x, y

    def went(self, t_s: float, x_m: float, y_m: float) -> None:
        """One frame found him there, over ground."""
        if self.last is not None and t_s - self.last[0] < SEEN_S:
            self.way_m = self.way_m[0] + x_m - self.last[1], self.way_m[1] + y_m - self.last[2]
            self.way_s += t_s - self.last[0]
        self.last = t_s, x_m, y_m

    def note(self, radar: str, sight: Floats, range_m: float, ground_mps: float, own_mps: float) -> None:
        """One frame of his body; `own_mps`: what we drive along the line of sight."""
        x, y = sight.tolist()
        xx, xy, yy = self.squares
        self.seen += 1
        self.doppler = self.doppler[0] + ground_mps * x, self.doppler[1] + ground_mps * y
        self.own = self.own[0] + own_mps * x, self.own[1] + own_mps * y
        self.squares = xx + x * x, xy + x * y, yy + y * y
        first_m = self.first_m.setdefault(radar, (range_m * x, range_m * y))
        self.drift_m = math.hypot(range_m * x - first_m[0], range_m * y - first_m[1])

    def walks(self) -> bool:
        """Whether the way he was seen to make is a walk."""
        made_m = math.hypot(self.way_m[0], self.way_m[1])
        if self.seen < FEWEST or self.way_s < LEAST_S or made_m < LEAST_M or self.drift_m < DRIFT_M:
            return False
        vx, vy = self.way_m[0] / self.way_s, self.way_m[1] / self.way_s
        xx, xy, yy = self.squares
        due = vx * vx * xx + 2 * vx * vy * xy + vy * vy * yy
        if not WALKS_MPS[0] < made_m / self.way_s < WALKS_MPS[1] or due < self.seen * SHOWN_MPS**2:
            return False
        seen = self.doppler[0] * vx + self.doppler[1] * vy
        wrong = OWN_SPEED_WRONG * abs(self.own[0] * vx + self.own[1] * vy)
        return seen - wrong > AGREES[0] * due and seen < AGREES[1] * due
