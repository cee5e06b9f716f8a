"""Writes what the road taught now and then, aside: a slow disk must not keep a request frame waiting."""

import threading
from collections.abc import Callable

from edge_controller.learned.kept import KeptFile
from edge_controller.own_motion.plain import Plain
from edge_controller.own_motion.statics import Statics

FIRST_S, EVERY_S = 120.0, 600.0  # power goes at any time, and a card wears


class Keeper:
    """Of one run of the service; `update` as often as one likes, `close` at its end."""

    def __init__(self, file: KeptFile, utc_s: Callable[[], float]) -> None:
        self._file = file
        self._utc_s = utc_s
        self._due_s: float | None = None  # on the edge's own clock
        self._writing: threading.Thread | None = None
        self.lost: str | None = None  # why the last writing failed

    def start(self) -> tuple[Statics, str]:
        """What to begin with, and a sentence that says what it is."""
        return self._file.recall(self._utc_s())

    def update(self, statics: Statics, t_s: float) -> None:
        """Write when it is time; never waits."""
        if self._due_s is None:
            self._due_s = t_s + FIRST_S
        busy = self._writing is not None and self._writing.is_alive()
        if t_s >= self._due_s and not busy:
            self._due_s = t_s + EVERY_S
            self._writing = threading.Thread(target=self._save, args=(statics.kept(),), daemon=True)
            self._writing.start()

    def wait(self) -> None:
        """Until what is being written is on the disk, or is not."""
        if self._writing is not None:
            self._writing.join()

    def close(self, statics: Statics) -> None:
        """Write what was learned since."""
        self.wait()
        self._save(statics.kept())

    def _save(self, kept: Plain) -> None:
        """A full disk costs what was learned, never the service."""
        if not kept["film"]:
            return  # nothing is usual yet
        try:
            self._file.write(kept, self._utc_s())
            self.lost = None
        except OSError as error:
            why = error.strerror or "no reason given"
            self.lost = f"{self._file.path}: cannot be written ({why}); what is learned is not kept"
