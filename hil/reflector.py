"""A corner reflector beside the standing truck, as each of its radars records it."""

from collections.abc import Callable, Mapping

from edge_controller.config import Fit
from edge_controller.errors import InputError
from edge_controller.messages import RadarFrame
from edge_controller.radar.dca1000 import FrameAssembler
from radar_sim import Perturb, RadarSimulator, Scatterers, Scene, SceneError, Sensor, TruckPose

REFLECTOR_M2 = 28.0  # trihedral of 10 cm edge: 4 pi a^4 / (3 lambda^2)

Place = tuple[float, float, float]


class Reflector:
    """Raw samples by way of DCA1000 packets; each frame of a radar has its own noise."""

    def __init__(
        self, fit: Fit, seed: int, sensors: Mapping[str, Sensor], now_s: Callable[[], float]
    ) -> None:
        self._fit, self._seed, self._sensors, self._now_s = fit, seed, sensors, now_s
        self._frames: dict[str, int] = {}  # radar -> frames made so far

    def seen(self, radar: str, place_m: Place, count: int) -> list[RadarFrame]:
        """So many frames with the reflector at a place in truck axes."""
        still = TruckPose(0.0, 0.0, 0.0, 0.0, 0.0, self._fit.truck.no_side_slip_x_m)
        reflector = Scatterers([place_m], [(0.0, 0.0, 0.0)], [REFLECTOR_M2])  # type: ignore[arg-type]
        assembler = FrameAssembler(self._fit.radar(radar), lambda _index: self._now_s())
        simulator = self._simulator()
        frames = []
        for _ in range(count):
            index = self._frames.get(radar, 0)
            self._frames[radar] = index + 1
            raw = simulator.frame(radar, index, Scene(still, reflector))
            for packet in simulator.packets(raw):
                frames += assembler.push(packet)
        return frames

    def _simulator(self) -> RadarSimulator:
        """The truth: radars as told, and the seed's small errors."""
        fit, seed = self._fit, self._seed
        try:
            return RadarSimulator(fit.path, seed, fit.truck.near_side, Perturb(seed), sensors=self._sensors)
        except SceneError as error:
            raise InputError(str(error)) from error
