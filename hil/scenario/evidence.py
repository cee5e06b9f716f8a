"""Both drives of a scenario, and the few questions that several measures ask of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from hil.runlog import RunLog, Tick
from hil.scenario.scenario import Scenario

Condition = Callable[[Tick], bool]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the bench saw."""

    scenario: Scenario
    without: RunLog
    with_system: RunLog

    def before_braking(self) -> Iterator[Tick]:
        """Ticks while the script alone moves the truck."""
        xbr_s = self.with_system.xbr_s
        return (tick for tick in self.with_system.ticks if xbr_s is None or tick.t_s < xbr_s)

    def at(self, t_s: float) -> Tick:
        """First tick from then on."""
        return next((tick for tick in self.with_system.ticks if tick.t_s >= t_s), self.with_system.ticks[-1])


def first(log: RunLog, condition: Condition, since_s: float = 0.0) -> Tick | None:
    """First tick from `since_s` on that fulfils the condition."""
    return next((tick for tick in log.ticks if tick.t_s >= since_s and condition(tick)), None)


def total_s(log: RunLog, condition: Condition, since_s: float = 0.0) -> float:
    """How long the condition held altogether."""
    return sum(b.t_s - a.t_s for a, b in pairwise(log.ticks) if a.t_s >= since_s and condition(a))


def longest_s(log: RunLog, condition: Condition) -> float:
    """How long the condition held at the longest."""
    longest, since_s = 0.0, None
    for tick in log.ticks:
        if not condition(tick):
            since_s = None
        else:
            since_s = tick.t_s if since_s is None else since_s
            longest = max(longest, tick.t_s - since_s)
    return longest


def begins(log: RunLog, condition: Condition) -> int:
    """How often the condition came to hold."""
    before = [False] + [condition(tick) for tick in log.ticks[:-1]]
    return sum(condition(tick) and not was for tick, was in zip(log.ticks, before, strict=True))
