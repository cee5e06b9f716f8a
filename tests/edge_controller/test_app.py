"""The service loop on real sockets and python-can buses, its clock handed in."""

import socket
from collections.abc import Iterator
from pathlib import Path

import can
import pytest

from edge_controller.app import Service, Settings, load_settings
from edge_controller.config import load_fit, shipped_fit
from edge_controller.errors import InputError
from edge_controller.messages import Step
from firmware import link
from radar_sim import RadarSimulator, Scene, TruckPose, no_scatterers

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
    assert len(buses) == 2


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
    for old, new, says in (
        ("port = 4098", "port = 70000", "capture[0].port"),
        ('radar = "front"', 'radar = "side"', "capture[1].radar"),
        ("[bus.private]", "[bus.third]", "bus.private is missing"),
        ('[[capture]]\nradar = "front"\nhost = "127.0.0.1"\nport = 4099\n', "", "radar front of the fit"),
    ):
        path.write_text(text.replace(old, new), encoding="utf-8")
        with pytest.raises(InputError, match=r"service\.toml") as caught:
            load_settings(path)
        assert says in str(caught.value)
