"""A small synthetic world for the deciding half of the edge: kinematics and detections, no raw samples.

Written for a near side on the right and mirrored at the very end, so that both sides see the same
random numbers. Truck axes as everywhere: x forward, y left, origin below the middle of the bumper.
"""

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from edge_controller.config import Fit, Radar, load_fit, shipped_fit
from edge_controller.messages import Detection, Indicator, Side, State, Step, Track, VehicleState
from edge_controller.pipeline import State as Memory
from edge_controller.pipeline import decide

TICK_US = 5_000
FRAME_US = 50_000
AVAILABLE_US = 35_000  # after the middle of the frame
REQUEST_US = 20_000  # grid of the edge's frames
GATEWAY_US = 10_000
RAMP_MPS3 = 40.0

NO_SLIP_X_M = -7.125
WHEELBASE_M = 5.675
LENGTH_M, WIDTH_M = 9.8, 2.5
RIDER_M = (1.8, 0.6)
AXLES_X_M = (-1.45, -3.35, -6.45, -7.80)
RIVETS_X_M = (-2.3, -4.9, -8.0, -9.8)
ALONG = np.linspace(0.02, 0.98, 25)  # of a line of sight, where it is asked for the truck's own box


@dataclass
class Truck:
    """Kinematic truck with the "typical" brake; pose of the no-side-slip point over ground."""

    speed_mps: float = 15 / 3.6
    x_m: float = NO_SLIP_X_M
    y_m: float = 0.0
    heading_rad: float = 0.0
    steer_rad: float = 0.0
    decel_mps2: float = 0.0
    asked: deque[tuple[float, float]] = field(default_factory=deque)
    _filled_s: float = 0.0
    _demand_mps2: float = 0.0
    _began_s: float | None = None

    def move(self, t_s: float, dt_s: float, request_mps2: float) -> None:
        """Latency 0.12 s, dead 0.25 s (0.05 once 0.5 m/s2 stood for 0.25 s), rise 0.20 s, at most 5 m/s2."""
        self.asked.append((t_s + 0.12, request_mps2))
        while self.asked and self.asked[0][0] <= t_s:
            demand = self.asked.popleft()[1]
            ramp = RAMP_MPS3 * dt_s
            self._demand_mps2 = min(demand, self._demand_mps2 + ramp) if demand else 0.0
        if self._demand_mps2 > 0 and self._began_s is None:
            self._began_s = t_s
        if self._demand_mps2 == 0:
            self._began_s = None
        target = 0.0
        if self._began_s is not None:
            on_s = t_s - self._began_s
            self._filled_s = on_s
            # What was asked one dead time ago: 0.25 s for the first air, 0.05 s for more of it.
            target = min(self._demand_mps2, 5.0) if on_s >= 0.25 else 0.0
            if on_s >= 0.25:
                target = self._delayed(t_s, target)
        self.decel_mps2 += (target - self.decel_mps2) * (1 - math.exp(-dt_s / 0.20))
        after = max(0.0, self.speed_mps - self.decel_mps2 * dt_s)
        mean = (self.speed_mps + after) / 2
        turn = mean * math.tan(self.steer_rad) / WHEELBASE_M * dt_s
        self.x_m += mean * dt_s * math.cos(self.heading_rad + turn / 2)
        self.y_m += mean * dt_s * math.sin(self.heading_rad + turn / 2)
        self.heading_rad += turn
        self.speed_mps = after

    _more: deque[tuple[float, float]] = field(default_factory=deque)

    def _delayed(self, t_s: float, target: float) -> float:
        self._more.append((t_s + 0.05, target))
        value = 0.0
        while self._more[0][0] <= t_s and len(self._more) > 1 and self._more[1][0] <= t_s:
            self._more.popleft()
        if self._more[0][0] <= t_s:
            value = self._more[0][1]
        return value

    @property
    def yaw_rate_radps(self) -> float:
        return self.speed_mps * math.tan(self.steer_rad) / WHEELBASE_M

    def front(self) -> tuple[float, float]:
        """Ground position of the origin of the truck axes."""
        return (
            self.x_m - NO_SLIP_X_M * math.cos(self.heading_rad),
            self.y_m - NO_SLIP_X_M * math.sin(self.heading_rad),
        )

    def to_truck(self, x_m: float, y_m: float) -> tuple[float, float]:
        dx, dy = x_m - self.x_m, y_m - self.y_m
        cos, sin = math.cos(self.heading_rad), math.sin(self.heading_rad)
        return dx * cos + dy * sin + NO_SLIP_X_M, dy * cos - dx * sin

    def all_to_truck(self, points_m: np.ndarray) -> list[tuple[float, float]]:
        """Of (n, 2) over ground, to the bit what `to_truck` says of each."""
        dx, dy = points_m[:, 0] - self.x_m, points_m[:, 1] - self.y_m
        cos, sin = math.cos(self.heading_rad), math.sin(self.heading_rad)
        along, left = dx * cos + dy * sin + NO_SLIP_X_M, dy * cos - dx * sin
        return list(zip(along.tolist(), left.tolist(), strict=True))


