"""Request bodies of at most so many bytes: nobody fills the memory of the office."""

from starlette.requests import ClientDisconnect, Request

DRAINED_BYTES = 64 * 1024 * 1024  # a browser reads our answer only when it got rid of its file


class TooLargeError(Exception):
    """More came than is allowed."""


async def body_within(request: Request, limit: int, *, drain: bool = False) -> bytes:
    """The body; TooLargeError beyond `limit` bytes, with `drain` after reading the rest away."""
    found, seen = bytearray(), 0
    try:
        async for chunk in request.stream():
            seen += len(chunk)
            if seen <= limit:
                found += chunk
            elif not drain or seen > DRAINED_BYTES:
                break
    except ClientDisconnect as error:
        raise TooLargeError from error  # nobody waits for the answer any more
    if seen > limit:
        raise TooLargeError
    return bytes(found)
