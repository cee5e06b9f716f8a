"""A UDP socket for a radar's packets, with room for the frames that come while one is worked on."""

import ctypes
import os
import socket
import sys
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Self

import numpy as np

from edge_controller.errors import InputError
from edge_controller.radar.received import Received

BUFFER_BYTES = 16 << 20  # ten frames of 3 x 4 x 128 x 256: half a second
LARGEST_PACKET = 2048
AT_ONCE = 256  # packets of one radar before the next has its turn
# Linux: asks past net.core.rmem_max, for who may; not in Python's socket module.
SO_RCVBUFFORCE = 33


class Listening:
    """A bound socket; `packets` gives what has come. `warning` says where the system keeps it small."""

    def __init__(self, address: tuple[str, int], buffer_bytes: int = BUFFER_BYTES) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setblocking(False)
        granted = _with_buffer(self.socket, buffer_bytes)
        try:
            self.socket.bind(address)
        except (OSError, ValueError, TypeError) as error:  # the last two for what can be no host's name
            self.socket.close()
            why = error.strerror if isinstance(error, OSError) else error
            raise InputError(
                f"UDP {address[0]!r}, port {address[1]}: cannot be listened on ({why})"
            ) from error
        self.warning = _warning(self.port, granted, buffer_bytes)
        self._together = _Together(self.socket) if sys.platform == "linux" else None

    @property
    def port(self) -> int:
        """Where its packets must come to."""
        return int(self.socket.getsockname()[1])

    def fileno(self) -> int:
        """For select."""
        return self.socket.fileno()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.socket.close()

    def packets(self) -> Iterable[bytes]:
        """Those that wait, at most AT_ONCE; to be used before the next are asked for."""
        return self._one_by_one() if self._together is None else self._together.received()

    def _one_by_one(self) -> Iterator[bytes]:
        for _ in range(AT_ONCE):
            try:
                yield self.socket.recv(LARGEST_PACKET)
            except BlockingIOError:
                return


class _Vector(ctypes.Structure):
    """struct iovec"""

    _fields_ = (("base", ctypes.c_void_p), ("size", ctypes.c_size_t))


class _Head(ctypes.Structure):
    """struct msghdr of Linux, of which only the vector is used."""

    _fields_ = (
        ("name", ctypes.c_void_p),
        ("name_size", ctypes.c_uint32),
        ("vectors", ctypes.POINTER(_Vector)),
        ("vector_count", ctypes.c_size_t),
        ("control", ctypes.c_void_p),
        ("control_size", ctypes.c_size_t),
        ("flags", ctypes.c_int),
    )


class _Message(ctypes.Structure):
    """struct mmsghdr"""

    _fields_ = (("head", _Head), ("received", ctypes.c_uint))


class _Together:
    """All that waits at a socket in one call of the system: recvmmsg(2), which Python does not have."""

    def __init__(self, listening: socket.socket) -> None:
        self._socket = listening
        self._call = ctypes.CDLL(None, use_errno=True).recvmmsg
        rows = np.zeros((AT_ONCE, LARGEST_PACKET), np.uint8)
        self._vectors = (_Vector * AT_ONCE)()
        self._messages = (_Message * AT_ONCE)()
        for row, vector, message in zip(rows, self._vectors, self._messages, strict=True):
            vector.base, vector.size = row.ctypes.data, LARGEST_PACKET
            message.head.vectors, message.head.vector_count = ctypes.pointer(vector), 1
        words = np.frombuffer(memoryview(self._messages).cast("B"), np.uint32).reshape(AT_ONCE, -1)
        self._received = Received(rows, words[:, _Message.received.offset // words.itemsize])

    def received(self) -> Received:
        """What has come, at most AT_ONCE."""
        count = self._call(self._socket.fileno(), self._messages, AT_ONCE, socket.MSG_DONTWAIT, None)
        if count < 0:
            number = ctypes.get_errno()
            error = OSError(number, os.strerror(number))
            if not isinstance(error, (BlockingIOError, InterruptedError)):
                raise error
            count = 0
        self._received.count = count
        return self._received


def _with_buffer(listening: socket.socket, wanted: int) -> int:
    """Bytes the system grants; Linux counts twice what one asks for."""
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, wanted)
    doubled = 2 if sys.platform == "linux" else 1
    granted = listening.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) // doubled
    if granted >= wanted or sys.platform != "linux":
        return granted
    try:
        listening.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, wanted)
    except OSError:  # no privilege: what is granted has to do, and is told
        return granted
    return listening.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) // doubled


def _warning(port: int, granted: int, wanted: int) -> str:
    if granted >= wanted:
        return ""
    return (
        f"UDP port {port}: the system grants a receive buffer of {granted} bytes in place of {wanted}, "
        f"packets may be lost (Linux: sysctl -w net.core.rmem_max={wanted})"
    )
