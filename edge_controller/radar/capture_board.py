"""The DCA1000's command port: what has to be said to it before and after a recording.

A command is header, code, length, data, footer; the reply has a status in place of length and data. All are
16 bits little-endian (TI SPRUIJ4, "Ethernet configuration").
"""

import select
import socket
import struct
from types import TracebackType
from typing import Self

from edge_controller.errors import InputError

HEADER, FOOTER = 0xA55A, 0xEEAA
COMMAND_PORT, DATA_PORT = 4096, 4098
HOST, BOARD = "192.168.33.30", "192.168.33.180"  # as the board leaves the factory

RESET_FPGA, CONFIGURE_FPGA, START_RECORD, STOP_RECORD = 0x01, 0x03, 0x05, 0x06
CONNECT, ASYNC_STATUS, CONFIGURE_PACKETS, FPGA_VERSION = 0x09, 0x0A, 0x0B, 0x0E
NAMES = {
    RESET_FPGA: "reset FPGA",
    CONFIGURE_FPGA: "FPGA configuration",
    START_RECORD: "record start",
    STOP_RECORD: "record stop",
    CONNECT: "system connect",
    CONFIGURE_PACKETS: "packet delay",
    FPGA_VERSION: "read FPGA version",
}
# What the board says unasked, by the number of the status.
UNASKED = (
    "no data on LVDS", "no header", "EEPROM failure", "SD card detected", "SD card removed", "SD card full",
    "mode configuration failure", "DDR full", "record completed", "LVDS buffer full", "playback completed",
    "playback out of sequence",
)  # fmt: skip

RAW, FOUR_LANES, TWO_LANES, CAPTURE, ETHERNET, SIXTEEN_BITS, LVDS_TIMER = 1, 1, 2, 1, 2, 3, 30
PACKET_BYTES = 1470  # of which 1456 are payload
DELAY_UNIT_US = 0.008  # clock of the FPGA
TRIES_AFTER_CONFIGURING = 30  # the FPGA is deaf for a while


class CaptureBoard:
    """One board; every verb raises InputError where it does not answer, or says no."""

    def __init__(
        self, board: str = BOARD, host: str = HOST, port: int = COMMAND_PORT, timeout_s: float = 1.0
    ) -> None:
        self._to = (board, port)
        self._where = f"capture board {board}, port {port}"
        self._host = host
        self._timeout_s = timeout_s
        self.said: list[str] = []  # unasked, oldest first
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            self._socket.bind((host, port))  # it answers to this port, whoever asks
        except (OSError, OverflowError) as error:
            self._socket.close()
            why = error.strerror if isinstance(error, OSError) else error
            raise InputError(
                f"UDP {host}, port {port}: cannot be used for the capture board ({why})"
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()

    def connect(self) -> None:
        """Is it there?"""
        self._done(CONNECT)

    def reset(self) -> None:
        """The FPGA as after power-on, and wait for it."""
        self._done(RESET_FPGA)
        self._wait_until_it_hears()

    def fpga_version(self) -> str:
        """Major and minor, and whether it is a playback image."""
        status = self._asked(FPGA_VERSION)
        kind = "playback" if status >> 14 & 1 else "record"
        return f"{status & 0x7F}.{status >> 7 & 0x7F} ({kind})"

    def configure(self, lanes: int, delay_us: float) -> None:
        """Raw 16-bit capture to Ethernet over so many LVDS lanes, packets so far apart."""
        mode = FOUR_LANES if lanes == 4 else TWO_LANES
        self._done(CONFIGURE_FPGA, bytes((RAW, mode, CAPTURE, ETHERNET, SIXTEEN_BITS, LVDS_TIMER)))
        self._wait_until_it_hears()
        delay = round(delay_us / DELAY_UNIT_US)
        self._done(CONFIGURE_PACKETS, struct.pack("<HHH", PACKET_BYTES, delay, 0))

    def start_record(self) -> None:
        """From now on what comes over LVDS is sent, counted from byte 0."""
        self._done(START_RECORD)

    def stop_record(self, must: bool = True) -> None:
        """No more data; a board that does not record says no, which need not matter."""
        status = self._asked(STOP_RECORD)
        if status and must:
            raise InputError(f"{self._where}: refuses '{NAMES[STOP_RECORD]}' (status {status})")

    def _done(self, code: int, data: bytes = b"") -> None:
        status = self._asked(code, data)
        if status:
            raise InputError(f"{self._where}: refuses '{NAMES[code]}' (status {status})")

    def _wait_until_it_hears(self) -> None:
        for left in reversed(range(TRIES_AFTER_CONFIGURING)):
            try:
                return self.connect()
            except InputError:
                if not left:
                    raise
        return None

    def _asked(self, code: int, data: bytes = b"") -> int:
        """The status a command is answered with."""
        packet = struct.pack("<HHH", HEADER, code, len(data)) + data + struct.pack("<H", FOOTER)
        try:
            self._socket.sendto(packet, self._to)
            while True:
                if not select.select([self._socket], [], [], self._timeout_s)[0]:
                    raise InputError(
                        f"{self._where}: no reply to '{NAMES[code]}' within {self._timeout_s:g} s "
                        f"(is it powered, and is {self._host} the address it sends to?)"
                    )
                status = self._reply(self._socket.recv(2048), code)
                if status is not None:
                    return status
        except (OSError, UnicodeError) as error:
            raise InputError(f"{self._where}: cannot be reached ({error})") from error

    def _reply(self, packet: bytes, code: int) -> int | None:
        """The status in a packet that answers `code`; None for what it says of itself."""
        if len(packet) == 8:
            header, answers, status, footer = struct.unpack("<HHHH", packet)
            if (header, footer) == (HEADER, FOOTER):
                if answers == code:
                    return int(status)
                if answers == ASYNC_STATUS:
                    self.said.append(UNASKED[status] if status < len(UNASKED) else f"status {status}")
                return None  # of a command whose reply came late
        raise InputError(
            f"{self._where}: answers '{NAMES[code]}' with {packet[:16].hex(' ')}, which is no reply"
        )
