"""From a scene to paths: what of it one radar sees, by which ways, how strongly.

`look` works out once a frame where everything is; straight ways come from that, then those by reflections.
"""

from dataclasses import dataclass

from radar_sim.paths import Paths
from radar_sim.propagation.bounce import bounced
from radar_sim.propagation.glints import glints
from radar_sim.propagation.images import images
from radar_sim.propagation.legs import Lit, all_ways
from radar_sim.propagation.seen import truth
from radar_sim.propagation.sight import NEAREST_M, Sight, look, straight
from radar_sim.propagation.view import View
from radar_sim.scene.scatterers import Scatterers
from radar_sim.scene.scene import Scene, Thing
from radar_sim.truth import Seen

__all__ = ["NEAREST_M", "Traced", "View", "own_thing", "trace", "traced"]


@dataclass(frozen=True, slots=True)
class Traced:
    """One radar's paths in one frame, and what is true of the things."""

    paths: Paths
    truth: tuple[Seen, ...]


def trace(scene: Scene, own: Thing | Scatterers, view: View) -> Paths:
    """Paths of all that is seen; `own` holds the truck's own points, boxes and mirrors in truck axes."""
    return traced(scene, own if isinstance(own, Thing) else own_thing(own), view, with_truth=False).paths


def traced(scene: Scene, own: Thing, view: View, *, with_truth: bool = True) -> Traced:
    """Paths, and truth where it is wanted."""
    sight = look(scene, own, view)
    direct = straight(sight)
    return Traced(_paths(sight, direct), truth(sight, direct) if with_truth else ())


def own_thing(points: Scatterers) -> Thing:
    """A truck of points only; the box of the fit hides what is behind it all the same."""
    return Thing("own truck", points)


def _paths(sight: Sight, direct: Lit) -> Paths:
    """Straight ones, glints, then ghosts and the road's where the world has them."""
    world = sight.scene.world
    reflected = images(sight) if world.ghosts else []
    if world.road is not None:
        reflected.append(bounced(sight, world.road))
    return all_ways(direct, glints(sight), reflected, sight.view)
