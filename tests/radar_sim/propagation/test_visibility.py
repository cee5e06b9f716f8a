"""What hides what: boxes between the radar and points, a thing's own box, the truck's body."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radar_sim import (
    Interferer,
    Scatterers,
    Scene,
    SceneError,
    Thing,
    TruckPose,
    World,
    cyclist,
    no_scatterers,
)
from radar_sim.propagation import trace, traced
from radar_sim.scene.bodies import Box
from radar_sim.scene.scatterers import join
from radar_sim.scene.scene import scene_of
from tests.radar_sim.bench import DEMO, NO_SLIP_X_M
from tests.radar_sim.propagation.side import (
    STILL,
    UP_M,
    X_M,
    Y_M,
    fit,
    level_db,
    point,
    scene,
    signal,
    simulator,
    thing,
    view,
)

AWAY_M = 6.0


def post(up_m: float = UP_M, away_m: float = AWAY_M) -> Thing:
    return thing("post", point(X_M, Y_M - away_m, up_m))


def block(low_m: float, high_m: float, loss_db: float = math.inf, heading: float = 0.0) -> Thing:
    return thing("box", no_scatterers(), Box(X_M, Y_M - 3.0, heading, 1.0, 0.5, low_m, high_m, loss_db))


@pytest.mark.parametrize(
    ("low_m", "high_m", "seen"),
    [(0.0, 2.0, 0), (0.0, 1.0, 1), (1.1, 3.0, 1), (0.0, 1.06, 0), (1.04, 3.0, 0)],
)
def test_a_box_hides_only_what_its_height_lies_before(
    tmp_path: Path, low_m: float, high_m: float, seen: int
) -> None:
    paths = trace(scene(post(), block(low_m, high_m)), no_scatterers(), view(fit(tmp_path)))
    assert len(paths.cycles) == seen


def test_what_stands_above_the_line_of_sight_over_a_low_box_is_seen(tmp_path: Path) -> None:
    """A box of 1 m height, 3 m away: at 6 m the line over its far edge is at 0.95 m."""
    edge_m = UP_M + (1.0 - UP_M) * AWAY_M / 3.25
    for up_m, seen in ((edge_m + 0.01, 1), (edge_m - 0.01, 0), (0.1, 0)):
        paths = trace(scene(post(up_m), block(0.0, 1.0)), no_scatterers(), view(fit(tmp_path)))
        assert len(paths.cycles) == seen


@pytest.mark.parametrize("loss_db", [2.0, 6.0])
def test_a_hedge_takes_its_loss_on_both_ways(tmp_path: Path, loss_db: float) -> None:
    sim = simulator(fit(tmp_path))
    free = level_db(signal(sim, post()), AWAY_M)
    weak = level_db(signal(sim, post(), block(0.0, 2.0, loss_db)), AWAY_M)
    assert free - weak == pytest.approx(2 * loss_db, abs=0.1)
    truth = traced(scene(post(), block(0.0, 2.0, loss_db)), own(), view(fit(tmp_path))).truth
    assert truth[0].visible == pytest.approx(10 ** (-2 * loss_db / 10))


def own() -> Thing:
    return Thing("own truck", no_scatterers())


def test_two_hedges_take_both_losses(tmp_path: Path) -> None:
    hedge = Box(X_M, Y_M - 4.5, 0.2, 2.0, 0.3, 0.0, 2.0, 3.0)
    truth = traced(
        scene(post(), block(0.0, 2.0, 5.0), thing("hedge", no_scatterers(), hedge)),
        own(),
        view(fit(tmp_path)),
    ).truth
    assert truth[0].visible == pytest.approx(10 ** (-2 * 8.0 / 10))


@settings(max_examples=60)
@given(
    x_m=st.floats(-8, 8), y_m=st.floats(-12, -2), heading=st.floats(-3.1, 3.1), length_m=st.floats(0.2, 6),
    width_m=st.floats(0.2, 3), low_m=st.floats(0, 1.5), high_m=st.floats(0.2, 2), seed=st.integers(0, 1000),
)  # fmt: skip
def test_a_ray_is_hidden_where_one_of_its_points_lies_in_the_box(
    x_m: float,
    y_m: float,
    heading: float,
    length_m: float,
    width_m: float,
    low_m: float,
    high_m: float,
    seed: int,
) -> None:
    """Against the definition: 4 000 places along each ray."""
    rng = np.random.default_rng(seed)
    places = rng.uniform([-9, -14, 0.0], [9, -2.5, 2.5], (40, 3))
    box = Box(x_m, y_m, heading, length_m, width_m, low_m, low_m + high_m)
    field = thing("points", Scatterers(places, np.zeros(places.shape), np.full(40, 1.0)))
    eye = view(DEMO)  # looks back to the right
    free, hidden = (
        trace(scene(field, *more), no_scatterers(), eye).out.position_m
        for more in ((), (thing("box", no_scatterers(), box),))
    )
    left = {tuple(place) for place in hidden}
    along = np.linspace(0, 1, 4001)[:, None]
    radar = np.array([X_M, Y_M, UP_M])
    for place in free:
        way = radar + along * (place - radar)
        dx, dy = way[:, 0] - x_m, way[:, 1] - y_m
        ahead = np.abs(math.cos(heading) * dx + math.sin(heading) * dy) - length_m / 2
        across = np.abs(math.cos(heading) * dy - math.sin(heading) * dx) - width_m / 2
        upward = np.abs(way[:, 2] - low_m - high_m / 2) - high_m / 2
        deepest = np.maximum(np.maximum(ahead, across), upward).min()
        if abs(deepest) > 0.01:  # a sampled ray may step over a corner
            assert (tuple(place) not in left) == (deepest < 0)


def car(hides_own: bool, x_m: float = X_M, y_m: float = Y_M - 5.0) -> Thing:
    """A box of 4.4 x 1.8 m with points on all four skins and wheels a little inside."""
    skins = np.array([[dx, side, 0.7] for dx in np.arange(-2.0, 2.1, 0.5) for side in (-0.9, 0.9)])
    ends = np.array([[end, dy, 0.6] for end in (-2.2, 2.2) for dy in (-0.5, 0.5)])
    wheels = np.array([[dx, side, 0.35] for dx in (-1.3, 1.3) for side in (-0.8, 0.8)])
    places = np.concatenate([skins, ends, wheels]) + np.array([x_m, y_m, 0.0])
    points = Scatterers(places, np.zeros(places.shape), np.full(len(places), 0.1))
    return thing("car", points, Box(x_m, y_m, 0.0, 4.4, 1.8, 0.1, 1.5, hides_own=hides_own))


def test_a_car_hides_its_own_far_side_and_a_person_nothing_of_himself(tmp_path: Path) -> None:
    eye = view(fit(tmp_path))
    seen = trace(scene(car(hides_own=True)), no_scatterers(), eye).out.position_m
    assert seen[:, 1].max() == pytest.approx(Y_M - 5.0 + 0.9)
    assert (seen[:, 1] > Y_M - 5.0 + 0.75).sum() == 9 + 2  # the near skin and two wheels
    assert not np.any(seen[:, 1] < Y_M - 5.0 - 0.6)
    assert len(trace(scene(car(hides_own=False)), no_scatterers(), eye).cycles) == 26


def test_of_a_car_seen_end_on_the_far_end_is_hidden() -> None:
    """Behind the truck, seen by the radar of the demo fit that looks back."""
    behind = traced(scene(car(True, -9.0, -2.9)), own(), view(DEMO))
    seen = behind.paths.out.position_m
    assert seen[:, 0].max() > -7.0
    assert not np.any((seen[:, 0] < -10.5) & (seen[:, 1] < -3.5))
    assert 0.2 < behind.truth[0].visible < 0.7


def test_a_person_hides_others() -> None:
    walker = thing("walker", point(-4.0, -4.0), Box(-4.0, -4.0, 0.0, 0.5, 0.5, 0.0, 1.7))
    radar = np.array([-0.25, -1.30])
    far = radar + 1.5 * (np.array([-4.0, -4.0]) - radar)
    truth = traced(scene(walker, thing("far", point(*far))), own(), view(DEMO)).truth
    assert [seen.visible for seen in truth] == [1.0, 0.0]


def test_the_own_body_blocks_and_so_does_a_mirror_arm() -> None:
    eye = view(DEMO)
    side, other = thing("side", point(-6.0, -2.0)), thing("other side", point(-6.0, 2.0))
    arm = Thing("own truck", no_scatterers(), (Box(-0.6, -1.35, 0.0, 0.3, 0.3, 0.4, 3.0),))
    plain = traced(scene(side, other), own(), eye)
    assert [seen.visible for seen in plain.truth] == [1.0, 0.0]
    truck = TruckPose(5.0, -3.0, 2.0, 4.0, 0.1, NO_SLIP_X_M)  # rides along
    turn = complex(math.cos(2.0), math.sin(2.0))
    at = complex(5.0, -3.0) + turn * complex(-6.0, -2.0)
    away = scene_of(truck, thing("side", point(at.real, at.imag)))
    assert [traced(away, truck_of, eye).truth[0].visible for truck_of in (own(), arm)] == [1.0, 0.0]


def vans(gap_x_m: tuple[float, float]) -> tuple[Thing, ...]:
    """A parked row with a gap."""
    rows = ((gap_x_m[0] - 12.0, gap_x_m[0]), (gap_x_m[1], gap_x_m[1] + 12.0))
    return tuple(
        Thing("van", no_scatterers(), (Box((a + b) / 2, -4.5, 0.0, b - a, 1.9, 0.1, 2.3, hides_own=True),))
        for a, b in rows
    )


def test_a_cyclist_behind_a_parked_row_appears_when_the_gap_opens(tmp_path: Path) -> None:
    """In truth and in the echo; the gap of 4 m starts 1 m ahead of the radar's abeam."""
    path = fit(tmp_path)
    sim = simulator(path)
    shares, energies, free = [], [], []
    for x_m in np.arange(-6.0, 12.0, 1.0):
        rider = cyclist(float(x_m), -7.0, 0.0, 4.0, float(x_m) / 4.0)
        frame = sim.frame("corner", 0, scene_of(STILL, rider, *vans((0.0, 4.0))))
        open_road = sim.frame("corner", 0, scene_of(STILL, rider))
        shares.append(frame.truth[0].visible)
        energies.append(np.mean(frame.samples.astype(float) ** 2) - 100.0)
        free.append(np.mean(open_road.samples.astype(float) ** 2) - 100.0)
    opens, closes = np.argmax(np.array(shares) > 0.9), len(shares) - np.argmax(np.array(shares[::-1]) > 0.9)
    assert shares[0] == shares[-1] == 0.0
    assert max(shares) == pytest.approx(1.0)
    assert np.all(np.diff(shares[: opens + 1]) >= 0)
    assert np.all(np.diff(shares[closes - 1 :]) <= 0)
    for share, energy, open_energy in zip(shares, energies, free, strict=True):
        if share == 1.0:
            assert energy == pytest.approx(open_energy, rel=0.05)
        if share == 0.0:
            assert abs(energy) < 1.0  # of a noise of 100


