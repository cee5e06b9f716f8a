"""What upright boxes leave of a ray: nothing behind a body, less behind a hedge."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from radar_sim.fit import Body
from radar_sim.propagation.view import MIDDLE, Instants, Places, Plan
from radar_sim.scene.bodies import Box
from radar_sim.scene.scatterers import Floats
from radar_sim.scene.scene import Thing

Numbers = NDArray[np.intp]

OWN = -2  # number of the truck itself where things are counted from 0 and -1 is nobody
SKIN_M = 0.05  # radars and rivets sit on the skin of the truck's boxes, not in them
OWN_SKIN_M = 0.15  # points of a thing this deep in its own box, a quarter of it at most, lie on its near side
PARALLEL_M = 1e-12  # of a ray along a pair of sides


@dataclass(frozen=True, slots=True)
class Obstacles:
    """All boxes as they stand in the middle of the frame, world axes, one number each (b,)."""

    middle: Plan
    turn: Plan  # unit; takes the world to the box's axes
    half_length_m: Floats
    half_width_m: Floats
    low_m: Floats
    high_m: Floats
    left: Floats  # of the amplitude of a ray that goes through
    owner: Numbers
    hides_own: NDArray[np.bool_]


def obstacles(things: Iterable[Thing], own: Iterable[Box], body: Body, now: Instants) -> Obstacles:
    """Boxes of things moved on to the middle of the frame, the truck's carried to the world, its skin off."""
    t_s = now.times_s[MIDDLE]
    rows = [
        _row(box, owner, complex(*thing.velocity_mps[:2]) * t_s)
        for owner, thing in enumerate(things)
        for box in thing.boxes
    ]
    rows += [_own_row(box, now) for box in (body_box(body), *own)]
    return Obstacles(*(np.array(column) for column in zip(*rows, strict=True)))


def body_box(body: Body) -> Box:
    """The box of the fit in truck axes; wheels, tanks and side guards fill what the body leaves open."""
    return Box(-body.length_m / 2, 0.0, 0.0, body.length_m, body.width_m, 0.0, body.height_m, hides_own=True)


def _row(box: Box, owner: int, moved: complex = 0j, skin_m: float = 0.0) -> tuple[object, ...]:
    turn = complex(np.cos(box.heading_rad), -np.sin(box.heading_rad))
    return (
        complex(box.x_m, box.y_m) + moved,
        turn,
        max(box.length_m / 2 - skin_m, box.length_m / 4),
        max(box.width_m / 2 - skin_m, box.width_m / 4),
        box.low_m,
        box.high_m - min(skin_m, (box.high_m - box.low_m) / 4),
        10 ** (-box.loss_db / 20),
        owner,
        box.hides_own,
    )


def _own_row(box: Box, now: Instants) -> tuple[object, ...]:
    middle, turn, *rest = _row(box, OWN, skin_m=SKIN_M)
    heading = now.heading[MIDDLE]
    return now.origin[MIDDLE] + heading * middle, turn * heading.conjugate(), *rest


def passed(start: Places, end: Places, boxes: Obstacles, *owners: Numbers) -> Floats:
    """What is left of the amplitude of straight rays, (n,).

    `owners` of the ends, (n,) or (1,): a thing's own box takes away none of its points, or those that lie
    behind its skin, as the box says.
    """
    box, ray = _near(start, end, boxes)
    own = np.zeros(len(ray), dtype=bool)
    for owner in owners:
        own |= boxes.owner[box] == np.broadcast_to(owner, len(end.plan))[ray]
    meets = _meets(_some(start, ray), end[ray], boxes, box, own) & (boxes.hides_own[box] | ~own)
    left = np.ones(len(end.plan))
    np.multiply.at(left, ray[meets], boxes.left[box[meets]])
    return left


def _some(start: Places, ray: Numbers) -> Places:
    """Of one start for all rays, or of one for each."""
    return start[ray] if len(start.plan) > 1 else start


def _near(start: Places, end: Places, boxes: Obstacles) -> tuple[Numbers, Numbers]:
    """Numbers of box and ray where one comes near the other on the plan: most pairs are done with here."""
    way = end.plan - start.plan
    length_m = np.abs(way)
    ahead = way.conjugate() / np.maximum(length_m, PARALLEL_M)
    offset = (boxes.middle[:, None] - start.plan) * ahead
    reach_m = np.sqrt(boxes.half_length_m**2 + boxes.half_width_m**2)[:, None] + PARALLEL_M
    near = np.abs(offset.imag) < reach_m
    near &= (offset.real > -reach_m) & (offset.real < length_m + reach_m)
    box, ray = np.nonzero(near)
    return box, ray


def _meets(
    start: Places, end: Places, boxes: Obstacles, box: Numbers, own: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Which rays go through their box, less a skin where it is that of their own thing, (k,)."""
    skin = own & (boxes.owner[box] != OWN)  # the truck's boxes have lost theirs already
    length_m, width_m, low_m = boxes.half_length_m[box], boxes.half_width_m[box], boxes.low_m[box]
    high_m = boxes.high_m[box] - skin * _margin(boxes.high_m[box] - low_m)
    half_up_m = (high_m - low_m) / 2
    into = (start.plan - boxes.middle[box]) * boxes.turn[box]
    way = (end.plan - start.plan) * boxes.turn[box]
    sides = (
        (into.real, way.real, length_m - skin * _margin(2 * length_m)),
        (into.imag, way.imag, width_m - skin * _margin(2 * width_m)),
        (start.up_m - low_m - half_up_m, end.up_m - start.up_m, half_up_m),
    )
    enter, leave = np.zeros(len(box)), np.ones(len(box))
    for at, step, half in sides:
        pace = 1 / np.where(np.abs(step) < PARALLEL_M, PARALLEL_M, step)
        middle, reach = -at * pace, half * np.abs(pace)
        enter = np.maximum(enter, middle - reach)
        leave = np.minimum(leave, middle + reach)
    meets: NDArray[np.bool_] = enter < leave
    return meets


def _margin(size_m: Floats) -> Floats:
    margin: Floats = np.minimum(OWN_SKIN_M, size_m / 4)
    return margin
