"""How often false tracks begin, how long they last and what they are like, from drives of the raw chain."""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from hil.sensing.matching import STILL_MPS, FalseHistory, Matched, company_in
from hil.sensing.model import FalseTrack, beside_cell, beside_share, breathing_cell, false_cell, names_of
from hil.sensing.surroundings import Setting

Floats = NDArray[np.float64]
Cell = tuple[str, ...]
_Held = tuple[FalseHistory, float]  # and the time from look to look
PRIOR = 0.5  # events at the mean of all that each word of a cell begins with
HELD = 4.0  # events that what the words of a cell say counts for against its own: false tracks come in bursts
ROUNDS = 50  # of fitting words to each other
AT_REST_S = 1.0  # with one end in it, what is known of tracks of a truck that stops before any was seen
FEWEST_SHOWN = 8  # in a cell of its own
MOST_KEPT = 80  # of one kind, evenly taken out of all
DIGITS = 3


def false_per_s(drives: Sequence[Matched], width_m: float) -> dict[str, float]:
    """Begun per second while all of what shows them is within reach; `width_m` is the truck's."""
    begun, seconds = _begun(drives), _seconds(drives, width_m)
    kinds = _drawn_together(begun, seconds)
    return {"/".join(cell): round(rate, 5) for cells in kinds for cell, rate in sorted(cells.items())}


def _drawn_together(begun: Mapping[Cell, int], seconds: Mapping[Cell, float]) -> Iterator[dict[Cell, float]]:
    """Those that breathe; beside the truck, people and vehicles, which have so many words each."""
    for kind in dict.fromkeys(map(_kind, seconds)):
        cells = [cell for cell in seconds if _kind(cell) == kind]
        yield rates_of({cell: begun.get(cell, 0) for cell in cells}, {cell: seconds[cell] for cell in cells})


def _kind(cell: Cell) -> tuple[bool, int]:
    return cell[0] == "breathes", len(cell)


def rates_of(begun: Mapping[Cell, int], seconds: Mapping[Cell, float]) -> dict[Cell, float]:
    """Per second, of every joining of words: a factor of each word, and what a cell shows beyond these.

    The more was seen of a cell the more its own count says.
    """
    whole_s = sum(seconds.values())
    mean = sum(begun.values()) / whole_s if whole_s > 0 else 0.0
    if mean == 0.0:
        return dict.fromkeys(seconds, 0.0)
    factors = _factors(begun, seconds, mean)
    found = {}
    for cell in _joined(factors):
        usual = mean * math.prod(of_word[word] for of_word, word in zip(factors, cell, strict=True))
        expected = usual * seconds.get(cell, 0.0)
        found[cell] = usual * (begun.get(cell, 0) + HELD) / (expected + HELD)
    return found


def _factors(begun: Mapping[Cell, int], seconds: Mapping[Cell, float], mean: float) -> list[dict[str, float]]:
    """Of each word in its position, so that events add up for all words (iterative proportional fitting)."""
    cells = [cell for cell, of_s in seconds.items() if of_s > 0]
    factors = [dict.fromkeys(sorted(set(words)), 1.0) for words in zip(*cells, strict=True)]
    for _ in range(ROUNDS):
        for position, of_word in enumerate(factors):
            expected: dict[str, float] = defaultdict(float)
            seen: dict[str, int] = defaultdict(int)
            for cell in cells:
                others = (
                    f[word] for n, (f, word) in enumerate(zip(factors, cell, strict=True)) if n != position
                )
                expected[cell[position]] += mean * seconds[cell] * math.prod(others)
                seen[cell[position]] += begun.get(cell, 0)
            for word in of_word:
                of_word[word] = (seen[word] + PRIOR) / (expected[word] + PRIOR)
    return factors


def _joined(factors: Sequence[Mapping[str, float]]) -> Iterator[Cell]:
    if not factors:
        yield ()
        return
    for first in factors[0]:
        yield from ((first, *rest) for rest in _joined(factors[1:]))


def _begun(drives: Sequence[Matched]) -> dict[Cell, int]:
    begun: dict[Cell, int] = defaultdict(int)
    for drive in drives:
        for one in drive.false:
            begun[cell_of(one)] += 1
    return begun


def cell_of(one: FalseHistory) -> Cell:
    """Of the moment when it began."""
    if one.is_fixed:
        return breathing_cell(one.around, one.company)
    if one.beside is None:
        return false_cell(one.around, one.truck_mps, one.company)
    return beside_cell(one.beside, one.around)


