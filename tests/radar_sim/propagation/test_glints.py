"""What smooth surfaces throw straight back: level, range, range rate, and the flutter between two of them."""

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radar_sim import Thing, TruckPose, World, no_scatterers
from radar_sim.figures.truck import mixer, muck_tipper
from radar_sim.geometry import Mount
from radar_sim.moving import antennas
from radar_sim.propagation import trace
from radar_sim.scene.bodies import Box, Mirror
from radar_sim.scene.scene import scene_of
from tests.radar_sim.bench import DEMO, NO_SLIP_X_M, C
from tests.radar_sim.propagation.side import (
    LAMBDA_M,
    UP_M,
    X_M,
    Y_M,
    channels_at,
    fit,
    level_db,
    peak_range_m,
    point,
    range_rate_mps,
    signal,
    simulator,
    sine_of_azimuth,
    thing,
    view,
    wall,
)

GHOSTLESS = World(ghosts=False)


def alone(*mirrors: Mirror) -> Thing:
    return thing("wall", no_scatterers(), mirrors=mirrors)


def dbsm(folder: Path, mirror: Mirror, away_m: float) -> float:
    """From the samples: against a point of 1 m2 at the same place."""
    sim = simulator(fit(folder))
    reference = signal(sim, thing("point", point(X_M, Y_M - away_m)))
    return level_db(signal(sim, alone(mirror)), away_m) - level_db(reference, away_m)


@pytest.mark.parametrize("away_m", [2.0, 5.0, 10.0])
@pytest.mark.parametrize("reflection", [-1.0, -0.6])
def test_a_flat_wall_is_the_image_radar(tmp_path: Path, away_m: float, reflection: float) -> None:
    expected = 10 * math.log10(math.pi * away_m**2 * reflection**2)
    mirror = wall(Y_M - away_m, reflection=reflection)
    assert dbsm(tmp_path, mirror, away_m) == pytest.approx(expected, abs=0.1)


@pytest.mark.parametrize(("away_m", "table_dbsm"), [(2.0, -2.0), (5.0, 2.0), (10.0, 5.0)])
def test_a_rail_of_01_m_radius_gives_the_line_law(tmp_path: Path, away_m: float, table_dbsm: float) -> None:
    expected = 10 * math.log10(math.pi * away_m**2 * 0.1 / (0.1 + away_m))
    rail = wall(Y_M - away_m, low_m=0.9, high_m=1.2, radius_m=0.1, reflection=-1.0)
    measured = dbsm(tmp_path, rail, away_m)
    assert measured == pytest.approx(expected, abs=0.1)
    assert measured == pytest.approx(table_dbsm, abs=0.5)


def test_a_low_rail_gleams_at_its_upper_edge(tmp_path: Path) -> None:
    rail = wall(Y_M - 2.0, low_m=0.45, high_m=0.75, radius_m=0.1)
    samples = signal(simulator(fit(tmp_path)), alone(rail))
    slant_m = math.hypot(2.0, UP_M - 0.75)
    assert peak_range_m(samples, slant_m) == pytest.approx(slant_m, abs=0.01)


def test_a_small_plate_gives_four_pi_area_squared_over_lambda_squared(tmp_path: Path) -> None:
    away_m, size_m = 6.0, 0.05  # the zone is 0.11 m wide there
    plate = wall(
        Y_M - away_m, X_M - size_m / 2, X_M + size_m / 2, low_m=UP_M - size_m / 2, high_m=UP_M + size_m / 2,
        reflection=-1.0,
    )  # fmt: skip
    expected = 10 * math.log10(4 * math.pi * size_m**4 / LAMBDA_M**2)
    assert dbsm(tmp_path, plate, away_m) == pytest.approx(expected, abs=0.15)


