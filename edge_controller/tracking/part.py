"""A track as a part of a vehicle, which is followed as one body (decision 0159)."""

from dataclasses import dataclass

from edge_controller.tracking.bodies import Body

STAYS_S = 1.0  # fewer of its echoes may be seen now
AGAIN_S = 0.3  # two looks so close make it one


@dataclass(slots=True)
class Part:
    """Of which vehicle a track is a part, if of any."""

    _fed: tuple[float, Body] | None = None  # when a body last fed it
    _vehicle: tuple[float, Body] | None = None  # and when one that it was a part of

    def of_vehicle(self, t_s: float) -> Body | None:
        """As last met, now or lately."""
        if self._vehicle is None or t_s - self._vehicle[0] > STAYS_S:
            return None
        return self._vehicle[1]

    @property
    def of_any(self) -> bool:
        """Now or ever."""
        return self._vehicle is not None

    def is_met(self, t_s: float) -> bool:
        """Its vehicle, in this very look."""
        return self._vehicle is not None and self._vehicle[0] == t_s

    def met_again(self, body: Body, t_s: float) -> bool:
        """Whether the body that feeds it now is one that did so before."""
        before, self._fed = self._fed, (t_s, body)
        if before is None or t_s - before[0] >= AGAIN_S or not body.velocity.agrees(before[1].velocity):
            return False
        self._vehicle = t_s, body
        return True
