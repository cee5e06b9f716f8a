"""TI's `.cfg` says of a radar what the fit says it was written from; nonsense is refused by line."""

import math
from pathlib import Path

import numpy as np
import pytest

from edge_controller.config import load_fit, shipped_fit
from edge_controller.detection import range_doppler_db
from edge_controller.errors import InputError
from edge_controller.radar.recording import read_recording, read_replay_cfg
from edge_controller.radar.sample_order import frame_bytes
from edge_controller.radar.ti_cfg import read_cfg
from radar_sim.fit import load_fit as load_simulated
from radar_sim.output.ti_cfg import ti_cfg

# An xWR1843 as TI's demo visualizer writes it, with three transmitters taking turns 0, 2, 1.
DEMO = """\
% Chirp configuration
sensorStop
flushCfg
dfeDataOutputMode 1
channelCfg 15 7 0
adcCfg 2 1
adcbufCfg -1 0 1 1 1

profileCfg 0 77 267 7 57.14 0 0 70 1 256 5209 0 0 30
chirpCfg 0 0 0 0 0 0 0 1
chirpCfg 1 1 0 0 0 0 0 4
chirpCfg 2 2 0 0 0 0 0 2
frameCfg 0 2 16 0 100 1 0
lowPower 0 0
guiMonitor -1 1 1 0 0 0 1
lvdsStreamCfg -1 0 1 0
sensorStart
"""


def cfg(folder: Path, text: str = DEMO) -> Path:
    path = folder / "board.cfg"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_demo_cfg_becomes_its_radar(tmp_path: Path) -> None:
    radar, capture = read_replay_cfg(cfg(tmp_path), "xwr1843")
    profile = radar.profile
    assert (profile.start_hz, profile.slope_hz_per_s, profile.rate_hz) == pytest.approx(
        (77e9, 70e12, 5.209e6)
    )
    assert (profile.idle_s, profile.adc_start_s, profile.ramp_end_s) == pytest.approx(
        (267e-6, 7e-6, 57.14e-6)
    )
    assert (profile.samples, profile.loops, profile.frame_s) == (256, 16, pytest.approx(0.1))
    assert radar.array.tx_order == (0, 2, 1)
    assert len(radar.array.rx_m) == 4
    assert (capture.format, capture.sample_type, capture.order) == ("dca1000", "int16", "qqii")
    assert frame_bytes(radar) == 16 * 3 * 4 * 256 * 4
    # TX 1 and 3 on one line, four half waves apart; TX 2 between them, half a wave above.
    half_m = profile.wavelength_m / 2
    places = np.array(radar.array.virtual_m) / half_m
    assert places[:8] == pytest.approx(np.array([(n, -1.0) for n in range(8)]))
    assert places[8:] == pytest.approx(np.array([(n + 2, 0.0) for n in range(4)]))


@pytest.mark.parametrize("name", ["corner", "front"])
def test_what_the_simulator_writes_is_read_back(tmp_path: Path, name: str) -> None:
    simulated = next(r for r in load_simulated(shipped_fit("demo")).radars if r.name == name)
    path = tmp_path / f"{name}.cfg"
    path.write_text(ti_cfg(simulated, 7), encoding="utf-8")
    fit = load_fit(shipped_fit("demo")).radar(name)
    array = fit.array
    toml = tmp_path / "antennas.toml"
    rows = [[[1e3 * y, 1e3 * z] for y, z in places] for places in (array.rx_m, array.tx_m)]
    toml.write_text(f"[array.a]\nrx_mm = {rows[0]}\ntx_mm = {rows[1]}\ntx_order = {list(array.tx_order)}\n")
    radar, capture = read_replay_cfg(path, str(toml))
    for key in ("start_hz", "slope_hz_per_s", "idle_s", "adc_start_s", "ramp_end_s", "rate_hz", "frame_s"):
        assert getattr(radar.profile, key) == pytest.approx(getattr(fit.profile, key)), key
    assert (radar.profile.samples, radar.profile.loops) == (fit.profile.samples, fit.profile.loops)
    assert np.array(radar.array.virtual_m) == pytest.approx(np.array(array.virtual_m))
    assert capture.sample_order == "iiqq"
    assert read_cfg(path).frames == 7


