"""Time in the gateway: a millisecond counter modulo 2^29, so that no int ever needs the heap."""

MASK = 0x1FFFFFFF
NEVER = MASK  # the age of what was never seen
FORGET_MS = 60_000  # far beyond every limit, far below the 6 days after which the counter comes round


def elapsed_ms(now_ms: int, then_ms: int) -> int:
    """From then to now, across the wrap."""
    return (now_ms - then_ms) & MASK


class Seen:
    """When something was last seen. Has to be aged once per tick, lest the wrap make it young again."""

    def __init__(self) -> None:
        self.at_ms = 0
        self.ever = False

    def mark(self, now_ms: int) -> None:
        """It is seen now."""
        self.at_ms = now_ms
        self.ever = True

    def age_ms(self, now_ms: int) -> int:
        """NEVER where it was not seen."""
        return elapsed_ms(now_ms, self.at_ms) if self.ever else NEVER

    def grow_old(self, now_ms: int) -> None:
        """Forget what is long past."""
        if self.age_ms(now_ms) > FORGET_MS:
            self.ever = False


class Held:
    """How long a switch has been held, counted between two reports and only from a known release."""

    def __init__(self) -> None:
        self.was_released = False
        self.is_on = False
        self.on_at_ms = 0
        self.kept_ms = 0

    def report(self, is_on: bool, now_ms: int) -> None:
        """One report of the switch."""
        if not is_on:
            self.was_released = True
            self.is_on = False
            self.kept_ms = 0
        elif self.is_on:
            self.kept_ms = min(elapsed_ms(now_ms, self.on_at_ms), FORGET_MS)
            if self.kept_ms == FORGET_MS:
                self.on_at_ms = (now_ms - FORGET_MS) & MASK
        elif self.was_released:
            self.is_on = True
            self.on_at_ms = now_ms
