"""From drives of the raw chain to the model of the statistical level."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_controller.errors import InputError
from hil.sensing.fitting_chances import chances_by, found_per_s
from hil.sensing.fitting_false import ends_at_rest_per_s, false_per_s, false_seen
from hil.sensing.matching import Look, Matched, UserHistory
from hil.sensing.model import (
    COMPONENTS,
    PROBABILITIES,
    SCORES,
    Age,
    Model,
    age_of,
    cells_of,
    kind_of,
    zone_of,
)

Floats = NDArray[np.float64]
FEWEST_LOOKS, FEWEST_USERS = 150, 6  # for a cell of its own
PERIOD_S = 0.05  # of one radar
LAG_S = 0.25  # over which memory is measured
SHORTEST_S, LONGEST_S = 0.05, 5.0
DIGITS = 3


def fitted(drives: Sequence[Matched], width_m: float, provenance: dict[str, Any]) -> Model:
    """`width_m` is the truck's."""
    users = [user for drive in drives for user in drive.users if user.who != "vehicle"]
    errors = _errors(drives, width_m)
    looks = sum(len(one.rows) for one in errors)
    if looks < FEWEST_LOOKS:
        raise InputError(
            f"{len(drives)} drives tell of somebody {looks} times, too few for a fit: drive more"
        )
    cells = _cells(errors)
    correlation, memory_s = _scores(errors, cells)
    sizes = [(look.track.length_m, look.track.width_m) for user in users for look in user.looks if look.track]
    return Model(
        provenance=provenance,
        correlation=_rounded(correlation),
        memory_s=_rounded(memory_s),
        quantiles={name: _rounded(_quantiles(rows)) for name, rows in sorted(cells.items())},
        chances=chances_by(users, width_m),
        found_per_s=found_per_s(users, width_m),
        age_s=_ages(users),
        size_m=tuple(np.median(np.array(sizes), axis=0).tolist()),
        false_per_s=false_per_s(drives, width_m),
        false_seen=false_seen(drives),
        ends_at_rest_per_s=ends_at_rest_per_s(drives),
    )


def error_of(look: Look) -> tuple[float, ...]:
    """What is told less what is true, as COMPONENTS has it; of a look that tells of him."""
    true, track = look.true, look.track
    assert track is not None
    vx_mps, vnear_mps = look.velocity_mps
    along_mps2, across_mps2 = _along(track.ax_mps2, track.anear_mps2, track.vx_mps, track.vnear_mps)
    return (
        track.x_m - true.x_m,
        track.near_m - true.near_m,
        track.vx_mps - vx_mps,
        track.vnear_mps - vnear_mps,
        along_mps2 - look.along_mps2,
        across_mps2 - look.across_mps2,
        track.place_sigma_m,
        track.velocity_sigma_mps,
    )


def _along(ax_mps2: float, anear_mps2: float, vx_mps: float, vnear_mps: float) -> tuple[float, float]:
    """In the course and across it, to the near side where x is ahead."""
    speed_mps = max(math.hypot(vx_mps, vnear_mps), 1e-6)
    ahead, aside = vx_mps / speed_mps, vnear_mps / speed_mps
    return ax_mps2 * ahead + anear_mps2 * aside, anear_mps2 * ahead - ax_mps2 * aside


class _Errors:
    """All errors of one road user, in order of time."""

    def __init__(self, user: UserHistory, width_m: float) -> None:
        looks = [look for look in user.looks if look.track is not None]
        self.t_s = np.array([look.t_s for look in looks])
        self.rows = np.array([error_of(look) for look in looks]).reshape(-1, len(COMPONENTS))
        zones = [zone_of(look.true.x_m, look.true.near_m, width_m) for look in looks]
        self.cells = [
            cells_of(user.who, zone, _age(look), look.around) for zone, look in zip(zones, looks, strict=True)
        ]


def _age(look: Look) -> Age:
    assert look.track is not None
    return age_of(look.t_s - look.track.born_t_s, look.true.speed_mps, moving=look.track.moving)


