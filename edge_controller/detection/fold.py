"""Which whole fold a Doppler has: the phases between transmitters and the walk through range bins tell it."""

import math

import numpy as np
from numpy.typing import NDArray

from edge_controller.config import Radar

CALIBRATION_SHARE = 0.044  # of a channel's power: what 10 degrees and 1 dB of error leave unexplained
WALK_SHARE = 0.25  # of the power of several reflectors: what their own extent does to a smear
FOLD_PRIOR = math.log(2.0)  # unfolded is that much likelier before looking
MAX_MARGIN_DB = 60.0  # nobody is surer than that
ONE_WAVE_FALSE_ALARM = 1e-3  # single reflectors taken for several, before anyone looks closer


def folds_hz(doppler_hz: NDArray[np.float64], radar: Radar) -> NDArray[np.float64]:
    """(hypothesis, peak) Dopplers that TDM phases can tell apart; the first is the unfolded one.

    With T transmitters folds T apart look alike. Two transmitters know "folded" from "not folded" only,
    and of +1 and -1 the slower one is taken; one transmitter knows nothing.
    """
    transmitters, fold = len(radar.array.tx_order), 1 / radar.repetition_s
    if transmitters == 1:
        return doppler_hz[None]
    if transmitters == 2:
        return np.array([doppler_hz, doppler_hz - np.where(doppler_hz > 0, fold, -fold)])
    return np.array([doppler_hz, doppler_hz - fold, doppler_hz + fold])


def walk_bins(doppler_hz: NDArray[np.float64], radar: Radar) -> NDArray[np.float64]:
    """Range bins walked within the frame at that Doppler."""
    return doppler_hz * (radar.profile.wavelength_m / 2 * radar.dwell_s / radar.profile.range_bin_m)


def best_fold(evidence: NDArray[np.float64]) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Hypothesis per peak from log-likelihoods (hypothesis, peak), and the odds in decibels that it is right.

    20 dB: one in a hundred is wrong. 0 where nothing is known.
    """
    peaks = np.arange(evidence.shape[1])
    if len(evidence) == 1:
        return np.zeros_like(peaks), np.zeros(peaks.size)
    weighed = evidence.copy()
    weighed[1:] -= FOLD_PRIOR
    chosen = weighed.argmax(axis=0)
    against = weighed - weighed[chosen, peaks]
    against[chosen, peaks] = -np.inf
    margin_db = -10 / math.log(10) * np.log(np.exp(against).sum(axis=0) + 1e-300)
    return chosen, np.minimum(np.maximum(margin_db, 0.0), MAX_MARGIN_DB)
