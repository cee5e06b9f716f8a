"""Truth against geometry typed here."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radar_sim import Scatterers, SceneError, Thing, TruckPose, cyclist, no_scatterers
from radar_sim.propagation import own_thing, traced
from radar_sim.scene.scene import scene_of
from tests.radar_sim.bench import DEMO, NO_SLIP_X_M
from tests.radar_sim.propagation.side import fit, simulator, thing, view, wall

EYES = [view(DEMO, 0), view(DEMO, 1)]
PLACES = [(-0.25, -1.30, 1.05, -140.0), (0.05, 0.40, 0.70, -8.0)]


def truck_at(truck: TruckPose, t_s: float) -> tuple[np.ndarray, float]:
    """Origin and heading by small steps of the way."""
    x = truck.x_m + truck.no_side_slip_x_m * math.cos(truck.heading_rad)
    y = truck.y_m + truck.no_side_slip_x_m * math.sin(truck.heading_rad)
    heading, steps = truck.heading_rad, 400
    for _ in range(steps):
        heading += truck.yaw_rate_radps * t_s / steps / 2
        x += truck.speed_mps * math.cos(heading) * t_s / steps
        y += truck.speed_mps * math.sin(heading) * t_s / steps
        heading += truck.yaw_rate_radps * t_s / steps / 2
    away = -truck.no_side_slip_x_m
    return np.array([x + away * math.cos(heading), y + away * math.sin(heading)]), heading


@settings(max_examples=25)
@given(
    number=st.sampled_from([0, 1]), heading=st.floats(-3, 3), yaw_rate=st.floats(-0.4, 0.4),
    speed=st.floats(0, 12), x=st.floats(-30, 30), y=st.floats(-30, 30), up=st.floats(0, 2),
    vx=st.floats(-10, 10), vy=st.floats(-10, 10),
)  # fmt: skip
def test_range_bearing_and_radial_speed_are_those_of_the_middle_of_the_frame(
    number: int,
    heading: float,
    yaw_rate: float,
    speed: float,
    x: float,
    y: float,
    up: float,
    vx: float,
    vy: float,
) -> None:
    truck = TruckPose(2.0, -1.0, heading, speed, yaw_rate, NO_SLIP_X_M)
    what = Thing("it", no_scatterers(), place_m=(x, y, up), heading_rad=0.7, velocity_mps=(vx, vy, 0.0))
    (seen,) = traced(scene_of(truck, what), own_thing(no_scatterers()), EYES[number]).truth
    t_s = float(EYES[number].times_s[64])
    mx, my, mz, yaw_deg = PLACES[number]

    def mount(at_s: float) -> np.ndarray:
        origin, turned = truck_at(truck, at_s)
        cos, sin = math.cos(turned), math.sin(turned)
        return np.array([origin[0] + cos * mx - sin * my, origin[1] + sin * mx + cos * my, mz])

    def away(at_s: float) -> np.ndarray:
        return np.array([x + vx * at_s, y + vy * at_s, up]) - mount(at_s)

    distance = np.linalg.norm(away(t_s))
    assert seen.name == "it"
    assert seen.place_m == pytest.approx((x + vx * t_s, y + vy * t_s, up))
    assert (seen.heading_rad, seen.velocity_mps) == (0.7, (vx, vy, 0.0))
    assert seen.range_m == pytest.approx(distance, abs=1e-4)
    bearing = math.atan2(away(t_s)[1], away(t_s)[0]) - truck_at(truck, t_s)[1] - math.radians(yaw_deg)
    if distance > 0.5:
        assert math.remainder(seen.azimuth_rad - bearing, 2 * math.pi) == pytest.approx(0.0, abs=1e-3)
        dt = 1e-3
        rate = (np.linalg.norm(away(t_s + dt)) - np.linalg.norm(away(t_s - dt))) / (2 * dt)
        assert seen.radial_speed_mps == pytest.approx(rate, abs=0.01)
    assert seen.visible == 0.0  # it has no cross section


def test_the_visible_share_is_weighted_by_cross_section(tmp_path: Path) -> None:
    places = np.array([[-0.25, -5.0, 1.0], [-0.25, 5.0, 1.0]])  # before the radar, and behind the truck
    two = thing("two", Scatterers(places, np.zeros((2, 3)), np.array([3.0, 1.0])))
    (seen,) = traced(
        scene_of(TruckPose(0, 0, 0, 0, 0, NO_SLIP_X_M), two), own_thing(no_scatterers()), view(fit(tmp_path))
    ).truth
    assert seen.visible == pytest.approx(0.75)


def test_every_frame_carries_the_truth_of_its_things_in_order(tmp_path: Path) -> None:
    sim = simulator(fit(tmp_path))
    still = TruckPose(0, 0, 0, 0, 0, NO_SLIP_X_M)
    rider = cyclist(1.0, -5.0, 0.0, 4.0, 0.0)
    mirror = thing("wall", no_scatterers(), mirrors=(wall(-8.0),))
    aside = thing("wall aside", no_scatterers(), mirrors=(wall(-8.0, from_x_m=3.0),))
    frame = sim.frame("corner", 0, scene_of(still, rider, mirror, aside))
    assert [seen.name for seen in frame.truth] == ["cyclist", "wall", "wall aside"]
    assert [seen.visible for seen in frame.truth] == [
        pytest.approx(1.0),
        1.0,
        0.0,
    ]  # a wall alone glints or not
    assert sim.frame("corner", 0, scene_of(still)).truth == ()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("place_m", (0.0, math.nan, 0.0)),
        ("velocity_mps", (math.inf, 0.0, 0.0)),
        ("velocity_mps", (1.0, 0.0)),
        ("heading_rad", math.nan),
    ],
)
def test_a_thing_of_no_finite_pose_or_speed_is_refused_by_name(key: str, value: object) -> None:
    with pytest.raises(SceneError) as error:
        Thing("tram 3", no_scatterers(), **{key: value})  # type: ignore[arg-type]
    assert str(error.value).startswith(f"thing tram 3: {key} is {value!r}, not ")
