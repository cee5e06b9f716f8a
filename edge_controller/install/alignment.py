"""Radar alignment against a corner reflector set up at measured places: how far is each radar's yaw off?

Raw samples go through the same `detect` as on the road; the fit says where the reflector must appear.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from edge_controller.config import Fit, Radar
from edge_controller.detection import Detector
from edge_controller.install.text import CheckFailedError, Text
from edge_controller.install.truck import Truck
from edge_controller.messages import Detection, RadarFrame
from edge_controller.registration.checks import (
    MAX_RESIDUAL_MDEG,
    MAX_YAW_ERROR_MDEG,
    Alignment,
)

RANGE_M = 6.0  # far enough that 2 cm of tape measure are 0.2 degrees
OFFSETS_RAD = tuple(math.radians(angle) for angle in (-20.0, 0.0, 20.0))  # from the boresight of the fit
FRAMES = 3
GATE_M, GATE_RAD = 0.6, math.radians(15.0)  # where a detection may be the reflector
STILL_MPS = 0.3

Place = tuple[float, float, float]


class Sighting(NamedTuple):
    """The reflector as one radar saw it from one place."""

    place_m: Place
    due_rad: float
    seen_rad: tuple[float, ...]  # one per frame

    @property
    def error_rad(self) -> float:
        """Positive: the radar looks further to the left than the fit says."""
        return self.due_rad - sum(self.seen_rad) / len(self.seen_rad)


@dataclass(frozen=True, slots=True)
class RadarAlignment:
    """One radar: yaw error, and what no yaw error explains."""

    radar: str
    yaw_error_rad: float
    residual_rad: float

    @property
    def is_good(self) -> bool:
        """Within IC-11 and IC-12."""
        return (
            abs(math.degrees(self.yaw_error_rad)) * 1000 <= MAX_YAW_ERROR_MDEG
            and math.degrees(self.residual_rad) * 1000 <= MAX_RESIDUAL_MDEG
        )


def places(radar: Radar) -> tuple[Place, ...]:
    """Where the reflector goes for one radar, truck axes, at the radar's own height."""
    x_m, y_m, z_m = radar.position_m
    angles = (radar.yaw_rad + offset for offset in OFFSETS_RAD)
    return tuple((x_m + RANGE_M * math.cos(a), y_m + RANGE_M * math.sin(a), z_m) for a in angles)


def align(
    truck: Truck, fit: Fit, please: Callable[[Text], None], log: Callable[[str, Sighting], None]
) -> tuple[RadarAlignment, ...]:
    """Every radar of the fit; CheckFailedError where one does not see the reflector."""
    found = []
    for radar in fit.radars:
        sightings = []
        for place_m in places(radar):
            please(_put(radar, place_m))
            frames = truck.reflector(radar.name, place_m, FRAMES)
            sightings.append(sighting(radar, place_m, frames))
            log(radar.name, sightings[-1])
        found.append(estimate(radar.name, sightings))
    return tuple(found)


def sighting(radar: Radar, place_m: Place, frames: list[RadarFrame]) -> Sighting:
    """The strongest still reflection near the place, frame by frame."""
    x_m, y_m = place_m[0] - radar.position_m[0], place_m[1] - radar.position_m[1]
    due_rad = _wrapped(math.atan2(y_m, x_m) - radar.yaw_rad)
    range_m = math.hypot(x_m, y_m)
    detector = Detector(radar)
    seen = []
    for frame in frames:
        near = [one for one in detector.detect(frame) if _may_be_reflector(one, range_m, due_rad)]
        if not near:
            raise CheckFailedError(
                "reflector_unseen",
                Text(f"雷达“{radar.name}”在{range_m:.1f} m处未发现角反射器。",
                     f"Radar {radar.name!r} does not see the reflector at {range_m:.1f} m."),
                Text("检查反射器位置、雷达供电和前方遮挡，安装角偏差超过15度时也会如此。",
                     "Check the reflector's place, the radar's supply and what stands before it; "
                     "a radar more than 15 degrees off looks like this, too."),
            )  # fmt: skip
        seen.append(max(near, key=lambda one: one.snr_db).azimuth_rad)
    return Sighting(place_m, due_rad, tuple(seen))


def estimate(radar: str, sightings: list[Sighting]) -> RadarAlignment:
    """Yaw error: the mean over all places. Residual: RMS of what is left, place by place."""
    errors = [one.error_rad for one in sightings]
    yaw_error_rad = sum(errors) / len(errors)
    rest = sum((error - yaw_error_rad) ** 2 for error in errors) / len(errors)
    return RadarAlignment(radar, yaw_error_rad, math.sqrt(rest))


def alignment_of(found: tuple[RadarAlignment, ...]) -> Alignment:
    """As the record carries it: the worst, rounded up, so that it never says better than it was."""
    return Alignment(
        radars=len(found),
        yaw_error_mdeg=max(math.ceil(abs(math.degrees(one.yaw_error_rad)) * 1000) for one in found),
        residual_mdeg=max(math.ceil(math.degrees(one.residual_rad) * 1000) for one in found),
    )


def _may_be_reflector(one: Detection, range_m: float, due_rad: float) -> bool:
    return (
        abs(one.range_m - range_m) <= GATE_M
        and abs(one.azimuth_rad - due_rad) <= GATE_RAD
        and abs(one.range_rate_mps) <= STILL_MPS
    )


def _put(radar: Radar, place_m: Place) -> Text:
    x_m, y_m, z_m = place_m
    side, side_zh = ("left", "左") if y_m > 0 else ("right", "右")
    way, way_zh = ("ahead of", "前方") if x_m > 0 else ("behind", "后方")
    return Text(
        f"将角反射器放在前保险杠{way_zh}{abs(x_m):.2f} m、车辆中线{side_zh}侧{abs(y_m):.2f} m、"
        f"高{z_m:.2f} m处（雷达“{radar.name}”）。",
        f"Put the reflector {abs(x_m):.2f} m {way} the front bumper, {abs(y_m):.2f} m to the {side} of the "
        f"middle line, {z_m:.2f} m high (radar {radar.name!r}).",
    )


def _wrapped(angle_rad: float) -> float:
    return math.remainder(angle_rad, 2 * math.pi)
