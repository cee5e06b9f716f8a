"""Mean cross section against the place it is seen from.

Tables go by the angle between heading and line to the radar, 0 at the front; laws by the distance.
"""

import numpy as np
from numpy.typing import NDArray

from radar_sim.scene.scatterers import Aspect, Floats

LEAST_M = 1e-9  # keeps a direction where there is none

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
    # The car again without the flash of its side, which its mirrors then give.
    Aspect.CAR_BESIDE_MIRRORS: (
        tuple(range(0, 181, 10)),
        (10, 7, 6, 5, 4, 4, 3, 2, 5, 5, 5, 0, 0, 0, 1, 3, 5, 10, 15),
    ),
    # A kerb is a corner with the road when seen square on: 5 to 8 dB more there, by estimate.
    Aspect.KERB: ((0, 75, 85, 95, 105, 180), (0, 0, 6.5, 6.5, 0, 0)),
}


def aspect_factor(aspect: NDArray[np.uint8], cos_aspect: Floats, level_m: Floats, up_m: Floats) -> Floats:
    """What each point's `rcs_m2` is multiplied with, (n,).

    Given the cosine of the angle it is seen under, the level distance, and the radar's height over it. An
    upright cylinder of radius rho gives pi R^2 rho / (rho + R): its `rcs_m2` is pi rho, the factor R. The
    ground gives gamma sin(grazing) to the area: its `rcs_m2` is gamma times area.
    """
    angle_deg = np.degrees(np.arccos(np.clip(cos_aspect, -1, 1)))
    factor = np.ones(len(aspect))
    present = set(aspect.tolist())
    for table, (degrees, dbsm) in TABLES.items():
        if table not in present:
            continue
        of_this = aspect == table
        factor[of_this] = 10 ** (np.interp(angle_deg[of_this], degrees, dbsm) / 10)
    factor = np.where(aspect == Aspect.CYLINDER, level_m, factor)
    slant_m = np.maximum(np.sqrt(level_m * level_m + up_m * up_m), LEAST_M)
    result: Floats = np.where(aspect == Aspect.GROUND, np.abs(up_m) / slant_m, factor)
    return result