@dataclass(frozen=True)
class Case:
    """One drive. The cyclist's start is told relative to the bumper at t = 0."""

    seed: int
    side: Side = "right"
    steer_in_s: float = 4.0
    radius_m: float | None = 12.0  # None: straight on
    steer_radps: float = 0.25
    indicator_before_s: float | None = 2.0
    speed_mps: float = 15 / 3.6
    rider_x_m: float | None = -4.0  # None: nobody there
    rider_y_m: float = -3.25
    rider_mps: float = 18 / 3.6
    system: bool = True
    end_s: float = 9.0
    steer_noise_rad: float = 0.002
    steer_offset_rad: float | None = None
    statics: bool = True
    own_wheels: bool = False
    rail_y_m: float | None = None  # a steel rail along x, in which flank and wheels mirror
    after_standstill_s: float = 1.0


@dataclass
class Run:
    """What came of it."""

    contact: bool = False
    contact_speed_mps: float | None = None
    contact_x_m: float | None = None
    contact_t_s: float | None = None
    min_clearance_m: float = math.inf
    stopped_t_s: float | None = None
    steps: list[Step] = field(default_factory=list)
    truths: list[tuple[float, float, float, float]] = field(
        default_factory=list
    )  # rider in truck axes, per step

    def first(self, state: State) -> float | None:
        """When the ladder first stood at `state` or above (of the lamps and brake stages)."""
        return next((s.t_s for s in self.steps if s.request.state >= state), None)

    @property
    def asked_decel(self) -> bool:
        return any(s.request.decel_mps2 > 0 for s in self.steps)

    def rider(self, n: int) -> Track | None:
        """The track nearest the rider in step n."""
        x, y = self.truths[n][:2]
        near = [t for t in self.steps[n].tracks if math.hypot(t.x_m - x, t.y_m - y) < 1.5 and t.moving]
        return min(near, key=lambda t: math.hypot(t.x_m - x, t.y_m - y), default=None)


def rectangle(x: float, y: float, heading: float, length: float, width: float) -> np.ndarray:
    """Corners (4, 2) of a box around its centre."""
    cos, sin = math.cos(heading), math.sin(heading)
    half = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]]) * [length / 2, width / 2]
    return half @ np.array([[cos, sin], [-sin, cos]]) + [x, y]


def polygon_distance(a: np.ndarray, b: np.ndarray) -> float:
    """Of two convex polygons; 0 where they overlap. By edges and points, not as the code under test does."""
    if _inside(a, b) or _inside(b, a):
        return 0.0
    return min(_points_to_edges(a, b), _points_to_edges(b, a))


def _edges(polygon: np.ndarray) -> np.ndarray:
    return np.concatenate((polygon[1:], polygon[:1])) - polygon


def _inside(points: np.ndarray, polygon: np.ndarray) -> bool:
    edges = _edges(polygon)
    rel = points[:, None] - polygon[None]
    return bool(np.any(np.all(edges[:, 0] * rel[..., 1] - edges[:, 1] * rel[..., 0] >= 0, axis=1)))


def _points_to_edges(points: np.ndarray, polygon: np.ndarray) -> float:
    edges = _edges(polygon)
    rel = points[:, None] - polygon[None]
    share = np.clip(np.sum(rel * edges, axis=2) / np.sum(edges**2, axis=1), 0, 1)
    return float(np.sqrt(np.sum((rel - share[..., None] * edges) ** 2, axis=2)).min())


