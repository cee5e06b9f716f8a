"""When the driver says no. Braking harder is no override: in maximum mode it simply adds. SR-12."""

from firmware.case import Case
from firmware.j1939 import UNKNOWN
from firmware.link import FULL, MUST_STOP, RIGHT

KICKDOWN_MS = 100
KICKDOWN_FRESH_MS = 1000
KEY_MS = 50
AWAY_MRAD = 1000  # of the hand wheel, past centre
AWAY_FURTHER_MRAD = 500  # than when strong braking began
AWAY_MS = 50
TURNING_IN_MRADPS = 50


def kicks_down(case: Case) -> bool:
    """A fresh kick-down; a resting foot is none."""
    return KICKDOWN_MS <= case.truck.kickdown.kept_ms <= KICKDOWN_FRESH_MS


def steers_away(case: Case) -> bool:
    """Past centre, away from the near side, against strong braking only: see decision 0012."""
    grant, truck = case.grant, case.truck
    if grant.state != MUST_STOP and grant.state != FULL:  # a tuple of names would be allocated
        return False
    sign = 1 if case.request.side == RIGHT else -1
    is_far = sign * truck.steering_mrad >= AWAY_MRAD
    is_further = sign * (truck.steering_mrad - grant.steered_from_mrad) >= AWAY_FURTHER_MRAD
    turns_in = truck.yaw_mradps != UNKNOWN and sign * truck.yaw_mradps < -TURNING_IN_MRADPS
    return is_far and is_further and not turns_in


def driver_acts(case: Case) -> bool:
    """Any of the three."""
    steered = case.grant.steered_away.kept_ms >= AWAY_MS
    return kicks_down(case) or steered or case.truck.key.kept_ms >= KEY_MS