def test_another_radar_is_hidden_by_a_box_and_dimmed_once_by_a_hedge(tmp_path: Path) -> None:
    """One way only: 6 dB of a hedge are 6 dB."""
    sim = simulator(fit(tmp_path))
    other = Interferer((X_M, Y_M - 6.0, UP_M), 30.0, 78.5e9, -60e12, 30e-6, 40e-6)
    jammed = World(interferers=(other,))
    quiet = signal(sim)
    free, dimmed, hidden = (
        np.abs(signal(sim, *things, world=jammed) - quiet)
        for things in ((), (block(0.0, 2.0, 6.0),), (block(0.0, 2.0),))
    )
    loud = free > 300.0  # rounding and clipping aside
    assert loud.sum() > 100
    assert np.median(dimmed[loud] / free[loud]) == pytest.approx(10 ** (-6.0 / 20), rel=0.02)
    assert not hidden.any()


def test_hidden_unlit_and_inaudible_points_make_no_paths(tmp_path: Path) -> None:
    eye = view(fit(tmp_path))
    unlit = thing("nothing", point(X_M, Y_M - 5.0, rcs_m2=0.0))
    faint = thing("dust", point(X_M, Y_M - 15.0, rcs_m2=1e-9))
    behind = thing("left", point(X_M, 5.0))
    assert len(trace(scene(unlit, faint, behind), no_scatterers(), eye).cycles) == 0
    assert (
        len(trace(scene(thing("grain", point(X_M, Y_M - 15.0, rcs_m2=1e-6))), no_scatterers(), eye).cycles)
        == 1
    )


