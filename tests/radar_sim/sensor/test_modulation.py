"""Transmitters by code and by Doppler band: decoded here, they give the channels of time division."""

from pathlib import Path

import numpy as np
import pytest

from radar_sim import RadarSimulator, Scene, SceneError, Sensor
from tests.radar_sim.bench import CHIRP_S, DEMO, RADARS, SAMPLES, STANDING, C, at, centre_hz, peak

CHIRPS, RX = 128, 4


def raw(sim: RadarSimulator, scene: Scene) -> np.ndarray:
    """(chirp, rx, sample)."""
    words = sim.frame("corner", 0, scene).samples.astype(np.float64)
    return words[..., 0] + 1j * words[..., 1]


def simulator(modulation: str, fit: Path = DEMO, **changes: object) -> RadarSimulator:
    sensors = {"corner": Sensor(modulation=modulation, **changes)}
    return RadarSimulator(fit, 1, with_leakage=False, with_own_body=False, sensors=sensors)


def three_transmitters(folder: Path, loops: int = 64) -> Path:
    """The demo fit with all three transmitters of its corner radar."""
    fit = folder / "three.toml"
    text = DEMO.read_text().replace("tx_order = [0, 1]", "tx_order = [0, 2, 1]")
    fit.write_text(text.replace("loops = 64", f"loops = {loops}"))
    return fit


def line(channels: np.ndarray) -> np.ndarray:
    """(tx, rx) at the strongest range of (tx, rx, sample)."""
    lines = np.fft.fft(channels * np.hanning(SAMPLES), axis=-1)
    return lines[..., int(np.argmax(np.abs(lines).sum(axis=(0, 1))))]


def by_time(signal: np.ndarray, transmitters: int) -> np.ndarray:
    return signal.reshape(-1, transmitters, RX, SAMPLES).mean(axis=0)


def by_code(signal: np.ndarray, transmitters: int) -> np.ndarray:
    """Signs of Walsh and Hadamard: parity of the bits that chirp and transmitter have in common."""
    order = 2 if transmitters == 2 else 4
    signs = np.array([[(-1) ** (c & tx).bit_count() for tx in range(transmitters)] for c in range(order)])
    blocks = signal.reshape(-1, order, RX, SAMPLES).mean(axis=0)
    return np.einsum("ct,crs->trs", signs, blocks) / order


def by_band(signal: np.ndarray, transmitters: int, bands: int) -> np.ndarray:
    """Bands need not fit the number of chirps: their sums are solved for together."""
    chirp = np.arange(len(signal))
    ramps = np.exp(2j * np.pi * np.outer(chirp, np.arange(transmitters)) / bands)
    found, *_ = np.linalg.lstsq(ramps, signal.reshape(len(signal), -1), rcond=None)
    return found.reshape(transmitters, RX, SAMPLES)


@pytest.mark.parametrize("azimuth_deg", [-20.0, 25.0])
@pytest.mark.parametrize("transmitters", [2, 3])
def test_code_and_band_decode_to_the_channels_of_time_division(
    tmp_path: Path, transmitters: int, azimuth_deg: float
) -> None:
    fit = DEMO if transmitters == 2 else three_transmitters(tmp_path)
    scene = Scene(STANDING, at("corner", 5.0, azimuth_deg, rcs_m2=500.0))
    wanted = line(by_time(raw(simulator("tdm", fit), scene), transmitters))
    code = line(by_code(raw(simulator("bpm", fit), scene), transmitters))
    band = line(by_band(raw(simulator("ddm", fit), scene), transmitters, transmitters + 1))
    for found in (code, band):
        assert np.abs(found / wanted - 1).max() < 0.01


def test_all_transmitters_send_at_once_and_the_frame_is_as_long() -> None:
    scene = Scene(STANDING, at("corner", 5.0, 10.0, rcs_m2=500.0))
    power = {}
    for modulation in ("tdm", "bpm", "ddm"):
        sim = simulator(modulation)
        signal = raw(sim, scene)
        assert signal.shape == (CHIRPS, RX, SAMPLES)
        assert sim.frame_duration_us("corner") == 4557
        power[modulation] = np.mean(np.abs(signal) ** 2) - 200.0
    for modulation in ("bpm", "ddm"):
        assert power[modulation] == pytest.approx(2 * power["tdm"], rel=0.02)


def test_bands_of_doppler_lie_apart_and_one_is_empty() -> None:
    rate_mps = -2.0
    signal = raw(simulator("ddm"), Scene(STANDING, at("corner", 8.0, 0.0, rate_mps, rcs_m2=1e3)))
    spectrum = np.fft.fft(signal * np.hanning(SAMPLES), axis=-1)
    strongest = int(np.argmax(np.abs(spectrum).sum(axis=(0, 1))))
    cut = spectrum[:, :, strongest] * np.hanning(CHIRPS)[:, None]
    doppler = 2 * rate_mps / C * centre_hz(RADARS["corner"][2]) * CHIRP_S
    found = []
    for band in range(3):
        ramp = np.exp(-2j * np.pi * np.arange(CHIRPS) * (doppler + band / 3))
        found.append(np.abs((cut * ramp[:, None]).sum(axis=0)).mean())
    assert found[0] == pytest.approx(found[1], rel=0.05)
    assert found[2] < 0.02 * found[0]


def test_a_moving_target_keeps_its_doppler_under_a_code() -> None:
    """One column of signs is even: what it sends has the target's own Doppler."""
    rate_mps = 3.0
    signal = raw(
        simulator("bpm", dead_tx=(1,)), Scene(STANDING, at("corner", 8.0, 0.0, rate_mps, rcs_m2=1e3))
    )
    cycles = peak(signal, axis=0)
    assert cycles / CHIRP_S * C / centre_hz(RADARS["corner"][2]) / 2 == pytest.approx(rate_mps, abs=0.03)


def test_leakage_follows_the_code() -> None:
    scene = Scene(STANDING, at("corner", 41.0, 70.0, rcs_m2=1e-9))
    sims = [
        RadarSimulator(DEMO, 1, with_own_body=False, sensors={"corner": Sensor(modulation=one)})
        for one in ("tdm", "bpm")
    ]
    wanted, code = by_time(raw(sims[0], scene), 2), by_code(raw(sims[1], scene), 2)
    lines = [np.fft.fft(one, axis=-1)[..., :3] for one in (wanted, code)]
    strong = np.abs(lines[0]) > 0.5 * np.abs(lines[0]).max()
    assert np.abs(lines[1][strong] / lines[0][strong] - 1).max() < 0.2  # 20 dB and more over noise


def test_chirps_that_are_no_whole_number_of_codes_are_refused(tmp_path: Path) -> None:
    fit = three_transmitters(tmp_path, loops=62)
    with pytest.raises(SceneError, match="radar corner: 186 chirps are no whole number of codes of 4"):
        simulator("bpm", fit)
    simulator("ddm", fit)


@pytest.mark.parametrize("wrong", [{"modulation": "fdm"}, {"empty_bands": -1}, {"empty_bands": 1.5}])
def test_an_unknown_way_to_share_is_named(wrong: dict) -> None:
    with pytest.raises(SceneError, match=next(iter(wrong))):
        Sensor(**wrong)
