"""Film, own motion and alignment on hours of synthetic detections (streets.py); long form of their tests.

Simulated: kerb, posts, parked cars and traffic by the radar equation, quarters of 300 m that return 2 dB
r.m.s. more or less, stops, five looks a second. Not simulated: raw samples, mirrors, weather.
"""

import math
import time
from dataclasses import replace

import numpy as np

from edge_controller.config import load_fit, shipped_fit
from edge_controller.own_motion import Statics
from edge_controller.own_motion.sums import PLACES_LEARNED, PLACES_LIMIT, PLACES_SLACK_DB
from tests.benchmarks.rows import Row, row
from tests.edge_controller.own_motion.streets import Drive

FIT = load_fit(shipped_fit("demo"))
COMMAND = "make bench"
DAY_S = 86_400.0
CLEAR_S, FOLLOWED_S = 110.0, 30.0
TRIALS = 6
FILMS = (("corner", 3.0), ("corner", 20.0), ("front", 3.0), ("front", 4.5), ("front", 6.0), ("front", 20.0))
QUARTERS_DB = 2.0
CLEAR_HOURS = 0.75
DRIVES = 4
PLACES_SUM = 4  # of a radar's sums the first that compares places; own flank and three sectors before it
NEIGHBOURS, PARALLEL, LONG = 4, 4000, 5000  # places drawn together; 2e7 in all, two hundred days of driving


def measure() -> list[Row]:
    """All of it, some three minutes."""
    return [*_film(), *_false_film(), *_yaw(), *_motion()]


def _film() -> list[Row]:
    """Slowest of so many drives; a film that is not found within 30 s counts as 30 s."""
    rows = []
    for radar, film_db in FILMS:
        slowest_s = 0.0
        for seed in range(TRIALS):
            drive = Drive(FIT, seed, speed_mps=6.0, frame_s=0.2, film_from_s=CLEAR_S)
            drive = replace(drive, quarters_db=QUARTERS_DB)
            drive = replace(drive, film_db={radar: film_db})
            slowest_s = max(slowest_s, _found_s(drive, radar) - CLEAR_S)
        measure = f"film of {film_db:g} dB before the {radar} radar found, slowest of {TRIALS}"
        rows.append(row(measure, round(slowest_s, 1), COMMAND, "s"))
    return rows


def _found_s(drive: Drive, name: str) -> float:
    statics = Statics(FIT.radars, FIT.truck)
    for radar, seen, bus, _ in drive.frames(CLEAR_S + FOLLOWED_S):
        statics.update(seen, radar.name, bus)
        if bus.t_s > CLEAR_S and radar.name == name and any(statics.film.faults(name)):
            return bus.t_s
    return CLEAR_S + FOLLOWED_S


def _false_film() -> list[Row]:
    """Flags, and how many a day are foretold: of places by drawing them again, else by excursions."""
    flags, tops = 0, {}
    statics = Statics(FIT.radars, FIT.truck)
    drive = Drive(FIT, 1000, frame_s=0.2, quarters_db=QUARTERS_DB)
    running: dict[tuple[str, int], float] = {}
    said: dict[int, float] = {}
    for radar, seen, bus, _ in drive.frames(CLEAR_HOURS * 3600):
        statics.update(seen, radar.name, bus)
        flags += any(statics.film.faults(radar.name))
        said.update(statics.film.said("front"))
        for n, value in enumerate(statics.film.strain(radar.name)):
            key = (radar.name, n)
            before = running.get(key, 0.0)
            if value == 0 and before > 0:
                tops.setdefault(key, []).append(before)
            running[key] = max(before, value) if value > 0 else 0.0
    learned = [lack_db for count, lack_db in sorted(said.items()) if count > PLACES_LEARNED]
    places_a_day = max(said) / (CLEAR_HOURS * 3600) * DAY_S
    by_places = places_a_day * raised_by_luck(np.array(learned), np.random.default_rng(7))
    foretold = by_places + sum(_a_day(np.array(found)) for key, found in tops.items() if key[1] < PLACES_SUM)
    highest = max((max(found) for found in tops.values()), default=0.0)
    name = f"{CLEAR_HOURS:g} h of clear driving"
    return [
        row(f"frames with a film flag in {name}", flags, COMMAND, "frames"),
        row(f"highest cumulative sum in {name}, share of the limit", round(highest, 2), COMMAND, "share"),
        row("false film flags foretold by the sums", round(foretold, 4), COMMAND, "1/day"),
    ]


