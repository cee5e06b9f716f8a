"""One road user as the raw chain would tell of him: late, with errors, lost now and then."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from edge_controller.messages import Track
from hil.sensing.matching import GATE_M, MOVES_MPS, STILL_MPS, Who, turned
from hil.sensing.model import Chances, Model, age_of, at_score, chance_of, zone_of
from hil.sensing.surroundings import Around

Floats = NDArray[np.float64]
SURELY = 1e-9  # a normal score has no end
BLOCK = 256  # looks whose chance is drawn at once
ANEW = 100  # between the numbers of one and the next track of somebody
STREAM = crc32(b"errors of the statistical level")


@dataclass(frozen=True, slots=True)
class Scores:
    """How normal scores go on from look to look: each with its memory, all correlated."""

    step_s: float
    kept: tuple[float, ...]
    fresh: Floats  # (8, 8): times independent normals gives what is added a look
    first: Floats  # (8, 8): likewise of the first look


def scores_of(model: Model, step_s: float) -> Scores:
    """For looks so far apart."""
    together = np.array(model.correlation)
    kept = np.exp(-step_s / np.array(model.memory_s))
    return Scores(step_s, tuple(kept.tolist()), _root(together * (1 - np.outer(kept, kept))), _root(together))


def _root(covariance: Floats) -> Floats:
    """What is not quite a covariance loses the part that cannot be, and keeps its diagonal."""
    values, vectors = np.linalg.eigh(covariance)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    found: Floats = root * np.sqrt(np.diag(covariance) / np.sum(root**2, axis=1))[:, None]
    return found


class DrawnUser:
    """Chance follows from seed and number alone, as many draws a look whatever happens."""

    def __init__(self, who: Who, number: int, seed: int, model: Model, scores: Scores) -> None:
        self._who: Who = who
        self._id = number + 1
        self._model = model
        self._scores = scores
        self._step_s = scores.step_s
        self._rng = np.random.default_rng([STREAM, seed, number])
        self._looks = 0
        self._block: list[tuple[list[float], list[float], list[float]]] = []
        self._score: list[float] = []
        self._told = self._ever = self._seen = False
        self._waited_s = 0.0
        self._born_t_s = 0.0

    def look(
        self,
        true: Track | None,
        lag_rad: float,
        truck_mps: float,
        near: int,
        *,
        width_m: float,
        around: Around,
    ) -> Track | None:
        """What is told of him, in truck axes; `true` is None while he is out of view.

        `lag_rad`: how much older the tracker's course is, near side positive.
        """
        fresh, first, luck = self._chance()
        if true is None:
            self._told = self._ever = self._seen = False
            self._waited_s = 0.0
            return None
        step_s = self._step_s if self._seen else true.t_s - true.born_t_s
        self._seen = True
        zone = zone_of(true.x_m, near * true.y_m, width_m)
        chances = self._model.chances_of(self._who, zone)
        if self._told and luck[0] < chances.lost_per_s * self._step_s:
            self._told, self._waited_s = False, 0.0
        elif self._told:
            kept = self._scores.kept
            self._score = [k * old + new for k, old, new in zip(kept, self._score, fresh, strict=True)]
        elif self._is_gained(true, step_s, truck_mps, chances, luck[0]):
            self._begin(true.t_s, first, luck[1])
        if not self._told:
            return None
        age = age_of(true.t_s - self._born_t_s, math.hypot(true.vx_mps, true.vy_mps))
        quantiles = self._model.errors_of(self._who, zone, age, around)
        error = [at_score(q, z) for q, z in zip(quantiles, self._score, strict=True)]
        # Errors are fitted within his gate; both at once would be drawn beyond it.
        within = min(1.0, 0.99 * GATE_M[self._who] / max(math.hypot(error[0], error[1]), 1e-6))
        error[:2] = [within * error[0], within * error[1]]
        return self._track(true, turned(true.vx_mps, near * true.vy_mps, lag_rad), near, error)

    def _chance(self) -> tuple[list[float], list[float], list[float]]:
        if self._looks % BLOCK == 0:
            normals = self._rng.standard_normal((2, BLOCK, len(self._scores.kept)))
            luck = self._rng.random((BLOCK, 2))
            drawn = normals[0] @ self._scores.fresh.T, normals[1] @ self._scores.first.T, luck
            self._block = list(zip(*(part.tolist() for part in drawn), strict=True))
        self._looks += 1
        return self._block[(self._looks - 1) % BLOCK]

    def _is_gained(self, true: Track, step_s: float, truck_mps: float, chances: Chances, luck: float) -> bool:
        """By his motion; while he stands by his breath, or because an echo of his was taken to move."""
        if math.hypot(true.vx_mps, true.vy_mps) <= MOVES_MPS:
            return luck < self._step_s * chances.still_per_s[truck_mps >= STILL_MPS]
        before_s, self._waited_s = self._waited_s, self._waited_s + step_s
        rates_per_s = chances.regained_per_s if self._ever else chances.gained_per_s
        return luck < chance_of(rates_per_s, before_s, self._waited_s)

    def _begin(self, t_s: float, first: list[float], luck: float) -> None:
        if self._ever:
            self._id += ANEW
        self._told = self._ever = True
        self._score = first
        ages_s = self._model.age_s.get(self._who, self._model.age_s["all"])
        self._born_t_s = t_s - at_score(ages_s, NormalDist().inv_cdf(max(luck, SURELY)))

    def _track(
        self, true: Track, velocity_mps: tuple[float, float], near: int, error: Sequence[float]
    ) -> Track:
        vx, vnear = velocity_mps[0] + error[2], velocity_mps[1] + error[3]
        speed_mps = max(math.hypot(vx, vnear), 1e-6)
        along, across = _along(true, near) if speed_mps > MOVES_MPS else (0.0, 0.0)
        if speed_mps > MOVES_MPS:  # the tracker tells none of who is slower
            along, across = along + error[4], across + error[5]
        ahead, aside = vx / speed_mps, vnear / speed_mps
        length_m, width_m = self._model.size_m
        return Track(
            id=self._id,
            t_s=true.t_s,
            x_m=true.x_m + error[0],
            y_m=near * (near * true.y_m + error[1]),
            vx_mps=vx,
            vy_mps=near * vnear,
            covariance=stated(error[6], error[7]),
            length_m=length_m,
            width_m=width_m,
            born_t_s=self._born_t_s,
            hits=true.hits,
            confirmed=True,
            moving=True,
            radars=true.radars,
            ax_mps2=along * ahead - across * aside,
            ay_mps2=near * (along * aside + across * ahead),
        )


def _along(true: Track, near: int) -> tuple[float, float]:
    """True acceleration in the course and across it; across is to the near side where x is ahead."""
    speed_mps = max(math.hypot(true.vx_mps, true.vy_mps), 1e-6)
    ahead, aside = true.vx_mps / speed_mps, near * true.vy_mps / speed_mps
    anear_mps2 = near * true.ay_mps2
    return true.ax_mps2 * ahead + anear_mps2 * aside, anear_mps2 * ahead - true.ax_mps2 * aside


def stated(place_sigma_m: float, velocity_sigma_mps: float) -> NDArray[Any]:
    """(4, 4) of x, y, vx, vy, alike in both axes."""
    place, velocity = place_sigma_m * place_sigma_m, velocity_sigma_mps * velocity_sigma_mps
    return np.array(
        [[place, 0, 0, 0], [0, place, 0, 0], [0, 0, velocity, 0], [0, 0, 0, velocity]], dtype=np.float64
    )
