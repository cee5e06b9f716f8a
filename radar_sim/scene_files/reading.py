"""Reading scene files; what cannot be used is told with file and line."""

import hashlib
import math
import os
from dataclasses import replace
from importlib import resources
from itertools import pairwise
from pathlib import Path as FilePath
from typing import Any

from radar_sim.errors import SceneError
from radar_sim.figures import FIGURES, own_truck
from radar_sim.fit import Fit, load_fit
from radar_sim.output.losses import Losses
from radar_sim.scene_files.arguments import made, options, read
from radar_sim.scene_files.motion import Drive, Moment, Path, Straight
from radar_sim.scene_files.scene_file import Entry, SceneFile
from radar_sim.scene_files.yaml_keys import Keys, Value, nearest, shown
from radar_sim.scene_files.yaml_keys import read as read_yaml
from radar_sim.sensor.sensor import Sensor
from radar_sim.world.world import CLEAR, World

MAX_SEED = 2**32 - 1
MAX_FRAMES = 1_000_000
MAX_THINGS = 500
MAX_POINTS = 300_000  # of all things; their paths then take about 1 GB
LONGEST_S = 3600.0
LAST_S = 1e7  # the end of the longest run: a million frames of ten seconds
FASTEST_MPS = 60.0
BY_THE_READER = ("seed", "near_side", "name")  # given to every figure, never by its own keys
OWN_BY_THE_READER = ("fit", "speed_mps", "t_s", "seed", "name")
MOVES_BY = ("x_m", "y_m", "heading_rad", "speed_mps", "t_s")
EACH_FRAME = ("t_s", "seen_from_m")  # for what waves in the wind, or wavers with the side it is seen from


def shipped() -> tuple[FilePath, ...]:
    """The scenes that come with the program."""
    folder = FilePath(str(resources.files("radar_sim"))) / "scenes"
    return tuple(sorted(folder.glob("*.yaml")))


def described(path: FilePath) -> str:
    """What a scene file says of itself in a line."""
    top, _ = read_yaml(path)
    about = top.maybe("about")
    return (about or top.get("name", "a text")).text()


def find_scene(scene: FilePath | str) -> FilePath:
    """A path as it is; the plain name of a scene that comes with the program as its path."""
    named = {path.stem: path for path in shipped()}
    text = str(scene)
    is_there = bool(text) and os.path.exists(text)  # which, unlike Path's, takes names of any length
    if text in named and not is_there:
        return named[text]
    if "/" not in text and not text.endswith((".yaml", ".yml")) and not is_there:
        raise SceneError(
            f"there is no scene {shown(text)}, only {', '.join(named)}, or the path of a YAML file"
            f"{nearest(text, named)}"
        )
    return FilePath(text)


def load_scene(scene: FilePath | str, fit: FilePath | str, seed: int | None = None) -> SceneFile:
    """Read a scene file, or one that comes with the program by its name; `seed` overrules the file's."""
    if seed is not None and (type(seed) is not int or not 0 <= seed <= MAX_SEED):
        raise SceneError(f"seed is {seed!r}, not a whole number from 0 to {MAX_SEED}")
    path, truck = find_scene(scene), load_fit(FilePath(fit))
    top, content = read_yaml(path)
    name, about = top.get("name", "a text").text(), top.maybe("about")
    written, seconds, frames = top.maybe("seed"), top.maybe("duration_s"), top.maybe("frames")
    said = written.whole(0, MAX_SEED) if written else 1
    used = said if seed is None else seed
    if (seconds is None) == (frames is None):
        top.refuse("give either frames or duration_s")
    drive, own_body, own = _truck(top.get("truck", "a mapping of keys").keys(), truck)
    world = top.maybe("world")
    length = seconds or frames
    file = SceneFile(
        path=path,
        sha256=hashlib.sha256(content).hexdigest(),
        fit=truck,
        name=name,
        about=about.text() if about else "",
        seed=used,
        frames=frames.whole(1, MAX_FRAMES) if frames else None,
        duration_s=seconds.number(0.001, LONGEST_S) if seconds else None,
        length_said_at=f"{path}: line {length.line}: {length.name}" if length else "",
        radars=_radars(top.maybe("radars"), truck),
        drive=drive,
        own_body=own_body,
        own_truck=own,
        entries=_entries(top.maybe("things"), used),
        world=_world(world, truck) if world else CLEAR,
        sensors=_sensors(top.maybe("sensors"), truck),
        losses=_losses(top.maybe("losses")),
        perturb=_perturb(top.maybe("perturb")),
    )
    top.finish()
    return file


