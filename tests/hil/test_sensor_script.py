"""Radars that wear while driving: clean before, worn from the moment on, and packets that never come."""

from dataclasses import replace

import numpy as np

from edge_controller.config import shipped_fit
from edge_controller.messages import RadarFrame
from hil.buses import in_memory
from hil.closed_loop import Loop, _is_misplaced
from hil.commissioning import refuses
from hil.encounter import Encounter, near_side_turn
from hil.gateway_host import CPythonGateway
from hil.moment import Moment
from hil.scene import RadarScene
from hil.sensor_script import SensorScript
from hil.world import World
from radar_sim import Fascia, Losses, Sensor, SimulatedFrame

VIN = "LNEARSIDE00000001"


def encounter(**keys: object) -> Encounter:
    script = SensorScript(radar="front", **keys)  # type: ignore[arg-type]
    plain = near_side_turn(shipped_fit("demo"))
    return replace(plain, statics=(), sensors={"front": script} if keys else {})


def frame(made: Encounter, index: int, name: str = "front") -> SimulatedFrame:
    scene, world = RadarScene(made, 1, None), World(made)
    t_us = scene.start_us(name, index)
    pose = world.advance(t_us)
    scene.notice(t_us * 1e-6, None)
    return scene.frame(name, index, pose, world.stances(t_us))


def test_a_receiver_dies_at_its_moment_and_only_on_its_radar() -> None:
    worn = encounter(sensor=Sensor(dead_rx=(2,), stuck=7), when=Moment(at_s=0.5))
    early, late = frame(worn, 2).samples, frame(worn, 20).samples
    assert np.array_equal(early, frame(encounter(), 2).samples)
    assert (late[:, 2] == 7).all()
    assert np.array_equal(late[:, 0], frame(encounter(), 20).samples[:, 0])
    assert np.array_equal(frame(worn, 20, "corner").samples, frame(encounter(), 20, "corner").samples)


def test_packets_are_lost_from_the_moment_on_the_same_each_time() -> None:
    script = SensorScript(losses=Losses(0.2), radar="front", when=Moment(at_s=1.0))
    packets = [bytes([n]) for n in range(200)]
    arrived = script.arriving(packets, 1.0, 1.2, (3, 24))
    assert (
        arrived == script.arriving(packets, 1.0, 1.2, (3, 24)) != script.arriving(packets, 1.0, 1.2, (3, 25))
    )
    assert set(arrived) < set(packets)
    assert 120 < len(arrived) < 190


def test_a_stall_is_nothing_at_all_and_ends() -> None:
    script = SensorScript(silent_for_s=0.3, radar="front")
    assert script.arriving([b"a"], 1.0, 1.29, (1, 0)) == []
    assert script.arriving([b"a"], 1.0, 1.3, (1, 0)) == [b"a"]


def test_a_shifted_sample_is_told_from_a_gap() -> None:
    raw = frame(encounter(), 0)
    whole = RadarFrame("front", 0, 0.0, raw.samples.copy())
    assert not _is_misplaced(raw, whole)
    gap = raw.samples.copy()
    gap[3] = 0
    assert not _is_misplaced(raw, RadarFrame("front", 0, 0.0, gap, lost_packets=4))
    assert _is_misplaced(raw, RadarFrame("front", 0, 0.0, gap))
    shifted = np.roll(raw.samples, 1, axis=0)
    assert _is_misplaced(raw, RadarFrame("front", 0, 0.0, shifted, lost_packets=4))
    assert _is_misplaced(raw, RadarFrame("front", 1, 0.0, raw.samples))


def test_commissioning_refuses_a_radar_that_looks_elsewhere_and_no_other() -> None:
    """IC-11: at most 4 degrees."""
    assert not refuses(encounter(sensor=Sensor(yaw_deg=0.5)))
    assert refuses(encounter(sensor=Sensor(yaw_deg=6.0)))
    assert refuses(encounter(sensor=Sensor(yaw_deg=-132.0)))


def test_a_frame_between_two_ticks_is_not_before_the_script_that_spoils_it() -> None:
    """The front radar's frame at 0.7167 s is spoilt from its first sample on; the next tick is at 0.72 s."""
    loud = Sensor(fascia=Fascia(range_m=0.05, power_dbm=-10.0))
    worn = replace(encounter(sensor=loud, when=Moment(at_s=0.7131)), duration_s=0.8)
    with CPythonGateway(**worn.gateway_settings()) as gateway:
        log = Loop(worn, 1, gateway, VIN, None, buses=in_memory).run()
    (began_s,) = [one.t_s for one in log.incidents if one.what == "radar_front"]
    named_s = next(step.t_s for step in log.steps if step.faults)
    assert 0.7131 <= began_s < named_s < 0.72
