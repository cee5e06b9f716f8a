"""Tracks of nobody, as often and as long as the raw chain shows them."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from zlib import crc32

import numpy as np

from edge_controller.messages import Track
from hil.sensing.drawn_user import stated
from hil.sensing.matching import Carrier, Company, Who, turned
from hil.sensing.model import NONE, RESTS_MPS, FalseTrack, FalseTracks, Model
from hil.sensing.told import Place

FIRST_ID = 10_000
STREAM = crc32(b"false tracks of the statistical level")


@dataclass(frozen=True, slots=True)
class _Shown:
    what: FalseTrack
    id: int
    begun_s: float
    user: int | None  # whom it is beside; None: the truck


class DrawnFalse:
    """Remembers those that are there; as many draws a look whatever happens."""

    def __init__(self, place: Place, users: tuple[Who, ...], seed: int, model: Model, step_s: float) -> None:
        self._place = place
        self._users = users
        self._model = model
        self._step_s = step_s
        self._rng = np.random.default_rng([STREAM, seed])
        self._shown: list[_Shown] = []
        self._next_id = FIRST_ID

    def look(
        self, t_s: float, truck_mps: float, company: Company, told: Mapping[int, Carrier], near: int
    ) -> list[Track]:
        """`told`: whom there may be one beside now, by number."""
        luck = self._rng.random(2 * (1 + len(self._users))).tolist()
        self._perhaps(self._model.false_of(self._place, truck_mps, company), t_s, None, luck[:2])
        for n, who in enumerate(self._users):
            if n in told:
                self._perhaps(self._model.false_beside.get(who, NONE), t_s, n, luck[2 * n + 2 : 2 * n + 4])
        self._shown = [one for one in self._shown if _is_there(one, t_s, told)]
        truck = Carrier(0.0, 0.0, truck_mps, 0.0)
        return [_track(one, t_s, truck if one.user is None else told[one.user], near) for one in self._shown]

    def _perhaps(self, tracks: FalseTracks, t_s: float, user: int | None, luck: list[float]) -> None:
        if luck[0] < tracks.begun_per_s * self._step_s:
            what = tracks.seen[int(luck[1] * len(tracks.seen))]
            self._shown.append(_Shown(what, self._next_id, t_s, user))
            self._next_id += 1


def _is_there(one: _Shown, t_s: float, told: Mapping[int, Carrier]) -> bool:
    return t_s - one.begun_s <= one.what.lasts_s and (one.user is None or one.user in told)


def _between(first: tuple[float, float], last: tuple[float, float], share: float) -> tuple[float, float]:
    return first[0] + share * (last[0] - first[0]), first[1] + share * (last[1] - first[1])


def _track(one: _Shown, t_s: float, by: Carrier, near: int) -> Track:
    what = one.what
    share = min((t_s - one.begun_s) / what.way_s, 1.0) if what.way_s > 0 else 0.0
    scale = math.hypot(by.vx_mps, by.vnear_mps) / max(what.carrier_mps, RESTS_MPS)
    x_m, near_m = turned(*_between(what.from_m, what.to_m, share), by.course_rad)
    faster_mps = turned(*what.faster_mps, by.course_rad)
    return Track(
        id=one.id,
        t_s=t_s,
        x_m=by.x_m + x_m,
        y_m=near * (by.near_m + near_m),
        vx_mps=by.vx_mps + scale * faster_mps[0],
        vy_mps=near * (by.vnear_mps + scale * faster_mps[1]),
        covariance=stated(what.velocity_sigma_mps, what.velocity_sigma_mps),
        length_m=1.8,
        width_m=0.6,
        born_t_s=one.begun_s - what.age_s,
        hits=3,
        confirmed=True,
        moving=True,
        radars=("statistical",),
    )
