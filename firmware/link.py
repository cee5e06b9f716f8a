"""The frames between edge and gateway on the private bus: docs/reference/link-protocol.md."""

EDGE_REQUEST_ID = 0x110
GATEWAY_STATUS_ID = 0x120
REQUEST_DATA_ID = 0x4E51  # in the CRC, never on the bus: a frame of another meaning does not pass
STATUS_DATA_ID = 0x4E53
FRAME_LENGTH = 8

OFF = 0
STANDBY = 1
INFORM = 2
WARN = 3
PREPARE = 4
SLOW = 5
MUST_STOP = 6
FULL = 7
HOLD = 8
PULSE = 9  # the installation wizard's brake pulse
STATE_NAMES = ("off", "standby", "inform", "warn", "prepare", "slow", "must_stop", "full", "hold", "pulse")

RIGHT = 0
LEFT = 1

HEALTH_SENSING = 0x01  # every radar the fit needs delivers and sees
HEALTH_VEHICLE_DATA = 0x02  # speed and steering reach the edge
HEALTH_ALIGNED = 0x04  # mounting poses are known and believed
HEALTH_ON_TIME = 0x08  # frames are worked through within their period
HEALTH_GOOD = 0x0F
FAULT_NAMED = 0x10  # the edge knows a fault that only warns: it lights the lamp and refuses nothing
HEALTH_BITS = 0x1F

LAMP_INFORM = 0x01
LAMP_WARN = 0x02
BUZZER = 0x04
VOICE = 0x08
FAULT_LAMP_HELD_OFF = 0x80  # the fault lamp lights by itself where nobody sets this

MAX_LIFETIME_MS = 60

ALLOW = 0
BAD_LENGTH = 1
BAD_CRC = 2
BAD_VALUE = 3
REPEATED = 4
COUNTER_JUMP = 5
STALE_REQUEST = 10
EDGE_SILENT = 11
EDGE_UNHEALTHY = 12
STALE_TRUCK = 13
DRIVER_UNHEARD = 14
TOO_HARD = 15
TOO_STEEP = 16
TOO_FAST = 17
TOO_LONG = 18
TOO_MUCH_LOST = 19
DRIVER_OVERRIDES = 20
SWITCHED_OFF = 21
OWN_AEB = 22
BRAKE_REFUSES = 23
SECOND_SENDER = 24
REVERSE = 25
WRONG_SIDE = 26
SHADOW = 27
TOO_SOON = 28
BRAKE_SILENT = 29  # lights the lamp, refuses nothing
EDGE_WARNS = 30  # likewise
# fmt: off
REASON_NAMES = {
    ALLOW: "allow", BAD_LENGTH: "bad length", BAD_CRC: "bad CRC", BAD_VALUE: "bad value",
    REPEATED: "repeated counter", COUNTER_JUMP: "counter jump", STALE_REQUEST: "stale request",
    EDGE_SILENT: "edge silent", EDGE_UNHEALTHY: "edge unhealthy", STALE_TRUCK: "truck state stale",
    DRIVER_UNHEARD: "driver cannot be heard", TOO_HARD: "too hard", TOO_STEEP: "too steep",
    TOO_FAST: "too fast", TOO_LONG: "too long", TOO_MUCH_LOST: "too much speed lost",
    DRIVER_OVERRIDES: "driver overrides", SWITCHED_OFF: "switched off", OWN_AEB: "truck's own AEB acts",
    BRAKE_REFUSES: "brake does not accept", SECOND_SENDER: "second sender", REVERSE: "reverse gear",
    WRONG_SIDE: "wrong side", SHADOW: "shadow", TOO_SOON: "too soon after the last pulse",
    BRAKE_SILENT: "brake does not answer", EDGE_WARNS: "edge names a fault",
}
# fmt: on


