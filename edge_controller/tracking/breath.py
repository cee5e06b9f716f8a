"""Who stands still and breathes: seen while the truck stands, remembered for the life of his track.

What stands shows no Doppler, so it is never proven to move (decision 0030). Frame by frame the phase of a
person wanders by a third of a millimetre and more, that of a post by a twentieth: decision 0048.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from edge_controller.config import Radar, Truck
from edge_controller.detection.stillness import Stillness, noise_mm
from edge_controller.messages import Detection, OwnMotion, Track, VehicleState
from edge_controller.tracking.odometry import Floats
from edge_controller.tracking.target import MOVING_SPEED_MPS

SWAYS_MM = 0.09  # root mean square over up to three seconds
NOISE = 4.0  # times what the noise of one phase makes, 0.04 mm at 15 dB: weak ones add up (0174)
CREPT_MM = 0.15  # of what wanders least elsewhere
SHAKEN = 4.0  # times what wanders least elsewhere: an idling engine shakes the cab by 0.1 mm, a creep by more
REFERENCES = 3  # things elsewhere that say so
APART_M = 1.5  # elsewhere
NEAR_M = 0.6  # an echo of this track
FRAMES = 5
SHARE = 0.6  # of the frames in which something was known of him
OWN_BODY_M = 0.3  # what shakes with us is no reference
RESTS_S = 0.1  # what one radar's statics say of the truck holds so long for one that sees none
PRESSED_S = 1.0  # brake pedal at speed 0: CAN reads 0 below 2 km/h, and the last of it is over by then


@dataclass(slots=True)
class _Watched:
    frames: int = 0
    swayed: int = 0

    @property
    def breathes(self) -> bool:
        return self.swayed >= max(FRAMES, SHARE * self.frames)


class Breath:
    """One `update` per radar frame, after the tracker's."""

    def __init__(self, radars: Sequence[Radar], truck: Truck | None) -> None:
        self._radars = {radar.name: radar for radar in radars}
        self._truck = truck
        self._stillness: dict[str, Stillness] = {}
        self._watched: dict[int, _Watched] = {}
        self._pressed_since_s: float | None = None
        self._rested_s: float | None = None  # when statics last said so
        self.rests = False  # the truck, as of the last frame

    def update(
        self,
        tracks: tuple[Track, ...],
        detections: Sequence[Detection],
        radar: str,
        truck: VehicleState,
        own_motion: OwnMotion | None,
    ) -> tuple[Track, ...]:
        """The same tracks, those marked that were found to breathe."""
        alive = {track.id for track in tracks}
        self._watched = {n: watched for n, watched in self._watched.items() if n in alive}
        self.rests = self._rests(truck, own_motion)
        if self.rests:
            self._look(tracks, detections, self._radars[radar])
        else:
            self._stillness.clear()
        found = {n for n, watched in self._watched.items() if watched.breathes}
        return tuple(replace(track, breathes=True) if track.id in found else track for track in tracks)

    def _rests(self, truck: VehicleState, own_motion: OwnMotion | None) -> bool:
        """By what stands around, or by a pedal kept down."""
        if not (truck.brake_pedal and truck.speed_mps == 0):
            self._pressed_since_s = None
        elif self._pressed_since_s is None:
            self._pressed_since_s = truck.t_s
        if truck.speed_mps != 0:
            return False
        if own_motion is not None and own_motion.statics > 0:
            self._rested_s = truck.t_s if own_motion.rests else None
            return own_motion.rests
        if self._rested_s is not None and truck.t_s - self._rested_s <= RESTS_S:
            return True
        return self._pressed_since_s is not None and truck.t_s - self._pressed_since_s >= PRESSED_S

    def _look(self, tracks: tuple[Track, ...], detections: Sequence[Detection], radar: Radar) -> None:
        stillness = self._stillness.setdefault(radar.name, Stillness(radar))
        alone = tuple(one for one in detections if not one.sways)
        wander_mm = stillness.update(alone)
        known = [(one, mm) for one, mm in zip(alone, wander_mm, strict=True) if mm is not None]
        known += [(one, math.inf) for one in detections if one.sways]
        if not known:
            return
        at_m = np.array([_place_m(one, radar) for one, _ in known])
        wander = np.array([mm for _, mm in known])
        least_mm = np.array([max(SWAYS_MM, NOISE * noise_mm(one.snr_db, radar)) for one, _ in known])
        outside = ~self._is_own_body(at_m)
        for track in tracks:
            if not track.confirmed:
                continue
            away_m = np.hypot(at_m[:, 0] - track.x_m, at_m[:, 1] - track.y_m)
            # Who goes past a truck at rest stands nowhere: it is his echo abeam that seems to.
            stands = not track.moving or math.hypot(track.vx_mps, track.vy_mps) < MOVING_SPEED_MPS
            counts = outside & (np.isfinite(wander) | stands)
            near = (away_m < NEAR_M) & counts
            others = wander[(away_m > APART_M) & outside & np.isfinite(wander)]
            if not near.any():
                continue
            quiet_mm = others.min() if len(others) >= REFERENCES else 0.0
            if quiet_mm > CREPT_MM:  # the truck crept: nobody is told from a post, nor a post from him
                continue
            watched = self._watched.setdefault(track.id, _Watched())
            watched.frames += 1
            # One echo that sways is somebody; the still ones beside it are the kerb's or the wall's.
            watched.swayed += bool((wander > np.maximum(least_mm, SHAKEN * quiet_mm))[near].any())

    def _is_own_body(self, at_m: Floats) -> NDArray[np.bool_]:
        if self._truck is None:
            return np.zeros(len(at_m), dtype=np.bool_)
        beside = np.abs(at_m[:, 1]) < self._truck.width_m / 2 + OWN_BODY_M
        along = (at_m[:, 0] < OWN_BODY_M) & (at_m[:, 0] > -self._truck.length_m - OWN_BODY_M)
        return np.asarray(beside & along)


def _place_m(detection: Detection, radar: Radar) -> tuple[float, float]:
    """In truck axes."""
    azimuth_rad = detection.azimuth_rad + radar.yaw_rad
    x_m, y_m = radar.position_m[0], radar.position_m[1]
    return x_m + detection.range_m * math.cos(azimuth_rad), y_m + detection.range_m * math.sin(azimuth_rad)
