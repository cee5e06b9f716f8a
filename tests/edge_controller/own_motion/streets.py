"""A cheap street for hours of driving: statics, traffic, own flank -> detections, without raw samples.

Kerb stones, posts and parked cars stand on both sides of a road along x; levels follow the radar equation
with the demo fit's budget (42 dB for 1 m2 at 10 m on the boresight, 14 dB are seen). Not simulated here:
mirrors, shadows, beats of several paths, pitch.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from edge_controller.config import Fit, Radar
from edge_controller.messages import Detection, VehicleState

NOISE = np.zeros(8, np.complex64)
SEEN_DB = 14.0
LEVEL_DB = 42.0


@dataclass
class Drive:
    """One truck in traffic. Angles in degrees, mount errors by radar name."""

    fit: Fit
    seed: int
    yaw_deg: dict[str, float] = field(default_factory=dict)
    speed_scale: float = 1.0
    yaw_rate_offset_degps: float = 0.0
    traffic: float = 0.1  # cars a second, each way
    speed_mps: float | None = None  # None: stops and goes up to 10 m/s
    frame_s: float = 0.05
    film_db: dict[str, float] = field(default_factory=dict)  # both ways
    film_sector_deg: tuple[float, float] = (-90.0, 90.0)
    film_from_s: float = 0.0
    density: float = 1.0  # of statics
    reads_zero_below_mps: float = 0.5
    channel_tilt: float = 0.0  # added to every sine that is measured
    street_ends_m: float = math.inf
    body_seed: int | None = None  # the same truck in many streets; else a body for each seed
    quarters_db: float = 0.0  # r.m.s. of how much more or less all of 300 m returns

    def frames(
        self, seconds: float
    ) -> Iterator[tuple[Radar, list[Detection], VehicleState, tuple[float, float]]]:
        """Radar, what it sees, what the bus says, and (speed, yaw rate) as they are."""
        rng = np.random.default_rng(self.seed)
        speed, target, until_s = self.speed_mps or 5.0, self.speed_mps or 6.0, 12.0
        x_m = y_m = heading = 0.0
        phase = rng.uniform(0, 6, 2)
        world = _World(self, rng, seconds)
        truck = self.fit.truck
        for n in range(round(seconds / self.frame_s)):
            t_s = n * self.frame_s
            if self.speed_mps is None and t_s > until_s:
                target = 0.0 if target > 0 and rng.random() < 0.4 else float(rng.uniform(1, 10))
                until_s = t_s + float(rng.uniform(8, 25))
            before = speed
            speed = max(0.0, speed + float(np.clip(target - speed, -1.8 * self.frame_s, 0.9 * self.frame_s)))
            wheel = 0.012 * math.sin(t_s / 1.2 + phase[0]) + 0.02 * math.sin(t_s / 3 + phase[1])
            steer = wheel - 0.02 * y_m - 0.25 * heading
            yaw_rate = speed * math.tan(steer) / truck.wheelbase_m
            heading += yaw_rate * self.frame_s
            x_m += speed * self.frame_s * math.cos(heading)
            y_m += speed * self.frame_s * math.sin(heading)
            says = speed * self.speed_scale if speed >= self.reads_zero_below_mps else 0.0
            bus = VehicleState(
                t_s,
                says,
                yaw_rate + math.radians(self.yaw_rate_offset_degps),
                steer,
                (speed - before) / self.frame_s,
                "none",
                0.0,
                False,
                False,
                True,
            )
            for radar in self.fit.radars:
                seen = world.seen(radar, (x_m, y_m, heading), (speed, yaw_rate), t_s)
                yield radar, seen, bus, (speed, yaw_rate)


class _World:
    def __init__(self, drive: Drive, rng: np.random.Generator, seconds: float) -> None:
        self._drive = drive
        self._rng = rng
        length_m = 10.0 * seconds + 200
        parts = []
        for every_m, y_m, rcs, height in (
            (2.0, -5.9, (-18, -10), (0.05, 0.15)),
            (15.0, -6.7, (-5, 0), (0.8, 1.2)),
            (6.0, 8.5, (-5, 5), (0.4, 0.9)),
        ):
            x_m = np.arange(-100, length_m, every_m / max(drive.density, 1e-6))
            count = len(x_m)
            parts.append(
                np.stack(
                    [
                        x_m + rng.uniform(-0.5, 0.5, count) * every_m,
                        y_m + rng.uniform(-0.5, 0.5, count),
                        rng.uniform(*height, count),
                        rng.uniform(*rcs, count),
                    ],
                    axis=1,
                )
            )
        self._statics = np.concatenate(parts)
        self._statics[:, 1] *= -drive.fit.truck.near_sign
        self._statics = self._statics[self._statics[:, 0] < drive.street_ends_m]
        quarter = (self._statics[:, 0] // 300).astype(np.intp) + 1
        self._statics[:, 3] += rng.normal(0, drive.quarters_db, quarter.max() + 1)[quarter]
        self._statics = self._statics[np.argsort(self._statics[:, 0])]
        cars = round(seconds * drive.traffic)
        self._cars = np.stack(
            [
                rng.uniform(0, seconds, 2 * cars),
                np.repeat([4.2, 3.6], cars),
                np.concatenate([rng.uniform(-14, -4, cars), rng.uniform(2, 14, cars)]),
            ],
            axis=1,
        )
        self._glints = np.stack(
            [rng.uniform(-2.25, 2.25, 24), rng.uniform(-0.9, 0.9, 24), rng.uniform(-8, 2, 24)], axis=1
        )
        self._car_x: dict[int, float] = {}
        body = rng if drive.body_seed is None else np.random.default_rng(drive.body_seed)
        self._flank = body.uniform(-8, 0, 14)

    def seen(
        self, radar: Radar, pose: tuple[float, float, float], motion: tuple[float, float], t_s: float
    ) -> list[Detection]:
        x_m, y_m, heading = pose
        truck = self._drive.fit.truck
        arm = (radar.position_m[0] - truck.no_side_slip_x_m, radar.position_m[1])
        at = (
            x_m + math.cos(heading) * arm[0] - math.sin(heading) * arm[1],
            y_m + math.sin(heading) * arm[0] + math.cos(heading) * arm[1],
        )
        own = (motion[0] - motion[1] * arm[1], motion[1] * arm[0])
        mine = (
            own[0] * math.cos(heading) - own[1] * math.sin(heading),
            own[0] * math.sin(heading) + own[1] * math.cos(heading),
        )
        low, high = np.searchsorted(self._statics[:, 0], (at[0] - 45, at[0] + 45))
        points = self._statics[low:high]
        moving = np.zeros((len(points), 1))
        points = np.hstack([points, moving])
        for n, (when_s, lane_m, car_mps) in enumerate(self._cars):
            if abs(t_s - when_s) < 8:
                middle = self._car_x.setdefault(n, at[0]) + car_mps * (t_s - when_s)
                car = np.stack(
                    [
                        middle + self._glints[:, 0],
                        lane_m + self._glints[:, 1],
                        np.full(24, 0.6),
                        self._glints[:, 2],
                        np.full(24, car_mps),
                    ],
                    axis=1,
                )
                points = np.concatenate([points, car])
        yaw = radar.yaw_rad + math.radians(self._drive.yaw_deg.get(radar.name, 0.0)) + heading
        return self._measured(radar, points, (at, mine, yaw), t_s) + self._own_flank(radar, t_s)

    def _measured(
        self,
        radar: Radar,
        points: np.ndarray,
        mount: tuple[tuple[float, float], tuple[float, float], float],
        t_s: float,
    ) -> list[Detection]:
        (at, mine, yaw), rng = mount, self._rng
        away = points[:, :2] - at
        up = points[:, 2] - radar.position_m[2]
        range_m = np.sqrt((away**2).sum(axis=1) + up**2)
        azimuth = np.arctan2(away[:, 1], away[:, 0]) - yaw
        azimuth = np.arctan2(np.sin(azimuth), np.cos(azimuth))
        facing = np.cos(azimuth)
        with np.errstate(divide="ignore", invalid="ignore"):
            snr_db = (
                LEVEL_DB
                + points[:, 3]
                + rng.normal(0, 3, len(points))
                - 40 * np.log10(range_m / 10)
                + 31 * np.log10(np.where(facing > 0, facing, 1e-9))
            )
        snr_db = snr_db - self._film_db(radar, azimuth, t_s)
        reach_m = 0.95 * radar.profile.range_bin_m * radar.profile.samples
        keep = (facing > 0.3) & (snr_db > SEEN_DB) & (range_m < reach_m) & (range_m > 1)
        count = int(keep.sum())
        rate = (
            ((points[keep, 4] - mine[0]) * away[keep, 0] - mine[1] * away[keep, 1]) / range_m[keep]
        ) + rng.normal(0, 0.04, count)
        span = 2 * radar.max_range_rate_mps
        rate = rate - span * np.round(rate / span)
        sine = np.sin(azimuth[keep]) * np.sqrt(1 - (up[keep] / range_m[keep]) ** 2)
        sine = sine + self._drive.channel_tilt + rng.normal(0, 0.008, count)
        measured = np.arcsin(np.clip(sine, -0.98, 0.98))
        order = np.argsort(-snr_db[keep])
        return [
            Detection(
                radar.name,
                t_s,
                float(range_m[keep][n]),
                float(rate[n]),
                float(measured[n]),
                0.008,
                float(snr_db[keep][n]),
                2.0,
                None,
                NOISE,
            )
            for n in order
        ]

    def _film_db(self, radar: Radar, azimuth: np.ndarray, t_s: float) -> np.ndarray:
        film_db = self._drive.film_db.get(radar.name, 0.0) if t_s >= self._drive.film_from_s else 0.0
        low, high = np.radians(self._drive.film_sector_deg)
        return np.where((azimuth >= low) & (azimuth <= high), film_db, 0.0)

    def _own_flank(self, radar: Radar, t_s: float) -> list[Detection]:
        """Rivets of the flank behind the corner radar: at rest against us, always there."""
        if abs(radar.position_m[1]) < 1.2:
            return []
        x_m = -1.2 - 0.6 * np.arange(len(self._flank))
        beside_m = math.copysign(1.25, radar.position_m[1]) - radar.position_m[1]
        away = np.stack([x_m - radar.position_m[0], np.full(len(x_m), beside_m)], axis=1)
        range_m = np.hypot(away[:, 0], away[:, 1])
        azimuth = np.arctan2(away[:, 1], away[:, 0]) - radar.yaw_rad
        azimuth = np.arctan2(np.sin(azimuth), np.cos(azimuth))
        snr_db = LEVEL_DB + self._flank - 40 * np.log10(range_m / 10) + 31 * np.log10(np.cos(azimuth))
        snr_db = snr_db + self._rng.normal(0, 0.5, len(snr_db)) - self._film_db(radar, azimuth, t_s)
        return [
            Detection(radar.name, t_s, float(r), 0.0, float(a), 0.008, float(s), 2.0, None, NOISE)
            for r, a, s in zip(range_m, azimuth, snr_db, strict=True)
            if s > SEEN_DB
        ]
