"""Draws of a scenario file: within their ranges, the same in any order, and of the kind the file asks for."""

import pickle
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_controller.errors import InputError
from hil.closed_loop import run_without_system
from hil.scenario.draw import DrawError, corner_draws, drawn, middle_draw
from hil.scenario.parameters import Normal
from hil.scenario.reading import read_file
from hil.scenario.scenario_file import ScenarioFile
from tests.hil.scenario.samples import TEXT

PARAMETERS = """\
parameters:
  truck_kmh: {from: 8, to: 20}
  gap_m: {from: 0.9, to: 2.5}
  brake: {one_of: [typical_ebs, fast_ebs], weights: [3, 1]}
  late_s: {normal: 0.1, sigma: 0.2, from: -0.1, to: 0.4}
  truck_mps: = truck_kmh / 3.6
  turn_x_m: = 3 * truck_mps
corners: [truck_kmh, gap_m]
"""
DRAWN = (
    TEXT.replace("brake: typical_ebs", "brake: = brake")
    .replace("speed_kmh: 18\n  signals", "speed_kmh: = truck_kmh\n  signals")
    .replace("{at_x_m: 15,", "{at_x_m: = turn_x_m,")
    .replace("from_side_m: 1.5", "from_side_m: = gap_m")
    .replace("x_m: -5.0", "x_m: = -5 - late_s * truck_mps")
    + PARAMETERS
)


def read(folder: Path, text: str) -> ScenarioFile:
    path = folder / "s1.yaml"
    path.write_text(text, encoding="utf-8")
    return read_file(path)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> ScenarioFile:
    return read(tmp_path_factory.mktemp("draw"), DRAWN)


@given(seed=st.integers(0, 2**32 - 1), numbers=st.lists(st.integers(1, 10_000), min_size=1, max_size=5))
def test_a_draw_depends_on_file_seed_and_number_alone(
    file: ScenarioFile, seed: int, numbers: list[int]
) -> None:
    there = {number: drawn(file, seed, number) for number in numbers}
    again = {number: drawn(file, seed, number) for number in reversed(numbers)}
    assert there == again
    elsewhere = pickle.loads(pickle.dumps(file))  # as another process has it
    assert drawn(elsewhere, seed, numbers[0]) == there[numbers[0]]
    for draw in there.values():
        assert 8 <= draw.values["truck_kmh"] <= 20  # type: ignore[operator]
        assert 0.9 <= draw.values["gap_m"] <= 2.5  # type: ignore[operator]
        assert -0.1 <= draw.values["late_s"] <= 0.4  # type: ignore[operator]
        assert draw.values["brake"] in {"typical_ebs", "fast_ebs"}


def test_draws_are_spread_as_the_file_says(file: ScenarioFile) -> None:
    draws = [drawn(file, 1, number).values for number in range(1, 2001)]
    speeds = [float(draw["truck_kmh"]) for draw in draws]
    assert np.mean(speeds) == pytest.approx(14.0, abs=0.3)
    assert np.std(speeds) == pytest.approx(12 / np.sqrt(12), rel=0.05)
    assert sum(draw["brake"] == "typical_ebs" for draw in draws) == pytest.approx(1500, abs=60)
    assert np.corrcoef(speeds, [float(draw["gap_m"]) for draw in draws])[0, 1] == pytest.approx(0, abs=0.07)


def test_a_normal_one_has_its_mean_and_spread_where_nothing_is_cut() -> None:
    wide = Normal("x", 2.0, 0.5, -10.0, 10.0)
    found = [wide.drawn(np.random.default_rng(n)) for n in range(2000)]
    assert (np.mean(found), np.std(found)) == pytest.approx((2.0, 0.5), abs=0.04)


def test_seeds_and_scenarios_have_their_own_draws(file: ScenarioFile, tmp_path: Path) -> None:
    other = read(tmp_path, DRAWN.replace("id: S1", "id: S2"))
    draws = [drawn(file, 1, 1), drawn(file, 1, 2), drawn(file, 2, 1), drawn(other, 1, 1)]
    assert len({str(draw.values) for draw in draws}) == 4
    assert [draw.seed for draw in draws[::2]] == [1, 2]  # the first has the run's own
    assert len({draw.seed for draw in (draws[1], drawn(file, 2, 2), drawn(other, 1, 2), *draws[::2])}) == 5


def test_the_encounter_is_what_was_drawn(file: ScenarioFile) -> None:
    draw = drawn(file, 5, 7)
    scenario = file.scenario(draw)
    speed_mps = float(draw.values["truck_kmh"]) / 3.6
    assert scenario.draw == draw
    assert scenario.encounter.seed == draw.seed
    assert scenario.encounter.driver.speed_mps == pytest.approx(speed_mps)
    assert scenario.encounter.driver.turn_at_x_m == pytest.approx(3 * speed_mps - 7.125)
    rider = scenario.encounter.users[0]
    assert rider.y_m == pytest.approx(-(1.25 + float(draw.values["gap_m"])))
    assert rider.x_m == pytest.approx(-5 - float(draw.values["late_s"]) * speed_mps)
    assert scenario.brake_name == draw.values["brake"]


