"""Wiring, alignment and brake pulse: each limit just inside and just outside, and the questions' answers."""

import contextlib
import math
import re
import statistics
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import edge_controller
from edge_controller.config import load_fit, shipped_fit
from edge_controller.errors import InputError
from edge_controller.install import questions as q
from edge_controller.install.alignment import (
    RadarAlignment,
    Sighting,
    alignment_of,
    estimate,
    places,
)
from edge_controller.install.pulse import Seen, measured
from edge_controller.install.text import CheckFailedError, RefusedError
from edge_controller.install.truck import Move, truck_kind
from edge_controller.install.wiring import BrakeAnswer, Look, judge
from edge_controller.messages import VehicleState
from edge_controller.registration.checks import (
    Alignment,
    BrakePulse,
    Wiring,
    is_aligned,
    is_as_asked,
    is_quick,
)
from edge_controller.registration.vin import with_check_digit
from firmware import link

FIT = load_fit(shipped_fit("tipper"))
LEFT_FIT = load_fit(shipped_fit("tipper"), "left")
RATIO = FIT.truck.hand_wheel_ratio
REST = VehicleState(
    t_s=10.0, speed_mps=0.0, yaw_rate_radps=0.0, steer_rad=0.0, accel_mps2=0.0, indicator="none",
    accelerator_pct=0.0, kickdown=False, brake_pedal=False, forward_gear=False,
)  # fmt: skip
CURVE_RAD, ROLL_MPS = -0.12, 2.2
CURVE_RADPS = ROLL_MPS * CURVE_RAD / FIT.truck.wheelbase_m
GOOD: dict[Move, VehicleState] = {
    "rest": REST,
    "press_brake": replace(REST, brake_pedal=True),
    "press_accelerator": replace(REST, accelerator_pct=50.0),
    "kick_down": replace(REST, accelerator_pct=100.0, kickdown=True),
    "indicate": replace(REST, indicator="right"),
    "steer_left": replace(REST, steer_rad=2.4 / RATIO),
    "steer_right": replace(REST, steer_rad=-2.4 / RATIO),
    "roll": replace(REST, speed_mps=ROLL_MPS, forward_gear=True),
    "roll_in_a_curve": replace(
        REST, speed_mps=ROLL_MPS, forward_gear=True, steer_rad=CURVE_RAD, yaw_rate_radps=CURVE_RADPS
    ),
}

OBEYS = BrakeAnswer(9.9, 0)


def bad_signals(
    move: Move | None = None,
    brake: BrakeAnswer | None = OBEYS,
    fit: Any = FIT,
    **values: Any,
) -> set[str]:
    looks = {
        name: [Look(replace(state, **values) if name == move else state, brake)] * 4
        for name, state in GOOD.items()
    }
    return {finding.signal for finding in judge(looks, fit) if not finding.is_good}


def test_a_truck_that_does_what_it_is_asked_passes() -> None:
    assert bad_signals() == set()


@pytest.mark.parametrize(
    ("move", "values", "signal"),
    [
        ("rest", {"speed_mps": 0.15}, "speed"),
        ("roll", {"speed_mps": 1.39}, "speed"),
        ("roll", {"speed_mps": 3.31}, "speed"),
        ("roll", {"speed_mps": None}, "speed"),
        ("rest", {"steer_rad": 0.36 / RATIO}, "steering"),
        ("rest", {"steer_rad": -0.36 / RATIO}, "steering"),
        ("steer_left", {"steer_rad": 1.49 / RATIO}, "steering"),
        ("steer_right", {"steer_rad": -1.49 / RATIO}, "steering"),
        ("steer_right", {"steer_rad": None}, "steering"),
        ("roll_in_a_curve", {"yaw_rate_radps": 1.31 * CURVE_RADPS}, "yaw_rate"),
        ("roll_in_a_curve", {"yaw_rate_radps": 0.69 * CURVE_RADPS}, "yaw_rate"),
        ("roll_in_a_curve", {"yaw_rate_radps": -CURVE_RADPS}, "yaw_rate"),
        ("roll_in_a_curve", {"yaw_rate_radps": None}, "yaw_rate"),
        ("rest", {"accelerator_pct": 5.1}, "pedal"),
        ("press_accelerator", {"accelerator_pct": 19.9}, "pedal"),
        ("rest", {"kickdown": True}, "kickdown"),
        ("kick_down", {"kickdown": False}, "kickdown"),
        ("kick_down", {"kickdown": None, "accelerator_pct": 94.9}, "kickdown"),
        ("rest", {"forward_gear": True}, "gear"),
        ("roll", {"forward_gear": False}, "gear"),
        ("roll", {"forward_gear": None}, "gear"),
        ("indicate", {"indicator": "left"}, "indicator"),
        ("rest", {"indicator": "unknown"}, "indicator"),
        ("press_brake", {"brake_pedal": False}, "brake_switch"),
        ("rest", {"brake_pedal": True}, "brake_switch"),
    ],
)
def test_each_signal_has_its_limits(move: Move, values: dict[str, Any], signal: str) -> None:
    assert bad_signals(move, **values) == {signal}


