"""What becomes of one radar during an encounter. Levels without raw samples know nothing of it."""

import zlib
from dataclasses import dataclass

import numpy as np

from hil.moment import Moment
from radar_sim import Losses, Sensor

FROM_THE_START = Moment(at_s=0.0)
CLEAN, NO_LOSSES = Sensor(), Losses()


@dataclass(frozen=True, slots=True)
class SensorScript:
    """From that moment on the radar is as `sensor` says, its packets suffer `losses`."""

    sensor: Sensor = CLEAN
    losses: Losses = NO_LOSSES
    silent_for_s: float = 0.0  # nothing arrives for so long from then on
    when: Moment = FROM_THE_START
    radar: str = ""

    @property
    def name(self) -> str:
        """`radar_front`."""
        return f"radar_{self.radar}"

    def arriving(
        self, packets: list[bytes], since_s: float, t_s: float, draw: tuple[int, int]
    ) -> list[bytes]:
        """Those of a frame that begins at `t_s`; `draw`: seed and number of the frame."""
        if t_s < since_s + self.silent_for_s:
            return []
        seed, index = draw
        rng = np.random.default_rng([seed, zlib.crc32(self.radar.encode()), index])
        return self.losses.suffered(packets, rng)
