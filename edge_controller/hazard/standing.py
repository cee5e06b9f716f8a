"""Who was only ever seen to stand: what his track shows of a speed is the truck's own error."""

from dataclasses import replace

import numpy as np

from edge_controller.messages import Track

STANDS_MPS = 0.1  # sigma of somebody who stands
STANDING_USER_M = 0.9  # his box has no direction: a person, or half a bicycle


def standing(track: Track) -> Track:
    """The same, at rest, if he was not proven to move; who sets off is, soon after he goes 0.6 m/s.

    A thing's size is no size of his: he may stand beside a bicycle, or over it (decision 0172).
    """
    if track.moving:
        return track
    covariance = track.covariance.copy()
    covariance[2:, :] = covariance[:, 2:] = 0.0
    covariance[2:, 2:] = np.eye(2) * STANDS_MPS**2
    at_rest = replace(track, vx_mps=0.0, vy_mps=0.0, ax_mps2=0.0, ay_mps2=0.0, covariance=covariance)
    if max(track.length_m, track.width_m) >= STANDING_USER_M:
        return at_rest
    return replace(at_rest, length_m=STANDING_USER_M, width_m=STANDING_USER_M)
