"""Images in mirrors, where geometry puts them: range and angle transforms of the samples, written here."""

import math
from pathlib import Path

import numpy as np
import pytest

from radar_sim import RadarSimulator, Road, Thing, TruckPose, World, cyclist, no_scatterers
from radar_sim.propagation import trace
from radar_sim.scene.bodies import Box, Mirror
from radar_sim.scene.scene import scene_of
from tests.radar_sim.bench import DEMO, NO_SLIP_X_M
from tests.radar_sim.propagation.side import (
    LAMBDA_M,
    UP_M,
    X_M,
    Y_M,
    bearing,
    channels_at,
    fit,
    level_db,
    peak_range_m,
    point,
    range_rate_mps,
    scene,
    signal,
    simulator,
    sine_of_azimuth,
    thing,
    view,
    wall,
)

WALL_Y_M = -6.0
TARGET = (2.0, -3.3)
IMAGE = (2.0, 2 * WALL_Y_M + 3.3)
DIRECT_M = math.hypot(TARGET[0] - X_M, TARGET[1] - Y_M)
IMAGE_M = math.hypot(IMAGE[0] - X_M, IMAGE[1] - Y_M)
# The wall begins beyond the foot of the perpendicular, so that nothing glints.
ASIDE = {"from_x_m": 0.5}


def behind(mirror: Mirror, name: str = "wall") -> Thing:
    return thing(name, no_scatterers(), mirrors=(mirror,))


def test_the_double_mirror_return_lies_where_the_image_is(tmp_path: Path) -> None:
    samples = signal(simulator(fit(tmp_path)), thing("post", point(*TARGET)), behind(wall(WALL_Y_M, **ASIDE)))
    for place, range_m in ((TARGET, DIRECT_M), (IMAGE, IMAGE_M)):
        assert peak_range_m(samples, range_m) == pytest.approx(range_m, abs=0.01)
        assert sine_of_azimuth(channels_at(samples, range_m)) == pytest.approx(bearing(*place), abs=0.02)


def steering(sine: float) -> np.ndarray:
    """Plane wave over the four receivers and over the two transmitters, 1.94 and 7.76 mm apart."""
    return np.exp(-2j * math.pi * 1.94e-3 * sine / LAMBDA_M * np.arange(4))


def test_the_mixed_returns_lie_half_way_and_leave_at_one_angle_and_arrive_at_the_other(
    tmp_path: Path,
) -> None:
    samples = signal(simulator(fit(tmp_path)), thing("post", point(*TARGET)), behind(wall(WALL_Y_M, **ASIDE)))
    mixed_m = (DIRECT_M + IMAGE_M) / 2
    assert peak_range_m(samples, mixed_m) == pytest.approx(mixed_m, abs=0.01)
    seen = channels_at(samples, mixed_m)
    sent = {
        s: np.exp(-2j * math.pi * 7.76e-3 * s / LAMBDA_M * np.arange(2)) for s in np.linspace(-0.9, 0.9, 61)
    }
    best = (0.0, (0.0, 0.0))
    for one in sent:
        for other in sent:
            if one < other:
                waves = np.stack(
                    [np.outer(sent[a], steering(b)).ravel() for a, b in ((one, other), (other, one))], axis=1
                )
                fitted = waves @ np.linalg.lstsq(waves, seen, rcond=None)[0]
                best = max(best, (float(np.linalg.norm(fitted) / np.linalg.norm(seen)), (one, other)))
    explained, sines = best
    assert explained > 0.99
    assert sines == pytest.approx(sorted((bearing(*TARGET), bearing(*IMAGE))), abs=0.05)


@pytest.mark.parametrize("reflection", [-0.95, -0.5, 0.3])
def test_each_touch_costs_the_reflection_once(tmp_path: Path, reflection: float) -> None:
    sim = simulator(fit(tmp_path))
    ghost = signal(sim, thing("post", point(*TARGET)), behind(wall(WALL_Y_M, **ASIDE, reflection=reflection)))
    plain = signal(sim, thing("post", point(*IMAGE)))
    loss_db = level_db(ghost, IMAGE_M) - level_db(plain, IMAGE_M)
    assert loss_db == pytest.approx(40 * math.log10(abs(reflection)), abs=0.2)


