"""Everything that can be named is seen by the radar, and its mirror image gives the same samples."""

import math
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest

from edge_controller.messages import Side
from hil.encounter import Encounter
from hil.environment import CLEAR
from hil.plant.body import Pose
from hil.plant.vehicles import VEHICLES
from hil.reaction import Cue, Falls
from hil.scenario.reading import read_scenario
from hil.scene import RadarScene, trailer_of
from hil.truth import Truth
from hil.world import World
from radar_sim.figures.trailer import AHEAD_OF_PIN_M
from tests.hil.scenario.samples import TEXT

LATE_US, FRAME = 1_000_000, 20  # both radars have frame 20 a second after the start
USER = "road_users:\n  - kind: cyclist\n    x_m: -5.0\n    from_side_m: 1.5\n"
STREET = "statics:\n  - kind: street\n"
SLOWLY = ("speed_kmh: 18\n  signals", "speed_kmh: 9\n  signals")
NOBODY = ("x_m: -5.0\n    from_side_m: 1.5", "x_m: 150.0\n    from_side_m: 90")


def read(folder: Path, near: Side, *changes: tuple[str, str]) -> Encounter:
    text = TEXT.replace(STREET, "statics: []\n").replace(
        "speed_kmh: 18\n  signals", "speed_kmh: 9\n  signals"
    )
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    path = folder / f"{near}.yaml"
    path.write_text(text, encoding="utf-8")
    return read_scenario(path, near).encounter


def samples(encounter: Encounter, truth: Truth, radar: str = "corner") -> np.ndarray:
    world, scene = (
        World(replace(encounter, truth=truth)),
        RadarScene(replace(encounter, truth=truth), 1, None),
    )
    t_us = scene.start_us(radar, FRAME)
    pose = world.advance(t_us)
    return scene.frame(radar, FRAME, pose, world.stances(t_us)).samples


@lru_cache
def empty(folder: Path, truth: Truth) -> np.ndarray:
    return samples(read(folder, "right", NOBODY), truth)


def check(folder: Path, *changes: tuple[str, str], truth: Truth = "plain", least: float = 1.0) -> None:
    """More than noise, and the same in the mirror."""
    right, left = (samples(read(folder, near, *changes), truth) for near in ("right", "left"))
    apart = right.astype(float) - empty(folder, truth)
    assert np.sqrt(np.mean(apart**2)) > least
    assert np.array_equal(right, left)


