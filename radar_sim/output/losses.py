"""A capture network that loses and reorders packets; what the headers say stays true."""

from dataclasses import dataclass

import numpy as np

from radar_sim.errors import SceneError


@dataclass(frozen=True, slots=True)
class Losses:
    """Losses come in bursts (two states, after Gilbert); a late packet lets up to `reorder_depth` pass.

    Each frame is drawn by itself, from the state that holds in the mean: its loss does not depend on which
    frames were sent before. Nothing is held back beyond the frame.
    """

    probability: float = 0.0  # of a packet to be lost
    burst: float = 1.0  # mean length of a loss, packets
    reorder_depth: int = 0
    reorder_probability: float = 0.1  # of a packet to be late, where there is a depth

    def __post_init__(self) -> None:
        if not 0 <= self.probability < 1:
            raise SceneError(f"losses: probability is {self.probability!r}, outside 0 to below 1")
        if not 1 <= self.burst <= 1e6:
            raise SceneError(f"losses: burst is {self.burst!r}, outside 1 to a million packets")
        if self.probability > self.burst * (1 - self.probability):
            raise SceneError(f"losses: bursts of {self.burst:g} are too short for so many lost packets")
        if type(self.reorder_depth) is not int or not 0 <= self.reorder_depth <= 10_000:
            raise SceneError(f"losses: reorder_depth is {self.reorder_depth!r}, not a whole number to 10000")
        if not 0 <= self.reorder_probability <= 1:
            raise SceneError(f"losses: reorder_probability is {self.reorder_probability!r}, outside 0 to 1")

    def suffered(self, packets: list[bytes], rng: np.random.Generator) -> list[bytes]:
        """What arrives of one frame, in the order of arrival."""
        lost = self._lost(len(packets), rng)
        late = rng.uniform(size=len(packets)) < self.reorder_probability
        behind = rng.integers(1, self.reorder_depth, len(packets), endpoint=True) if self.reorder_depth else 0
        # A packet that is n late falls between the n-th after it and the one behind that.
        place = np.arange(len(packets)) + np.where(late, np.add(behind, 0.5), 0.0) * bool(self.reorder_depth)
        return [packets[n] for n in np.argsort(place, kind="stable") if not lost[n]]

    def _lost(self, count: int, rng: np.random.Generator) -> list[bool]:
        draws = rng.uniform(size=count)
        begins = self.probability / (self.burst * (1 - self.probability))
        lost, state = [], bool(rng.uniform() < self.probability)
        for draw in draws:
            lost.append(state)
            state = bool(draw < (1 - 1 / self.burst if state else begins))
        return lost
