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
from hil.sensing.model import RESTS_S, Chances, Model, age_of, at_score, chance_of, kind_of, zone_of
from hil.sensing.surroundings import Around

Floats = NDArray[np.float64]
SURELY = 1e-9  # a normal score has no end
BLOCK = 256  # looks whose chance is drawn at once
ANEW = 100  # between the numbers of one and the next track of somebody
STREAM = crc32(b"errors of the statistical level")


# Of one look: what is added to the scores, scores of a new track, two draws between 0 and 1.
_Chance = tuple[list[float], list[float], list[float]]


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


@dataclass(frozen=True, slots=True)
class _Look:
    """What decides what becomes of him until the next."""

    t_s: float
    step_s: float  # since the last one, or since he came into view
    stands: bool
    rolls: bool  # the truck
    chances: Chances
    found_per_s: Sequence[float]


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
        self._block: list[_Chance] = []
        self._score: list[float] = []
        self._told = self._ever = self._in_view = False
        self._moving = self._seen = True  # as he is told of: proven to move, seen by any radar now
        self._waited_s = self._rested_s = self._left_s = 0.0
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
        chance = self._chance()
        if true is None:
            self._told = self._ever = self._in_view = False
            self._waited_s = self._rested_s = 0.0
            return None
        step_s = self._step_s if self._in_view else true.t_s - true.born_t_s
        self._in_view = True
        zone, speed_mps = zone_of(true.x_m, near * true.y_m, width_m), math.hypot(true.vx_mps, true.vy_mps)
        stands, rolls = speed_mps <= MOVES_MPS, truck_mps >= STILL_MPS
        found_per_s = self._model.found_of(zone, near * true.y_m - width_m / 2, around, self._who)
        now = _Look(true.t_s, step_s, stands, rolls, self._model.chances_of(self._who, zone), found_per_s)
        if self._told:
            self._go_on(now, chance)
        else:
            self._perhaps_found(now, chance)
        if not self._told:
            return None
        age = age_of(true.t_s - self._born_t_s, speed_mps, moving=self._moving)
        quantiles = self._model.errors_of(self._who, zone, age, around)
        error = [at_score(q, z) for q, z in zip(quantiles, self._score, strict=True)]
        # Errors are fitted within his gate; both at once would be drawn beyond it.
        within = min(1.0, 0.99 * GATE_M[self._who] / max(math.hypot(error[0], error[1]), 1e-6))
        error[:2] = [within * error[0], within * error[1]]
        return self._track(true, turned(true.vx_mps, near * true.vy_mps, lag_rad), near, error)

    def _chance(self) -> _Chance:
        if self._looks % BLOCK == 0:
            normals = self._rng.standard_normal((2, BLOCK, len(self._scores.kept)))
            luck = self._rng.random((BLOCK, 2))
            drawn = normals[0] @ self._scores.fresh.T, normals[1] @ self._scores.first.T, luck
            self._block = list(zip(*(part.tolist() for part in drawn), strict=True))
        self._looks += 1
        return self._block[(self._looks - 1) % BLOCK]

    def _perhaps_found(self, now: _Look, chance: _Chance) -> None:
        """By his motion; while he stands by his breath, or because an echo of his was taken to move."""
        luck, chances = chance[2][0], now.chances
        if not now.stands:
            self._rested_s = 0.0
            before_s, self._waited_s = self._waited_s, self._waited_s + now.step_s
            rates_per_s = chances.regained_per_s if self._ever else chances.gained_per_s
            if luck < chance_of(rates_per_s, before_s, self._waited_s):
                self._begin(now.t_s, chance, moving=True)
            return
        before_s, self._rested_s = self._rested_s, 0.0 if now.rolls else self._rested_s + now.step_s
        taken = now.step_s * chances.still_per_s[now.rolls]
        found = 0.0 if now.rolls else chance_of(now.found_per_s, before_s, self._rested_s, RESTS_S)
        if luck < taken + found:
            self._begin(now.t_s, chance, moving=luck < taken)

    def _go_on(self, now: _Look, chance: _Chance) -> None:
        """Told of already: as before, or lost, or proven to move by now."""
        fresh, _, luck = chance
        breath = now.chances.breath
        leaves = not (now.stands or self._moving)
        before_s, self._left_s = self._left_s, self._left_s + now.step_s if leaves else 0.0
        if leaves:
            if luck[0] < chance_of(breath.proven_per_s, before_s, self._left_s):
                self._moving, self._seen, self._score = True, True, chance[1]  # the same track, decision 0140
                return
        elif luck[0] < now.step_s * self._lost_per_s(now):
            self._told, self._waited_s, self._rested_s = False, 0.0, 0.0
            return
        if not self._moving:
            changes_per_s = (breath.hidden_per_s if self._seen else breath.shown_per_s)[now.rolls]
            self._seen ^= luck[1] < now.step_s * changes_per_s
        kept = self._scores.kept
        self._score = [k * old + new for k, old, new in zip(kept, self._score, fresh, strict=True)]

    def _lost_per_s(self, now: _Look) -> float:
        return now.chances.lost_per_s if self._moving else now.chances.breath.lost_per_s[now.rolls]

    def _begin(self, t_s: float, chance: _Chance, *, moving: bool) -> None:
        if self._ever:
            self._id += ANEW
        self._told = self._ever = self._seen = True
        self._moving, self._left_s = moving, 0.0
        self._score = chance[1]
        ages_s = self._model.age_s.get(kind_of(self._who, moving=moving), self._model.age_s["all"])
        self._born_t_s = t_s - at_score(ages_s, NormalDist().inv_cdf(max(chance[2][1], SURELY)))

    def _track(
        self, true: Track, velocity_mps: tuple[float, float], near: int, error: Sequence[float]
    ) -> Track:
        vx, vnear = velocity_mps[0] + error[2], velocity_mps[1] + error[3]
        speed_mps = max(math.hypot(vx, vnear), 1e-6)
        along = across = 0.0
        if self._moving and speed_mps > MOVES_MPS:  # the tracker tells none of who is slower
            along, across = _along(true, near)
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
            moving=self._moving,
            breathes=not self._moving,
            radars=true.radars if self._seen else (),
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
