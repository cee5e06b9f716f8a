"""Random generators that depend on what is drawn, never on the order of drawing."""

import zlib
from collections.abc import Callable
from enum import IntEnum

import numpy as np


class Purpose(IntEnum):
    """What is drawn. The numbers are part of every seed: never change one."""

    POSE = 1
    CHANNEL_PHASE = 2
    LEAKAGE = 3
    NOISE = 4
    BODY = 5
    CYCLIST = 6
    STREET = 7
    PEDESTRIAN = 8
    GUARD_RAIL = 9
    NOISE_POOL = 20
    SCOOTER = 30
    WHEELCHAIR = 31
    FLUCTUATION = 40
    CAR = 41
    TRUCK = 42
    OWN_TRUCK = 43
    WALL = 44
    FENCE = 45
    KERB = 46
    HEDGE = 47
    FURNITURE = 48
    ROAD_SURFACE = 49
    LEAVES = 50
    PARKED_ROW = 51
    CHANNEL_GAIN = 60
    CLOCK = 61
    FASCIA = 62
    DRIFT = 63
    PHASE_NOISE = 64
    FILTERED_NOISE = 65
    INTERFERER = 66
    RAIN = 67
    SPRAY = 68
    LOSSES = 69


def generator(seed: int, purpose: Purpose, name: str = "", index: int = 0) -> np.random.Generator:
    """The one generator of a seed, purpose, radar (or thing) and frame."""
    return np.random.default_rng([seed, int(purpose), zlib.crc32(name.encode()), index])


Draw = Callable[[Purpose], np.random.Generator]  # what one frame of one radar draws