@pytest.mark.parametrize(
    ("old", "new", "order"),
    [
        ("adcbufCfg -1 0 1 1 1", "adcbufCfg -1 0 0 1 1", "iiqq"),
        ("adcbufCfg -1 0 1 1 1", "adcbufCfg 0 0 1 1", "iiqq"),  # SDK 1.x, no subframe
        ("adcCfg 2 1\nadcbufCfg -1 0 1 1 1", "adcCfg 2 0\nadcbufCfg -1 1 0 1 1", "real_sequential"),
    ],
)
def test_sample_orders(tmp_path: Path, old: str, new: str, order: str) -> None:
    assert old in DEMO
    _, capture = read_replay_cfg(cfg(tmp_path, DEMO.replace(old, new)), "xwr1843")
    assert capture.sample_order == order


@pytest.mark.parametrize(
    ("adc", "buffer", "order"),
    [
        ("adcCfg 2 1", "adcbufCfg 0 1 0 1", "interleaved_qi"),
        ("adcCfg 2 1", "adcbufCfg -1 0 0 0 1", "interleaved"),
        ("adcCfg 2 0", "adcbufCfg -1 1 0 0 1", "real_interleaved"),
    ],
)
def test_four_lanes_interleave_the_receivers(tmp_path: Path, adc: str, buffer: str, order: str) -> None:
    text = DEMO.replace("adcCfg 2 1", adc).replace("adcbufCfg -1 0 1 1 1", buffer)
    _, capture = read_replay_cfg(cfg(tmp_path, text), "xwr1443")
    assert capture.sample_order == order


def test_receivers_and_transmitters_left_off_are_left_out(tmp_path: Path) -> None:
    text = DEMO.replace("channelCfg 15 7 0", "channelCfg 10 5 0").replace("chirpCfg 2 2 0 0 0 0 0 2\n", "")
    radar, _ = read_replay_cfg(cfg(tmp_path, text.replace("frameCfg 0 2", "frameCfg 0 1")), "xwr6843isk")
    half_m = radar.profile.wavelength_m / 2
    assert np.array(radar.array.virtual_m)[:, 0] / half_m == pytest.approx(np.array([1, 3, 5, 7]))


def test_chirps_that_repeat_their_turns_are_loops(tmp_path: Path) -> None:
    chirps = "chirpCfg 0 1 0 0 0 0 0 1\nchirpCfg 2 3 0 0 0 0 0 1\n"
    text = "\n".join(line for line in DEMO.splitlines() if not line.startswith("chirpCfg"))
    text = text.replace("frameCfg 0 2 16", chirps + "frameCfg 0 3 16")
    radar, _ = read_replay_cfg(cfg(tmp_path, text), "xwr1642")
    assert radar.profile.loops == 64
    assert radar.array.tx_order == (0,)


