"""The statistical level beside the radars on shared encounters: false tracks, misses, errors."""

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edge_controller.errors import InputError
from hil.sensing.matching import Matched

Floats = NDArray[np.float64]
FACTOR = 1.5  # further apart than that, a sweep at the statistical level shows nothing
WANTED = 200  # shared encounters
DRAWS = 500  # of encounters with replacement
SEED = 20
SOME = 1e-6  # less is none


@dataclass(frozen=True, slots=True)
class Counted:
    """Of one drive at one level."""

    lasts_s: float
    false_begun: int
    false_s: float  # of all false tracks together
    vehicles_s: float  # of all tracks of vehicles together
    in_view_s: float  # of all road users together
    told_s: float
    first_told_s: tuple[float, ...]  # in view before that
    place_m: Floats  # errors
    velocity_mps: Floats


@dataclass(frozen=True, slots=True)
class Row:
    """One measure at both levels, their ratio and its 95 % interval over encounters drawn again."""

    name: str
    unit: str
    radar: float | None  # None where nothing was seen that tells
    statistical: float | None
    ratio: float | None  # 1 where both are nothing, None where only the radars'
    interval: tuple[float | None, float | None]
    judged: bool

    @property
    def is_near(self) -> bool:
        """Within the factor of each other."""
        return self.ratio is not None and 1 / FACTOR <= self.ratio <= FACTOR

    def in_words(self) -> str:
        """Of the ratio."""
        return (
            "there are none with the radars" if self.ratio is None else f"{self.ratio:.2g} times the radars'"
        )


@dataclass(frozen=True, slots=True)
class Comparison:
    """All rows, on so many encounters."""

    encounters: int
    minutes: tuple[float, float]  # driven with radars, and statistically
    rows: tuple[Row, ...]
    model_sha256: str  # of what the statistical level drew from
    left_out: tuple[str, ...] = ()  # scenarios with what that level does not know

    def reasons(self) -> list[str]:
        """Why a sweep at the statistical level is inconclusive; none where it may be believed."""
        reasons = [
            f"{row.name} at the statistical level: {row.in_words()}"
            for row in self.rows
            if row.judged and not row.is_near
        ]
        if self.encounters < WANTED:
            reasons.append(f"held against the radars on {self.encounters} shared encounters, not on {WANTED}")
        return reasons


Measure = Callable[[Sequence[Counted]], float]


def _per_minute(all_of: Sequence[Counted]) -> float:
    return 60 * sum(one.false_begun for one in all_of) / sum(one.lasts_s for one in all_of)


def _at_once(all_of: Sequence[Counted]) -> float:
    return sum(one.false_s for one in all_of) / sum(one.lasts_s for one in all_of)


def _of_vehicles(all_of: Sequence[Counted]) -> float:
    return sum(one.vehicles_s for one in all_of) / sum(one.lasts_s for one in all_of)


def _told_share(all_of: Sequence[Counted]) -> float:
    in_view_s = sum(one.in_view_s for one in all_of)
    return sum(one.told_s for one in all_of) / in_view_s if in_view_s > 0 else math.nan


def _first_told(all_of: Sequence[Counted]) -> float:
    waits_s = [wait_s for one in all_of for wait_s in one.first_told_s]
    return float(np.median(waits_s)) if waits_s else math.nan


def _place(share: float) -> Measure:
    return lambda all_of: _quantile([one.place_m for one in all_of], share)


def _velocity(share: float) -> Measure:
    return lambda all_of: _quantile([one.velocity_mps for one in all_of], share)


def _quantile(parts: list[Floats], share: float) -> float:
    errors = np.concatenate(parts)
    return float(np.quantile(errors, share)) if len(errors) else math.nan


# fmt: off
MEASURES: tuple[tuple[str, str, Measure, bool], ...] = (
    # what                                 unit    measure         judged
    ("false tracks begun",                 "1/min", _per_minute,    True),
    ("false tracks at once",               "1",    _at_once,       True),
    ("median error of place",              "m",    _place(0.5),    True),
    ("error of place, 90 % below",         "m",    _place(0.9),    True),
    ("median error of velocity",           "m/s",  _velocity(0.5), True),
    ("error of velocity, 90 % below",      "m/s",  _velocity(0.9), True),
    ("tracks of vehicles at once",         "1",    _of_vehicles,   False),
    ("share of time in view that is told", "1",    _told_share,    False),
    ("in view before first told, median",  "s",    _first_told,    False),
)
# fmt: on


