"""The training cells around a cell under test, and how alike the windows make them."""

from dataclasses import dataclass

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from edge_controller.config import CfarKind
from edge_controller.detection.spectrum import DOPPLER_LOBE_BINS, RANGE_LOBE_BINS

TRAIN_BINS = 8  # half the outer side of the training frame
TRAIN_BINS_IN_ONE_ROW = RANGE_LOBE_BINS + 16
ORDERED_BINS_IN_ONE_ROW = RANGE_LOBE_BINS + 24
ORDERED_STEPS = (2, 3)  # Doppler, range: under Hann and Blackman, cells so far apart are alike by 3 and 0.4 %


@dataclass(frozen=True, slots=True)
class Frame:
    """A box of bins around the cell less its guard box: half sides, both sides alike.

    OS asks one cell in so many (`steps`): of cells that are nearly independent the law is known, they tell
    almost as much as all, and counting a fifth of them takes a fifth of the time.
    """

    dopplers: int
    ranges: int
    guard_dopplers: int
    guard_ranges: int
    steps: tuple[int, int] = (1, 1)

    @property
    def rows(self) -> int:
        """Doppler bins of the box."""
        return 2 * self.dopplers + 1

    @property
    def guard_rows(self) -> int:
        """Doppler bins of the guard box; all of the frame's where it has but one."""
        return 2 * self.guard_dopplers + 1

    @property
    def guard_columns(self) -> int:
        """Range bins of the guard box."""
        return 2 * self.guard_ranges + 1

    @property
    def half_columns(self) -> int:
        """Range bins of the box on one side of the guard box."""
        return self.ranges - self.guard_ranges

    def offsets(self, before: int, after: int) -> NDArray[np.int64]:
        """(cell, Doppler and range) of the training cells where that many range bins are on either side."""
        grid = np.mgrid[-self.dopplers : self.dopplers + 1, -before : after + 1].reshape(2, -1).T
        guarded = (np.abs(grid[:, 0]) <= self.guard_dopplers) & (np.abs(grid[:, 1]) <= self.guard_ranges)
        asked = (grid[:, 0] % self.steps[0] == 0) & ((self.ranges - np.abs(grid[:, 1])) % self.steps[1] == 0)
        return np.asarray(grid[~guarded & asked], dtype=np.int64)


def frame_of(dopplers: int, ranges: int, kind: CfarKind) -> Frame:
    """The training frame in a map of that size; a main lobe on either side of the cell trains nobody."""
    one_row = kind.endswith("_range")
    half_dopplers = 0 if one_row else min(TRAIN_BINS, (dopplers - 1) // 2)
    ordered = kind.startswith("os")
    row_bins = ORDERED_BINS_IN_ONE_ROW if ordered else TRAIN_BINS_IN_ONE_ROW
    half_ranges = min(row_bins if one_row else TRAIN_BINS, (ranges - 1) // 2)
    return Frame(
        dopplers=half_dopplers,
        ranges=half_ranges,
        guard_dopplers=min(DOPPLER_LOBE_BINS, max(half_dopplers - 1, 0)),
        guard_ranges=min(RANGE_LOBE_BINS, max(half_ranges - 1, 0)),
        steps=ORDERED_STEPS if ordered else (1, 1),
    )


def alikeness(taper: NDArray[np.float64]) -> NDArray[np.float64]:
    """Correlation of the noise of two bins k apart, by lag: FFT(w^2)[k] / FFT(w^2)[0].

    Windows are symmetric about their middle, so it is real once the middle is taken as time 0.
    """
    energy = scipy.fft.fft(scipy.fft.ifftshift(taper**2))
    return np.asarray(energy.real / energy.real[0])


def covariance(
    offsets: NDArray[np.int64], doppler_alike: NDArray[np.float64], range_alike: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(cell, cell) of the noise at these offsets; 1 on the diagonal."""
    apart = offsets[:, None, :] - offsets[None, :, :]
    along_doppler = doppler_alike[apart[..., 0] % len(doppler_alike)]
    return np.asarray(along_doppler * range_alike[apart[..., 1] % len(range_alike)])
