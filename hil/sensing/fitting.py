"""From drives of the raw chain to the model of the statistical level."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_controller.errors import InputError
from hil.sensing.fitting_false import ends_at_rest_per_s, false_per_s, false_seen
from hil.sensing.matching import MOVES_MPS, STILL_MPS, Look, Matched, UserHistory
from hil.sensing.model import (
    COMPONENTS,
    PROBABILITIES,
    SCORES,
    WAITS_S,
    Age,
    Chances,
    Model,
    Zone,
    age_of,
    cells_of,
    zone_of,
)

Floats = NDArray[np.float64]
FEWEST_LOOKS, FEWEST_USERS = 150, 6  # for a cell of its own
WEIGHT = 2.0  # events that what is usual counts for
A_FEW = 0.4  # events in a stretch that what is usual counts for
RARE_PER_S = 1e-3
SECONDS = 0.1  # of waiting that the rate over all counts for in a stretch
LOSS_S = 10.0  # of being told of, for each of these events
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
        chances=_chances(users, width_m),
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
        self.cells = [cells_of(user.who, _zone(look, width_m), _age(look), look.around) for look in looks]


def _zone(look: Look, width_m: float) -> Zone:
    return zone_of(look.true.x_m, look.true.near_m, width_m)


def _age(look: Look) -> Age:
    assert look.track is not None
    return age_of(look.t_s - look.track.born_t_s, look.true.speed_mps)


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


class _Waiting:
    """Waits of one kind: how long in each stretch of WAITS_S, and how often they ended there."""

    def __init__(self) -> None:
        self.waited_s = np.zeros(len(WAITS_S))
        self.ended = np.zeros(len(WAITS_S))

    def add(self, wait_s: float, ended: bool) -> None:
        edges_s = np.append(WAITS_S[1:], np.inf)
        self.waited_s += np.clip(np.minimum(wait_s, edges_s) - WAITS_S, 0.0, None)
        self.ended[np.searchsorted(WAITS_S, wait_s, side="right") - 1] += ended

    def per_s(self, usual: Floats) -> Floats:
        """As `usual`, as much quicker or slower all along as they were, the less the fewer they are."""
        expected = float(self.waited_s @ usual)
        found: Floats = usual * (float(self.ended.sum()) + WEIGHT) / (expected + WEIGHT)
        return found

    def own_per_s(self) -> Floats:
        """In each stretch for itself; in one that hardly anybody came to as over all."""
        over_all = self.ended.sum() / max(float(self.waited_s.sum()), 1.0)
        found: Floats = (self.ended + over_all * SECONDS) / (self.waited_s + SECONDS)
        return found

    def rather_per_s(self, usual: Floats) -> Floats:
        """In each stretch for itself, but drawn towards `usual` where few waited."""
        found: Floats = (self.ended + A_FEW) / (self.waited_s + A_FEW / np.maximum(usual, RARE_PER_S))
        return found


class _Counts:
    """Of one name: waits for the first track, waits for the next one, losses in the time told of."""

    def __init__(self) -> None:
        self.gain, self.again = _Waiting(), _Waiting()
        self.told_s, self.losses = 0.0, 0
        self.still = [_Still(), _Still()]  # by a truck that stands, by one that rolls

    def told(self, step_s: float, lost: bool) -> None:
        self.told_s += step_s
        self.losses += lost

    def waits(self, ever: bool) -> _Waiting:
        """`ever`: he has been told of before."""
        return self.again if ever else self.gain

    def lost_per_s(self, usual: float) -> float:
        return (self.losses + WEIGHT * usual * LOSS_S) / (self.told_s + WEIGHT * LOSS_S)


@dataclass(slots=True)
class _Still:
    """Standing in view and not told of: how long, and how often that ended."""

    waited_s: float = 0.0
    ended: int = 0

    def add(self, wait_s: float, ended: bool) -> None:
        self.waited_s += wait_s
        self.ended += ended

    def per_s(self, usual: float) -> float:
        """Drawn towards `usual` where few waited."""
        return (self.ended + WEIGHT * usual * LOSS_S) / (self.waited_s + WEIGHT * LOSS_S)


def _chances(users: Iterable[UserHistory], width_m: float) -> dict[str, Chances]:
    """By who and zone, by who, and of all; a wait counts for the zone it ended in."""
    counts: dict[str, _Counts] = defaultdict(_Counts)
    for user in users:
        waited_s, ever = 0.0, False
        for look, later in pairwise(user.looks):
            names = f"{user.who}/{_zone(later, width_m)}", user.who, "all"
            step_s = later.t_s - look.t_s
            if look.track is not None:
                for name in names:
                    counts[name].told(step_s, later.track is None)
                ever, waited_s = True, 0.0
                continue
            if look.true.speed_mps <= MOVES_MPS:
                for name in names:
                    counts[name].still[look.truck_mps >= STILL_MPS].add(step_s, later.track is not None)
                    if later.track is not None or later is user.looks[-1]:
                        counts[name].waits(ever).add(waited_s, ended=False)
                continue
            waited_s += step_s
            if later.track is not None or later is user.looks[-1]:
                for name in names:
                    wait_s = max(waited_s - step_s / 2, 0.0)  # between looks
                    counts[name].waits(ever).add(wait_s, later.track is not None)
    return {name: _chances_of(name, counts) for name in sorted(counts)}


def _chances_of(name: str, counts: dict[str, _Counts]) -> Chances:
    """Little seen in a zone is drawn towards what is usual for such road users."""
    who = counts[name.partition("/")[0]]
    lost = who.losses / max(who.told_s, 1.0)
    gain = who.gain.own_per_s()
    again = who.again.rather_per_s(gain)  # losses are few: whoever is lost is found as a new one would be
    one, usual = counts[name], [still.ended / max(still.waited_s, 1.0) for still in who.still]
    if one is not who:
        gain, again, lost = one.gain.per_s(gain), one.again.per_s(again), one.lost_per_s(lost)
    still = np.array([of_it.per_s(rate) for of_it, rate in zip(one.still, usual, strict=True)])
    still_per_s, gained_per_s, regained_per_s = (tuple(_rounded(rates)) for rates in (still, gain, again))
    return Chances(still_per_s, gained_per_s, regained_per_s, round(lost, DIGITS))


def _ages(users: Iterable[UserHistory]) -> dict[str, Sequence[float]]:
    """Of a track when it is first told of."""
    ages: dict[str, list[float]] = defaultdict(list)
    for user in users:
        before = None
        for look in user.looks:
            if look.track is not None and (before is None or before != look.track.id):
                ages[user.who].append(look.t_s - look.track.born_t_s)
                ages["all"].append(look.t_s - look.track.born_t_s)
            before = None if look.track is None else look.track.id
    return {who: _rounded(np.quantile(found, PROBABILITIES)) for who, found in sorted(ages.items())}


def _rounded(values: Floats) -> Any:
    return np.round(values, DIGITS).tolist()
