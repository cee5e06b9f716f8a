"""The drives that the statistical level is fitted on: near-side traffic of their own, no row of the matrix.

Drive N of a seed depends on both alone. Places and speeds are drawn wider than any row has them.
"""

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from zlib import crc32

import numpy as np

from edge_controller.config import Fit, load_fit
from edge_controller.messages import Side
from hil.encounter import KMH_TO_MPS, Encounter, body_of, brake_of
from hil.pace import Move
from hil.path import Spot
from hil.plant.driver import Driver
from hil.plant.habits import Habits, LaneNoise
from hil.reaction import Cue, Starts, Stops
from hil.road_user import RIDERS, VEHICLES, Kind, RoadUser, Wobble, of_kind
from hil.statics import GuardRail, Parked, ParkedRow, Patch, Post, PostKind, Row, RowKind, Static, Street

SOURCE = Path(__file__)
DURATION_S = 8.0
NAME = crc32(b"drives of the statistical level")
# As often as near-side traffic has them: where a radar sees the middle of somebody goes by how long he is.
ON_WHEELS: tuple[Kind, ...] = (*RIDERS, *("cyclist",) * 8)
ON_FOOT: tuple[Kind, ...] = ("pedestrian",) * 3 + ("child",) * 2 + ("skater", "wheelchair")
# Who is small or low is found to breathe less surely than who stands upright.
AT_KERBS: tuple[Kind, ...] = ("pedestrian",) * 4 + ("child", "kneeling", "skater", "wheelchair") * 2
LANE_NOISE = LaneNoise(0.012, 0.8)
SHARES = {
    "overtaking": 6,
    "parallel": 5,
    "group": 2,
    "crossing": 4,
    "against": 2,
    "moving_off": 4,
    "standing": 4,
    "waiting": 5,
    "nobody": 6,
    "traffic": 4,
}
SWAYS_MPS = 1.0  # slower than that nobody's sway is drawn
CLOSEST_M = 0.7  # a wall beside somebody's middle, or beside the truck where nobody rides


class _Scene:
    """What is drawn of one drive, near side positive until it is placed."""

    def __init__(self, fit: Fit, seed: int, number: int) -> None:
        self.fit = fit
        self.rng = rng = np.random.default_rng([NAME, seed, number])
        self._swaying = np.random.default_rng([NAME, seed, number, 1])
        self.truck_mps = self.between(4.0, 30.0) * KMH_TO_MPS
        self.turns = bool(rng.random() < 0.45)
        if self.turns:
            self.truck_mps = min(self.truck_mps, 20.0 * KMH_TO_MPS)
        self.from_rest, self.rests_s = False, (2.0, 5.0)
        self.turns_after_s = 1.5, 4.5  # at its own speed
        self.reach_m = 0.0  # where nobody starts further out

    def between(self, low: float, high: float) -> float:
        """Uniform."""
        return float(self.rng.uniform(low, high))

    def user(
        self, kinds: tuple[Kind, ...], x_m: float, out_m: float, heading_rad: float, speed_mps: float
    ) -> RoadUser:
        """Somebody whose middle starts so far outside the near flank; a positive heading turns outwards."""
        near = self.fit.truck.near_sign
        self.reach_m = max(self.reach_m, out_m)
        kind = kinds[int(self.rng.integers(len(kinds)))]
        spot = Spot(x_m, near * (self.fit.truck.width_m / 2 + out_m), near * heading_rad)
        user = of_kind(kind, spot, (Move(0.0, speed_mps),))
        user = replace(user, reactions=self._reaction(speed_mps, often=0.5 if user.rides else 1.0))
        return replace(user, wobble=self._wobble(-near, speed_mps)) if user.rides else user

    def _wobble(self, sign: int, speed_mps: float) -> Wobble | None:
        """Two riders in five sway, as riders do; drawn apart, so that it changes nothing else."""
        sways, across_mps, every_s = self._swaying.uniform((0.0, 0.02, 2.5), (2.5, 0.25, 8.0))
        if sways >= 1.0 or speed_mps < SWAYS_MPS:
            return None
        return Wobble(sign * float(across_mps * every_s) / (2 * math.pi), float(every_s) * speed_mps)

    def _reaction(self, speed_mps: float, often: float) -> tuple[Starts | Stops, ...]:
        """One in five on foot stops on the way, one in ten goes on at another speed; half as many ride."""
        luck, at = self.rng.random(), Cue(at_s=self.between(2.0, 6.0))
        rate_mps2, share = self.between(0.7, 2.5), self.between(0.5, 1.5)
        if luck < 0.2 * often:
            return (Stops(at, rate_mps2),)
        return (Starts(at, share * speed_mps, rate_mps2),) if luck < 0.3 * often else ()


