"""Every reason to refuse. A rule looks and answers, nothing else. Why: docs/reference/safety-rules.md."""

from firmware import link
from firmware.case import Case
from firmware.j1939 import AEB_BRAKES_HARD, AEB_WARNS_AND_BRAKES, XBR_NONE_ACCEPTED

# fmt: off
# By state: off, standby, inform, warn, prepare, slow, must_stop, full, hold, pulse
MAX_DECEL_MMPS2 = (0, 0, 0, 0, 500, 1000, 2000, 6000, 2000, 1500)  # SR-07
MAX_SPEED_MMPS = (0, 0, 0, 0, 8750, 8750, 8750, 8750, 140, 4170)   # SR-09
MAX_TIME_MS = (0, 0, 0, 0, 3000, 3000, 6000, 5000, 30_000, 1000)   # SR-10
BUDGET = (0, 0, 0, 0, 0, 0, 1, 1, 2, 3)  # SR-10, whose time it spends: gentle, strong, hold, pulse
GENTLE = 0
MAX_SILENCE_MS, MAX_SILENCE_STANDING_MS, STANDING_MMPS = 80, 1500, 140  # SR-03
MAX_SPEED_AGE_MS, MAX_SPEED_AGE_BRAKING_MS = 300, 500  # SR-05
MAX_STEERING_AGE_MS, MAX_PEDAL_AGE_MS = 100, 150       # SR-06
MAX_STEP_MMPS2 = 1000           # SR-08, per counter step
MAX_GENTLE_LOSS_MMPS = 1667     # SR-11
MAX_AEB_AGE_MS, MAX_BRAKE_AGE_MS = 150, 300  # SR-14, SR-15
OTHER_SENDER_MS = 500           # SR-16
MAX_GEAR_AGE_MS = 300           # SR-17
PULSE_PAUSE_MS = 10_000         # SR-20

def request_is_stale(case: Case) -> bool:
    return case.request_seen.age_ms(case.now_ms) > case.request.lifetime_ms

def edge_is_silent(case: Case) -> bool:
    limit_ms = MAX_SILENCE_STANDING_MS if is_standing(case) else MAX_SILENCE_MS
    return case.request_seen.age_ms(case.now_ms) > limit_ms

def edge_is_unhealthy(case: Case) -> bool:
    return case.request.health & link.HEALTH_GOOD != link.HEALTH_GOOD

def truck_is_stale(case: Case) -> bool:
    return case.truck.speed_seen.age_ms(case.now_ms) > MAX_SPEED_AGE_MS

def truck_is_lost(case: Case) -> bool:
    return case.truck.speed_seen.age_ms(case.now_ms) > MAX_SPEED_AGE_BRAKING_MS

def is_standing(case: Case) -> bool:
    return not truck_is_stale(case) and case.truck.speed_mmps <= STANDING_MMPS

def steering_is_stale(case: Case) -> bool:
    return case.truck.steering_seen.age_ms(case.now_ms) > MAX_STEERING_AGE_MS

def driver_is_half_heard(case: Case) -> bool:
    return steering_is_stale(case) or case.truck.pedal_seen.age_ms(case.now_ms) > MAX_PEDAL_AGE_MS

def driver_is_unheard(case: Case) -> bool:
    return steering_is_stale(case) and case.truck.pedal_seen.age_ms(case.now_ms) > MAX_PEDAL_AGE_MS

def driver_overrides(case: Case) -> bool:
    return case.grant.is_overridden

def is_switched_off(case: Case) -> bool:
    return case.truck.is_switched_off

def is_too_hard(case: Case) -> bool:
    return case.request.decel_mmps2 > MAX_DECEL_MMPS2[case.request.state]

def is_too_steep(case: Case) -> bool:
    rise_mmps2 = case.request.decel_mmps2 - case.grant.decel_mmps2
    steps = (case.request.counter - case.grant.counter) & 0xFF if case.grant.decel_mmps2 else 1
    return rise_mmps2 > MAX_STEP_MMPS2 * steps or rise_mmps2 > case.grant.ramp_mmps2

def is_too_fast(case: Case) -> bool:
    return case.truck.speed_mmps > MAX_SPEED_MMPS[case.request.state]

def would_last_too_long(case: Case) -> bool:
    return case.grant.spent_ms[BUDGET[case.request.state]] >= MAX_TIME_MS[case.request.state]

