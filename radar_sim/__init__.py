"""The truth: a scene becomes raw int16 radar samples. Imports nothing of ours."""

from radar_sim.errors import SceneError
from radar_sim.figures import FIGURES, adult, child, cyclist, delivery_scooter, e_bike, street, wheelchair
from radar_sim.figures.spray import wheel_spray
from radar_sim.output.dca1000 import SimulatedFrame, write_bin
from radar_sim.output.losses import Losses
from radar_sim.scene.bodies import Box, Mirror
from radar_sim.scene.scatterers import Aspect, Scatterers, join, no_scatterers
from radar_sim.scene.scene import Scene, Thing, TruckPose, scene_of
from radar_sim.scene_files.reading import load_scene
from radar_sim.scene_files.scene_file import SceneFile
from radar_sim.sensor.if_filter import IfFilter
from radar_sim.sensor.imperfection import Perturb
from radar_sim.sensor.patterns import Patterns, read_patterns
from radar_sim.sensor.phase_noise import PhaseNoise
from radar_sim.sensor.sensor import Drift, Fascia, Film, Sensor
from radar_sim.simulator import RadarSimulator
from radar_sim.world.world import Interferer, Road, World

__all__ = [
    "FIGURES",
    "Aspect",
    "Box",
    "Drift",
    "Fascia",
    "Film",
    "IfFilter",
    "Interferer",
    "Losses",
    "Mirror",
    "Patterns",
    "Perturb",
    "PhaseNoise",
    "RadarSimulator",
    "Road",
    "Scatterers",
    "Scene",
    "SceneError",
    "SceneFile",
    "Sensor",
    "SimulatedFrame",
    "Thing",
    "TruckPose",
    "World",
    "adult",
    "child",
    "cyclist",
    "delivery_scooter",
    "e_bike",
    "join",
    "load_scene",
    "no_scatterers",
    "read_patterns",
    "scene_of",
    "street",
    "wheel_spray",
    "wheelchair",
    "write_bin",
]
