"""Core deterministic CBOR, RFC 8949 section 4.2.1: one value, one encoding."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_controller.errors import InputError
from edge_controller.registration import cbor


@pytest.mark.parametrize(
    ("value", "expected"),
    [  # RFC 8949, appendix A
        (0, "00"),
        (23, "17"),
        (24, "1818"),
        (256, "190100"),
        (2**64 - 1, "1bffffffffffffffff"),
        (-1, "20"),
        (-(2**64), "3bffffffffffffffff"),
        (False, "f4"),
        (True, "f5"),
        (None, "f6"),
        (b"\1\2", "420102"),
        ("水", "63e6b0b4"),
        ([1, [2, 3]], "8201820203"),
        # RFC 8949, 4.2.1: by the bytes of the key, not by length: 10, 100, -1, "z", "aa"
        ({"aa": 0, -1: 0, 100: 0, "z": 0, 10: 0}, "a50a001864002000617a0062616100"),
    ],
)
def test_the_encoding_is_the_one_of_the_standard(value: object, expected: str) -> None:
    assert cbor.encode(value).hex() == expected
    assert cbor.decode(bytes.fromhex(expected), "it") == value


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ("", "nothing"),
        ("1817", "long head"),
        ("190017", "long head"),
        ("590002 0102", "long length"),
        ("5f 420102 ff", "indefinite bytes"),
        ("7f 6161 ff", "indefinite text"),
        ("9f 01 ff", "indefinite array"),
        ("bf 6161 01 ff", "indefinite map"),
        ("a2 6161 01 6161 02", "key twice"),
        ("a2 6162 01 6161 02", "keys out of order"),
        ("a1 f5 01", "key true"),
        ("a1 41 00 01", "key of bytes"),
        ("a1 80 01", "key an array"),
        ("01 02", "bytes left over"),
        ("82 01", "cut off"),
        ("fb 3ff0000000000000", "float"),
        ("f97e00", "not a number"),
        ("f7", "undefined"),
        ("e5", "simple value"),
        ("c1 01", "tag: time"),
        ("c2 4101", "tag: big number"),
        ("d9d9f7 01", "tag: self-described"),
        ("d823 6161", "tag: regular expression"),
        ("d81c 80", "tag: shared"),
        ("62 c328", "not UTF-8"),
        ("63 eda080", "lone surrogate"),
        ("5b 7fffffffffffffff 00", "a length beyond all memory"),
        ("9b 7fffffffffffffff 00", "a count beyond all memory"),
        ("81" * 20 + "00", "too deep"),
    ],
)
def test_everything_else_is_refused(data: str, why: str) -> None:
    with pytest.raises(InputError, match="it is not"):
        cbor.decode(bytes.fromhex(data), "it")
    assert why


@pytest.mark.parametrize(
    "data", ["c101", "c24101", "d9d9f701", "d8236161", "d81c80", "8181c101", "a16161c101"]
)
def test_a_tag_is_refused_before_anything_is_done_with_it(data: str) -> None:
    """cbor2 would compile a regular expression, build a big number, share a value."""
    with pytest.raises(InputError, match="semantic tag"):
        cbor.decode(bytes.fromhex(data), "it")


@pytest.mark.parametrize("value", [1.0, {b"k": 1}, {True: 1}, 2**64, {1, 2}, (1, 2)])
def test_other_values_are_never_encoded(value: object) -> None:
    with pytest.raises(TypeError):
        cbor.encode(value)


plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**64), 2**64 - 1)
    | st.binary(max_size=40)
    | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=5) | st.integers(-300, 300), inner, max_size=4)
    ),
    max_leaves=6,
)


def head(major: int, argument: int) -> bytes:
    for bits, (size, form) in enumerate(((1, ">B"), (2, ">H"), (4, ">I"), (8, ">Q"))):
        if argument < 24:
            return bytes([major << 5 | argument])
        if argument < 1 << 8 * size:
            return bytes([major << 5 | 24 + bits]) + struct.pack(form, argument)
    raise AssertionError(argument)


def by_hand(value: object) -> bytes:
    """The encoder once more, from RFC 8949 section 3 and without any library."""
    if value is None or isinstance(value, bool):
        return {None: b"\xf6", True: b"\xf5", False: b"\xf4"}[value]
    if isinstance(value, int):
        return head(0, value) if value >= 0 else head(1, -1 - value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        return head(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(by_hand(item) for item in value)
    assert isinstance(value, dict)
    pairs = sorted((by_hand(key), by_hand(item)) for key, item in value.items())
    return head(5, len(pairs)) + b"".join(key + item for key, item in pairs)


@given(plain)
def test_decoding_gives_back_what_was_encoded_and_a_second_encoder_agrees(value: object) -> None:
    data = cbor.encode(value)
    assert data == by_hand(value)
    assert cbor.decode(data, "it") == value


@given(st.binary(max_size=60))
def test_any_bytes_are_refused_in_one_way_or_are_the_encoding_of_their_value(data: bytes) -> None:
    try:
        value = cbor.decode(data, "it")
    except InputError:
        return
    assert by_hand(value) == data
