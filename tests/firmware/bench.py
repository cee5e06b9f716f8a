"""A truck and an edge made of bytes, typed from the standard and link-protocol.md."""

from collections.abc import Callable
from dataclasses import dataclass, field

from hil.frames import CanFrame
from hil.gateway_host import GatewayHost

OFF, STANDBY, INFORM, WARN, PREPARE, SLOW, MUST_STOP, FULL, HOLD, PULSE = range(10)
RIGHT, LEFT = 0, 1
XBR, TSC1, REQUEST, STATUS = 0x0C040BA0, 0x0C0000A0, 0x110, 0x120


def crc16(data: bytes) -> int:
    """CCITT-FALSE bit by bit: the firmware has a table."""
    crc = 0xFFFF
    for byte in data:
        for bit in range(7, -1, -1):
            out = (crc >> 15) ^ (byte >> bit & 1)
            crc = (crc << 1 & 0xFFFF) ^ (0x1021 if out else 0)
    return crc


def request(
    counter: int, state: int, decel: int, side: int = RIGHT, health: int = 0x0F, lifetime: int = 60
) -> CanFrame:
    """One request of the edge."""
    body = bytes([counter & 0xFF, state | side << 4, decel & 0xFF, decel >> 8, lifetime, health])
    return CanFrame("private", REQUEST, body + crc16(b"\x51\x4e" + body).to_bytes(2, "little"))


def ccvs1(speed_mmps: float, source: int = 0x00) -> CanFrame:
    raw = round(speed_mmps * 3.6 / 1000 * 256)
    return CanFrame(
        "vehicle", 0x18FEF100 | source, bytes([0xFF, raw & 0xFF, raw >> 8, 255, 255, 255, 255, 255])
    )


def vdc2(wheel_mrad: float, yaw_mradps: float = 0.0) -> CanFrame:
    wheel = round(wheel_mrad * 1.024 + 32127)
    yaw = round(yaw_mradps * 8.192 + 32113)
    data = bytes([wheel & 0xFF, wheel >> 8, 0xFF, yaw & 0xFF, yaw >> 8, 0xFF, 0xFF, 0xFF])
    return CanFrame("vehicle", 0x18F0090B, data)


def eec2(kickdown: int = 0, pedal: int = 0) -> CanFrame:
    return CanFrame("vehicle", 0x0CF00300, bytes([0xF3 & ~0x0C | kickdown << 2, pedal, *[255] * 6]))


def ebc5(state: int = 0, mode: int = 15) -> CanFrame:
    return CanFrame("vehicle", 0x18FDC40B, bytes([255, 0x03 | state << 2 | mode << 4, *[255] * 6]))


def aebs1(state: int) -> CanFrame:
    return CanFrame("vehicle", 0x0CF02FA0, bytes([0xF0 | state, *[255] * 7]))


def etc2(current: int, selected: int = 255) -> CanFrame:
    return CanFrame("vehicle", 0x18F00503, bytes([selected, 255, 255, current, 255, 255, 255, 255]))


@dataclass
class Status:
    """A status frame taken apart by hand."""

    state: int
    request_counter: int
    reason: int
    decel: int
    lamps: int


@dataclass
class Rig:
    """Steps a gateway in 10 ms; the truck's messages at their own periods, the edge's every 20 ms."""

    gateway: GatewayHost
    now_ms: int = 0
    counter: int = 0
    speed: float = 4000.0
    wheel: float = 0.0
    yaw: float = 0.0
    kickdown: int = 0
    pedal: int = 0
    xbr_state: int = 0
    xbr_mode: int = 15
    state: int = STANDBY
    decel: int = 0
    side: int = RIGHT
    health: int = 0x0F
    key: bool = False
    silent: set[str] = field(default_factory=set)  # of "edge", "speed", "wheel", "pedal", "brake"
    extra: list[CanFrame] = field(default_factory=list)  # for the next step only
    said: list[tuple[int, CanFrame]] = field(default_factory=list)
    ticks: int = 0

    def step(self) -> list[CanFrame]:
        """One tick."""
        due: list[tuple[str, int, Callable[[], CanFrame]]] = [
            ("speed", 100, lambda: ccvs1(self.speed)),
            ("wheel", 10, lambda: vdc2(self.wheel, self.yaw)),
            ("pedal", 50, lambda: eec2(self.kickdown, self.pedal)),
            ("brake", 100, lambda: ebc5(self.xbr_state, self.xbr_mode)),
            ("edge", 20, self._request),
        ]
        received = [
            make() for name, period, make in due if self.ticks * 10 % period == 0 and name not in self.silent
        ]
        sent = self.gateway.step(self.now_ms, received + self.extra, self.key)
        self.said += [(self.now_ms, frame) for frame in sent]
        self.extra = []
        self.ticks += 1
        self.now_ms = (self.now_ms + 10) & 0x1FFFFFFF
        return sent

    def _request(self) -> CanFrame:
        self.counter = (self.counter + 1) & 0xFF
        return request(self.counter, self.state, self.decel, self.side, self.health)

    def run(self, ms: int) -> "Rig":
        for _ in range(ms // 10):
            self.step()
        return self

    def ask(self, state: int, decel: int, ms: int = 20) -> "Rig":
        """The edge asks so from now on; run a while."""
        self.state, self.decel = state, decel
        return self.run(ms)

    def ramp(self, state: int, decel: int) -> "Rig":
        """As the edge does it, 800 mm/s2 a frame."""
        asked = self.status().decel if self.said else 0
        while asked < decel:
            asked = min(asked + 800, decel)
            self.ask(state, asked)
        return self

    def frames(self, can_id: int) -> list[tuple[int, bytes]]:
        return [(t, frame.data) for t, frame in self.said if frame.can_id == can_id]

    def status(self) -> Status:
        data = self.frames(STATUS)[-1][1]
        assert crc16(b"\x53\x4e" + data[:6]) == data[6] | data[7] << 8
        return Status(data[0] >> 4, data[1], data[2], data[3] | data[4] << 8, data[5])

    @property
    def reason(self) -> int:
        return self.status().reason

    @property
    def braking(self) -> int:
        """Deceleration of the last XBR, mm/s2, 0 where mode is 0 or none was sent lately."""
        xbr = self.frames(XBR)
        if not xbr or (self.now_ms - xbr[-1][0]) & 0x1FFFFFFF > 40:
            return 0
        return demand(xbr[-1][1])


def demand(data: bytes) -> int:
    """mm/s2 an XBR asks, 0 in mode 0."""
    raw = data[0] | data[1] << 8
    return round((32127 - raw) / 2.048) if data[2] >> 4 & 3 else 0
