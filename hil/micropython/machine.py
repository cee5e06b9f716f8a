"""`machine` for the bench: the call shapes of MicroPython 1.28 and later, in memory, for what board.py uses.

The bench puts frames into `CAN.units[id].inbox` by `arrive` and takes them out of `.sent`.
"""

PWRON_RESET = 1
WDT_RESET = 3
cause = [PWRON_RESET]
pulled_down = set()  # type: ignore[var-annotated]  # names of input pins: keys pressed, straps closed


def reset_cause() -> int:
    """As set by the bench."""
    return cause[0]


class CAN:
    """One controller. Filters work; without any, nothing is received."""

    MODE_NORMAL = 0
    MODE_SILENT_LOOPBACK = 4
    FLAG_EXT_ID = 2
    STATE_ACTIVE = 1
    STATE_BUS_OFF = 4
    TX_QUEUE_LEN = 3
    units = {}  # type: ignore[var-annotated]  # noqa: RUF012
    filters_broken = [False]  # noqa: RUF012  # a port whose filters let everything through

    def __init__(self, id: int, bitrate: int, mode: int = 0) -> None:
        CAN.units[id] = self
        self.sent: list[tuple[int, bytes, int]] = []
        self.views: dict[int, memoryview] = {}
        self.init(bitrate, mode)

    def init(self, bitrate: int, mode: int = 0) -> None:
        self.bitrate = bitrate
        self.mode = mode
        self.inbox: list[tuple[int, bytes, int]] = []
        self.filters: tuple[tuple[int, int, int], ...] | None = ()
        self.bus_off = False

    def set_filters(self, filters: tuple[tuple[int, int, int], ...] | None) -> None:
        if filters is not None:
            for can_id, mask, flags in filters:
                if (can_id | mask) >> (29 if flags & CAN.FLAG_EXT_ID else 11):
                    raise ValueError("invalid id")
        self.filters = filters

    def arrive(self, can_id: int, data: bytes, flags: int) -> None:
        """A frame on the wire; the filters decide."""
        if CAN.filters_broken[0] or self.filters is None:
            self.inbox.append((can_id, data, flags))
            return
        for wanted, mask, kind in self.filters:
            if can_id & mask == wanted & mask and flags & CAN.FLAG_EXT_ID == kind & CAN.FLAG_EXT_ID:
                self.inbox.append((can_id, data, flags))
                return

    def recv(self, arg: list) -> list | None:  # type: ignore[type-arg]
        if not self.inbox:
            return None
        can_id, data, flags = self.inbox.pop(0)
        whole = self.views.setdefault(id(arg), arg[1])
        whole[: len(data)] = data
        arg[0], arg[1], arg[2], arg[3] = can_id, whole[: len(data)], flags, 0
        return arg

    def send(self, id: int, data: bytes, flags: int = 0) -> int | None:
        if self.bus_off:
            raise OSError("bus off")
        if self.mode == CAN.MODE_SILENT_LOOPBACK:
            self.arrive(id, bytes(data), flags)
        else:
            self.sent.append((id, bytes(data), flags))
        return 0

    def state(self) -> int:
        return CAN.STATE_BUS_OFF if self.bus_off else CAN.STATE_ACTIVE

    def restart(self) -> None:
        self.bus_off = False


class Pin:
    """One pin, found again by its name."""

    IN = 0
    OUT = 1
    PULL_UP = 1
    units = {}  # type: ignore[var-annotated]  # noqa: RUF012

    def __init__(self, id: str, mode: int, pull: int | None = None, *, value: int = 1) -> None:
        Pin.units[id] = self
        self.wiring = (mode, pull)
        self.level = 0 if id in pulled_down else value

    def value(self, level: int | None = None) -> int | None:
        if level is None:
            return self.level
        self.level = level
        return None


class WDT:
    """Counts its food."""

    units = []  # type: ignore[var-annotated]  # noqa: RUF012

    def __init__(self, *, timeout: int) -> None:
        WDT.units.append(self)
        self.timeout = timeout
        self.fed = 0

    def feed(self) -> None:
        self.fed += 1
