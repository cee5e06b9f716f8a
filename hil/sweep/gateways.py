"""Which interpreter a sweep's gateway runs in, as it names itself."""

from hil.gateway_host import CPythonGateway, Interpreter, MicroPythonGateway
from hil.sweep.job import Plan


def interpreter_of(plan: Plan) -> Interpreter:
    """Starts one, and asks."""
    if plan.sweeping or plan.bench.gateway == "cpython":
        return CPythonGateway().interpreter
    with MicroPythonGateway() as gateway:
        return gateway.interpreter
