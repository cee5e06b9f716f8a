"""What may become of the brake behind the XBR."""

from dataclasses import dataclass
from typing import Literal, get_args

from hil.moment import Moment
from hil.plant.brake_ecu import ACCEPTS_NONE, BrakeEcu

How = Literal["refuses", "deaf", "no_air"]
HOWS: tuple[How, ...] = get_args(How)


@dataclass(frozen=True, slots=True)
class BrakeFault:
    """The ECU says it accepts no XBR; or hears none; or accepts it, says so, and the truck does not slow."""

    when: Moment
    how: How

    @property
    def name(self) -> str:
        """`brake_deaf`."""
        return f"brake_{self.how}"

    def act(self, ecu: BrakeEcu) -> None:
        """Once, when it begins."""
        if self.how == "refuses":
            ecu.system_state = ACCEPTS_NONE
        elif self.how == "deaf":
            ecu.hears_xbr = False
        else:
            ecu.has_air = False
