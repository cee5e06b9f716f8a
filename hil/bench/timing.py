"""Things that are compared take turns; a ratio is the median of those of the turns, with its interval.

Timed is what the thread took of the processor, so that others on the machine disturb little.
"""

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from scipy import stats

Work = Callable[[], object]
CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Timed:
    """A thing to be timed and what makes it ready, which is not."""

    work: Work
    prepare: Work = lambda: None


@dataclass(frozen=True, slots=True)
class Ratio:
    """Median, and where the true median lies with 95 % confidence."""

    median: float
    low: float
    high: float


def turns(
    things: dict[str, Timed], rounds: int, begin: Callable[[int], object] = lambda _: None
) -> Iterator[dict[str, float]]:
    """Seconds of each, `rounds` times. Each runs once uncounted before: its data is in the caches."""
    for turn in range(rounds):
        begin(turn)
        yield {name: _seconds(one) for name, one in things.items()}


def ratio(times: list[dict[str, float]], one: str, other: str) -> Ratio:
    """`one` over `other`, turn by turn."""
    found = sorted(turn[one] / turn[other] for turn in times)
    # Order statistics: how many of n turns lie below the true median is binomial.
    outside = int(stats.binom.ppf((1 - CONFIDENCE) / 2, len(found), 0.5))
    return Ratio(statistics.median(found), found[max(outside - 1, 0)], found[min(-outside, -1)])


def milliseconds(times: list[dict[str, float]], name: str) -> float:
    """Median."""
    return 1e3 * statistics.median(turn[name] for turn in times)


def _seconds(one: Timed) -> float:
    for _ in range(2):
        one.prepare()
        start = time.thread_time()
        one.work()
        took = time.thread_time() - start
    return took
