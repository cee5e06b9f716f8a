"""What leaves by one way and comes back by another is told from what is seen directly (decision 0164).

Ways by hand: an antenna nearer to where a wave goes to or comes from is ahead, its phase falls.
"""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from edge_controller.config import Radar, load_fit, shipped_fit
from edge_controller.detection import Detector
from edge_controller.detection.indirect import are_indirect
from edge_controller.messages import RadarFrame
from radar_sim import no_scatterers
from tests.edge_controller.detection.points import Point, frame_of, ideal_snr_db
from tests.edge_controller.detection.waves import LIGHT_MPS, noise
from tests.radar_sim.propagation.side import Y_M, fit, point, scene, simulator, thing, wall

COUNT = 4000
LEAST_APART = 0.3  # sines of the two ways: 17 degrees
Sines = NDArray[np.float64]
Channels = NDArray[np.complex128]

RADARS = [("demo", "front"), ("tipper", "corner"), ("tipper", "front")]  # 8, 12, and 8 below 4 in a row


def radar_of(fit_name: str, name: str) -> Radar:
    return load_fit(shipped_fit(fit_name)).radar(name)


def way(radar: Radar, out: Sines, back: Sines, up: Sines | float = 0.0) -> Channels:
    """(echo, channel) of an echo that leaves at one sine and comes back at the other, `up` that of height."""
    profile = radar.profile
    middle_s = profile.adc_start_s + profile.samples / profile.rate_hz / 2
    turns_per_m = (profile.start_hz + profile.slope_hz_per_s * middle_s) / LIGHT_MPS
    tx_m = np.array([radar.array.tx_m[n] for n in radar.array.tx_order])
    rx_m = np.array(radar.array.rx_m)
    up = np.broadcast_to(up, out.shape)
    sent = np.exp(-2j * math.pi * turns_per_m * np.stack([out, up], axis=1) @ tx_m.T)
    heard = np.exp(-2j * math.pi * turns_per_m * np.stack([back, up], axis=1) @ rx_m.T)
    both: Channels = (sent[:, :, None] * heard[:, None, :]).reshape(len(out), -1)
    return both


def received(clean: Channels, snr_db: float, rng: np.random.Generator, unknown: float) -> Channels:
    """At that integrated ratio, in noise of power 1; `unknown` 1: antennas off by 10 degrees and 1 dB."""
    clean = clean * np.exp(1j * np.radians(10) * unknown * rng.normal(size=clean.shape))
    clean = clean * 10 ** (unknown * rng.normal(size=clean.shape) / 20)
    power = np.mean(np.abs(clean) ** 2, axis=1, keepdims=True)
    return clean * np.sqrt(10 ** (snr_db / 10) / clean.shape[1] / power) + noise(clean.shape, rng)


def share_found(radar: Radar, clean: Channels, snr_db: float, seed: int, unknown: float = 1.0) -> float:
    channels = received(clean, snr_db, np.random.default_rng(seed), unknown)
    return float(told(channels, radar).mean())


def told(channels: Channels, radar: Radar) -> NDArray[np.bool_]:
    """In noise of power 1, forty at a time, as looks have them."""
    few = [channels[n : n + 40].astype(np.complex64) for n in range(0, len(channels), 40)]
    return np.concatenate([are_indirect(some, np.ones(len(some)), radar) for some in few])


def sines(seed: int) -> tuple[Sines, Sines]:
    one, other = np.random.default_rng(seed).uniform(-0.95, 0.95, (2, COUNT))
    return one, other


