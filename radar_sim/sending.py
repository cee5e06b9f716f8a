"""How the transmitters share the chirps."""

import numpy as np
from numpy.typing import NDArray

from radar_sim.fit import Radar


def time_division(radar: Radar) -> NDArray[np.complex64]:
    """One after the other, (chirp, tx)."""
    return np.tile(np.eye(len(radar.tx_m), dtype=np.complex64), (radar.profile.loops, 1))
