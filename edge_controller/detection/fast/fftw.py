"""FFTW's transforms for the compiled spectrum: sooner, and other in the last bits from plan to plan.

The library is the one pyFFTW brings; its plans are run from compiled code, all channels of a frame in one
call, and share what it has learned of this machine with those of pyFFTW.
"""

import ctypes
import math
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
from edge_controller.detection.fast.interference import chirp_energies, stands_out
from edge_controller.detection.fast.spectrum import (
    LINE_CELLS,
    CompiledSpectrum,
    Done,
    Windows,
    power_up_to,
    row_cells,
    windowed,
)
from edge_controller.detection.fast.warmth import Wisdom, remembered_plans

FORWARD = -1
MEASURE, DESTROY_INPUT, PATIENT = 0, 1, 1 << 5  # fftw3.h
LINE_BYTES = 8 * LINE_CELLS

MOST_ROWS = 4  # windowed and transformed at a time

Plan = tuple[int, int]  # addresses: of what runs it, and its own
Plans = tuple[Plan, Plan]
Layout = tuple[NDArray[np.complex64], int, int]

_library = ctypes.CDLL(pyfftw.pyfftw.__file__)
_library.fftwf_plan_many_dft.restype = ctypes.c_void_p


class FftwSpectrum(CompiledSpectrum):
    """Rows from a buffer that never leaves the nearest cache, then columns in place: one compiled call."""

    def _rows(self, shape: tuple[int, int, int]) -> NDArray[np.complex64]:
        rows: NDArray[np.complex64] = pyfftw.zeros_aligned(shape, np.complex64, n=LINE_BYTES)
        loops, _, _, values = self._in_time
        self._staged = pyfftw.empty_aligned((together(loops), values), np.float32, n=LINE_BYTES)
        self._plans = plans(loops, values // 2, shape[2], MEASURE)
        return rows

    def _transform(self, in_time: NDArray[np.int16]) -> None:
        done = self._floats, self.power
        self._hit = transformed(in_time, self._windows, self._staged, self._energies, done, self._plans)


def together(loops: int) -> int:
    """Rows windowed and transformed at a time."""
    return math.gcd(loops, MOST_ROWS)


@cache
def plans(loops: int, samples: int, width: int, effort: int) -> Plans:
    """Of rows out of the buffer, and of all columns in place, in rows `width` cells long.

    `effort` counts where none is remembered. They serve all arrays that begin on a line of the cache, for as
    long as the process runs.
    """
    rows = together(loops)
    source, target = (
        pyfftw.empty_aligned(shape, np.complex64, n=LINE_BYTES) for shape in ((rows, samples), (loops, width))
    )
    along = _plan(samples, rows, (source, 1, samples), (target, 1, width), effort | DESTROY_INPUT)
    across = _plan(loops, samples, (target, width, 1), (target, width, 1), effort)
    return along, across


def _plan(length: int, many: int, source: Layout, target: Layout, flags: int) -> Plan:
    """Of so many transforms of one dimension; layouts say from one value to the next, and to the next's."""
    made = _library.fftwf_plan_many_dft(
        1, ctypes.byref(ctypes.c_int(length)), many,
        ctypes.c_void_p(source[0].ctypes.data), None, *source[1:],
        ctypes.c_void_p(target[0].ctypes.data), None, *target[1:],
        FORWARD, flags,
    )  # fmt: skip
    if not made:
        raise RuntimeError(f"FFTW has no {many} transforms of {length}")
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
    plans: Plans,
) -> bool:
    """All channels of a frame; whether there was a burst in it. Others may run meanwhile: packets come in."""
    values, (along, across) = done[0], plans
    loops, turns, receivers = in_time.shape[:3]
    for channel in range(len(values)):
        turn, rx = divmod(channel, receivers)
        for first in range(0, loops, len(staged)):
            windowed(in_time, (first, turn, rx), windows, staged)
            for loop in range(
                first, first + len(staged)
            ):  # of one receiver per loop, while it is in the cache
                if loop % receivers == rx:
                    chirp_energies(in_time[loop, turn, rx], energies[loop * turns + turn])
            _run(along[0], along[1], staged.ctypes.data, values[channel, first].ctypes.data)
        _run(across[0], across[1], values[channel].ctypes.data, values[channel].ctypes.data)
        power_up_to(channel + 1, done)
    return stands_out(energies.reshape(-1))


def plan_patiently(radar: Radar) -> None:
    """Let FFTW try more plans than a start-up has time for: seconds, for a tenth and more of its time."""
    loops, samples = radar.profile.loops, radar.profile.samples
    plans(loops, samples, row_cells(samples), PATIENT)


def recall() -> None:
    """Hand FFTW the plans it made before."""
    if plans_before := remembered_plans():
        pyfftw.import_wisdom(plans_before)


def made() -> Wisdom:
    """The plans of this process, and those handed to it."""
    wisdom: Wisdom = pyfftw.export_wisdom()
    return wisdom