def _overtaking(scene: _Scene) -> tuple[RoadUser, ...]:
    riders = []
    for _ in range(int(scene.rng.integers(1, 3))):
        speed_mps = scene.truck_mps + scene.between(2.0, 16.0) * KMH_TO_MPS
        riders.append(
            scene.user(ON_WHEELS, -scene.between(8.0, 28.0), scene.between(0.7, 4.5), 0.0, speed_mps)
        )
    return tuple(riders)


def _parallel(scene: _Scene) -> tuple[RoadUser, ...]:
    """Beside the truck about as fast as it; one in three on foot beside one that crawls."""
    kinds, slowest_mps = ON_WHEELS, 1.5
    if scene.rng.random() < 0.35:
        scene.truck_mps, kinds, slowest_mps = scene.between(2.0, 8.0) * KMH_TO_MPS, ON_FOOT, 0.8
    speed_mps = max(slowest_mps, scene.truck_mps + scene.between(-2.0, 2.0) * KMH_TO_MPS)
    x_m, out_m = scene.between(-15.0, 4.0), scene.between(0.7, 4.0)
    return (scene.user(kinds, x_m, out_m, scene.between(-0.02, 0.02), speed_mps),)


def _group(scene: _Scene) -> tuple[RoadUser, ...]:
    """Two files of riders, all alike fast."""
    speed_mps = max(1.5, scene.truck_mps + scene.between(-6.0, 10.0) * KMH_TO_MPS)
    ahead_m, out_m = scene.between(-8.0, 8.0), scene.between(0.8, 3.5)
    riders = []
    for n in range(int(scene.rng.integers(3, 6))):
        riders.append(scene.user(ON_WHEELS, ahead_m, out_m + (0.1 if n % 2 else -0.1), 0.0, speed_mps))
        ahead_m -= scene.between(2.6, 4.5)
    return tuple(riders)


def _standing(scene: _Scene) -> tuple[RoadUser, ...]:
    """Beside a truck that waits, or by the road it comes along; one in two goes on after a while."""
    scene.from_rest = bool(scene.rng.random() < 0.5)
    from_m, to_m = (-9.0, 4.0) if scene.from_rest else (4.0, 30.0)
    users = []
    for _ in range(int(scene.rng.integers(1, 4))):
        heading_rad = (0.0, 0.0, -math.pi / 2, math.pi / 2)[int(scene.rng.integers(4))]
        at_m = scene.between(from_m, to_m), scene.between(*((0.5, 4.0) if heading_rad == 0.0 else (1.2, 4.0)))
        user = scene.user(ON_WHEELS + ON_FOOT, *at_m, heading_rad, 0.0)
        goes = Starts(Cue(at_s=scene.between(1.0, 6.0)), scene.between(0.8, 4.0), scene.between(0.6, 1.5))
        leaves = scene.rng.random() < 0.5 and heading_rad != -math.pi / 2
        users.append(replace(user, reactions=(goes,) if leaves else ()))
    return tuple(users)


def _waiting(scene: _Scene) -> tuple[RoadUser, ...]:
    """Beside or before a truck at rest, which pulls away and mostly turns; one in three goes off as well.

    Half so near that the echo of our own flank lies over his.
    """
    scene.from_rest, scene.rests_s = True, (1.2, 4.5)
    scene.turns, scene.turns_after_s = bool(scene.rng.random() < 0.7), (0.0, 1.2)
    scene.truck_mps = min(scene.truck_mps, 20.0 * KMH_TO_MPS)
    users = []
    for _ in range(int(scene.rng.integers(1, 3))):
        heading_rad = (0.0, 0.0, 0.0, -math.pi / 2, math.pi / 2)[int(scene.rng.integers(5))]
        at_m = scene.between(-10.0, 5.0), 0.4 + 3.2 * scene.between(0.0, 1.0) ** 2
        if heading_rad != 0.0:
            at_m = at_m[0], at_m[1] + 0.7
        if scene.rng.random() < 0.2:
            at_m = scene.between(1.2, 5.0), scene.between(-scene.fit.truck.width_m, 0.0)
        user = scene.user(ON_WHEELS + AT_KERBS, *at_m, heading_rad, 0.0)
        goes = Starts(Cue(at_s=scene.between(0.8, 6.0)), scene.between(0.8, 4.0), scene.between(0.5, 1.5))
        leaves = scene.rng.random() < 0.35 and heading_rad != -math.pi / 2
        users.append(replace(user, reactions=(goes,) if leaves else ()))
    return tuple(users)


