"""What a page replays: its runs at 20 Hz, in world axes, rounded to the centimetre."""

import math
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from edge_controller.config import Fit
from edge_controller.messages import Detection, Step, Track
from hil.encounter import Encounter
from hil.plant.geometry import Outline, nearest, placed, rectangle
from hil.plant.truck import Pose
from hil.report.lines import RoadLine
from hil.report.road import road_of
from hil.report.standing import standing_of
from hil.report.timeline import refusal_spans
from hil.report.words import LADDER_CHINESE, look_of
from hil.runlog import STANDS_MPS, RunLog, Tick

RATE_HZ = 20
FIGURES_KEPT, TRACK_FIGURES = 350_000, 9  # of detections and tracks, some five bytes each
DRAWN_TO_M = 45.0  # reflections beyond are outside the picture
GAP_SHOWN_BELOW_M = 4.0
LEAD_IN_S = 4.0  # the page starts to play this long before the outcome is known
SHOWN_M = {1: 60.0, 2: 30.0}  # across one scene, by how many stand side by side: one scale on the screen


def replay_of(
    encounter: Encounter, *runs: RunLog, seed: int | None = None, lines: Sequence[RoadLine] = ()
) -> dict[str, Any]:
    """Everything the page's script needs, ready for JSON; the system's run last, the roadside by seed."""
    fit = encounter.fit
    decisive_s = max(decisive_tick(run).t_s for run in runs)
    road, standing = road_of(encounter), standing_of(encounter, seed)
    return {
        "shown_m": SHOWN_M[len(runs)],
        "near_sign": fit.truck.near_sign,
        "truck": {
            "length_m": encounter.body.length_m,
            "width_m": encounter.body.width_m,
            "bogie_x_m": encounter.body.no_side_slip_x_m,
            "front_axle_x_m": -fit.truck.front_overhang_m,
        },
        "users": [
            {
                "kind": user.kind,
                "look": look_of(user),
                "upright_m": user.upright_m,
                "lying_m": user.lying_m,
            }
            for user in encounter.users
        ],
        "radars": [
            {
                "name": radar.name,
                "x_m": radar.position_m[0],
                "y_m": radar.position_m[1],
                "yaw_rad": round(radar.yaw_rad, 4),
                "half_view_rad": round(fit.radio.field_of_view_rad, 4),
            }
            for radar in fit.radars
        ],
        "road": {
            "surface": _rounded(road.surface),
            "kerbs": _rounded(road.kerbs),
            "lane_lines": _rounded(road.lane_lines),
        },
        "standing": {
            "points": _rounded([standing.points])[0],
            "rails": _rounded(standing.rails),
            "bodies": _rounded(standing.bodies),
            "signs": _rounded([standing.signs])[0],
        },
        "lines": [
            {
                "x_m": round(line.x_m, 2),
                "text": f"{line.name} {line.chinese}",
                "short": line.short,
                "is_limit": line.is_limit,
            }
            for line in lines
        ],
        "ladder": LADDER_CHINESE,
        "decisive_s": decisive_s,
        "start_s": max(0.0, decisive_s - LEAD_IN_S),
        "runs": [_run(encounter, run) for run in runs],
    }


def sampled(log: RunLog) -> list[Tick]:
    """Ticks nearest to every twentieth of a second, those with a new state, the decisive one, the last."""
    times = [tick.t_s for tick in log.ticks]
    count = math.floor((times[-1] - times[0]) * RATE_HZ + 1e-9) + 1
    chosen = [nearest_tick(log, times[0] + n / RATE_HZ, times) for n in range(count)]
    changed = [b for a, b in pairwise(log.ticks) if _said(a) != _said(b)]
    by_time = {tick.t_s: tick for tick in [*chosen, *changed, decisive_tick(log), log.ticks[-1]]}
    return [by_time[t_s] for t_s in sorted(by_time)]


def _said(tick: Tick) -> tuple[str, str, str, int]:
    return tick.edge_state, tick.gateway_state, tick.reason, tick.lamps


