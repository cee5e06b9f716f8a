"""When something of a script happens: at a time, or so long after the truck was made to brake."""

from dataclasses import dataclass

STRONG_MPS2 = 2.0  # from here on a brake request is more than the gentle stages of the ladder


@dataclass(frozen=True, slots=True)
class Moment:
    """Exactly one of the two; "braking" is the first strong demand that the brake ECU believes."""

    at_s: float | None = None
    after_braking_s: float | None = None

    def reached(self, t_s: float, braking_since_s: float | None) -> bool:
        """The moment has come."""
        if self.at_s is not None:
            return t_s >= self.at_s
        if self.after_braking_s is None or braking_since_s is None:
            return False
        return t_s >= braking_since_s + self.after_braking_s
