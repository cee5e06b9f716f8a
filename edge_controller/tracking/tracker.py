"""Detections in, tracks out: predict, associate, correct, begin, merge, end."""

import math
from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np

from edge_controller.config import Radar, Radio, Trailer, Truck
from edge_controller.messages import Detection, Track, VehicleState
from edge_controller.tracking import kalman
from edge_controller.tracking.association import Assigned, assign, clusters, duplicates
from edge_controller.tracking.at_rest import looks_at
from edge_controller.tracking.bodies import Body, bodies, body_of, velocity_of, wheels_of
from edge_controller.tracking.clutter import Clutter, Unsure, gain
from edge_controller.tracking.limbs import Glimpse
from edge_controller.tracking.mirrors import BENDS_RAD, Standing
from edge_controller.tracking.odometry import Floats, Mount, Odometry
from edge_controller.tracking.points import Points, points_over_ground
from edge_controller.tracking.rain import Rain
from edge_controller.tracking.shown import (
    Rows,
    Said,
    Shown,
    body_unmasked,
    centres,
    groups_of,
    said_by,
    shown_by,
    with_moving_limbs,
)
from edge_controller.tracking.size import largest_dbsm
from edge_controller.tracking.target import (
    MOVING_SPEED_MPS,
    SMALL_DBSM,
    Target,
    means,
    new_target,
    stacked,
)
from edge_controller.tracking.towed import Towed
from edge_controller.tracking.walls import ALONG, Look, keep_in_lane, without_half_way

ASIDE_KNOWN_M = 0.4  # an echo whose bearing is known worse says nothing of how wide somebody is
FIELD_OF_VIEW_RAD = math.radians(65.0)  # a miss counts only well inside what a radar sees
USABLE_RANGE = 0.85
RECENT_S = 0.3
STRAIGHT_PER_M = 0.005  # three times what keeping a lane takes; the wheels of a long truck stand at 0.03 rad
ALONG_PER_M = 0.01  # what is along our way a second ago is along it now
HIDDEN_MPS = 0.4  # one Doppler cell of the demo: who drifts in slowly lies under our flank's echo as well
PASSES_M = 1.5  # so near who goes past a truck at rest nothing that seems to stand is anybody
FEW_HITS = 3  # a track with fewer may be a drop's


