"""When something of a script happens: at a time, or so long after the truck was made to brake or warned."""

from dataclasses import dataclass

STRONG_MPS2 = 2.0  # from here on a brake request is more than the gentle stages of the ladder


@dataclass(frozen=True, slots=True)
class Moment:
    """Exactly one of them; "braking" is the first strong demand that the brake ECU believes."""

    at_s: float | None = None
    after_braking_s: float | None = None
    after_warning_s: float | None = None  # since the warning lamp was first lit

    def reached(self, t_s: float, braking_since_s: float | None, warned_since_s: float | None = None) -> bool:
        """The moment has come."""
        if self.at_s is not None:
            return t_s >= self.at_s
        if self.after_braking_s is not None:
            return braking_since_s is not None and t_s >= braking_since_s + self.after_braking_s
        if self.after_warning_s is None or warned_since_s is None:
            return False
        return t_s >= warned_since_s + self.after_warning_s