def test_middle_and_corners(file: ScenarioFile) -> None:
    middle = middle_draw(file).values
    assert middle == {"truck_kmh": 14.0, "gap_m": pytest.approx(1.7), "brake": "typical_ebs", "late_s": 0.1}
    corners = corner_draws(file, 1)
    assert [(draw.values["truck_kmh"], draw.values["gap_m"]) for draw in corners] == [
        (8, 0.9),
        (8, 2.5),
        (20, 0.9),
        (20, 2.5),
    ]
    assert all(draw.corner and draw.values["late_s"] == 0.1 for draw in corners)
    assert len({draw.seed for draw in corners}) == 4


def test_a_file_without_parameters_is_one_encounter(tmp_path: Path) -> None:
    file = read(tmp_path, TEXT)
    assert drawn(file, 3, 1).values == {}
    assert corner_draws(file) == []
    assert file.scenario(drawn(file, 3, 1)).encounter.driver == file.middle().encounter.driver


CROSSING = """\
id: X1
title: Straight on, a walker ahead
title_zh: 直行，前方有行人
family: X
source: made up
fit: demo
brake: fit
perturb: false
parameters:
  ahead_m: {from: 1, to: 12}
draws: colliding
duration_s: 1.6
gateway: {released: 1}
driver:
  speed_kmh: 18
road_users:
  - kind: pedestrian
    x_m: = ahead_m
    from_middle_m: 0
    heading: along
    moves:
      - {from_s: 0, speed_kmh: 0}
statics: []
faults: []
needs:
  - measure: radar_frames_lost
    at_most: 0
    unit: "1"
    requirement: all samples arrive
counted:
  - {outcome: avoided, at_least: 0.75, requirement: goal}
"""


def first_contact(file: ScenarioFile, number: int) -> bool:
    scenario = file.scenario(drawn(file, 1, number))
    return run_without_system(scenario.encounter).contact is not None


def test_draws_that_collide_are_drawn_until_they_do(tmp_path: Path) -> None:
    """5 m/s for 1.6 s reach 8 m: some 30 % of 1 to 12 m lie beyond."""
    hits = [first_contact(read(tmp_path, CROSSING), number) for number in range(1, 9)]
    assert all(hits)
    nobody = CROSSING.replace("draws: colliding", "draws: touching_nobody")
    assert not any(first_contact(read(tmp_path, nobody), number) for number in range(1, 9))
    any_draw = read(tmp_path, CROSSING.replace("draws: colliding\n", ""))
    assert 0 < sum(first_contact(any_draw, number) for number in range(1, 9)) < 8


def test_draws_that_keep_clear_come_no_nearer(tmp_path: Path) -> None:
    """5 m/s for 1.6 s reach 8 m: a walker at 8.3 to 10.2 m is not touched, but passed too near."""
    nobody = CROSSING.replace("draws: colliding", "draws: touching_nobody\nclear_by_m: 2")
    file = read(tmp_path, nobody)
    for number in range(1, 9):
        log = run_without_system(file.scenario(drawn(file, 1, number)).encounter)
        assert log.min_clearance_m is not None
        assert log.min_clearance_m >= 2.0
    with pytest.raises(InputError, match=r"clear_by_m.* is for draws that touch nobody"):
        read(tmp_path, CROSSING + "clear_by_m: 2\n")


def test_the_mirrored_world_draws_the_same(tmp_path: Path) -> None:
    """A walker anywhere from 2 m off the middle line to 3 m to the near side: not the same on both sides."""
    path = tmp_path / "s1.yaml"
    across = CROSSING.replace("from_middle_m: 0", "from_middle_m: = across_m")
    across = across.replace("parameters:", "parameters:\n  across_m: {from: -2, to: 3}")
    path.write_text(across, encoding="utf-8")
    right, left = read_file(path, "right"), read_file(path, "left")
    for number in range(1, 7):
        assert drawn(left, 4, number) == drawn(right, 4, number)
        assert first_contact(left, number)


def test_a_contact_with_a_standing_truck_is_no_collision(tmp_path: Path) -> None:
    """The walker goes into the front of a truck that waits: nothing a brake could avoid."""
    standing = (
        CROSSING.replace("  speed_kmh: 18\n", "  speed_kmh: 18\n  pulls_away_s: 60\n")
        .replace("heading: along", "heading: against")
        .replace("speed_kmh: 0}", "speed_kmh: 5}")
        .replace("{from: 1, to: 12}", "{one_of: [0.4, 0.5]}")
        .replace("duration_s: 1.6", "duration_s: 0.5")
    )
    file = read(tmp_path, standing)
    assert run_without_system(file.middle().encounter).contact is not None
    with pytest.raises(DrawError) as error:
        drawn(file, 1, 3)
    assert "X1: none of 400 draws for encounter 3 of seed 1 ends in a contact" in str(error.value)
