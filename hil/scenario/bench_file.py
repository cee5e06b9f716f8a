"""`--bench BENCH.yaml`: on which bench encounters are driven."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from edge_controller.toml_table import read_within
from hil.scenario.yaml_table import MAX_BYTES, parse

Gateway = Literal["micropython", "cpython"]
KINDS = ("stepped",)  # in this process, in virtual time; others come with real hardware


@dataclass(frozen=True, slots=True)
class Bench:
    """What a bench file says; without one, the stepped bench with the gateway in MicroPython."""

    gateway: Gateway = "micropython"  # which interpreter runs the gateway's files
    path: Path | None = None

    @property
    def options(self) -> tuple[str, ...]:
        """Of the command line, what says the same again."""
        return () if self.path is None else ("--bench", f"{self.path}")


STEPPED = Bench()


def read_bench(path: Path) -> Bench:
    """Raises InputError with file, line and key."""
    table = parse(path, read_within(path, MAX_BYTES, "a bench"), "a bench")
    table.string("bench", KINDS)
    said = table.string("gateway", get_args(Gateway)) if table.has("gateway") else STEPPED.gateway
    table.finish()
    return Bench("cpython" if said == "cpython" else "micropython", path)
