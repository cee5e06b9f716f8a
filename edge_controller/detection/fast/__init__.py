"""The stages of detection again, compiled by numba and with FFTW's transforms: the extra `fast`.

Same names, arguments and answers as beside it in `edge_controller.detection`; imported by nobody but
`edge_controller.detection.stages`, and only where both are installed.
"""

from edge_controller.detection.fast.warmth import forget_stale

forget_stale()  # before any stage is loaded