def test_a_point_that_passes_through_the_housing_is_named(tmp_path: Path) -> None:
    eye = view(fit(tmp_path))
    for place, velocity in (((X_M, Y_M - 0.03), (0.0, 0.0)), ((X_M - 0.06, Y_M - 0.01), (25.0, 0.0))):
        near = scene(post(), thing("cyclist 7", point(*place, velocity=velocity)))
        with pytest.raises(SceneError) as error:
            trace(near, no_scatterers(), eye)
        text = str(error.value)
        assert "\n" not in text
        for word in ("radar corner", "cyclist 7", "inside the radar", "0.05 m"):
            assert word in text
    loose = Scene(STILL, point(X_M, Y_M - 0.03))
    with pytest.raises(SceneError, match=r"inside the radar, 0\.030 m away"):
        trace(loose, no_scatterers(), eye)


def test_places_as_far_as_a_scene_may_have_them_are_unseen_and_warn_of_nothing(tmp_path: Path) -> None:
    far = Scatterers(np.array([[1e7, -1e7, 1.0], [1e7, 0, 0]]), np.zeros((2, 3)), np.ones(2))
    paths = trace(
        scene(thing("far", join(far, point(X_M, Y_M - 5.0))), world=World()),
        no_scatterers(),
        view(fit(tmp_path)),
    )
    assert len(paths.cycles) == 1
