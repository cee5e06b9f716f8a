"""A UDP socket for a radar's packets, with room for the frames that come while one is worked on."""

import socket
import sys
from collections.abc import Iterator
from types import TracebackType
from typing import Self

from edge_controller.errors import InputError

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

    def packets(self, most: int = AT_ONCE) -> Iterator[bytes]:
        """Those that wait, at most so many."""
        receive = self.socket.recv
        for _ in range(most):
            try:
                yield receive(LARGEST_PACKET)
            except BlockingIOError:
                return


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
