"""Scenarios of many encounters below each other: what avoided how much, and what was needless."""

from collections.abc import Sequence
from dataclasses import dataclass

from hil.encounter import KMH_TO_MPS
from hil.report.counted_words import pct_words
from hil.report.matrix import Line
from hil.report.needless import per_1000_words
from hil.report.scenario_words import outcome_words
from hil.scenario.tally import FALSE, Share


@dataclass(frozen=True, slots=True)
class Entry:
    """One scenario, a text a column."""

    line: Line
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SideBySide:
    """A table; heads are English and Chinese."""

    heads: tuple[tuple[str, str], ...]
    entries: tuple[Entry, ...]


def avoided_table(lines: Sequence[Line]) -> SideBySide:
    """This program at this level, then whatever else drove the same encounters."""
    many = [line for line in _many(lines) if line.counts_contact]
    names = sorted({name for line in many for name in line.done.tally.beside})
    heads = [("encounters", "次数"), ("this one", "本次"), ("the rest at", "其余碰撞车速")]
    entries = []
    for line in many:
        tally = line.done.tally
        levels = [tally.beside.get(name) for name in names]
        shares = ["–" if level is None else _words(level.avoided) for level in levels]
        speed = tally.itself.mean_contact_speed_mps
        rest = "–" if speed is None else f"{speed / KMH_TO_MPS:.1f} km/h"
        entries.append(Entry(line, (str(tally.n), _words(tally.itself.avoided), rest, *shares)))
    return SideBySide((*heads, *((name, "") for name in names)), tuple(entries))


def needless_table(lines: Sequence[Line]) -> SideBySide:
    """Per thousand encounters that touch nobody without the system."""
    many = [line for line in _many(lines) if any(s.n for s in line.done.tally.false_braking.values())]
    entries = []
    for line in many:
        shares = line.done.tally.false_braking
        told = (per_1000_words(shares[name]) for name in FALSE)
        entries.append(Entry(line, (str(shares[FALSE[0]].n), *told)))
    return SideBySide((("of encounters", "次数"), *(outcome_words(name) for name in FALSE)), tuple(entries))


def _many(lines: Sequence[Line]) -> list[Line]:
    return [line for line in lines if len(line.done.results) > 1]


def _words(share: Share) -> str:
    """`91 % (84 to 96)`."""
    between = share.interval
    if between is None:
        return "–"
    value, low, high = (pct_words(100 * one) for one in (share.events / share.n, *between))
    return f"{value} % ({low} to {high})"
