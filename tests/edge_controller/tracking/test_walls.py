"""A rider before a wall is seen three times: himself, in the wall half way to his image, and his image.

Physics: out direct and back by way of the wall makes the mean of both ranges and of both range rates.
"""

import math
from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from edge_controller.config import load_fit, shipped_fit
from edge_controller.messages import Detection, Track
from edge_controller.tracking.tracker import Tracker
from tests.edge_controller.tracking.test_tracker import FRAME_S, new_tracker, seen, truck_state

OWN_MPS = 5.0
FROM_S = 0.6  # on the wall is as far along as he is
RADAR_M = (-0.25, -1.30)


def glint_and_joints(t_s: float, y_m: float, *, every_m: float = 2.0) -> list[Detection]:
    """A wall along our way: what is thrown back square to it goes along with us, joints stay."""
    passed_m = OWN_MPS * t_s % every_m
    glint = seen(t_s, RADAR_M[0] - 0.01, y_m, vx=0.0, vy=0.0, own_mps=OWN_MPS)
    joints = np.arange(-12.0, 1.0, every_m) - passed_m
    return [glint, *(seen(t_s, x_m, y_m, vx=0.0, vy=0.0, own_mps=OWN_MPS) for x_m in joints.tolist())]


def half_way(t_s: float, x_m: float, y_m: float, *, vx: float, wall_y_m: float, share: float) -> Detection:
    """`share` of the bearing from him to his image."""
    him = seen(t_s, x_m, y_m, vx=vx, vy=0.0, own_mps=OWN_MPS)
    image = seen(t_s, x_m, 2 * wall_y_m - y_m, vx=vx, vy=0.0, own_mps=OWN_MPS)
    return between(him, image, share)


def between(him: Detection, image: Detection, share: float) -> Detection:
    """Out direct and back by way of the wall, `share` of the bearing from him to his image."""
    turned_rad = math.remainder(image.azimuth_rad - him.azimuth_rad, 2 * math.pi)
    return replace(
        him,
        range_m=(him.range_m + image.range_m) / 2,
        range_rate_mps=(him.range_rate_mps + image.range_rate_mps) / 2,
        azimuth_rad=math.remainder(him.azimuth_rad + share * turned_rad, 2 * math.pi),
    )


def driven(
    *, gains_mps: float, y_m: float = -2.3, wall_y_m: float = -3.35, image: bool = True, wall: bool = True
) -> list[tuple[float, tuple[Track, ...]]]:
    """Where he is from frame to frame, and all tracks: he comes up from behind, or falls back."""
    tracker, found = new_tracker(), []
    for n in range(100):
        t_s = n * FRAME_S
        x_m = (-6.0 if gains_mps > 0 else 1.0) + gains_mps * t_s
        vx = OWN_MPS + gains_mps
        echoes = [seen(t_s, x_m, y_m, vx=vx, vy=0.0, own_mps=OWN_MPS)]
        if image and t_s >= FROM_S:
            echoes.append(half_way(t_s, x_m, y_m, vx=vx, wall_y_m=wall_y_m, share=0.5))
            echoes.append(seen(t_s, x_m, 2 * wall_y_m - y_m, vx=vx, vy=0.0, own_mps=OWN_MPS))
        if wall:
            echoes += glint_and_joints(t_s, wall_y_m)
        found.append((x_m, tracker.update(echoes, truck_state(t_s, OWN_MPS), t_s, "corner")))
    return found


@pytest.mark.parametrize("gains_mps", [1.2, -1.2])
@pytest.mark.parametrize(("y_m", "wall_y_m"), [(-2.3, -3.35), (-2.4, -3.3), (-2.8, -4.0)])
def test_who_rides_before_a_wall_is_where_he_is(gains_mps: float, y_m: float, wall_y_m: float) -> None:
    for x_m, tracks in driven(gains_mps=gains_mps, y_m=y_m, wall_y_m=wall_y_m)[20:]:
        (him,) = [t for t in tracks if t.moving and abs(t.x_m - x_m) < 1.5 and t.y_m > wall_y_m + 0.3]
        assert abs(him.y_m - y_m) < 0.35
        assert abs(him.vy_mps) < 0.25


