"""How long somebody waits until he is told of, and how he is lost, from drives of the raw chain."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hil.sensing.matching import MOVES_MPS, STILL_MPS, Look, UserHistory
from hil.sensing.model import RESTS_S, WAITS_S, Breath, Chances, found_cell, names_of, zone_of

Floats = NDArray[np.float64]
WEIGHT = 2.0  # events that what is usual counts for
A_FEW = 0.4  # events in a stretch that what is usual counts for
RARE_PER_S = 1e-3
SECONDS = 0.1  # of waiting that the rate over all counts for in a stretch
LOSS_S = 10.0  # of being told of, for each of these events
DIGITS = 3


def chances_by(users: Iterable[UserHistory], width_m: float) -> dict[str, Chances]:
    """By who and zone, by who, and of all; a wait counts for the zone it ended in."""
    counts: dict[str, _Counts] = defaultdict(_Counts)
    for user in users:
        watching = _Watching()
        for look, later in pairwise(user.looks):
            zone = zone_of(later.true.x_m, later.true.near_m, width_m)
            names = f"{user.who}/{zone}", user.who, "all"
            watching.note(look, later, [counts[name] for name in names], last=later is user.looks[-1])
    return {name: _chances_of(name, counts) for name in sorted(counts)}


def found_per_s(users: Iterable[UserHistory], width_m: float) -> dict[str, tuple[float, ...]]:
    """How soon who stands by a truck at rest is found to breathe; each cell drawn towards the wider one."""
    waits: dict[str, _Waiting] = defaultdict(lambda: _Waiting(RESTS_S))
    for user in users:
        for look, wait_s, found in _rests(user.looks):
            out_m, near_m = look.true.near_m - width_m / 2, look.true.near_m
            cell = found_cell(zone_of(look.true.x_m, near_m, width_m), out_m, look.around, user.who)
            for name in (*names_of(cell), "all"):
                waits[name].add(wait_s, found)
    rates = {"all": waits["all"].own_per_s()}
    for name in sorted(waits, key=lambda name: name.count("/")):
        if name != "all":
            rates[name] = waits[name].per_s(rates[name.rpartition("/")[0] or "all"])
    return {name: _rounded(of_it) for name, of_it in sorted(rates.items())}


def _rests(looks: Sequence[Look]) -> Iterator[tuple[Look, float, bool]]:
    """Each stretch in which he stands by a truck at rest, not told of: its end, how long, found then?"""
    waited_s = 0.0
    for look, later in pairwise(looks):
        if look.track is not None or not _is_at_rest(look):
            waited_s = 0.0
            continue
        step_s = later.t_s - look.t_s
        waited_s += step_s
        if later.track is not None or later is looks[-1] or not _is_at_rest(later):
            yield later, max(waited_s - step_s / 2, 0.0), later.track is not None and not later.track.moving


def _is_at_rest(look: Look) -> bool:
    return look.truck_mps < STILL_MPS and look.true.speed_mps <= MOVES_MPS


class _Waiting:
    """Waits of one kind: how long in each stretch, and how often they ended there."""

    def __init__(self, stretches_s: Sequence[float] = WAITS_S) -> None:
        self.stretches_s = stretches_s
        self.waited_s = np.zeros(len(stretches_s))
        self.ended = np.zeros(len(stretches_s))

    def add(self, wait_s: float, ended: bool) -> None:
        edges_s = np.append(self.stretches_s[1:], np.inf)
        self.waited_s += np.clip(np.minimum(wait_s, edges_s) - self.stretches_s, 0.0, None)
        self.ended[np.searchsorted(self.stretches_s, wait_s, side="right") - 1] += ended

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


class _Rate:
    """Of what may happen at any time alike: how long it might have, and how often it did."""

    def __init__(self) -> None:
        self.spent_s, self.ended = 0.0, 0

    def add(self, spent_s: float, ended: bool) -> None:
        self.spent_s += spent_s
        self.ended += ended

    @property
    def own_per_s(self) -> float:
        return self.ended / max(self.spent_s, 1.0)

    def per_s(self, usual: float) -> float:
        """Drawn towards `usual` where little was seen."""
        return (self.ended + WEIGHT * usual * LOSS_S) / (self.spent_s + WEIGHT * LOSS_S)


class _Pair:
    """Rates by a truck at rest and by one that rolls."""

    def __init__(self) -> None:
        self.rests, self.rolls = _Rate(), _Rate()

    def by(self, look: Look) -> _Rate:
        return self.rolls if look.truck_mps >= STILL_MPS else self.rests

    def per_s(self, usual: "_Pair") -> tuple[float, float]:
        pairs = (self.rests, usual.rests), (self.rolls, usual.rolls)
        rests, rolls = (round(own.per_s(of_all.own_per_s), DIGITS) for own, of_all in pairs)
        return rests, rolls


class _Counts:
    """Of one name."""

    def __init__(self) -> None:
        self.gain, self.again = _Waiting(), _Waiting()  # who goes: waits for the first track, for the next
        self.lost = _Rate()
        self.still = _Pair()  # who stands is taken to move
        self.breath_lost, self.hidden, self.shown = _Pair(), _Pair(), _Pair()
        self.proven = _Waiting()  # since he set off

    def waits(self, ever: bool) -> _Waiting:
        """`ever`: he has been told of before."""
        return self.again if ever else self.gain


class _Watching:
    """One road user, look by look: how long he has waited for what."""

    def __init__(self) -> None:
        self._waited_s = self._left_s = 0.0
        self._ever = False

    def note(self, look: Look, later: Look, counts: Sequence[_Counts], *, last: bool) -> None:
        """What became of him from the one to the other, for all `counts` he belongs to."""
        step_s, track = later.t_s - look.t_s, look.track
        stands = look.true.speed_mps <= MOVES_MPS
        if track is None and stands:
            self._stands(look, later, counts, last=last)
        elif track is not None and not track.moving:
            self._breathes(look, later, counts, last=last)
        elif track is None:
            self._waited_s += step_s
            if later.track is not None or last:
                for one in counts:
                    wait_s = max(self._waited_s - step_s / 2, 0.0)  # between looks
                    one.waits(self._ever).add(wait_s, later.track is not None)
        else:
            for one in counts:
                one.lost.add(step_s, later.track is None)
        if track is not None:
            self._ever, self._waited_s = True, 0.0

    def _stands(self, look: Look, later: Look, counts: Sequence[_Counts], *, last: bool) -> None:
        """And is not told of."""
        step_s, track = later.t_s - look.t_s, later.track
        for one in counts:
            one.still.by(look).add(step_s, track is not None and track.moving)
            if track is not None or last:
                one.waits(self._ever).add(self._waited_s, ended=False)

    def _breathes(self, look: Look, later: Look, counts: Sequence[_Counts], *, last: bool) -> None:
        """As far as is told."""
        step_s, track = later.t_s - look.t_s, look.track
        assert track is not None
        if look.true.speed_mps > MOVES_MPS:
            self._goes(step_s, later, counts, last=last)
            return
        for one in counts:
            one.breath_lost.by(look).add(step_s, later.track is None)
            if later.track is not None:
                (one.hidden if track.seen else one.shown).by(look).add(step_s, later.track.seen != track.seen)

    def _goes(self, step_s: float, later: Look, counts: Sequence[_Counts], *, last: bool) -> None:
        """Told of where he stood until he is found to move; lost, he waits as others do."""
        self._left_s += step_s
        moves = later.track is not None and later.track.moving
        if moves or last or later.track is None or later.true.speed_mps <= MOVES_MPS:
            for one in counts:
                one.proven.add(max(self._left_s - step_s / 2, 0.0), moves)
            self._left_s = 0.0


def _chances_of(name: str, counts: dict[str, _Counts]) -> Chances:
    """Little seen in a zone is drawn towards what is usual for such road users."""
    one, who = counts[name], counts[name.partition("/")[0]]
    gain = who.gain.own_per_s()
    again = who.again.rather_per_s(gain)  # losses are few: whoever is lost is found as a new one would be
    proven = who.proven.rather_per_s(gain)
    lost_per_s = who.lost.own_per_s
    if one is not who:
        gain, again, proven = one.gain.per_s(gain), one.again.per_s(again), one.proven.per_s(proven)
        lost_per_s = one.lost.per_s(lost_per_s)
    breath = Breath(
        one.breath_lost.per_s(who.breath_lost),
        one.hidden.per_s(who.hidden),
        one.shown.per_s(who.shown),
        _rounded(proven),
    )
    still_per_s = one.still.per_s(who.still)
    return Chances(still_per_s, _rounded(gain), _rounded(again), round(lost_per_s, DIGITS), breath)


def _rounded(rates: Floats) -> tuple[Any, ...]:
    return tuple(np.round(rates, DIGITS).tolist())
