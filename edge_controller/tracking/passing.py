"""Who rides abeam of a radar: his places show a way long before his Doppler proves him frame by frame.

Abeam the part of his speed along the line of sight is as small as what stands may show, by a bearing or a
speed of ours that is a little wrong. Over many frames it is told apart. What is smooth and stands sends a
glint along with us, square to the line of sight wherever it is: of such a way no Doppler is due. A track that
hops from post to post makes a way of which much is due, and shows none. Our own image
rests against us in a wall along our way; in one that leans to it, it does not, and passes for somebody.
Decision 0149.
"""

import math
from collections.abc import Sequence

import numpy as np

from edge_controller.tracking.limbs import PLACE_SIGMA_M, Glimpse, off_way_m, way_made

NEAR_M = 8.0  # farther off a bearing that wanders makes a way as well, and nobody is about to be hit
FEWEST, SHORTEST_S = 12, 0.4
MOST = 0.7  # of the frames, those in which he does not rest against us
SLOWEST_MPS = 2.0  # who walks is told by more (abreast)
SIGMAS = 5.0  # of the speed by place alone
SKEW = 0.05  # r.m.s. sine of how far his way is from square to the line of sight; bearings are wrong by 0.02
SHOWN_MPS = 0.12  # ... and of what it puts there
OFF_MPS = 0.25  # r.m.s. of the one less the other: ranges that do not change as the Doppler says hop
AGREES = (0.5, 1.5)  # Doppler seen against Doppler due: nearer to his than to none, which what stands shows


def passes(glimpses: Sequence[Glimpse]) -> bool:
    """Whether these are of one who makes a way near us, and show the Doppler that is due of it."""
    if not glimpses or glimpses[-1].range_m > NEAR_M:
        return False
    his = [one for one in glimpses if not one.rides_along]
    if len(his) < max(FEWEST, MOST * len(glimpses)) or his[-1].t_s - his[0].t_s < SHORTEST_S:
        return False
    away_s, velocity = way_made(his)
    sigma_m = max(PLACE_SIGMA_M, off_way_m(his, away_s, velocity))
    made_mps = math.hypot(velocity[0], velocity[1])
    if made_mps < max(SLOWEST_MPS, SIGMAS * sigma_m / math.sqrt(away_s @ away_s)):
        return False
    due_mps = np.concatenate([one.sight for one in his]).reshape(-1, 2) @ velocity
    seen_mps = np.array([one.ground_mps for one in his])
    power = float(due_mps @ due_mps)
    if power < len(his) * max(SHOWN_MPS, SKEW * made_mps) ** 2:
        return False
    off_mps = seen_mps - due_mps
    if float(off_mps @ off_mps) > len(his) * OFF_MPS**2:
        return False
    return AGREES[0] < float(due_mps @ seen_mps) / power < AGREES[1]