@pytest.mark.parametrize(
    ("move", "values"),
    [
        ("rest", {"speed_mps": 0.14}),
        ("roll", {"speed_mps": 1.4}),
        ("roll", {"speed_mps": 3.3}),
        ("rest", {"steer_rad": 0.34 / RATIO}),
        ("steer_left", {"steer_rad": 1.51 / RATIO}),
        ("roll_in_a_curve", {"yaw_rate_radps": 1.29 * CURVE_RADPS}),
        ("roll_in_a_curve", {"yaw_rate_radps": 0.71 * CURVE_RADPS}),
        ("press_accelerator", {"accelerator_pct": 20.0}),
        ("kick_down", {"kickdown": None, "accelerator_pct": 95.0}),
    ],
)
def test_just_inside_passes(move: Move, values: dict[str, Any]) -> None:
    assert bad_signals(move, **values) == set()


@pytest.mark.parametrize(
    ("brake", "is_bad"),
    [
        (None, True),
        (BrakeAnswer(9.69, 0), True),  # 310 ms old
        (BrakeAnswer(9.71, 0), False),
        (BrakeAnswer(9.9, 1), False),  # highest priority only: ours
        (BrakeAnswer(9.9, 2), True),  # none accepted
        (BrakeAnswer(9.9, 3), True),  # not available
    ],
)
def test_the_brake_has_to_answer_and_to_obey(brake: BrakeAnswer | None, is_bad: bool) -> None:
    assert bad_signals(brake=brake) == ({"brake_answer"} if is_bad else set())


def test_without_steering_the_yaw_rate_is_judged_by_its_sign_and_size() -> None:
    values = {"steer_rad": None}
    assert bad_signals("roll_in_a_curve", **values) == set()
    assert bad_signals("roll_in_a_curve", **values, yaw_rate_radps=-0.029) == {"yaw_rate"}


def test_a_near_side_on_the_left_wants_the_left_indicator() -> None:
    assert bad_signals(fit=LEFT_FIT) == {"indicator", "yaw_rate"}


def test_every_signal_of_the_record_is_judged() -> None:
    looks = {name: [Look(state, BrakeAnswer(9.9, 0))] for name, state in GOOD.items()}
    assert [finding.signal for finding in judge(looks, FIT)] == list(Wiring.__slots__)


@given(error_rad=st.floats(-0.2, 0.2), noise=st.lists(st.floats(-0.01, 0.01), min_size=3, max_size=3))
def test_a_radar_turned_by_so_much_is_estimated_so(error_rad: float, noise: list[float]) -> None:
    sightings = [
        Sighting(place, due_rad, (due_rad - error_rad + one,))
        for place, due_rad, one in zip(places(FIT.radars[0]), (-0.35, 0.0, 0.35), noise, strict=True)
    ]
    found = estimate("corner", sightings)
    assert found.yaw_error_rad == pytest.approx(error_rad - sum(noise) / 3, abs=1e-9)
    assert found.residual_rad == pytest.approx(statistics.pstdev(noise), abs=1e-9)


@pytest.mark.parametrize("fit", [FIT, LEFT_FIT])
def test_the_reflector_stands_where_each_radar_looks_and_clear_of_the_truck(fit: Any) -> None:
    for radar in fit.radars:
        found = places(radar)
        assert len(found) == 3
        for x_m, y_m, z_m in found:
            dx, dy = x_m - radar.position_m[0], y_m - radar.position_m[1]
            assert math.hypot(dx, dy) == pytest.approx(6.0)
            assert z_m == radar.position_m[2]
            off_rad = math.remainder(math.atan2(dy, dx) - radar.yaw_rad, 2 * math.pi)
            assert abs(off_rad) <= math.radians(20.001)
            assert x_m > 0.5 or abs(y_m) > fit.truck.width_m / 2 + 0.5


@pytest.mark.parametrize(("yaw_deg", "residual_deg", "is_good"), [
    (3.999, 1.499, True), (-3.999, 0, True), (4.001, 0, False), (-4.001, 0, False), (0, 1.501, False),
])  # fmt: skip
def test_alignment_limits(yaw_deg: float, residual_deg: float, is_good: bool) -> None:
    one = RadarAlignment("corner", math.radians(yaw_deg), math.radians(residual_deg))
    assert one.is_good == is_good
    assert is_aligned(alignment_of((one, RadarAlignment("front", 0.0, 0.0)))) == is_good


def test_the_record_never_says_better_than_it_was() -> None:
    found = (
        RadarAlignment("corner", math.radians(-1.23401), math.radians(0.1)),
        RadarAlignment("front", math.radians(0.5), math.radians(0.20001)),
    )
    assert alignment_of(found) == Alignment(radars=2, yaw_error_mdeg=1_235, residual_mdeg=201)


