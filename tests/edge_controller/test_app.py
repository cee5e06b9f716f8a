"""The service loop on real sockets and python-can buses, its clock handed in."""

import gc
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import can
import pytest

from edge_controller.app import FrameClock, Service, Settings, load_settings
from edge_controller.config import load_fit, shipped_fit
from edge_controller.errors import InputError
from edge_controller.learned.kept import KeptFile
from edge_controller.messages import Step
from edge_controller.own_motion import Statics
from firmware import link
from radar_sim import RadarSimulator, Scene, TruckPose, no_scatterers
from tests.edge_controller.own_motion.streets import Drive

VEHICLE = {"interface": "virtual", "channel": "app-test-vehicle"}
PRIVATE = {"interface": "virtual", "channel": "app-test-private"}


@pytest.fixture
def buses() -> Iterator[tuple[can.BusABC, can.BusABC]]:
    with can.Bus(**VEHICLE) as vehicle, can.Bus(**PRIVATE) as private:
        yield vehicle, private


def _settings() -> Settings:
    ports = {"corner": ("127.0.0.1", 0), "front": ("127.0.0.1", 0)}
    return Settings(load_fit(shipped_fit("demo")), VEHICLE, PRIVATE, ports)


def _sent(bus: can.BusABC) -> list[link.Request]:
    found = []
    while (message := bus.recv(timeout=0)) is not None:
        request = link.Request()
        assert message.arbitration_id == link.EDGE_REQUEST_ID
        assert link.unpack_request(message.data, len(message.data), request) == link.ALLOW
        found.append(request)
    return found


def test_a_request_frame_goes_out_every_20_ms_also_without_radar(
    buses: tuple[can.BusABC, can.BusABC],
) -> None:
    vehicle, private = buses
    with Service(_settings()) as service:
        for tick in range(101):
            service.poll(100.0 + tick * 0.005)
    requests = _sent(private)
    assert len(requests) == 26  # 0.5 s, both ends counted
    assert {request.state for request in requests} == {link.STANDBY}
    assert [request.counter for request in requests] == list(range(26))
    assert requests[0].health != link.HEALTH_GOOD  # it sees nothing and must not be let brake
    assert vehicle.recv(timeout=0) is None  # the edge never transmits there


def test_nobody_looks_for_waste_in_what_was_built_before_the_loop(
    buses: tuple[can.BusABC, can.BusABC],
) -> None:
    """A look through all of it takes longer than a radar frame."""
    left_out: list[int] = []

    def once() -> bool:
        left_out.append(gc.get_freeze_count())
        return len(left_out) < 2

    with Service(_settings()) as service:
        service.run(once)
    assert min(left_out) > 10_000
    assert gc.get_freeze_count() == 0
    assert _sent(buses[1])


def test_packets_from_the_wire_become_steps(buses: tuple[can.BusABC, can.BusABC]) -> None:
    steps: list[Step] = []
    simulator = RadarSimulator(shipped_fit("demo"), 1)
    scene = Scene(TruckPose(0.0, 0.0, 0.0, 0.0, 0.0, -7.125), no_scatterers())
    with (
        Service(_settings(), steps.append) as service,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as card,
    ):
        for index in range(3):
            for name in ("corner", "front"):
                t_s = 10.0 + 0.05 * index + (0.0167 if name == "front" else 0.0)
                for n, packet in enumerate(simulator.packets(simulator.frame(name, index, scene))):
                    card.sendto(packet, ("127.0.0.1", service.port(name)))
                    if n % 50 == 0:  # read on, as the loop does: receive buffers are finite
                        service.poll(t_s)
                service.poll(t_s)
    assert [(step.radar, step.frame) for step in steps] == [
        ("corner", 0), ("front", 0), ("corner", 1), ("front", 1), ("corner", 2), ("front", 2)
    ]  # fmt: skip
    vehicle, private = buses
    assert _sent(private)  # and its requests went out the while
    assert vehicle.recv(timeout=0) is None


def test_a_service_toml_is_strict(tmp_path: Path) -> None:
    (tmp_path / "demo.toml").write_text(shipped_fit("demo").read_text(encoding="utf-8"), encoding="utf-8")
    text = (
        'fit = "demo.toml"\n'
        '[bus.vehicle]\ninterface = "virtual"\nchannel = "v"\n'
        '[bus.private]\ninterface = "virtual"\nchannel = "p"\nbitrate = 500000\n'
        '[[capture]]\nradar = "corner"\nhost = "127.0.0.1"\nport = 4098\n'
        '[[capture]]\nradar = "front"\nhost = "127.0.0.1"\nport = 4099\n'
    )
    path = tmp_path / "service.toml"
    path.write_text(text, encoding="utf-8")
    assert load_settings(path).ports["front"] == ("127.0.0.1", 4099)
    path.write_text(text.replace("port = 4098", 'port = 4098\norder = "qqii"'), encoding="utf-8")
    assert load_settings(path).orders == {"corner": "qqii"}
    assert load_settings(path).learned is None
    path.write_text('learned = "unit/learned.json"\n' + text, encoding="utf-8")
    assert load_settings(path).learned == tmp_path / "unit" / "learned.json"
    for old, new, says in (
        ("port = 4098", 'port = 4098\norder = "real_sequential"', "capture[0].order"),
        ("port = 4098", "port = 70000", "capture[0].port"),
        ('radar = "front"', 'radar = "side"', "capture[1].radar"),
        ("[bus.private]", "[bus.third]", "bus.private is missing"),
        ('[[capture]]\nradar = "front"\nhost = "127.0.0.1"\nport = 4099\n', "", "radar front of the fit"),
    ):
        path.write_text(text.replace(old, new), encoding="utf-8")
        with pytest.raises(InputError, match=r"service\.toml") as caught:
            load_settings(path)
        assert says in str(caught.value)