def test_of_a_rail_the_bulge_spreads_what_it_reflects(tmp_path: Path) -> None:
    """The law of the glint for two lengths: 1 / sqrt(1 + 2 s1 s2 cos / (rho (s1 + s2))) of the amplitude."""
    sim = simulator(fit(tmp_path))
    rail = wall(WALL_Y_M, **ASIDE, low_m=0.9, high_m=1.2, radius_m=0.1, reflection=-1.0)
    ghost = signal(sim, thing("post", point(*TARGET, rcs_m2=10.0)), behind(rail))
    plain = signal(sim, thing("post", point(*IMAGE, rcs_m2=10.0)))
    before, behind_m = (IMAGE_M * share / 7.4 for share in (4.7, 2.7))
    spread = 1 + 2 * before * behind_m * (7.4 / IMAGE_M) / (0.1 * IMAGE_M)
    assert level_db(ghost, IMAGE_M) - level_db(plain, IMAGE_M) == pytest.approx(
        -20 * math.log10(spread), abs=0.3
    )


def test_no_ghost_where_the_ray_misses_the_wall_or_is_blocked_or_ghosts_are_off(tmp_path: Path) -> None:
    place = scene_of
    post, eye = thing("post", point(*TARGET)), view(fit(tmp_path))
    crossing_x_m = X_M + (TARGET[0] - X_M) * 4.7 / 7.4
    block = thing("box", no_scatterers(), Box(crossing_x_m, -5.5, 0.0, 0.3, 0.3, 0.0, 2.0))
    truck = scene(post).truck
    counts = [
        len(trace(place(truck, *things, world=world), no_scatterers(), eye).cycles)
        for things, world in (
            ((post, behind(wall(WALL_Y_M, **ASIDE))), World()),
            ((post, behind(wall(WALL_Y_M, crossing_x_m + 0.2))), World()),
            ((post, behind(wall(WALL_Y_M, **ASIDE, high_m=0.9))), World()),
            ((post, behind(wall(WALL_Y_M, **ASIDE)), block), World()),
            ((post, behind(wall(WALL_Y_M, **ASIDE))), World(ghosts=False)),
            ((post, behind(Mirror((30.0, WALL_Y_M), (0.5, WALL_Y_M), 0.0, 3.0))), World()),  # its back
        )
    ]
    assert counts == [4, 1, 1, 1, 1, 1]


def test_a_wall_end_within_the_effective_zone_leaves_the_covered_part(tmp_path: Path) -> None:
    sim = simulator(fit(tmp_path))
    crossing_x_m = X_M + (TARGET[0] - X_M) * 4.7 / 7.4
    post = thing("post", point(*TARGET))
    whole = level_db(signal(sim, post, behind(wall(WALL_Y_M, **ASIDE))), IMAGE_M)
    half = level_db(signal(sim, post, behind(wall(WALL_Y_M, crossing_x_m))), IMAGE_M)
    assert half - whole == pytest.approx(-12.0, abs=0.5)  # half of the amplitude on both ways


def test_a_target_seen_only_by_the_mirror_gives_the_double_return_only(tmp_path: Path) -> None:
    block = thing("box", no_scatterers(), Box(1.0, -2.35, 0.0, 0.3, 0.3, 0.0, 2.0))
    paths = trace(
        scene(thing("post", point(*TARGET)), behind(wall(WALL_Y_M, **ASIDE)), block),
        no_scatterers(),
        view(fit(tmp_path)),
    )
    assert len(paths.cycles) == 1
    assert paths.out.position_m[0] == pytest.approx([*IMAGE, UP_M])
    assert np.array_equal(paths.out.position_m, paths.back.position_m)


