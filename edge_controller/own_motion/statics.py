"""What stands around tells how the truck moves, how its radars are mounted, what ails their bearings."""

from collections.abc import Sequence
from dataclasses import replace

from edge_controller.config import Radar, Truck
from edge_controller.messages import Detection, OwnMotion, VehicleState
from edge_controller.own_motion.alignment import Alignment
from edge_controller.own_motion.bearings import Bearings
from edge_controller.own_motion.consensus import agreed
from edge_controller.own_motion.film import Film
from edge_controller.own_motion.motion import Motion
from edge_controller.own_motion.plain import Plain
from edge_controller.own_motion.sights import sights_of


class Statics:
    """Memory of it for all radars of a fit; `update` once a radar frame, in time order."""

    def __init__(self, radars: Sequence[Radar], truck: Truck) -> None:
        self._truck = truck
        self._radars = {radar.name: radar for radar in radars}
        self._posed = dict(self._radars)
        self._motion = Motion()
        self.alignment = Alignment(radars, truck)
        self.bearings = {name: Bearings() for name in self._radars}
        self.film = Film(radars, truck)

    def update(self, detections: Sequence[Detection], radar: str, truck: VehicleState) -> OwnMotion | None:
        """Speed and yaw rate at the truck's time, None while no statics tell."""
        bearings, posed = self.bearings[radar], self._posed_now(radar)
        sights = sights_of(
            detections, posed, self._truck, square_height_m2=bearings.square_height_m2, tilt=bearings.tilt
        )
        found = agreed(sights, self._motion.expected(truck))
        if found is not None:
            bearings.update(sights, found, posed.yaw_rad, truck.t_s)
        own = self._motion.update(found, truck.t_s)
        self.alignment.update(radar, found, own, truck)
        self.film.update(detections, radar, own, truck)
        return own

    def kept(self) -> Plain:
        """What the road has taught, as text may have it."""
        return {
            "alignment": self.alignment.kept(),
            "bearings": {name: one.kept() for name, one in self.bearings.items()},
            "film": self.film.kept(),
        }

    def recall(self, plain: Plain) -> None:
        """Begin with what was kept; ValueError or KeyError where it is not as `kept` says it."""
        self.film.recall(plain["film"])
        for name, one in self.bearings.items():
            one.recall(plain["bearings"][name])
        self.alignment.recall(plain["alignment"])

    def _posed_now(self, radar: str) -> Radar:
        """With the mount as it is believed to be; made anew only where that has changed."""
        yaw_rad = self._radars[radar].yaw_rad + self.alignment.correction_rad(radar)
        if yaw_rad != self._posed[radar].yaw_rad:
            self._posed[radar] = replace(self._radars[radar], yaw_rad=yaw_rad)
        return self._posed[radar]

    def aimed(self, radar: str) -> Radar:
        """The radar as it is believed to look: by the installer until the road has told.

        Who places detections by one angle takes the phases of the channels for a turn of the mount, as on the
        boresight they are.
        """
        fitted, turned_rad = self._radars[radar], self.alignment.correction_rad(radar)
        tilt = self.bearings[radar].tilt if self.alignment.error(radar).known else 0.0
        return replace(fitted, yaw_rad=fitted.yaw_rad + turned_rad - tilt)
