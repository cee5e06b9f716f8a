"""A measurement in a process of its own, on one thread: started by one side, answered by the other."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from edge_controller.errors import InputError, is_ctrl_c

INTERRUPTED = 130
REFUSED = "refused"  # the one key of what comes back in place of a result


def alone(module: str, *numbers: int) -> dict[str, Any]:
    """What a module tells on one thread: a library asks how many it may have when it is loaded."""
    threads = ("OMP", "OPENBLAS", "MKL", "NUMBA", "BLIS")
    one = {f"{name}_NUM_THREADS": "1" for name in threads}
    command = [sys.executable, "-m", module, *(str(number) for number in numbers)]
    child = subprocess.run(command, env={**os.environ, **one}, stdout=subprocess.PIPE, check=False)
    if child.returncode:
        raise InputError(f"the measuring process ended with code {child.returncode}, nothing is measured")
    result: dict[str, Any] = json.loads(child.stdout)
    if REFUSED in result:
        raise InputError(result[REFUSED])
    return result


def answer(measure: Callable[[], dict[str, Any]]) -> None:
    """Of that process: the result, or what stands in its way; a defect keeps its traceback."""
    try:
        result = measure()
    except InputError as error:
        result = {REFUSED: str(error)}
    except (KeyboardInterrupt, SystemError) as error:  # Ctrl-C reaches both processes; the other one answers
        if not is_ctrl_c(error):
            raise
        sys.exit(INTERRUPTED)
    sys.stdout.write(json.dumps(result))
