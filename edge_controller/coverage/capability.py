"""Whether a fit can do its policy. What it cannot do it must openly give up, or it is refused by name."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from edge_controller.config import Fit, Radar
from edge_controller.coverage.budget import (
    closing_mps,
    has_two_rows,
    hindrances,
    look,
    max_closing_mps,
    snr_db,
)
from edge_controller.coverage.zones import R151_ROWS, R159_CASES, TestPoint, r151_points, r159_points
from edge_controller.errors import InputError

DETECTED_DB = (
    16.0  # integrated; one frame shows an extended cyclist 6 times in 10 with a bank of beams at 1e-6
)
# UN R151 asks for proof with targets up to 36 % smaller than the reference; the echo goes with the area.
SMALLEST_RIDER_DB = 10 * math.log10(1 - 0.36)
BAND_HZ = (76e9, 79e9)  # MIIT notice 2021 no. 181
FRAME_S = 0.050  # the ladder's timing is made for it
CLEAR_OF_WHEEL_M = 1.0  # lower, and a steered front wheel hides the rear from a radar ahead of it
BRACKET_M = 0.5  # a radar stands at most this far out of the body's outline
AHEAD_RAD = math.radians(45)  # a radar that looks ahead rather than aside

ELEVATION = "elevation"
STEERED_WHEEL = "steered wheel"
ABILITIES = (
    *(f"UN R151 row {n}" for n in range(1, len(R151_ROWS) + 1)),
    *(f"UN R159 case {n}" for n in range(1, len(R159_CASES) + 1)),
    ELEVATION,
    STEERED_WHEEL,
)


@dataclass(frozen=True, slots=True)
class Shortcoming:
    """One thing a fit cannot do. A name that is no ability (band, timing) cannot be given up."""

    name: str
    text: str  # a clause that says what is, and what is needed


@dataclass(frozen=True, slots=True)
class Sight:
    """How one radar has a test point."""

    radar: str
    range_m: float
    azimuth_rad: float
    snr_db: float
    hindrance: str | None  # None where it is in view


def sights(fit: Fit, point: TestPoint) -> tuple[Sight, ...]:
    """The point as each radar has it, best first: those in view, then by SNR."""
    found = (_sight(fit, radar, point) for radar in fit.radars)
    return tuple(sorted(found, key=lambda sight: (sight.hindrance is not None, -sight.snr_db)))


def _sight(fit: Fit, radar: Radar, point: TestPoint) -> Sight:
    here = np.array([point.position_m])
    seen = look(radar, here)
    why = [reason for reason, flags in hindrances(fit, radar, here).items() if flags[0]]
    if closing_mps(radar, point) > max_closing_mps(radar):
        why.append("faster than it can tell")
    return Sight(
        radar.name,
        float(seen.range_m[0]),
        float(seen.azimuth_rad[0]),
        float(snr_db(fit, radar, seen, point.target.rcs_dbsm)[0]),
        why[0] if why else None,
    )


def shortcomings(fit: Fit) -> tuple[Shortcoming, ...]:
    """Everything the policies need and the fit cannot do, given up or not."""
    checks = dict.fromkeys(check for name in fit.policy.names for check in NEEDS[name])
    return tuple(found for check in checks for found in check(fit))


def require_capable(fit: Fit) -> None:
    """Raise InputError, one sentence, for a fit that cannot do its policies and does not say so."""
    for name in fit.policy.gives_up:
        if name not in ABILITIES:
            raise InputError(
                f"{fit.path}: policy.gives_up names {name!r}, not one of UN R151 row 1 to {len(R151_ROWS)}, "
                f"UN R159 case 1 to {len(R159_CASES)}, {ELEVATION} or {STEERED_WHEEL}"
            )
    open_ones = [lack for lack in shortcomings(fit) if lack.name not in fit.policy.gives_up]
    if open_ones:
        unable = [name for name in fit.policy.names if _needs_one_of(name, open_ones, fit)]
        texts = "; ".join(lack.text for lack in open_ones)
        raise InputError(f"{fit.path} cannot do {' and '.join(unable)}: {texts}")


def _needs_one_of(policy: str, lacks: list[Shortcoming], fit: Fit) -> bool:
    return any(found in lacks for check in NEEDS[policy] for found in check(fit))


def row_snr_db(sight: Sight) -> float:
    """What counts for a row of UN R151: the smallest rider the rule asks for."""
    return sight.snr_db + SMALLEST_RIDER_DB


def tenths(value_db: float) -> str:
    """Decibels for people, rounded down: nothing is shown as having what it just lacks."""
    return f"{math.floor(value_db * 10) / 10:.1f}"


def sees_row(sight: Sight) -> bool:
    """Whether this radar alone meets a row of UN R151."""
    return sight.hindrance is None and row_snr_db(sight) >= DETECTED_DB


def sees_case(sight: Sight) -> bool:
    """Whether this radar alone meets a case of UN R159."""
    return sight.hindrance is None and sight.snr_db >= DETECTED_DB


def _r151(fit: Fit) -> list[Shortcoming]:
    lacks = []
    for point in r151_points(fit.truck):
        best = sights(fit, point)[0]
        if not sees_row(best):
            has = f"{tenths(row_snr_db(best))} dB for the smallest rider"
            lacks.append(Shortcoming(point.name, _point_text(fit, point, has)))
    return lacks


def _r159(fit: Fit) -> list[Shortcoming]:
    lacks = []
    for point in r159_points(fit.truck):
        best = sights(fit, point)[0]
        if not sees_case(best):
            has = f"{tenths(best.snr_db)} dB for the {point.target.name}"
            lacks.append(Shortcoming(point.name, _point_text(fit, point, has)))
    return lacks


def _point_text(fit: Fit, point: TestPoint, has: str) -> str:
    found = sights(fit, point)
    if found[0].hindrance is None:
        return f"{point.name} has {has} at {point.describe()}, needs {DETECTED_DB:.0f} dB"
    reasons = ", ".join(f"{sight.hindrance} for {sight.radar}" for sight in found)
    return f"{point.name} at {point.describe()} is in no radar's view ({reasons})"


def _elevation(fit: Fit) -> list[Shortcoming]:
    ahead = [radar for radar in fit.radars if abs(radar.yaw_rad) < AHEAD_RAD]
    if any(has_two_rows(radar.array) for radar in ahead):
        return []
    names = " and ".join(radar.name for radar in ahead) or "none"
    return [
        Shortcoming(ELEVATION, f"no radar that looks ahead has antennas in two rows to tell height ({names})")
    ]


def _steered_wheel(fit: Fit) -> list[Shortcoming]:
    """A row behind the front seen only by low radars ahead of the steered wheels."""
    behind = [point for point in r151_points(fit.truck) if point.position_m[0] < 0]
    for point in behind:
        seeing = [fit.radar(sight.radar) for sight in sights(fit, point) if sees_row(sight)]
        if seeing and all(_low_ahead_of_wheel(fit, radar) for radar in seeing):
            low = max(seeing, key=lambda radar: radar.position_m[2])
            text = (
                f"radar {low.name} stands {low.position_m[2]:.2f} m high, "
                f"needs {CLEAR_OF_WHEEL_M:.2f} m to look over the steered wheel"
            )
            return [Shortcoming(STEERED_WHEEL, text)]
    return []


def _low_ahead_of_wheel(fit: Fit, radar: Radar) -> bool:
    # Middle of the wheelbase: every steered axle, also the second of an 8x4, lies ahead of it.
    middle_x = -(fit.truck.front_overhang_m + fit.truck.wheelbase_m / 2)
    return radar.position_m[2] < CLEAR_OF_WHEEL_M and radar.position_m[0] > middle_x


def _pose(fit: Fit) -> list[Shortcoming]:
    lacks = []
    for radar in fit.radars:
        x, y, z = radar.position_m
        along = -fit.truck.length_m - BRACKET_M <= x <= BRACKET_M
        if not (along and abs(y) <= fit.truck.width_m / 2 + BRACKET_M and 0 < z <= fit.truck.height_m):
            text = f"radar {radar.name} at ({x:g}, {y:g}, {z:g}) m is not on the truck"
            lacks.append(Shortcoming("pose", text))
    return lacks


def _hitch(fit: Fit) -> list[Shortcoming]:
    """From a pin that is not on the truck the trailer would be looked for in a wrong place."""
    trailer, truck = fit.trailer, fit.truck
    if trailer is None or -truck.length_m - BRACKET_M <= trailer.hitch_x_m <= -truck.front_overhang_m:
        return []
    text = f"the trailer's pin at {trailer.hitch_x_m:g} m is not between the front axle and the tail"
    return [Shortcoming("hitch", text)]


def _band(fit: Fit) -> list[Shortcoming]:
    """The whole ramp counts, not only while sampling."""
    lacks = []
    for radar in fit.radars:
        low, high = _swept_hz(radar)
        if low < BAND_HZ[0] or high > BAND_HZ[1]:
            text = f"radar {radar.name} sweeps {low / 1e9:.2f} to {high / 1e9:.2f} GHz, may use 76 to 79 GHz"
            lacks.append(Shortcoming("band", text))
    return lacks


def _swept_hz(radar: Radar) -> tuple[float, float]:
    profile = radar.profile
    return profile.start_hz, profile.start_hz + profile.slope_hz_per_s * profile.ramp_end_s


def _timing(fit: Fit) -> list[Shortcoming]:
    lacks = []
    for radar in fit.radars:
        frame_ms, offset_ms = radar.profile.frame_s * 1e3, radar.frame_offset_s * 1e3
        if radar.profile.frame_s > FRAME_S * (1 + 1e-9):
            text = (
                f"radar {radar.name} has a frame every {frame_ms:g} ms, needs one every {FRAME_S * 1e3:g} ms"
            )
            lacks.append(Shortcoming("timing", text))
        if radar.frame_offset_s >= radar.profile.frame_s:
            text = (
                f"radar {radar.name} starts at {offset_ms:g} ms, after its frame of {frame_ms:g} ms is over"
            )
            lacks.append(Shortcoming("timing", text))
    return lacks


def _interference(fit: Fit) -> list[Shortcoming]:
    return [
        Shortcoming(
            "timing",
            f"radars {one.name} and {other.name} sweep the same slope at the same time, need offsets apart",
        )
        for one, other in combinations(fit.radars, 2)
        if _lingers(one, other) and _meet(one, other)
    ]


def _lingers(one: Radar, other: Radar) -> bool:
    """Whether the other's chirp stays in this receiver's band for more than a tenth of the samples."""
    apart = abs(one.profile.slope_hz_per_s - other.profile.slope_hz_per_s)
    sampling_s = one.profile.samples / one.profile.rate_hz
    (low, high), (other_low, other_high) = _swept_hz(one), _swept_hz(other)
    return apart * sampling_s < 10 * one.profile.rate_hz and low < other_high and other_low < high


def _meet(one: Radar, other: Radar) -> bool:
    """Whether chirps ever overlap: frames of unlike periods slip by all multiples of their common step."""
    step_ns = math.gcd(_nanoseconds(one.profile.frame_s), _nanoseconds(other.profile.frame_s))
    delay_ns = _nanoseconds(other.frame_offset_s - one.frame_offset_s) % step_ns
    return delay_ns < _nanoseconds(one.dwell_s) or step_ns - delay_ns < _nanoseconds(other.dwell_s)


def _nanoseconds(seconds: float) -> int:
    return round(seconds * 1e9)


Check = Callable[[Fit], list[Shortcoming]]
COMMON: tuple[Check, ...] = (_pose, _hitch, _band, _timing, _interference)
NEEDS: dict[str, tuple[Check, ...]] = {
    "blind_spot": (_r151, _elevation, _steered_wheel, *COMMON),
    "moving_off": (_r159, _elevation, *COMMON),
    "right_turn_stop": (_r151, _r159, _elevation, _steered_wheel, *COMMON),
}
