"""Tracks of nobody, as often and as long as the raw chain shows them."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from zlib import crc32

import numpy as np

from edge_controller.messages import Track
from hil.sensing.drawn_user import stated
from hil.sensing.matching import STILL_MPS, Carrier, Company, Who, has_left, turned
from hil.sensing.model import RESTS_MPS, FalseTrack, FalseTracks, Model
from hil.sensing.surroundings import Around, Setting

FIRST_ID = 10_000
LUCKS = 3  # draws for each who may carry one: whether, which, how long after the truck has stopped
STREAM = crc32(b"false tracks of the statistical level")


@dataclass(frozen=True, slots=True)
class Now:
    """What decides how many there are."""

    truck_mps: float
    company: Company
    setting: Setting
    at: tuple[float, float, float] = (0.0, 0.0, 0.0)  # x, y in m, heading in rad: world axes, near positive


@dataclass(frozen=True, slots=True)
class _Shown:
    what: FalseTrack
    id: int
    begun_s: float
    user: int | None  # whom it is beside; None: the truck
    around: Around  # when it began
    rolled: bool  # the truck did then
    rests_s: float  # so long it stays once the truck stands
    fixed_m: tuple[float, float]  # over ground, of one that breathes


class DrawnFalse:
    """Remembers those that are there; as many draws a look whatever happens."""

    def __init__(self, users: tuple[Who, ...], seed: int, model: Model, step_s: float) -> None:
        self._users = users
        self._model = model
        self._step_s = step_s
        self._rng, self._breathing = (np.random.default_rng([STREAM, seed, *of]) for of in ((), (1,)))
        self._shown: list[_Shown] = []
        self._next_id = FIRST_ID
        self._stopped_s = math.inf

    def look(self, t_s: float, now: Now, told: Mapping[int, Carrier], near: int) -> list[Track]:
        """`told`: whom there may be one beside now, by number."""
        self._stopped_s = math.inf if now.truck_mps >= STILL_MPS else min(self._stopped_s, t_s)
        luck = self._rng.random((1 + len(self._users), LUCKS)).tolist()
        breathing_luck = self._breathing.random(LUCKS).tolist()
        self._perhaps(self._model.false_at(now.setting, now.truck_mps, now.company), t_s, now, None, luck[0])
        if now.truck_mps < STILL_MPS:
            self._perhaps(
                self._model.false_breathing(now.setting, now.company), t_s, now, None, breathing_luck
            )
        for n, who in enumerate(self._users):
            if n in told:
                tracks = self._model.false_beside(who, now.setting, told[n].share)
                self._perhaps(tracks, t_s, now, n, luck[n + 1])
        self._shown = [one for one in self._shown if self._is_there(one, t_s, now, told)]
        truck = Carrier(0.0, 0.0, now.truck_mps, 0.0)
        return [
            _standing(one, t_s, now, near)
            if one.what.breathes
            else _track(one, t_s, truck if one.user is None else told[one.user], near)
            for one in self._shown
        ]

    def _perhaps(
        self, tracks: FalseTracks, t_s: float, now: Now, user: int | None, luck: list[float]
    ) -> None:
        if luck[0] < tracks.begun_per_s * self._step_s:
            what = tracks.seen[int(luck[1] * len(tracks.seen))]
            rests_s = -math.log(1 - luck[2]) / self._model.ends_at_rest_per_s
            rolled = now.truck_mps >= STILL_MPS and not self._is_vehicle(user)
            fixed_m = _over_ground(what.at_first, now)
            around = now.setting.around
            self._shown.append(_Shown(what, self._next_id, t_s, user, around, rolled, rests_s, fixed_m))
            self._next_id += 1

    def _is_vehicle(self, user: int | None) -> bool:
        return user is not None and self._users[user] == "vehicle"

    def _is_there(self, one: _Shown, t_s: float, now: Now, told: Mapping[int, Carrier]) -> bool:
        """Not longer than what shows it: its carrier, the motion of the truck, what stood there."""
        if t_s - one.begun_s >= one.what.lasts_s or (one.user is not None and one.user not in told):
            return False
        if self._is_vehicle(one.user) or one.what.breathes:
            return True
        outlived = one.rolled and t_s - self._stopped_s > one.rests_s
        return not outlived and not has_left(one.around, now.setting.around)


def _between(first: tuple[float, float], last: tuple[float, float], share: float) -> tuple[float, float]:
    return first[0] + share * (last[0] - first[0]), first[1] + share * (last[1] - first[1])


def _over_ground(at_m: tuple[float, float], now: Now) -> tuple[float, float]:
    x_m, y_m, heading_rad = now.at
    ahead_m, aside_m = turned(*at_m, heading_rad)
    return x_m + ahead_m, y_m + aside_m


def _standing(one: _Shown, t_s: float, now: Now, near: int) -> Track:
    """Where it was first shown, whatever the truck does."""
    x_m, y_m, heading_rad = now.at
    ahead_m, near_m = turned(one.fixed_m[0] - x_m, one.fixed_m[1] - y_m, -heading_rad)
    return _told(one, t_s, (ahead_m, near * near_m), (0.0, 0.0))


def _track(one: _Shown, t_s: float, by: Carrier, near: int) -> Track:
    what = one.what
    share = min((t_s - one.begun_s) / what.way_s, 1.0) if what.way_s > 0 else 0.0
    scale = math.hypot(by.vx_mps, by.vnear_mps) / max(what.carrier_mps, RESTS_MPS)
    x_m, near_m = by.shown_at(*_between(what.at_first, what.at_last, share))
    faster_mps = turned(*what.faster_mps, by.course_rad)
    vx_mps, vnear_mps = by.vx_mps + scale * faster_mps[0], by.vnear_mps + scale * faster_mps[1]
    return _told(one, t_s, (x_m, near * near_m), (vx_mps, near * vnear_mps))


def _told(one: _Shown, t_s: float, at_m: tuple[float, float], velocity_mps: tuple[float, float]) -> Track:
    what = one.what
    return Track(
        id=one.id,
        t_s=t_s,
        x_m=at_m[0],
        y_m=at_m[1],
        vx_mps=velocity_mps[0],
        vy_mps=velocity_mps[1],
        covariance=stated(what.velocity_sigma_mps, what.velocity_sigma_mps),
        length_m=1.8,
        width_m=0.6,
        born_t_s=one.begun_s - what.age_s,
        hits=3,
        confirmed=True,
        moving=not what.breathes,
        breathes=what.breathes,
        radars=("statistical",),
    )
