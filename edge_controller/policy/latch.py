"""On at once, off only after a while."""


class Latch:
    """Holds a condition that must not flicker."""

    def __init__(self, release_s: float) -> None:
        self._release_s = release_s
        self._kept_t_s: float | None = None

    @property
    def on(self) -> bool:
        """As of the last update."""
        return self._kept_t_s is not None

    def update(self, begins: bool, keeps: bool, t_s: float) -> bool:
        """`begins` switches on; without `keeps` for the release time it goes off."""
        if begins or (self.on and keeps):
            self._kept_t_s = t_s
        elif self._kept_t_s is not None and t_s - self._kept_t_s >= self._release_s:
            self._kept_t_s = None
        return self.on

    def clear(self) -> None:
        """Off now."""
        self._kept_t_s = None