@pytest.mark.parametrize("gains_mps", [1.2, -1.2])
def test_nobody_rides_in_a_wall_he_has_come_to(gains_mps: float) -> None:
    for _, tracks in driven(gains_mps=gains_mps):
        assert not [t for t in tracks if t.moving and abs(t.y_m + 3.35) < 0.3]


def test_he_is_proven_no_later_for_the_wall() -> None:
    def proven_after(**about: bool) -> int:
        found = driven(gains_mps=1.2, **about)
        return next(
            n for n, (_, tracks) in enumerate(found) if any(t.moving and t.y_m > -3.0 for t in tracks)
        )

    assert proven_after() <= proven_after(image=False, wall=False) + 1


@pytest.mark.parametrize("gains_mps", [0.5, 1.2])
def test_two_who_ride_abreast_the_outer_along_a_kerb_are_two(gains_mps: float) -> None:
    """The kerb is in line with the outer one all the way."""
    tracker, outer_s, inner_s = new_tracker(), None, None
    for n in range(60):
        t_s = n * FRAME_S
        x_m, vx = -5.0 + gains_mps * t_s, OWN_MPS + gains_mps
        both = [seen(t_s, x_m, y_m, vx=vx, vy=0.0, own_mps=OWN_MPS) for y_m in (-2.3, -3.9)]
        tracks = tracker.update(
            [*both, *glint_and_joints(t_s, -3.9)], truck_state(t_s, OWN_MPS), t_s, "corner"
        )
        moving = [t for t in tracks if t.moving and abs(t.x_m - x_m) < 1.0]
        if inner_s is None and any(abs(t.y_m + 2.3) < 0.5 for t in moving):
            inner_s = t_s
        if outer_s is None and any(abs(t.y_m + 3.9) < 0.5 for t in moving):
            outer_s = t_s
    assert inner_s is not None
    assert outer_s is not None
    assert max(inner_s, outer_s) < 1.0


SETTLED_MPS = 0.3  # a velocity known to this sigma is acted on straight ahead


def comes_out_of_the_wall(*, image: bool, drops: bool = False) -> list[tuple[float, Track]]:
    """His y is -2.6 throughout; as long as range does not tell, only the echo by way of the wall is seen.

    The wall is 2.4 m out of the radar and 1.1 m beyond him: 5.4 m off his own echo is 0.45 m nearer, where
    two range bins are 0.33 m.
    """
    tracker, found, rng = new_tracker(), [], np.random.default_rng(1)
    for n in range(120):
        t_s = n * FRAME_S
        x_m, vx = -13.0 + 2.5 * t_s, OWN_MPS + 2.5
        him = seen(t_s, x_m, -2.6, vx=vx, vy=0.0, own_mps=OWN_MPS)
        echoes = [half_way(t_s, x_m, -2.6, vx=vx, wall_y_m=-3.7, share=0.5) if x_m < -5.5 else him]
        if image:
            echoes.append(seen(t_s, x_m, -4.8, vx=vx, vy=0.0, own_mps=OWN_MPS))
        if drops:
            at_x, at_y, drop_mps = rng.uniform([x_m - 1.4, -5.5, -1.5], [x_m + 1.4, -3.2, 1.5]).tolist()
            echoes.append(seen(t_s, at_x, at_y, vx=drop_mps, vy=0.0, own_mps=OWN_MPS))
        tracks = tracker.update(
            [*echoes, *glint_and_joints(t_s, -3.7)], truck_state(t_s, OWN_MPS), t_s, "corner"
        )
        moving = [t for t in tracks if t.moving and abs(t.x_m - x_m) < 1.0 and t.y_m > -4.3]
        found += [(x_m, min(moving, key=lambda t: abs(t.y_m + 2.6)))] if moving else []
    return found


