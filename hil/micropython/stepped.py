"""Runs inside MicroPython: one message in, the frames of one tick out, the heap locked meanwhile."""

import json
import sys

import micropython  # type: ignore[import-not-found]
import uctypes  # type: ignore[import-not-found]

from firmware.gateway import Gateway, Settings

FRAME_BYTES = 14
MAX_RECEIVED = 200
received = bytearray(6 + FRAME_BYTES * MAX_RECEIVED)
sent = bytearray(1 + FRAME_BYTES * 3)
data = bytearray(8)
RECEIVED = uctypes.addressof(received)
SENT = uctypes.addressof(sent)

gateway = Gateway(Settings())


def interpreter() -> str:
    """What the interpreter itself says it is."""
    version = ".".join([str(part) for part in sys.implementation.version[:3]])
    return sys.implementation.name + " " + version


def restart(length: int) -> int:
    """A new gateway with the settings in the message; nothing to answer."""
    global gateway  # noqa: PLW0603  # one unit per interpreter
    gateway = Gateway(Settings(**json.loads(bytes(received[:length]))))
    return 0


def _word(at: int) -> int:
    return received[at] | received[at + 1] << 8 | received[at + 2] << 16 | received[at + 3] << 24


def _feed(count: int, now_ms: int) -> None:
    at = 6
    for _ in range(count):
        for i in range(8):
            data[i] = received[at + 6 + i]
        if received[at] == 0:
            gateway.on_edge(_word(at + 1), data, received[at + 5], now_ms)
        else:
            gateway.on_vehicle(_word(at + 1), data, received[at + 5], now_ms)
        at += FRAME_BYTES


def _collect(count: int) -> int:
    sent[0] = count
    at = 1
    for n in range(count):
        frame = gateway.frames[n]
        sent[at] = frame.bus
        can_id = frame.can_id
        for i in range(4):
            sent[at + 1 + i] = can_id & 0xFF
            can_id >>= 8
        sent[at + 5] = frame.length
        for i in range(8):
            sent[at + 6 + i] = frame.data[i]
        at += FRAME_BYTES
    return at


def step(length: int) -> int:
    """One tick; any allocation in it raises MemoryError."""
    if length != 6 + FRAME_BYTES * received[5]:
        raise ValueError("a step message of the wrong length")
    micropython.heap_lock()
    try:
        now_ms = _word(0)
        gateway.on_key(received[4] == 1, now_ms)
        _feed(received[5], now_ms)
        return _collect(gateway.tick(now_ms))
    finally:
        micropython.heap_unlock()
