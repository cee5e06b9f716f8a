"""No input makes the gateway raise or exceed a limit; both interpreters say the same bytes."""

import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hil.frames import CanFrame
from hil.gateway_host import CPythonGateway, MicroPythonGateway
from tests.firmware.bench import (
    FULL,
    HOLD,
    PREPARE,
    STATUS,
    XBR,
    aebs1,
    ccvs1,
    demand,
    ebc5,
    eec2,
    etc2,
    request,
    vdc2,
)

MAX_DECEL = (0, 0, 0, 0, 500, 1000, 2000, 6000, 2000, 1500)
IDS = (0x110, 0x120, 0x18FEF100, 0x18F0090B, 0x0CF00300, 0x18FDC40B, 0x18F00503, 0x0CF02FA0, 0x0C040BA0, 0)

any_frame = st.builds(
    CanFrame,
    st.sampled_from(["private", "vehicle"]),
    st.one_of(st.sampled_from(IDS), st.integers(0, 2**29 - 1)),
    st.binary(max_size=8),
)
valid_request = st.builds(request, *(st.integers(0, most) for most in (255, 9, 0xFFFF, 1, 15)))
any_step = st.tuples(
    st.integers(0, 2**29 - 1), st.booleans(), st.lists(st.one_of(any_frame, valid_request), max_size=6)
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(any_step, max_size=20), st.booleans())
def test_nothing_received_makes_the_gateway_raise_or_exceed_a_limit(
    steps: list[tuple[int, bool, list[CanFrame]]], released: bool
) -> None:
    """At any time whatever, forwards or backwards."""
    with CPythonGateway(released=int(released)) as host:
        for now_ms, key, received in steps:
            check_limits(host.step(now_ms, received, key))


def check_limits(sent: list[CanFrame]) -> int:
    """Highest deceleration asked in these frames, after judging it against the state the status names."""
    asked = 0
    for frame in sent:
        if frame.can_id == XBR:
            asked = demand(frame.data)
            assert asked <= 6000
        if frame.can_id == STATUS:
            assert asked <= MAX_DECEL[frame.data[0] >> 4] + 1
    return asked


def drive(seed: int, ticks: int) -> list[tuple[int, list[CanFrame], bool]]:
    """A plausible edge and truck, with lost, repeated, corrupted, jumping, stale and hostile frames."""
    dice = random.Random(seed)
    now_ms, counter, state, decel, speed = dice.randrange(2**29), 0, 1, 0, 4000.0
    steps = []
    key = False
    for tick in range(ticks):
        received = []
        if dice.random() < 0.01:
            state = dice.choice([1, 2, 3, 4, 5, 6, 7, 7, 7, 8, 9])
            decel = 0
        if dice.random() < 0.003:
            speed = dice.choice([0.0, 100.0, 2000.0, 4000.0, 8700.0, 9500.0])
        if tick % 10 == 0 and dice.random() < 0.97:
            received.append(ccvs1(speed))
        if dice.random() < 0.95:
            received.append(vdc2(dice.gauss(0, 400) if dice.random() < 0.99 else 5000, dice.gauss(0, 20)))
        if tick % 5 == 0 and dice.random() < 0.98:
            received.append(eec2(int(dice.random() < 0.02), dice.randrange(256)))
        if tick % 10 == 5:
            received.append(ebc5(dice.choice([0, 0, 0, 0, 1, 2, 3]), dice.randrange(16)))
        if dice.random() < 0.01:
            received.append(dice.choice([etc2(124), etc2(126), aebs1(3), aebs1(6), aebs1(7)]))
        if tick % 2 == 0 and dice.random() < 0.97:
            counter = counter + 1 if dice.random() < 0.99 else counter + dice.randrange(0, 6)
            if state >= PREPARE:
                ceiling = MAX_DECEL[state] + dice.choice([0, 0, 0, 0, 0, 1])
                decel = min(decel + dice.choice([400, 800, 800, 800, 1000, 1001]), ceiling)
            health = 15 if dice.random() < 0.995 else dice.randrange(32)
            frame = request(counter, state, decel, int(dice.random() < 0.01), health)
            if dice.random() < 0.01:
                flipped = bytearray(frame.data)
                flipped[dice.randrange(8)] ^= 1 << dice.randrange(8)
                frame = CanFrame("private", 0x110, bytes(flipped))
            received += [frame] * (1 if dice.random() < 0.98 else 2)
        if dice.random() < 0.02:
            noise = dice.randbytes(dice.randrange(9))
            received.append(CanFrame(dice.choice(["private", "vehicle"]), dice.choice(IDS), noise))
        if dice.random() < 0.002:
            key = not key
        key = key and dice.random() < 0.95
        dice.shuffle(received)
        steps.append((now_ms, received, key))
        now_ms = (now_ms + (10 if dice.random() < 0.99 else dice.randrange(200))) & 0x1FFFFFFF
    return steps