def test_the_ghost_of_a_moving_target_has_the_images_range_rate(tmp_path: Path) -> None:
    speed = -3.0
    samples = signal(
        simulator(fit(tmp_path)),
        thing("rider", point(*TARGET, velocity=(0.0, speed))),
        behind(wall(WALL_Y_M, **ASIDE)),
    )
    middle_s = 64 * 35.6e-6
    direct_y, image_y = TARGET[1] + speed * middle_s, IMAGE[1] - speed * middle_s
    rates = []
    for y_m, mps in ((direct_y, speed), (image_y, -speed)):
        away_m = math.hypot(TARGET[0] - X_M, y_m - Y_M)
        rates.append((away_m, mps * (y_m - Y_M) / away_m))
    rates.append(((rates[0][0] + rates[1][0]) / 2, (rates[0][1] + rates[1][1]) / 2))  # the mixed ones
    for away_m, mps in rates:
        # An up-chirp reads a receding point further by f v / S.
        assert range_rate_mps(samples, away_m + 77.5e9 * mps / 80e12) == pytest.approx(mps, abs=0.05)


@pytest.mark.parametrize("mirror_mps", [-1.5, 1.0])
def test_a_moving_mirror_adds_twice_its_normal_speed_to_the_image(tmp_path: Path, mirror_mps: float) -> None:
    moving = Mirror((0.5, WALL_Y_M), (30.0, WALL_Y_M), 0.0, 3.0, velocity_mps=(4.0, mirror_mps))
    samples = signal(simulator(fit(tmp_path)), thing("post", point(*TARGET)), behind(moving))
    image_y = IMAGE[1] + 2 * mirror_mps * 64 * 35.6e-6
    away_m = math.hypot(IMAGE[0] - X_M, image_y - Y_M)
    rate = 2 * mirror_mps * (image_y - Y_M) / away_m
    assert range_rate_mps(samples, away_m + 77.5e9 * rate / 80e12) == pytest.approx(rate, abs=0.05)
    assert range_rate_mps(samples, DIRECT_M) == pytest.approx(0.0, abs=0.05)


@pytest.mark.parametrize(("yaw_rate", "mirror_radps"), [(0.0, 0.0), (0.4, 0.0), (-0.25, 0.3), (0.2, -0.5)])
def test_the_end_of_a_ghosts_way_follows_the_image_within_a_thousandth_of_a_wave(
    tmp_path: Path, yaw_rate: float, mirror_radps: float
) -> None:
    """While truck and mirror turn; the exact image typed here, at every chirp."""
    eye = view(fit(tmp_path))
    truck = TruckPose(0.0, 0.0, 0.1, 6.0, yaw_rate, NO_SLIP_X_M)
    rider = thing("rider", point(*TARGET, velocity=(4.0, 1.0)))
    mirror = Mirror(
        (-0.5, WALL_Y_M),
        (7.5, WALL_Y_M - 0.5),
        0.0,
        3.0,
        velocity_mps=(3.0, 2.0),
        yaw_rate_radps=mirror_radps,
    )
    paths = trace(scene_of(truck, rider, behind(mirror)), no_scatterers(), eye)
    double = [
        n for n in range(len(paths.cycles)) if np.array_equal(paths.out.jerk_mps3[n], paths.back.jerk_mps3[n])
    ][-1]
    for t in eye.times_s:
        place = np.array([TARGET[0] + 4.0 * t, TARGET[1] + 1.0 * t])
        middle = np.array([3.5 + 3.0 * t, WALL_Y_M - 0.25 + 2.0 * t])
        angle = math.atan2(-0.5, 8.0) + mirror_radps * t
        normal = np.array([-math.sin(angle), math.cos(angle)])
        image = place - 2 * ((place - middle) @ normal) * normal
        ends = paths.out
        at = ends.position_m[double] + t * (
            ends.velocity_mps[double]
            + t * (ends.acceleration_mps2[double] / 2 + t * ends.jerk_mps3[double] / 6)
        )
        assert at == pytest.approx([*image, UP_M], abs=LAMBDA_M / 1000)


