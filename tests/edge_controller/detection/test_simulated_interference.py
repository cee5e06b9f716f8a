"""The simulator's other radars, with real levels, before a truck that stands and two people beside it."""

import math
from pathlib import Path

from edge_controller.config import load_fit, shipped_fit
from edge_controller.detection import Detector
from edge_controller.detection.interference import repair
from edge_controller.messages import Detection, RadarFrame
from radar_sim import Interferer, Perturb, RadarSimulator, Scene, TruckPose, World, adult, scene_of

FIT = Path(shipped_fit("demo"))
RADAR = load_fit(FIT).radar("corner")
STANDING = TruckPose(0.0, 0.0, 0.0, 0.0, 0.0, -7.125)
PEOPLE = (adult(-4.0, -3.5, 0.0, 1.2, 0.0), adult(-9.0, -4.5, 0.0, 0.0, 0.0, seed=2))
MIDDLE_S, RAMP_BEGINS_S = 18e-6, 4e-6


def other(range_m: float, slope: float, bearing_deg: float, period_s: float) -> Interferer:
    """Of 20 dBm, crossing ours in mid-ramp in the first chirp, a little later or sooner in each next one."""
    bearing = RADAR.yaw_rad + math.radians(bearing_deg)
    x_m, y_m, z_m = RADAR.position_m
    place = (x_m + range_m * math.cos(bearing), y_m + range_m * math.sin(bearing), z_m)
    since_s = MIDDLE_S - RAMP_BEGINS_S
    start_hz = 76.1e9 + (35e12 - slope) * since_s
    return Interferer(place, 20.0, start_hz, slope, 31e-6, period_s, RAMP_BEGINS_S)


OTHERS = (
    other(40.0, 50e12, 10.0, 35.58e-6),
    other(12.0, 10e12, 35.0, 35.7e-6),
    other(60.0, 45e12, 0.0, 35.5e-6),
)


def scene(*interferers: Interferer) -> Scene:
    return scene_of(STANDING, *PEOPLE, world=World(interferers=interferers))


def among(one: Detection, others: tuple[Detection, ...]) -> bool:
    return any(
        abs(one.range_m - other.range_m) < 0.3 and abs(one.range_rate_mps - other.range_rate_mps) < 0.6
        for other in others
    )


def test_three_radars_at_12_to_60_m_change_nothing_that_is_seen() -> None:
    sim = RadarSimulator(FIT, 1, perturb=Perturb(1))
    words = [sim.frame("corner", 0, scene(*who)).samples for who in ((), OTHERS)]
    clean, hit = (Detector(RADAR).detect(RadarFrame("corner", 0, 0.0, samples)) for samples in words)
    assert repair(words[1], RADAR).hit.mean() > 0.03
    assert len(clean) > 5
    assert all(among(one, hit) for one in clean)
    assert all(among(one, clean) for one in hit)
