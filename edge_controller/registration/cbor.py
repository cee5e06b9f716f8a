"""Core deterministic CBOR (RFC 8949, 4.2.1) of the few types a signed document needs; the rest is refused."""

from collections import defaultdict
from typing import Any

import cbor2

from edge_controller.errors import InputError

MAX_DEPTH = 8
MAX_INTEGER = 2**64 - 1


def encode(value: object) -> bytes:
    """The one encoding of `value`: shortest heads, definite lengths, keys in the order of their bytes."""
    return cbor2.dumps(_in_order(value))


def decode(data: bytes, what: str) -> Any:
    """The value whose one encoding is `data`; InputError naming `what` for anything else."""
    try:
        value = cbor2.loads(
            data,
            semantic_decoders=defaultdict(lambda: _refuse_tag),
            max_depth=MAX_DEPTH,
        )
        again = encode(value)
    except (cbor2.CBORDecodeError, TypeError) as error:
        raise InputError(f"{what} is not CBOR of our profile ({error})") from error
    # The comparison finds long heads, open lengths, keys twice or out of order, and trailing bytes.
    if again != data:
        raise InputError(f"{what} is not encoded deterministically")
    return value


def _in_order(value: object) -> object:
    # bool is an int to Python and must not become one here; floats have no place in a signed document.
    if value is None or isinstance(value, bool | bytes | str):
        return value
    if isinstance(value, int) and -MAX_INTEGER - 1 <= value <= MAX_INTEGER:
        return value
    if isinstance(value, list):
        return [_in_order(item) for item in value]
    if isinstance(value, dict):
        if any(isinstance(key, bool) or not isinstance(key, int | str) for key in value):
            raise TypeError("a map key is neither a whole number nor a text")
        return {key: _in_order(value[key]) for key in sorted(value, key=cbor2.dumps)}
    raise TypeError(f"a {type(value).__name__} is not among the types used")


def _refuse_tag(*_: object) -> None:
    raise TypeError("a tag is not used here")
