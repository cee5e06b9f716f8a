"""What is remembered of one track between frames."""

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from edge_controller.tracking import kalman
from edge_controller.tracking.abreast import Abreast
from edge_controller.tracking.at_rest import AtRest
from edge_controller.tracking.bodies import Body, Velocity
from edge_controller.tracking.clutter import FAR_M, loss
from edge_controller.tracking.course import Course
from edge_controller.tracking.limbs import (
    Glimpse,
    Pace,
    not_yet_shown,
    surely_along_mps,
    true_pace,
    unproven_aside,
)
from edge_controller.tracking.odometry import Floats
from edge_controller.tracking.part import Part
from edge_controller.tracking.passing import SLOWEST_MPS as PASSES_MPS
from edge_controller.tracking.passing import passes
from edge_controller.tracking.rain import Rained
from edge_controller.tracking.set_off import Count, SetOff, Stood

CONFIRM_HITS = 3
CONFIRM_FRAMES = 5
TENTATIVE_MISSES = 3  # in a row
COAST_S = 1.0  # a confirmed track without detections
# Far off an echo is near the noise, and a fade at the little speed between us and a rider outlasts a second.
FAR_COAST_S = 1.5
# The lamp asks for no more, braking does.
LIKELY_FRAMES, LIKELY_SCORE = 4, math.log(100)
STAYS_S = 5.0  # who stands and breathes, while the echo of our own flank lies over his
# A post never shows Doppler over ground, whatever its glint seems to do along a wall.
MOVING_FRAMES = 7
AFTER_REST_FRAMES = 14  # the track of our own flank takes what moves beside it now and then
FIRST_FRAMES = 2
MOVING_SHARE = 0.6  # of its frames
# Who never moved for so many frames is somebody else than who moves there.
STOOD_FRAMES, STOOD_SHARE = 20, 0.2
PROVEN_SCORE = math.log(1e4)  # odds against clutter on a clear day
MOVING_SPEED_MPS = 0.6
MOVING_SIGMAS = 4.0
MOVED_M = 0.4
MOVED_SHARE = 0.5  # of what its speed promises since birth
ALONG_LANE_MPS, ACROSS_LANE_MPS = 4.0, 1.0  # sigmas of a new track's speed
FIRST_DOPPLER_MPS = 0.4
BICYCLE_M = (1.8, 0.6)
THING_M = (0.6, 0.6)
WIDE_M = 0.85  # r.m.s. across the course: the corners of a car and more, never a rider or two abreast
WIDEST_M = 1.6  # the widest has its corners 1.3 m from its middle: what is farther out is somebody else's
END_ON = 0.95  # cosine
GLIMPSES_S = 1.0
SLOWEST_MPS = 1e-6  # so that nothing is divided by zero
# In all but two looks a leaf is smaller; two in a cell now and then are larger. Of a child who only begins to
# come out from behind a car -26 was seen, of people a second later at least -21 (decision 0148).
SMALL_DBSM, SMALL_AT_FIRST_DBSM = -26.0, -30.0
MORE_SHOWN_S, LARGE_LOOKS = 1.0, 3
# Younger, and within so much of our own speed: a speed sideways may be that of our own rims in a rail.
KNOWN_S, LEVEL_MPS = 0.8, 2.0
# Of who may lie in a wall: half way to his image, and a rider who keeps his lane (decision 0157).
ASTRAY_M, ASTRAY_MPS = 0.3, 0.25
# What stood and was not seen for so long may be somebody else who comes out from behind it (decision 0162).
UNSEEN_S = 0.3


