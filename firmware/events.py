"""A small persistent log of fixed size: what the gateway did and why. A ring of records in one file.

Flash stalls the processor while it erases, so records wait in memory until the brake is not asked.
"""

import os

from firmware.link import CRC_TABLE

RECORD_BYTES = (
    16  # sequence 3, kind 1, code 1, state 1, now_ms 4, CRC 2 over the first six bytes and the time
)
RECORDS = 256
WAITING = 16

STARTED = 1
BRAKING_BEGAN = 2
BRAKING_ENDED = 3
REFUSED = 4
FAULT = 5
SELFTEST_FAILED = 6


class Events:
    """Opened once; `add` is free of allocation, `write_out` is not and belongs into quiet times."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.waiting = [bytearray(RECORD_BYTES) for _ in range(WAITING)]
        self.count = 0
        self.lost = 0
        self.sequence = 0
        self._open()

    def _open(self) -> None:
        try:
            whole = os.stat(self.path)[6] == RECORD_BYTES * RECORDS
        except OSError:
            whole = False
        if not whole:
            with open(self.path, "wb") as file:
                for _ in range(RECORDS):
                    file.write(b"\xff" * RECORD_BYTES)
        for record in self.read():
            self.sequence = max(self.sequence, record[0])

    def add(self, kind: int, code: int, state: int, now_ms: int) -> None:
        """Keep it for the next quiet time; when the memory is full the newest are counted and lost."""
        if self.count == WAITING:
            self.lost = min(self.lost + 1, 0xFFFF)
            return
        self.sequence = (self.sequence + 1) & 0xFFFFFF
        record = self.waiting[self.count]
        self.count += 1
        for i in range(3):
            record[i] = self.sequence >> 8 * i & 0xFF
        record[3] = kind
        record[4] = code
        record[5] = state
        for i in range(4):
            record[6 + i] = now_ms >> 8 * i & 0xFF
        crc = _checked(record)
        record[10] = crc & 0xFF
        record[11] = crc >> 8

    def write_out(self) -> None:
        """Everything that waits, each record into its place of the ring."""
        if self.count == 0:
            return
        with open(self.path, "r+b") as file:
            for i in range(self.count):
                record = self.waiting[i]
                sequence = record[0] | record[1] << 8 | record[2] << 16
                file.seek(sequence % RECORDS * RECORD_BYTES)
                file.write(record)
        self.count = 0

    def read(self) -> list[tuple[int, int, int, int, int]]:
        """(sequence, kind, code, state, now_ms) of every whole record, oldest first."""
        found = []
        with open(self.path, "rb") as file:
            for _ in range(RECORDS):
                record = file.read(RECORD_BYTES)
                if len(record) == RECORD_BYTES and _checked(record) == record[10] | record[11] << 8:
                    sequence = record[0] | record[1] << 8 | record[2] << 16
                    now_ms = record[6] | record[7] << 8 | record[8] << 16 | (record[9] & 0x1F) << 24
                    found.append((sequence, record[3], record[4], record[5], now_ms))
        found.sort()
        return found


def _checked(record: bytes | bytearray) -> int:
    """CRC-16/CCITT-FALSE over the first ten bytes."""
    crc = 0xFFFF
    for i in range(10):
        crc = ((crc << 8) & 0xFFFF) ^ CRC_TABLE[(crc >> 8) ^ record[i]]
    return crc