def sigma_aside_mps(track: Track) -> float:
    return math.sqrt(track.covariance[3, 3])


def test_who_is_told_from_the_wall_does_not_swerve_out_of_it() -> None:
    found = comes_out_of_the_wall(image=True)
    assert min(track.y_m for _, track in found) < -3.3  # he did lie in it
    assert abs(found[-1][1].y_m + 2.6) < 0.2
    for _, track in found:
        assert sigma_aside_mps(track) > SETTLED_MPS or abs(track.vy_mps) < 0.3


def test_who_leaves_a_kerb_swerves() -> None:
    """A row that shows nobody again beyond it is none that mirrors: his way is his own."""
    found = comes_out_of_the_wall(image=False)
    assert any(sigma_aside_mps(track) < SETTLED_MPS and track.vy_mps > 0.5 for _, track in found)


def test_a_drop_beyond_who_leaves_a_kerb_is_no_image_of_him() -> None:
    """An image goes along as fast as he does."""
    found = comes_out_of_the_wall(image=False, drops=True)
    assert any(sigma_aside_mps(track) < SETTLED_MPS and track.vy_mps > 0.5 for _, track in found)


REAR_M = load_fit(shipped_fit("demo")).truck.no_side_slip_x_m


@dataclass
class Turning:
    """A truck that goes on over its rear axle, `yaw_radps` to its left; what is given is over ground."""

    own_mps: float
    t_s: float = 0.0
    yaw_radps: float = 0.0
    heading_rad: float = 0.0
    at_m: np.ndarray = field(default_factory=lambda: np.array([REAR_M, 0.0]))

    def in_truck(self, of_ground: list[float]) -> np.ndarray:
        cos, sin = math.cos(self.heading_rad), math.sin(self.heading_rad)
        return np.array([[cos, sin], [-sin, cos]]) @ of_ground

    def place(self, x_m: float, y_m: float) -> tuple[float, float]:
        away_m = self.in_truck([x_m - self.at_m[0], y_m - self.at_m[1]])
        return away_m[0] + REAR_M, away_m[1]

    def echo(self, x_m: float, y_m: float, vx: float = 0.0) -> Detection:
        vx_mps, vy_mps = self.in_truck([vx, 0.0]) + self.yaw_radps * np.array(
            [RADAR_M[1], REAR_M - RADAR_M[0]]
        )
        return seen(self.t_s, *self.place(x_m, y_m), vx=vx_mps, vy=vy_mps, own_mps=self.own_mps)

    def drive(self, yaw_radps: float) -> None:
        self.yaw_radps = yaw_radps
        self.heading_rad += yaw_radps * FRAME_S
        ahead = np.array([math.cos(self.heading_rad), math.sin(self.heading_rad)])
        self.at_m = self.at_m + self.own_mps * FRAME_S * ahead
        self.t_s += FRAME_S


def turned_in(
    tracker: Tracker, *, turns_s: float = 4.0, from_s: float = 0.0
) -> list[tuple[float, float, list[Track]]]:
    """Time, y of who is lost in a wall along our lane, tracks beside him; from `turns_s` on we turn in.

    Now and then his own bearing is seen, mostly one half way to his image; neither before `from_s`.
    """
    truck, found = Turning(2.6), []
    for n in range(105):
        x_m = -28.0 + 6.4 * truck.t_s
        him, image = truck.echo(x_m, -2.6, 6.4), truck.echo(x_m, -4.8, 6.4)
        joints = [truck.echo(joint_m, -3.7) for joint_m in np.arange(-40.0, 16.0, 2.0).tolist()]
        state = truck_state(truck.t_s, truck.own_mps, truck.yaw_radps)
        seen_so = between(him, image, (0.0, 0.5, 0.7, 0.4, 0.6)[n % 5])
        shown = [seen_so, image] if truck.t_s >= from_s else []
        tracks = tracker.update([*shown, *joints], state, truck.t_s, "corner")
        at_x, at_y = truck.place(x_m, -2.6)
        near = [t for t in tracks if t.moving and abs(t.x_m - at_x) < 1.0 and abs(t.y_m - at_y) < 1.7]
        found.append((truck.t_s, at_y, near))
        truck.drive(-0.08 if truck.t_s >= turns_s else 0.0)
    return found


