"""Whole frames against the sum of all ways written down here: what is left is the noise.

A truck that drives a curve, a point that moves otherwise, and what mirrors it: the road, a wall, or the
truck's own trailer, which swings. Place, phase and strength of every way in every sample must be right for
nothing but noise to be left.
"""

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from radar_sim import RadarSimulator, Scatterers, Scene, Thing, TruckPose, World, no_scatterers
from radar_sim.figures import own_truck
from radar_sim.fit import load_fit
from radar_sim.scene.bodies import Mirror
from radar_sim.scene.scatterers import Floats
from radar_sim.world.world import Road
from tests.radar_sim.bench import CHIRP_S, DEMO, LOOPS, RATE_HZ, RX_Y_MM, SAMPLES, C

Way = Callable[[Floats], Floats]  # times to places
START_HZ, SLOPE, TX_Y_MM = 76.10e9, 80e12, (0.0, 7.76)
PLACE_M, YAW = (-0.25, -1.30, 1.05), math.radians(-120)
SPEED_MPS, YAW_RATE, NO_SLIP_X_M = 3.0, -0.2, -7.125
CENTRE_HZ = START_HZ + SLOPE * (5.0e-6 + 12.75e-6)
PIN_X_M, ANGLE, RATE = -2.2, math.radians(25), 0.15
RCS_M2 = 0.3
NOISE = 200.0 + 1 / 6  # thermal noise of 10 LSB in I and Q, and the rounding of both


def pose(t: Floats) -> tuple[Floats, Floats, Floats]:
    """Truck axes: the point without side slip runs along a circle."""
    turned = YAW_RATE * t
    x = NO_SLIP_X_M + SPEED_MPS / YAW_RATE * np.sin(turned)
    y = SPEED_MPS / YAW_RATE * (1 - np.cos(turned))
    return x - NO_SLIP_X_M * np.cos(turned), y - NO_SLIP_X_M * np.sin(turned), turned


def carried(x: Floats, y: Floats, up_m: float, t: Floats) -> Floats:
    x0, y0, heading = pose(t)
    cos, sin = np.cos(heading), np.sin(heading)
    return np.stack([x0 + cos * x - sin * y, y0 + sin * x + cos * y, up_m + 0 * t], axis=-1)


def antenna(y_mm: float, t: Floats) -> Floats:
    y = y_mm * 1e-3
    return carried(PLACE_M[0] - math.sin(YAW) * y, PLACE_M[1] + math.cos(YAW) * y, PLACE_M[2], t)


def pattern(end: Floats, t: Floats) -> Floats:
    """Amplitude one way: half the power at 50 degrees of azimuth and 9 of elevation."""
    x, y, z = np.moveaxis(end - antenna(0.0, t), -1, 0)
    level = np.hypot(x, y)
    azimuth = np.arctan2(y, x) - pose(t)[2] - YAW
    cos_elevation = level / np.sqrt(level**2 + z**2)
    sharp = [math.log(0.5) / math.log(math.cos(math.radians(half))) for half in (50.0, 9.0)]
    return np.sqrt(np.maximum(np.cos(azimuth), 0) ** sharp[0] * cos_elevation ** sharp[1])


def by_definition(ways: list[tuple[Way, Way, complex]]) -> np.ndarray:
    """Beat of all ways out and back with their factors, LSB, by the radar equation of the demo fit."""
    noise_w = 1.380649e-23 * 290 * RATE_HZ * 10**1.2
    sent_w = 10 ** ((12.0 - 2.0 - 30) / 10) * 100.0 * (C / CENTRE_HZ) ** 2 / (4 * math.pi) ** 3
    unit = math.sqrt(200.0 * sent_w / noise_w * RCS_M2)
    ramp_s = 5.0e-6 + np.arange(SAMPLES) / RATE_HZ
    total = np.zeros((2 * LOOPS, 4, SAMPLES), dtype=complex)
    for tx, tx_y in enumerate(TX_Y_MM):
        t = np.arange(tx, 2 * LOOPS, 2)[:, None] * CHIRP_S + 4.0e-6 + ramp_s
        for out, back, factor in ways:
            out_m = np.linalg.norm(out(t) - antenna(tx_y, t), axis=-1)
            strength = unit * factor * pattern(out(t), t) * pattern(back(t), t)
            for rx, rx_y in enumerate(RX_Y_MM):
                back_m = np.linalg.norm(back(t) - antenna(rx_y, t), axis=-1)
                tau = (out_m + back_m) / C
                cycles = START_HZ * tau + SLOPE * tau * ramp_s - SLOPE * tau**2 / 2
                total[tx::2, rx] += strength / (out_m * back_m) * np.exp(2j * np.pi * np.mod(cycles, 1))
    return total


def point(t: Floats) -> Floats:
    start, velocity = np.array([-4.5, -4.2, 1.2]), np.array([4.0, 0.5, 0.3])
    return start + t[..., None] * velocity


def moving() -> Scatterers:
    still = np.zeros(1)
    velocity = (point(np.ones(1)) - point(still)).reshape(1, 3)
    return Scatterers(point(still).reshape(1, 3), velocity, np.array([RCS_M2]))


