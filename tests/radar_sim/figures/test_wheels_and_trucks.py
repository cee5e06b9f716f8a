"""What turns: wheels of others and our own, the mixer's drum, the trailer."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radar_sim import Scatterers, Scene, Thing, no_scatterers, scene_of
from radar_sim.figures import own_truck
from radar_sim.figures.truck import mixer, muck_tipper
from radar_sim.figures.vehicles import car
from radar_sim.fit import load_fit
from radar_sim.scene.scatterers import chosen
from radar_sim.scene.scene import TruckPose
from tests.radar_sim.bench import (
    CHIRP_S,
    CORNER,
    DEMO,
    LOOPS,
    NO_SLIP_X_M,
    SAMPLES,
    STANDING,
    C,
    plain,
    samples,
)

MIXER = DEMO.with_name("mixer.toml")
CENTRE_HZ = 76.10e9 + 35e12 * (5.0e-6 + 12.75e-6)
CELL_MPS = C / CENTRE_HZ / 2 / (LOOPS * 2 * CHIRP_S)


def moving_in(points: Scatterers, velocity: np.ndarray) -> np.ndarray:
    """Which points move otherwise than the whole."""
    return np.linalg.norm(points.velocity_mps - velocity, axis=1) > 1e-9


@settings(max_examples=20)
@given(speed=st.floats(0.5, 25.0), t_s=st.floats(0.0, 50.0), heading=st.floats(-3.0, 3.0))
@pytest.mark.parametrize(("figure", "radius_m"), [(car, 0.32), (muck_tipper, 0.54), (mixer, 0.54)])
def test_rims_of_others_move_at_zero_to_twice_the_speed(
    figure: object, radius_m: float, speed: float, t_s: float, heading: float
) -> None:
    thing = figure(2.0, -5.0, heading, speed, t_s, **({"drum_rpm": 0.0} if figure is mixer else {}))  # type: ignore[operator]
    ahead = np.array([math.cos(heading), math.sin(heading), 0.0])
    points = thing.scatterers
    rims = chosen(points, moving_in(points, speed * ahead))
    along = rims.velocity_mps @ ahead
    assert along.min() >= -1e-9
    assert along.max() <= 2 * speed * (1 + 1e-9)
    # A tread point at height z over ground runs ahead at v z / a, whatever the wheel's radius.
    assert along == pytest.approx(speed * rims.position_m[:, 2] / radius_m, rel=1e-6, abs=1e-9)
    assert np.ptp(along) > 1.2 * speed


@settings(max_examples=20)
@given(speed=st.floats(0.5, 25.0), t_s=st.floats(0.0, 50.0))
def test_own_rims_move_at_minus_to_plus_the_speed_about_a_resting_hub(speed: float, t_s: float) -> None:
    points = own_truck(load_fit(DEMO), speed, t_s).scatterers
    rims = chosen(points, moving_in(points, np.zeros(3)))
    along = rims.velocity_mps[:, 0]
    assert np.abs(along).max() <= speed * (1 + 1e-9)
    assert along.max() > 0.9 * speed
    assert along.min() < -0.9 * speed
    assert along == pytest.approx(speed * (rims.position_m[:, 2] - 0.54) / 0.54, abs=1e-6)


def rates_seen(thing: Thing | None, own: Thing | None, truck: TruckPose) -> np.ndarray:
    """Rates of all lines within 30 dB of the strongest, m/s; noise taken off by an equal frame without."""
    with_it = Scene(truck, no_scatterers(), (thing,) if thing else (), own=own)
    without = Scene(truck, no_scatterers(), own=Thing("none", no_scatterers()))
    signal = samples(plain(), "corner", with_it) - samples(plain(), "corner", without)
    ranges = np.fft.fft(signal * np.blackman(SAMPLES), axis=3)
    level = (np.abs(ranges) ** 2).sum(axis=(0, 1, 2))
    ranges = ranges[..., level > 1e-2 * level.max()]
    spectrum = np.fft.fft(ranges * np.blackman(LOOPS)[:, None, None, None], axis=0)
    power = (np.abs(spectrum) ** 2).sum(axis=(1, 2, 3))
    lines = np.fft.fftfreq(LOOPS) * LOOPS * CELL_MPS
    return np.sort(lines[power > 1e-3 * power.max()])


@pytest.mark.parametrize("figure", [car, muck_tipper])
def test_rims_of_others_spread_over_doppler_from_zero_to_twice_the_speed(figure: object) -> None:
    heading, speed = CORNER[1], 5.0
    at = np.array(CORNER[0][:2]) + 9.0 * np.array([math.cos(heading), math.sin(heading)])
    thing = figure(at[0], at[1], heading, speed, 1.0)  # type: ignore[operator]
    turning = moving_in(thing.scatterers, speed * np.array([math.cos(heading), math.sin(heading), 0.0]))
    rims = Thing("rims", chosen(thing.scatterers, turning))
    seen = rates_seen(rims, None, STANDING)
    assert seen.min() == pytest.approx(0.0, abs=4 * CELL_MPS)
    assert seen.max() == pytest.approx(2 * speed, abs=4 * CELL_MPS)


@pytest.mark.parametrize("yaw_rate", [0.0, 0.2])
def test_own_rims_spread_over_doppler_from_minus_to_plus_the_speed(yaw_rate: float) -> None:
    """Those of the bogie, to which the sight along the flank is level within 10 degrees."""
    speed = 5.0
    truck = TruckPose(3.0, 2.0, 0.4, speed, yaw_rate, NO_SLIP_X_M)
    own = own_truck(load_fit(DEMO), speed, 1.0)
    turning = moving_in(own.scatterers, np.zeros(3)) & (own.scatterers.position_m[:, 0] < -5.5)
    seen = rates_seen(None, Thing("rims", chosen(own.scatterers, turning)), truck)
    assert seen.min() == pytest.approx(-speed, abs=4 * CELL_MPS)
    assert seen.max() == pytest.approx(speed, abs=4 * CELL_MPS)


def test_front_wheels_are_steered_and_rear_wheels_are_not() -> None:
    straight, steered = (
        own_truck(load_fit(DEMO), 5.0, 1.0, steer_rad=angle).scatterers for angle in (0.0, -0.4)
    )
    turned = np.linalg.norm(steered.velocity_mps - straight.velocity_mps, axis=1) > 1e-9
    front_x_m = (-1.45, -1.45 - 1.9)  # first two axles of an 8x4
    for x_m in steered.position_m[turned, 0]:
        assert min(abs(x_m - front) for front in front_x_m) < 0.55
    assert turned.sum() == 2 * 2 * 8
    away = steered.velocity_mps[turned]
    assert away[:, 1] == pytest.approx(away[:, 0] * math.tan(-0.4), abs=1e-9)


@pytest.mark.parametrize("rpm", [3.0, 6.0, -12.0])
def test_blades_circle_the_inclined_axis_at_omega_times_radius(rpm: float) -> None:
    still, turning = (mixer(0.0, 0.0, 0.0, 0.0, 0.0, drum_rpm=value).scatterers for value in (0.0, rpm))
    blades = moving_in(turning, np.zeros(3))
    assert blades.sum() == 28
    place, speed = turning.position_m[blades], turning.velocity_mps[blades]
    assert np.array_equal(place, still.position_m[blades])
    # The axis of an untilted turn is where acceleration = -omega^2 (place - axis).
    omega = rpm * 2 * math.pi / 60
    arm = -turning.acceleration_mps2[blades] / omega**2
    axis_m = place - arm
    assert np.linalg.norm(speed, axis=1) == pytest.approx(abs(omega) * np.linalg.norm(arm, axis=1))
    assert np.sum(speed * arm, axis=1) == pytest.approx(0.0, abs=1e-9)
    along = axis_m - axis_m[0]
    rise = np.degrees(np.arctan2(np.ptp(along[:, 2]), np.ptp(along[:, 0])))
    assert 5.0 < rise < 20.0
    assert axis_m[:, 1] == pytest.approx(0.0, abs=1e-9)
    assert np.linalg.norm(arm, axis=1).max() == pytest.approx(1.23, abs=0.01)


def test_the_drum_is_back_after_a_minute_by_its_rpm() -> None:
    rpm = 4.5
    places = [
        mixer(0.0, 0.0, 0.0, 0.0, t_s, drum_rpm=rpm).scatterers.position_m
        for t_s in (2.0, 2.0 + 60 / rpm, 2.0 + 30 / rpm)
    ]
    assert places[1] == pytest.approx(places[0], abs=1e-9)
    assert np.abs(places[2] - places[0]).max() > 2.0  # half a turn: across the drum


def test_only_a_mixer_has_a_drum() -> None:
    counts = {
        fit.stem: moving_in(own_truck(load_fit(fit), 0.0, 0.0).scatterers, np.zeros(3)).sum()
        for fit in (DEMO, MIXER)
    }
    assert counts == {"demo": 0, "mixer": 28}


@pytest.mark.parametrize("rate", [0.2, -0.35])
@pytest.mark.parametrize("angle", [0.0, 0.3])
def test_the_trailers_side_comes_on_with_yaw_rate_times_distance(rate: float, angle: float) -> None:
    """0.2 rad/s 8 m behind the pin: 1.6 m/s, square to the side."""
    own = own_truck(
        load_fit(DEMO), 5.0, 1.0, articulation_rad=angle, articulation_rate_radps=rate, trailer_length_m=12.0
    )
    pin = np.array([-7.125, 0.0])
    outward = np.array([math.sin(angle), -math.cos(angle)])  # of the right side
    side = next(mirror for mirror in own.mirrors if mirror.yaw_rate_radps != 0)
    middle = (np.array(side.start_m) + np.array(side.end_m)) / 2
    behind_m = float((middle - pin) @ -np.array([math.cos(angle), math.sin(angle)]))
    assert behind_m == pytest.approx(12.0 / 2 - 1.2)
    assert np.dot(side.velocity_mps, outward) == pytest.approx(rate * behind_m)
    assert side.yaw_rate_radps == rate
    furthest = own.scatterers.position_m[:, :2] - pin
    tail = np.argsort(furthest @ -np.array([math.cos(angle), math.sin(angle)]))[-4:]
    along_m = furthest[tail] @ -np.array([math.cos(angle), math.sin(angle)])
    assert along_m == pytest.approx(12.0 - 1.2)
    assert own.scatterers.velocity_mps[tail, :2] @ outward == pytest.approx(rate * along_m)


def test_the_trailer_swings_as_its_derivatives_say() -> None:
    def at(t_s: float) -> Scatterers:
        angle = 0.2 + 0.4 * t_s
        return own_truck(
            load_fit(DEMO),
            0.0,
            0.0,
            articulation_rad=angle,
            articulation_rate_radps=0.4,
            trailer_length_m=10.0,
        ).scatterers

    now, t_s = at(0.0), 0.02
    cubic = now.position_m + t_s * (
        now.velocity_mps + t_s * (now.acceleration_mps2 / 2 + t_s * now.jerk_mps3 / 6)
    )
    assert at(t_s).position_m == pytest.approx(cubic, abs=1e-7)


def test_the_own_trucks_mirrors_are_clear_of_radars_and_face_outwards() -> None:
    own = own_truck(load_fit(DEMO), 5.0, 1.0)
    assert own.boxes == ()  # the box of the fit is always there
    near = [mirror for mirror in own.mirrors if mirror.start_m[1] < 0]
    assert max(max(mirror.start_m[0], mirror.end_m[0]) for mirror in near) == pytest.approx(-0.25 - 0.6)
    far = [mirror for mirror in own.mirrors if mirror.start_m[1] > 0]
    assert max(mirror.end_m[0] for mirror in far) == 0.0
    for mirror in own.mirrors:
        along = np.subtract(mirror.end_m, mirror.start_m)
        assert along[0] * mirror.start_m[1] > 0  # the left hand is outwards


def test_the_trailers_box_turns_with_it() -> None:
    (box,) = own_truck(
        load_fit(DEMO), 5.0, 1.0, articulation_rad=0.3, trailer_length_m=12.0, hitch_x_m=-9.0
    ).boxes
    away_m = 12.0 / 2 - 1.2
    assert (box.x_m, box.y_m) == pytest.approx((-9.0 - away_m * math.cos(0.3), -away_m * math.sin(0.3)))
    assert (box.heading_rad, box.length_m) == pytest.approx((0.3, 11.9))


def test_the_scenes_own_truck_takes_the_place_of_the_simulators_flank() -> None:
    truck = TruckPose(0.0, 0.0, 0.0, 5.0, 0.0, NO_SLIP_X_M)
    bare = scene_of(truck, own=Thing("none", no_scatterers()))
    full = scene_of(truck, own=own_truck(load_fit(DEMO), 5.0, 0.0))
    frames = [plain().frame("corner", 0, scene).samples for scene in (scene_of(truck), bare, full)]
    assert np.array_equal(frames[0], frames[1])  # `plain` has no flank
    assert not np.array_equal(frames[2], frames[1])
