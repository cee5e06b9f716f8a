"""What cannot be simulated is said in one sentence."""

import math
from pathlib import Path

import numpy as np
import pytest

from radar_sim import RadarSimulator, Scatterers, Scene, SceneError, TruckPose, load_scene, street
from radar_sim.world.world import Interferer
from tests.radar_sim.bench import DEMO, NO_SLIP_X_M, STANDING, at

TEXT = DEMO.read_text(encoding="utf-8")


def one_sentence(error: pytest.ExceptionInfo[SceneError], *words: str) -> None:
    text = str(error.value)
    assert "\n" not in text
    for word in words:
        assert word in text


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("fascia_loss_db = 2.0", "fascia_loss_db = nan", "radio.fascia_loss_db"),
        ("fascia_loss_db = 2.0", "", "radio.fascia_loss_db"),
        ("fascia_loss_db = 2.0", 'fascia_loss_db = "2.0"', "radio.fascia_loss_db"),
        ("fascia_loss_db = 2.0", "fascia_loss_db = 2.0\nrain = 1", "radio.rain"),
        ("slope_mhz_per_us = 35.0", "slope_mhz_per_us = -35.0", "profile.far.slope_mhz_per_us"),
        ("loops = 64", "loops = 64.5", "profile.far.loops"),
        ("samples = 256", "samples = 255", "profile.far.samples"),
        ("samples = 256", "samples = 512", "profile.far.ramp_end_us"),
        ("frame_ms = 50.0", "frame_ms = 4.0", "chirps take longer"),
        ("tx_order = [0, 1]", "tx_order = [0, 0]", "array.az12.tx_order"),
        ("tx_order = [0, 1]", "tx_order = [0, 3]", "array.az12.tx_order"),
        ("[1.94, 0.0]", "[1.94]", "array.az12.rx_mm"),
        ('profile = "far"', 'profile = "wide"', "radar[0].profile"),
        ("yaw_deg = -140.0", "yaw_deg = inf", "radar[0].yaw_deg"),
        ("yaw_deg = -140.0", "yaw_deg = -140.0\ntilt = 1", "radar[0].tilt"),
        ("position_m = [-0.25, -1.30, 1.05]", "position_m = [-0.25, true, 1.05]", "radar[0].position_m"),
        ('name = "front"', 'name = "corner"', "different names"),
        ("width_m = 2.5", "width_mm = 2500", "truck.width_m"),
        ('near_side = "right"', 'near_side = "kerb"', "truck.near_side"),
        ("[truck]", "[truck", "not TOML"),
    ],
)
def test_a_wrong_fit_names_file_and_key(tmp_path: Path, old: str, new: str, key: str) -> None:
    assert old in TEXT
    fit = tmp_path / "wrong.toml"
    fit.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SceneError) as error:
        RadarSimulator(fit, 1)
    one_sentence(error, "wrong.toml: ", key)


def test_a_missing_file_seed_side_radar_or_index_is_named(tmp_path: Path) -> None:
    with pytest.raises(SceneError, match=r"none\.toml: cannot be read"):
        RadarSimulator(tmp_path / "none.toml", 1)
    with pytest.raises(SceneError, match="seed is -1"):
        RadarSimulator(DEMO, -1)
    with pytest.raises(SceneError, match="near_side is 'kerb'"):
        RadarSimulator(DEMO, 1, near_side="kerb")  # type: ignore[arg-type]
    sim, scene = RadarSimulator(DEMO, 1), Scene(STANDING, at("front", 5.0, 0.0))
    with pytest.raises(SceneError, match="no radar 'mid', only corner, front"):
        sim.frame("mid", 0, scene)
    with pytest.raises(SceneError, match="no radar 'mid'"):
        sim.frame_period_us("mid")
    with pytest.raises(SceneError, match="frame index is -1"):
        sim.frame("front", -1, scene)


def test_a_scatterer_inside_a_radar_is_refused() -> None:
    sim = RadarSimulator(DEMO, 1)
    with pytest.raises(SceneError) as error:
        sim.frame("front", 0, Scene(STANDING, at("front", 0.03, 0.0)))
    one_sentence(error, "radar front", "inside the radar")


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_numbers_that_are_not_finite_are_refused(bad: float) -> None:
    good = np.zeros((2, 3))
    spoiled = good.copy()
    spoiled[1, 2] = bad
    with pytest.raises(SceneError, match="position_m"):
        Scatterers(spoiled, good, np.ones(2))
    with pytest.raises(SceneError, match="velocity_mps"):
        Scatterers(good, spoiled, np.ones(2))
    with pytest.raises(SceneError, match="rcs_m2"):
        Scatterers(good, good, np.array([1.0, bad]))
    with pytest.raises(SceneError, match="yaw_rate_radps"):
        TruckPose(0.0, 0.0, 0.0, 0.0, bad, NO_SLIP_X_M)


def test_shapes_and_signs_that_do_not_fit_are_refused() -> None:
    good = np.zeros((2, 3))
    with pytest.raises(SceneError, match="position_m has shape"):
        Scatterers(np.zeros((2, 2)), good, np.ones(2))
    with pytest.raises(SceneError, match="negative"):
        Scatterers(good, good, np.array([1.0, -1.0]))
    with pytest.raises(SceneError, match="heading_rad"):
        Scatterers(good, good, np.ones(2), np.zeros(3))
    with pytest.raises(SceneError, match="opening_x_m"):
        street(opening_x_m=(20.0, 10.0))
    with pytest.raises(SceneError, match="start_x_m"):
        street(start_x_m=10.0, end_x_m=0.0)


def test_what_a_notebook_hands_over_by_mistake_is_named() -> None:
    file = load_scene("heavy_scene", DEMO)
    with pytest.raises(SceneError, match=r"scene is a SceneFile, not a Scene; a scene file gives one by at"):
        RadarSimulator(DEMO, 1).frame("corner", 0, file)  # type: ignore[arg-type]
    with pytest.raises(SceneError, match="sensors: corner is 3, not a Sensor"):
        RadarSimulator(DEMO, 1, sensors={"corner": 3})  # type: ignore[dict-item]
    for seed in (-1, 1.5, 2**32):
        with pytest.raises(SceneError, match=f"seed is {seed}, not a whole number from 0"):
            load_scene("heavy_scene", DEMO, seed)  # type: ignore[arg-type]


@pytest.mark.parametrize("turn", [(1001.0, 0.0), (-1001.0, 0.0), (0.0, 101.0), (0.0, -1e300)])
def test_a_pose_of_no_truck_is_refused(turn: tuple[float, float]) -> None:
    with pytest.raises(SceneError, match="no truck"):
        TruckPose(0.0, 0.0, 0.0, *turn, NO_SLIP_X_M)


def test_an_interferer_of_another_age_is_refused() -> None:
    with pytest.raises(SceneError, match="first_s is 1e"):
        Interferer((9.0, 0.0, 1.0), 10.0, 77e9, 20e12, 30e-6, 40e-6, first_s=1e300)
