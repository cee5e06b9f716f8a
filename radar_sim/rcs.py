"""Mean cross section against the angle between heading and line to the radar, 0 at the front."""

import numpy as np
from numpy.typing import NDArray

from radar_sim.scatterers import Aspect, Floats

# Degrees from the front and dBsm of the whole thing; in between on a straight line.
TABLES: dict[Aspect, tuple[tuple[float, ...], tuple[float, ...]]] = {
    # Sector means of Belgiovane and Chen, EuCAP 2016; the lower of the two public sets.
    Aspect.CYCLIST_BELGIOVANE: (
        (0, 25, 35, 55, 65, 115, 125, 145, 155, 180),
        (-11.6, -11.6, -13.2, -13.2, -8.1, -8.1, -13.2, -13.2, -11.6, -11.6),
    ),
    # Every 10 degrees in the open simulator of Wengerter; origin of the data not stated there.
    Aspect.CYCLIST_WENGERTER: (
        tuple(range(0, 181, 10)),
        (-3, -5, -7, -5, -2, -5, -3, -4, 2, 15, 0, -3, -6, -6, -8, -5, -3, -4, -2),
    ),
    # The same source's car, marked there as measured.
    Aspect.CAR_WENGERTER: (
        tuple(range(0, 181, 10)),
        (10, 7, 6, 5, 4, 4, 3, 2, 5, 20, 5, 0, 0, 0, 1, 3, 5, 10, 15),
    ),
}


def aspect_factor(aspect: NDArray[np.uint8], cos_aspect: Floats) -> Floats:
    """What each point's `rcs_m2` is multiplied with, (n,), given the cosine of the angle it is seen under."""
    angle_deg = np.degrees(np.arccos(np.clip(cos_aspect, -1, 1)))
    factor = np.ones(len(aspect))
    for table, (degrees, dbsm) in TABLES.items():
        of_this = aspect == table
        factor[of_this] = 10 ** (np.interp(angle_deg[of_this], degrees, dbsm) / 10)
    return factor