@dataclass(slots=True, eq=False)
class Target:
    """One track; state (x, y, vx, vy) over ground."""

    id: int
    born_t_s: float
    mean: Floats
    covariance: Floats
    born_at_m: Floats
    last_hit_t_s: float
    range_m: float = 0.0  # from the radar that hit it last
    hits: int = 0
    said_nothing: int = 0  # of them, those that prove neither that it moves nor that it stands
    confirmed: bool = False
    moving: bool = False
    likely: bool = False  # far off and not yet proven to move; enough for a lamp
    breathes: bool = False
    doppler_frames: int = 0
    set_off: SetOff = field(init=False)
    stood: Stood | None = None  # as long as it gets on from there as a body does
    score: float = 0.0  # logarithm of the odds that it is somebody who moves and no clutter, 0 at least
    largest_dbsm: list[float] = field(
        default_factory=lambda: [-math.inf] * LARGE_LOOKS
    )  # in its looks, falling
    blown: bool = False  # so it was seen to go as nobody does whose body is hidden
    wide_m: float = 0.0  # a vehicle's echoes lie so far to either side, and its corners come and go
    part: Part = field(default_factory=Part)
    wheels_only: bool = False  # its Doppler was once found to be that of wheels or legs
    glimpses: deque[Glimpse] = field(default_factory=deque)
    beyond_t_s: float = -math.inf  # when something moving was last seen beyond it
    before_t_s: float = -math.inf  # and when before it
    lost: bool = False  # in a wall, when last looked for
    lost_t_s: float = -math.inf
    echoes: deque[tuple[float, Floats, Floats]] = field(default_factory=deque)  # t, places, weights
    strongest: float = 0.0  # echo so far
    abreast: Abreast = field(default_factory=Abreast)
    at_rest: AtRest = field(default_factory=AtRest)
    rested: bool = False  # was nobody by that, for a while
    rained: Rained = field(default_factory=Rained)
    seen: deque[bool] = field(default_factory=lambda: deque(maxlen=CONFIRM_FRAMES))
    radars: dict[str, float] = field(default_factory=dict)  # name -> last hit
    course: Course = field(default_factory=Course)

    def __post_init__(self) -> None:
        """It may move from its birth on."""
        self.set_off = SetOff(self.born_t_s, (self.born_at_m.item(0), self.born_at_m.item(1)))

    @property
    def speed_mps(self) -> float:
        """Over ground."""
        return math.hypot(self.mean.item(2), self.mean.item(3))

    @property
    def rides(self) -> bool:
        """Proven to move, or showing Doppler from its first frames on: wheels and legs are its own."""
        return self.moving or (self.hits >= FIRST_FRAMES and self.doppler_frames >= MOVING_SHARE * self.hits)

    @property
    def stands(self) -> bool:
        """Was never seen to do anything else, for long enough to be known by it."""
        if self.moving or not self.confirmed or self.hits < STOOD_FRAMES:
            return False
        return self.doppler_frames < STOOD_SHARE * self.hits and self.speed_mps <= MOVING_SPEED_MPS

    @property
    def stays(self) -> bool:
        """Stands, and was not seen in this look: nobody slides away."""
        return self.breathes and not self.moving and not self.seen[-1]

    @property
    def shows_no_body(self) -> bool:
        """It was never as large as a person; who was just found need only once be larger than most leaves."""
        if not self.moving:
            return False
        if self.last_hit_t_s - self.born_t_s < MORE_SHOWN_S:
            return self.largest_dbsm[0] < SMALL_AT_FIRST_DBSM
        return self.largest_dbsm[-1] < SMALL_DBSM

    def note_blown(self, aside: Floats, least_mps: float) -> None:
        """By its places it goes faster than that along `aside`, beyond doubt, and has long shown no body."""
        if self.shows_no_body and self.last_hit_t_s - self.born_t_s > MORE_SHOWN_S:
            self.blown = self.blown or surely_along_mps(self.glimpses, aside) > least_mps

    def measure(self, section_dbsm: float) -> None:
        """The largest echo of one look."""
        self.largest_dbsm = sorted((*self.largest_dbsm, section_dbsm), reverse=True)[:LARGE_LOOKS]

    @property
    def size_m(self) -> tuple[float, float]:
        """Length along the course and width."""
        return BICYCLE_M if self.rides else THING_M

    def heading(self) -> Floats:
        """Unit vector of the course; of no meaning while the track is slow."""
        return self.mean[2:] / max(self.speed_mps, SLOWEST_MPS)

    def hit(
        self,
        radar: str,
        t_s: float,
        doppler: bool,
        range_m: float,
        *,
        said: bool = True,
        ground_mps: float | None = None,
    ) -> None:
        """This frame has detections of it; `doppler` says they cannot be of a thing that stands, and not
        `said` that they may be our image as well. `ground_mps` is its body's, None where there is none or it
        rests against us.
        """
        self.hits += 1
        self.said_nothing += not said
        self.seen.append(True)
        self.last_hit_t_s, self.range_m = t_s, range_m
        self.abreast.went(t_s, self.mean.item(0), self.mean.item(1))
        self.radars[radar] = t_s
        self.doppler_frames += doppler
        self.confirmed = self.confirmed or sum(self.seen) >= CONFIRM_HITS
        known = self.at_rest
        if known.is_image or (known.lately and (known.always or not self.likely)):
            self._is_nobody(t_s)
        elif self.breathes and not self.moving and not doppler:
            self._perhaps_stood_until_now(t_s)
        if not self.moving:
            self._perhaps_sets_off(doppler, ground_mps, t_s)
        self.moving = self.moving or self._is_proven_moving() or self._proven_by_way()
        self.likely = self.moving or self.likely or self._is_likely()
        self._remember(t_s)

    def velocity(self) -> Velocity:
        """As it is believed."""
        return Velocity(self.mean[2:], self.covariance[2:, 2:])

    def is_end_on(self, from_m: Floats) -> bool:
        """Whether it rides and shows its width: else its length counts wherever the course is known badly."""
        if not self.rides:
            return False
        (ahead, aside), (x_m, y_m) = self._course(), from_m.tolist()
        sight_x, sight_y = self.mean.item(0) - x_m, self.mean.item(1) - y_m
        return bool(abs(ahead * sight_x + aside * sight_y) >= END_ON * math.hypot(sight_x, sight_y))

    def spread(self, at_m: Floats, weight: Floats) -> None:
        """Places of the echoes of its body in one frame, and how much each weighs; of one seen end-on."""
        ahead = self.heading()
        aside_m = at_m @ np.array([-ahead[1], ahead[0]])
        weight = weight / weight.sum()
        spread_m = math.sqrt(float(weight @ (aside_m - weight @ aside_m) ** 2))
        if WIDE_M < spread_m < WIDEST_M:
            self.wide_m = max(self.wide_m, spread_m)

    def see(self, glimpse: Glimpse) -> None:
        """Compare Doppler with the way made; wheels taken for a body are found out.

        What stands shows none of its own: if its place seems to move, that is the bearing.
        """
        self.strongest = max(self.strongest, glimpse.strength)
        self.glimpses.append(glimpse)
        while glimpse.t_s - self.glimpses[0].t_s > GLIMPSES_S:
            self.glimpses.popleft()
        if not self.rides:
            return
        pace = true_pace(self.glimpses)
        # The middle of a vehicle's echoes wanders over its width and length.
        if pace is not None and not self.wide_m and self.part.of_vehicle(glimpse.t_s) is None:
            self._slow_down(pace)

    def note_vehicle(self, body: Body, ahead: Floats, t_s: float) -> bool:
        """What this frame showed of it belongs to a body; drops make one by chance, not twice the same."""
        was_part = self.part.of_vehicle(t_s) is not None
        again = self.part.met_again(body, t_s)
        if again:
            if not was_part:
                self._begin_anew(ahead)
            self._correct(2, body.velocity.mps, body.velocity.covariance)
        return again

    def follow(self, vehicle: Body, at_m: Floats, known_m2: Floats, own: Velocity | None) -> None:
        """As a part of one, anywhere in which its echoes may lie.

        `known_m2`: (2, 2) of the place; `own`: by what was seen of it, where the vehicle was not met again.
        """
        self._correct(0, at_m, vehicle.spread_m2 + known_m2)
        if own is not None:
            self._correct(2, own.mps, own.covariance)

    def _begin_anew(self, ahead: Floats) -> None:
        """A course by the places of a vehicle's part was none."""
        self.mean[2:] = 0.0
        self.covariance[2:] = self.covariance[:, 2:] = 0.0
        self.covariance[2:, 2:] = lane_prior(ahead)
        self.wheels_only = False
        self._forget_way()

    def _forget_way(self) -> None:
        """It lies elsewhere from here on than it seemed to."""
        self.course.forget()
        self.glimpses.clear()
        self.stood = None

    def _correct(self, first: int, measured: Floats, known: Floats) -> None:
        self.mean, self.covariance = kalman.correct(self.mean, self.covariance, first, measured, known)

    def _slow_down(self, pace: Pace) -> None:
        self.wheels_only = True
        self.mean = np.concatenate([pace.at_m, pace.velocity_mps])
        self.covariance = np.diag([pace.place_sigma_m] * 2 + [pace.sigma_mps] * 2) ** 2
        self._forget_way()

    def unmask(self, place: "Target") -> None:
        """What was seen so far were wheels; now he is, where and as fast as a track begun by him would be."""
        self.mean, self.covariance = place.mean, place.covariance
        self._forget_way()

    def may_be_another(self, t_s: float) -> bool:
        """Stood when it was seen last, and that is too long ago for who moves there now to be the same."""
        return not self.moving and t_s - self.last_hit_t_s > UNSEEN_S and self._stood_so_far()

    def is_another(self, place: "Target") -> None:
        """A track begun by who moves there now; what the other did says nothing of him."""
        self.unmask(place)
        self._set_off(place.last_hit_t_s)

    def forget_aside(self, ahead: Floats) -> None:
        """Where he is across `ahead` is not known, nor how fast: he keeps his lane (decision 0157)."""
        aside = np.array([-ahead[1], ahead[0]])
        along = np.zeros((4, 4))
        along[:2, :2] = along[2:, 2:] = np.outer(ahead, ahead)
        across = np.outer(aside, aside)
        self.mean[2:] = ahead * (ahead @ self.mean[2:])
        self.covariance = along @ self.covariance @ along
        self.covariance[:2, :2] += across * ASTRAY_M**2
        self.covariance[2:, 2:] += across * ASTRAY_MPS**2
        self._forget_way()

    def remind(self, radar: str, t_s: float) -> None:
        """Something was where he should be, which may be our own wheel: no proof, no place, no speed."""
        self.last_hit_t_s = t_s
        self.radars[radar] = t_s

    def missed(self) -> None:
        """A radar looked where it should be and saw nothing."""
        self.seen.append(False)
        self.score = max(0.0, self.score + loss(self.range_m))

    def weigh(self, gain: float) -> None:
        """Add what a look says of its being somebody; who only now begins to move starts from nothing."""
        self.score = max(0.0, self.score + gain)

    def is_dead(self, t_s: float) -> bool:
        """Not worth keeping any more."""
        unseen_s = t_s - self.last_hit_t_s
        if self.likely and self.range_m > FAR_M:
            return unseen_s > FAR_COAST_S
        if self.confirmed:
            return unseen_s > (STAYS_S if self.breathes and not self.moving else COAST_S)
        if self._moves_far_off():  # where one look in three shows him, each without him is in the odds
            return unseen_s > (FAR_COAST_S if self.score > 0 else COAST_S / 2)
        gone = len(self.seen) >= TENTATIVE_MISSES and not any(list(self.seen)[-TENTATIVE_MISSES:])
        return gone or unseen_s > COAST_S / 2

    def doubt(self, own_mps: Floats) -> Floats:
        """Covariance for those who act on it, beside a truck that drives so over ground.

        A velocity that its own places contradict is off by as much; one sideways that they cannot show yet
        may be, if he keeps level with us, as our own images do.
        """
        if not self.moving:
            return self.covariance
        off_mps = unproven_aside(self.glimpses, self.mean[2:])
        if not off_mps.any() and self._may_be_an_image(own_mps):
            off_mps = not_yet_shown(self.glimpses, self.mean[2:], own_mps)
        covariance = self.covariance.copy()
        covariance[2:, 2:] += off_mps[:, None] * off_mps
        return covariance

    def _may_be_an_image(self, own_mps: Floats) -> bool:
        own = math.hypot(own_mps[0], own_mps[1])
        level = own > MOVING_SPEED_MPS and abs(self.mean[2:] @ own_mps / own - own) < LEVEL_MPS
        return bool(level and self.last_hit_t_s - self.born_t_s < KNOWN_S)

    def _is_proven_moving(self) -> bool:
        """Doppler in most frames, speed beyond doubt, and a way travelled that fits the speed."""
        frames = AFTER_REST_FRAMES if self.rested else MOVING_FRAMES
        if not self.confirmed or self.speed_mps < MOVING_SPEED_MPS:
            return False
        since_it_stood = self.stood is not None and self._moves(frames, PROVEN_SCORE, self.stood.last)
        return since_it_stood or self._moves(frames, PROVEN_SCORE, self.set_off)

    def _is_likely(self) -> bool:
        """The same of fewer frames, which need not follow each other."""
        if not self._moves_far_off() or self.speed_mps < MOVING_SPEED_MPS:
            return False
        return self._moves(LIKELY_FRAMES, LIKELY_SCORE, self.set_off)

    def _moves_far_off(self) -> bool:
        return self.range_m > FAR_M and self.doppler_frames >= MOVING_SHARE * self.hits

    def _moves(self, frames: int, score: float, set_off: SetOff) -> bool:
        """`score`: asked for on a clear day; all else is counted from where it `set_off`."""
        if self.score < score + self.rained.score:
            return False
        since = self._counted().since(set_off.before)
        return since.doppler >= max(frames, MOVING_SHARE * since.telling) and self._is_beyond_doubt(set_off)

    def _counted(self) -> Count:
        return Count(self.hits, self.said_nothing, self.doppler_frames)

    def _perhaps_stood_until_now(self, t_s: float) -> None:
        """Who is known for a person by his breath sets off from here: how long he stood says nothing then."""
        if self._stood_so_far():
            self._set_off(t_s)

    def _perhaps_sets_off(self, doppler: bool, ground_mps: float | None, t_s: float) -> None:
        """It gets faster from where it stood, look by look: what passes it does not begin slowly."""
        if doppler:
            if self.stood is not None and not self.stood.gets_on(ground_mps, t_s):
                self.stood = None
            return
        self.stood = None
        if ground_mps is not None and self.hits >= MOVING_FRAMES and self._stood_so_far():
            self.stood = Stood(self._here(t_s), ground_mps)

    def _stood_so_far(self) -> bool:
        before = self.set_off.before
        return self.doppler_frames - before.doppler < STOOD_SHARE * (self.hits - before.hits)

    def _set_off(self, t_s: float) -> None:
        self.set_off, self.stood = self._here(t_s), None

    def _here(self, t_s: float) -> SetOff:
        return SetOff(t_s, (self.mean.item(0), self.mean.item(1)), self._counted())

    def _is_nobody(self, t_s: float) -> None:
        """What it showed was no proof; whatever moves there later has to prove itself from here on."""
        self.rested = True
        self.moving = self.likely = False
        self.score = 0.0
        self._set_off(t_s)

    def _is_beyond_doubt(self, set_off: SetOff) -> bool:
        """Its speed, by a way travelled since then that fits it."""
        (ahead, aside), (x_m, y_m), speed_mps = self._course(), set_off.at_m, self.speed_mps
        due_m = speed_mps * (self.last_hit_t_s - set_off.t_s)
        moved_m = ahead * (self.mean.item(0) - x_m) + aside * (self.mean.item(1) - y_m)
        known = speed_mps > MOVING_SIGMAS * self._sigma_mps(ahead, aside)
        return known and moved_m > max(MOVED_M, MOVED_SHARE * due_m)

    def _course(self) -> tuple[float, float]:
        """As `heading`, in plain numbers: two of them are sooner worked with so."""
        x_mps, y_mps = self.mean.item(2), self.mean.item(3)
        speed_mps = max(math.hypot(x_mps, y_mps), SLOWEST_MPS)
        return x_mps / speed_mps, y_mps / speed_mps

    def _sigma_mps(self, x: float, y: float) -> float:
        """Of its velocity along a unit vector."""
        covariance = self.covariance.item
        return math.sqrt(x * x * covariance(10) + 2 * x * y * covariance(11) + y * y * covariance(15))

    def _proven_by_way(self) -> bool:
        if not self.confirmed or not (self.abreast.walks() or self._passes()):
            return False
        return self.rained.score <= 0  # drops in the gate of one track make a way of their own

    def _passes(self) -> bool:
        if self.speed_mps < PASSES_MPS or not self._is_beyond_doubt(self.set_off):
            return False
        # While its velocity is another than its way nobody could act on it, and it ousts a better track.
        return passes(self.glimpses) and not unproven_aside(self.glimpses, self.mean[2:]).any()

    def _remember(self, t_s: float) -> None:
        x_mps, y_mps = self.mean.item(2), self.mean.item(3)
        speed_mps = math.hypot(x_mps, y_mps)
        divisor_mps = max(speed_mps, SLOWEST_MPS)
        sigma_mps = self._sigma_mps(-y_mps / divisor_mps, x_mps / divisor_mps)
        self.course.note(t_s, speed_mps, math.atan2(y_mps, x_mps), sigma_mps)

    def acceleration_mps2(self) -> tuple[float, float]:
        """Along the course, and to its left."""
        # A velocity from places wanders: its slope is no manoeuvre.
        if not self.moving or self.wheels_only or self.speed_mps < MOVING_SPEED_MPS:
            return 0.0, 0.0
        return self.course.acceleration_mps2(self.born_t_s)