def in_the_wall(t: Floats) -> Floats:
    return point(t) * [1, -1, 1] + [0, -12.0, 0]


def in_the_road(t: Floats) -> Floats:
    return point(t) * [1, 1, -1]


def in_the_trailer(t: Floats) -> Floats:
    """Its right side lies 1.25 m beside its axis, which turns about the pin."""
    swung = ANGLE + RATE * t
    on_it = carried(PIN_X_M + 1.25 * np.sin(swung), -1.25 * np.cos(swung), 0.0, t)
    bearing = swung + pose(t)[2]
    normal = np.stack([np.sin(bearing), -np.cos(bearing), 0 * t], axis=-1)
    away = ((point(t) - on_it) * normal * [1, 1, 0]).sum(axis=-1)
    return point(t) - 2 * away[..., None] * normal


def all_four(image: Way, factor: complex) -> list[tuple[Way, Way, complex]]:
    return [
        (point, point, 1.0), (point, image, factor), (image, point, factor), (image, image, factor**2)
    ]  # fmt: skip


def fit(folder: Path, length_m: float = 9.8) -> Path:
    text = DEMO.read_text(encoding="utf-8")
    for old, new in (
        ("yaw_deg = -140.0", "yaw_deg = -120.0"),
        ('profile = "far"', 'profile = "near"'),
        ("length_m = 9.8", f"length_m = {length_m}"),
    ):
        assert old in text
        text = text.replace(old, new, 1)
    path = folder / "curve.toml"
    path.write_text(text, encoding="utf-8")
    return path


def samples(path: Path, world: World, *things: Thing, own: Thing | None = None) -> np.ndarray:
    simulator = RadarSimulator(path, 5, with_leakage=False, with_own_body=False)
    truck = TruckPose(0.0, 0.0, 0.0, SPEED_MPS, YAW_RATE, NO_SLIP_X_M)
    words = simulator.frame("corner", 0, Scene(truck, moving(), things, world, own)).samples
    return words[..., 0] + 1j * words[..., 1].astype(float)


def left_db(made: np.ndarray, ways: list[tuple[Way, Way, complex]]) -> float:
    """Power of what the definition does not explain, over that of the noise."""
    return float(10 * np.log10(np.mean(np.abs(made - by_definition(ways)) ** 2) / NOISE))


def test_a_point_seen_from_a_curve(tmp_path: Path) -> None:
    made = samples(fit(tmp_path), World())
    assert left_db(made, [(point, point, 1.0)]) == pytest.approx(0.0, abs=0.05)
    assert left_db(made, []) > 3.0


@pytest.mark.parametrize("polarisation", ["vertical", "horizontal"])
def test_two_rays_by_the_road(tmp_path: Path, polarisation: str) -> None:
    """Fresnel's factor of 4 - 0.2j and a roughness of 0.2 mm, for the grazing angle of the frame's middle."""
    middle = np.array([LOOPS * CHIRP_S])
    away = in_the_road(middle)[0] - antenna(0.0, middle)[0]
    sin = abs(away[2]) / float(np.linalg.norm(away))
    bent = np.sqrt(4.0 - 0.2j - (1 - sin**2))
    ahead = sin * (4.0 - 0.2j) if polarisation == "vertical" else sin
    factor = (ahead - bent) / (ahead + bent) * math.exp(-2 * (2 * math.pi * CENTRE_HZ / C * 2e-4 * sin) ** 2)
    road = Road(roughness_m=2e-4, polarisation=polarisation)  # type: ignore[arg-type]
    made = samples(fit(tmp_path), World(road=road))
    assert left_db(made, all_four(in_the_road, np.conj(factor))) == pytest.approx(0.0, abs=0.05)
    if polarisation == "horizontal":
        assert left_db(made, [(point, point, 1.0)]) > 0.1


def test_four_ways_by_a_standing_wall(tmp_path: Path) -> None:
    """Long and high; the wall's own flash stays away, as it ends beside the radar."""
    wall = Thing("wall", no_scatterers(), (), (Mirror((-30.0, -6.0), (-1.5, -6.0), 0.0, 6.0, -0.9),))
    made = samples(fit(tmp_path), World(), wall)
    assert left_db(made, all_four(in_the_wall, -0.9)) == pytest.approx(0.0, abs=0.05)
    assert left_db(made, [(point, point, 1.0)]) > 1.0


def test_four_ways_by_the_own_trailer_that_swings(tmp_path: Path) -> None:
    path = fit(tmp_path, length_m=3.0)
    rig = own_truck(
        load_fit(path), SPEED_MPS, 0.0, articulation_rad=ANGLE, articulation_rate_radps=RATE,
        trailer_length_m=9.0, hitch_x_m=PIN_X_M,
    )  # fmt: skip
    trailer = Thing("trailer", no_scatterers(), rig.boxes, rig.mirrors[-2:])
    made = samples(path, World(), own=trailer)
    assert left_db(made, all_four(in_the_trailer, -0.95)) == pytest.approx(0.0, abs=0.05)
    assert left_db(made, [(point, point, 1.0)]) > 1.0
