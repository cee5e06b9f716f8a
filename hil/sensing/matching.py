"""Whose track is it? Every frame's tracks are shared out among the true road users; the rest is false."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, get_args

from hil.road_user import KINDS, RIDERS, VEHICLES, Kind
from hil.sensing.perfect import FORGOTTEN_S, SLOW_MPS, Watched, acceleration_mps2, in_view
from hil.sensing.surroundings import FREE, Around
from hil.sensing.told import Frame, Told, ToldTrack, TrueUser

Who = Literal["rider", "walker", "vehicle"]
Company = Literal["nobody", "one", "several", "vehicles"]
WHO: tuple[Who, ...] = get_args(Who)
GATE_M: dict[Who, float] = {"rider": 2.0, "walker": 1.6}  # from his middle
VEHICLE_M = 1.0  # around its box
REACH_M = 45.0, 18.0  # ahead or behind, beside; of vehicles
# From the front: further away, behind it on the far side, or while it stands, a vehicle shows hardly a track.
SHOWN_AHEAD_M, SHOWN_BEHIND_M, FAR_BEHIND_M = 25.0, 30.0, 5.0
MOVES_MPS = 0.6  # slower than that somebody stands: only his breath tells of him, and best to a truck at rest
STILL_MPS = 0.1  # a slower truck stands
FULL_M = 10.0  # a vehicle so long has the rate of the fit, one half as long half of it
COURSE_S = 1.0  # the tracker's course is about the mean of so long: it does not follow a rider's sway


@dataclass(frozen=True, slots=True)
class Look:
    """One road user at one look: how he is, and what is told of him."""

    t_s: float
    truck_mps: float
    true: TrueUser
    along_mps2: float  # true, in and to the near side of his course, as perfect sensing has them
    across_mps2: float
    lag_rad: float  # by how much the tracker's course is older, near side positive
    around: Around
    share: float  # of what false tracks he shows beside himself
    track: ToldTrack | None

    @property
    def velocity_mps(self) -> tuple[float, float]:
        """True, but for a course as old as the tracker's."""
        return turned(self.true.vx_mps, self.true.vnear_mps, self.lag_rad)


@dataclass(slots=True)
class UserHistory:
    """One road user while he is in view without a break."""

    who: Who
    looks: list[Look] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Carrier:
    """What a false track is beside: the truck itself, or somebody; near side positive."""

    x_m: float
    near_m: float
    vx_mps: float
    vnear_mps: float
    kind: Kind | None = None  # None: the truck

    @property
    def share(self) -> float:
        """How much it shows of itself, of what a vehicle of the full length does; people show all."""
        if self.kind not in VEHICLES:
            return 1.0
        behind_m = SHOWN_BEHIND_M if self.near_m > 0 else FAR_BEHIND_M
        is_shown = (
            -behind_m <= self.x_m <= SHOWN_AHEAD_M and math.hypot(self.vx_mps, self.vnear_mps) > MOVES_MPS
        )
        return KINDS[self.kind].length_m / FULL_M if is_shown else 0.0

    @property
    def reach_m(self) -> tuple[float, float]:
        """Along and across: places beside a vehicle are in these units, so that they are beside any."""
        if self.kind not in VEHICLES:
            return 1.0, 1.0
        return KINDS[self.kind].length_m / 2 + VEHICLE_M, KINDS[self.kind].width_m / 2 + VEHICLE_M

    @property
    def course_rad(self) -> float:
        """One that stands is taken to stand along the truck."""
        is_slow = math.hypot(self.vx_mps, self.vnear_mps) <= SLOW_MPS
        return 0.0 if is_slow else math.atan2(self.vnear_mps, self.vx_mps)

    def sees(self, x: float, near: float) -> tuple[float, float]:
        """A vector in truck axes: along its course, and to the near side where x is ahead."""
        return turned(x, near, -self.course_rad)

    def place_of(self, x_m: float, near_m: float) -> tuple[float, float]:
        """A place in truck axes as it sees it, in its units."""
        along_m, across_m = self.sees(x_m - self.x_m, near_m - self.near_m)
        return along_m / self.reach_m[0], across_m / self.reach_m[1]

    def shown_at(self, along: float, across: float) -> tuple[float, float]:
        """Back again: metres in truck axes."""
        x_m, near_m = turned(along * self.reach_m[0], across * self.reach_m[1], self.course_rad)
        return self.x_m + x_m, self.near_m + near_m


@dataclass(slots=True)
class FalseHistory:
    """One track that is nobody's."""

    around: Around
    truck_mps: float
    company: Company
    beside: Who | None  # it began within reach of somebody who has a track already, or of a vehicle
    user: int | None  # his number
    cut: bool = False  # the drive ended first, or what stood beside the road
    stopped_s: float | None = None  # when the truck came to rest, if it rolled before
    at: list[tuple[float, ToldTrack, Carrier]] = field(default_factory=list)

    @property
    def is_fixed(self) -> bool:
        """First told of as one who breathes, it stands over ground; a vehicle that shakes carries its own."""
        return not self.at[0][1].moving and self.beside != "vehicle"


@dataclass(frozen=True, slots=True)
class Matched:
    """One drive, shared out."""

    told: Told
    users: tuple[UserHistory, ...]
    false: tuple[FalseHistory, ...]


def turned(x: float, near: float, by_rad: float) -> tuple[float, float]:
    """A vector turned to the near side, where x is ahead."""
    cos, sin = math.cos(by_rad), math.sin(by_rad)
    return x * cos - near * sin, x * sin + near * cos


def in_reach(x_m: float, near_m: float) -> bool:
    """Of a vehicle's middle: its ends, and what it mirrors, are told of from further away than people are."""
    return abs(x_m) <= REACH_M[0] and abs(near_m) <= REACH_M[1]