@pytest.mark.parametrize("which", RADARS)
@pytest.mark.parametrize("snr_db", [13.0, 20.0, 35.0])
def test_what_is_seen_directly_is_not_taken_for_an_image(which: tuple[str, str], snr_db: float) -> None:
    """None in 4000 of one: fewer than 1 in 1000, to 95 %. Of two in a cell, only who are alike."""
    radar, (here, there) = radar_of(*which), sines(1)
    rng = np.random.default_rng(3)
    up = rng.uniform(-0.2, 0.2, COUNT)
    assert share_found(radar, way(radar, here, here, up), snr_db, 2) == 0.0
    # A second one in the same cell, up to 20 dB weaker, at any phase.
    second = 10 ** (-rng.uniform(0, 20, (COUNT, 1)) / 20) * np.exp(2j * np.pi * rng.random((COUNT, 1)))
    two = way(radar, here, here, up) + second * way(radar, there, there, -up)
    assert share_found(radar, two, snr_db, 4) < 1 / 200
    unlike = (np.abs(np.angle(second)) > math.radians(45)) | (np.abs(second) < 0.5)
    assert share_found(radar, two[unlike[:, 0]], snr_db, 4) < 1 / 400


@pytest.mark.parametrize("which", RADARS)
@pytest.mark.parametrize(("snr_db", "least"), [(20.0, 0.85), (26.0, 0.9), (35.0, 0.95)])
def test_both_orders_of_two_ways_are_known_for_an_image(
    which: tuple[str, str], snr_db: float, least: float
) -> None:
    """At that ratio of those in the row, antennas not quite known."""
    radar, (here, there) = radar_of(*which), sines(5)
    snr_db += 10 * math.log10(12 / 8) if which == RADARS[2] else 0.0
    apart = np.abs(here - there) > LEAST_APART
    here, there = here[apart], there[apart]
    up = np.random.default_rng(14).uniform(-0.2, 0.2, here.size)
    both = way(radar, here, there, up) + way(radar, there, here, up)
    assert share_found(radar, both, snr_db, 6) > least


@pytest.mark.parametrize(("which", "least"), [(RADARS[0], 0.8), (RADARS[1], 0.8)])
def test_the_whole_chain_tells_it_too(which: tuple[str, str], least: float) -> None:
    """At 28 dB, at rest: it asks before it takes an echo for two things. All that is found there is told.

    Of two things a quarter wavelength of their way apart nothing is: their phases are opposite.
    """
    radar, rng, found = radar_of(*which), np.random.default_rng(15), []
    while len(found) < 40:
        here, there = rng.uniform(-0.85, 0.85, 2)
        if abs(here - there) < LEAST_APART:
            continue
        out, back = (math.degrees(math.asin(one)) for one in (here, there))
        amplitude = 10 ** ((28.0 - ideal_snr_db(radar, 1.0)) / 20) / math.sqrt(2)
        halves = [
            Point(6.0, 0.0, one, amplitude, back_deg=other) for one, other in ((out, back), (back, out))
        ]
        looks = Detector(radar).detect(frame_of(radar, halves, len(found)))
        found.append(bool(looks) and all(one.indirect for one in looks))
        quarter_m = radar.profile.wavelength_m / 4
        straight = [Point(6.0, 0.0, out, amplitude), Point(6.0 + quarter_m, 0.0, back, amplitude)]
        assert not any(one.indirect for one in Detector(radar).detect(frame_of(radar, straight, len(found))))
    assert np.mean(found) > least


@pytest.mark.parametrize("which", RADARS[:2])
def test_where_the_transmitters_see_both_ways_alike_equal_strength_and_phase_tell(
    which: tuple[str, str],
) -> None:
    """Four half wavelengths apart they repeat every 0.5 of sine: it looks like two direct echoes."""
    radar, here = radar_of(*which), np.linspace(-0.9, 0.4, 200)
    there = here + 0.5
    both = way(radar, here, there) + way(radar, there, here)
    assert share_found(radar, both, 20.0, 7) > 0.6
    assert share_found(radar, both, 30.0, 7) > 0.8
    for other in (np.exp(1j * math.pi / 4), -1.0, 1j, 0.4):  # of two things, seen directly
        assert share_found(radar, way(radar, here, here) + other * way(radar, there, there), 30.0, 7) < 0.02


