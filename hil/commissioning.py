"""The installer's reflector check (IC-11, IC-12) with the radars of an encounter as they truly are."""

from edge_controller.config import Radar
from edge_controller.install.alignment import FRAMES, estimate, places, sighting
from edge_controller.install.text import CheckFailedError
from hil.encounter import Encounter
from hil.reflector import Reflector


def refuses(encounter: Encounter) -> bool:
    """Any radar does not see the reflector where the fit says it must be, or not nearly enough there."""
    sensors = {name: script.sensor for name, script in encounter.sensors.items()}
    reflector = Reflector(encounter.fit, encounter.seed, sensors, lambda: 0.0)
    return not all(_is_good(radar, reflector) for radar in encounter.fit.radars)


def _is_good(radar: Radar, reflector: Reflector) -> bool:
    try:
        sightings = [
            sighting(radar, place_m, reflector.seen(radar.name, place_m, FRAMES)) for place_m in places(radar)
        ]
    except CheckFailedError:
        return False
    return estimate(radar.name, sightings).is_good