class Tracker:
    """All road users and things around the truck; one `update` per radar frame, in time order."""

    def __init__(
        self,
        radars: tuple[Radar, ...],
        truck: Truck | None,
        trailer: Trailer | None = None,
        radio: Radio | None = None,
    ) -> None:
        self._radars = {radar.name: radar for radar in radars}
        self._truck = truck
        self._radio = radio
        self._odometry = Odometry(truck)
        self._towed = Towed(trailer, truck) if trailer and truck else None
        self._targets: list[Target] = []
        self._standing = Standing()
        self._clutter = {radar.name: Clutter() for radar in radars}
        self._next_id = 1
        self._lane: Floats | None = None  # unit vector, over ground
        self._dimmed: set[str] = set()
        self._knows_speed = truck is None  # once heard; taken for 0 before, all that stands would ride

    def aim(self, radar: Radar) -> None:
        """Take a radar to be posed like this from now on."""
        self._radars[radar.name] = radar

    def dim(self, radar: str, *, filmed: bool) -> None:
        """Whether something may lie on it: then how weak an echo is says nothing of who shows it."""
        (self._dimmed.add if filmed else self._dimmed.discard)(radar)

    def keep(self, breathing: Collection[int]) -> None:
        """Whose tracks are those of people who stand: they are where they were, also unseen for a while."""
        for target in self._targets:
            target.breathes = target.id in breathing

    @property
    def knows_somebody(self) -> bool:
        """Whether anybody is proven to move."""
        return any(target.moving for target in self._targets)

    def update(
        self, detections: Sequence[Detection], truck: VehicleState, t_s: float, radar: str | None = None
    ) -> tuple[Track, ...]:
        """Tracks at `t_s` in truck axes. `radar` names who looked, so that an empty frame is a miss."""
        self._knows_speed = self._knows_speed or truck.speed_mps is not None
        if not self._knows_speed:
            return ()
        dt_s = self._odometry.move_to(t_s, truck)
        if self._towed is not None:
            self._towed.follow(dt_s, self._odometry, truck)
        self._predict(dt_s)
        names = {d.radar for d in detections} | ({radar} if radar else set())
        for name in sorted(names & self._radars.keys()):
            mine = [d for d in detections if d.radar == name and not d.indirect]
            self._look(mine, self._radars[name], t_s)
        gone = duplicates(self._targets)
        self._targets = [t for t in self._targets if t.id not in gone and not t.is_dead(t_s)]
        return self._tracks(t_s)

    def _predict(self, dt_s: float) -> None:
        if not self._targets or dt_s <= 0:
            return
        mean, covariance = kalman.predict(*stacked(self._targets), dt_s)
        for target, at, known in zip(self._targets, mean, covariance, strict=True):
            if not target.stays:
                target.mean, target.covariance = at, known

    def _look(self, detections: list[Detection], radar: Radar, t_s: float) -> None:
        mount = self._odometry.mount(radar)
        radio = None if radar.name in self._dimmed else self._radio
        points = points_over_ground(detections, radar, mount, self._odometry, self._truck, radio=radio)
        if self._towed is not None:
            points = self._towed.judge(points, mount, self._odometry)
        self._standing.note(points, t_s)
        half_way = self._standing.half_way(points, mount, self._odometry.ahead())
        turns = self._bends_per_m() >= ALONG_PER_M
        sways_mps = 2 * self._odometry.speed_mps * BENDS_RAD if turns else 0.0
        image = half_way | self._standing.hides(points, mount, sways_mps)
        points = replace(points, moves=points.moves & ~image, image=image, says_nothing=half_way)
        points, assigned = self._known_only(points, assign(points, self._targets))
        ahead = self._odometry.ahead()
        look = Look(t_s, points, self._standing, mount, ahead, radar.profile.range_bin_m)
        assigned = without_half_way(look, assigned, self._targets)
        self._weigh(points, assigned, radar, t_s)
        self._note_rest(points, assigned, t_s)
        self._measure(points, assigned)
        vehicles = self._correct(points, assigned, mount, radar, t_s)
        self._note_leaves(t_s)
        self._lane = self._lane_now()
        if self._lane is not None:
            turning = self._bends_per_m() >= ALONG_PER_M
            keep_in_lane(replace(look, ahead=self._lane), assigned, self._targets, turning=turning)
        nobody = assigned.claimed.copy()
        for vehicle in vehicles:
            nobody |= wheels_of(points, vehicle)
        self._begin(points.only(~nobody), mount, radar, t_s)

    def _known_only(self, points: Points, assigned: Assigned) -> tuple[Points, Assigned]:
        """Without what was found past our own flank and feeds nobody who is proven to move.

        Our image in a wall lies there as well and rides along with us: it shall begin and prove nobody. Nor
        is what was found by its sway anybody beside who goes past: abeam he has no Doppler for some looks.
        """
        if not (points.past_own | points.sways).any():
            return points, assigned
        proven = np.array([*(t.moving for t in self._targets), False])
        keep = ~points.past_own | proven[assigned.track]
        passing = [t for t in self._targets if t.moving and t.speed_mps > MOVING_SPEED_MPS]
        if points.sways.any() and passing:
            passing_m = means(passing)[:, :2]
            away_m = np.hypot(*(points.position_m[:, None] - passing_m).transpose(2, 0, 1))
            keep &= ~points.sways | (away_m > PASSES_M).all(axis=1)
        return points.only(keep), assigned.only(keep)

    def _weigh(self, points: Points, assigned: Assigned, radar: Radar, t_s: float) -> None:
        """What the moving echoes of this look say of those not yet proven, against the clutter there."""
        proven = np.array([*(t.moving for t in self._targets), False])
        known = np.array([*(t.hits >= FEW_HITS for t in self._targets), False])
        ids = np.array([*(t.id for t in self._targets), 0])
        fed = assigned.track >= 0
        rows = points.moves & ~proven[assigned.track] & (fed | ~assigned.claimed)
        look = Unsure(
            t_s,
            self._odometry.to_truck(points.position_m[rows]),
            points.ground_mps[rows],
            40 * np.log10(points.weight[rows]),
            np.maximum(points.range_m[rows], 0.1),
            ids[assigned.track[rows]],
            known[assigned.track[rows]],
        )
        clutter = self._clutter[radar.name]
        clutter.note(look)
        thickness = clutter.thickness()
        density = clutter.density(look, thickness)
        track = assigned.track[rows]
        moving = sorted({*track.tolist()} - {-1})
        seen = sorted({*assigned.track[fed & ~proven[assigned.track]].tolist()})
        who, moves = [self._targets[n] for n in seen], [n in moving for n in seen]
        self._rain_on(who, moves, radar.name, thickness, t_s)
        for n in moving:
            mine = np.flatnonzero(track == n)
            strongest = mine[np.argmax(look.snr_db[mine])]
            likelihood, range_m = assigned.likelihood[rows][strongest], look.range_m[strongest]
            self._targets[n].weigh(gain(likelihood, density[strongest], range_m))

    def _rain_on(
        self, seen: Sequence[Target], moves: Sequence[bool], radar: str, thickness: float, t_s: float
    ) -> None:
        """Who is seen, also without any Doppler, is seen in what rains about this radar."""
        around = np.zeros(len(seen), dtype=np.bool_)
        if thickness > 0 and seen:
            at_m = self._odometry.to_truck(means(seen)[:, :2])
            around = self._clutter[radar].around(at_m, np.array([target.id for target in seen]))
        for target, is_around, is_moving in zip(seen, around.tolist(), moves, strict=True):
            target.rained.note(radar, Rain(t_s, thickness, is_around), moves=is_moving)

    def _note_rest(self, points: Points, assigned: Assigned, t_s: float) -> None:
        """How fast what is seen of each goes against us, while we drive."""
        if self._odometry.speed_mps < MOVING_SPEED_MPS:
            for target in self._targets:
                target.at_rest.forget()
            return
        seen = assigned.tracks()
        if not seen:
            return
        own, targets = assigned.track == np.array(seen)[:, None], [self._targets[n] for n in seen]
        for target, look in zip(targets, looks_at(points, own, means(targets)[:, :2]), strict=True):
            target.at_rest.note(t_s, look)

    def _measure(self, points: Points, assigned: Assigned) -> None:
        """How large those are who may yet be small."""
        small = [n for n, target in enumerate(self._targets) if target.largest_dbsm[-1] < SMALL_DBSM]
        if small:
            found = largest_dbsm(points, assigned, self._targets, small).tolist()
            for n, section_dbsm in zip(small, found, strict=True):
                self._targets[n].measure(section_dbsm)

    def _note_leaves(self, t_s: float) -> None:
        """Who shows no body is believed to lie under our flank's echo: nobody there goes across so fast."""
        if not self._drives_straight():
            return
        ahead = self._odometry.ahead()
        aside = np.array([-ahead[1], ahead[0]])
        for target in self._targets:
            if target.last_hit_t_s == t_s:
                target.note_blown(aside, HIDDEN_MPS)

    def _correct(
        self, points: Points, assigned: Assigned, mount: Mount, radar: Radar, t_s: float
    ) -> list[Body]:
        """The vehicles that were met again."""
        self._take_for_others(points, assigned, mount, t_s)
        assigned = self._unmask(points, assigned, mount, t_s)
        groups, reminded = groups_of(points, assigned, self._targets)
        vehicles = self._feed(points, assigned, groups, mount, radar, t_s) if groups else []
        due = _should_see(radar, mount, means(self._targets)) if self._targets else ()
        for n, (target, is_due) in enumerate(zip(self._targets, due, strict=True)):
            if n in reminded:
                target.remind(radar.name, t_s)
            elif n not in groups and is_due:
                target.missed()
        return vehicles

    def _feed(  # noqa: PLR0917 - one look, and what it is of
        self,
        points: Points,
        assigned: Assigned,
        groups: dict[int, Rows],
        mount: Mount,
        radar: Radar,
        t_s: float,
    ) -> list[Body]:
        """Each track what was shown of it; the vehicles that were met again."""
        targets, rows = [self._targets[n] for n in groups], list(groups.values())
        self._judge_widths(points, targets, rows, mount)
        shown, said = shown_by(points, rows), said_by(points, assigned.body, rows)
        own_mps = [one.own_mps(mount) for one in shown]
        limbs = np.array([one.limbs for one in said])
        vehicles = self._meet_vehicles(points, targets, rows, t_s)
        measured = centres(shown, own_mps, limbs, mount, np.array([t.wide_m for t in targets]))
        rides = np.array([t.rides for t in targets])
        mean, covariance = kalman.update(*stacked(targets), measured, mount, rides)
        ranges_m = measured.range_m.tolist()
        for n, target in enumerate(targets):
            vehicle = target.part.of_vehicle(t_s)
            if vehicle is None:
                target.mean, target.covariance = mean[n], covariance[n]
            else:
                tells = not said[n].limbs and not target.part.is_met(t_s)
                own = velocity_of(points, np.array(rows[n])) if tells else None
                target.follow(vehicle, shown[n].at_m, shown[n].known_m2(), own)
            if not said[n].limbs:
                glimpse = shown[n].glimpse(t_s, target.mean[2:].copy(), rides_along=said[n].rides_along)
                _see(target, said[n], glimpse, radar.name, own_mps[n])
            _hit(target, said[n], shown[n], radar.name, t_s, ranges_m[n])
        return vehicles

    def _meet_vehicles(
        self, points: Points, targets: Sequence[Target], rows: Sequence[Rows], t_s: float
    ) -> list[Body]:
        """Tell those tracks that are parts of one; which of them are no drops that lie so by chance."""
        parts = [one for one in self._targets if one.part.of_vehicle(t_s) is not None]
        seen = bodies(points, [(one.mean[:2], one.velocity()) for one in parts])
        if not seen:
            return []
        again: dict[int, Body] = {}  # one vehicle feeds several tracks
        for target, group in zip(targets, rows, strict=True):
            n = body_of(np.array(group), points.weight, seen)
            if n is not None and target.note_vehicle(seen[n], self._odometry.ahead(), t_s):
                again[n] = seen[n]
        return list(again.values())

    def _judge_widths(
        self, points: Points, targets: Sequence[Target], rows: Sequence[Rows], mount: Mount
    ) -> None:
        both = zip(targets, rows, strict=True)
        known = [(target, group) for target, group in both if target.is_end_on(mount.position_m)]
        if not known:
            return
        telling = ~self._standing.shadows(points, mount) & (points.cross_sigma_m < ASIDE_KNOWN_M)
        for target, group in known:
            own = [row for row in group if telling[row]]
            if own:
                target.spread(points.position_m[own], points.weight[own])

    def _take_for_others(self, points: Points, assigned: Assigned, mount: Mount, t_s: float) -> None:
        """Who moves where a track that stood has not been seen for a while is seen for the first time."""
        his = assigned.body & points.moves & ~points.wheels & ~points.says_nothing & ~points.rests
        for n in sorted({*assigned.track[his].tolist()} - {-1}):
            target = self._targets[n]
            if target.may_be_another(t_s):
                target.is_another(self._new_target(points.only(his & (assigned.track == n)), mount, t_s))

    def _unmask(self, points: Points, assigned: Assigned, mount: Mount, t_s: float) -> Assigned:
        """Who comes out from behind something shows a wheel first: those whose body is seen only now."""
        body = assigned.body.copy()
        for n in sorted(with_moving_limbs(points, assigned) - {-1}):
            target = self._targets[n]
            row = None if target.moving else body_unmasked(points, assigned, n, target)
            if row is not None:
                only = points.only(np.arange(len(points)) == row)
                target.unmask(self._new_target(only, mount, t_s))
                body &= assigned.track != n
                body[row] = True
        return replace(assigned, body=body)

    def _begin(self, points: Points, mount: Mount, radar: Radar, t_s: float) -> None:
        for members in clusters(points):
            group = points.only(members)
            target = self._new_target(group, mount, t_s)
            target.measure(float(group.section_dbsm.max()))
            self._next_id += 1
            everything = [list(range(len(group)))]
            (shown,) = shown_by(group, everything)
            (said,) = said_by(group, np.ones(len(group), dtype=np.bool_), everything)
            target.see(shown.glimpse(t_s, target.mean[2:].copy()))
            away = target.mean[:2] - mount.position_m
            _hit(target, said, shown, radar.name, t_s, math.hypot(away[0], away[1]))
            self._targets.append(target)

    def _new_target(self, group: Points, mount: Mount, t_s: float) -> Target:
        """As these points alone tell of it."""
        at_m = group.weight / group.weight.sum() @ group.position_m
        away = at_m - mount.position_m
        return new_target(
            self._next_id,
            t_s,
            at_m,
            away / max(math.hypot(away[0], away[1]), 0.1),
            ahead=self._odometry.ahead(),
            ground_mps=float(np.median(group.ground_mps)),
            cross_m=float(group.cross_sigma_m.mean()),
        )

    def _drives_straight(self) -> bool:
        """Then who shows no body goes about as fast as we do, if it is somebody.

        Wheels or feet are seen of him; our own flank, which has no Doppler either, hides his body.
        """
        return self._odometry.speed_mps > MOVING_SPEED_MPS and self._bends_per_m() < STRAIGHT_PER_M

    def _bends_per_m(self) -> float:
        return abs(self._odometry.yaw_rate_radps) / max(self._odometry.speed_mps, MOVING_SPEED_MPS)

    def _lane_now(self) -> Floats | None:
        """Along which we drive, or did until we began to turn out of it."""
        ahead = self._odometry.ahead()
        if self._bends_per_m() < ALONG_PER_M:
            return ahead
        return self._lane if self._lane is not None and ahead @ self._lane > ALONG else None

    def _tracks(self, t_s: float) -> tuple[Track, ...]:
        if not self._targets:
            return ()
        odometry, mean = self._odometry, means(self._targets)
        at_m = odometry.to_truck(mean[:, :2])
        own_mps = odometry.ahead() * odometry.speed_mps
        straight = self._drives_straight()
        level = [straight and t.shows_no_body for t in self._targets]
        velocity = odometry.to_truck_axes(mean[:, 2:].copy())  # sums in another order without
        if any(level):
            velocity[level] = _as_fast(velocity[level], odometry.speed_mps)
        turn = np.zeros((4, 4))
        turn[:2, :2] = turn[2:, 2:] = odometry.to_truck_axes(np.eye(2))
        doubts = np.concatenate([target.doubt(own_mps) for target in self._targets]).reshape(-1, 4, 4)
        covariance = turn.T @ doubts @ turn
        places, velocities = at_m.tolist(), velocity.tolist()
        found = [
            _track(target, t_s, places[n], velocities[n], covariance[n], level=level[n])
            for n, target in enumerate(self._targets)
        ]
        return tuple(found)


