"""Others who turn the same samples into points with an azimuth, as their own examples do it; and the floor.

Each is built once per cube and then called without arguments, as a loop over frames would; beside it
stands what lays out `samples`, whatever they are by then, as that program receives them.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_controller.config import Radar

Work = Callable[[], object]
ANGLE_BINS = 64
CACHE_LINE = 8  # complex numbers


def floors(radar: Radar, samples: NDArray[np.int16]) -> dict[str, tuple[Work, Work]]:
    """FFTW alone, planned, a two-dimensional transform per channel, in the layouts that may be the fastest.

    Each with what refills its input: in place, from one small buffer, and from there to rows with a line of
    the cache between them, so that columns do not share its sets.
    """
    import pyfftw  # noqa: PLC0415 - an extra

    turns = len(radar.array.tx_order)
    as_complex = samples.astype(np.float32).view(np.complex64)[..., 0]
    loops, receivers, count = radar.profile.loops, len(radar.array.rx_m), radar.profile.samples
    by_channel = as_complex.reshape(loops, turns, receivers, count).transpose(1, 2, 0, 3)
    source = np.ascontiguousarray(by_channel).reshape(-1, loops, count)
    cube, staged = (pyfftw.empty_aligned(shape, np.complex64) for shape in (source.shape, source.shape[1:]))
    apart = pyfftw.empty_aligned((*source.shape[:2], count + CACHE_LINE), np.complex64)[..., :count]
    pyfftw.forget_wisdom()  # of a more patient planner than this one
    within = [pyfftw.FFTW(block, block, axes=(0, 1), flags=("FFTW_MEASURE",)) for block in cube]
    flags = ("FFTW_MEASURE", "FFTW_DESTROY_INPUT")
    across, spread = (
        [pyfftw.FFTW(staged, block, axes=(0, 1), flags=flags) for block in whole] for whole in (cube, apart)
    )
    return {
        "in place": (lambda: _execute(within), lambda: np.copyto(cube, source)),
        "from a buffer": (lambda: _execute(across), lambda: np.copyto(staged, source[0])),
        "to rows apart": (lambda: _execute(spread), lambda: np.copyto(staged, source[0])),
    }


def _execute(plans: list[Any]) -> object:
    """The last channel's spectrum."""
    for plan in plans:
        plan.execute()
    return plans[-1].output_array


def openradar(radar: Radar, samples: NDArray[np.int16]) -> tuple[Work, Work]:
    """openradar 1.0.1 as its demonstration program goes, from the packets' int16 on.

    Its second beam former, its pruning by hand-set limits and its clustering are left out.
    """
    _lend_old_numpy_names()
    from mmwave import dsp  # noqa: PLC0415
    from mmwave.dataloader import DCA1000  # noqa: PLC0415
    from mmwave.dsp.utils import Window  # noqa: PLC0415

    transmitters, shape = len(radar.array.tx_order), samples.shape[:3]
    received = np.empty(samples.size, np.int16)  # I of two samples, then their Q
    laid_out = samples.reshape(*shape[:2], -1, 2, 2).swapaxes(-1, -2)
    peak = np.dtype([("rangeIdx", "i4"), ("dopplerIdx", "i4"), ("peakVal", "f4"), ("SNR", "f4")])

    def points() -> object:
        chirps = DCA1000.organize(received, *shape)
        ranges = dsp.range_processing(chirps, window_type_1d=Window.BLACKMAN)
        power, channels = dsp.doppler_processing(
            ranges,
            num_tx_antennas=transmitters,
            clutter_removal_enabled=True,
            window_type_2d=Window.HAMMING,
        )
        whole = power.astype(np.int64)
        of_doppler, _ = _thresholds(dsp, whole.T, 1.5)
        of_range, noise = _thresholds(dsp, whole, 2.5)
        cells = np.argwhere((power > of_doppler.T) & (power > of_range))
        found = np.zeros(len(cells), peak)
        found["rangeIdx"], found["dopplerIdx"] = cells.T
        found["peakVal"] = whole[cells[:, 0], cells[:, 1]]
        found["SNR"] = found["peakVal"] - noise[cells[:, 0], cells[:, 1]]
        found = dsp.prune_to_peaks(found, power, radar.profile.loops, reserve_neighbor=True)
        found = dsp.peak_grouping_along_doppler(found, power, radar.profile.loops)
        beams = np.fft.fft(channels[found["rangeIdx"], :, found["dopplerIdx"]], ANGLE_BINS, axis=1)
        return found, np.abs(beams).argmax(axis=1)

    return points, lambda: np.copyto(received.reshape(laid_out.shape), laid_out)


def _thresholds(dsp: Any, power: NDArray[np.int64], above: float) -> Any:
    """Along the first axis: threshold, noise."""
    return np.apply_along_axis(dsp.ca_, 0, power, l_bound=above, guard_len=4, noise_len=16)


def _lend_old_numpy_names() -> None:
    """openradar asks for names that NumPy has given up."""
    for name, meant in (("complex_", np.complex128), ("complex", complex), ("float", float), ("int", int)):
        if not hasattr(np, name):
            setattr(np, name, meant)


def xwr(radar: Radar, samples: NDArray[np.int16]) -> tuple[Work, Work]:
    """xwr 0.5.1: all beams of all cells, its cell-averaging threshold, its point cloud.

    Its elevation limit is widened: a linear array has elevation -90 degrees there, and all points would fall.
    """
    from xwr.rsp.numpy import CACFAR, PointCloud, RSPNumpy  # noqa: PLC0415

    class Line(RSPNumpy):
        """All channels in one row."""

        def mimo_virtual_array(self, rd: Any) -> Any:
            return rd.reshape(rd.shape[0], rd.shape[1], 1, -1, rd.shape[-1])

    transform, threshold = Line(window=True, size={"azimuth": ANGLE_BINS}), CACFAR()
    cloud = PointCloud(angle_fov=(100.0, 80.0))
    loops, turns, receivers = radar.profile.loops, len(radar.array.tx_order), len(radar.array.rx_m)
    laid_out = samples.reshape(1, loops, turns, receivers, -1, 2, 2)[..., ::-1].swapaxes(-1, -2)
    received = np.empty((1, loops, turns, receivers, 2 * samples.shape[2]), np.int16)  # two Q, then two I

    def points() -> object:
        cube = np.abs(transform(received))
        found = threshold(cube)
        dense = cloud(cube, found.mask)
        return dense.points[dense.mask]

    return points, lambda: np.copyto(received.reshape(laid_out.shape), laid_out)
