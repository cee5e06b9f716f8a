"""The stages of detection again, compiled by numba: the extra `fast`.

Same names, arguments and answers as beside it in `edge_controller.detection`; imported by nobody but
`edge_controller.detection.stages` and `warm_up`, and only where numba is installed. Transforms are SciPy's,
or FFTW's, which `fftw` has.

In innermost loops a place is counted without a sign (`np.uint64`) from the start of a flat array: numba asks
of every signed one whether it is negative, and counts the users of every slice that a loop makes.
"""

from edge_controller.detection.fast.warmth import forget_stale

forget_stale()  # before any stage is loaded
