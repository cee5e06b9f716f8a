"""A recording through detection and tracking, as data for a program or a table for a person."""

import math
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol, TypedDict

from edge_controller.config import Radar
from edge_controller.detection import Detector, Monitor
from edge_controller.detection.height import height_m
from edge_controller.detection.stillness import Stillness
from edge_controller.errors import InputError
from edge_controller.messages import Detection, RadarFrame, Track, VehicleState


class Tracks(Protocol):
    """What replay needs of `edge_controller.tracking.Tracker`."""

    def update(
        self, detections: tuple[Detection, ...], truck_state: VehicleState, t_s: float
    ) -> tuple[Track, ...]:
        """Detections of one frame in, all tracks out."""
        ...


class ReplayedFrame(TypedDict):
    """One frame of the answer; JSON has these keys."""

    frame: int
    t_s: float
    radar: str
    faults: list[str]
    detections: list[dict[str, float | None]]
    tracks: list[dict[str, object]]


def replay(frames: Iterable[RadarFrame], radar: Radar, tracker: Tracks) -> list[ReplayedFrame]:
    """Every frame through detection and tracking, the truck standing."""
    detector, stillness = Detector(radar), Stillness(radar)
    answer = []
    for frame in frames:
        detections = detector.detect(frame)
        tracks = tracker.update(detections, _standing(frame.mid_t_s), frame.mid_t_s)
        rows = [
            _detection(detection, radar, wander_mm)
            for detection, wander_mm in zip(detections, stillness.update(detections), strict=True)
        ]
        answer.append(_replayed(frame, detector.monitor, rows, tracks))
    return answer


def most_seen(frames: list[ReplayedFrame]) -> int:
    """The first of the frames with most detections."""
    return max(range(len(frames)), key=lambda n: (len(frames[n]["detections"]), -n))


def require_frame(index: int, count: int, source: Path) -> None:
    """InputError where a recording of so many frames has none of that number."""
    if index >= count:
        raise InputError(f"{source}: has {count} frames, counted from 0, so none is {index}")


def _standing(t_s: float) -> VehicleState:
    """A recording says nothing of a truck: it stands, and nothing else is known."""
    return VehicleState(
        t_s=t_s,
        speed_mps=0.0,
        yaw_rate_radps=0.0,
        steer_rad=None,
        accel_mps2=0.0,
        indicator="unknown",
        accelerator_pct=None,
        kickdown=None,
        brake_pedal=None,
        forward_gear=None,
    )


def _replayed(
    frame: RadarFrame,
    monitor: Monitor,
    detections: list[dict[str, float | None]],
    tracks: tuple[Track, ...],
) -> ReplayedFrame:
    return ReplayedFrame(
        frame=frame.index,
        t_s=frame.mid_t_s,
        radar=frame.radar,
        faults=list(monitor.faults),
        detections=detections,
        tracks=[_track(track) for track in tracks],
    )


def _detection(detection: Detection, radar: Radar, wander_mm: float | None) -> dict[str, float | None]:
    height = height_m(detection, radar)
    return {
        "range_m": detection.range_m,
        "range_rate_mps": detection.range_rate_mps,
        "azimuth_rad": detection.azimuth_rad,
        "azimuth_sigma_rad": detection.azimuth_sigma_rad,
        "elevation_rad": detection.elevation_rad,
        "snr_db": detection.snr_db,
        "fold_margin_db": detection.fold_margin_db,
        "height_m": None if height is None else height.height_m,
        "wander_mm": wander_mm,  # None while less than a second is known
    }


def _track(track: Track) -> dict[str, object]:
    return {
        "id": track.id,
        "x_m": track.x_m,
        "y_m": track.y_m,
        "vx_mps": track.vx_mps,
        "vy_mps": track.vy_mps,
        "length_m": track.length_m,
        "width_m": track.width_m,
        "hits": track.hits,
        "confirmed": track.confirmed,
        "moving": track.moving,
    }


def table(frames: list[ReplayedFrame]) -> str:
    """The same for a person: strongest detections first."""
    lines = []
    for frame in frames:
        lines.append(
            f"frame {frame['frame']}  t {frame['t_s']:.3f} s  "
            f"{len(frame['detections'])} detections  {len(frame['tracks'])} tracks"
        )
        lines += [f"  radar {frame['radar']}: {fault}" for fault in frame["faults"]]
        lines.append("   range m   rate m/s  azimuth deg  SNR dB")
        lines += [_row(detection) for detection in frame["detections"]]
    return "\n".join(lines)


def _row(detection: dict[str, float | None]) -> str:
    azimuth_deg = math.degrees(detection["azimuth_rad"] or 0.0)
    return (
        f"  {detection['range_m']:8.2f}  {detection['range_rate_mps']:+9.2f}  {azimuth_deg:+11.1f}"
        f"  {detection['snr_db']:6.1f}"
    )
