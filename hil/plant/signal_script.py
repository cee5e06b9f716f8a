"""How late and how coarse the truck's own signals are."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SignalScript:
    """Comes on top of the rates and the resolution of the standard."""

    indicator_late_s: float = 0.0  # from the lever to the bus; body controllers take up to a second
    speed_zero_below_kmh: float = 0.0  # wheel sensors say nothing below; about 2 on trucks
    jitter_ms: float = 0.0  # each frame late by up to so much


AS_DRAWN = SignalScript()
