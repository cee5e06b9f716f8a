"""Sight lines over the ground plan: what stands between two places."""

from collections.abc import Iterable
from dataclasses import dataclass

from hil.plant.geometry import Outline

Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Screen:
    """A convex outline that nothing is seen through, corners counter-clockwise."""

    corners: tuple[Place, ...]

    def between(self, here: Place, there: Place) -> bool:
        """Part of the line from here to there lies inside."""
        first, last = 0.0, 1.0
        for (px, py), (qx, qy) in zip(self.corners, self.corners[1:] + self.corners[:1], strict=True):
            out_x, out_y = qy - py, px - qx  # outwards of this edge
            start = (here[0] - px) * out_x + (here[1] - py) * out_y
            end = (there[0] - px) * out_x + (there[1] - py) * out_y
            if start >= 0 and end >= 0:
                return False
            if start > 0 or end > 0:
                share = start / (start - end)
                first, last = (max(first, share), last) if start > 0 else (first, min(last, share))
        return first < last


def screen(outline: Outline) -> Screen:
    """Of an outline's corners."""
    return Screen(tuple((float(x), float(y)) for x, y in outline))


def in_sight(from_m: Place, to_m: Place, screens: Iterable[Screen]) -> bool:
    """Nothing stands between."""
    return not any(one.between(from_m, to_m) for one in screens)