def _mirrored_in(
    rail_y_m: float, truck: Truck, x: float, y: float, vx: float, vy: float
) -> tuple[float, float, float, float]:
    """A point of the truck and its velocity over ground, in truck axes, as a rail along x shows them."""
    cos, sin = math.cos(truck.heading_rad), math.sin(truck.heading_rad)
    front_x, front_y = truck.front()
    ground_y = front_y + sin * x + cos * y
    image_x, image_y = truck.to_truck(front_x + cos * x - sin * y, 2 * rail_y_m - ground_y)
    ahead, left = cos * vx - sin * vy, -(sin * vx + cos * vy)
    return image_x, image_y, cos * ahead + sin * left, cos * left - sin * ahead


def _moved(radar: Radar, by_m: np.ndarray) -> tuple[float, float]:
    """Where a radar really sits."""
    return float(radar.position_m[0] + by_m[0]), float(radar.position_m[1] + by_m[1])


class Sensing:
    """Detections of the two radars, after the one-frame errors of a scattering bicycle."""

    def __init__(self, fit: Fit, rng: np.random.Generator, statics: bool) -> None:
        self._rng = rng
        self._fit = fit
        self._misaligned = {r.name: math.radians(0.3) * rng.choice([-1.0, 1.0]) for r in fit.radars}
        self._at = {r.name: _moved(r, rng.normal(0, 0.012, 2)) for r in fit.radars}
        body = np.stack([rng.normal(0, 0.28, 12), rng.uniform(-0.2, 0.2, 12)], axis=1)
        frame = np.stack([rng.uniform(-0.85, 0.85, 8), rng.uniform(-0.08, 0.08, 8)], axis=1)
        self._scatter = np.concatenate([body, frame])
        self._strength = np.concatenate([np.full(12, 2.0), np.full(8, 1.0)])
        self._wander = rng.normal(0, 0.08, 2)
        self._offset = rng.normal(0, 0.06, 2)
        self._statics = np.zeros((0, 2))
        if statics:
            posts = np.stack([np.arange(-20, 60, 7.0), rng.uniform(-6.5, -4.9, 12)], axis=1)
            kerb = np.stack([np.arange(-20, 60, 1.3), np.full(62, -4.5)], axis=1)
            left = np.stack([np.arange(-20, 60, 5.0), rng.uniform(4.0, 7.0, 16)], axis=1)
            self._statics = np.concatenate([posts, kerb, left])

    def frame(
        self, radar: Radar, t_s: float, truck: Truck, rider: tuple[float, float, float] | None
    ) -> list[Detection]:
        rng = self._rng
        self._wander = self._wander * math.exp(-0.025) + rng.normal(
            0, 0.08 * math.sqrt(1 - math.exp(-0.05)), 2
        )
        rows: list[tuple[float, float, float, float]] = []  # truck x, y, ground vx, vy (truck axes)
        if rider is not None and rng.random() > 0.05:
            rows += self._rider(radar, truck, *rider)
        for tx, ty in truck.all_to_truck(self._statics):
            if rng.random() < 0.6:
                rows.append((tx + rng.normal(0, 0.05), ty + rng.normal(0, 0.05), 0.0, 0.0))
        found = [self._measure(radar, t_s, truck, *row) for row in rows]
        found += self._own_body(radar, t_s)
        found += self._false_alarms(radar, t_s)
        return [d for d in found if d is not None]

    def wheels_and_rail(
        self, radar: Radar, t_s: float, truck: Truck, *, rail_y_m: float | None
    ) -> list[Detection]:
        """Rims of the near side, and what a rail shows: its posts, and flank and rims behind it.

        A way over the rail one way only looks as if it came from the middle of a thing and its image. Shares
        as scenario N3 has them in the full truth of the bench.
        """
        rng = self._rng
        rims, rivets = self._rims(truck), [(x, -WIDTH_M / 2, truck.speed_mps, 0.0) for x in RIVETS_X_M]
        rows = [row for row in rims if rng.random() < 0.8]
        if rail_y_m is not None:
            posts = (truck.to_truck(x, rail_y_m) for x in np.arange(-20, 60, 2.0))
            rows += [(x, y, 0.0, 0.0) for x, y in posts if rng.random() < 0.8]
            images = [(row, _mirrored_in(rail_y_m, truck, *row)) for row in rims + rivets]
            rows += [image for _, image in images if rng.random() < 0.3]
            half = [tuple((a + b) / 2 for a, b in zip(row, image, strict=True)) for row, image in images]
            rows += [row for row in half if rng.random() < 0.04]
        found = (self._measure(radar, t_s, truck, *row) for row in rows if radar.name == "corner")
        return [d for d in found if d is not None]

    def _rims(self, truck: Truck) -> list[tuple[float, float, float, float]]:
        """Three points of each wheel: over ground they run at 0 to twice our speed, in the wheel's plane.

        Of several in one cell the azimuth is wrong: they look as if up to 0.05 rad further out.
        """
        phases = self._rng.uniform(0, 2 * math.pi, (len(AXLES_X_M), 3))
        aside_m = [-WIDTH_M / 2 - 0.03 + self._rng.uniform(0, 0.05) * (x - 1) for x in AXLES_X_M]
        return [
            (x + 0.5 * math.sin(phi), y, truck.speed_mps * (1 + math.cos(phi)), 0.0)
            for x, y, of_wheel in zip(AXLES_X_M, aside_m, phases, strict=True)
            for phi in of_wheel
        ]

    def _rider(self, radar: Radar, truck: Truck, x: float, y: float, speed: float) -> list[tuple[float, ...]]:
        rng = self._rng
        cx, cy = truck.to_truck(x, y)
        cos, sin = math.cos(-truck.heading_rad), math.sin(-truck.heading_rad)
        turn = np.array([[cos, sin], [-sin, cos]])  # rows in rider axes -> truck axes
        sight = np.array([cx - radar.position_m[0], cy - radar.position_m[1]])
        range_m = float(np.hypot(*sight))
        sight /= range_m
        at = self._scatter @ turn
        depth = at @ sight
        power = self._strength * np.exp(-(depth - depth.min()) / 0.5) * rng.exponential(1.0, len(at))
        drift = (self._wander + self._offset) @ turn
        count = 1 if range_m > 18 else 2 if range_m > 12 else 4 if range_m > 8 else 12 if range_m > 2.6 else 7
        groups = np.array_split(np.argsort(depth)[: max(count * 2, 8)], count)
        rows = []
        for group in groups:
            weight = power[group] / power[group].sum()
            spot = weight @ at[group] + drift * 0.7
            v = np.array([speed, 0.0]) + rng.normal(0, 0.1, 2)
            rows.append((cx + spot[0], cy + spot[1], *(v @ turn)))
        if range_m < 9:
            for hub in (-0.55, 0.55):
                for _ in range(2):
                    angle = rng.uniform(0, 2 * math.pi)
                    spot = np.array([hub + 0.33 * math.cos(angle), 0.0]) @ turn
                    v = np.array([speed * (1 + math.sin(angle)), 0.0]) @ turn
                    rows.append((cx + spot[0], cy + spot[1], v[0], v[1]))
        return [row for row in rows if rng.random() < 0.9]

    def _measure(
        self, radar: Radar, t_s: float, truck: Truck, x: float, y: float, vx: float, vy: float
    ) -> Detection | None:
        """What the radar as it really sits measures; None where it cannot see."""
        rng = self._rng
        px, py = self._at[radar.name]
        dx, dy = x - px, y - py
        range_m = math.hypot(dx, dy)
        azimuth = math.remainder(
            math.atan2(dy, dx) - radar.yaw_rad - self._misaligned[radar.name], 2 * math.pi
        )
        reach = 0.9 * radar.profile.range_bin_m * radar.profile.samples
        if abs(azimuth) > math.radians(70) or not 0.3 < range_m < reach or self._hidden(px, py, x, y):
            return None
        snr_db = min(60.0, 18 + 40 * math.log10(25 / range_m)) + rng.normal(0, 2)
        if snr_db < 14:
            return None
        sigma = max(math.radians(0.3), math.radians(0.9) * 10 ** ((20 - snr_db) / 20)) / max(
            math.cos(azimuth), 0.3
        )
        own_x = truck.speed_mps - truck.yaw_rate_radps * py
        own_y = truck.yaw_rate_radps * (px - NO_SLIP_X_M)
        rate = ((vx - own_x) * dx + (vy - own_y) * dy) / range_m
        return Detection(
            radar=radar.name,
            t_s=t_s,
            range_m=range_m + rng.normal(0, 0.05),
            range_rate_mps=rate + rng.normal(0, 0.06),
            azimuth_rad=azimuth + rng.normal(0, sigma) + rng.normal(0, 0.05) / range_m,
            azimuth_sigma_rad=sigma,
            snr_db=snr_db,
            fold_margin_db=10.0,
            elevation_rad=None,
            peak=np.zeros(8, dtype=np.complex64),
        )

    @staticmethod
    def _hidden(px: float, py: float, x: float, y: float) -> bool:
        """Behind the truck's own box."""
        bx, by = px + ALONG * (x - px), py + ALONG * (y - py)
        return bool(np.any((bx < -0.02) & (bx > -LENGTH_M) & (np.abs(by) < WIDTH_M / 2 - 0.01)))

    def _own_body(self, radar: Radar, t_s: float) -> list[Detection]:
        if radar.name != "corner":
            return []
        rng = self._rng
        found = []
        for along in (-1.5, -3.2, -5.0, -6.4, -7.8, -9.7):
            dx, dy = along - radar.position_m[0], -1.25 - radar.position_m[1]
            if rng.random() < 0.2:
                continue
            azimuth = math.remainder(math.atan2(dy, dx) - radar.yaw_rad, 2 * math.pi)
            found.append(
                Detection(
                    radar.name,
                    t_s,
                    math.hypot(dx, dy) + rng.normal(0, 0.05),
                    rng.normal(0, 0.03),
                    azimuth + rng.normal(0, 0.012),
                    0.012,
                    30.0,
                    10.0,
                    None,
                    np.zeros(8, dtype=np.complex64),
                )
            )
        return found

    def _false_alarms(self, radar: Radar, t_s: float) -> list[Detection]:
        rng = self._rng
        reach = 0.9 * radar.profile.range_bin_m * radar.profile.samples
        return [
            Detection(
                radar.name,
                t_s,
                rng.uniform(0.5, reach),
                rng.uniform(-9, 9),
                rng.uniform(-1.2, 1.2),
                0.02,
                15.0,
                3.0,
                None,
                np.zeros(8, dtype=np.complex64),
            )
            for _ in range(rng.poisson(0.7))
        ]