def test_two_things_near_each_other_are_no_two_ways() -> None:
    """Up to 0.3 of sine apart, alike in strength and phase: a rider's legs a metre away."""
    radar, (here, _) = radar_of("demo", "corner"), sines(16)
    here = here[np.abs(here) < 0.8]
    there = here + np.random.default_rng(17).uniform(0.05, 0.25, here.size)
    assert share_found(radar, way(radar, here, here) + way(radar, there, there), 25.0, 18) < 1 / 400


@pytest.mark.parametrize("tx_order", [(0,), (0, 2)])
def test_a_single_transmitter_in_the_row_says_nothing(tx_order: tuple[int, ...]) -> None:
    """The last one is higher: what it tells of the bearing is mixed with height."""
    radar = radar_of("tipper", "front")
    radar = replace(radar, array=replace(radar.array, name="one", tx_order=tx_order))
    here, there = sines(8)
    assert share_found(radar, way(radar, here, there) + way(radar, there, here), 30.0, 9) == 0.0


def test_of_an_empty_look_and_of_no_signal_nothing_is_said() -> None:
    radar = radar_of("demo", "front")
    assert not are_indirect(np.zeros((0, 8), np.complex64), np.zeros(0), radar).size
    assert not are_indirect(np.zeros((3, 8), np.complex64), np.zeros(3), radar).any()


@pytest.mark.parametrize("damage", ["rx 0", "rx 1", "rx 2", "rx 3", "tx 0", "tx 1", "swapped", "fold"])
def test_a_damaged_receiver_or_a_wrong_fold_makes_no_image_of_what_is_seen_directly(damage: str) -> None:
    """Noise alone in one antenna's channels, two receivers exchanged, or a half turn between transmitters."""
    radar, (here, _), rng = radar_of("demo", "corner"), sines(12), np.random.default_rng(13)
    channels = received(way(radar, here, here), 25.0, rng, 1.0).reshape(COUNT, 2, 4)
    if damage == "swapped":
        channels = channels[:, :, [1, 0, 2, 3]]
    elif damage == "fold":
        channels[:, 1] *= -1
    else:
        kind, number = damage.split()
        lost = channels[:, :, int(number)] if kind == "rx" else channels[:, int(number)]
        lost[...] = noise(lost.shape, rng)
    assert told(channels.reshape(COUNT, 8), radar).mean() <= 1 / COUNT


def test_the_mirrored_fit_has_the_same_images_in_the_same_samples() -> None:
    left, right = (load_fit(shipped_fit("demo"), near_side=side).radar("front") for side in ("left", "right"))
    here, there = sines(10)
    both = way(right, here, there) + way(right, there, here)
    channels = received(both, 20.0, np.random.default_rng(11), 1.0)
    found = [told(channels, radar) for radar in (left, right)]
    assert found[0].any()
    assert (found[0] == found[1]).all()


POST, WALL_Y_M = (2.6, -3.3), -4.6
RADAR_M = (-0.25, Y_M)


def far_m(place: tuple[float, float]) -> float:
    return math.hypot(place[0] - RADAR_M[0], place[1] - RADAR_M[1])


def test_of_a_post_before_a_wall_only_the_echo_half_way_is_one(tmp_path: Path) -> None:
    """Simulated: the post, its image as far behind the wall, and between them what went one way by it."""
    path = fit(tmp_path)
    hidden = wall(WALL_Y_M, from_x_m=0.5)
    things = (thing("post", point(*POST)), thing("wall", no_scatterers(), mirrors=(hidden,)))
    samples = simulator(path).frame("corner", 0, scene(*things)).samples
    found = Detector(load_fit(path).radar("corner")).detect(RadarFrame("corner", 0, 0.0, samples))
    direct_m, image_m = far_m(POST), far_m((POST[0], 2 * WALL_Y_M - POST[1]))
    for range_m, indirect in ((direct_m, False), ((direct_m + image_m) / 2, True), (image_m, False)):
        here = [one for one in found if abs(one.range_m - range_m) < 0.1]
        assert here, range_m
        assert [one.indirect for one in here] == [indirect] * len(here)