def test_a_low_strip_covers_a_part_of_the_zone(tmp_path: Path) -> None:
    away_m, height_m = 8.0, 0.06
    zone_m = math.sqrt(LAMBDA_M * away_m / 2)
    strip = wall(Y_M - away_m, low_m=UP_M - height_m / 2, high_m=UP_M + height_m / 2, reflection=-1.0)
    expected = 10 * math.log10(math.pi * away_m**2 * (height_m / zone_m) ** 2)
    assert dbsm(tmp_path, strip, away_m) == pytest.approx(expected, abs=0.15)


def test_the_foot_of_the_perpendicular_is_where_it_gleams(tmp_path: Path) -> None:
    """A wall turned by 20 degrees: bearing and distance of the foot, typed from the line's equation."""
    angle = math.radians(20.0)
    along = np.array([math.cos(angle), math.sin(angle)])
    through = np.array([0.0, -6.0])
    start, end = through - 20 * along, through + 20 * along
    samples = signal(simulator(fit(tmp_path)), alone(Mirror(tuple(start), tuple(end), 0.0, 3.0)))
    radar = np.array([X_M, Y_M])
    foot = through + ((radar - through) @ along) * along
    away_m = float(np.linalg.norm(foot - radar))
    assert peak_range_m(samples, away_m) == pytest.approx(away_m, abs=0.01)
    sine = (foot[0] - radar[0]) / away_m
    assert sine_of_azimuth(channels_at(samples, away_m)) == pytest.approx(sine, abs=0.02)


@pytest.mark.parametrize(
    "mirror",
    [
        wall(-6.0, 0.5, 20.0),  # begins beyond the foot
        wall(-6.0, low_m=0.0, high_m=0.9),  # ends below the radar
        wall(-6.0, low_m=1.2),  # begins above it
        Mirror((30.0, -6.0), (-30.0, -6.0), 0.0, 3.0),  # shows its back
        wall(20.0),  # behind the radar
        wall(-25.0),  # beyond the band of 18.7 m
    ],
)
def test_no_glint_off_the_surface(tmp_path: Path, mirror: Mirror) -> None:
    paths = trace(
        scene_of(TruckPose(0, 0, 0, 0, 0, NO_SLIP_X_M), alone(mirror)), no_scatterers(), view(fit(tmp_path))
    )
    assert len(paths.cycles) == 0


def test_a_box_in_between_hides_the_glint_but_not_the_walls_own(tmp_path: Path) -> None:
    still, eye = TruckPose(0, 0, 0, 0, 0, NO_SLIP_X_M), view(fit(tmp_path))
    block = thing("van", no_scatterers(), Box(X_M, -4.0, 0.0, 2.0, 1.0, 0.0, 2.0))
    own = Thing(
        "wall", no_scatterers(), (Box(0.0, -6.15, 0.0, 60.0, 0.3, 0.0, 3.0, hides_own=True),), (wall(-6.0),)
    )
    assert len(trace(scene_of(still, own), no_scatterers(), eye).cycles) == 1
    assert len(trace(scene_of(still, own, block), no_scatterers(), eye).cycles) == 0


@pytest.mark.parametrize(
    ("heading", "yaw_rate"), [(0.0, 0.0), (0.1, 0.0), (-0.1, 0.0), (0.0, 0.3), (-0.05, -0.3)]
)
def test_the_range_rate_is_the_speed_square_to_the_wall(
    tmp_path: Path, heading: float, yaw_rate: float
) -> None:
    """None along a wall, whatever the speed; in a turn that of the radar's own arm."""
    speed = 8.0
    truck = TruckPose(0.0, 0.0, heading, speed, yaw_rate, NO_SLIP_X_M)
    samples = signal(simulator(fit(tmp_path)), alone(wall(-7.0)), truck=truck)
    middle_s = 64 * 35.6e-6
    now = heading + yaw_rate * middle_s
    mount_mps = speed * math.sin(now) + yaw_rate * (math.cos(now) * (X_M - NO_SLIP_X_M) - math.sin(now) * Y_M)
    # Of the mount's way: the point without side slip, then the arm to the radar.
    slip_y = NO_SLIP_X_M * math.sin(heading) + speed * middle_s * math.sin((heading + now) / 2)
    mount_y = slip_y + math.sin(now) * (X_M - NO_SLIP_X_M) + math.cos(now) * Y_M
    away_m = mount_y + 7.0
    coupled_m = away_m + C / LAMBDA_M * mount_mps / 80e12
    assert range_rate_mps(samples, coupled_m) == pytest.approx(mount_mps, abs=0.03)
    if heading == yaw_rate == 0:
        assert abs(mount_mps) == 0