def test_what_came_before_the_last_flush_does_not_hold(tmp_path: Path) -> None:
    old = "channelCfg 1 1 0\nadvFrameCfg 1\nprofileCfg 0 60 1 1 1 0 0 1 1 8 100 0 0 30\n"
    radar, _ = read_replay_cfg(cfg(tmp_path, old + DEMO), "xwr1843")
    assert radar.profile.start_hz == 77e9


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("channelCfg 15 7 0\n", "", "board.cfg: has no channelCfg"),
        ("channelCfg 15 7 0", "channelCfg 15", "line 5: channelCfg has 1 numbers, not 3"),
        ("channelCfg 15 7 0", "channelCfg 0 7 0", "line 5: channelCfg has '0' at place 1, outside 1 to 15"),
        ("channelCfg 15 7 0", "channelCfg 1.5 7 0", "no whole number"),
        (
            "channelCfg 15 7 0",
            "channelCfg 15 3 0",
            "line 11: chirpCfg sends by a transmitter that channelCfg",
        ),
        ("channelCfg 15 7 0", "channelCfg 15 7 0\nchannelCfg 15 7 0", "line 6: channelCfg a second time"),
        ("adcCfg 2 1", "adcCfg 1 1", "16 bits"),
        ("adcCfg 2 1", "adcCfg 2 0", "disagree on whether samples are complex"),
        (
            "adcbufCfg -1 0 1 1 1",
            "adcbufCfg -1 0 1 0 1",
            "receivers are interleaved over four lanes and only there",
        ),
        ("profileCfg 0 77", "profileCfg 1 77", "0 profileCfg of number 0"),
        ("profileCfg 0 77", "profileCfg 0 seventy", "profileCfg has 'seventy' at place 2"),
        ("profileCfg 0 77", "profileCfg 0 nan", "profileCfg has 'nan' at place 2"),
        ("profileCfg 0 77", "profileCfg 0 24", "outside 57 to 81"),
        ("57.14", "50", "line 9: profileCfg ends the ramp before the last sample"),
        ("chirpCfg 1 1 0 0 0 0 0 4", "chirpCfg 1 1 0 0 0 0 0 7", "line 11: chirpCfg sends by 3 transmitters"),
        (
            "chirpCfg 1 1 0 0 0 0 0 4",
            "chirpCfg 1 1 0 0 0 0.5 0 4",
            "line 11: chirpCfg differs from its profile",
        ),
        ("chirpCfg 1 1 0 0 0 0 0 4", "chirpCfg 1 1 1 0 0 0 0 4", "have 2 profiles"),
        ("chirpCfg 1 1 0 0 0 0 0 4", "chirpCfg 1 2 0 0 0 0 0 4", "line 12: describes chirp 2 a second time"),
        ("frameCfg 0 2 16", "frameCfg 0 3 16", "uses chirp 3, no chirpCfg describes it"),
        ("frameCfg 0 2 16", "frameCfg 2 1 16", "ends with chirp 1, before chirp 2"),
        ("frameCfg 0 2 16 0 100", "frameCfg 0 2 16 0 10", "the chirps take longer than the frame period"),
        ("lvdsStreamCfg -1 0 1 0", "lvdsStreamCfg -1 1 1 0", "headers"),
        ("lvdsStreamCfg -1 0 1 0", "lvdsStreamCfg -1 0 0 0", "no samples are sent"),
        ("dfeDataOutputMode 1", "dfeDataOutputMode 3", "only plain frames"),
        ("lowPower 0 0", "bpmCfg -1 1 0 2", "send at once"),
        ("lowPower 0 0", "advFrameCfg 2 0 0 1 0", "line 14: advFrameCfg: only plain frames"),
        ("guiMonitor", "gui\x07Monitor", "line 15: has letters"),
    ],
)
def test_a_cfg_that_cannot_be_meant_is_refused(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert old in DEMO
    with pytest.raises(InputError, match=r"board\.cfg") as caught:
        read_replay_cfg(cfg(tmp_path, DEMO.replace(old, new)), "xwr1843")
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("antennas", "says"),
    [
        ("xwr1234", "neither a TOML nor one of xwr1443, xwr1642"),
        ("xwr1642", "sends by TX3, xwr1642 has 2"),
        ("nowhere.toml", "nowhere.toml: cannot be read"),
    ],
)
def test_antennas_that_do_not_fit_are_refused(tmp_path: Path, antennas: str, says: str) -> None:
    with pytest.raises(InputError) as caught:
        read_replay_cfg(cfg(tmp_path), antennas)
    assert says in str(caught.value)


def test_no_text_and_no_command_are_refused(tmp_path: Path) -> None:
    for content, says in ((b"\xff\xfe\x00", "is no text"), (b"% nothing\n\n", "holds no command")):
        path = tmp_path / "board.cfg"
        path.write_bytes(content)
        with pytest.raises(InputError, match=says):
            read_cfg(path)