def nearest_tick(log: RunLog, t_s: float, times: list[float]) -> Tick:
    """The tick nearest in time; `times` are those of the ticks."""
    after = bisect_left(times, t_s)
    around = log.ticks[max(0, after - 1) : after + 1]
    return min(around, key=lambda tick: abs(tick.t_s - t_s))


def decisive_tick(log: RunLog) -> Tick:
    """Contact, else the coming to rest, else the end."""
    times = [tick.t_s for tick in log.ticks]
    decided_s = at_rest_s(log) if log.contact is None else log.contact.t_s
    return log.ticks[-1] if decided_s is None else nearest_tick(log, decided_s, times)


def at_rest_s(log: RunLog) -> float | None:
    """When the truck first stood after it had moved: a drive may begin at rest."""
    stands = [tick.truck.speed_mps <= STANDS_MPS for tick in log.ticks]
    return next(
        (b.t_s for b, before, now in zip(log.ticks[1:], stands, stands[1:], strict=False) if now > before),
        None,
    )


def detection_in_truck_axes(detection: Detection, fit: Fit) -> tuple[float, float]:
    """On the ground plane: elevation, then pitch (nose-down positive), then yaw, then position."""
    radar = fit.radar(detection.radar)
    elevation_rad = detection.elevation_rad or 0.0
    flat_m = detection.range_m * math.cos(elevation_rad)
    forward_m, left_m = flat_m * math.cos(detection.azimuth_rad), flat_m * math.sin(detection.azimuth_rad)
    up_m = detection.range_m * math.sin(elevation_rad)
    level_m = forward_m * math.cos(radar.pitch_rad) + up_m * math.sin(radar.pitch_rad)
    turned = _turned(level_m, left_m, radar.yaw_rad)
    return turned[0] + radar.position_m[0], turned[1] + radar.position_m[1]


def to_world(x_m: float, y_m: float, pose: Pose) -> tuple[float, float]:
    """A point in truck axes, at that pose."""
    turned = _turned(x_m, y_m, pose.heading_rad)
    return turned[0] + pose.x_m, turned[1] + pose.y_m


def _turned(x: float, y: float, angle_rad: float) -> tuple[float, float]:
    cos, sin = math.cos(angle_rad), math.sin(angle_rad)
    return x * cos - y * sin, x * sin + y * cos


def _run(encounter: Encounter, log: RunLog) -> dict[str, Any]:
    ticks = sampled(log)
    contact, silent_s = log.contact, log.first_s("edge_silent")
    silent_s = math.inf if silent_s is None else silent_s
    return {
        "system": log.system,
        "t_s": [round(tick.t_s, 3) for tick in ticks],
        "x_m": [round(tick.truck.x_m, 2) for tick in ticks],
        "y_m": [round(tick.truck.y_m, 2) for tick in ticks],
        "heading_rad": [round(tick.truck.heading_rad, 4) for tick in ticks],
        "speed_mps": [round(tick.truck.speed_mps, 3) for tick in ticks],
        "steer_rad": [round(tick.truck.steer_rad, 3) for tick in ticks],
        "yaw_rate_radps": [round(tick.truck.yaw_rate_radps, 4) for tick in ticks],
        "decel_mps2": [round(tick.truck.decel_mps2, 2) for tick in ticks],
        "clearance_m": [None if t.clearance_m is None else round(t.clearance_m, 2) for t in ticks],
        "users_m": [[[round(c, 2) for c in place] for place in tick.users_m] for tick in ticks],
        "users_rad": [[round(a, 3) for a in headings_rad(encounter, tick)] for tick in ticks],
        "users_lie": [[int(lies) for lies in tick.users_lie] for tick in ticks],
        "gap_m": [_gap(encounter, tick) for tick in ticks],
        "signals": [int(_signals(encounter, tick.truck)) for tick in ticks],
        "edge_state": ["silent" if tick.t_s >= silent_s else tick.edge_state for tick in ticks],
        "gateway_state": [tick.gateway_state for tick in ticks],
        "reason": [tick.reason for tick in ticks],
        "lamps": [tick.lamps for tick in ticks],
        "refusals": [[round(s.from_s, 2), round(s.to_s, 2), s.what] for s in refusal_spans(log)],
        "contact": None
        if contact is None
        else {
            "t_s": contact.t_s,
            "speed_mps": contact.speed_mps,
            "at_m": list(contact.at_m),
            "user": contact.user,
        },
        "frames_kept": frames_kept(log),
        "steps": _steps(encounter.fit, log),
    }


