"""Both hosts of the gateway; one MicroPython process for the whole run, a new gateway in it for each test."""

from collections.abc import Callable, Iterator

import pytest

from hil.gateway_host import CPythonGateway, GatewayHost, MicroPythonGateway
from tests.firmware.bench import Rig


@pytest.fixture(scope="session")
def micropython() -> Iterator[MicroPythonGateway]:
    with MicroPythonGateway() as host:
        yield host


@pytest.fixture(params=["cpython", "micropython"])
def host(request: pytest.FixtureRequest) -> GatewayHost:
    if request.param == "cpython":
        return CPythonGateway()
    micropython: GatewayHost = request.getfixturevalue("micropython")
    return micropython


@pytest.fixture
def new_rig(host: GatewayHost) -> Callable[..., Rig]:
    """A released gateway that knows its truck and its edge, unless told otherwise."""

    def make(start_ms: int = 0, settle_ms: int = 200, **settings: int) -> Rig:
        host.restart(**{"released": 1, **settings})
        return Rig(host, now_ms=start_ms).run(settle_ms)

    return make


@pytest.fixture
def rig(new_rig: Callable[..., Rig]) -> Rig:
    return new_rig()
