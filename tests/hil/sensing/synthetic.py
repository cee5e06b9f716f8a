"""Drives whose errors are known because they are made up."""

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from hil.road_user import Kind
from hil.sensing.model import PROBABILITIES, RESTS_S, SCORES, WAITS_S, Breath, Chances, FalseTrack, Model
from hil.sensing.surroundings import Around, Setting
from hil.sensing.told import Frame, Told, ToldTrack, TrueUser

STEP_S = 0.05
AT_ONCE = (1e9,) * len(WAITS_S)
AFTER_HALF_A_SECOND = tuple(0.0 if wait_s < 0.5 else 1e9 for wait_s in WAITS_S)
NEVER_LOST = Breath((0.0, 0.0), (0.0, 0.0), (0.0, 0.0), AFTER_HALF_A_SECOND)
TRUCK_MPS = 5.0


def rider(number: int = 0, *, near_m: float = 3.0, kind: Kind = "cyclist") -> TrueUser:
    """Rides along with the truck beside its flank."""
    return TrueUser(number, kind, -6.0, near_m, TRUCK_MPS, 0.0, TRUCK_MPS, 0.0, True)


def track(
    number: int,
    x_m: float = -6.0,
    near_m: float = 3.0,
    *,
    moving: bool = True,
    seen: bool = True,
    **other: float,
) -> ToldTrack:
    """Of a rider."""
    figures: dict[str, float] = {
        "vx_mps": TRUCK_MPS,
        "vnear_mps": 0.0,
        "ax_mps2": 0.0,
        "anear_mps2": 0.0,
        "place_sigma_m": 0.05,
        "velocity_sigma_mps": 0.12,
        "length_m": 1.8,
        "width_m": 0.6,
        "born_t_s": 0.0,
    }
    return ToldTrack(number, x_m, near_m, **{**figures, **other}, moving=moving, seen=seen)


def drive(
    users: Callable[[float], Sequence[TrueUser]],
    tracks: Callable[[float], Sequence[ToldTrack]],
    *,
    lasts_s: float = 8.0,
    truck_mps: float = TRUCK_MPS,
    around: Around = "street",
    share: float = 1.0,
    number: int = 1,
) -> Told:
    """Looks every 50 ms at what the two say of a time."""
    times_s = [n * STEP_S for n in range(round(lasts_s / STEP_S) + 1)]
    setting = Setting(around, share)
    frames = (Frame(t_s, truck_mps, 0.0, tuple(users(t_s)), tuple(tracks(t_s)), setting) for t_s in times_s)
    return Told(number, "made up", STEP_S, tuple(frames))


def wandering(rng: np.random.Generator, sigma: float, memory_s: float, looks: int) -> list[float]:
    """A first-order process of that standard deviation and memory."""
    kept = math.exp(-STEP_S / memory_s)
    value, values = rng.normal(0.0, sigma), []
    for _ in range(looks):
        values.append(float(value))
        value = kept * value + math.sqrt(1 - kept * kept) * rng.normal(0.0, sigma)
    return values


def model_of(
    *,
    sigma: float = 0.2,
    lost_per_s: float = 0.0,
    still_per_s: tuple[float, float] = (0.0, 0.0),
    found_per_s: float = 0.0,
    breath: Breath = NEVER_LOST,
    false: Mapping[str, float] | None = None,
    shown: Sequence[FalseTrack] = (),
) -> Model:
    """Normal errors, alike in all components; told of as soon as he may be."""
    normal = [round(sigma * score, 6) for score in SCORES]
    stated = [0.1] * len(SCORES)
    return Model(
        provenance={},
        correlation=np.eye(8).tolist(),
        memory_s=[0.5] * 8,
        quantiles={"all": [normal] * 6 + [stated] * 2},
        chances={"all": Chances(still_per_s, AT_ONCE, AFTER_HALF_A_SECOND, lost_per_s, breath)},
        found_per_s={"all": (found_per_s,) * len(RESTS_S)},
        age_s={"all": [0.3] * len(PROBABILITIES)},
        size_m=(1.8, 0.6),
        false_per_s=false or {},
        false_seen={"street": shown, "vehicle": shown, "breathes": shown},
        ends_at_rest_per_s=1.0,
    )
