"""What holds for every figure: mirror images to the bit, refusals in one sentence, no change by order."""

import inspect
import math
from collections.abc import Callable
from typing import Any, Literal

import numpy as np
import pytest

from radar_sim import RadarSimulator, Scene, SceneError, Thing, TruckPose, no_scatterers, scene_of
from radar_sim.figures import FIGURES, own_truck
from radar_sim.fit import load_fit
from tests.radar_sim.bench import DEMO, NO_SLIP_X_M, STANDING, TIPPER

Side = Literal["right", "left"]
OURS = [
    "bin",
    "car",
    "guard_rail",
    "hedge",
    "kerb",
    "leaves",
    "manhole",
    "metal_fence",
    "mixer",
    "muck_tipper",
    "parked_row",
    "post",
    "road_surface",
    "sign",
    "street",
    "wall",
]
MIXER = DEMO.with_name("mixer.toml")


def made(name: str, side: Side, **own: Any) -> Thing:
    """The figure 4 to 14 m to the near side, a little askew; for the left its mirror image."""
    figure = FIGURES[name]
    asked = inspect.signature(figure).parameters
    sign = -1.0 if side == "right" else 1.0
    common: dict[str, Any] = {"seed": 3, "near_side": side, **own}
    if "seen_from_m" in asked:
        common["seen_from_m"] = (0.0, sign * 1.3)
    if "start_m" in asked:
        return figure((-15.0, sign * 4.0), (10.0, sign * 5.0), **common)
    if "low_m" in asked:
        corners = sorted([sign * 4.0, sign * 14.0])
        return figure((-15.0, corners[0]), (5.0, corners[1]), **common)
    if "opening_x_m" in asked:
        return figure(-30.0, 30.0, opening_x_m=(5.0, 15.0), **common)
    driving = (4.0, 2.3) if "speed_mps" in asked else ()
    return figure(-7.0, sign * 6.0, sign * 0.3, *driving, **common)


def test_the_registry_has_every_name_of_scene_files() -> None:
    assert set(OURS) <= set(FIGURES)


@pytest.mark.parametrize("name", OURS)
def test_a_figure_says_its_kind_by_default_and_where_it_is(name: str) -> None:
    thing = made(name, "right")
    assert thing.name == name
    assert len(thing.scatterers) > 0
    if name not in ("street", "road_surface", "leaves"):
        assert -8.0 < thing.place_m[0] < 1.0
        assert -7.0 < thing.place_m[1] < -4.0


@pytest.mark.parametrize("name", OURS)
def test_the_mirrored_figure_is_the_mirror_image_to_the_bit(name: str) -> None:
    right, left = made(name, "right"), made(name, "left")
    turned = np.array([1.0, -1.0, 1.0])
    for what in ("position_m", "velocity_mps", "acceleration_mps2", "jerk_mps3"):
        assert np.array_equal(getattr(right.scatterers, what) * turned, getattr(left.scatterers, what)), what
    assert np.array_equal(right.scatterers.rcs_m2, left.scatterers.rcs_m2)
    assert np.array_equal(right.scatterers.aspect, left.scatterers.aspect)
    assert np.array_equal(-right.scatterers.heading_rad, left.scatterers.heading_rad, equal_nan=True)
    assert [(b.x_m, -b.y_m, -b.heading_rad) for b in right.boxes] == [
        (b.x_m, b.y_m, b.heading_rad) for b in left.boxes
    ]
    # What reflects to its left hand reflects to its right in the mirror: start and end change places.
    assert [((m.end_m[0], -m.end_m[1]), (m.start_m[0], -m.start_m[1])) for m in right.mirrors] == [
        (m.start_m, m.end_m) for m in left.mirrors
    ]
    assert (right.place_m[0], -right.place_m[1]) == left.place_m[:2]


@pytest.mark.parametrize("fit", [DEMO, TIPPER, MIXER])
def test_all_of_them_and_the_own_truck_give_the_same_samples_mirrored(fit: object) -> None:
    frames = []
    for side, sign in (("right", -1.0), ("left", 1.0)):
        truck = TruckPose(0.4, sign * 0.3, sign * 0.05, 4.17, sign * 0.2, NO_SLIP_X_M)
        own = own_truck(
            load_fit(fit, side),  # type: ignore[arg-type]
            4.17,
            2.3,
            steer_rad=sign * 0.3,
            articulation_rad=sign * -0.2,
            articulation_rate_radps=sign * 0.1,
            trailer_length_m=8.0,
            seed=3,
        )
        things = [made(name, side) for name in ("car", "mixer", "kerb", "post", "sign", "hedge", "leaves")]  # type: ignore[arg-type]
        sim = RadarSimulator(fit, 1, near_side=side)  # type: ignore[arg-type]
        frames.append(sim.frame("corner", 0, scene_of(truck, *things, own=own)).samples)
    assert np.array_equal(frames[0], frames[1])


def test_points_alone_are_not_symmetric() -> None:
    """The identity above is not one of samples that never change."""
    sim = RadarSimulator(DEMO, 1)
    right, wrong = (
        sim.frame("corner", 0, scene_of(STANDING, made("car", side))).samples  # type: ignore[arg-type]
        for side in ("right", "left")
    )
    assert not np.array_equal(right, wrong)


