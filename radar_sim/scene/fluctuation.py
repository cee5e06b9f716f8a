"""How a cross section that stands for many scatterers wavers: laws of power with a mean of one.

Only for things of one point or few. A thing of many points wavers by their interference, and needs none.
"""

import math
from collections.abc import Callable

import numpy as np

from radar_sim.errors import SceneError
from radar_sim.randomness import Purpose, generator
from radar_sim.scene.bodies import Place
from radar_sim.scene.scatterers import Floats

Law = Callable[[np.random.Generator, int], Floats]
WAVELENGTH_M = 3.893e-3  # at 77 GHz
CELLS = 2**32


def swerling(case: int) -> Law:
    """Cases 0 to 4: steady, exponential power (1, 2), chi-square power of four degrees (3, 4).

    1 and 3 hold while the aspect does, 2 and 4 change from look to look: give each look another cell.
    """
    if case not in range(5):
        raise SceneError(f"fluctuation: Swerling case is {case!r}, not 0 to 4")
    if case == 0:
        return lambda _, count: np.ones(count)
    degrees = 1.0 if case in (1, 2) else 2.0
    return nakagami(degrees)


def nakagami(m: float) -> Law:
    """Nakagami-m amplitude, so gamma power of shape m; people have 0.5 to 1.5 (Lee et al. 2016)."""
    _above_zero("m", m)
    return lambda rng, count: rng.gamma(m, 1 / m, count)


def log_normal(std_db: float) -> Law:
    """Normal in dB; the mean in dB is lowered by ln(10)/20 std^2, so that the linear mean is kept."""
    _above_zero("std_db", std_db)
    mean_db = -math.log(10) / 20 * std_db**2
    return lambda rng, count: 10 ** ((mean_db + std_db * rng.standard_normal(count)) / 10)


def weibull(shape: float) -> Law:
    """Weibull amplitude; 2 is Rayleigh, mixed clutter has 1.2 to 2."""
    _above_zero("shape", shape)
    mean = math.gamma(1 + 2 / shape)
    return lambda rng, count: rng.weibull(shape / 2, count) / mean


def aspect_cell(aspect_rad: float, width_m: float) -> int:
    """Number of the piece of aspect within which a thing `width_m` wide keeps its cross section.

    lambda / (2 width): 0.06 degrees for a bicycle of 1.8 m, 0.22 for a person of 0.5 m.
    """
    return math.floor(aspect_rad * 2 * width_m / WAVELENGTH_M)


def factor(law: Law, seed: int, name: str, cell: int = 0) -> float:
    """What one look at a thing multiplies its mean with; the same cell gives the same."""
    return float(law(generator(seed, Purpose.FLUCTUATION, name, cell % CELLS), 1)[0])


def look(at: tuple[float, float, float], width_m: float, mirror: float, seen_from_m: Place | None) -> int:
    """Which piece of aspect of a thing at x, y, heading somebody at a place looks at; 0 where nobody says."""
    if seen_from_m is None:
        return 0
    bearing_rad = math.atan2(seen_from_m[1] - at[1], seen_from_m[0] - at[0])
    return aspect_cell(mirror * (bearing_rad - at[2]), width_m)


def _above_zero(name: str, value: float) -> None:
    if not 0 < value < math.inf:
        raise SceneError(f"fluctuation: {name} is {value!r}, not a finite number above zero")