def lasts_too_long(case: Case) -> bool:
    return case.grant.spent_ms[BUDGET[case.grant.state]] >= MAX_TIME_MS[case.grant.state]

def would_lose_too_much(case: Case) -> bool:
    return BUDGET[case.request.state] == GENTLE and case.grant.gentle_loss_mmps > MAX_GENTLE_LOSS_MMPS

def loses_too_much(case: Case) -> bool:
    return BUDGET[case.grant.state] == GENTLE and case.grant.gentle_loss_mmps > MAX_GENTLE_LOSS_MMPS

def truck_brakes_itself(case: Case) -> bool:
    if case.truck.aeb_seen.age_ms(case.now_ms) > MAX_AEB_AGE_MS:
        return case.settings.aebs_fitted == 1
    return case.truck.aeb_state >= AEB_WARNS_AND_BRAKES

def truck_brakes_hard_itself(case: Case) -> bool:
    is_fresh = case.truck.aeb_seen.age_ms(case.now_ms) <= MAX_AEB_AGE_MS
    return is_fresh and case.truck.aeb_state == AEB_BRAKES_HARD

def brake_refuses(case: Case) -> bool:
    is_old = case.truck.brake_seen.age_ms(case.now_ms) > MAX_BRAKE_AGE_MS
    return is_old or case.truck.xbr_state == XBR_NONE_ACCEPTED

def other_sends(case: Case) -> bool:
    return case.truck.other_xbr_seen.age_ms(case.now_ms) <= OTHER_SENDER_MS

def truck_reverses(case: Case) -> bool:
    return case.truck.gear_seen.age_ms(case.now_ms) <= MAX_GEAR_AGE_MS and case.truck.gear < 0

def is_wrong_side(case: Case) -> bool:
    return case.request.side != case.settings.near_side

def is_in_shadow(case: Case) -> bool:
    return not case.settings.released and case.request.state != link.PULSE

def is_too_soon(case: Case) -> bool:
    if case.request.state != link.PULSE or case.grant.state == link.PULSE:
        return False
    return case.grant.state != link.OFF or case.grant.pulse_ended.age_ms(case.now_ms) < PULSE_PAUSE_MS

TO_BEGIN = (
    # reason                objects if                requirement
    (link.SWITCHED_OFF,     is_switched_off),       # SR-13
    (link.DRIVER_OVERRIDES, driver_overrides),      # SR-12
    (link.STALE_REQUEST,    request_is_stale),      # SR-03
    (link.EDGE_UNHEALTHY,   edge_is_unhealthy),     # SR-04
    (link.STALE_TRUCK,      truck_is_stale),        # SR-05
    (link.DRIVER_UNHEARD,   driver_is_half_heard),  # SR-06
    (link.OWN_AEB,          truck_brakes_itself),   # SR-14
    (link.BRAKE_REFUSES,    brake_refuses),         # SR-15
    (link.SECOND_SENDER,    other_sends),           # SR-16
    (link.REVERSE,          truck_reverses),        # SR-17
    (link.WRONG_SIDE,       is_wrong_side),         # SR-18
    (link.SHADOW,           is_in_shadow),          # SR-19
    (link.TOO_HARD,         is_too_hard),           # SR-07
    (link.TOO_STEEP,        is_too_steep),          # SR-08
    (link.TOO_FAST,         is_too_fast),           # SR-09
    (link.TOO_LONG,         would_last_too_long),   # SR-10
    (link.TOO_MUCH_LOST,    would_lose_too_much),   # SR-11
    (link.TOO_SOON,         is_too_soon),           # SR-20
)
TO_CONTINUE = (
    (link.DRIVER_OVERRIDES, driver_overrides),      # SR-12
    (link.EDGE_SILENT,      edge_is_silent),        # SR-03
    (link.STALE_TRUCK,      truck_is_lost),         # SR-05
    (link.DRIVER_UNHEARD,   driver_is_unheard),     # SR-06
    (link.OWN_AEB,          truck_brakes_hard_itself),  # SR-14
    (link.SECOND_SENDER,    other_sends),           # SR-16
    (link.TOO_LONG,         lasts_too_long),        # SR-10
    (link.TOO_MUCH_LOST,    loses_too_much),        # SR-11
)

def objection(table: tuple, case: Case) -> int:  # type: ignore[type-arg]  # no Callable without typing
    """First reason to refuse, or ALLOW."""
    for reason, objects in table:
        if objects(case):
            return int(reason)
    return link.ALLOW