SERVICE = """
fit = "FIT"
[bus.vehicle]
interface = "virtual"
channel = "app-test-bad"
[bus.private]
interface = "virtual"
channel = "app-test-bad"
[[capture]]
radar = "corner"
host = "127.0.0.1"
port = 0
[[capture]]
radar = "front"
host = "127.0.0.1"
port = 0
"""


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"127.0.0.1"', '"999.1.1.1"', "UDP '999.1.1.1', port 0: cannot be listened on"),
        ('"127.0.0.1"', r'"\u0000"', "UDP .*, port 0: cannot be listened on"),
        ('"virtual"', '"nothing"', "CAN bus .*: cannot be opened"),
        ('"front"', '"corner"', r"capture\[1\].radar is 'corner' a second time"),
    ],
)
def test_a_service_that_cannot_begin_says_why_and_leaves_nothing_open(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    path = tmp_path / "service.toml"
    text = SERVICE.replace("FIT", str(shipped_fit("demo")))
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError, match=says):  # an open socket or bus would warn, and warnings are errors
        Service(load_settings(path))


def test_a_service_begins_with_what_was_usual(buses: tuple[can.BusABC, can.BusABC], tmp_path: Path) -> None:
    settings = replace(_settings(), learned=tmp_path / "learned.json")
    assert settings.learned is not None
    statics = Statics(settings.fit.radars, settings.fit.truck)
    for radar, seen, bus, _ in Drive(settings.fit, 21, speed_mps=6.0, frame_s=0.2).frames(70.0):
        statics.update(seen, radar.name, bus)
    KeptFile(settings.learned, settings.fit).write(statics.kept(), 1_790_000_000.0)
    with Service(settings, utc_s=lambda: 1_790_000_600.0) as service:
        assert "what was usual until 2026-09-21T14:13:20Z is the measure" in " ".join(service.notes())
    found, note = KeptFile(settings.learned, settings.fit).recall(1_790_000_600.0)
    assert "2026-09-21T14:23:20Z" in note  # written at the end
    assert found.kept()["film"] == statics.kept()["film"]
    assert service.lost is None
    assert buses[0].recv(timeout=0) is None


def test_a_disk_that_keeps_nothing_stops_nothing(
    buses: tuple[can.BusABC, can.BusABC], tmp_path: Path
) -> None:
    with Service(replace(_settings(), learned=tmp_path / "gone" / "learned.json")) as service:
        assert "its folder is missing" in " ".join(service.notes())
        for tick in range(40_000):  # past the first writing
            service.poll(100.0 + tick * 0.005)
            if tick % 1000 == 0:
                assert _sent(buses[1])


def test_a_frame_that_waited_is_not_taken_for_new() -> None:
    radar = load_fit(shipped_fit("demo")).radar("corner")
    period_s, before_s = 0.050, 0.006 + radar.dwell_s / 2
    clock = FrameClock(radar)
    assert clock.mid_t_s(0, 10.0) == pytest.approx(10.0 - before_s)
    assert clock.mid_t_s(1, 10.0 + period_s) == pytest.approx(10.0 + period_s - before_s, abs=1e-4)
    stalled_s = 10.0 + 5 * period_s  # frames 2 to 4 come in one heap, late
    for index in (2, 3, 4):
        assert clock.mid_t_s(index, stalled_s) == pytest.approx(10.0 + index * period_s - before_s, abs=1e-4)


@pytest.mark.parametrize("drift", [-1e-4, 1e-4])
def test_a_radar_with_a_clock_of_its_own_is_followed(drift: float) -> None:
    radar = load_fit(shipped_fit("demo")).radar("corner")
    clock = FrameClock(radar)
    for index in range(20_000):  # 17 minutes
        true_s = index * 0.050 * (1 + drift)
        mid_s = clock.mid_t_s(index, true_s + 0.006 + radar.dwell_s / 2)
    assert mid_s == pytest.approx(true_s, abs=1e-3)


def test_a_board_that_counts_anew_is_believed() -> None:
    radar = load_fit(shipped_fit("demo")).radar("corner")
    clock = FrameClock(radar)
    clock.mid_t_s(5000, 300.0)
    assert clock.mid_t_s(0, 301.0) == pytest.approx(301.0 - 0.006 - radar.dwell_s / 2)