def _radars(value: Value | None, fit: Fit) -> tuple[str, ...]:
    known = tuple(radar.name for radar in fit.radars)
    if value is None:
        return known
    names = [item.text() for item in value.items("a list of radar names")]
    for item, name in zip(value.items("a list"), names, strict=True):
        if name not in known:
            item.refuse(f"is {name!r}; {fit.path} has only {', '.join(known)}{nearest(name, known)}")
    if not names or len(set(names)) < len(names):
        value.refuse("is empty or names a radar twice")
    return tuple(name for name in known if name in names)


def _perturb(value: Value | None) -> int | None:
    return None if value is None or value.is_off() else value.whole(0, MAX_SEED)


def _sensors(value: Value | None, fit: Fit) -> dict[str, Sensor]:
    """What has happened to some of the radars."""
    known = {radar.name: radar for radar in fit.radars}
    sensors = {}
    for name, said in (value.keys().all() if value else {}).items():
        if name not in known:
            said.refuse(f"is no radar of {fit.path}, only {', '.join(known)}{nearest(name, known)}")
        sensors[name] = made(said.keys(), Sensor, mirror=1.0, patterns=None)
        try:
            sensors[name].check(name, len(known[name].tx_m), len(known[name].rx_m))
        except SceneError as error:
            said.refuse(f"cannot be: {error}")
    return sensors


def _losses(value: Value | None) -> Losses | None:
    return made(value.keys(), Losses) if value else None


def _truck(keys: Keys, fit: Fit) -> tuple[Drive, bool, dict[str, Any] | None]:
    x, y, heading, body = (keys.maybe(key) for key in ("x_m", "y_m", "heading_deg", "own_body"))
    mirror = fit.body.mirror
    own = keys.maybe("own_truck")
    knots = tuple((t, speed, mirror * yaw) for t, speed, yaw in _knots(keys))
    keys.finish()
    drive = Drive(
        x.place() if x else 0.0,
        mirror * (y.place() if y else 0.0),
        mirror * math.radians(heading.number(-360, 360) if heading else 0.0),
        fit.chassis.no_side_slip_x_m,
        knots,
    )
    return drive, body.truth() if body else True, _own_truck(own, fit) if own else None


def _own_truck(value: Value, fit: Fit) -> dict[str, Any]:
    """Angles are mirrored here, everything else by the figure itself; tried once at rest."""
    keys = value.keys()
    known = options(own_truck, OWN_BY_THE_READER)
    angles = {option.argument for option in known.values() if option.is_angle}
    given = {
        name: fit.body.mirror * said if name in angles else said for name, said in read(keys, known).items()
    }
    keys.finish()
    try:
        own_truck(fit, 0.0, 0.0, **given)
    except SceneError as error:
        value.refuse(f"cannot be: {error}")
    return given


def _knots(keys: Keys) -> list[tuple[float, float, float]]:
    """Times with speed in m/s and yaw rate in rad/s."""
    listed, speed, yaw = keys.maybe("drive"), keys.maybe("speed_mps"), keys.maybe("yaw_rate_degps")
    if listed is None:
        rate = math.radians(yaw.number(-90, 90)) if yaw else 0.0
        return [(0.0, speed.number(-FASTEST_MPS, FASTEST_MPS) if speed else 0.0, rate)]
    if speed or yaw:
        listed.refuse("goes without speed_mps and yaw_rate_degps: it says both for each time")
    knots = []
    for row in listed.items("a list of [t_s, speed_mps, yaw_rate_degps]"):
        t, v, w = row.items("[t_s, speed_mps, yaw_rate_degps]", 3)
        knots.append(
            (t.number(0, LONGEST_S), v.number(-FASTEST_MPS, FASTEST_MPS), math.radians(w.number(-90, 90)))
        )
    if not knots or any(b[0] <= a[0] for a, b in pairwise(knots)):
        listed.refuse("needs rows whose times rise")
    return knots