def who_is(kind: Kind) -> Who:
    """As far as a radar tells kinds apart."""
    if kind in VEHICLES:
        return "vehicle"
    return "rider" if kind in RIDERS else "walker"


def company_of(in_view: Iterable[Who]) -> Company:
    """Whose echoes may come a second way: a vehicle's hide all others'; two are mirrored twice as often."""
    there = list(in_view)
    if "vehicle" in there:
        return "vehicles"
    return "several" if len(there) > 1 else "one" if there else "nobody"


def company_in(frame: Frame, width_m: float) -> Company:
    """Of those in view, as the statistical level has them; `width_m` is the truck's."""
    return company_of(who_is(user.kind) for user in frame.users if _is_seen(user, width_m))


def match(told: Told, width_m: float) -> Matched:
    """`width_m` is the truck's."""
    sharing = _Sharing(told, width_m)
    for frame in told.frames:
        sharing.add(frame)
    sharing.end()
    return Matched(told, tuple(sharing.users), tuple(sharing.false))


class _Sharing:
    def __init__(self, told: Told, width_m: float) -> None:
        self._told = told
        self._width_m = width_m
        self.users: list[UserHistory] = []
        self.false: list[FalseHistory] = []
        self._open: dict[int, tuple[UserHistory, Watched]] = {}  # by road user
        self._his: dict[int, int] = {}  # road user -> id of the track he had last
        self._nobodys: dict[int, FalseHistory] = {}  # by track

    def add(self, frame: Frame) -> None:
        """In order of time."""
        free = {track.id: track for track in frame.tracks}
        for user in frame.users:
            track = None if user.kind in VEHICLES else self._pick(user, free)
            if track is not None:
                del free[track.id]
                self._his[user.number] = track.id
            self._note(frame, user, track)
        for number in [number for number in self._nobodys if number not in free]:
            gone = self._nobodys.pop(number)
            gone.cut = has_left(gone.around, frame.setting.around)
        for track in free.values():
            self._false(frame, track)

    def end(self) -> None:
        """Of the drive."""
        for one in self._nobodys.values():
            one.cut = True

    def _pick(self, user: TrueUser, free: dict[int, ToldTrack]) -> ToldTrack | None:
        """The one he had, while it is within reach, else the nearest; of who goes rather one that moves.

        Where he stood his track goes on for a while as if he were still there.
        """
        reach_m = GATE_M[who_is(user.kind)]
        near = {n: d for n, track in free.items() if (d := _apart_m(user, track)) < reach_m}
        if user.speed_mps > MOVES_MPS:
            near = {n: d for n, d in near.items() if free[n].moving} or near
        if not near:
            return None
        his = self._his.get(user.number)
        return free[his if his in near else min(near, key=near.__getitem__)]

    def _note(self, frame: Frame, user: TrueUser, track: ToldTrack | None) -> None:
        if not _is_seen(user, self._width_m):
            return
        t_s = frame.t_s
        history, watched = self._open.get(user.number, (None, None))
        if history is None or watched is None or t_s - watched.last_s > FORGOTTEN_S:
            history, watched = UserHistory(who_is(user.kind)), Watched(t_s, t_s)
            self._open[user.number] = history, watched
            self.users.append(history)
        watched.note(t_s, user.speed_mps, user.course_rad)
        lag_rad = watched.course_lag_rad(COURSE_S)
        along_across = acceleration_mps2(watched)
        around = frame.setting.around
        share = carrier_of(user).share
        history.looks.append(Look(t_s, frame.truck_mps, user, *along_across, lag_rad, around, share, track))

    def _false(self, frame: Frame, track: ToldTrack) -> None:
        history = self._nobodys.get(track.id)
        if history is None:
            near = [user for user in frame.users if _is_beside(user, track)]
            beside = min(near, key=lambda user: _apart_m(user, track), default=None)
            who, number = (None, None) if beside is None else (who_is(beside.kind), beside.number)
            company = company_in(frame, self._width_m)
            history = FalseHistory(frame.setting.around, frame.truck_mps, company, who, number)
            self._nobodys[track.id] = history
            self.false.append(history)
        history.at.append((frame.t_s, track, _carrier(frame, history.user)))
        stops = history.stopped_s is None and frame.truck_mps < STILL_MPS <= history.truck_mps
        if stops and not history.is_fixed:
            history.stopped_s = frame.t_s


def has_left(around: Around, now: Around) -> bool:
    """What showed it is no longer within reach."""
    return around not in FREE and now in FREE


def _is_seen(user: TrueUser, width_m: float) -> bool:
    if user.kind in VEHICLES:
        return user.in_sight and in_reach(user.x_m, user.near_m)
    return user.in_sight and in_view(user.x_m, user.near_m, width_m)


def _carrier(frame: Frame, number: int | None) -> Carrier:
    if number is None:
        return Carrier(0.0, 0.0, frame.truck_mps, 0.0)
    return carrier_of(frame.users[number])


def carrier_of(user: TrueUser) -> Carrier:
    """Of what may be beside him."""
    return Carrier(user.x_m, user.near_m, user.vx_mps, user.vnear_mps, user.kind)


def _apart_m(user: TrueUser, track: ToldTrack) -> float:
    return math.hypot(track.x_m - user.x_m, track.near_m - user.near_m)


def _is_beside(user: TrueUser, track: ToldTrack) -> bool:
    """Within his gate; of a vehicle, in its box or little outside."""
    if user.kind not in VEHICLES:
        return _apart_m(user, track) < GATE_M[who_is(user.kind)]
    along, across = carrier_of(user).place_of(track.x_m, track.near_m)
    return abs(along) < 1.0 and abs(across) < 1.0