def _table_entry(byte: int) -> int:
    crc = byte << 8
    for _ in range(8):
        crc = ((crc << 1) ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return crc


CRC_TABLE = tuple([_table_entry(byte) for byte in range(256)])


def crc16(data_id: int, data: bytes | bytearray) -> int:
    """CRC-16/CCITT-FALSE over the data ID, low byte first, and the first six bytes."""
    crc = 0xFFFF
    crc = ((crc << 8) & 0xFFFF) ^ CRC_TABLE[(crc >> 8) ^ (data_id & 0xFF)]
    crc = ((crc << 8) & 0xFFFF) ^ CRC_TABLE[(crc >> 8) ^ (data_id >> 8)]
    for i in range(6):
        crc = ((crc << 8) & 0xFFFF) ^ CRC_TABLE[(crc >> 8) ^ data[i]]
    return crc


def _seal(buffer: bytearray, data_id: int) -> None:
    crc = crc16(data_id, buffer)
    buffer[6] = crc & 0xFF
    buffer[7] = crc >> 8


def _flaw(data: bytes | bytearray, length: int, data_id: int) -> int:
    if length != FRAME_LENGTH:
        return BAD_LENGTH
    if data[6] | data[7] << 8 != crc16(data_id, data):
        return BAD_CRC
    return ALLOW


class Request:
    """What the edge asks, as one frame says it."""

    def __init__(self) -> None:
        self.counter = 0
        self.state = OFF
        self.side = RIGHT
        self.decel_mmps2 = 0
        self.lifetime_ms = MAX_LIFETIME_MS
        self.health = 0


class Status:
    """What the gateway answers, as one frame says it."""

    def __init__(self) -> None:
        self.counter = 0
        self.request_counter = 0
        self.state = OFF
        self.reason = ALLOW
        self.decel_mmps2 = 0
        self.lamps = 0


def pack_request(
    buffer: bytearray, counter: int, state: int, side: int, decel_mmps2: int, lifetime_ms: int, health: int
) -> None:
    """Fill 8 bytes. Out-of-range values raise: they are the edge's own broken promise."""
    if not (0 <= state <= PULSE and RIGHT <= side <= LEFT and 0 <= decel_mmps2 <= 0xFFFF):
        raise ValueError("state, side or deceleration cannot be packed")
    buffer[0] = counter & 0xFF
    buffer[1] = state | side << 4
    buffer[2] = decel_mmps2 & 0xFF
    buffer[3] = decel_mmps2 >> 8
    buffer[4] = lifetime_ms
    buffer[5] = health
    _seal(buffer, REQUEST_DATA_ID)


def unpack_request(data: bytes | bytearray, length: int, request: Request) -> int:
    """Fill `request`, or say why not and leave it as it was."""
    flaw = _flaw(data, length, REQUEST_DATA_ID)
    if flaw != ALLOW:
        return flaw
    if data[1] & 0x0F > PULSE or data[1] >> 4 > LEFT:
        return BAD_VALUE
    if not 0 < data[4] <= MAX_LIFETIME_MS or data[5] > HEALTH_BITS:
        return BAD_VALUE
    request.counter = data[0]
    request.state = data[1] & 0x0F
    request.side = data[1] >> 4
    request.decel_mmps2 = data[2] | data[3] << 8
    request.lifetime_ms = data[4]
    request.health = data[5]
    return ALLOW


def pack_status(
    buffer: bytearray,
    counter: int,
    request_counter: int,
    state: int,
    reason: int,
    decel_mmps2: int,
    lamps: int,
) -> None:
    """Fill 8 bytes; the counter has four bits."""
    buffer[0] = (counter & 0x0F) | state << 4
    buffer[1] = request_counter
    buffer[2] = reason
    buffer[3] = decel_mmps2 & 0xFF
    buffer[4] = decel_mmps2 >> 8
    buffer[5] = lamps
    _seal(buffer, STATUS_DATA_ID)


def unpack_status(data: bytes | bytearray, length: int, status: Status) -> int:
    """Fill `status`, or say why not and leave it as it was."""
    flaw = _flaw(data, length, STATUS_DATA_ID)
    if flaw != ALLOW:
        return flaw
    if data[0] >> 4 > PULSE or data[2] not in REASON_NAMES:
        return BAD_VALUE
    status.counter = data[0] & 0x0F
    status.state = data[0] >> 4
    status.request_counter = data[1]
    status.reason = data[2]
    status.decel_mmps2 = data[3] | data[4] << 8
    status.lamps = data[5]
    return ALLOW