def pulse_seen(
    response_s: float = 0.4, decel_mps2: float = 1.4, offset_mps2: float = 0.0, state: int = link.PULSE,
    reason: int = link.ALLOW,
) -> Seen:  # fmt: skip
    """Asked at 10 s, agreed 20 ms later, a step in the deceleration."""
    seen = Seen()
    for n in range(-50, 150):
        t_s = 10.0 + n / 100
        slows = t_s >= 10.02 + response_s
        seen.accel.append((t_s, offset_mps2 - (decel_mps2 if slows else 0.0)))
        if n % 2 == 0:
            seen.answers.append((t_s, state if n >= 2 else link.STANDBY, reason))
    return seen


@given(
    response_s=st.sampled_from([0.1, 0.25, 0.4, 0.6, 0.8]),
    decel_mps2=st.floats(0.4, 3.0),
    offset_mps2=st.floats(-1.0, 1.0),
)
def test_a_pulse_is_measured_whatever_the_slope(
    response_s: float, decel_mps2: float, offset_mps2: float
) -> None:
    found = measured(pulse_seen(response_s, decel_mps2, offset_mps2), 10.0, 2_200)
    assert found.response_ms == pytest.approx(response_s * 1000, abs=11)
    assert found.reached_mmps2 == pytest.approx(decel_mps2 * 1000, abs=1)
    assert (found.asked_mmps2, found.from_mmps) == (1_500, 2_200)


@pytest.mark.parametrize(
    ("seen", "code"),
    [
        (pulse_seen(state=link.STANDBY, reason=link.BRAKE_REFUSES), "pulse_refused"),
        (pulse_seen(decel_mps2=0.29), "pulse_unfelt"),
        (Seen([], [(10.02, link.PULSE, 0)]), "no_acceleration"),
        (Seen(), "pulse_refused"),
    ],
)
def test_a_pulse_that_shows_nothing_says_why(seen: Seen, code: str) -> None:
    with pytest.raises(CheckFailedError) as caught:
        measured(seen, 10.0, 2_200)
    assert caught.value.code == code
    if seen.answers and seen.answers[-1][2]:
        assert "brake does not accept" in caught.value.cause.en


@pytest.mark.parametrize(("response_ms", "reached", "quick", "asked"), [
    (600, 900, True, True), (601, 899, False, False), (0, 1_950, True, True), (600, 1_951, True, False),
])  # fmt: skip
def test_pulse_limits(response_ms: int, reached: int, quick: bool, asked: bool) -> None:
    pulse = BrakePulse(1_500, 2_200, response_ms, reached)
    assert (is_quick(pulse), is_as_asked(pulse)) == (quick, asked)


@given(st.text(alphabet="0123456789ABCDEFGHJKLMNPRSTUVWXYZ", min_size=16, max_size=16))
def test_every_vin_with_its_check_digit_is_taken_in_any_width_and_case(sixteen: str) -> None:
    whole = with_check_digit(sixteen)
    wide = "".join(chr(ord(one) + 0xFEE0) for one in whole.lower())
    assert q.vin(f"  {wide} ", {}) == whole


@given(st.integers(0, 16), st.sampled_from("IOQ"))
def test_i_o_and_q_are_refused_by_name_and_place(place: int, letter: str) -> None:
    vin = "LNS8X4TP0T1000001"
    with pytest.raises(RefusedError) as caught:
        q.vin(vin[:place] + letter + vin[place + 1 :], {})
    assert f"position {place + 1} is the letter '{letter}'" in caught.value.text.en
    assert f"第{place + 1}位是字母“{letter}”" in caught.value.text.zh


@pytest.mark.parametrize("typed", ["苏A·12345", "苏Ａ•１２３４５", " 苏a 12345 ", "苏A．12345"])
def test_a_plate_is_tidied(typed: str) -> None:
    assert q.plate(typed, {}) == "苏A12345"


def test_no_plate_is_an_answer_and_a_strange_one_is_not() -> None:
    assert q.plate("", {}) is None
    with pytest.raises(RefusedError, match="like 苏A12345"):
        q.plate("苏AI2345", {})


@given(st.text(max_size=30))
def test_no_text_at_all_breaks_a_question(text: str) -> None:
    so_far = {"vehicle.plate": "苏A12345"}
    for question in (q.VIN, q.PLATE, q.PLATE_COLOUR, q.KIND, q.SERIAL, q.PURPOSE, q.VALID_DAYS, q.HOST_NAME):
        with contextlib.suppress(RefusedError):
            question.read(text, so_far)


def test_a_kind_of_truck_that_is_not_installed_is_named() -> None:
    with pytest.raises(InputError, match="no kind of truck 'hovering'"):
        truck_kind("hovering")


def test_every_requirement_is_on_the_page_and_in_the_code() -> None:
    root = Path(edge_controller.__file__).parent
    page = (root.parent / "docs" / "reference" / "installation-checks.md").read_text(encoding="utf-8")
    sources = [*(root / "install").glob("*.py"), root / "registration" / "checks.py"]
    in_code = set(re.findall(r"IC-\d\d", "".join(path.read_text(encoding="utf-8") for path in sources)))
    assert set(re.findall(r"^\| (IC-\d\d) \|", page, re.M)) == in_code
