"""Road users of a scenario file: docs/reference/scenario-file.md says every key."""

import math
from collections.abc import Callable
from dataclasses import replace

from hil.encounter import KMH_TO_MPS
from hil.pace import Move
from hil.path import parallel
from hil.reaction import Cue, Falls, Reaction, Starts, Stops, Yields
from hil.road_user import KINDS, Kind, RoadUser, Wobble, of_kind
from hil.scenario.reading_driver import FAR_M, FASTEST_KMH, LONGEST_S
from hil.scenario.reading_place import Places
from hil.scenario.yaml_table import YamlTable

ON_FOOT: tuple[Kind, ...] = ("pedestrian", "child")
CUES = {
    "at_s": (0.0, LONGEST_S),
    "after_braking_s": (0.0, LONGEST_S),
    "way_m": (0.0, FAR_M),
    "truck_within_m": (0.0, 50.0),
    "truck_turned_deg": (0.0, 90.0),
    "truck_x_m": (-FAR_M, FAR_M),
    "truck_stood_s": (0.0, LONGEST_S),
}


def road_user(table: YamlTable, places: Places) -> RoadUser:
    """One of them."""
    kind = next(name for name in KINDS if name == table.string("kind", tuple(KINDS)))
    at, moves = places.facing(table), _moves(table, kind)
    stops_m = table.number("stops_after_m", 0.0, FAR_M) if table.has("stops_after_m") else math.inf
    user = of_kind(kind, at, moves, stops_m)
    if kind in ON_FOOT and table.has("height_m"):
        user = replace(user, height_m=table.number("height_m", 0.8, 2.1))
    if table.has("path"):
        user = replace(user, path=places.pieces(table, "path"))
    elif table.has("follows_road") and table.boolean("follows_road"):
        user = _along_the_road(table, user, places)
    if table.has("wobble"):
        user = replace(user, wobble=_wobble(table.table("wobble"), places.near_sign))
    user = replace(user, reactions=_reactions(table, user))
    table.finish()
    return user


def _along_the_road(table: YamlTable, user: RoadUser, places: Places) -> RoadUser:
    if table.string("heading") != "along":
        table.refuse("follows_road", "is for those who go along")
    way = parallel(places.road, places.x_m(table), places.y_m(table))
    if way is None:
        table.refuse("follows_road", "is inside a bend that is too tight there")
    return replace(user, path=way)


def _moves(table: YamlTable, kind: Kind) -> tuple[Move, ...]:
    moves = []
    fastest_kmh = min(FASTEST_KMH, KINDS[kind].fastest_mps / KMH_TO_MPS)
    for entry in table.tables("moves", least=1):
        from_s = entry.number("from_s", 0.0, LONGEST_S)
        speed_mps = entry.number("speed_kmh", 0.0, fastest_kmh) * KMH_TO_MPS
        rate_mps2 = entry.number("rate_mps2", 0.1, 10.0) if entry.has("rate_mps2") else math.inf
        moves.append(Move(from_s, speed_mps, rate_mps2))
        entry.finish()
    times_s = [move.from_s for move in moves]
    if times_s[0] != 0.0 or times_s != sorted(set(times_s)):
        table.refuse("moves", "must begin with from_s: 0 and go on in order of time")
    return tuple(moves)


def _wobble(table: YamlTable, near_sign: int) -> Wobble:
    wobble = Wobble(near_sign * table.number("to_m", 0.0, 0.1), table.number("every_m", 2.0, 50.0))
    table.finish()
    return wobble


def _reactions(table: YamlTable, user: RoadUser) -> tuple[Reaction, ...]:
    readers: dict[str, Callable[[YamlTable, Cue, float], Reaction]] = {
        "yields": _yields,
        "stops": lambda t, cue, after_s: Stops(cue, _rate(t, "decel_mps2"), after_s),
        "starts": lambda t, cue, after_s: Starts(
            cue,
            t.number("speed_kmh", 0.0, KINDS[user.kind].fastest_mps / KMH_TO_MPS) * KMH_TO_MPS,
            _rate(t, "accel_mps2"),
            after_s,
        ),
        "falls": lambda _t, cue, after_s: Falls(cue, after_s),
    }
    if user.is_vehicle and table.has("falls"):
        table.refuse("falls", f"is nothing a {user.kind} does")
    reactions = []
    for key, read in readers.items():
        if table.has(key):
            inner = table.table(key)
            after_s = inner.number("after_s", 0.0, 10.0) if inner.has("after_s") else 0.0
            reactions.append(read(inner, _cue(inner), after_s))
            inner.finish()
    return tuple(reactions)


def _yields(table: YamlTable, cue: Cue, after_s: float) -> Yields:
    waits_s = table.number("waits_s", 0.0, LONGEST_S) if table.has("waits_s") else 1.0
    return Yields(cue, _rate(table, "decel_mps2"), after_s, waits_s)


def _rate(table: YamlTable, key: str) -> float:
    return table.number(key, 0.1, 10.0)


def _cue(table: YamlTable) -> Cue:
    when = table.table("when")
    named = [name for name in CUES if when.has(name)]
    if len(named) != 1:
        table.refuse("when", f"must say exactly one of {', '.join(CUES)}")
    value = when.number(named[0], *CUES[named[0]])
    when.finish()
    if named[0] == "truck_turned_deg":
        return Cue(truck_turned_rad=math.radians(value))
    return Cue(**{named[0]: value})
