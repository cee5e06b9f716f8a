"""The same place of the street seen by two radars, seconds apart: what both lack there is the street's."""

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Place = tuple[int, int]  # along the way in steps of PLACE_M, 1 on the left

PLACE_M = 4.0  # two kerb stones; neighbours lack nearly independently of each other
PASSED_M = 1.0  # behind the truck's front: a radar that looks ahead sees no more of it
FORGOTTEN_M = 20.0
FEWEST = 5  # sightings of a place by each


class Places:
    """Memory of what each radar lacked at the places around the truck, in dB."""

    def __init__(self, radars: Iterable[str]) -> None:
        self._seen: dict[str, dict[Place, list[float]]] = {name: {} for name in radars}
        self._compared: set[Place] = set()
        self._way_m = 0.0
        self._t_s: float | None = None

    def drive(self, t_s: float, speed_mps: float) -> None:
        """On along the way; after a gap of seconds everything is elsewhere."""
        if self._t_s is not None:
            self._way_m += max(0.0, min(t_s - self._t_s, 1.0) * speed_mps)
        self._t_s = t_s

    @property
    def way_m(self) -> float:
        """How far the truck has come."""
        return self._way_m

    def add(self, radar: str, along_m: Floats, left_m: Floats, lack_db: Floats) -> None:
        """Sightings of one radar: place along the way, place to the left of the truck."""
        seen = self._seen[radar]
        steps = np.floor(along_m / PLACE_M).astype(int).tolist()
        for step, left, lack in zip(steps, (left_m > 0).tolist(), lack_db.tolist(), strict=True):
            seen.setdefault((step, int(left)), []).append(lack)

    def compared(self, radar: str, witness: str) -> list[float]:
        """How much more than `witness` one radar lacked, for each place passed since the last asking."""
        passed = math.floor((self._way_m - PASSED_M) / PLACE_M)
        one, two = self._seen[radar], self._seen[witness]
        ripe = [
            place
            for place, lacks in one.items()
            if place[0] < passed
            and place not in self._compared
            and len(lacks) >= FEWEST
            and len(two.get(place, ())) >= FEWEST
        ]
        self._compared.update(ripe)
        more_db = [float(np.median(one[place]) - np.median(two[place])) for place in sorted(ripe)]
        self._forget(math.floor((self._way_m - FORGOTTEN_M) / PLACE_M))
        return more_db

    def _forget(self, before: int) -> None:
        for seen in self._seen.values():
            for place in [place for place in seen if place[0] < before]:
                del seen[place]
        self._compared = {place for place in self._compared if place[0] >= before}