def _crossing(scene: _Scene) -> tuple[RoadUser, ...]:
    """Reaches the truck's lane about when its front does."""
    speed_mps = scene.between(2.5, 9.0) * KMH_TO_MPS
    arrives_s, out_m = scene.between(2.5, 6.0), scene.between(1.5, 6.0)
    way_m = speed_mps * arrives_s
    x_m = scene.truck_mps * arrives_s + scene.between(-1.0, 5.0)
    crosses = scene.user(ON_FOOT, x_m, out_m if way_m > out_m else way_m, -math.pi / 2, speed_mps)
    along = scene.user(ON_FOOT, scene.between(-6.0, 18.0), scene.between(1.0, 5.0), 0.0, speed_mps)
    stands = scene.user(ON_FOOT, scene.between(5.0, 25.0), scene.between(0.8, 4.0), math.pi / 2, 0.0)
    return (crosses, along, stands)[: int(scene.rng.integers(1, 4))]


def _against(scene: _Scene) -> tuple[RoadUser, ...]:
    x_m, out_m = scene.between(15.0, 45.0), scene.between(0.7, 4.5)
    return (scene.user((*ON_WHEELS, *ON_FOOT[:1]), x_m, out_m, math.pi, scene.between(1.2, 6.0)),)


def _moving_off(scene: _Scene) -> tuple[RoadUser, ...]:
    scene.from_rest = True
    walks = scene.between(2.5, 6.0) * KMH_TO_MPS
    out_m, far_m = scene.between(0.5, 4.0), -(scene.fit.truck.width_m + scene.between(0.5, 4.0))
    at_m, heading_rad = (out_m, -math.pi / 2) if scene.rng.random() < 0.6 else (far_m, math.pi / 2)
    front = scene.user(ON_FOOT, scene.between(0.8, 4.0), at_m, heading_rad, walks)
    passes = scene.user(
        ON_WHEELS, -scene.between(8.0, 25.0), scene.between(0.7, 3.0), 0.0, scene.between(2.0, 6.0)
    )
    return ((front,), (passes,), (front, passes))[int(scene.rng.integers(3))]


def _traffic(scene: _Scene) -> tuple[RoadUser, ...]:
    """Vehicles in a lane on either side, either way; a rider on the near side as well, or nobody."""
    far_m, near_m = -(scene.fit.truck.width_m + scene.between(2.2, 4.0)), scene.between(2.0, 5.0)
    faster_mps = scene.truck_mps + scene.between(-2.0, 6.0)
    same_way = scene.user(VEHICLES, -scene.between(0.0, 25.0), far_m, 0.0, faster_mps)
    oncoming = scene.user(VEHICLES, scene.between(25.0, 60.0), far_m, math.pi, scene.between(4.0, 14.0))
    if scene.rng.random() < 0.3:
        heading_rad, speed_mps = (0.0, faster_mps) if scene.rng.random() < 0.6 else (math.pi, 3.0)
        return (scene.user(VEHICLES, -scene.between(4.0, 20.0), near_m, heading_rad, max(1.0, speed_mps)),)
    rider = _overtaking(scene)
    return ((same_way,), (oncoming,), (same_way, *rider), (oncoming, *rider))[int(scene.rng.integers(4))]


def _nobody(scene: _Scene) -> tuple[RoadUser, ...]:
    """One in four begins at rest: what stands there may seem to breathe."""
    scene.from_rest = bool(scene.rng.random() < 0.25)
    return ()


SCENES: dict[str, Callable[[_Scene], tuple[RoadUser, ...]]] = {
    "overtaking": _overtaking,
    "parallel": _parallel,
    "group": _group,
    "crossing": _crossing,
    "against": _against,
    "moving_off": _moving_off,
    "standing": _standing,
    "waiting": _waiting,
    "nobody": _nobody,
    "traffic": _traffic,
}


def drive(fit_path: Path, seed: int, number: int, near_side: Side | None = None) -> tuple[str, Encounter]:
    """Name of the scene, and the encounter."""
    fit = load_fit(fit_path, near_side)
    scene = _Scene(fit, seed, number)
    shares = np.array(list(SHARES.values())) / sum(SHARES.values())
    name = list(SHARES)[int(scene.rng.choice(len(SHARES), p=shares))]
    users = SCENES[name](scene)
    radius_m = scene.between(9.0, 20.0)
    driver = _driver(scene, radius_m)
    statics = _statics(scene, driver.turn_at_x_m)
    return name, Encounter(
        fit,
        body_of(fit),
        brake_of(fit),
        driver,
        users,
        DURATION_S,
        radius_m,
        statics=statics,
        after_standstill_s=None if scene.from_rest else 3.0,
        seed=own_seed(seed, number),
    )