def _as_fast(velocity_mps: Floats, own_mps: float) -> Floats:
    """Nearest to each of these (track, 2), truck axes, of what has no Doppler against us."""
    own = np.array([own_mps, 0.0])
    nearest: Floats = own + np.clip(velocity_mps - own, -HIDDEN_MPS, HIDDEN_MPS)
    return nearest


def _see(target: Target, said: Said, glimpse: Glimpse, radar: str, own_mps: float) -> None:
    """Echoes of its body; those that may be ours say nothing of who walks abreast."""
    target.see(glimpse)
    if not said.ours:
        target.abreast.note(radar, glimpse.sight, glimpse.range_m, glimpse.ground_mps, own_mps)


def _hit(  # noqa: PLR0917 - one look of one track
    target: Target, said: Said, shown: Shown, radar: str, t_s: float, range_m: float
) -> None:
    ground_mps = None if said.limbs or said.rides_along else shown.ground_mps
    known = said.moves or not said.nothing
    target.hit(radar, t_s, said.moves, range_m, said=known, ground_mps=ground_mps)


def _should_see(radar: Radar, mount: Mount, mean: Floats) -> list[bool]:
    """Which of the tracks (n, 4) lie in this radar's field and range."""
    away_m = mean[:, :2] - mount.position_m
    boresight = np.array([math.cos(mount.heading_rad), math.sin(mount.heading_rad)])
    range_m = np.hypot(away_m[:, 0], away_m[:, 1])
    reach_m = USABLE_RANGE * radar.profile.range_bin_m * radar.profile.samples
    seen = (away_m @ boresight > math.cos(FIELD_OF_VIEW_RAD) * range_m) & (range_m < reach_m)
    found: list[bool] = seen.tolist()
    return found


def _track(
    target: Target, t_s: float, at_m: list[float], velocity: list[float], covariance: Floats, *, level: bool
) -> Track:
    length_m, width_m = target.size_m
    along, across = (0.0, 0.0) if level else target.acceleration_mps2()
    vx_mps, vy_mps = velocity
    speed_mps = max(math.hypot(vx_mps, vy_mps), 1e-6)
    ahead = vx_mps / speed_mps, vy_mps / speed_mps
    radars = [name for name, seen_s in target.radars.items() if t_s - seen_s < RECENT_S]
    return Track(
        id=target.id,
        t_s=t_s,
        x_m=at_m[0],
        y_m=at_m[1],
        vx_mps=vx_mps,
        vy_mps=vy_mps,
        covariance=covariance,
        length_m=length_m,
        width_m=width_m,
        born_t_s=target.born_t_s,
        hits=target.hits,
        confirmed=target.confirmed,
        moving=target.moving and not (level and target.blown),
        likely=target.likely and not (level and target.blown),
        radars=tuple(sorted(radars)),
        ax_mps2=along * ahead[0] - across * ahead[1],
        ay_mps2=along * ahead[1] + across * ahead[0],
    )
