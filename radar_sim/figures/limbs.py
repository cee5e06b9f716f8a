"""Limbs of two equal bones between two joints that are known."""

from radar_sim.figures.motion import Motion, inverse, joined, of, points, root
from radar_sim.scene.scatterers import Floats

Joint = tuple[Motion, Motion, Motion]  # x, y, z


def knee(hip: Joint, ankle: Joint, bone_m: float, forwards: float = 1.0) -> Joint:
    """The joint halfway; seen from the side both bones have `bone_m`. An elbow bends by -1 forwards."""
    dx, dz = ankle[0] - hip[0], ankle[2] - hip[2]
    out = forwards * root(bone_m * bone_m * inverse(dx * dx + dz * dz) - 0.25)
    return midway(hip, ankle, 0.5, (-(dz * out), of(0.0), dx * out))


def midway(start: Joint, end: Joint, part: float, aside: Joint | None = None) -> Joint:
    """A place on the way from start to end, `aside` of it if given."""
    x, y, z = (a * (1 - part) + b * part for a, b in zip(start, end, strict=True))
    if aside is None:
        return x, y, z
    return x + aside[0], y + aside[1], z + aside[2]


def joint(x: Motion | Floats | float, y: Motion | Floats | float, z: Motion | Floats | float) -> Joint:
    """Coordinates of one joint of both sides."""
    return of(x), of(y), of(z)


def limb_points(*joints: Joint) -> Motion:
    """Places of both sides as points (4, places x sides, 3), place after place."""
    return joined(*(points(*one) for one in joints))
