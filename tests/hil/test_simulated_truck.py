"""The yard truck is honest: sound ones pass whatever the seed and side, a turned radar is found as turned."""

from pathlib import Path

import pytest

from edge_controller.config import load_fit, shipped_fit
from edge_controller.install.alignment import align, alignment_of
from edge_controller.install.flash import flash
from edge_controller.install.image import SignedSettings, firmware_sha256
from edge_controller.install.pulse import brake_pulse
from edge_controller.install.truck import GatewayDeadError, Order
from edge_controller.install.wiring import judge, watch
from edge_controller.messages import Side
from edge_controller.registration.checks import is_aligned, is_as_asked, is_quick
from hil.simulated_truck import Faults, SimulatedTruck
from radar_sim import Perturb, RadarSimulator

VIN = "LNS8X4TP0T1000001"


def truck(folder: Path, side: Side = "right", **faults: object) -> SimulatedTruck:
    fit = load_fit(shipped_fit("demo"), side)
    return SimulatedTruck(Order(fit, VIN, folder), Faults(**faults))  # type: ignore[arg-type]


def flashed(made: SimulatedTruck, side: Side = "right", released: bool = False) -> None:
    with made.service() as port:
        flash(port, SignedSettings(released, side, 250_000))


@pytest.mark.parametrize(("seed", "side"), [(1, "right"), (2, "left"), (9, "right")])
def test_a_sound_truck_passes_every_check(tmp_path: Path, seed: int, side: Side) -> None:
    fit = load_fit(shipped_fit("demo"), side)
    made = truck(tmp_path, side, seed=seed)
    flashed(made, side)
    assert made.start().firmware_sha256 == firmware_sha256()
    looks = watch(made, fit, lambda _text: None, lambda _heard: None)
    assert [one.signal for one in judge(looks, fit) if not one.is_good] == []
    found = alignment_of(align(made, fit, lambda _text: None, lambda _radar, _seen: None))
    assert is_aligned(found)
    pulse = brake_pulse(made, fit, lambda _text: None, lambda _heard: None)
    assert is_quick(pulse)
    assert is_as_asked(pulse)
    made.close()


@pytest.mark.parametrize("turned_deg", [-6.0, -3.0, 0.0, 3.0, 6.0])
def test_the_yaw_error_found_is_the_one_that_is_there(tmp_path: Path, turned_deg: float) -> None:
    """Against the simulator's own word; 4 cm of place and 20 degrees of channel phase are left."""
    fit = load_fit(shipped_fit("demo"))
    made = truck(tmp_path, seed=4, radar_yaw_error_deg=turned_deg)
    corner, front = align(made, fit, lambda _text: None, lambda _radar, _seen: None)
    true = RadarSimulator(shipped_fit("demo"), 4, perturb=Perturb(4)).perturbation
    deg = 57.29577951308232
    assert corner.yaw_error_rad * deg == pytest.approx(turned_deg + true["corner"]["yaw_deg"], abs=1.0)
    assert front.yaw_error_rad * deg == pytest.approx(true["front"]["yaw_deg"], abs=1.0)


def test_virtual_time_repeats_to_the_bit(tmp_path: Path) -> None:
    runs = []
    for name in ("one", "two"):
        made = truck(tmp_path / name, seed=3)
        flashed(made)
        made.start()
        made.move("roll")
        runs.append([(heard.t_s, heard.bus, bytes(heard.message.data)) for heard in made.advance(3.0)])
        made.close()
    assert runs[0] == runs[1]
    assert {bus for _, bus, _ in runs[0]} == {"vehicle", "private"}


def test_a_gateway_without_firmware_is_dead_and_said_so(tmp_path: Path) -> None:
    with pytest.raises(GatewayDeadError, match="interpreter failed"):
        truck(tmp_path).start()


def test_a_spoilt_image_is_dead_and_said_so(tmp_path: Path) -> None:
    made = truck(tmp_path)
    flashed(made)
    file = tmp_path / "board" / "a" / "firmware" / "rules.py"
    file.write_text(file.read_text().replace("1500", "9500"))
    with pytest.raises(GatewayDeadError, match="self-test"):
        made.start()
