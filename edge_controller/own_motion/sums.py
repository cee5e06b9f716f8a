"""Cumulative sums of what a radar lacks (Page, "Continuous inspection schemes", Biometrika 41, 1954)."""

import math
from dataclasses import dataclass, field

import numpy as np

from edge_controller.own_motion.plain import Plain, number

SECONDS = 4.0
# Places are nearly independent of each other, of 2 dB spread, with some far off. Drawn again from those of
# simulated streets, four neighbours together, they reach this limit by luck less than once in 430 km.
PLACES_SLACK_DB, PLACES_LIMIT = 1.75, 7.0
PLACES_MOST_DB = 5.0  # said by one place
PLACES_SPREADS = 0.8  # the allowance where places differ more: of their r.m.s.
PLACES_LEARNED, PLACES_STEADY = 20, 200


@dataclass(slots=True)
class Sum:
    """One-sided cumulative sum of how much too little comes; raised until it has run empty again."""

    slack: float
    limits: float = SECONDS  # slacks to the limit
    most: float = math.inf  # that one second may say, in dB
    value: float = 0.0
    raised: bool = False
    loss_db: float = 0.0

    def add(self, lack_db: float) -> None:
        """One second's lack."""
        limit = self.limits * self.slack
        self.value = min(2 * limit, max(0.0, self.value + min(lack_db, self.most) - self.slack))
        self.loss_db += 0.2 * (lack_db - self.loss_db)
        self.raised = self.value > limit or (self.raised and self.value > 0)


@dataclass(slots=True)
class Difference:
    """Between what two radars lack at the same places; what is usual of it is learned from the first ones."""

    sum: Sum = field(default_factory=lambda: Sum(PLACES_SLACK_DB, PLACES_LIMIT))
    clearer: Sum = field(default_factory=lambda: Sum(PLACES_SLACK_DB, PLACES_LIMIT))
    usual_db: float = 0.0
    square_db2: float = 0.0  # mean of how far places are off it
    lessons: list[float] = field(default_factory=list)
    count: int = 0
    said_db: float = 0.0  # by the last place, more than usual

    @property
    def learned(self) -> bool:
        """Whether what is usual is known."""
        return self.count >= PLACES_LEARNED

    def add(self, more_db: float, *, sure: bool = True) -> None:
        """One place at which one radar lacked so much more than the other; `sure` of the other's own lack."""
        self.count += 1
        if self.count <= PLACES_LEARNED:
            self._learn(more_db)
            return
        lack_db = self._more_than_usual_db(more_db)
        self.said_db = lack_db
        self.sum.add(lack_db)
        if sure:
            self.clearer.add(-lack_db)
        if self.clearer.raised:  # a film that was there when it was learned is gone, and would hide the next
            self.count, self.lessons, self.clearer = 0, [], Sum(PLACES_SLACK_DB, PLACES_LIMIT)
        elif sure and not self.sum.raised and self.count < PLACES_STEADY:
            self.usual_db += min(3.0, max(-3.0, lack_db)) / self.count
            self._allow(self.square_db2 + (lack_db * lack_db - self.square_db2) / self.count)

    def kept(self) -> Plain:
        """For the next start."""
        return {"usual_db": self.usual_db, "square_db2": self.square_db2, "places": self.count}

    @classmethod
    def of(cls, plain: Plain) -> "Difference":
        """As it was kept; ValueError where it was not."""
        found = cls(usual_db=number(plain, "usual_db"), count=int(number(plain, "places", PLACES_LEARNED)))
        found._allow(number(plain, "square_db2", 0.0))
        return found

    def _learn(self, more_db: float) -> None:
        self.lessons.append(more_db)
        self.usual_db = float(np.median(self.lessons))
        self._allow(float(np.mean([self._more_than_usual_db(one) ** 2 for one in self.lessons])))

    def _more_than_usual_db(self, more_db: float) -> float:
        return min(PLACES_MOST_DB, max(-PLACES_MOST_DB, more_db - self.usual_db))

    def _allow(self, square_db2: float) -> None:
        self.square_db2 = square_db2
        self.sum.slack = self.clearer.slack = max(PLACES_SLACK_DB, PLACES_SPREADS * math.sqrt(square_db2))
