"""A scene in a YAML file: a truck that drives, things that stand and move, the world between them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path as FilePath
from typing import Any

from radar_sim.errors import SceneError
from radar_sim.figures import FIGURES, own_truck
from radar_sim.fit import Fit
from radar_sim.output.losses import Losses
from radar_sim.scene.scatterers import no_scatterers
from radar_sim.scene.scene import Scene, Thing
from radar_sim.scene_files.mirroring import mirror_image
from radar_sim.scene_files.motion import Drive, Path, Straight
from radar_sim.scene_files.yaml_keys import nearest
from radar_sim.sensor.sensor import Sensor
from radar_sim.world.world import World


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing of a file, written for a near side on the right; `standing` if it never moves."""

    name: str
    kind: str
    line: int
    arguments: Mapping[str, Any]
    motion: Straight | Path | None
    each_frame: tuple[str, ...] = ()
    standing: Thing | None = field(default=None, repr=False)

    def at(self, t_s: float, truck_m: tuple[float, float]) -> Thing:
        """The thing at one time, looked at from one place."""
        if self.standing is not None:
            return self.standing
        now: dict[str, Any] = {"t_s": t_s, "seen_from_m": truck_m}
        changing = {name: now[name] for name in self.each_frame}
        if self.motion is not None:
            changing |= asdict(self.motion.at(t_s))
        return FIGURES[self.kind](**changing, **self.arguments)


@dataclass(frozen=True, slots=True)
class SceneFile:
    """What a scene file says, for one fit."""

    path: FilePath
    sha256: str
    fit: Fit
    name: str
    about: str
    seed: int
    frames: int | None  # of each radar; else as many as begin within the duration
    duration_s: float | None
    length_said_at: str  # file, line and key that say how long it is
    radars: tuple[str, ...]
    drive: Drive
    own_body: bool
    own_truck: Mapping[str, Any] | None  # arguments of the truck's own figure; None: only its flank
    entries: tuple[Entry, ...]
    world: World
    sensors: Mapping[str, Sensor]  # those that are not clean
    losses: Losses | None  # of the packets on their way
    perturb: int | None  # seed of how the true sensors differ from the fit; None: not at all

    def at(self, t_s: float) -> Scene:
        """The scene `t_s` seconds after the start of the first frame period."""
        truck, mirror = self.drive.at(t_s), self.fit.body.mirror
        things = tuple(entry.at(t_s, (truck.x_m, mirror * truck.y_m)) for entry in self.entries)
        if mirror < 0:
            things = tuple(mirror_image(thing) for thing in things)
        return Scene(truck, no_scatterers(), things, self.world, self._own(truck.speed_mps, t_s))

    def _own(self, speed_mps: float, t_s: float) -> Thing | None:
        """The truck in its own axes, if the file wants more of it than the flank."""
        if self.own_truck is None:
            return None
        return own_truck(self.fit, speed_mps, t_s, seed=self.seed, **self.own_truck)

    def count(self, radar: str) -> int:
        """Frames of one radar."""
        if self.frames is not None:
            return self.frames
        timing = next(r for r in self.fit.radars if r.name == radar)
        left_us = round((self.duration_s or 0.0) * 1e6) - timing.frame_offset_us
        return max(0, -(-left_us // timing.frame_period_us))

    def takes_turns(self, radar: str) -> bool:
        """Whether its transmitters send one after the other, as a fit and a TI .cfg have it."""
        return radar not in self.sensors or self.sensors[radar].modulation == "tdm"

    def only(self, radars: tuple[str, ...]) -> "SceneFile":
        """The same for some of the fit's radars."""
        known = tuple(radar.name for radar in self.fit.radars)
        for name in radars:
            if name not in known:
                raise SceneError(
                    f"there is no radar {name!r}; {self.fit.path} has only {', '.join(known)}"
                    f"{nearest(name, known)}"
                )
        return replace(self, radars=tuple(name for name in known if name in radars))

    def losing(self, share: float | None, reorder: int | None) -> "SceneFile":
        """The same with other losses of packets; None leaves what the file says."""
        losses = self.losses or Losses()
        if share is not None:
            losses = replace(losses, probability=share)
        if reorder is not None:
            losses = replace(losses, reorder_depth=reorder)
        return replace(self, losses=None if losses == Losses() else losses)

    def line_of(self, name: str) -> int:
        """Where a thing is written."""
        return next(entry.line for entry in self.entries if entry.name == name)
