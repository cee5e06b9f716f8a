"""Who was only ever seen to stand: what his track shows of a speed is the truck's own error."""

from dataclasses import replace

import numpy as np

from edge_controller.messages import Track

STANDS_MPS = 0.1  # sigma of somebody who stands


def standing(track: Track) -> Track:
    """The same, at rest, if he was not proven to move; who sets off is, soon after he goes 0.6 m/s."""
    if track.moving:
        return track
    covariance = track.covariance.copy()
    covariance[2:, :] = covariance[:, 2:] = 0.0
    covariance[2:, 2:] = np.eye(2) * STANDS_MPS**2
    return replace(track, vx_mps=0.0, vy_mps=0.0, ax_mps2=0.0, ay_mps2=0.0, covariance=covariance)
