"""The stages that weather, other radars and a worn sensor add to a frame; clean and dry, they do nothing."""

from dataclasses import replace

import numpy as np

from radar_sim.paths import Antennas, Paths, Signal
from radar_sim.randomness import Draw, Purpose
from radar_sim.scene.scatterers import Floats, join
from radar_sim.scene.scene import Scene
from radar_sim.sensor.front_end import FrontEnd
from radar_sim.sensor.if_filter import noise_through, through
from radar_sim.ways import Ways, dimmed, filtered, ways_of
from radar_sim.world.interference import add_interference
from radar_sim.world.rain import raindrops
from radar_sim.world.world import World


def rained_on(scene: Scene, front: FrontEnd, draw: Draw) -> Scene:
    """The scene with this frame's drops in it, if it rains."""
    world = scene.world
    if not world.rain_mm_per_h:
        return scene
    mirror, rng = front.sensor.mirror, draw(Purpose.RAIN)
    drops = raindrops(world, scene.truck, front.mount, front.radar, mirror=mirror, rng=rng)
    return replace(scene, scatterers=join(scene.scatterers, drops))


def weathered(
    paths: Paths, antennas: Antennas, front: FrontEnd, world: World, times_s: Floats
) -> tuple[Paths, Ways]:
    """Paths as rain and the IF filter leave them, and how long they are."""
    sensor = front.sensor
    is_wet = bool(world.rain_mm_per_h or world.radome_film_db)
    if not is_wet and sensor.if_filter is None and sensor.phase_noise is None:
        return paths, Ways(np.zeros(0), np.zeros(0))
    ways = ways_of(paths, antennas, times_s)
    if is_wet:
        paths = dimmed(paths, ways, world)
    if sensor.if_filter is not None:
        paths = filtered(paths, ways, sensor.if_filter, front.radar.profile)
    return paths, ways


def worn(
    signal: Signal, front: FrontEnd, scene: Scene, *, antennas: Antennas, start_s: float, draw: Draw
) -> Signal:
    """The echoes (chirp, rx, sample) with all that is no echo, in place; without white noise."""
    if front.standing is not None:
        by_period = signal.reshape(-1, *front.standing.shape)
        by_period += front.standing
    filter_ = front.sensor.if_filter
    if filter_ is None and not scene.world.interferers:
        return signal
    others = signal if filter_ is None else np.zeros_like(signal)
    add_interference(others, front, scene, antennas=antennas, start_s=start_s, rng=draw(Purpose.INTERFERER))
    if filter_ is not None:
        rate_hz, rng = front.radar.profile.rate_hz, draw(Purpose.FILTERED_NOISE)
        signal += through(others, filter_, rate_hz)
        signal += noise_through(signal.shape, front.noise_lsb, filter_, rate_hz, rng)
    return signal