def _signals(encounter: Encounter, pose: Pose) -> bool:
    bogie_x_m, _ = to_world(encounter.body.no_side_slip_x_m, 0.0, pose)
    return encounter.driver.signals(bogie_x_m)


def _gap(encounter: Encounter, tick: Tick) -> list[float] | None:
    """Ends of the shortest line from body to nearest road user, world axes: x, y on the body, then on him."""
    if tick.clearance_m is None or not 0 < tick.clearance_m <= GAP_SHOWN_BELOW_M:
        return None
    pose, body = tick.truck, encounter.body
    outline = rectangle(0.0, -body.length_m, body.width_m / 2)
    truck = placed(outline, pose.x_m, pose.y_m, pose.heading_rad)
    boxes = boxes_of(encounter, tick)
    nearest_box = min(boxes, key=lambda box: nearest(truck, box)[0])
    _, on_user = nearest(truck, nearest_box)
    _, on_truck = nearest(nearest_box, truck)
    return [round(float(value), 2) for value in np.concatenate([on_truck, on_user])]


def boxes_of(encounter: Encounter, tick: Tick) -> list[Outline]:
    """The road users' boxes in world axes."""
    boxes = []
    for n, (user, place_m) in enumerate(zip(encounter.users, tick.users_m, strict=True)):
        length_m, width_m = user.lying_m if n < len(tick.users_lie) and tick.users_lie[n] else user.upright_m
        box = rectangle(length_m / 2, -length_m / 2, width_m / 2)
        boxes.append(placed(box, *place_m, headings_rad(encounter, tick)[n]))
    return boxes


def headings_rad(encounter: Encounter, tick: Tick) -> tuple[float, ...]:
    """Where the road users face."""
    return tick.users_rad or tuple(user.heading_rad for user in encounter.users)


def frames_kept(log: RunLog) -> int:
    """Every how-manieth frame of a radar the page keeps, so that a long run stays a page one can mail."""
    figures = sum(2 * len(step.detections) + TRACK_FIGURES * len(step.tracks) for step in log.steps)
    return max(1, math.ceil(figures / FIGURES_KEPT))


def _steps(fit: Fit, log: RunLog) -> list[dict[str, Any]]:
    times, every = [tick.t_s for tick in log.ticks], frames_kept(log)
    kept = [step for step in log.steps if step.frame % every == 0]
    return [_step(fit, step, nearest_tick(log, step.t_s, times).truck) for step in kept]


def _step(fit: Fit, step: Step, pose: Pose) -> dict[str, Any]:
    seen = [detection_in_truck_axes(d, fit) for d in step.detections if d.range_m <= DRAWN_TO_M]
    return {
        "t_s": round(step.t_s, 3),
        "radar": step.radar,
        "seen_m": [round(value, 2) for point in seen for value in to_world(*point, pose)],
        "tracks": [
            _track(track, pose) for track in step.tracks if math.hypot(track.x_m, track.y_m) <= DRAWN_TO_M
        ],
    }


def _track(track: Track, pose: Pose) -> list[float | int]:
    """id, x, y, vx, vy (world axes), length, width, moving, confirmed."""
    x_m, y_m = to_world(track.x_m, track.y_m, pose)
    vx_mps, vy_mps = _turned(track.vx_mps, track.vy_mps, pose.heading_rad)
    figures = [round(value, 2) for value in (x_m, y_m, vx_mps, vy_mps, track.length_m, track.width_m)]
    return [track.id, *figures, int(track.moving), int(track.confirmed)]


def _rounded(lines: Iterable[Iterable[tuple[float, float]]]) -> list[list[list[float]]]:
    return [[[round(x, 2), round(y, 2)] for x, y in line] for line in lines]