def own_seed(seed: int, number: int) -> int:
    """Of noise and of how the sensors are off; no encounter of a scenario file comes to the same."""
    return int(np.random.SeedSequence([NAME, seed, number]).generate_state(1)[0])


def _driver(scene: _Scene, radius_m: float) -> Driver:
    truck, start_x_m = scene.fit.truck, scene.fit.truck.no_side_slip_x_m
    turn_at_x_m = start_x_m + scene.truck_mps * scene.between(*scene.turns_after_s) if scene.turns else None
    early_m = scene.truck_mps * scene.between(1.0, 3.0)
    return Driver(
        speed_mps=scene.truck_mps,
        near_sign=truck.near_sign,
        turn_at_x_m=turn_at_x_m,
        signal_at_x_m=None if turn_at_x_m is None else turn_at_x_m - early_m,
        final_steer_rad=math.atan(truck.wheelbase_m / radius_m),
        wheelbase_m=truck.wheelbase_m,
        pulls_away_s=scene.between(*scene.rests_s) if scene.from_rest else None,
        habits=Habits(lane_noise=LANE_NOISE),
    )


# Metal more often than all else: what it mirrors is most of all false tracks, and of many kinds.
ROWS: tuple[RowKind, ...] = (
    *("wall", "metal_fence", "hedge", "kerb", "tarpaulin"),
    *("metal_wall",) * 3,
    *("hoarding",) * 4,
)
POSTS: tuple[PostKind, ...] = ("bollard", "lamp_post", "tree", "bin")


def _statics(scene: _Scene, turn_at_x_m: float | None) -> tuple[Static, ...]:
    """Beyond where anybody starts, so that nobody goes through a wall; up to where the truck turns."""
    near, half_m = scene.fit.truck.near_sign, scene.fit.truck.width_m / 2
    luck, out_m = scene.rng.random(), scene.reach_m + CLOSEST_M + 4.2 * scene.between(0.0, 1.0) ** 2
    end_x_m = 70.0 if turn_at_x_m is None else turn_at_x_m - scene.fit.truck.no_side_slip_x_m
    kind, y_m = ROWS[int(scene.rng.integers(len(ROWS)))], near * (half_m + out_m)
    posts = tuple(_post(scene, y_m - near * 0.5) for _ in range(int(scene.rng.integers(0, 5))))
    wall, cars = Row(kind, -30.0, end_x_m, y_m), ParkedRow(-30.0, min(end_x_m, 60.0), y_m + near * 0.9)
    far_y_m = -near * (half_m + scene.between(3.0, 6.5))
    stands = Parked(
        VEHICLES[int(scene.rng.integers(len(VEHICLES)))], scene.between(-10.0, 25.0), far_y_m, 0.0
    )
    waits = Parked("bus", scene.between(5.0, 30.0), y_m + near * 1.3, 0.0)
    leaves = _leaves(scene, near * (half_m + scene.between(0.3, 3.0)))
    beside: tuple[tuple[float, tuple[Static, ...]], ...] = (
        (0.22, (Street(),)),
        (0.32, (GuardRail(-30.0, end_x_m, y_m), *posts)),
        (0.56, (wall, *posts)),
        (0.64, (wall, Row(kind, -30.0, 70.0, far_y_m))),
        (0.70, (wall, stands)),
        (0.78, (cars, *posts)),
        (0.82, (waits, Row("kerb", -30.0, end_x_m, y_m))),
        (0.86, leaves),
        (1.0, posts),
    )
    if turn_at_x_m is not None:
        return (Street(),) if luck < 0.65 else beside[int(scene.rng.integers(1, len(beside)))][1]
    return next(statics for up_to, statics in beside if luck < up_to)


def _leaves(scene: _Scene, y_m: float) -> tuple[Static, ...]:
    """A patch that the wind moves, from y outwards, under two trees."""
    begins_m, length_m, width_m = scene.between(-5.0, 15.0), scene.between(5.0, 30.0), scene.between(1.0, 5.0)
    far_y_m, ends_m = y_m + math.copysign(width_m, y_m), begins_m + length_m
    patch = Patch("leaves", (begins_m, min(y_m, far_y_m)), (ends_m, max(y_m, far_y_m)))
    return (patch, Post("tree", begins_m + 2.0, y_m), Post("tree", ends_m - 2.0, y_m))


def _post(scene: _Scene, y_m: float) -> Post:
    return Post(POSTS[int(scene.rng.integers(len(POSTS)))], scene.between(-15.0, 40.0), y_m)