def test_a_cyclist_beside_the_own_flank_has_an_image_inside_the_trailer() -> None:
    """Seen by the radar of the demo fit, which looks back along the flank; the truck's mirror rides along."""
    flank = Thing("own truck", no_scatterers(), (), (Mirror((0.0, -1.25), (-9.8, -1.25), 0.4, 3.0),))
    truck = TruckPose(3.0, 2.0, 0.3, 5.0, 0.2, NO_SLIP_X_M)
    turn, origin = complex(math.cos(0.3), math.sin(0.3)), complex(3.0, 2.0)
    rider = origin + turn * complex(-4.0, -2.2)
    paths = trace(scene_of(truck, thing("rider", point(rider.real, rider.imag))), flank, view(DEMO))
    assert len(paths.cycles) == 4
    inside = origin + turn * complex(-4.0, -0.3)  # 2.2 - 1.25 behind the flank
    assert paths.back.position_m[-1] == pytest.approx([inside.real, inside.imag, UP_M], abs=1e-6)
    # Mixed and double: half a turn of phase for one touch, a whole one for two.
    assert paths.cycles == pytest.approx([0.0, 0.5, 0.5, 1.0])


def test_without_reflections_both_sides_of_the_paths_are_one(tmp_path: Path) -> None:
    """Whoever adds the paths up may then work out each distance once."""
    post, eye = thing("post", point(*TARGET)), view(fit(tmp_path))
    plain = trace(scene(post), no_scatterers(), eye)
    assert plain.out is plain.back
    ghostly = trace(scene(post, behind(wall(WALL_Y_M, **ASIDE))), no_scatterers(), eye)
    assert ghostly.out is not ghostly.back


def test_many_mirrors_make_at_most_two_images_of_a_point(tmp_path: Path) -> None:
    walls = [behind(wall(-6.0 - 0.4 * n, from_x_m=0.5), f"wall {n}") for n in range(5)]
    paths = trace(scene(thing("post", point(*TARGET)), *walls), no_scatterers(), view(fit(tmp_path)))
    assert len(paths.cycles) == 1 + 2 * 3


@pytest.mark.parametrize("radius_m", [math.inf, 0.1])
def test_a_mirrored_scene_with_mirrors_boxes_and_road_gives_the_same_bits(
    tmp_path: Path, radius_m: float
) -> None:
    path = fit(tmp_path)
    frames, truths = [], []
    for side, sign in (("right", 1.0), ("left", -1.0)):
        mirrors = []
        for start, end in (((-20.0, -6.0), (20.0, -7.0)), ((8.0, -1.5), (-9.0, -1.22))):
            a, b = (start[0], sign * start[1]), (end[0], sign * end[1])
            ends = (a, b) if sign > 0 else (b, a)  # the left hand is on the side that reflects
            mirrors.append(Mirror(*ends, 0.4, 2.0, radius_m=radius_m, velocity_mps=(1.0, sign * 0.3)))
        box = Box(2.0, sign * -4.0, sign * 0.3, 1.0, 0.5, 0.1, 1.3, loss_db=4.0)
        rider = cyclist(-3.0, sign * -3.1, sign * 0.2, 4.0, 1.0, near_side=side).scatterers  # type: ignore[arg-type]
        truck = TruckPose(0.3, sign * 0.1, sign * 0.05, 5.0, sign * 0.2, NO_SLIP_X_M)
        sim = RadarSimulator(path, 3, side)  # type: ignore[arg-type]
        things = (thing("rider", rider, box), *(behind(mirror) for mirror in mirrors))
        frame = sim.frame("corner", 2, scene_of(truck, *things, world=World(road=Road())))
        frames.append(frame.samples)
        truths.append(frame.truth[0])
    assert np.array_equal(*frames)
    right, left = truths
    assert (right.range_m, right.azimuth_rad, right.visible) == (
        left.range_m,
        -left.azimuth_rad,
        left.visible,
    )