REACH_M = 299_792_458.0 * 5.209e6 / 2 / (2 * 70e12)  # half the sample rate


@pytest.mark.parametrize(
    ("true_m", "shown_m", "shown_mps"),
    [(3.0, 3.0, -0.6), (REACH_M + 1, REACH_M - 1, 0.6)],  # from beyond the reach it comes back, turned
)
def test_real_samples_keep_range_and_the_sign_of_doppler(
    tmp_path: Path, true_m: float, shown_m: float, shown_mps: float
) -> None:
    """One target that comes nearer, as a part with one mixer output sees it: the cosine of the phase."""
    text = DEMO.replace("adcCfg 2 1\nadcbufCfg -1 0 1 1 1", "adcCfg 2 0\nadcbufCfg -1 1 0 1 1")
    path = cfg(tmp_path, text.replace("frameCfg 0 2 16", "frameCfg 0 2 32"))
    radar, capture = read_replay_cfg(path, "xwr1843")
    assert (radar.profile.samples, radar.profile.rate_hz) == (128, pytest.approx(2.6045e6))
    chirp = np.arange(96)[:, None, None] * (267e-6 + 57.14e-6)
    t_s = 7e-6 + np.arange(256)[None, None] / 5.209e6
    tau_s = 2 * (true_m - 0.6 * (chirp + t_s)) / 299_792_458.0
    phase = 2 * math.pi * (77e9 * tau_s + 70e12 * tau_s * t_s - 35e12 * tau_s**2) + np.zeros((1, 4, 1))
    noise = np.random.default_rng(4).normal(0, 5, phase.shape)
    file = tmp_path / "adc.bin"
    np.rint(2000 * np.cos(phase) + noise).astype("<i2").tofile(file)
    (frame,) = read_recording(file, radar, capture)
    assert frame.samples.shape == (96, 4, 128, 2)
    picture = range_doppler_db(frame, radar)
    doppler, rng = np.unravel_index(picture.power_db.argmax(), picture.power_db.shape)
    assert picture.range_m[rng] == pytest.approx(shown_m, abs=radar.profile.range_bin_m)
    assert picture.range_rate_mps[doppler] == pytest.approx(shown_mps, abs=radar.range_rate_bin_mps)
    # Away from its own range there is nothing of it, at no speed: the other half of the spectrum is gone.
    # Where the spectrum was cut, in the first and the last two bins, a rest 45 dB down stays.
    bins, top_db = np.arange(128), picture.power_db.max()
    away = (np.abs(bins - rng) > 12) & (bins > 2) & (bins < 126)
    assert picture.power_db[:, away].max() < top_db - 68
    assert picture.power_db[:, ~away & (np.abs(bins - rng) > 12)].max() < top_db - 40


def test_a_real_full_scale_stays_within_16_bits(tmp_path: Path) -> None:
    text = DEMO.replace("adcCfg 2 1\nadcbufCfg -1 0 1 1 1", "adcCfg 2 0\nadcbufCfg -1 1 0 1 1")
    radar, capture = read_replay_cfg(cfg(tmp_path, text), "xwr1843")
    file = tmp_path / "adc.bin"
    square = np.where(np.arange(16 * 3 * 4 * 256) // 3 % 2, 32767, -32768)
    square.astype("<i2").tofile(file)
    (frame,) = read_recording(file, radar, capture)
    assert frame.samples.max() == 32767  # overshoot is held at full scale, it does not wrap
    assert frame.samples.min() == -32768


def test_an_odd_number_of_real_samples_is_refused(tmp_path: Path) -> None:
    text = DEMO.replace("adcCfg 2 1\nadcbufCfg -1 0 1 1 1", "adcCfg 2 0\nadcbufCfg -1 1 0 1 1")
    with pytest.raises(InputError, match="255 real samples in a chirp are odd"):
        read_replay_cfg(cfg(tmp_path, text.replace(" 256 5209", " 255 5209")), "xwr1843")
