"""What decides in place of the edge computer: its own program, and those it is compared with."""

from hil.programs.names import PROGRAMS, program_named
from hil.programs.program import Program, Start

__all__ = ["PROGRAMS", "Program", "Start", "program_named"]
