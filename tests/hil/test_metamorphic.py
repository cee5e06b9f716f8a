"""What must not matter does not: order of radars and packets, ADC scale, what lies beyond the range.

One short turn with raw samples, driven again with one thing changed. The mirrored world is in
test_closed_loop.py and, with raw samples, in tests/system/test_near_side_turn.py.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby
from pathlib import Path

import numpy as np

from edge_controller.config import shipped_fit
from edge_controller.record import plain
from hil.buses import in_memory
from hil.closed_loop import Loop
from hil.encounter import Encounter, near_side_turn
from hil.gateway_host import CPythonGateway
from hil.moment import Moment
from hil.pace import Move
from hil.path import Spot
from hil.road_user import of_kind
from hil.runlog import RunLog
from hil.sensor_script import SensorScript
from hil.statics import Parked
from radar_sim import Losses, Perturb, Sensor

VIN = "LNS8X4TP0T1000001"
SEED = 1
RADARS = ("corner", "front")
TRUCK_MPS = 15 / 3.6
FRAME_S = 0.05
HEADER_BYTES = 10  # of a DCA1000 packet
LADDER = ["inform", "warn", "prepare", "full", "hold"]


def turn(fit: Path) -> Encounter:
    """Full braking after some 2.4 s, standstill 1.5 s later."""
    return near_side_turn(
        fit, turn_after_s=2.2, signal_before_turn_s=1.5, cyclist_behind_front_m=6.0, duration_s=4.0
    )


@dataclass(frozen=True)
class Drive:
    """Every byte of it, and its ladder."""

    log: RunLog
    told: str

    def edge(self) -> list[tuple[float, str]]:
        """When it asks for what."""
        return changes((tick.t_s, tick.edge_state) for tick in self.log.ticks)

    def gateway(self) -> list[tuple[float, str]]:
        """When it grants what."""
        return changes((tick.t_s, tick.gateway_state) for tick in self.log.ticks)


def changes(states: Iterable[tuple[float, str]]) -> list[tuple[float, str]]:
    return [next(same) for _, same in groupby(states, key=lambda one: one[1])]


def drive(encounter: Encounter) -> Drive:
    frames: list[str] = []

    def on_can(bus: str, message: object) -> None:
        frames.append(f"{bus} {message}")

    with CPythonGateway(**encounter.gateway_settings()) as gateway:
        log = Loop(encounter, SEED, gateway, VIN, Perturb(SEED), on_can, buses=in_memory).run()
    return Drive(log, json.dumps([frames, plain(log.steps), plain(log.ticks)]))


@cache
def unchanged() -> Drive:
    return drive(turn(shipped_fit("demo")))


def with_radars(folder: Path, names: tuple[str, ...], offset_ms: float = 16.7) -> Encounter:
    """The demo's fit with its radars in that order, the front one so long after the corner one."""
    top, *radars = shipped_fit("demo").read_text(encoding="utf-8").split("[[radar]]")
    by_name = {name: one for name in RADARS for one in radars if f'name = "{name}"' in one}
    text = top + "".join(f"[[radar]]{by_name[name]}\n" for name in names)
    assert "frame_offset_ms = 16.7" in text
    path = folder / f"{'_'.join(names)}.toml"
    path.write_text(text.replace("frame_offset_ms = 16.7", f"frame_offset_ms = {offset_ms}"), "utf-8")
    return turn(path)


def check_same_ladder(changed: Drive) -> None:
    """The same states in the same order, each at most a frame earlier or later."""
    assert changed.told != unchanged().told
    for first, second in (
        (unchanged().edge(), changed.edge()),
        (unchanged().gateway(), changed.gateway()),
    ):
        assert [state for _, state in first] == [state for _, state in second]
        apart_s = [abs(one[0] - other[0]) for one, other in zip(first, second, strict=True)]
        assert max(apart_s) <= FRAME_S + 1e-9


def test_the_drive_climbs_the_whole_ladder() -> None:
    assert [state for _, state in unchanged().gateway()] == ["off", "standby", *LADDER]


def test_the_order_of_the_radars_in_the_fit_changes_no_byte(tmp_path: Path) -> None:
    assert drive(with_radars(tmp_path, ("front", "corner"))).told == unchanged().told


def test_the_order_of_two_radars_at_one_moment_changes_no_byte(tmp_path: Path) -> None:
    """Also of what is wrong with both: a receiver of each dies while the truck is braked."""
    dead = SensorScript(Sensor(dead_rx=(1,), stuck=0), when=Moment(at_s=2.8))
    scripts = {name: replace(dead, radar=name) for name in RADARS}
    encounters = (with_radars(tmp_path, names, 0.0) for names in (RADARS, RADARS[::-1]))
    first, second = (drive(replace(one, sensors=scripts)) for one in encounters)
    assert first.told == second.told
    assert "full" in {state for _, state in first.gateway()}
    assert {"corner", "front"} <= set(" ".join(first.log.steps[-1].faults).replace(":", "").split())


def test_the_order_of_packets_changes_no_byte() -> None:
    shuffled = SensorScript(losses=Losses(reorder_depth=16, reorder_probability=0.5))
    encounter = turn(shipped_fit("demo"))
    sensors = {name: replace(shuffled, radar=name) for name in RADARS}
    assert drive(replace(encounter, sensors=sensors)).told == unchanged().told


class Louder(SensorScript):
    """A converter with half the volts to a step: each sample twice as large, to the end of its numbers."""

    def arriving(
        self, packets: list[bytes], since_s: float, t_s: float, draw: tuple[int, int]
    ) -> list[bytes]:
        arrived = super().arriving(packets, since_s, t_s, draw)
        return [packet[:HEADER_BYTES] + doubled(packet[HEADER_BYTES:]) for packet in arrived]


def doubled(payload: bytes) -> bytes:
    samples = np.frombuffer(payload, "<i2").astype(np.int32) * 2
    return samples.clip(-32768, 32767).astype("<i2").tobytes()


def test_twice_the_adc_scale_changes_no_state_by_more_than_a_frame() -> None:
    encounter = turn(shipped_fit("demo"))
    sensors = {name: Louder(radar=name) for name in RADARS}
    check_same_ladder(drive(replace(encounter, sensors=sensors)))


def test_what_is_beyond_the_usable_range_changes_no_state_by_more_than_a_frame() -> None:
    """A truck 40 m behind the corner radar at our speed: it measures to 42.8 m and may use 38.5 m of them;
    another stands where the front radar never measures, beyond 18.7 m."""
    encounter = turn(shipped_fit("demo"))
    behind = of_kind("tipper", Spot(-45.4, -3.0, 0.0), (Move(0.0, TRUCK_MPS),))
    ahead = Parked("tipper", 40.0, -4.0, 0.0)
    changed = drive(replace(encounter, users=(*encounter.users, behind), statics=(*encounter.statics, ahead)))
    assert strongest_db(changed) > strongest_db(unchanged()) + 10.0
    check_same_ladder(changed)


def strongest_db(driven: Drive) -> float:
    """Of all that was detected beyond the usable range."""
    found = (one for step in driven.log.steps for one in step.detections)
    return max(one.snr_db for one in found if one.range_m > 38.5)