def compared(
    pairs: Sequence[tuple[Matched, Matched]], model_sha256: str = "", left_out: Sequence[str] = ()
) -> Comparison:
    """Each pair: the same encounter with radars, and statistically."""
    levels = [counted(pair[0]) for pair in pairs], [counted(pair[1]) for pair in pairs]
    rng = np.random.default_rng(SEED)
    draws = rng.integers(len(pairs), size=(DRAWS, len(pairs))).tolist() if pairs else []
    rows = []
    for name, unit, measure, judged in MEASURES:
        ratio, interval = _ratio_of(measure, levels, draws)
        radar, statistical = (_measured(measure, level) for level in levels)
        rows.append(Row(name, unit, radar, statistical, ratio, interval, judged))
    minutes = sum(one.lasts_s for one in levels[0]) / 60, sum(one.lasts_s for one in levels[1]) / 60
    return Comparison(len(pairs), minutes, tuple(rows), model_sha256, tuple(left_out))


def _ratio_of(
    measure: Measure, levels: tuple[list[Counted], list[Counted]], draws: Sequence[Sequence[int]]
) -> tuple[float | None, tuple[float | None, float | None]]:
    again = [[_measured(measure, [level[n] for n in draw]) for level in levels] for draw in draws]
    ratios = sorted(math.inf if (r := _ratio(*pair)) is None else r for pair in again)
    radar, statistical = (_measured(measure, level) for level in levels)
    if not ratios:
        return None, (None, None)
    ends = ratios[round(0.025 * (len(ratios) - 1))], ratios[round(0.975 * (len(ratios) - 1))]
    return _ratio(radar, statistical), (_finite(ends[0]), _finite(ends[1]))


def _measured(measure: Measure, all_of: Sequence[Counted]) -> float | None:
    return _finite(measure(all_of)) if all_of else None


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _ratio(radar: float | None, statistical: float | None) -> float | None:
    """Of nothing to nothing 1, of something to nothing none."""
    if radar is None or statistical is None or radar < SOME:
        return 1.0 if (radar or 0.0) < SOME and (statistical or 0.0) < SOME else None
    return statistical / radar


def counted(drive: Matched) -> Counted:
    """What is compared of one drive; what is told beside a vehicle is no false track."""
    period_s = drive.told.period_s
    users = [user for user in drive.users if user.who != "vehicle"]
    looks = [look for user in users for look in user.looks]
    told = [(look.true, look.track) for look in looks if look.track is not None]
    waits_s = [
        next((look.t_s for look in user.looks if look.track is not None), math.inf) - user.looks[0].t_s
        for user in users
    ]
    false = [one for one in drive.false if one.beside != "vehicle"]
    places = (math.hypot(at.x_m - true.x_m, at.near_m - true.near_m) for true, at in told)
    speeds = (math.hypot(at.vx_mps - true.vx_mps, at.vnear_mps - true.vnear_mps) for true, at in told)
    return Counted(
        lasts_s=drive.told.lasts_s,
        false_begun=len(false),
        false_s=period_s * sum(len(one.at) for one in false),
        vehicles_s=period_s * sum(len(one.at) for one in drive.false if one.beside == "vehicle"),
        in_view_s=period_s * len(looks),
        told_s=period_s * len(told),
        first_told_s=tuple(wait_s for wait_s in waits_s if math.isfinite(wait_s)),
        place_m=np.array(list(places)),
        velocity_mps=np.array(list(speeds)),
    )


def write_comparison(path: Path, comparison: Comparison) -> None:
    """As JSON."""
    path.write_text(json.dumps(asdict(comparison), indent=1) + "\n", encoding="utf-8")


def read_comparison(path: Path) -> Comparison:
    """What `write_comparison` wrote."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        rows = (Row(**{**row, "interval": tuple(row["interval"])}) for row in content["rows"])
        tuples = {name: tuple(content.get(name, ())) for name in ("minutes", "left_out")}
        return Comparison(**{**content, **tuples, "rows": tuple(rows)})
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    except (ValueError, TypeError, KeyError) as error:
        raise InputError(f"{path}: is no comparison of two levels ({error})") from error