@pytest.mark.parametrize("yaw_rate", [0.0, 0.4])
def test_the_glints_way_is_right_to_a_thousandth_of_a_wave_at_every_chirp(
    tmp_path: Path, yaw_rate: float
) -> None:
    eye = view(fit(tmp_path))
    truck = TruckPose(0.0, 0.0, 0.05, 7.0, yaw_rate, NO_SLIP_X_M)
    paths = trace(scene_of(truck, alone(wall(-6.0))), no_scatterers(), eye)
    places = antennas(eye.radar, eye.mount, truck, eye.times_s)
    ends, t = paths.out, eye.times_s[:, None]
    at = ends.position_m[0] + t * (
        ends.velocity_mps[0] + t * (ends.acceleration_mps2[0] / 2 + t * ends.jerk_mps3[0] / 6)
    )
    for tx in range(2):
        for rx in range(4):
            sent, heard = places.tx_m[:, tx], places.rx_m[:, rx]
            image = heard * [1, -1, 1] + [0, -12.0, 0]
            exact_m = np.linalg.norm(sent - image, axis=1)
            made_m = np.linalg.norm(sent - at, axis=1) + np.linalg.norm(heard - at, axis=1)
            # Antennas 2 cm apart see one point of the wall, not two: a hundredth of a wave at 5 m.
            assert made_m == pytest.approx(exact_m, abs=LAMBDA_M / 50)
            assert np.ptp(made_m - exact_m) < LAMBDA_M / 1000


@pytest.mark.parametrize("off_m", [-0.02, 0.0, 0.02, 0.05, 0.08])
def test_the_own_flank_beside_the_radar_makes_no_nonsense(off_m: float) -> None:
    """Radars sit on the flank, give or take what installation leaves."""
    for number in (0, 1):
        eye = view(DEMO, number)
        own = Thing("own truck", no_scatterers(), (), (
            Mirror((0.0, Y_M + off_m), (-9.8, Y_M + off_m), 0.4, 3.0),
            Mirror((0.0, 1.25), (0.0, -1.25), 0.4, 3.0),
        ))  # fmt: skip
        truck = TruckPose(0.0, 0.0, 0.3, 5.0, 0.1, NO_SLIP_X_M)
        assert len(trace(scene_of(truck), own, eye).cycles) == 0


def test_flutter_between_flank_and_wall_repeats_every_gap(tmp_path: Path) -> None:
    """Way there and back grows by twice the gap, so the apparent range by the gap; level by the touches."""
    flank_y, wall_y, reflection = -1.22, -5.0, -0.9
    rear = Mirror((6.0, flank_y), (-6.0, flank_y), 0.0, 3.0, reflection=reflection)
    front = wall(wall_y, reflection=reflection)
    sim = simulator(fit(tmp_path))
    samples = signal(sim, alone(front), thing("flank", no_scatterers(), mirrors=(rear,)))
    first_m, gap_m = Y_M - wall_y, flank_y - wall_y
    for order in range(4):
        range_m = first_m + order * gap_m
        assert peak_range_m(samples, range_m, 0.3) == pytest.approx(range_m, abs=0.01)
        touches = 2 * order + 1
        reference = signal(sim, thing("point", point(X_M, Y_M - range_m)))
        expected = 10 * math.log10(math.pi * range_m**2) + 20 * touches * math.log10(abs(reflection))
        assert level_db(samples, range_m) - level_db(reference, range_m) == pytest.approx(expected, abs=0.2)
    off = signal(sim, alone(front), thing("flank", no_scatterers(), mirrors=(rear,)), world=GHOSTLESS)
    assert level_db(off, first_m + gap_m) < level_db(samples, first_m + gap_m) - 30