def _seconds(drives: Sequence[Matched], width_m: float) -> dict[Cell, float]:
    """In each cell, each second as much as there was of what shows false tracks."""
    seconds: dict[Cell, float] = defaultdict(float)
    for drive in drives:
        settings: dict[float, Setting] = {}
        for frame in drive.told.frames:
            around, company = frame.setting.around, company_in(frame, width_m)
            shown_s = drive.told.period_s * frame.setting.share
            seconds[false_cell(around, frame.truck_mps, company)] += shown_s
            if frame.truck_mps < STILL_MPS:
                seconds[breathing_cell(around, company)] += shown_s
            settings[frame.t_s] = frame.setting
        for user in drive.users:
            for look, later in pairwise(user.looks):
                if look.track is not None or user.who == "vehicle":
                    setting = settings[look.t_s]
                    share = beside_share(user.who, setting, look.share)
                    seconds[beside_cell(user.who, setting.around)] += share * (later.t_s - look.t_s)
    return seconds


def ends_at_rest_per_s(drives: Sequence[Matched]) -> float:
    """Of false tracks that began while the truck rolled, once it stands: its own motion made them."""
    stopped = [
        (one.at[-1][0] - one.stopped_s, one.cut)
        for drive in drives
        for one in drive.false
        if one.stopped_s is not None and one.beside != "vehicle"
    ]
    lasted_s = sum(seconds for seconds, _ in stopped)
    return round((sum(not cut for _, cut in stopped) + 1) / (lasted_s + AT_REST_S), DIGITS)


def false_seen(drives: Sequence[Matched]) -> dict[str, tuple[FalseTrack, ...]]:
    """By cell and by the wider ones, where enough was seen."""
    histories: dict[str, list[_Held]] = defaultdict(list)
    for drive in drives:
        for one in drive.false:
            for name in names_of(cell_of(one)):
                histories[name].append((one, drive.told.period_s))
    shown = {
        name: _shown(of_it, histories[name.partition("/")[0]]) for name, of_it in sorted(histories.items())
    }
    return {name: seen for name, seen in shown.items() if len(seen) >= FEWEST_SHOWN or "/" not in name}


def _shown(some: Sequence[_Held], alike: Sequence[_Held]) -> tuple[FalseTrack, ...]:
    """Those that were cut off go on as the others beside the same thing did."""
    lasted = [(_lasted_s(one) + period_s, _is_cut(one)) for one, period_s in alike]
    chosen = some[:: math.ceil(len(some) / MOST_KEPT)]
    return tuple(
        _to_show(one, _lasted_s(one) + period_s + further_s(lasted, _lasted_s(one)) * _is_cut(one))
        for one, period_s in chosen
    )


def _lasted_s(one: FalseHistory) -> float:
    """Until the truck stopped: what then becomes of it is another matter."""
    ends_s = one.at[-1][0]
    return (ends_s if one.stopped_s is None or one.beside == "vehicle" else one.stopped_s) - one.at[0][0]


def _is_cut(one: FalseHistory) -> bool:
    """It would have lasted longer, had nothing else changed."""
    return one.cut or (one.stopped_s is not None and one.beside != "vehicle")


def further_s(lasted: Sequence[tuple[float, bool]], beyond_s: float) -> float:
    """How much longer one lasts that has lasted so long, by those that did; `lasted`: how long, and cut off?

    Time at risk for each end that was seen; one end at the mean of all counts with these, as few last long.
    """
    ends = max(sum(not cut for _, cut in lasted), 1)
    mean_s = sum(seconds for seconds, _ in lasted) / ends
    later = [(seconds - beyond_s, cut) for seconds, cut in lasted if seconds > beyond_s]
    return (sum(seconds for seconds, _ in later) + mean_s) / (sum(not cut for _, cut in later) + 1)


def _to_show(one: FalseHistory, lasts_s: float) -> FalseTrack:
    """Its way beside its carrier, and what was typical of its speed; one that breathes stays over ground."""
    begun_s, first, _ = one.at[0]
    ends = [by.place_of(track.x_m, track.near_m) for _, track, by in (one.at[0], one.at[-1])]
    faster_mps = [by.sees(t.vx_mps - by.vx_mps, t.vnear_mps - by.vnear_mps) for _, t, by in one.at]
    carrier_mps = float(np.median([math.hypot(by.vx_mps, by.vnear_mps) for _, _, by in one.at]))
    sigma_mps = float(np.median([track.velocity_sigma_mps for _, track, _ in one.at]))
    shown = FalseTrack(
        _pair(ends[0]),
        _pair(ends[1]),
        round(one.at[-1][0] - begun_s, DIGITS),
        round(lasts_s, DIGITS),
        round(begun_s - first.born_t_s, DIGITS),
        round(carrier_mps, DIGITS),
        _pair(np.median(faster_mps, axis=0)),
        round(sigma_mps, DIGITS),
        breathes=False,
    )
    if not one.is_fixed:
        return shown
    at = _pair((first.x_m, first.near_m))
    return replace(shown, at_first=at, at_last=at, way_s=0.0, faster_mps=(0.0, 0.0), breathes=True)


def _pair(values: Sequence[float] | Floats) -> tuple[float, float]:
    return round(float(values[0]), DIGITS), round(float(values[1]), DIGITS)