def _world(value: Value, fit: Fit) -> World:
    world = made(value.keys(), World)
    if fit.near_side == "right":
        return world
    across = [
        replace(other, position_m=(other.position_m[0], -other.position_m[1], other.position_m[2]))
        for other in world.interferers
    ]
    along, sideways = world.wind_mps
    return replace(world, interferers=tuple(across), wind_mps=(along, -sideways))


def _entries(value: Value | None, seed: int) -> tuple[Entry, ...]:
    rows = value.items("a list of things") if value else []
    if value and len(rows) > MAX_THINGS:
        value.refuse(f"has {len(rows)} things; the most is {MAX_THINGS}")
    entries: list[Entry] = []
    points = 0
    for row in rows:
        entry, count = _entry(row, seed, {entry.name for entry in entries})
        points += count
        if points > MAX_POINTS:
            row.refuse(f"({entry.name}) brings the scene to {points} points; the most is {MAX_POINTS}")
        entries.append(entry)
    return tuple(entries)


def _entry(row: Value, seed: int, taken: set[str]) -> tuple[Entry, int]:
    """With the number of its points."""
    keys = row.keys()
    kind = keys.get("kind", "what it is").text()
    if kind not in FIGURES:
        keys.get("kind", "").refuse(
            f"is {kind!r}, but there are only {', '.join(sorted(FIGURES))}{nearest(kind, FIGURES)}"
        )
    name = _name(keys.maybe("name"), kind, taken)
    given = {"seed": seed, "near_side": "right", "name": name}
    motion = _motion(keys, kind)
    names = {option.argument for option in options(FIGURES[kind]).values()}
    each_frame = tuple(name for name in EACH_FRAME if name in names)
    known = options(FIGURES[kind], BY_THE_READER + EACH_FRAME + (MOVES_BY if motion else ()))
    entry = Entry(name, kind, keys.line, {**read(keys, known), **given}, motion, each_frame)
    keys.finish()
    return _tried(entry, keys)


def _name(value: Value | None, kind: str, taken: set[str]) -> str:
    if value is None:
        free = (f"{kind} {n}" if n > 1 else kind for n in range(1, MAX_THINGS + 2))
        return next(name for name in free if name not in taken)
    if value.label() in taken:
        value.refuse(f"is {value.text()!r}, which another thing has")
    return value.text()


def _motion(keys: Keys, kind: str) -> Straight | Path | None:
    """How a kind that moves does so: a path, or a straight line from x_m and y_m."""
    if not set(MOVES_BY) <= {option.argument for option in options(FIGURES[kind]).values()}:
        return None
    path = keys.maybe("path")
    if path is None:
        x, y = keys.get("x_m", "a number, or a path").place(), keys.get("y_m", "a number").place()
        heading, speed = keys.maybe("heading_deg"), keys.maybe("speed_mps")
        heading_rad = math.radians(heading.number(-360, 360)) if heading else 0.0
        return Straight(Moment(x, y, heading_rad, speed.number(0, FASTEST_MPS) if speed else 0.0))
    for key in ("x_m", "y_m", "heading_deg", "speed_mps"):
        if keys.has(key):
            keys.get(key, "").refuse("does not go with path, which says where and how fast")
    rows = [row.items("[t_s, x_m, y_m]", 3) for row in path.items("a list of [t_s, x_m, y_m]")]
    places = [(t.number(-LONGEST_S, LAST_S), x.place(), y.place()) for t, x, y in rows]
    if len(places) < 2 or any(b[0] <= a[0] for a, b in pairwise(places)):
        path.refuse("needs at least two rows [t_s, x_m, y_m] whose times rise")
    return Path(tuple(places))


def _tried(entry: Entry, keys: Keys) -> tuple[Entry, int]:
    """Built once on every leg of its way, so that what a figure refuses is told with file and line."""
    legs = entry.motion.places if isinstance(entry.motion, Path) else ()
    middles = [(a[0] + b[0]) / 2 for a, b in pairwise(legs)]
    try:
        first = entry.at(0.0, (0.0, 0.0))
        for t_s in middles:
            entry.at(t_s, (0.0, 0.0))
    except SceneError as error:
        keys.refuse(f"{keys.name} ({entry.name}): {error}")
    moves = entry.motion or entry.each_frame
    return entry if moves else replace(entry, standing=first), len(first.scatterers)