@pytest.mark.parametrize("name", OURS)
def test_another_seed_is_another_draw_and_the_same_seed_the_same(name: str) -> None:
    one, again, other = made(name, "right"), made(name, "right"), made(name, "right", seed=4)
    assert np.array_equal(one.scatterers.rcs_m2, again.scatterers.rcs_m2)
    if name != "post":
        assert not np.array_equal(one.scatterers.rcs_m2, other.scatterers.rcs_m2)


CAR, TRUCK, ROAD = FIGURES["car"], FIGURES["muck_tipper"], FIGURES["road_surface"]
BAD: list[tuple[str, Callable[[], Thing], str]] = [
    ("nan", lambda: CAR(math.nan, 0.0, 0.0), "car: x_m is nan, not a finite number"),
    ("speed", lambda: CAR(0.0, 0.0, 0.0, -1.0), "car: speed_mps is -1.0, outside 0 to 50"),
    ("time", lambda: CAR(0.0, 0.0, 0.0, 1.0, math.inf), "car: t_s is inf, not a finite number"),
    ("side", lambda: CAR(0.0, 0.0, 0.0, near_side="kerb"), "car: near_side is 'kerb', not one of"),
    ("detail", lambda: CAR(0.0, 0.0, 0.0, detail="lump"), "car: detail is 'lump', not one of"),
    ("text", lambda: CAR("3", 0.0, 0.0), "car: x_m is '3', not a finite number"),
    ("drum", lambda: FIGURES["mixer"](0.0, 0.0, 0.0, drum_rpm=99), "mixer: drum_rpm is 99, outside -20"),
    ("length", lambda: TRUCK(0, 0, 0, length_m=2), "muck_tipper: length_m is 2, outside"),
    ("place", lambda: FIGURES["wall"](3.0, (1.0, 1.0)), "wall: start_m is 3.0, not a pair of numbers"),
    ("long", lambda: FIGURES["kerb"]((0, 0), (1e6, 0)), "kerb: end_m lies 1e.06 m from"),
    ("stuff", lambda: FIGURES["wall"]((0, 0), (9, 0), material="jam"), "wall: material is 'jam', not one of"),
    ("cell", lambda: FIGURES["kerb"]((0, 0), (9, 0), cell_m=0.0), "kerb: cell_m is 0.0, outside 0.05 to 5"),
    ("loss", lambda: FIGURES["hedge"]((0, 0), (9, 0), loss_db_per_m=-1), "hedge: loss_db_per_m is -1, out"),
    ("wires", lambda: FIGURES["metal_fence"]((0, 0), (9, 0), wires=0), "metal_fence: wires is 0, outside 1"),
    ("surface", lambda: ROAD((0, 0), (1, 1), surface="ice"), "road_surface: surface is 'ice'"),
    ("area", lambda: ROAD((0, 0), (1, -1)), "road_surface: high_m .* is not beyond low_m"),
    ("facets", lambda: ROAD((0, 0), (1, 1), facets=10**6), "facets is 1000000, outside 1"),
    ("leaves", lambda: FIGURES["leaves"]((0, 0), (1, 1), wind_mps=math.nan), "leaves: wind_mps is nan"),
    ("post", lambda: FIGURES["post"](0, 0, radius_m=3), "post: radius_m is 3, outside 0.005 to 0.5"),
    ("plate", lambda: FIGURES["sign"](0, 0, plate_m=0), "sign: plate_m is 0, outside 0.1 to 5"),
    ("bin", lambda: FIGURES["bin"](0, 0, material="wood"), "bin: material is 'wood', not one of metal"),
    ("cover", lambda: FIGURES["manhole"](0, 0, cover_dbsm=99), "manhole: cover_dbsm is 99, outside -60"),
    ("row", lambda: FIGURES["parked_row"]((0, 0), (9, 0), empty_share=2), "parked_row: empty_share is 2"),
    ("street", lambda: FIGURES["street"](10.0, 0.0), "street: start_x_m 10 is not before end_x_m 0"),
]  # fmt: skip


@pytest.mark.parametrize(("made_so", "says"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_what_cannot_be_is_said_in_one_sentence(made_so: Callable[[], Thing], says: str) -> None:
    with pytest.raises(SceneError, match=says) as error:
        made_so()
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("steer_rad", 2.0),
        ("drum_rpm", math.nan),
        ("articulation_rad", 3.0),
        ("articulation_rate_radps", math.inf),
        ("trailer_length_m", 1.0),
        ("trailer_width_m", 9.0),
    ],
)
def test_an_impossible_own_truck_is_refused(name: str, value: float) -> None:
    with pytest.raises(SceneError, match=f"own_truck: {name} is {value!r}, "):
        own_truck(load_fit(DEMO), 5.0, 0.0, **{name: value})  # type: ignore[arg-type]


def test_a_scene_without_own_truck_is_as_before() -> None:
    scene = Scene(STANDING, no_scatterers())
    assert scene.own is None
