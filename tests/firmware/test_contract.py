"""The gateway's contract, on both interpreters; limits typed again from safety-rules.md."""

from collections.abc import Callable
from itertools import pairwise

import pytest

from firmware import link
from hil.frames import CanFrame
from tests.firmware.bench import (
    FULL,
    HOLD,
    INFORM,
    LEFT,
    MUST_STOP,
    OFF,
    PREPARE,
    PULSE,
    RIGHT,
    SLOW,
    STANDBY,
    STATUS,
    TSC1,
    WARN,
    XBR,
    Rig,
    aebs1,
    ccvs1,
    crc16,
    demand,
    ebc5,
    eec2,
    etc2,
    request,
    vdc2,
)

NewRig = Callable[..., Rig]
LIMITS = {PREPARE: 500, SLOW: 1000, MUST_STOP: 2000, FULL: 6000, HOLD: 2000, PULSE: 1500}


# Frames.


@pytest.mark.parametrize("cut", [0, 1, 7])
def test_SR_01_a_short_frame_is_no_news(rig: Rig, cut: int) -> None:
    rig.ramp(FULL, 3000).silent.add("edge")
    good = request(rig.counter + 1, FULL, 3000)
    rig.extra = [CanFrame("private", 0x110, good.data[:cut])]
    rig.run(10)
    rig.extra = [CanFrame("private", 0x110, good.data[:cut])]
    rig.run(10)
    assert rig.reason == link.BAD_LENGTH
    assert rig.run(80).braking == 0


@pytest.mark.parametrize(("byte", "value"), [(1, 0x0A), (1, 0x21), (4, 0), (4, 61), (5, 0x20), (5, 0x80)])
def test_SR_01_a_value_outside_its_range_is_refused(rig: Rig, byte: int, value: int) -> None:
    body = bytearray(request(rig.counter + 1, FULL, 900).data[:6])
    body[byte] = value
    rig.silent.add("edge")
    rig.ticks += rig.ticks % 2
    rig.extra = [CanFrame("private", 0x110, bytes(body) + crc16(b"\x51\x4e" + body).to_bytes(2, "little"))]
    rig.run(20)
    assert link.BAD_VALUE in {data[2] for _, data in rig.frames(STATUS)[-2:]}
    assert not rig.frames(XBR)


