"""The picture has what it says, and the maps have their peaks where the truth is."""

import math
from pathlib import Path

import matplotlib.image
import numpy as np
import pytest

from radar_sim import RadarSimulator, Scene, SceneError, load_scene
from radar_sim.picture.maps import folded_mps, maps, widest_mps
from radar_sim.picture.show import draw
from radar_sim.sensor.sensor import Modulation, Sensor
from tests.radar_sim.bench import CHIRP_S, DEMO, STANDING, C, at, centre_hz, plain
from tests.radar_sim.tool.scenes import one_reflector


def shown(sim: RadarSimulator, name: str, scene: Scene):
    frame, radar = sim.frame(name, 0, scene), sim.view(name).radar
    return maps(frame.samples_complex, radar, sim.code(name)), radar


@pytest.mark.parametrize(
    ("name", "range_m", "azimuth_deg", "rate_mps"),
    [("corner", 12.0, 25.0, -3.0), ("corner", 6.0, -40.0, 2.0), ("front", 8.0, 10.0, 0.0)],
)
def test_the_peaks_are_where_the_reflector_is(
    name: str, range_m: float, azimuth_deg: float, rate_mps: float
) -> None:
    found, _ = shown(plain(), name, Scene(STANDING, at(name, range_m, azimuth_deg, rate_mps)))
    row, column = np.unravel_index(np.argmax(found.range_doppler_db), found.range_doppler_db.shape)
    # Cells: c / (2 S 25.6 us) of range, lambda / (2 x 4.56 ms) of speed.
    slope = {"corner": 35e12, "front": 80e12}[name]
    assert found.range_m[column] == pytest.approx(range_m, abs=C / (2 * slope * 25.6e-6) / 2)
    assert found.speed_mps[row] == pytest.approx(rate_mps, abs=C / centre_hz(slope) / (2 * 128 * CHIRP_S) / 2)
    row, column = np.unravel_index(np.argmax(found.range_azimuth_db), found.range_azimuth_db.shape)
    assert math.degrees(found.azimuth_rad[row]) == pytest.approx(azimuth_deg, abs=2.0)


@pytest.mark.parametrize("modulation", ["bpm", "ddm"])
def test_the_peaks_stay_where_all_transmitters_send_at_once(modulation: Modulation) -> None:
    sensors = {"corner": Sensor(modulation=modulation)}
    sim = RadarSimulator(DEMO, 1, sensors=sensors, with_leakage=False, with_own_body=False)
    found, _ = shown(sim, "corner", Scene(STANDING, at("corner", 12.0, 25.0, -2.0)))
    row, column = np.unravel_index(np.argmax(found.range_doppler_db), found.range_doppler_db.shape)
    assert found.range_m[column] == pytest.approx(12.0, abs=0.1)
    assert found.speed_mps[row] == pytest.approx(-2.0, abs=0.25)
    row, _ = np.unravel_index(np.argmax(found.range_azimuth_db), found.range_azimuth_db.shape)
    assert math.degrees(found.azimuth_rad[row]) == pytest.approx(25.0, abs=2.0)


def test_noise_alone_is_zero_db() -> None:
    found, _ = shown(plain(), "corner", Scene(STANDING, at("corner", 5.0, 0.0, rcs_m2=0.0)))
    power = 10 ** (found.range_doppler_db / 10)
    assert 10 * math.log10(power.mean()) == pytest.approx(0.0, abs=0.1)


def test_speeds_beyond_the_map_come_back_from_its_other_end() -> None:
    radar = plain().view("corner").radar
    wide = C / centre_hz(35e12) / (4 * 2 * CHIRP_S)
    assert widest_mps(radar) == pytest.approx(wide, rel=1e-4)
    assert folded_mps(wide + 1.0, radar) == pytest.approx(-wide + 1.0, abs=1e-2)
    assert folded_mps(-3.0, radar) == pytest.approx(-3.0)


def test_the_picture_is_a_picture(tmp_path: Path) -> None:
    scene = load_scene("turn_with_cyclist", DEMO)
    assert draw(scene, 5, tmp_path / "new" / "p.png") == "front"
    picture = matplotlib.image.imread(tmp_path / "new" / "p.png")
    assert picture.shape == (900, 1600, 4)
    colours = {tuple(c) for c in np.round(picture[::3, ::3, :3] * 255).astype(int).reshape(-1, 3)}
    assert len(colours) > 500
    white = (picture[..., :3] > 0.99).all(axis=2).mean()
    assert 0.1 < white < 0.8


def test_svg_and_html_carry_names_and_truth(tmp_path: Path) -> None:
    path = one_reflector(tmp_path)
    path.write_text(path.read_text().replace("name: One", "name: <One>"))
    scene = load_scene(path, DEMO)
    for ending in ("svg", "html"):
        assert draw(scene, 1, tmp_path / f"p.{ending}") == "corner"
    svg, page = ((tmp_path / f"p.{ending}").read_text() for ending in ("svg", "html"))
    assert svg.count(">reflector") == 3  # in the plan and in both maps
    assert "&lt;One&gt; reflector" in svg
    assert "radial speed, m/s" in svg
    assert "dB over noise" in svg
    range_m = math.sqrt((-4.0 + 0.25) ** 2 + (-6.0 + 1.30) ** 2)
    assert f"<td>reflector<td>{range_m:.2f}<td>" in page
    assert "<One>" not in page
    assert "<dc:date>" not in svg


def test_an_ending_it_cannot_draw_is_named(tmp_path: Path) -> None:
    with pytest.raises(SceneError, match=r"p\.gif: a picture ends in \.png, \.svg, \.html"):
        draw(load_scene(one_reflector(tmp_path), DEMO), 0, tmp_path / "p.gif")
