"""One reflector seen through transforms written here: range, Doppler, TDM step, angle, power."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radar_sim import Scatterers, Scene, TruckPose, no_scatterers
from radar_sim.geometry import Mount, in_sensor_axes
from tests.radar_sim.bench import (
    CHIRP_S,
    LOOPS,
    NO_SLIP_X_M,
    RADARS,
    RATE_HZ,
    RX_Y_MM,
    SAMPLES,
    STANDING,
    C,
    at,
    centre_hz,
    peak,
    plain,
    samples,
)

NOISE_LSB = 10.0


def measured_range_m(signal: np.ndarray, slope: float) -> float:
    """From a positive beat frequency; a closing or receding reflector is shifted by its Doppler."""
    return (peak(signal, axis=3) % 1.0) * RATE_HZ / slope * C / 2


def measured_rate_mps(signal: np.ndarray, slope: float) -> float:
    return peak(signal, axis=0) / (2 * CHIRP_S) * C / centre_hz(slope) / 2


@settings(max_examples=8)
@given(
    range_m=st.floats(2.0, 14.0), azimuth_deg=st.floats(-60, 60), name=st.sampled_from(["corner", "front"])
)
def test_a_standing_reflector_appears_at_its_range_with_positive_beat(
    range_m: float, azimuth_deg: float, name: str
) -> None:
    if name == "corner" and azimuth_deg < -35:
        azimuth_deg = -azimuth_deg  # the own flank would hide it
    signal = samples(plain(), name, Scene(STANDING, at(name, range_m, azimuth_deg)))
    assert measured_range_m(signal, RADARS[name][2]) == pytest.approx(range_m, abs=0.02)


@settings(max_examples=6)
@given(rate_mps=st.floats(-12.0, 12.0))
def test_doppler_is_the_range_rate_positive_when_receding(rate_mps: float) -> None:
    slope = RADARS["corner"][2]
    signal = samples(plain(), "corner", Scene(STANDING, at("corner", 8.0, 10.0, rate_mps)))
    assert measured_rate_mps(signal, slope) == pytest.approx(rate_mps, abs=0.03)
    middle_m = 8.0 + rate_mps * LOOPS * CHIRP_S
    shift_m = centre_hz(slope) * rate_mps / slope  # range-Doppler coupling of an up-chirp
    assert measured_range_m(signal, slope) == pytest.approx(middle_m + shift_m, abs=0.02)


def channel_phases_rad(signal: np.ndarray, cycles_per_loop: float) -> np.ndarray:
    """Phase (tx, rx) of the strongest range line after taking the Doppler of whole loops away."""
    loops = np.arange(LOOPS)[:, None, None, None]
    summed = (signal * np.exp(-2j * np.pi * cycles_per_loop * loops)).sum(axis=0)
    lines = np.fft.fft(summed * np.hanning(SAMPLES), axis=-1)
    strongest = int(np.argmax(np.abs(lines).sum(axis=(0, 1))))
    return np.angle(lines[..., strongest])


@pytest.mark.parametrize("azimuth_deg", [-20.0, 0.0, 35.0, 60.0])
@pytest.mark.parametrize("rate_mps", [0.0, -3.0])
def test_channels_differ_by_their_own_path_and_the_tdm_step(azimuth_deg: float, rate_mps: float) -> None:
    _, _, slope, tx_mm = RADARS["corner"]
    range_m = 3.0  # near enough for the wavefront to be curved
    signal = samples(plain(), "corner", Scene(STANDING, at("corner", range_m, azimuth_deg, rate_mps)))
    wave_m = C / centre_hz(slope)
    phases = channel_phases_rad(signal, 2 * rate_mps / wave_m * 2 * CHIRP_S)
    middle_m = range_m + rate_mps * LOOPS * CHIRP_S
    x, y = (middle_m * f(math.radians(azimuth_deg)) for f in (math.cos, math.sin))
    for tx, (tx_y_mm, _) in enumerate(tx_mm):
        for rx, rx_y_mm in enumerate(RX_Y_MM):
            path_m = math.hypot(x, y - tx_y_mm * 1e-3) + math.hypot(x, y - rx_y_mm * 1e-3) - 2 * middle_m
            expected = 2 * math.pi * (path_m + 2 * rate_mps * CHIRP_S * tx) / wave_m
            turn = np.exp(1j * (phases[tx, rx] - phases[0, 0] - expected))
            assert abs(np.angle(turn)) < 0.03


def radar_equation(rcs_m2: float, range_m: float, azimuth_deg: float, slope: float) -> float:
    """Signal to noise per sample: 12 dBm, 10 dBi, 2 dB loss, 12 dB noise figure, -3 dB at 50 degrees."""
    pattern = math.cos(math.radians(azimuth_deg)) ** (math.log(0.5) / math.log(math.cos(math.radians(50))))
    gain = 10.0 * pattern
    watts = 10 ** ((12.0 - 30.0) / 10)
    wave_m = C / centre_hz(slope)
    received = watts * gain**2 * wave_m**2 * rcs_m2 / ((4 * math.pi) ** 3 * range_m**4) / 10**0.2
    return received / (1.380649e-23 * 290.0 * RATE_HZ * 10**1.2)


@pytest.mark.parametrize(
    ("name", "range_m", "azimuth_deg", "rcs_m2"),
    [
        ("corner", 10.0, 0.0, 1.0),
        ("corner", 20.0, 50.0, 1.0),
        ("corner", 5.0, -30.0, 0.1),
        ("front", 6.0, 20.0, 0.1),
    ],
)
def test_integrated_snr_follows_the_radar_equation(
    name: str, range_m: float, azimuth_deg: float, rcs_m2: float
) -> None:
    noise = samples(plain(), name, Scene(STANDING, no_scatterers()))
    signal = samples(plain(), name, Scene(STANDING, at(name, range_m, azimuth_deg, rcs_m2=rcs_m2)))
    lines = np.abs(np.fft.fft(signal.sum(axis=0), 16 * SAMPLES, axis=-1)) ** 2
    measured = lines.sum(axis=(0, 1)).max() / (np.mean(np.abs(noise) ** 2) * SAMPLES * LOOPS)
    expected = radar_equation(rcs_m2, range_m, azimuth_deg, RADARS[name][2]) * SAMPLES * LOOPS * 8
    assert 10 * math.log10(measured / expected) == pytest.approx(0.0, abs=0.3)


def test_half_power_angle_in_elevation_costs_three_decibels_each_way() -> None:
    level, raised = at("front", 10.0, 0.0), at("front", 10.0, 0.0)
    lifted = raised.position_m + np.array([0.0, 0.0, 10.0 * math.tan(math.radians(9.0))])
    up = Scatterers(lifted, raised.velocity_mps, raised.rcs_m2 / math.cos(math.radians(9.0)) ** 4)
    powers = [
        np.abs(np.fft.fft(samples(plain(), "front", Scene(STANDING, seen)).sum(axis=0), 4096)).max()
        for seen in (level, up)
    ]
    assert 20 * math.log10(powers[0] / powers[1]) == pytest.approx(6.02, abs=0.2)


def test_noise_is_white_circular_and_of_the_stated_size() -> None:
    noise = samples(plain(), "corner", Scene(STANDING, no_scatterers()))
    assert noise.real.std() == pytest.approx(NOISE_LSB, rel=0.01)
    assert noise.imag.std() == pytest.approx(NOISE_LSB, rel=0.01)
    assert abs(np.mean(noise)) < 0.2
    assert abs(np.mean(noise**2)) < 1.0
    spectrum = np.mean(np.abs(np.fft.fft(noise, axis=-1)) ** 2, axis=(0, 1, 2)) / SAMPLES
    assert spectrum == pytest.approx(np.full(SAMPLES, 2 * NOISE_LSB**2), rel=0.3)


def test_a_near_mirror_clips_and_never_wraps() -> None:
    scene = Scene(STANDING, at("front", 0.5, 0.0, rcs_m2=100.0))
    words = plain().frame("front", 0, scene).samples
    weak = samples(plain(), "front", Scene(STANDING, at("front", 0.5, 0.0, rcs_m2=0.01)))
    assert words.max() == 32767
    assert words.min() == -32768
    clear = np.abs(weak.real) > 100
    agrees = np.sign(words[..., 0].reshape(weak.shape)[clear]) == np.sign(weak.real[clear])
    assert agrees.all()


@pytest.mark.parametrize("name", ["corner", "front"])
@pytest.mark.parametrize("yaw_rate", [0.35, -0.2])
def test_a_standing_point_from_a_turning_truck_has_the_lever_arms_range_rate(
    name: str, yaw_rate: float
) -> None:
    (x_m, y_m, _), _, slope, _ = RADARS[name]
    speed = 4.2
    truck = TruckPose(0.0, 0.0, 0.0, speed, yaw_rate, NO_SLIP_X_M)
    point = at(name, 7.0, 15.0)
    signal = samples(plain(), name, Scene(truck, point))
    # Middle of the frame by small steps of the truck's own motion, then the velocity of the mount.
    half_s, steps = LOOPS * CHIRP_S, 2000
    px, py, heading = NO_SLIP_X_M, 0.0, 0.0
    for _ in range(steps):
        heading += yaw_rate * half_s / steps / 2
        px += speed * math.cos(heading) * half_s / steps
        py += speed * math.sin(heading) * half_s / steps
        heading += yaw_rate * half_s / steps / 2
    ahead, left = (
        np.array([math.cos(heading), math.sin(heading)]),
        np.array([-math.sin(heading), math.cos(heading)]),
    )
    mount = np.array([px, py]) + (x_m - NO_SLIP_X_M) * ahead + y_m * left
    mount_mps = (speed - yaw_rate * y_m) * ahead + yaw_rate * (x_m - NO_SLIP_X_M) * left
    sight = point.position_m[0, :2] - mount
    range_rate = -float(mount_mps @ sight) / float(np.linalg.norm(sight))
    assert measured_rate_mps(signal, slope) == pytest.approx(range_rate, abs=0.03)


def test_hidden_and_out_of_field_points_contribute_nothing() -> None:
    still = Scene(STANDING, no_scatterers())
    empty = plain().frame("corner", 0, still).samples
    off_side = Scatterers(np.array([[-5.0, 3.0, 1.0]]), np.zeros((1, 3)), np.array([1e4]))
    unseen = [
        off_side,  # behind the truck's box
        at("corner", 5.0, 175.0, rcs_m2=1e4),  # behind the radar
        at("corner", 5.0, 82.0, rcs_m2=1e4),  # past the edge of the field
        at("corner", 43.5, 0.0, rcs_m2=1e4),  # beyond the sampled band
    ]
    for points in unseen:
        assert np.array_equal(plain().frame("corner", 0, Scene(STANDING, points)).samples, empty)
    for points in (at("corner", 5.0, 78.0, rcs_m2=1e4), at("corner", 42.0, 0.0, rcs_m2=1e4)):
        assert not np.array_equal(plain().frame("corner", 0, Scene(STANDING, points)).samples, empty)


def test_a_cyclists_cross_section_follows_his_aspect() -> None:
    broadside_deg, end_on_deg = 90.0, 0.0
    powers = []
    for turned_deg in (broadside_deg, end_on_deg):
        point = at("front", 5.0, 0.0)
        heading = np.array([RADARS["front"][1] + math.radians(turned_deg)])
        facing = Scatterers(point.position_m, point.velocity_mps, point.rcs_m2, heading)
        signal = samples(plain(), "front", Scene(STANDING, facing))
        powers.append(np.abs(np.fft.fft(signal.sum(axis=0), 4096)).max())
    assert 20 * math.log10(powers[0] / powers[1]) == pytest.approx(-8.1 + 11.6, abs=0.2)


def test_pitch_is_positive_nose_down_and_yaw_to_the_left() -> None:
    down = math.radians(10.0)
    mount = Mount((1.0, 2.0, 3.0), math.radians(90.0), down)
    on_boresight = np.array([1.0, 2.0 + 5 * math.cos(down), 3.0 - 5 * math.sin(down)])
    to_the_left = np.array([0.0, 2.0, 3.0])
    seen = in_sensor_axes(np.stack([on_boresight, to_the_left], axis=1), mount)
    assert seen[:, 0] == pytest.approx([5.0, 0.0, 0.0], abs=1e-12)
    assert seen[:, 1] == pytest.approx([0.0, 1.0, 0.0], abs=1e-12)