def test_flutter_is_blocked_with_its_first_leg_and_by_a_gap_between_the_mirrors(tmp_path: Path) -> None:
    still, eye = TruckPose(0, 0, 0, 0, 0, NO_SLIP_X_M), view(fit(tmp_path))
    rear = thing("flank", no_scatterers(), mirrors=(Mirror((6.0, -1.22), (-6.0, -1.22), 0.0, 3.0),))
    short = thing("flank", no_scatterers(), mirrors=(Mirror((6.0, -1.22), (2.0, -1.22), 0.0, 3.0),))
    block = thing("rider", no_scatterers(), Box(X_M, -3.0, 0.0, 0.5, 0.5, 0.0, 1.7))
    counts = [
        len(trace(scene_of(still, alone(wall(-5.0)), *more), no_scatterers(), eye).cycles)
        for more in ((rear,), (short,), (rear, block))
    ]
    assert counts == [4, 1, 0]


def test_flutter_at_a_rail_spreads_at_every_touch_of_it(tmp_path: Path) -> None:
    """Radius of the wave in the upright plane from touch to touch, 1 / r' = 1 / r + 2 / a at the bulge a."""
    flank_y, rail_y, bulge_m = -1.22, -5.0, 0.1
    rear = Mirror((6.0, flank_y), (-6.0, flank_y), 0.0, 3.0, reflection=-1.0)
    rail = wall(rail_y, low_m=0.9, high_m=1.2, radius_m=bulge_m, reflection=-1.0)
    sim = simulator(fit(tmp_path))
    samples = signal(sim, alone(rail), thing("flank", no_scatterers(), mirrors=(rear,)))
    first_m, gap_m = Y_M - rail_y, flank_y - rail_y
    range_m = first_m + gap_m
    radius, amplitude = first_m, 1.0
    for way_m in (2 * gap_m, first_m):
        radius = 1 / (1 / radius + 2 / bulge_m)
        amplitude *= math.sqrt(radius / (radius + way_m))
        radius += way_m
    flat = math.sqrt(first_m / (2 * range_m))
    reference = signal(sim, thing("point", point(X_M, Y_M - range_m)))
    expected = 10 * math.log10(math.pi * range_m**2) + 20 * math.log10(amplitude / flat)
    assert level_db(samples, range_m) - level_db(reference, range_m) == pytest.approx(expected, abs=0.5)
    low = wall(rail_y, low_m=0.45, high_m=0.75, radius_m=bulge_m)
    slanted = trace(
        scene_of(
            TruckPose(0, 0, 0, 0, 0, NO_SLIP_X_M),
            alone(low),
            thing("flank", no_scatterers(), mirrors=(rear,)),
        ),
        no_scatterers(),
        view(fit(tmp_path)),
    )
    lengths = np.linalg.norm(slanted.out.position_m - np.array([X_M, Y_M, UP_M]), axis=1)
    slant_m = math.hypot(first_m, UP_M - 0.75)  # down to its upper edge, and level from there
    assert lengths[:2] == pytest.approx([slant_m, slant_m + gap_m], abs=1e-6)


