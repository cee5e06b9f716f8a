"""The own body in a radar's view: always there, always alike. What it lacks, a film takes.

Each reflection is held against itself: what stands broadside has no Doppler either, and swallows some of them
or joins two. A film takes from all, so the third tenth of them tells.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

STEP_M = 0.1
BESIDE_M = 0.15  # how far a reflection strays
FEWEST = 6  # reflections; fewer are no flank
OFTEN = 0.5  # of the looks
TELLING = 30.0  # percent
GONE_DB = 20.0  # said of one that is not seen


def learned(looks: list[Floats]) -> Floats | None:
    """(reflection, 2) range in m and level in dB, of looks with such rows; None where no body is in view."""
    seen = np.concatenate(looks) if looks else np.zeros((0, 2))
    if not len(seen):
        return None
    counts = np.bincount((seen[:, 0] / STEP_M).astype(np.intp) + 1)
    near = np.convolve(counts, np.ones(3), "same")
    rises = np.diff(near, prepend=0.0) > 0
    falls = np.diff(near, append=0.0) <= 0
    found: list[Floats] = []
    for step in np.flatnonzero(rises & falls & (near >= OFTEN * len(looks))):
        beside = np.abs(seen[:, 0] - (step - 0.5) * STEP_M) < BESIDE_M
        one = np.median(seen[beside], axis=0)
        if not found or one[0] - found[-1][0] > STEP_M:  # between two steps it is the highest of both
            found.append(one)
    return np.array(found) if len(found) >= FEWEST else None


def lack_db(usual: Floats, looks: list[Floats]) -> float:
    """What seven tenths of the reflections lack of what is usual, or more."""
    return float(np.percentile([_lacks_db(usual, one) for one in looks], TELLING))


def _lacks_db(usual: Floats, seen: Floats) -> Floats:
    """(reflection,) of one look."""
    if not len(seen):
        return np.full(len(usual), GONE_DB)
    beside = np.abs(usual[:, :1] - seen[:, 0]) < BESIDE_M
    level_db = np.where(beside, seen[:, 1], -np.inf).max(axis=1)
    return np.asarray(np.minimum(usual[:, 1] - level_db, GONE_DB))
