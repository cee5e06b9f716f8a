"""Our own trailer swings in on the near side of a turn and is nobody; who rides beside it is somebody.

Physics: 10 s at 4 m/s straight on, then to the right; trailer and range rates are worked out here, from world
positions 2 ms apart.
"""

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import hil
from edge_controller.config import load_fit
from edge_controller.messages import Detection, Track, VehicleState
from edge_controller.tracking import Tracker

FIT = load_fit(Path(hil.__file__).parent / "scenarios" / "tractor.toml")
SPEED_MPS, YAW_RADPS, STRAIGHT_S, END_S = 4.0, -0.3, 5.0, 11.0
PIN_M, L2_M = 5.0, 8.1
RADAR_M, RADAR_RAD = np.array([-0.25, -1.30]), math.radians(-140)
STEP_S = 0.001
Place = Callable[[float], np.ndarray | None]  # None where it is not seen


def _poses() -> np.ndarray:
    """(step, 4) of x, y of the pin, heading of truck and trailer; every ms."""
    rows, x, y, truck, trailer = [], 0.0, 0.0, 0.0, 0.0
    for n in range(round((END_S + 0.1) / STEP_S)):
        rows.append((x, y, truck, trailer))
        x += SPEED_MPS * STEP_S * math.cos(truck)
        y += SPEED_MPS * STEP_S * math.sin(truck)
        trailer += SPEED_MPS * STEP_S * math.sin(truck - trailer) / L2_M
        truck += YAW_RADPS * STEP_S * (n * STEP_S >= STRAIGHT_S)
    return np.array(rows)


POSES = _poses()


def _world(at_m: np.ndarray, t_s: float, *, trailer: bool) -> np.ndarray:
    """From truck axes, or the trailer's with the pin in their origin."""
    x, y, truck_rad, trailer_rad = POSES[round(t_s / STEP_S)]
    rad = trailer_rad if trailer else truck_rad
    ahead, left = at_m if trailer else at_m + np.array([PIN_M, 0.0])
    return np.array(
        [
            x + ahead * math.cos(rad) - left * math.sin(rad),
            y + ahead * math.sin(rad) + left * math.cos(rad),
        ]
    )


def on_trailer(x_m: float, y_m: float) -> Place:
    return lambda t_s: _world(np.array([x_m, y_m]), t_s, trailer=True)


def glitters(seed: int) -> Place:
    """A place on its near side, another one in each look."""
    along_m = np.random.default_rng(seed).uniform(-12.0, -1.0, size=round(END_S / STEP_S) + 200)
    return lambda t_s: _world(np.array([along_m[round(t_s * 20) * 50], -1.275]), t_s, trailer=True)


def echo(place: Place, t_s: float) -> Detection | None:
    if place(t_s) is None:
        return None

    def away(at_s: float) -> np.ndarray:
        return place(at_s) - _world(RADAR_M, at_s, trailer=False)

    dx, dy = away(t_s)
    before, after = (float(np.hypot(*away(t_s + dt))) for dt in (-STEP_S, STEP_S))
    azimuth = math.atan2(dy, dx) - POSES[round(t_s / STEP_S)][2] - RADAR_RAD
    return Detection(
        radar="corner", t_s=t_s, range_m=math.hypot(dx, dy), range_rate_mps=(after - before) / (2 * STEP_S),
        azimuth_rad=math.remainder(azimuth, 2 * math.pi), azimuth_sigma_rad=0.006, snr_db=35.0,
        fold_margin_db=10.0, elevation_rad=None, peak=np.zeros(8, dtype=np.complex64),
    )  # fmt: skip


def tracked(places: list[Place], *, towing: bool = True, from_s: float = 0.05) -> list[tuple[Track, ...]]:
    """Tracks frame by frame."""
    tracker = Tracker(FIT.radars, FIT.truck, FIT.trailer if towing else None)
    found = []
    for n in range(round(from_s / 0.05), round(END_S / 0.05)):
        t_s = n * 0.05
        yaw = YAW_RADPS * (t_s >= STRAIGHT_S)
        truck = VehicleState(
            t_s, SPEED_MPS, yaw, math.atan(3.6 * yaw / SPEED_MPS), 0.0, "none", 0.0, False, False, True
        )
        seen = [one for place in places if (one := echo(place, t_s)) is not None]
        found.append(tracker.update(seen, truck, t_s, "corner"))
    return found


def proven(steps: list[tuple[Track, ...]]) -> set[int]:
    return {track.id for step in steps for track in step if track.moving}


SIDE = [on_trailer(x_m, -1.275) for x_m in (-1.5, -3.0, -4.5, -6.0, -7.5, -9.0, -10.5, -12.0)]


def test_the_side_of_our_trailer_is_nobody() -> None:
    assert not proven(tracked(SIDE))


def test_a_fit_that_knows_no_trailer_takes_its_side_for_somebody() -> None:
    """Why the fit must say what it tows."""
    taken = []
    for seed in range(3):
        side = [glitters(seed), glitters(seed + 10), glitters(seed + 20)]
        taken.append(bool(proven(tracked(side, towing=False))))
        assert not proven(tracked(side))
    assert any(taken)


def test_its_echoes_are_dropped_once_its_angle_is_settled_and_till_then_not_believed() -> None:
    """Two wheelbases are 16.2 m, 4.05 s at 4 m/s."""
    steps = tracked(SIDE)
    assert any(steps[round(3.9 / 0.05)])
    assert not any(steps[round(5.5 / 0.05) :])


@pytest.mark.parametrize("mps", [2.0, 4.0, 5.5])
def test_who_rides_beside_the_trailer_is_somebody(mps: float) -> None:
    """2 m beside its side, into our turn."""

    def rides(t_s: float) -> np.ndarray:
        return np.array([20.0 - 9.0 + mps * (t_s - 5.0), -3.3])

    steps = tracked([rides, *SIDE])
    until = round(7.0 / 0.05)
    assert len(proven(steps[:until])) == 1


def test_what_is_seen_through_the_trailer_is_nobody() -> None:
    """The image of a post on the near side, as the trailer's flank shows it: it moves."""

    def image(t_s: float) -> np.ndarray | None:
        x, y, _, rad = POSES[round(t_s / STEP_S)]
        post = np.array([27.0, -9.0]) - [x, y]
        left = np.array([-math.sin(rad), math.cos(rad)])
        shown = np.array([x, y]) + post - 2 * (post @ left + 1.275) * left
        return shown if -12.0 < post @ [math.cos(rad), math.sin(rad)] < -3.0 else None

    assert not proven(tracked([image, *SIDE]))
    assert proven(tracked([image], towing=False))
