"""Signals by shifts against cantools: every message of the vehicle bus, both ways."""

import pytest
from cantools.database.can import Message
from hypothesis import given
from hypothesis import strategies as st

from edge_controller.can.layout import Layout, word_of
from edge_controller.can.vehicle_bus import database

MESSAGES = {message.name: message for message in database().messages}
names = st.sampled_from(sorted(MESSAGES))


@given(names, st.binary(min_size=8, max_size=8))
def test_counts_are_those_of_cantools(name: str, data: bytes) -> None:
    message = MESSAGES[name]
    decoded = message.decode_simple(data, decode_choices=False, scaling=False)
    fields = Layout(message).fields
    assert {key: field.raw(word_of(data)) for key, field in fields.items()} == decoded


@given(names, st.data())
def test_bytes_are_those_of_cantools(name: str, draw: st.DataObject) -> None:
    message = MESSAGES[name]
    counts = {
        signal.name: draw.draw(st.integers(0, (1 << signal.length) - 1), signal.name)
        for signal in message.signals
        if draw.draw(st.booleans(), f"{signal.name} is said")
    }
    values = {key: Layout(message).fields[key].offset + n * _scale(message, key) for key, n in counts.items()}
    unsaid = {signal.name: (1 << signal.length) - 1 for signal in message.signals}
    expected = message.encode({**unsaid, **counts}, scaling=False, padding=True, strict=False)
    assert Layout(message).data(values) == expected


def _scale(message: Message, key: str) -> float:
    return float(message.get_signal_by_name(key).scale)


@pytest.mark.parametrize(
    ("counts", "value"),
    [(0xFAFF, 0xFAFF / 256), (0xFB00, None), (0xFE00, None), (0xFFFF, None)],
)
def test_error_and_not_available_are_no_speed(counts: int, value: float | None) -> None:
    speed = Layout(MESSAGES["CCVS1"]).fields["WheelBasedVehicleSpeed"]
    assert speed.physical(word_of(bytes([0, *counts.to_bytes(2, "little"), 0, 0, 0, 0, 0]))) == value


def test_what_does_not_fit_is_said() -> None:
    with pytest.raises(ValueError, match=r"VDC2: YawRate of 5\.0 does not fit"):
        Layout(MESSAGES["VDC2"]).data({"YawRate": 5.0})