class VehicleBus:
    """Truck state as the edge hears it: speed scale, yaw bias, steering offset and noise, delayed."""

    def __init__(self, case: Case, rng: np.random.Generator) -> None:
        self._case, self._rng = case, rng
        self._scale = 1 + rng.uniform(-0.015, 0.015)
        self._yaw_bias = rng.normal(0, math.radians(0.15))
        self._offset = rng.uniform(-1, 1) * math.radians(3) / 20
        if case.steer_offset_rad is not None:
            self._offset = case.steer_offset_rad
        self._delay_s = rng.uniform(0, 0.04)
        self._sent: deque[VehicleState] = deque(maxlen=40)

    def send(self, t_s: float, truck: Truck) -> None:
        case = self._case
        on = case.indicator_before_s is not None and t_s >= case.steer_in_s - case.indicator_before_s
        said: Indicator = "right" if on else "none"
        self._sent.append(
            VehicleState(
                t_s=t_s,
                speed_mps=truck.speed_mps * self._scale,
                yaw_rate_radps=truck.yaw_rate_radps + self._yaw_bias + self._rng.normal(0, 0.002),
                steer_rad=truck.steer_rad + self._offset + self._rng.normal(0, case.steer_noise_rad),
                accel_mps2=None,
                indicator=said,
                accelerator_pct=20.0,
                kickdown=False,
                brake_pedal=False,
                forward_gear=True,
            )
        )

    def heard(self, t_s: float) -> VehicleState:
        old = [s for s in self._sent if s.t_s <= t_s - self._delay_s]
        return old[-1] if old else self._sent[0]


