"""Request bodies of at most so many bytes: nobody fills the memory of the office."""

from starlette.requests import ClientDisconnect, Request

DRAINED_BYTES = 64 * 1024 * 1024  # a browser reads our answer only when it got rid of its file


class TooLargeError(Exception):
    """More came than is allowed; `begun` is how it begins."""

    def __init__(self, begun: bytes = b"") -> None:
        super().__init__("more bytes than allowed")
        self.begun = begun


async def body_within(request: Request, limit: int, *, drain: bool = False) -> bytes:
    """The body; TooLargeError beyond `limit` bytes, with `drain` after reading the rest away."""
    found, seen = bytearray(), 0
    try:
        async for chunk in request.stream():
            seen += len(chunk)
            found += chunk[: max(0, limit - len(found))]
            if seen > limit and not (drain and seen <= DRAINED_BYTES):
                break
    except ClientDisconnect as error:
        raise TooLargeError from error  # nobody waits for the answer any more
    if seen > limit:
        raise TooLargeError(bytes(found))
    return bytes(found)
