"""`nearside replay` by TOML, by the radar's own .cfg, and as a picture."""

import json
from pathlib import Path

import matplotlib.image
import numpy as np
import pytest
from click.testing import CliRunner

from edge_controller.commands import replay
from edge_controller.detection.maps import maps
from edge_controller.errors import InputError
from edge_controller.radar.recording import read_recording, read_replay_cfg
from radar_sim.output.dca1000 import payload
from tests.edge_controller.radar.test_ti_cfg import DEMO

LIGHT_MPS = 299_792_458.0
# Range m, range rate m/s, azimuth rad, amplitude.
TARGETS = ((3.0, 0.0, 0.3, 300.0), (4.0, -0.9, -0.4, 200.0))
TEXT = DEMO.replace("frameCfg 0 2 16", "frameCfg 0 2 32").replace("adcbufCfg -1 0 1", "adcbufCfg -1 0 0")


def recording(folder: Path, frames: int = 3) -> Path:
    """An xWR1843's: nothing but noise in the first frame, then two targets."""
    (folder / "yard.cfg").write_text(TEXT, encoding="utf-8")
    radar, _ = read_replay_cfg(folder / "yard.cfg", "xwr1843")
    draw = np.random.default_rng(3)
    chirp_s = np.arange(96)[:, None, None] * (267e-6 + 57.14e-6)
    t_s = 7e-6 + np.arange(256)[None, None] / 5.209e6
    channels = np.array(radar.array.virtual_m)[:, 0].reshape(3, 4)
    y_m = np.tile(channels, (32, 1))[:, :, None]  # of every chirp and receiver
    data = b""
    for n in range(frames):
        cube = draw.normal(0, 8, (96, 4, 256)) + 1j * draw.normal(0, 8, (96, 4, 256))
        for range_m, rate_mps, azimuth_rad, height in TARGETS if n else ():
            tau_s = 2 * (range_m + rate_mps * (n * 0.1 + chirp_s + t_s)) / LIGHT_MPS
            phase = 77e9 * tau_s + 70e12 * tau_s * t_s - 35e12 * tau_s**2
            cube += height * np.exp(
                2j * np.pi * (phase - y_m * np.sin(azimuth_rad) / radar.profile.wavelength_m)
            )
        data += payload(np.rint(np.stack([cube.real, cube.imag], -1)).astype(np.int16))
    file = folder / "yard.bin"
    file.write_bytes(data)
    return file


def test_the_maps_have_a_target_where_it_is(tmp_path: Path) -> None:
    file = recording(tmp_path)
    radar, layout = read_replay_cfg(tmp_path / "yard.cfg", "xwr1843")
    shown = maps(list(read_recording(file, radar, layout))[2], radar)
    for range_m, rate_mps, azimuth_rad, _ in TARGETS:
        now_m = range_m + 0.2 * rate_mps
        near = np.abs(shown.range_m - now_m) < 0.15
        rates, places = np.unravel_index(shown.range_doppler_db[:, near].argmax(), (32, near.sum()))
        assert shown.range_rate_mps[rates] == pytest.approx(rate_mps, abs=radar.range_rate_bin_mps)
        assert shown.range_m[near][places] == pytest.approx(now_m, abs=0.06)
        best = shown.range_azimuth_db[:, near].max(axis=1).argmax()
        assert shown.azimuth_rad[best] == pytest.approx(azimuth_rad, abs=0.03)
    # Noise is 0 dB in the middle, wherever nothing is.
    empty = (shown.range_m > 7) & (shown.range_m < 10)
    assert np.median(shown.range_doppler_db[:, empty]) == pytest.approx(0, abs=1)