def mirrored(detection: Detection) -> Detection:
    return replace(detection, azimuth_rad=-detection.azimuth_rad)


def mirrored_truck(truck: VehicleState) -> VehicleState:
    swap: dict[Indicator, Indicator] = {"left": "right", "right": "left"}
    return replace(
        truck,
        steer_rad=None if truck.steer_rad is None else -truck.steer_rad,
        yaw_rate_radps=None if truck.yaw_rate_radps is None else -truck.yaw_rate_radps,
        indicator=swap.get(truck.indicator, truck.indicator),
    )


Change = Callable[[VehicleState], VehicleState]


def drive(case: Case, change: Change | None = None) -> Run:
    """Closed loop in stepped time; `change` tampers with what the edge hears of the truck."""
    rng = np.random.default_rng(case.seed)
    scene_fit = load_fit(shipped_fit("demo"), "right")
    fit = load_fit(shipped_fit("demo"), case.side)
    sensing, bus = Sensing(scene_fit, rng, case.statics), VehicleBus(case, rng)
    truck, memory, run = Truck(speed_mps=case.speed_mps), Memory(fit), Run()
    final_rad = -math.atan(WHEELBASE_M / case.radius_m) if case.radius_m else 0.0
    pending: deque[tuple[int, float]] = deque()
    offsets_us = {
        radar.name: 2_500 + round(radar.frame_offset_s * 1e6 / TICK_US) * TICK_US for radar in fit.radars
    }
    ready_mps2 = asked_mps2 = sent_mps2 = 0.0
    sent: deque[tuple[int, float]] = deque()
    for now_us in range(0, round(case.end_s * 1e6), TICK_US):
        t_s = now_us * 1e-6
        if t_s >= case.steer_in_s:
            truck.steer_rad = max(final_rad, truck.steer_rad - case.steer_radps * TICK_US * 1e-6)
        rider_x = None if case.rider_x_m is None else case.rider_x_m + case.rider_mps * t_s
        rider = None if rider_x is None else (rider_x, case.rider_y_m, case.rider_mps)
        if now_us % 10_000 == 0:
            bus.send(t_s, truck)
        for radar, mirror in zip(scene_fit.radars, fit.radars, strict=True):
            if case.system and (now_us + 2_500 - offsets_us[radar.name]) % FRAME_US == 0:
                detections = sensing.frame(radar, t_s, truck, rider)
                if case.own_wheels:
                    detections += sensing.wheels_and_rail(radar, t_s, truck, rail_y_m=case.rail_y_m)
                heard = bus.heard(t_s)
                if case.side == "left":
                    detections = [mirrored(d) for d in detections]
                    heard = mirrored_truck(heard)
                if change is not None:
                    heard = change(heard)
                step = decide(detections, mirror.name, len(run.steps), heard, t_s, state=memory, fit=fit)
                run.steps.append(step)
                pending.append((now_us + AVAILABLE_US, step.request.decel_mps2))
                if rider is not None:
                    x, y = truck.to_truck(rider[0], rider[1])
                    cos, sin = math.cos(truck.heading_rad), math.sin(truck.heading_rad)
                    run.truths.append((x, y, rider[2] * cos, -rider[2] * sin))
        while pending and pending[0][0] <= now_us:
            ready_mps2 = pending.popleft()[1]
        if now_us % REQUEST_US == 0:
            sent.append((now_us + GATEWAY_US, ready_mps2))
        while sent and sent[0][0] <= now_us:
            asked_mps2 = sent.popleft()[1]
        truck.move(t_s, TICK_US * 1e-6, asked_mps2)
        if rider is not None and _judge(run, truck, rider, t_s):
            break
        if truck.speed_mps <= 0.14 and run.stopped_t_s is None:
            run.stopped_t_s = t_s
        if run.stopped_t_s is not None and t_s - run.stopped_t_s > case.after_standstill_s:
            break
    del sent_mps2
    return run


def _judge(run: Run, truck: Truck, rider: tuple[float, float, float], t_s: float) -> bool:
    """True at contact with the rolling truck."""
    x, y = truck.to_truck(rider[0], rider[1])
    body = rectangle(-LENGTH_M / 2, 0.0, 0.0, LENGTH_M, WIDTH_M)
    if math.hypot(x + LENGTH_M / 2, y) > 9:
        return False
    apart = polygon_distance(body, rectangle(x, y, -truck.heading_rad, *RIDER_M))
    run.min_clearance_m = min(run.min_clearance_m, apart)
    if apart > 0 or truck.speed_mps <= 0.14:
        return False
    run.contact, run.contact_speed_mps, run.contact_x_m, run.contact_t_s = True, truck.speed_mps, x, t_s
    return True
