"""What may become of the edge's disk while it records."""

from dataclasses import dataclass, field
from pathlib import Path

from edge_controller.messages import Step
from edge_controller.record import Recorder
from hil.moment import Moment

FULL = Path("/dev/full")  # Linux: every write ends in "no space left on device"


@dataclass(frozen=True, slots=True)
class DiskFull:
    """The disk with the record takes no line any more."""

    when: Moment
    name: str = field(default="disk_full", init=False)


def recorded(step: Step) -> bool:
    """By the edge's own recorder; False where it raises: nobody above it catches that, the service ends."""
    try:
        with Recorder(FULL) as recorder:
            recorder.append(step)
    except OSError:
        return False
    return True
