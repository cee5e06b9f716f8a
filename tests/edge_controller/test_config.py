"""The fit TOML: strict to read, and its derived figures are those of the waveform, not pasted."""

import math
from pathlib import Path

import pytest

from edge_controller.config import load_fit, shipped_fit
from edge_controller.errors import InputError

SPEED_OF_LIGHT_MPS = 299_792_458.0


@pytest.mark.parametrize("name", ["tipper", "demo", "mixer"])
def test_shipped_fits_stay_inside_the_chinese_band(name: str) -> None:
    """MIIT notice 2021 no. 181: 76 to 79 GHz, whole ramp, not only while sampling."""
    for radar in load_fit(shipped_fit(name)).radars:
        profile = radar.profile
        assert profile.start_hz >= 76e9
        assert profile.start_hz + profile.slope_hz_per_s * profile.ramp_end_s <= 79e9


def test_derived_figures_follow_from_the_primitives() -> None:
    radar = load_fit(shipped_fit("tipper")).radar("corner")
    sampled_hz = 35e12 * 256 / 10e6
    assert radar.profile.range_bin_m == pytest.approx(SPEED_OF_LIGHT_MPS / 2 / sampled_hz)
    centre_hz = 76.10e9 + 35e12 * 5e-6 + sampled_hz / 2
    repetition_s = 3 * (4.0e-6 + 31.6e-6)
    assert radar.max_range_rate_mps == pytest.approx(SPEED_OF_LIGHT_MPS / centre_hz / 4 / repetition_s)
    assert radar.dwell_s == pytest.approx(128 * repetition_s)


def test_the_left_near_side_is_the_exact_mirror() -> None:
    right = load_fit(shipped_fit("demo"), near_side="right")
    left = load_fit(shipped_fit("demo"), near_side="left")
    assert left.truck.near_sign == -right.truck.near_sign
    for a, b in zip(right.radars, left.radars, strict=True):
        assert b.position_m == (a.position_m[0], -a.position_m[1], a.position_m[2])
        assert b.yaw_rad == -a.yaw_rad
        assert b.pitch_rad == a.pitch_rad
        assert b.array.virtual_m == tuple((-y, z) for y, z in a.array.virtual_m)


def _changed(tmp_path: Path, old: str, new: str) -> Path:
    text = shipped_fit("tipper").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "fit.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


STOP = '[policy.right_turn_stop]\nmode = "enforce"\nstop_s = 3.0\n'


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("samples = 256", "sample_count = 256", "profile.far.samples is missing"),
        ("samples = 256", "samples = 256\ncolour = 3", "profile.far.colour is not a key"),
        ("samples = 256", 'samples = 256\ncfar = "cago"', "profile.far.cfar is 'cago', not one of ca, go,"),
        ("samples = 256", 'samples = 60\ncfar = "os"', "profile.far.cfar is 'os', which needs at least 64"),
        ("slope_mhz_per_us = 35.0", "slope_mhz_per_us = nan", "profile.far.slope_mhz_per_us is nan"),
        ("wheelbase_m = 5.675", "wheelbase_m = 5.0", "truck.no_side_slip_x_m is -7.125, but"),
        ("length_m = 9.8", "length_m = inf", "truck.length_m is inf"),
        ("length_m = 9.8", "length_m = true", "truck.length_m is True"),
        ("width_m = 2.5", "width_m = -2.5", "truck.width_m is -2.5"),
        ("position_m = [-0.25, -1.30, 1.05]", "position_m = [-0.25, -1.30]", "radar[0].position_m"),
        ('array = "az12"', 'array = "az13"', "radar[0].array is 'az13'"),
        ("ramp_end_us = 31.6", "ramp_end_us = 30.0", "profile.far.ramp_end_us"),
        ("tx_order = [0, 1, 2]", "tx_order = [0, 1, 1]", "array.az12.tx_order"),
        ("[truck]", "[truck", "not TOML"),
        (
            '"moving_off"]',
            '"moving_out"]',
            "policy.names has 'moving_out', not one of blind_spot, moving_off,",
        ),
        ('"moving_off"]', '"blind_spot"]', "policy.names has 'blind_spot' twice"),
        ('["blind_spot", "moving_off"]', "[]", "policy.names is empty"),
        ('["blind_spot", "moving_off"]', '"blind_spot"', "policy.names is 'blind_spot', not a list of texts"),
        ('"moving_off"]', '"right_turn_stop"]', "policy.right_turn_stop is missing (a table)"),
        ("[radio]", STOP + "[radio]", "policy.right_turn_stop is not a key this program knows"),
    ],
)
def test_bad_fits_are_refused_by_file_and_key(tmp_path: Path, old: str, new: str, says: str) -> None:
    path = _changed(tmp_path, old, new)
    with pytest.raises(InputError) as caught:
        load_fit(path)
    assert str(path) in str(caught.value)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            'mode = "enforce"',
            'mode = "ask"',
            "policy.right_turn_stop.mode is 'ask', not one of record, remind,",
        ),
        ('mode = "enforce"', "", "policy.right_turn_stop.mode is missing"),
        ("stop_s = 3.0", "stop_s = 0.9", "policy.right_turn_stop.stop_s is 0.9, outside 1 to 10"),
        ("stop_s = 3.0", "stop_s = 3.0\nfor_s = 1", "policy.right_turn_stop.for_s is not a key"),
    ],
)
def test_a_stop_is_said_exactly(tmp_path: Path, old: str, new: str, says: str) -> None:
    text = shipped_fit("mixer").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "fit.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_fit(path)
    assert says in str(caught.value)


