"""What may become of clocks: the gateway's counter comes round. UTC is in no decision."""

from dataclasses import dataclass, field

from firmware.ticks import MASK
from hil.moment import Moment


@dataclass(frozen=True, slots=True)
class GatewayClockWraps:
    """The gateway has run for six days: its millisecond counter comes round at that time of the drive."""

    when: Moment  # a time, so that the counter is right from the start
    name: str = field(default="gateway_clock_wraps", init=False)

    def now_ms(self, now_ms: int) -> int:
        """The counter when the drive is so old."""
        assert self.when.at_s is not None
        return (now_ms - round(1000 * self.when.at_s)) & MASK