KINDS = [
    "cyclist", "e_bike", "delivery_scooter", "two_on_a_bicycle", "pedestrian", "child", "kneeling", "skater",
    "wheelchair", "car", "bus", "tipper", "mixer", "loader",
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_road_user(kind: str, tmp_path: Path) -> None:
    beside = "3.5" if kind in ("car", "bus", "tipper", "mixer", "loader") else "1.5"
    check(
        tmp_path,
        ("kind: cyclist", f"kind: {kind}"),
        ("from_side_m: 1.5", f"from_side_m: {beside}"),
        ("from_s: 0, speed_kmh: 18", "from_s: 0, speed_kmh: 10"),
    )


ROWS = [
    "guard_rail",
    "wall",
    "metal_wall",
    "hoarding",
    "metal_fence",
    "hedge",
    "tarpaulin",
    "kerb",
    "parked_row",
]
SINGLES = ["sign", "bollard", "lamp_post", "tree", "bin", "manhole"]
BODIES = ["car", "bus", "tipper", "mixer", "loader"]
STATICS = [
    *(f"kind: {kind}, start_x_m: -20, end_x_m: 20, from_side_m: 3" for kind in ROWS),
    "kind: tunnel, start_x_m: -20, end_x_m: 20, from_side_m: 1.5, width_m: 9",
    *(f"kind: {kind}, x_m: -4, from_side_m: 1.5" for kind in SINGLES),
    *(f"kind: {kind}, x_m: 0, from_side_m: 3, heading: against" for kind in BODIES),
    *(
        f"kind: {kind}, start_x_m: -5, end_x_m: 5, from_side_m: 0.5, width_m: 4"
        for kind in ("leaves", "gravel")
    ),
]


@pytest.mark.parametrize("static", STATICS, ids=[words.split(",")[0] for words in STATICS])
@pytest.mark.parametrize("truth", ["plain", "full"])
def test_each_static(static: str, truth: Truth, tmp_path: Path) -> None:
    least = 0.05 if any(weak in static for weak in ("leaves", "gravel")) else 0.5
    check(tmp_path, NOBODY, ("statics: []", f"statics:\n  - {{{static}}}"), truth=truth, least=least)


def test_a_static_in_a_bend(tmp_path: Path) -> None:
    wall = "statics:\n  - {kind: wall, start_x_m: -20, end_x_m: 40, from_side_m: 1}"
    road = "road: [{length_m: 5}, {length_m: 40, radius_m: 25}]\nroad_users:"
    check(tmp_path, NOBODY, ("statics: []", wall), ("road_users:", road))


@pytest.mark.parametrize(
    "words",
    [
        "rain_mm_per_h: 50",
        "film_db: 10, rain_mm_per_h: 30",
        "spray: water",
        "spray: gravel",
        "interferers: 4",
    ],
)
def test_each_weather(words: str, tmp_path: Path) -> None:
    check(tmp_path, NOBODY, ("road_users:", f"environment: {{{words}}}\nroad_users:"), least=0.05)


def test_more_radars_disturb_more(tmp_path: Path) -> None:
    def disturbed(radar: str, count: int) -> float:
        words = f"environment: {{interferers: {count}}}\nroad_users:"
        quiet = read(tmp_path, "right", NOBODY)
        loud = read(tmp_path, "right", NOBODY, ("road_users:", words))
        heard = samples(loud, "plain", radar).astype(float) - samples(quiet, "plain", radar)
        return float(np.mean(heard**2))

    assert disturbed("corner", 0) == 0.0
    assert 0.0 < disturbed("corner", 1) < disturbed("corner", 3)  # from behind
    assert 0.0 < disturbed("front", 2) < disturbed("front", 4)  # oncoming


def test_own_wheels_throw_up_water_only_while_they_roll(tmp_path: Path) -> None:
    stands = ("speed_kmh: 9\n  signals", "speed_kmh: 0\n  signals")
    quiet, wet = (read(tmp_path, "right", NOBODY, stands) for _ in range(2))
    wet = replace(wet, environment=replace(CLEAR, spray="water"))
    assert np.array_equal(samples(quiet, "plain"), samples(wet, "plain"))


def test_who_lies_is_seen_low_and_mirrored(tmp_path: Path) -> None:
    for kind in ("cyclist", "pedestrian"):
        check(
            tmp_path,
            ("kind: cyclist", f"kind: {kind}"),
            ("    moves:", "    falls: {when: {at_s: 0.2}}\n    moves:"),
            ("from_s: 0, speed_kmh: 18", "from_s: 0, speed_kmh: 6"),
        )
    encounter = read(tmp_path, "right", ("kind: cyclist", "kind: pedestrian"))
    fallen = replace(encounter.users[0], reactions=(Falls(Cue(at_s=0.2)),))
    world = World(replace(encounter, users=(fallen,)))
    scene = RadarScene(replace(encounter, users=(fallen,)), 1, None)
    world.advance(LATE_US)
    (lying,) = scene.things(LATE_US * 1e-6, world.truck.pose(), world.stances(LATE_US))[:1]
    assert lying.scatterers.position_m[:, 2].max() < 0.7
    reach_m = lying.scatterers.position_m[:, 0].max() - lying.scatterers.position_m[:, 0].min()
    assert 1.4 < reach_m < 1.9


def test_who_stands_is_drawn_once_and_sways_as_a_whole(tmp_path: Path) -> None:
    encounter = read(tmp_path, "right", ("from_s: 0, speed_kmh: 18", "from_s: 0, speed_kmh: 0"))
    world, scene = World(encounter), RadarScene(encounter, 1, None)
    first, second = (
        scene.things(t_us * 1e-6, world.advance(t_us), world.stances(t_us)) for t_us in (0, 50_000)
    )
    moved_m = second[0].scatterers.position_m - first[0].scatterers.position_m
    assert np.allclose(moved_m, moved_m[0], atol=1e-12)
    assert 0 < np.linalg.norm(moved_m[0]) < 0.003
    fresh = RadarScene(encounter, 1, None).things(0.05, world.truck.pose(), world.stances(50_000))
    assert np.allclose(second[0].scatterers.position_m, fresh[0].scatterers.position_m, rtol=0, atol=1e-12)
    assert np.allclose(
        second[0].scatterers.velocity_mps, fresh[0].scatterers.velocity_mps, rtol=0, atol=1e-12
    )


def test_a_trailer_hangs_on_its_pin_and_swings_as_the_plant_says() -> None:
    body = VEHICLES["semitrailer"]
    pose = Pose(3.0, 1.0, 0.3, 4.0, 0.0, 0.2, 0.0, trailer_heading_rad=0.1)
    trailer = trailer_of(body, pose)
    assert trailer["articulation_rad"] == pytest.approx(-0.2)
    assert trailer["articulation_rate_radps"] == pytest.approx(4.0 * math.sin(0.2) / 8.1 - 0.2)
    rear_m = trailer["hitch_x_m"] + AHEAD_OF_PIN_M - trailer["trailer_length_m"]
    assert rear_m == pytest.approx(-5.0 - 12.0)
    assert trailer_of(VEHICLES["tipper_8x4"], pose) == {}


def test_the_trailer_is_seen_in_either_truth_and_mirrored(tmp_path: Path) -> None:
    for truth in ("plain", "full"):
        towing = ("brake: typical_ebs", "brake: typical_ebs\nvehicle: semitrailer")
        check(tmp_path, NOBODY, towing, truth=truth)


def test_who_is_pressed_against_a_radar_ends_no_run(tmp_path: Path) -> None:
    """The corner radar lies in the middle of him: what is outside its housing is still seen."""
    encounter = read(tmp_path, "right", NOBODY)
    scene, world = RadarScene(encounter, 1, None), World(encounter)
    t_us = scene.start_us("corner", FRAME)
    pose = world.advance(t_us)
    x_m, y_m, _ = encounter.fit.radar("corner").position_m
    cos, sin = math.cos(pose.heading_rad), math.sin(pose.heading_rad)
    (stance,) = world.stances(t_us)
    inside = stance._replace(x_m=pose.x_m + x_m * cos - y_m * sin, y_m=pose.y_m + x_m * sin + y_m * cos)
    (drawn, *_) = scene.things(t_us * 1e-6, pose, [inside])
    (whole, *_) = scene.things(t_us * 1e-6, pose, [stance])
    assert 0 < len(drawn.scatterers.rcs_m2) < len(whole.scatterers.rcs_m2)
    assert np.any(scene.frame("corner", FRAME, pose, [inside]).samples)