def test_a_recording_is_read_by_its_cfg_and_drawn(tmp_path: Path) -> None:
    file, png = recording(tmp_path), tmp_path / "yard.png"
    by_cfg = [str(file), "--cfg", str(tmp_path / "yard.cfg"), "--antennas", "xwr1843"]
    told = CliRunner().invoke(replay, [*by_cfg, "--plot", str(png)], catch_exceptions=False)
    assert "yard.png: frame 1 of 3" in told.output  # the first has no targets
    picture = matplotlib.image.imread(png)
    assert picture.shape[0] > 500
    assert picture.shape[1] > 1000
    assert np.ptp(picture[..., :3]) > 0.9
    told = CliRunner().invoke(replay, by_cfg, catch_exceptions=False)
    assert "3.00" in told.output
    told = CliRunner().invoke(replay, [*by_cfg, "--plot", str(png), "--frame", "0"], catch_exceptions=False)
    assert "frame 0 of 3, 0 detections" in told.output  # a picture of noise is a picture


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--plot", "x.png", "--frame", "3", "--cfg", "CFG", "--antennas", "xwr1843"], "has 3 frames"),
        (["--plot", "no/x.png", "--cfg", "CFG", "--antennas", "xwr1843"], "no/x.png: cannot be written"),
        ([], "yard.toml: is not there, .*--radar TOML, or --cfg and --antennas"),
    ],
)
def test_what_cannot_be_drawn_or_read_is_one_sentence(
    tmp_path: Path, words: list[str], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = recording(tmp_path)
    words = [str(tmp_path / "yard.cfg") if word == "CFG" else word for word in words]
    with pytest.raises(InputError, match=says):
        CliRunner().invoke(replay, [str(file), *words], catch_exceptions=False)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--cfg", "a.cfg"], "--antennas BOARD or a TOML is needed"),
        (["--antennas", "xwr1843"], "--antennas belongs to --cfg"),
        (["--cfg", "a.cfg", "--radar", "a.toml", "--antennas", "xwr1843"], "one of them"),
        (["--frame", "1"], "--frame says which frame --plot draws"),
    ],
)
def test_words_that_do_not_go_together_are_told(words: list[str], says: str) -> None:
    told = CliRunner().invoke(replay, ["a.bin", *words])
    assert told.exit_code == 2
    assert says in told.output


BY_CFG = ["--cfg", "yard.cfg", "--antennas", "xwr1843"]


@pytest.mark.parametrize(
    "words",
    [["--json", "yard.bin"], ["--plot", "./yard.bin"], ["--json", "yard.cfg"], ["--plot", "yard.cfg"]],
)
def test_what_is_read_is_not_written_over(
    tmp_path: Path, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    recording(tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    told = CliRunner().invoke(replay, ["yard.bin", *BY_CFG, *words])
    assert isinstance(told.exception, InputError)
    assert "is what is read" in str(told.exception)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_values_and_picture_need_two_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    recording(tmp_path)
    told = CliRunner().invoke(replay, ["yard.bin", *BY_CFG, "--json", "a", "--plot", "a"])
    assert told.exit_code == 2
    assert "--json and --plot both name a" in told.output


def test_values_are_written_though_the_picture_cannot_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    recording(tmp_path)
    Path("full.png").symlink_to("/dev/full")
    told = CliRunner().invoke(replay, ["yard.bin", *BY_CFG, "--json", "a.json", "--plot", "full.png"])
    assert isinstance(told.exception, InputError)
    assert len(json.loads((tmp_path / "a.json").read_text())["frames"]) == 3


def test_json_on_standard_output_is_alone_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    recording(tmp_path)
    told = CliRunner().invoke(
        replay, ["yard.bin", *BY_CFG, "--plot", "a.png", "--json"], catch_exceptions=False
    )
    assert len(json.loads(told.stdout)["frames"]) == 3
    assert "a.png: frame 1 of 3" in told.stderr


def test_the_toml_beside_a_recording_is_not_written_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    told = CliRunner().invoke(replay, ["yard.bin", "--json", "yard.toml"])
    assert isinstance(told.exception, InputError)
    assert "is what is read" in str(told.exception)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--json", "no/a.json"], "--json no/a.json: cannot be written (there is no folder no)"),
        (["--plot", "no/a.png"], "--plot no/a.png: cannot be written (there is no folder no)"),
        (["--json", "yard.bin/a.json"], "there is no folder yard.bin"),
        (["--plot", "a.tiffy"], "--plot a.tiffy: is drawn as PNG, so its name must end in .png"),
    ],
)
def test_a_place_that_cannot_be_written_is_told_before_the_work(
    tmp_path: Path, words: list[str], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    recording(tmp_path)
    monkeypatch.setattr("edge_controller.replay.replay", lambda *_: pytest.fail("the work has begun"))
    told = CliRunner().invoke(replay, ["yard.bin", *BY_CFG, *words])
    assert isinstance(told.exception, InputError)
    assert says in str(told.exception)


@pytest.mark.parametrize("option", ["--json", "--plot"])
def test_a_folder_in_the_place_of_a_file_is_told_before_the_work(option: str) -> None:
    told = CliRunner().invoke(replay, ["yard.bin", option, "."])
    assert told.exit_code == 2
    assert f"'{option}': File '.' is a directory" in told.output
