"""How late and how coarse the truck's own signals are."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SignalScript:
    """Comes on top of the rates and the resolution of the standard."""

    indicator_late_s: float = 0.0  # from the lever to the bus; some body controllers take a second
    speed_zero_below_kmh: float = 0.0  # wheel sensors say nothing below; about 2 on trucks
    jitter_ms: float = 0.0  # each frame late by up to so much


AT_ONCE = SignalScript()
OF_A_TRUCK = SignalScript(indicator_late_s=0.1, speed_zero_below_kmh=2.0, jitter_ms=2.0)