def raised_by_luck(lacks_db: np.ndarray, draw: np.random.Generator) -> float:
    """Share of places at which the sum is raised, if they come again in other order, neighbours together.

    The tail of a sum of steps up to a third of its limit is not yet exponential where hours reach.
    """
    start = draw.integers(0, len(lacks_db) - NEIGHBOURS, (PARALLEL, LONG // NEIGHBOURS))
    value, was, raised = np.zeros(PARALLEL), np.zeros(PARALLEL, np.bool_), 0
    for at in start.T:
        for beside in range(NEIGHBOURS):
            value = np.maximum(0.0, value + lacks_db[at + beside] - PLACES_SLACK_DB)
            over = (value > PLACES_LIMIT * PLACES_SLACK_DB) | (was & (value > 0))
            raised += int((over & ~was).sum())
            was = over
    return raised / (PARALLEL * LONG)


def _a_day(tops: np.ndarray) -> float:
    """Excursions beyond 1 a day; the scale is taken at the upper end of its 95 % interval."""
    half = float(np.median(tops))
    beyond = tops[tops > half] - half
    if len(beyond) < 2:
        return 0.0
    scale = float(beyond.mean()) * (1 + 1.96 / math.sqrt(len(beyond)))
    return len(beyond) / (CLEAR_HOURS * 3600) * DAY_S * math.exp(-(1 - half) / scale)


def _yaw() -> list[Row]:
    """Worst of the radars and drives after five minutes; speed 2 % wrong, yaw rate 0.15 degrees a second."""
    worst_deg, worst_ahead_deg = 0.0, 0.0
    for seed in range(DRIVES):
        rng = np.random.default_rng(seed)
        mounts = {radar.name: float(rng.uniform(-2, 2)) for radar in FIT.radars}
        scale = 1 + float(rng.choice([-0.02, 0.02]))
        tilt = float(rng.uniform(-0.008, 0.008))  # channels 10 degrees apart
        drive = Drive(FIT, 50 + seed, mounts, scale, 0.15, frame_s=0.2, channel_tilt=tilt)
        statics = Statics(FIT.radars, FIT.truck)
        for radar, seen, bus, _ in drive.frames(300.0):
            statics.update(seen, radar.name, bus)
        for name, mount_deg in mounts.items():
            found = statics.alignment.error(name)
            error_deg = math.degrees(found.yaw_rad) - mount_deg if found.known else 180.0
            worst_deg = max(worst_deg, abs(error_deg))
            turned_rad = statics.aimed(name).yaw_rad - FIT.radar(name).yaw_rad
            ahead_deg = math.degrees(turned_rad + tilt) - mount_deg
            worst_ahead_deg = max(worst_ahead_deg, abs(ahead_deg))
    worst = f"after 5 minutes, worst of {2 * DRIVES}"
    return [
        row(f"yaw error {worst}", round(worst_deg, 2), COMMAND, "degrees"),
        row(f"error of direction on the boresight {worst}", round(worst_ahead_deg, 2), COMMAND, "degrees"),
    ]


def _motion() -> list[Row]:
    """Against the truth, with traffic; and what it costs."""
    speed, turn, times_s, wrong = [], [], [], 0
    statics = Statics(FIT.radars, FIT.truck)
    for radar, seen, bus, (true_mps, true_radps) in Drive(FIT, 77, frame_s=0.1).frames(120.0):
        began_s = time.thread_time()
        own = statics.update(seen, radar.name, bus)
        times_s.append(time.thread_time() - began_s)
        if own is not None:
            speed.append(own.speed_mps - true_mps)
            turn.append(math.degrees(own.yaw_rate_radps - true_radps))
            wrong += own.rests and true_mps > 0.1
    median_s = float(np.median(times_s))
    return [
        row("own speed, bias", round(abs(float(np.mean(speed))), 3), COMMAND, "m/s"),
        row("own speed, sigma", round(float(np.std(speed)), 3), COMMAND, "m/s"),
        row("own yaw rate, bias", round(abs(float(np.mean(turn))), 2), COMMAND, "deg/s"),
        row("own yaw rate, sigma", round(float(np.std(turn)), 2), COMMAND, "deg/s"),
        row("rest claimed above 0.1 m/s", wrong, COMMAND, "frames"),
        row("own motion, alignment and film, median", round(1e3 * median_s, 3), COMMAND, "ms"),
    ]
