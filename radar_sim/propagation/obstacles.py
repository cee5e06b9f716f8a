"""What upright boxes leave of a ray: nothing behind a body, less behind a hedge."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from radar_sim.bodies import Box
from radar_sim.fit import Body
from radar_sim.propagation.view import MIDDLE, Instants, Places, Plan
from radar_sim.scatterers import Floats
from radar_sim.scene import Thing

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
    own = np.zeros((len(boxes.owner), len(end.plan)), dtype=bool)
    for owner in owners:
        own |= boxes.owner[:, None] == owner
    into = (start.plan - boxes.middle[:, None]) * boxes.turn[:, None]
    way = (end.plan - start.plan) * boxes.turn[:, None]
    skin = own & (boxes.owner[:, None] != OWN)  # the truck's boxes have lost theirs already
    high_m = boxes.high_m[:, None] - skin * _margin(boxes.high_m - boxes.low_m)
    half_up = (high_m - boxes.low_m[:, None]) / 2
    sides = (
        (into.real, way.real, boxes.half_length_m[:, None] - skin * _margin(2 * boxes.half_length_m)),
        (into.imag, way.imag, boxes.half_width_m[:, None] - skin * _margin(2 * boxes.half_width_m)),
        (start.up_m - boxes.low_m[:, None] - half_up, end.up_m - start.up_m, half_up),
    )
    enter, leave = np.zeros(own.shape), np.ones(own.shape)
    for at, step, half in sides:
        pace = 1 / np.where(np.abs(step) < PARALLEL_M, PARALLEL_M, step)
        middle, reach = -at * pace, half * np.abs(pace)
        enter = np.maximum(enter, middle - reach)
        leave = np.minimum(leave, middle + reach)
    meets = (enter < leave) & (boxes.hides_own[:, None] | ~own)
    left: Floats = np.where(meets, boxes.left[:, None], 1.0).prod(axis=0)
    return left


def _margin(size_m: Floats) -> Floats:
    return np.minimum(OWN_SKIN_M, size_m / 4)[:, None]