def test_each_shipped_fit_names_its_policies() -> None:
    both = ("blind_spot", "moving_off")
    for name in ("tipper", "demo"):
        policy = load_fit(shipped_fit(name)).policy
        assert (policy.names, policy.right_turn_stop) == (both, None)
    mixer = load_fit(shipped_fit("mixer"))
    assert mixer.policy.names == (*both, "right_turn_stop")
    assert mixer.policy.right_turn_stop is not None
    assert (mixer.policy.right_turn_stop.mode, mixer.policy.right_turn_stop.stop_s) == ("enforce", 3.0)
    assert (mixer.truck.length_m, mixer.truck.width_m, mixer.truck.wheelbase_m) == (9.3, 2.5, 5.475)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.toml: cannot be read"):
        load_fit(tmp_path / "nowhere.toml")


def test_wavelength_is_taken_at_the_band_centre_not_at_the_start() -> None:
    """A known trap: leaving the ADC start out shifts every velocity."""
    profile = load_fit(shipped_fit("tipper")).radar("front").profile
    assert math.isclose(profile.centre_hz, 76.10e9 + 80e12 * (5e-6 + 12.8e-6))


TRAILER = """[trailer]
hitch_x_m = -7.0
ahead_of_hitch_m = 1.6
length_m = 13.6
width_m = 2.55
wheelbase_m = 8.1

"""


def test_a_fit_says_what_it_tows_or_tows_nothing(tmp_path: Path) -> None:
    assert load_fit(shipped_fit("tipper")).trailer is None
    trailer = load_fit(_changed(tmp_path, "[brake]", TRAILER + "[brake]")).trailer
    assert trailer is not None
    assert (trailer.hitch_x_m, trailer.ahead_of_hitch_m, trailer.length_m) == (-7.0, 1.6, 13.6)
    assert (trailer.width_m, trailer.wheelbase_m) == (2.55, 8.1)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("hitch_x_m = -7.0\n", "", "trailer.hitch_x_m is missing"),
        ("hitch_x_m = -7.0", "hitch_x_m = 0.5", "trailer.hitch_x_m is 0.5, outside -21 to 0"),
        ("width_m = 2.55", "width_m = 2.55\naxles = 3", "trailer.axles is not a key this program knows"),
        ("wheelbase_m = 8.1", "wheelbase_m = 12.1", "trailer.wheelbase_m is 12.1, but the trailer ends 12 m"),
        ("length_m = 13.6", 'length_m = "long"', "trailer.length_m is 'long', not a number"),
    ],
)
def test_a_trailer_is_said_exactly(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert old in TRAILER
    path = _changed(tmp_path, "[brake]", TRAILER.replace(old, new, 1) + "[brake]")
    with pytest.raises(InputError) as caught:
        load_fit(path)
    assert f"{path}: {says}" in str(caught.value)
