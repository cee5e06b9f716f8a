"""The truth: a scene becomes raw int16 radar samples. Imports nothing of ours."""

from radar_sim.cyclist import cyclist
from radar_sim.dca1000 import SimulatedFrame, write_bin
from radar_sim.errors import SceneError
from radar_sim.pedestrian import pedestrian
from radar_sim.scene import Scatterers, Scene, TruckPose, join, no_scatterers
from radar_sim.simulator import RadarSimulator
from radar_sim.surroundings import guard_rail, own_body, sign, street

__all__ = [
    "RadarSimulator",
    "Scatterers",
    "Scene",
    "SceneError",
    "SimulatedFrame",
    "TruckPose",
    "cyclist",
    "guard_rail",
    "join",
    "no_scatterers",
    "own_body",
    "pedestrian",
    "sign",
    "street",
    "write_bin",
]
