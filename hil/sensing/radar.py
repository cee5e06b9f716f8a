"""Raw samples of every radar, by way of its capture board."""

from collections import deque
from collections.abc import Callable
from typing import Any

from edge_controller.messages import RadarFrame
from edge_controller.radar.dca1000 import FrameAssembler
from hil.encounter import Encounter
from hil.scene import RadarScene
from hil.sensing.sensing import Seen
from hil.world import World
from radar_sim import Perturb, SimulatedFrame

DRAIN_US = 6_000  # capture board, assumed 4 to 8 ms
LATEST_FRAMES = 25  # a frame with losses comes when the stream goes on: by then so many may have been sent

FrameListener = Callable[[SimulatedFrame, RadarFrame], None]


class RadarSensing:
    """A frame of a radar is complete when its capture has drained."""

    def __init__(
        self, encounter: Encounter, seed: int, perturb: Perturb | None, on_frame: FrameListener
    ) -> None:
        self._scene = RadarScene(encounter, seed, perturb)
        self._on_frame = on_frame
        self._under_way: dict[str, deque[SimulatedFrame]] = {
            radar.name: deque(maxlen=LATEST_FRAMES if encounter.sensors else 1)
            for radar in encounter.fit.radars
        }
        self._assemblers = {
            radar.name: FrameAssembler(radar, self._scene.mid_time(radar.name))
            for radar in encounter.fit.radars
        }

    @property
    def sensors(self) -> tuple[str, ...]:
        """The radars of the fit."""
        return self._scene.radars

    @property
    def perturbation(self) -> dict[str, Any]:
        """All that was drawn of each radar."""
        return self._scene.perturbation

    def start_us(self, sensor: str, index: int) -> int:
        """First chirp."""
        return self._scene.start_us(sensor, index)

    def delay_us(self, sensor: str) -> int:
        """All chirps, then the board's buffer."""
        return self._scene.duration_us(sensor) + DRAIN_US

    def look(self, sensor: str, index: int, world: World, t_us: int) -> list[Seen]:
        """The frames that the packets of this one complete."""
        self._scene.notice(t_us * 1e-6, world.truck.braking_since_s)
        raw = self._scene.frame(sensor, index, world.truck.pose(), world.stances(t_us))
        frames = self._assemblers[sensor].push_all(self._scene.packets(raw))
        under_way = self._under_way[sensor]
        under_way.append(raw)
        for frame in frames:
            self._on_frame(next((one for one in under_way if one.index == frame.index), raw), frame)
        return list(frames)
