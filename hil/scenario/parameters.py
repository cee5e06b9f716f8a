"""Parameters of a scenario file: what is drawn anew for each encounter, and what follows from that."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from statistics import NormalDist

import numpy as np

from hil.scenario.expression import Expression, Value

LEAST_SHARE = 1e-6  # of a normal distribution within its bounds: less is practically never drawn


@dataclass(frozen=True, slots=True)
class Range:
    """Uniform from one end to the other."""

    name: str
    low: float
    high: float

    def middle(self) -> float:
        """Half way."""
        return (self.low + self.high) / 2

    def ends(self) -> tuple[float, ...]:
        """What a corner takes."""
        return self.low, self.high

    def drawn(self, rng: np.random.Generator) -> float:
        """One draw."""
        return float(rng.uniform(self.low, self.high))


@dataclass(frozen=True, slots=True)
class Normal:
    """Normally distributed, nothing beyond the bounds."""

    name: str
    mean: float
    sigma: float
    low: float
    high: float

    def share(self) -> float:
        """How much of the whole distribution lies within the bounds."""
        low, high = self._shares()
        return high - low

    def middle(self) -> float:
        """The mean, or the bound nearest to it."""
        return min(max(self.mean, self.low), self.high)

    def ends(self) -> tuple[float, ...]:
        """The bounds."""
        return self.low, self.high

    def drawn(self, rng: np.random.Generator) -> float:
        """One draw, by the inverse of the distribution: always as many random numbers."""
        share = float(rng.uniform(*self._shares()))
        found = NormalDist(self.mean, self.sigma).inv_cdf(min(max(share, 1e-300), 1 - 1e-16))
        return min(max(found, self.low), self.high)

    def _shares(self) -> tuple[float, float]:
        whole = NormalDist(self.mean, self.sigma)
        return whole.cdf(self.low), whole.cdf(self.high)


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of a few texts or numbers."""

    name: str
    options: tuple[Value, ...]
    weights: tuple[float, ...]  # one each, their sum is 1

    def middle(self) -> Value:
        """The first stands for all."""
        return self.options[0]

    def ends(self) -> tuple[Value, ...]:
        """Every one."""
        return self.options

    def drawn(self, rng: np.random.Generator) -> Value:
        """One draw."""
        return self.options[int(rng.choice(len(self.options), p=self.weights))]


@dataclass(frozen=True, slots=True)
class Derived:
    """Follows from parameters above it."""

    name: str
    expression: Expression


Parameter = Range | Normal | OneOf


def drawn_values(parameters: Sequence[Parameter], rng: np.random.Generator) -> dict[str, Value]:
    """One encounter's, in the order of the file."""
    return {parameter.name: parameter.drawn(rng) for parameter in parameters}


def middle_values(parameters: Sequence[Parameter]) -> dict[str, Value]:
    """The middle of every range."""
    return {parameter.name: parameter.middle() for parameter in parameters}


def corner_values(parameters: Sequence[Parameter], corners: Sequence[str]) -> list[dict[str, Value]]:
    """All combinations of the ends of those, the rest in the middle."""
    if not corners:
        return []
    ends: Mapping[str, Sequence[Value]] = {parameter.name: parameter.ends() for parameter in parameters}
    middle = middle_values(parameters)
    return [
        {**middle, **dict(zip(corners, combined, strict=True))}
        for combined in product(*(ends[name] for name in corners))
    ]


def end_values(parameters: Sequence[Parameter]) -> list[dict[str, Value]]:
    """Each parameter at each of its ends, the rest in the middle."""
    middle = middle_values(parameters)
    return [{**middle, parameter.name: end} for parameter in parameters for end in parameter.ends()]
