"""A gain that jumps: noise and leakage go up or down together, and nothing before the radar does that.

Somebody near changes the leakage and not the noise, other radars the noise and not the leakage. Heat takes
minutes in a truck, and what is usual follows it; what jumps is the supply, an amplifier, or a sensor swapped.
"""

import math

USUAL_S, LOOK_S = 60.0, 0.25
LEARNING = 4  # looks
NOISE_DB, LEAKAGE_DB = 0.7, 1.2  # seven times what the noise of one look strays
LOOKS = 2  # in a row


class Gain:
    """Memory of what is usual; `update` once a look."""

    def __init__(self) -> None:
        self._usual: tuple[float, float] | None = None  # noise, leakage in dB
        self._count = self._odd = 0
        self.faults: tuple[str, ...] = ()

    def update(self, noise_db: float, leakage: float) -> None:
        """`leakage` is the power of all channels together."""
        now = noise_db, 10 * math.log10(max(leakage, 1e-12))
        self._count += 1
        if self._usual is None:
            self._usual = now
        noise_db, leakage_db = now[0] - self._usual[0], now[1] - self._usual[1]
        is_odd = abs(noise_db) > NOISE_DB and abs(leakage_db) > LEAKAGE_DB and noise_db * leakage_db > 0
        self._odd = self._odd + 1 if is_odd and self._count > LEARNING else 0
        words = (f"gain changed by {leakage_db:+.0f} dB at once",)
        self.faults = words if self._odd >= LOOKS else ()
        share = 1 / self._count if self._count <= LEARNING else LOOK_S / USUAL_S
        self._usual = (self._usual[0] + share * noise_db, self._usual[1] + share * leakage_db)