def test_SR_01_every_flipped_bit_of_a_request_is_refused(rig: Rig) -> None:
    """All 64 single and all 2016 double flips: nothing begins, nothing is taken for news."""
    rig.silent.add("edge")
    for first in range(64):
        for second in range(first, 64):
            data = bytearray(request(rig.counter + 1, FULL, 900).data)
            data[first // 8] ^= 1 << first % 8
            if second != first:
                data[second // 8] ^= 1 << second % 8
            rig.extra.append(CanFrame("private", 0x110, bytes(data)))
        rig.step()
    assert not rig.frames(XBR)
    assert rig.status().state == OFF


def test_SR_01_another_data_id_is_another_meaning(rig: Rig) -> None:
    """A status frame looped back is no request, nor is a good request under another identifier."""
    rig.silent.add("edge")
    good = request(rig.counter + 1, FULL, 900)
    rig.extra = [CanFrame("private", 0x111, good.data), CanFrame("private", 0x110, rig.frames(STATUS)[-1][1])]
    rig.run(20)
    assert not rig.frames(XBR)


def test_SR_02_a_repeated_counter_is_no_news(rig: Rig) -> None:
    rig.ramp(FULL, 3000).silent.add("edge")
    same = request(rig.counter, FULL, 3000)
    for _ in range(12):
        rig.extra = [same]
        rig.run(10)
    assert rig.braking == 0
    assert link.REPEATED in {data[2] for _, data in rig.frames(STATUS)} or rig.reason == link.STALE_REQUEST


@pytest.mark.parametrize(("step", "accepted"), [(1, True), (3, True), (4, False), (255, False)])
def test_SR_02_a_small_step_is_tolerated_a_jump_is_not(rig: Rig, step: int, accepted: bool) -> None:
    rig.counter += step - 1
    rig.ticks += rig.ticks % 2
    rig.ask(SLOW, 900, 10)
    assert (rig.braking > 0) is accepted
    if not accepted:
        rig.run(10)
        assert link.COUNTER_JUMP in {data[2] for _, data in rig.frames(STATUS)[-2:]}


def test_SR_02_after_a_jump_two_frames_have_to_run(rig: Rig) -> None:
    rig.counter += 100
    rig.ask(SLOW, 900, 40)
    assert rig.braking == 0
    assert rig.run(20).braking == 900


def test_SR_02_the_counter_wraps(rig: Rig) -> None:
    rig.run((260 - rig.counter) * 20)
    assert rig.counter < 20
    assert rig.ask(SLOW, 900).braking == 900


@pytest.mark.parametrize(
    ("lifetime", "age", "begins"), [(60, 50, True), (60, 60, True), (60, 70, False), (20, 30, False)]
)
def test_SR_03_an_old_request_begins_nothing(rig: Rig, lifetime: int, age: int, begins: bool) -> None:
    """The truck becomes known only when the request has reached the age."""
    rig.silent |= {"edge", "brake"}
    rig.run(400)
    rig.counter += 1
    rig.extra = [request(rig.counter - 1, STANDBY, 0), request(rig.counter, STANDBY, 0)]
    rig.step()
    rig.extra = [request(rig.counter + 1, SLOW, 900, lifetime=lifetime)]
    rig.run(age)
    assert not rig.frames(XBR)
    rig.extra = [ebc5()]
    rig.step()
    assert bool(rig.frames(XBR)) is begins


def test_SR_03_a_silent_edge_ends_braking_in_time(rig: Rig) -> None:
    rig.ramp(FULL, 5000).ask(FULL, 5000, 100)
    last = max(t for t in range(0, rig.now_ms, 20) if t < rig.now_ms)
    rig.silent.add("edge")
    rig.run(200)
    ends = next(t for t, data in rig.frames(XBR) if t > last and demand(data) == 0)
    held = [t for t, data in rig.frames(XBR) if last < t < ends]
    assert ends - last == 90  # the first tick beyond 80
    assert max(held) - last >= 60  # two lost frames do not let go
    assert rig.status().state == OFF
    # It ends on a tick without a status; by the next one the old request is refused as stale.
    told = [(t, data[2]) for t, data in rig.frames(STATUS) if t > last]
    assert (ends + 10, 11) in told  # EDGE_SILENT
    assert [reason for _, reason in told].count(11) == 1


@pytest.mark.parametrize(("speed", "held"), [(139, True), (142, False)])
def test_SR_03_at_standstill_silence_lets_go_later(rig: Rig, speed: float, held: bool) -> None:
    rig.speed = speed
    rig.run(100)
    rig.ramp(FULL, 2000)
    last = rig.now_ms - 20
    rig.silent.add("edge")
    rig.run(1480)
    assert (rig.braking == 2000) is held
    assert not rig.status().lamps & 0x80  # the fault lamp does not wait
    rig.run(100)
    assert rig.braking == 0
    if held:
        ends = next(t for t, data in rig.frames(XBR) if t > last and demand(data) == 0)
        assert ends - last == 1510


@pytest.mark.parametrize("health", [0x0E, 0x0D, 0x0B, 0x07, 0x00, 0x1E, 0x17])
def test_SR_04_an_unhealthy_edge_begins_nothing_but_keeps_what_it_has(rig: Rig, health: int) -> None:
    rig.health = health
    assert rig.ask(SLOW, 900, 100).braking == 0
    assert rig.reason == link.EDGE_UNHEALTHY
    rig.health = 0x0F
    rig.ask(STANDBY, 0).ask(SLOW, 900)
    rig.health = health
    assert rig.run(200).braking == 900


@pytest.mark.parametrize(("age", "begins"), [(290, True), (300, True), (310, False)])
def test_SR_05_no_beginning_without_fresh_speed(rig: Rig, age: int, begins: bool) -> None:
    rig.silent.add("speed")
    rig.extra = [ccvs1(4000)]
    rig.run(age)
    rig.silent.add("edge")
    rig.extra = [request(rig.counter + 1, SLOW, 900)]
    rig.step()
    assert bool(rig.frames(XBR)) is begins


def test_SR_05_braking_ends_when_the_speed_is_lost(rig: Rig) -> None:
    rig.silent.add("speed")
    rig.ramp(FULL, 3000)
    rig.extra = [ccvs1(4000)]
    rig.step()
    known = rig.now_ms - 10
    assert rig.run(500).braking == 3000
    rig.run(20)
    ends = next(t for t, data in rig.frames(XBR) if t > known and demand(data) == 0)
    assert ends - known == 510
    assert rig.reason == link.STALE_TRUCK


@pytest.mark.parametrize("raw", [0xFB00, 0xFE00, 0xFFFF])
def test_SR_05_a_speed_that_is_not_available_is_no_speed(new_rig: NewRig, raw: int) -> None:
    rig = new_rig(settle_ms=0)
    rig.silent.add("speed")
    for _ in range(20):
        rig.extra = [
            CanFrame("vehicle", 0x18FEF100, bytes([255, raw & 255, raw >> 8, 255, 255, 255, 255, 255]))
        ]
        rig.run(10)
    assert rig.ask(SLOW, 900, 40).reason == link.STALE_TRUCK


def test_SR_05_only_the_named_source_is_believed(new_rig: NewRig) -> None:
    rig = new_rig(settle_ms=0)
    rig.silent.add("speed")
    for _ in range(20):
        rig.extra = [ccvs1(4000, source=0x17)]
        rig.run(10)
    assert rig.ask(SLOW, 900, 40).reason == link.STALE_TRUCK
    rig = new_rig(settle_ms=0, speed_source=0x17)
    rig.silent.add("speed")
    for _ in range(20):
        rig.extra = [ccvs1(4000, source=0x17)]
        rig.run(10)
    assert rig.ask(SLOW, 900, 40).reason == link.ALLOW


@pytest.mark.parametrize(
    ("voice", "age", "begins"),
    [
        ("wheel", 90, True),
        ("wheel", 100, True),
        ("wheel", 110, False),
        ("pedal", 140, True),
        ("pedal", 150, True),
        ("pedal", 160, False),
    ],
)
def test_SR_06_no_beginning_while_a_voice_of_the_driver_is_missing(
    rig: Rig, voice: str, age: int, begins: bool
) -> None:
    rig.silent.add(voice)
    rig.extra = [vdc2(0) if voice == "wheel" else eec2()]
    rig.run(age)
    rig.silent.add("edge")
    rig.extra = [request(rig.counter + 1, SLOW, 900)]
    rig.step()
    assert bool(rig.frames(XBR)) is begins


def test_SR_06_one_voice_is_enough_to_continue_none_is_not(rig: Rig) -> None:
    rig.ramp(FULL, 3000).silent.add("wheel")
    assert rig.run(400).braking == 3000
    rig.silent.add("pedal")
    assert rig.run(250).braking == 0
    assert rig.reason == link.DRIVER_UNHEARD


# Limits.


@pytest.mark.parametrize("state", LIMITS)
@pytest.mark.parametrize("excess", [-1, 0, 1])
def test_SR_07_deceleration_per_state(rig: Rig, state: int, excess: int) -> None:
    rig.speed = 0.0 if state == HOLD else 4000.0
    rig.run(100)
    asked = LIMITS[state] + excess
    while rig.status().decel < asked and rig.reason in (link.ALLOW, link.TOO_STEEP):
        rig.ask(state, min(rig.status().decel + 1000, asked))
        if rig.reason:
            break
    if excess <= 0:
        assert abs(rig.braking - asked) <= 1
        assert rig.status().state == state
    else:
        assert rig.reason == link.TOO_HARD
        assert rig.braking <= LIMITS[state]


@pytest.mark.parametrize("state", [OFF, STANDBY, INFORM, WARN])
def test_SR_07_states_that_only_show_never_brake(rig: Rig, state: int) -> None:
    rig.ask(state, 500, 100)
    assert not rig.frames(XBR)
    assert not rig.frames(TSC1)


@pytest.mark.parametrize(("step", "granted"), [(999, True), (1000, True), (1001, False)])
def test_SR_08_ramp_per_frame_from_nothing_and_from_something(rig: Rig, step: int, granted: bool) -> None:
    assert (rig.ask(FULL, step).braking > 0) is granted
    rig.ask(STANDBY, 0, 200).ask(FULL, 700)
    rig.ask(FULL, 700 + step)
    assert abs(rig.braking - (700 + step if granted else 700)) <= 1
    assert rig.reason == (link.ALLOW if granted else link.TOO_STEEP)


def test_SR_08_lost_frames_do_not_make_a_ramp_too_steep(rig: Rig) -> None:
    rig.ask(FULL, 800)
    rig.counter += 2
    assert rig.ask(FULL, 3200).braking == pytest.approx(3200, abs=1)


def test_SR_08_a_jump_is_never_granted_however_long_it_is_asked(rig: Rig) -> None:
    rig.ask(PREPARE, 500, 100)
    rig.ask(FULL, 5000, 1000)
    assert rig.braking == pytest.approx(500, abs=1)
    assert rig.reason == link.TOO_STEEP


@pytest.mark.parametrize(("rise", "granted"), [(2500, True), (2501, False)])
def test_SR_08_the_store_of_the_ramp(rig: Rig, rise: int, granted: bool) -> None:
    """3000 when full, less the 1000 of the first frame, plus 50 for each of 10 ms; three counter steps on."""
    rig.silent.add("edge")
    rig.run(10)  # so that the status speaks in the tick of the second frame
    rig.extra = [request(rig.counter + 1, FULL, 1000)]
    rig.step()
    rig.extra = [request(rig.counter + 4, FULL, 1000 + rise)]
    rig.step()
    assert rig.status().decel == (1000 + rise if granted else 1000)


def test_SR_08_an_edge_that_sends_too_often_gains_nothing(rig: Rig) -> None:
    """Ten frames a tick: in the long run no more than 50 mm/s2 per ms above the store of 3000."""
    rig.silent.add("edge")
    begun = rig.now_ms
    asked = 1000
    refused = 0
    for _ in range(15):
        for _ in range(10):
            rig.counter = (rig.counter + 1) & 0xFF
            rig.extra.append(request(rig.counter, FULL, asked))
        rig.step()
        refused += rig.reason == link.TOO_STEEP
        asked = min((rig.status().decel if rig.reason else asked) + 2000, 6000)
        assert rig.braking <= 3000 + 50 * (rig.now_ms - begun)
    assert refused > 0
    assert rig.braking > 3000


@pytest.mark.parametrize(
    ("state", "limit"),
    [(PREPARE, 8750), (SLOW, 8750), (MUST_STOP, 8750), (FULL, 8750), (HOLD, 140), (PULSE, 4170)],
)
def test_SR_09_speed_to_begin(rig: Rig, state: int, limit: int) -> None:
    """The bus counts in 1/256 km/h, 1.085 mm/s."""
    for speed, begins in ((limit - 2, True), (limit + 2, False)):
        rig.speed = speed
        rig.ask(STANDBY, 0, 200)
        assert (rig.ask(state, 400, 40).braking > 0) is begins
    assert rig.reason == link.TOO_FAST


def test_SR_09_going_faster_does_not_end_a_braking(rig: Rig) -> None:
    rig.ramp(FULL, 3000).speed = 9500
    assert rig.run(300).braking == 3000


@pytest.mark.parametrize(
    ("state", "limit_ms"),
    [(PREPARE, 3000), (SLOW, 3000), (MUST_STOP, 6000), (FULL, 5000), (HOLD, 30_000), (PULSE, 1000)],
)
def test_SR_10_how_long_each_state_may_last(rig: Rig, state: int, limit_ms: int) -> None:
    rig.speed = 0.0 if state == HOLD else 4000.0
    rig.run(100)
    rig.ask(state, 400, limit_ms + 200)
    sent = rig.frames(XBR)
    begun = sent[0][0]
    ended = next(t for t, data in sent if demand(data) == 0)
    assert ended - begun == limit_ms
    assert rig.reason == link.TOO_LONG
    assert rig.run(3000).braking == 0  # asking on does not help


def test_SR_10_gentle_time_is_one_for_prepare_and_slow_and_counts_over_pauses(rig: Rig) -> None:
    rig.ask(PREPARE, 400, 1500).ask(INFORM, 0, 500).ask(SLOW, 400, 1400)
    assert rig.braking == 400
    assert rig.run(200).braking == 0
    assert rig.ramp(FULL, 3000).braking == pytest.approx(3000, abs=1)  # full has a time of its own


@pytest.mark.parametrize(("pause", "again"), [(1980, False), (2000, True)])
def test_SR_10_a_new_encounter_after_two_seconds(rig: Rig, pause: int, again: bool) -> None:
    rig.ask(SLOW, 400, 3100).ask(INFORM, 0, pause).ask(SLOW, 400, 40)
    assert (rig.braking > 0) is again


@pytest.mark.parametrize(("lost", "ends"), [(1665, False), (1670, True)])
def test_SR_11_speed_lost_to_gentle_braking(rig: Rig, lost: int, ends: bool) -> None:
    rig.ask(SLOW, 900, 200).speed -= lost
    assert (rig.run(200).braking == 0) is ends
    if ends:
        assert rig.reason == link.TOO_MUCH_LOST
        assert rig.ramp(FULL, 2000).braking == pytest.approx(2000, abs=1)


# The driver.


def test_SR_12_a_fresh_kickdown_ends_braking_within_200_ms_and_stays_obeyed(rig: Rig) -> None:
    rig.ramp(FULL, 5000).ask(FULL, 5000, 200)
    pressed = rig.now_ms
    rig.kickdown = 1
    rig.run(300)
    ended = next(t for t, data in rig.frames(XBR) if t >= pressed and demand(data) == 0)
    assert 100 <= ended - pressed <= 200
    assert rig.reason == link.DRIVER_OVERRIDES
    rig.kickdown = 0
    assert rig.run(2000).braking == 0
    rig.ask(WARN, 0)
    assert rig.ask(FULL, 900).braking == pytest.approx(900, abs=1)


@pytest.mark.parametrize(("reports", "overrides"), [(2, False), (3, True)])
def test_SR_12_the_kickdown_has_to_be_kept_100_ms(rig: Rig, reports: int, overrides: bool) -> None:
    """EEC2 comes every 50 ms: three reports span 100 ms."""
    rig.ramp(FULL, 3000)
    rig.run((50 - rig.ticks * 10) % 50)
    rig.kickdown = 1
    rig.run(50 * reports)
    rig.kickdown = 0
    rig.run(100)
    assert (rig.braking == 0) is overrides


@pytest.mark.parametrize(("kickdown", "pedal"), [(0, 250), (0, 100), (1, 250)])
def test_SR_12_a_resting_foot_is_no_override(new_rig: NewRig, kickdown: int, pedal: int) -> None:
    """Floored long before, or down without the kick-down switch."""
    rig = new_rig()
    rig.kickdown, rig.pedal = kickdown, pedal
    rig.run(1500)
    assert rig.ramp(FULL, 5000).run(500).braking == pytest.approx(5000, abs=1)


def test_SR_12_a_truck_without_kickdown_switch_speaks_by_its_pedal(rig: Rig) -> None:
    rig.kickdown, rig.pedal = 3, 237  # 94.8 %
    rig.ramp(FULL, 3000)
    assert rig.run(300).braking == 3000
    rig.pedal = 238  # 95.2 %
    assert rig.run(200).braking == 0


@pytest.mark.parametrize(("age", "overrides"), [(1000, True), (1050, False)])
def test_SR_12_an_old_kickdown_is_no_answer_to_a_new_braking(rig: Rig, age: int, overrides: bool) -> None:
    """Pressed so long before braking was asked; EEC2 comes every 50 ms."""
    rig.kickdown = 1
    rig.run(age + 10)
    rig.silent.add("edge")
    rig.extra = [request(rig.counter + 1, SLOW, 900)]
    rig.step()
    assert (rig.braking == 0) is overrides


@pytest.mark.parametrize("side", [RIGHT, LEFT])
@pytest.mark.parametrize(("wheel", "overrides"), [(999, False), (1000, True)])
def test_SR_12_steering_away_past_centre(new_rig: NewRig, side: int, wheel: int, overrides: bool) -> None:
    rig = new_rig(near_side=side)
    sign = 1 if side == RIGHT else -1
    rig.side = side
    rig.wheel = -8000 * sign
    rig.ramp(FULL, 3000)
    rig.wheel = wheel * sign
    assert rig.run(50).braking == 3000  # one wild message is no steering
    begun = rig.now_ms
    assert (rig.run(100).braking == 0) is overrides
    if overrides:
        assert next(t for t, d in rig.frames(XBR) if t >= begun and demand(d) == 0) == begun
        assert rig.reason == link.DRIVER_OVERRIDES


@pytest.mark.parametrize("side", [RIGHT, LEFT])
def test_SR_12_steering_into_the_turn_is_no_override(new_rig: NewRig, side: int) -> None:
    rig = new_rig(near_side=side)
    sign = 1 if side == RIGHT else -1
    rig.side = side
    rig.ramp(FULL, 3000)
    rig.wheel = -12_000 * sign
    assert rig.run(300).braking == 3000


@pytest.mark.parametrize(("further", "overrides"), [(499, False), (500, True)])
def test_SR_12_a_truck_that_swung_out_before_has_to_steer_further(
    rig: Rig, further: int, overrides: bool
) -> None:
    rig.wheel = 2500
    rig.run(50)
    rig.ask(PREPARE, 500, 400)
    assert rig.braking == 500  # swinging out does not end gentle braking
    rig.ramp(FULL, 3000)
    rig.wheel = 2500 + further
    assert (rig.run(200).braking == 0) is overrides


@pytest.mark.parametrize(("yaw", "overrides"), [(-50, True), (-51, False)])
def test_SR_12_a_swapped_steering_sign_does_not_free_a_turning_truck(
    rig: Rig, yaw: int, overrides: bool
) -> None:
    rig.ramp(FULL, 3000)
    rig.wheel, rig.yaw = 6000, yaw
    assert (rig.run(200).braking == 0) is overrides


@pytest.mark.parametrize(("held", "overrides"), [(40, False), (60, True)])
def test_SR_12_the_off_key_ends_the_braking_at_hand(rig: Rig, held: int, overrides: bool) -> None:
    rig.ramp(FULL, 3000).key = True
    rig.run(held)
    rig.key = False
    assert (rig.run(100).braking == 0) is overrides
    rig.ask(STANDBY, 0)
    assert rig.ask(SLOW, 900).braking == 900  # a press is not for ever


def test_SR_12_the_brake_pedal_is_no_override(rig: Rig) -> None:
    """CCVS1 brake switch and EBC1 pedal pressed hard: the same demand on."""
    rig.ramp(FULL, 3000)
    for _ in range(30):
        raw = round(4.0 * 3.6 * 256)
        pressed = CanFrame("vehicle", 0x18FEF100, bytes([255, raw & 255, raw >> 8, 0x10, 255, 255, 255, 255]))
        rig.extra = [pressed, CanFrame("vehicle", 0x18F0010B, bytes([0x7F, 250, *[255] * 6]))]
        rig.run(10)
        assert rig.braking == 3000


@pytest.mark.parametrize(("held", "off"), [(2000, False), (2010, True)])
def test_SR_13_a_long_press_switches_off_until_the_next_ignition(rig: Rig, held: int, off: bool) -> None:
    rig.key = True
    rig.run(held)
    rig.key = False
    rig.run(1000)
    assert (rig.ask(SLOW, 900, 40).braking == 0) is off
    assert bool(rig.status().lamps & 0x80) is not off
    if off:
        assert rig.reason == link.SWITCHED_OFF


def test_SR_13_a_key_stuck_since_power_on_is_none(new_rig: NewRig) -> None:
    rig = new_rig(settle_ms=0)
    rig.key = True
    rig.run(3000)
    assert rig.ask(SLOW, 900, 40).braking == 900


# The truck.


@pytest.mark.parametrize(
    ("aeb", "begins", "continues"), [(5, True, True), (6, False, True), (7, False, False)]
)
def test_SR_14_the_trucks_own_emergency_braking(rig: Rig, aeb: int, begins: bool, continues: bool) -> None:
    def act(ms: int) -> None:
        for _ in range(ms // 10):
            rig.extra = [aebs1(aeb)]
            rig.run(10)

    act(50)
    rig.state, rig.decel = SLOW, 900
    act(40)
    assert (rig.braking > 0) is begins
    rig.run(200)
    assert rig.braking == 900
    act(50)
    assert (rig.braking > 0) is continues


def test_SR_14_silence_of_a_fitted_aebs_objects(new_rig: NewRig) -> None:
    rig = new_rig(aebs_fitted=1)
    assert rig.ask(SLOW, 900, 40).reason == link.OWN_AEB
    rig.ask(STANDBY, 0)
    for age, begins in ((140, True), (150, True), (160, False)):
        rig.silent.discard("edge")
        rig.ask(STANDBY, 0, 200)
        rig.extra = [aebs1(3)]
        rig.run(age)
        rig.silent.add("edge")
        rig.counter += 1
        rig.extra = [request(rig.counter, SLOW, 900)]
        rig.step()
        assert (rig.braking > 0) is begins


@pytest.mark.parametrize(("age", "begins"), [(290, True), (300, True), (310, False)])
def test_SR_15_no_beginning_unless_the_brake_says_it_accepts(rig: Rig, age: int, begins: bool) -> None:
    rig.silent.add("brake")
    rig.extra = [ebc5(1)]
    rig.run(age)
    rig.silent.add("edge")
    rig.extra = [request(rig.counter + 1, SLOW, 900)]
    rig.step()
    assert bool(rig.frames(XBR)) is begins


def test_SR_15_a_brake_that_accepts_nothing_is_not_asked(rig: Rig) -> None:
    rig.xbr_state = 2
    rig.run(100)
    assert rig.ask(SLOW, 900, 40).reason == link.BRAKE_REFUSES
    rig.xbr_state = 0
    rig.run(100)
    rig.ask(SLOW, 900, 40).xbr_state = 2
    assert rig.run(300).braking == 900


@pytest.mark.parametrize(("age", "begins"), [(490, False), (500, False), (510, True)])
def test_SR_16_a_second_sender_with_our_address(rig: Rig, age: int, begins: bool) -> None:
    other = CanFrame("vehicle", 0x0C040BA0, bytes.fromhex("7F5DE2FAFFFFFF70"))
    rig.ask(SLOW, 900, 40).extra = [other]
    rig.step()
    assert rig.braking == 0
    rig.ask(STANDBY, 0, 20).silent.add("edge")
    rig.extra = [other]
    rig.run(age)
    rig.extra = [request(rig.counter + 1, SLOW, 900)]
    rig.step()
    assert (rig.braking > 0) is begins


def test_SR_16_idle_frames_and_other_addresses_are_nobody_asking(rig: Rig) -> None:
    rig.extra = [
        CanFrame("vehicle", 0x0C040BA0, bytes.fromhex("7F7DCC00FFFFFF80")),
        CanFrame("vehicle", 0x0C040B2A, bytes.fromhex("7F5DE2FAFFFFFFA1")),
    ]
    rig.run(20)
    assert rig.ask(SLOW, 900, 40).braking == 900


@pytest.mark.parametrize(
    ("current", "selected", "begins"),
    [
        (124, 255, False),
        (125, 255, True),
        (126, 255, True),
        (255, 124, False),
        (255, 255, True),
        (254, 255, True),
    ],
)
def test_SR_17_not_in_a_gear_known_to_be_reverse(rig: Rig, current: int, selected: int, begins: int) -> None:
    rig.extra = [etc2(current, selected)]
    rig.ask(SLOW, 900, 40)
    assert (rig.braking > 0) == begins
    rig.extra = [etc2(124)]
    rig.ask(SLOW, 900, 40)
    assert (rig.braking > 0) == begins  # does not end one
    rig.ask(STANDBY, 0, 100)
    rig.extra = [etc2(124)]
    rig.run(300)
    rig.silent.add("edge")
    rig.extra = [request(rig.counter + 1, SLOW, 900)]
    rig.step()
    assert rig.braking == 0
    rig.extra = [request(rig.counter + 2, SLOW, 900)]
    rig.step()
    assert rig.braking == 900  # a gear older than 300 ms is unknown


@pytest.mark.parametrize("fitted", [RIGHT, LEFT])
@pytest.mark.parametrize("asked", [RIGHT, LEFT])
def test_SR_18_only_the_fitted_side(new_rig: NewRig, fitted: int, asked: int) -> None:
    rig = new_rig(near_side=fitted)
    rig.side = asked
    rig.ask(SLOW, 900, 40)
    assert rig.reason == (link.ALLOW if fitted == asked else link.WRONG_SIDE)
    assert (rig.braking > 0) is (fitted == asked)


def test_SR_19_in_shadow_everything_but_braking_works(new_rig: NewRig) -> None:
    rig = new_rig(released=0)
    for state, decel in ((PREPARE, 500), (SLOW, 900), (MUST_STOP, 900), (FULL, 900)):
        rig.ask(state, decel, 100)
        assert rig.reason == link.SHADOW
        assert rig.status().lamps & 0x02
    assert not rig.frames(XBR)
    assert not rig.frames(TSC1)
    rig.ask(PULSE, 900, 40)
    assert rig.braking == 900


def test_SR_20_pulses_are_ten_seconds_apart(new_rig: NewRig) -> None:
    for pause, begins in ((9980, False), (10_000, True)):
        rig = new_rig(released=0)
        rig.ask(PULSE, 900, 500).ask(STANDBY, 0, pause)
        assert rig.ask(PULSE, 900, 10).frames(XBR)[-1][0] == (rig.now_ms - 10 if begins else 780)
        assert rig.reason == (link.ALLOW if begins else link.TOO_SOON)


def test_SR_20_a_pulse_does_not_begin_out_of_a_braking(rig: Rig) -> None:
    rig.ask(SLOW, 900, 40).ask(PULSE, 500, 40)
    assert rig.status().state == SLOW
    assert rig.reason == link.TOO_SOON
    assert rig.braking == pytest.approx(500, abs=1)


# What goes out.


def test_SR_21_xbr_every_20_ms_then_five_releases_then_silence(rig: Rig) -> None:
    rig.ramp(FULL, 5000).ask(FULL, 5000, 200)
    rig.ask(STANDBY, 0, 1000)
    sent = rig.frames(XBR)
    times = [t for t, _ in sent]
    assert all(b - a == 20 for a, b in pairwise(times))
    asks = [demand(data) > 0 for _, data in sent]
    assert asks == [True] * (len(asks) - 5) + [False] * 5
    counters = [data[7] & 0x0F for _, data in sent]
    assert counters == [i % 16 for i in range(len(counters))]


def test_SR_21_idle_frames_where_the_settings_want_them(new_rig: NewRig) -> None:
    rig = new_rig(xbr_idle=1, settle_ms=1010)
    assert [t for t, _ in rig.frames(XBR)] == [0, 200, 400, 600, 800, 1000]
    assert rig.frames(XBR)[0][1] == bytes.fromhex("7F7DCC00FFFFFF80")
    rig.ask(SLOW, 900, 100).ask(STANDBY, 0, 1000)
    released = [t for t, data in rig.frames(XBR) if demand(data) == 0 and t > 1010]
    gaps = [b - a for a, b in pairwise(released)]
    assert gaps[:4] == [20] * 4
    assert set(gaps[4:]) == {200}


def test_SR_21_a_new_braking_may_begin_in_the_release(rig: Rig) -> None:
    rig.ask(SLOW, 900, 100).ask(STANDBY, 0, 40)
    assert rig.ask(SLOW, 900).braking == 900


def test_SR_21_the_release_does_not_wait_for_the_rhythm(rig: Rig) -> None:
    """Ending comes at any tick; the first mode 0 frame leaves in that tick."""
    rig.ask(SLOW, 900, 100)
    rig.key = True
    for _ in range(12):
        sent = rig.step()
        if rig.status().state != SLOW or any(f.can_id == XBR and demand(f.data) == 0 for f in sent):
            break
    assert any(f.can_id == XBR and demand(f.data) == 0 for f in sent)


def test_SR_21_a_tick_that_comes_early_or_late_keeps_the_rhythm(rig: Rig) -> None:
    """Due is what is nearer to this tick than to the next: 14 ms after the last XBR no, 16 ms yes."""
    rig.ask(SLOW, 900, 100)
    rig.silent.add("edge")
    last = rig.frames(XBR)[-1][0]
    for after, due in ((14, False), (16, True)):
        sent = rig.gateway.step(last + after, [request(rig.counter + after // 14, SLOW, 900)])
        assert any(frame.can_id == XBR for frame in sent) is due


def test_SR_22_a_refused_increase_keeps_what_was_granted(rig: Rig) -> None:
    rig.ask(SLOW, 1000, 100)
    rig.ask(FULL, 9000, 500)
    assert rig.braking == 1000
    assert rig.status().state == SLOW
    assert rig.reason == link.TOO_HARD
    rig.ask(FULL, 1800)
    assert rig.braking == pytest.approx(1800, abs=1)  # and it may grow again from there


def test_SR_22_what_a_refused_request_takes_back_is_taken_back(rig: Rig) -> None:
    rig.ramp(FULL, 3000)
    rig.ask(HOLD, 1200, 40)  # moving: hold is refused
    assert rig.reason == link.TOO_FAST
    assert rig.braking == pytest.approx(1200, abs=1)


def test_SR_22_kept_braking_still_ends_in_time(rig: Rig) -> None:
    rig.ask(SLOW, 1000, 100).ask(FULL, 9000, 3200)
    assert rig.braking == 0


def test_SR_22_full_stop_becomes_hold(rig: Rig) -> None:
    rig.ramp(FULL, 5000).speed = 0.0
    rig.run(200)
    rig.ask(HOLD, 2000, 10_000)
    assert rig.braking == pytest.approx(2000, abs=1)
    assert rig.status().state == HOLD


@pytest.mark.parametrize(
    ("state", "lamps"),
    [
        (OFF, 0),
        (STANDBY, 0),
        (INFORM, 1),
        (WARN, 7),
        (PREPARE, 3),
        (SLOW, 7),
        (MUST_STOP, 7),
        (FULL, 15),
        (HOLD, 11),
    ],
)
def test_SR_23_lamps_follow_the_edge_also_when_refused(new_rig: NewRig, state: int, lamps: int) -> None:
    rig = new_rig(released=0)
    rig.ask(state, 900 if state >= PREPARE else 0, 40)
    assert rig.status().lamps == lamps | 0x80
    rig.silent.add("edge")
    assert rig.run(120).status().lamps == 0


@pytest.mark.parametrize("missing", ["edge", "speed", "wheel", "pedal", "brake"])
def test_SR_23_the_fault_lamp_lights_by_itself(rig: Rig, missing: str) -> None:
    assert rig.status().lamps & 0x80
    rig.silent.add(missing)
    assert not rig.run(500).status().lamps & 0x80
    rig.silent.clear()
    assert rig.run(300).status().lamps & 0x80


@pytest.mark.parametrize(("mode", "lit"), [(0, True), (1, True), (2, False), (3, False), (15, False)])
def test_SR_23_a_brake_that_does_not_answer_lights_the_lamp(rig: Rig, mode: int, lit: bool) -> None:
    rig.xbr_mode = mode
    rig.ask(SLOW, 900, 510)
    assert rig.frames(STATUS)[-1][0] - rig.frames(XBR)[0][0] == 500
    assert rig.status().lamps & 0x80
    rig.run(20)
    assert bool(rig.status().lamps & 0x80) is not lit
    assert rig.braking == 900


def test_SR_23_a_fault_that_only_warns_lights_the_lamp_and_refuses_nothing(rig: Rig) -> None:
    rig.health = 0x1F
    assert not rig.run(40).status().lamps & 0x80
    rig.ramp(FULL, 5000).run(60)
    assert rig.braking == pytest.approx(5000, abs=1)
    assert not rig.status().lamps & 0x80
    rig.health = 0x0F
    assert rig.run(40).status().lamps & 0x80
    assert rig.braking == pytest.approx(5000, abs=1)


def test_SR_24_silent_until_the_truck_and_the_edge_are_known(new_rig: NewRig) -> None:
    rig = new_rig(settle_ms=0)
    rig.state, rig.decel = SLOW, 900
    sent = [rig.step() for _ in range(4)]
    assert {frame.bus for step in sent for frame in step} == {"private"}
    assert rig.run(20).braking == 900  # the third frame counts


def test_SR_24_time_may_wrap_anywhere(new_rig: NewRig) -> None:
    """2^29 ms is reached in mid-braking; nothing shows."""
    rig = new_rig(start_ms=2**29 - 500)
    rig.ramp(FULL, 5000).ask(FULL, 5000, 1000)
    assert rig.now_ms < 2**28
    assert rig.braking == pytest.approx(5000, abs=1)
    rig.silent.add("edge")
    assert rig.run(120).braking == 0


def test_SR_24_what_was_seen_six_days_ago_is_not_fresh(rig: Rig) -> None:
    """The counter comes round after 2^29 ms; stepped sparsely here, as nothing else can be waited for."""
    rig.silent |= {"speed", "edge"}
    rig.run(100)
    seen = rig.now_ms - 100
    for _ in range(3):
        rig.gateway.step((rig.now_ms + 70_000) & 0x1FFFFFFF, [])
    rig.now_ms = (seen + 20) & 0x1FFFFFFF  # once round
    rig.silent.discard("edge")
    rig.run(60)
    assert rig.ask(SLOW, 900, 40).reason == link.STALE_TRUCK


def test_SR_25_no_drive_torque_while_anything_is_granted(rig: Rig) -> None:
    rig.ask(PREPARE, 400, 200)
    begun = rig.frames(TSC1)[0][0]
    rig.ask(STANDBY, 0, 200)
    sent = rig.frames(TSC1)
    times = [t for t, _ in sent]
    assert begun == rig.frames(XBR)[0][0]
    assert all(b - a == 10 for a, b in pairwise(times))
    assert [data[0] & 3 for _, data in sent] == [3] * (len(sent) - 1) + [0]
    assert all(data[3] == 125 for _, data in sent[:-1])  # 0 %
    assert [data[7] & 0x0F for _, data in sent] == [i % 8 for i in range(len(sent))]
