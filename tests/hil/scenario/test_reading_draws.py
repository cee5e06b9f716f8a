"""Parameters, corners and counted limits of a scenario file, refused in one sentence before any drive."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edge_controller.errors import InputError
from hil.scenario.counted import Counted
from hil.scenario.parameters import Normal, OneOf, Range
from hil.scenario.reading import read_file
from tests.hil.scenario.samples import TEXT
from tests.hil.scenario.test_draw import DRAWN

COUNTED = """\
counted:
  - {outcome: kept, at_least: 0.9, requirement: goal K}
  - {outcome: full_braking, none_in: 1000, requirement: goal N}
"""

# What is written instead of what, and what the sentence must say.
BAD = [
    ("{from: 8, to: 20}", "{from: 8}", "parameters.truck_kmh.to is missing (a number)"),
    ("{from: 8, to: 20}", "{from: 20, to: 8}", "parameters.truck_kmh.to is 8, not above from 20"),
    ("{from: 8, to: 20}", "{from: 8, to: .inf}", "truck_kmh.to is .inf, not a finite number"),
    ("{from: 8, to: 20}", "{from: 8, to: 20, step: 2}", "truck_kmh.step is not a key"),
    ("{from: 8, to: 20}", "{to: 20}", "truck_kmh must say from and to, or one_of"),
    ("{from: 8, to: 20}", "8", "parameters.truck_kmh is not a mapping"),
    ("{from: 8, to: 20}", "= gap_m * 5", "parameters.truck_kmh names gap_m, which is no parameter above it"),
    ("{from: 8, to: 20}", "= 2 **", "parameters.truck_kmh is no expression"),
    ("{from: 8, to: 20}", "{from: 8, to: 80}", "driver.speed_kmh is 80, outside 0 to 60 (with truck_kmh 80"),
    ("[typical_ebs, fast_ebs]", "[typical_ebs, soft]", "brake is 'soft', not one of"),
    ("[typical_ebs, fast_ebs]", "[typical_ebs, 3]", "brake.one_of must be texts or numbers, not both"),
    ("[typical_ebs, fast_ebs]", "[]", "parameters.brake.one_of is empty"),
    ("[typical_ebs, fast_ebs]", "[[a], b]", "one_of has an entry that is neither a number nor a text"),
    ("weights: [3, 1]", "weights: [3]", "brake.weights must be one number of 0 or more for each"),
    ("weights: [3, 1]", "weights: [0, 0]", "brake.weights must be one number of 0 or more for each"),
    ("weights: [3, 1]", "weights: [3, -1]", "brake.weights must be one number of 0 or more for each"),
    ("sigma: 0.2", "sigma: 0", "parameters.late_s.sigma is 0, outside"),
    ("normal: 0.1", "normal: 9", "parameters.late_s is practically never drawn within its bounds"),
    ("  gap_m: {", "  sqrt: {", "parameters.sqrt is no name for a parameter"),
    ("  gap_m: {", "  Gap: {", "parameters.Gap is no name for a parameter"),
    ("  gap_m: {", "  other_m: {from: 0, to: 1}\n  gap_m: {", "parameters.other_m is used by nothing"),
    ("= gap_m", "= gap", "from_side_m names gap, which is no parameter"),
    ("= gap_m", "= gap_m +", "from_side_m is no expression"),
    ("= gap_m", "= 1 / (gap_m - 1.7)", "from_side_m cannot be calculated (float division by zero)"),
    ("= gap_m", "= sqrt(gap_m - 1)", "from_side_m cannot be calculated (math domain error) (with"),
    ("= gap_m", "= brake", "from_side_m is 'typical_ebs', not a number"),
    ("= gap_m", "= brake * 2", "from_side_m calculates with brake, which is a text"),
    ("= gap_m", "= gap_m * 1e300 * 1e300", "from_side_m is no finite number"),
    ("= gap_m", "= __import__(1)", "from_side_m has '__import__(1)': it may have"),
    ("truck_kmh / 3.6", "truck_kmh / (truck_kmh - 14)", "parameters.truck_mps cannot be calculated (float"),
    ("brake: = brake", "brake: = truck_kmh", "brake is '14.0', not one of"),
    ("corners: [truck_kmh, gap_m]", "corners: [speed]", "corners has 'speed', which is no drawn parameter"),
    ("corners: [truck_kmh, gap_m]", "corners: [turn_x_m]", "corners has 'turn_x_m', which is no drawn"),
    ("corners: [truck_kmh, gap_m]", "corners: [gap_m, gap_m]", "or is there twice"),
    ("corners: [truck_kmh, gap_m]", "corners: []", "corners is empty"),
    ("corners: [truck_kmh, gap_m]", "draws: hitting", "draws is 'hitting', not one of any, colliding"),
    ("corners: [truck_kmh, gap_m]", "tags: cyclist", "tags is not a list"),
    ("corners: [truck_kmh, gap_m]", "tags: [1]", "tags has a number where a text should be"),
    ("family: S", "family: a b", "family is 'a b', not up to 40 letters"),
    ("outcome: kept", "outcome: fine", "counted[0].outcome is 'fine', not one of avoided, clear"),
    ("outcome: kept", "outcome: avoided", "expect is judged by nothing: where outcomes are counted"),
    (
        "outcome: full_braking, none_in: 1000",
        "outcome: kept, at_least: 0.5",
        "counted has kept with at_least twice",
    ),
    ("at_least: 0.9", "at_least: 90", "counted[0].at_least is 90, outside 0.001 to 0.999"),
    (
        "at_least: 0.9",
        "at_least: 0.9, at_most: 0.95",
        "at_least or at_most, none_in or falls_at_most must be there, one",
    ),
    (", none_in: 1000", "", "counted[1].at_least or at_most, none_in or falls_at_most must be there, one"),
    ("none_in: 1000", "none_in: 0.5", "counted[1].none_in is 0.5, outside 1"),
    (", requirement: goal N", "", "counted[1].requirement is missing"),
]


def write(folder: Path, text: str) -> Path:
    path = folder / "s1.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(("old", "new", "says"), BAD)
def test_a_bad_file_is_one_sentence_with_its_line(tmp_path: Path, old: str, new: str, says: str) -> None:
    text = DRAWN + COUNTED
    assert old in text
    path = write(tmp_path, text.replace(old, new))
    with pytest.raises(InputError) as error:
        read_file(path)
    told = str(error.value)
    assert told.startswith(f"{path}: line ")
    assert says in told
    assert "\n" not in told


def test_what_the_file_says_is_what_is_drawn_and_counted(tmp_path: Path) -> None:
    more = "tags: [near-side turn, cyclist]\nrequirements: [T1, T3]\ndraws: touching_nobody\n"
    file = read_file(write(tmp_path, DRAWN + COUNTED + more))
    assert file.parameters == (
        Range("truck_kmh", 8, 20),
        Range("gap_m", 0.9, 2.5),
        OneOf("brake", ("typical_ebs", "fast_ebs"), (0.75, 0.25)),
        Normal("late_s", 0.1, 0.2, -0.1, 0.4),
    )
    assert file.counted == (
        Counted("kept", "at_least", 0.9, "goal K"),
        Counted("full_braking", "none_in", 1000, "goal N"),
    )
    assert (file.tags, file.requirements) == (("near-side turn", "cyclist"), ("T1", "T3"))
    assert (file.draws, file.corners, file.row) == ("touching_nobody", ("truck_kmh", "gap_m"), "S1")


def test_a_title_that_begins_with_an_equals_sign_is_a_title(tmp_path: Path) -> None:
    assert read_file(write(tmp_path, TEXT.replace("A sample", "'= a sample'"))).title == "= a sample"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(
    cut=st.integers(0, len(DRAWN + COUNTED)),
    length=st.integers(0, 40),
    put=st.text(max_size=12) | st.sampled_from(["= ", "[", "{", "\n", "- ", ": ", "1e999", "*a", "&a"]),
)
def test_whatever_is_put_in_makes_a_file_or_a_sentence(
    tmp_path: Path, cut: int, length: int, put: str
) -> None:
    text = DRAWN + COUNTED
    path = tmp_path / "s1.yaml"
    path.write_bytes((text[:cut] + put + text[cut + length :]).encode("utf-8", errors="surrogatepass"))
    try:
        file = read_file(path)
    except InputError as error:
        assert "\n" not in str(error)  # noqa: PT017 - some changes leave a fine file
    else:
        assert file.middle().id == file.id