def test_who_is_lost_in_a_wall_is_where_he_is_seen_nearest_also_as_we_turn_in() -> None:
    tracker = new_tracker()
    for t_s, y_m, near in turned_in(tracker):
        if t_s > 2.5:
            assert min((abs(track.y_m - y_m) for track in near), default=math.inf) < 0.5
    assert any(target.lost_t_s > 4.0 for target in tracker._targets)


def test_nobody_is_newly_lost_in_a_wall_as_we_turn() -> None:
    """Along a wall that bends it would be our own image, drawn to us."""
    tracker = new_tracker()
    assert any(near for _, _, near in turned_in(tracker, turns_s=1.0, from_s=1.1))
    assert all(target.lost_t_s < 0.0 for target in tracker._targets)


def test_who_is_near_and_before_a_wall_and_swerves_is_believed() -> None:
    """He swerves 3.4 m off: his echo would be 0.66 m nearer than one by way of the wall: range tells."""
    tracker, y_m, believed_after_s = new_tracker(), -2.6, math.inf
    for n in range(60):
        t_s = n * FRAME_S
        x_m = -4.25 + 0.6 * t_s
        vy = 0.8 if t_s > 1.5 else 0.0
        y_m += vy * FRAME_S
        about = {"vx": OWN_MPS + 0.6, "own_mps": OWN_MPS}
        echoes = [seen(t_s, x_m, y_m, vy=vy, **about), seen(t_s, x_m, -7.4 - y_m, vy=-vy, **about)]
        tracks = tracker.update(
            [*echoes, *glint_and_joints(t_s, -3.7)], truck_state(t_s, OWN_MPS), t_s, "corner"
        )
        if any(
            t.moving and abs(t.y_m - y_m) < 0.5 and sigma_aside_mps(t) < SETTLED_MPS and t.vy_mps > 0.5
            for t in tracks
        ):
            believed_after_s = min(believed_after_s, t_s - 1.5)
    assert believed_after_s < 0.8


def an_image_sways(*, him: bool) -> list[Track]:
    """What is seen 1.1 m behind the wall, by half a metre to and fro; with him before it, who does not."""
    tracker, found = new_tracker(), []
    for n in range(100):
        t_s = n * FRAME_S
        x_m, vx = -8.0 + 1.2 * t_s, OWN_MPS + 1.2
        sway_m, sway_mps = 0.5 * math.sin(2.0 * t_s), 1.0 * math.cos(2.0 * t_s)
        echoes = [seen(t_s, x_m, -4.8 + sway_m, vx=vx, vy=sway_mps, own_mps=OWN_MPS)]
        if him:
            echoes.append(seen(t_s, x_m, -2.6, vx=vx, vy=0.0, own_mps=OWN_MPS))
        tracks = tracker.update(
            [*echoes, *glint_and_joints(t_s, -3.7)], truck_state(t_s, OWN_MPS), t_s, "corner"
        )
        found += [t for t in tracks if t.moving and abs(t.x_m - x_m) < 1.0 and t.y_m < -3.9]
    return found


def test_an_image_does_not_swerve_and_who_rides_alone_behind_a_rail_does() -> None:
    def swerves(tracks: list[Track]) -> list[Track]:
        return [t for t in tracks if sigma_aside_mps(t) < SETTLED_MPS and t.vy_mps > 0.4]

    mirrored = an_image_sways(him=True)
    assert len(mirrored) > 50
    assert not swerves(mirrored)
    assert swerves(an_image_sways(him=False))
