"""Who rode up from far behind, and whose echo fades: the lamp of UN R151 goes on burning for him."""

from collections.abc import Iterable
from dataclasses import replace

from edge_controller.config import Fit
from edge_controller.hazard.assess import in_information_zone
from edge_controller.messages import Track, VehicleState

FAR_M = 20.0  # behind the front: nearer an echo does not stay away for seconds (decision 0137)
LOST_S = 3.0  # as long as who was in the way before a truck at rest and is seen no more


class Faded:
    """Tracks the lamp burned for that ended: each for a while, as long as it would be in the zone still."""

    def __init__(self, fit: Fit) -> None:
        self._truck = fit.truck
        self._last: dict[int, Track] = {}

    def update(
        self, lit_for: Iterable[Track], alive: Iterable[Track], truck: VehicleState, t_s: float
    ) -> bool:
        """Whether one of them would be in the zone still.

        `lit_for`: in the zone in this look; a track that is `alive` and not among them has left it.
        """
        ids = {track.id for track in alive}
        lost = {
            n: track for n, track in self._last.items() if n not in ids and self._is_near(track, truck, t_s)
        }
        self._last = lost | {track.id: track for track in lit_for if track.x_m < -FAR_M}
        return bool(lost)

    def clear(self) -> None:
        """Forget them."""
        self._last.clear()

    def _is_near(self, track: Track, truck: VehicleState, t_s: float) -> bool:
        age_s = t_s - track.t_s
        gains_mps = track.vx_mps - (truck.speed_mps or 0.0)
        # Aside he stays where he was: far off his course is known to a fifth of his speed.
        there = replace(track, x_m=track.x_m + gains_mps * age_s)
        return age_s < LOST_S and in_information_zone(there, self._truck)