def _errors(drives: Iterable[Matched], width_m: float) -> list[_Errors]:
    of_users = (_Errors(user, width_m) for drive in drives for user in drive.users if user.who != "vehicle")
    return [one for one in of_users if len(one.rows)]


def _cells(errors: Iterable[_Errors]) -> dict[str, Floats]:
    """Rows by cell, and by the wider ones; those of which enough was seen."""
    rows: dict[str, list[Floats]] = defaultdict(list)
    seen: dict[str, int] = defaultdict(int)
    for one in errors:
        of_his: dict[str, list[int]] = defaultdict(list)
        for n, names in enumerate(one.cells):
            for name in names:
                of_his[name].append(n)
        for name, chosen in of_his.items():
            rows[name].append(one.rows[chosen])
            seen[name] += 1
    cells = {name: np.concatenate(parts) for name, parts in rows.items()}
    return {
        name: cell
        for name, cell in cells.items()
        if name == "all" or (len(cell) >= FEWEST_LOOKS and seen[name] >= FEWEST_USERS)
    }


def _quantiles(rows: Floats) -> Floats:
    return np.quantile(rows, PROBABILITIES, axis=0).T


def _scores(errors: Iterable[_Errors], cells: dict[str, Floats]) -> tuple[Floats, Floats]:
    """Correlation of the normal scores within a look, and the memory of each from look to look."""
    grids = {name: _quantiles(rows) for name, rows in cells.items()}
    together, before, after = [], [], []
    for one in errors:
        scores = np.array([_score_of(one, n, grids) for n in range(len(one.rows))])
        together.append(scores)
        for n, m in _pairs(one.t_s):
            before.append(scores[n])
            after.append(scores[m])
    alike = np.diag(_alike(np.array(before), np.array(after)))
    memory_s = -LAG_S / np.log(np.clip(alike, 1e-6, 0.999))
    scores = np.concatenate(together)
    correlation = _alike(scores, scores)
    np.fill_diagonal(correlation, 1.0)
    return correlation, np.clip(memory_s, SHORTEST_S, LONGEST_S)


def _alike(some: Floats, others: Floats) -> Floats:
    """Correlation of each column with each; what never changes is like nothing."""
    some, others = (
        (rows - rows.mean(axis=0)) / np.maximum(rows.std(axis=0), 1e-6) for rows in (some, others)
    )
    found: Floats = some.T @ others / len(some)
    return found


def _pairs(t_s: Floats) -> Iterator[tuple[int, int]]:
    """Looks that lie the lag apart."""
    for n, m in enumerate(np.searchsorted(t_s, t_s + LAG_S - PERIOD_S / 4)):
        if m < len(t_s) and t_s[m] - t_s[n] < LAG_S + PERIOD_S:
            yield n, int(m)


def _score_of(one: _Errors, n: int, grids: dict[str, Floats]) -> list[float]:
    name = next(name for name in one.cells[n] if name in grids)
    # A flat stretch of quantiles has no inverse: its middle is taken.
    return [
        float(np.interp(value, grid + np.arange(len(SCORES)) * 1e-9, SCORES))
        for value, grid in zip(one.rows[n], grids[name], strict=True)
    ]


def _ages(users: Iterable[UserHistory]) -> dict[str, Sequence[float]]:
    """Of a track when it is first told of."""
    ages: dict[str, list[float]] = defaultdict(list)
    for user in users:
        before = None
        for look in user.looks:
            if look.track is not None and (before is None or before != look.track.id):
                for name in (kind_of(user.who, moving=look.track.moving), "all"):
                    ages[name].append(look.t_s - look.track.born_t_s)
            before = None if look.track is None else look.track.id
    return {who: _rounded(np.quantile(found, PROBABILITIES)) for who, found in sorted(ages.items())}


def _rounded(values: Floats) -> Any:
    return np.round(values, DIGITS).tolist()
