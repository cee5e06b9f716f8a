"""FFTW's transforms for the compiled spectrum: sooner, and other in the last bits from plan to plan.

The library is the one pyFFTW brings; its plans are run from compiled code, all channels of a frame in one
call, and share what it has learned of this machine with those of pyFFTW.
"""

import ctypes
from functools import cache
from typing import Any

import numpy as np
import pyfftw
import pyfftw.pyfftw
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic
from numpy.typing import NDArray

from edge_controller.config import Radar
from edge_controller.detection.fast.spectrum import (
    LINE_CELLS,
    CompiledSpectrum,
    Done,
    Windows,
    between_transforms,
    row_cells,
)
from edge_controller.detection.fast.warmth import Wisdom, remembered_plans

FORWARD = -1
MEASURE, DESTROY_INPUT, PATIENT = 0, 1, 1 << 5  # fftw3.h
LINE_BYTES = 8 * LINE_CELLS

Plan = tuple[int, int]  # addresses: of what runs it, and its own

_library = ctypes.CDLL(pyfftw.pyfftw.__file__)
_library.fftwf_plan_many_dft.restype = ctypes.c_void_p


class FftwSpectrum(CompiledSpectrum):
    """Each channel from one small buffer that never leaves the cache, all of them in one compiled call."""

    def _rows(self, shape: tuple[int, int, int]) -> NDArray[np.complex64]:
        rows: NDArray[np.complex64] = pyfftw.zeros_aligned(shape, np.complex64, n=LINE_BYTES)
        loops, _, _, values = self._in_time
        self._staged = pyfftw.empty_aligned((loops, values), np.float32, n=LINE_BYTES)
        self._plan = plan(loops, values // 2, shape[2], MEASURE)
        return rows

    def _transform(self, in_time: NDArray[np.int16]) -> None:
        done = self._floats, self.power
        self._hit = transformed(in_time, self._windows, self._staged, self._energies, done, self._plan)


@cache
def plan(loops: int, samples: int, width: int, effort: int) -> Plan:
    """From contiguous (loop, sample) to rows `width` cells long; `effort` counts where none is remembered.

    One serves all arrays that begin on a line of the cache, for as long as the process runs.
    """
    source, target = (
        pyfftw.empty_aligned((loops, row), np.complex64, n=LINE_BYTES) for row in (samples, width)
    )
    both = ctypes.c_int * 2
    made = _library.fftwf_plan_many_dft(
        2, both(loops, samples), 1,
        ctypes.c_void_p(source.ctypes.data), both(loops, samples), 1, 0,
        ctypes.c_void_p(target.ctypes.data), both(loops, width), 1, 0,
        FORWARD, effort | DESTROY_INPUT,
    )  # fmt: skip
    if not made:
        raise RuntimeError(f"FFTW has no transform of {loops} x {samples}")
    run = ctypes.cast(_library.fftwf_execute_dft, ctypes.c_void_p).value
    assert run is not None
    return run, int(made)


def _call(_: Any, run: Any, made: Any, source: Any, target: Any) -> Any:  # noqa: ARG001 - addresses, all four
    """Type and code of a call of `fftwf_execute_dft`."""

    def generate(context: Any, builder: Any, _: Any, values: Any) -> Any:
        pointer = ir.IntType(8).as_pointer()
        function = ir.FunctionType(ir.VoidType(), [pointer] * 3).as_pointer()
        arguments = [builder.inttoptr(value, pointer) for value in values[1:]]
        builder.call(builder.inttoptr(values[0], function), arguments)
        return context.get_dummy_value()

    return types.void(*[types.intp] * 4), generate


_run: Any = intrinsic(_call)


@njit(cache=True, error_model="numpy", nogil=True)
def transformed(
    in_time: NDArray[np.int16],
    windows: Windows,
    staged: NDArray[np.float32],
    energies: NDArray[np.float32],
    done: Done,
    plan: Plan,
) -> bool:
    """All channels of a frame; whether there was a burst in it. Others may run meanwhile: packets come in."""
    values = done[0]
    for channel in range(len(values)):
        between_transforms(in_time, channel, windows, staged, energies, done)
        _run(plan[0], plan[1], staged.ctypes.data, values[channel].ctypes.data)
    return between_transforms(in_time, len(values), windows, staged, energies, done)


def plan_patiently(radar: Radar) -> None:
    """Let FFTW try more plans than a start-up has time for: seconds, for a tenth and more of its time."""
    loops, samples = radar.profile.loops, radar.profile.samples
    plan(loops, samples, row_cells(samples), PATIENT)


def recall() -> None:
    """Hand FFTW the plans it made before."""
    if plans_before := remembered_plans():
        pyfftw.import_wisdom(plans_before)


def made() -> Wisdom:
    """The plans of this process, and those handed to it."""
    wisdom: Wisdom = pyfftw.export_wisdom()
    return wisdom