@pytest.mark.parametrize("truck_mps", [0.0, 6.0])
def test_a_trailers_flank_that_turns_towards_the_radar_closes_at_its_own_speed(truck_mps: float) -> None:
    """It moves in the truck's axes, so the truck's speed is none of it; seen from ahead of it."""
    swing_mps = 1.6
    flank = Mirror((-4.0, 8.0), (-4.0, -8.0), 0.0, 3.0, velocity_mps=(swing_mps, 0.0))  # faces forwards
    eye = view(DEMO)
    looking_back = Mount((-1.0, -1.5, 1.0), math.pi, 0.0)
    eye = type(eye)(eye.fit, eye.radar, looking_back, eye.times_s)
    truck = TruckPose(1.0, 2.0, 0.4, truck_mps, 0.0, NO_SLIP_X_M)
    paths = trace(scene_of(truck), Thing("own truck", no_scatterers(), (), (flank,)), eye)
    assert len(paths.cycles) == 1
    mount_mps = truck_mps * np.array([math.cos(0.4), math.sin(0.4), 0.0])
    ahead = np.array([math.cos(0.4), math.sin(0.4), 0.0])
    assert paths.out.velocity_mps[0] - mount_mps == pytest.approx(swing_mps * ahead, abs=1e-6)
    assert paths.out.acceleration_mps2[0] == pytest.approx(np.zeros(3), abs=1e-4)


@settings(max_examples=40)
@given(
    turned=st.floats(-0.4, 0.4), away=st.floats(-9.0, -1.6), behind=st.floats(-1.29, 3.0),
    half_m=st.floats(0.3, 20.0), radius_m=st.sampled_from([math.inf, 0.1]), heading=st.floats(-3.0, 3.0),
)  # fmt: skip
def test_every_returning_ray_is_as_long_as_its_end_is_far_and_meets_its_mirrors_square(
    turned: float, away: float, behind: float, half_m: float, radius_m: float, heading: float
) -> None:
    """Whatever two mirrors do: finite, within the band, and for one flat mirror the distance to its line."""
    eye = view(DEMO)
    along = half_m * np.array([math.cos(turned), math.sin(turned)])
    front = Mirror(
        (X_M - along[0], away - along[1]), (X_M + along[0], away + along[1]), 0.5, 2.0, radius_m=radius_m
    )
    rear = Mirror((X_M + half_m, behind), (X_M - half_m, behind), 0.0, 2.5)
    truck = TruckPose(0.0, 0.0, 0.0, 5.0, 0.3, NO_SLIP_X_M)
    eye = type(eye)(
        eye.fit, eye.radar, Mount((X_M, Y_M, UP_M), -math.pi / 2 + heading / 10, 0.0), eye.times_s
    )
    paths = trace(scene_of(truck, alone(front), alone(rear)), no_scatterers(), eye)
    assert len(paths.cycles) <= 4
    for values in (paths.sent, paths.heard, paths.out.position_m, paths.out.jerk_mps3):
        assert np.all(np.isfinite(values))
    lengths = np.linalg.norm(paths.out.position_m - np.array([X_M, Y_M, UP_M]), axis=1)
    assert np.all(np.diff(lengths) > 0)
    distance = (Y_M - away) * math.cos(turned)
    has_foot = abs(Y_M - away) * abs(math.sin(turned)) < half_m - 0.3
    if has_foot and len(lengths) and math.isinf(radius_m):
        assert lengths[0] == pytest.approx(distance, abs=1e-4)


@pytest.mark.parametrize("away_m", [2.0, 5.0, 10.0])
@pytest.mark.parametrize(("figure", "reflection"), [(muck_tipper, 0.95), (mixer, 0.6)])
def test_the_side_of_a_truck_seen_square_on_flashes_as_a_flat_mirror(
    tmp_path: Path, figure: Callable[..., Thing], reflection: float, away_m: float
) -> None:
    """pi R^2 of its metal at the height of a radar, 1.05 m: 11 dBsm at 2 m, 19 at 5 m, 25 at 10 m."""
    sim, side = simulator(fit(tmp_path)), figure(X_M + 1.0, Y_M - away_m - 1.25, 0.0)
    flash = level_db(signal(sim, alone(*side.mirrors)), away_m)
    reference = level_db(signal(sim, thing("point", point(X_M, Y_M - away_m))), away_m)
    expected = 10 * math.log10(math.pi * away_m**2 * reflection**2)
    assert flash - reference == pytest.approx(expected, abs=0.3)