def lane_prior(ahead: Floats) -> Floats:
    """Covariance (2, 2) of a velocity of which nothing is known: most go along the lane."""
    aside = np.array([-ahead[1], ahead[0]])
    prior: Floats = np.outer(ahead, ahead) * ALONG_LANE_MPS**2 + np.outer(aside, aside) * ACROSS_LANE_MPS**2
    return prior


def means(targets: Sequence[Target]) -> Floats:
    """(n, 4)."""
    return np.concatenate([t.mean for t in targets]).reshape(-1, 4)


def stacked(targets: Sequence[Target]) -> tuple[Floats, Floats]:
    """Means (n, 4) and covariances (n, 4, 4)."""
    return means(targets), np.concatenate([t.covariance for t in targets]).reshape(-1, 4, 4)


def new_target(
    number: int, t_s: float, at_m: Floats, sight: Floats, *, ahead: Floats, ground_mps: float, cross_m: float
) -> Target:
    """A track from one cluster. Doppler gives the speed along the line of sight; for the rest the
    prior: road users beside a truck mostly travel along its lane (`ahead`), or walk.
    """
    across = np.array([-sight[1], sight[0]])
    covariance = np.zeros((4, 4))
    covariance[:2, :2] = np.outer(sight, sight) * 0.3**2 + np.outer(across, across) * (0.3 + cross_m) ** 2
    prior = lane_prior(ahead)
    gain = prior @ sight / (sight @ prior @ sight + FIRST_DOPPLER_MPS**2)
    covariance[2:, 2:] = prior - np.outer(gain, prior @ sight)
    mean = np.concatenate([at_m, gain * ground_mps])
    return Target(number, t_s, mean, covariance, at_m.copy(), t_s)
