"""A worn sensor in the rain among other radars, mirrored to the left: the same samples, bit for bit."""

from dataclasses import replace

import numpy as np
import pytest

from radar_sim import (
    Drift,
    Fascia,
    Film,
    IfFilter,
    Interferer,
    Patterns,
    Perturb,
    PhaseNoise,
    RadarSimulator,
    Sensor,
    TruckPose,
    World,
    cyclist,
    scene_of,
)
from tests.radar_sim.bench import DEMO, NO_SLIP_X_M

ANGLES = np.array([-90.0, -20.0, 10.0, 90.0])
PATTERNS = Patterns(
    ANGLES, np.array([[-9.0, -1.0, 0.0, -12.0]] * 2), np.array([[-8.0, 0.0, -1.0, -11.0]] * 4)
)
WORN = Sensor(
    patterns=PATTERNS,
    films=(Film(6.0, sector_deg=(5.0, 60.0), rx=(1, 2), tx_phase_deg=(0.0, 20.0)),),
    fascia=Fascia(),
    phase_noise=PhaseNoise(),
    if_filter=IfFilter(),
    temperature_k=320.0,
    drift=Drift(),
    yaw_deg=1.5,
    pitch_deg=-0.5,
)


def samples(side: str, modulation: str, name: str, index: int) -> np.ndarray:
    sign = -1.0 if side == "right" else 1.0
    sensors = dict.fromkeys(("corner", "front"), replace(WORN, modulation=modulation))
    sim = RadarSimulator(DEMO, 3, side, Perturb(8), sensors=sensors)
    other = Interferer((9.0, sign * 6.0, 0.7), 25.0, 76.3e9, 25e12, 41e-6, 47e-6)
    world = World(rain_mm_per_h=30.0, wind_mps=(3.0, sign * 2.0), interferers=(other,))
    truck = TruckPose(0.4, sign * 0.7, sign * 0.31, 4.17, sign * 0.3473, NO_SLIP_X_M)
    rider = cyclist(-5.0, sign * 3.27, sign * 0.05, 5.0, 0.3, seed=2, near_side=side)
    return sim.frame(name, index, scene_of(truck, rider, world=world)).samples


@pytest.mark.parametrize("modulation", ["tdm", "bpm", "ddm"])
@pytest.mark.parametrize("name", ["corner", "front"])
def test_mirrored_wear_gives_the_same_bits(modulation: str, name: str) -> None:
    right, left = (samples(side, modulation, name, 2) for side in ("right", "left"))
    assert np.array_equal(right, left)
    assert right.std() > 5
