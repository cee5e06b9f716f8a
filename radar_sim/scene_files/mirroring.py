"""A thing of a scene written for a near side on the right, as it is where the near side is the left."""

from dataclasses import replace

from radar_sim.scene.bodies import Box, Mirror
from radar_sim.scene.scatterers import mirrored
from radar_sim.scene.scene import Thing


def mirror_image(thing: Thing) -> Thing:
    """Everything at -y: points, boxes, mirrors and pose."""
    return replace(
        thing,
        scatterers=mirrored(thing.scatterers, -1.0),
        boxes=tuple(_box(box) for box in thing.boxes),
        mirrors=tuple(_mirror(mirror) for mirror in thing.mirrors),
        place_m=_across(thing.place_m),
        heading_rad=-thing.heading_rad,
        velocity_mps=_across(thing.velocity_mps),
    )


def _across(vector: tuple[float, float, float]) -> tuple[float, float, float]:
    return vector[0], -vector[1], vector[2]


def _box(box: Box) -> Box:
    return replace(box, y_m=-box.y_m, heading_rad=-box.heading_rad)


def _mirror(mirror: Mirror) -> Mirror:
    """Start and end change places, so that the side that reflects stays the one it was."""
    (x0, y0), (x1, y1), (vx, vy) = mirror.start_m, mirror.end_m, mirror.velocity_mps
    return replace(mirror, start_m=(x1, -y1), end_m=(x0, -y0), velocity_mps=(vx, -vy))