def test_ten_thousand_random_ticks_give_identical_bytes(micropython: MicroPythonGateway) -> None:
    micropython.restart(released=1)
    braking, releases, strongest, states, reasons = 0, 0, 0, set(), set()
    with CPythonGateway(released=1) as cpython:
        for now_ms, received, key in drive(seed=20261123, ticks=10_000):
            sent = cpython.step(now_ms, received, key)
            assert micropython.step(now_ms, received, key) == sent
            asked = check_limits(sent)
            braking += asked > 0
            strongest = max(strongest, asked)
            releases += any(frame.can_id == XBR and demand(frame.data) == 0 for frame in sent)
            for frame in sent:
                if frame.can_id == STATUS:
                    states.add(frame.data[0] >> 4)
                    reasons.add(frame.data[2])
    # The sample is worth something only if it brakes, refuses and lets go.
    assert braking > 500
    assert strongest > 4000
    assert releases > 100
    assert {PREPARE, FULL, HOLD} <= states
    assert len(reasons) >= 15


def test_the_rise_of_the_demand_keeps_to_the_ramp_whatever_is_asked() -> None:
    """Between any two XBR: at most 3000 mm/s2 and 50 mm/s2 per ms more."""
    for seed in range(8):
        with CPythonGateway(released=1) as host:
            history: list[tuple[int, int]] = []
            at = 0
            last = None
            for now_ms, received, key in drive(seed, 1500):
                at += 0 if last is None else (now_ms - last) & 0x1FFFFFFF
                last = now_ms
                for frame in host.step(now_ms, received, key):
                    if frame.can_id == XBR:
                        history.append((at, demand(frame.data)))
                        for then, before in history[-20:-1]:
                            assert history[-1][1] - before <= 3001 + 50 * (at - then)


def test_left_is_the_mirror_of_right() -> None:
    """Near side left with mirrored wheel and yaw gives the same XBR and torque limits at the same ticks."""
    right, left = CPythonGateway(released=1, near_side=0), CPythonGateway(released=1, near_side=1)
    braked = 0
    for now_ms, received, key in drive(seed=7, ticks=4000):
        sent = right.step(now_ms, received, key)
        assert left.step(now_ms, [mirrored(frame) for frame in received], key) == sent
        braked += any(frame.can_id == XBR and demand(frame.data) for frame in sent)
    assert braked > 100


def mirrored(frame: CanFrame) -> CanFrame:
    if frame.can_id == 0x110 and len(frame.data) == 8:
        counter, state, low, high, lifetime, health, *_ = frame.data
        asked = (counter, state & 15, low | high << 8)
        side = state >> 4 & 1
        intact = request(*asked, side, health, lifetime).data == frame.data
        return request(*asked, 1 - side, health, lifetime) if intact else frame
    if frame.can_id == 0x18F0090B and len(frame.data) == 8:
        data = bytearray(frame.data)
        for at, centre in ((0, 32127), (3, 32113)):
            raw = data[at] | data[at + 1] << 8
            if raw <= 0xFAFF and 2 * centre - raw >= 0:
                raw = 2 * centre - raw
                data[at], data[at + 1] = raw & 0xFF, raw >> 8
        return CanFrame("vehicle", frame.can_id, bytes(data))
    return frame
