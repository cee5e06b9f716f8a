"""Vehicle messages, bytes to named integers and back. Layouts and scales: SAE J1939-71, J1939-73.

29-bit identifiers without flag bits. Positive angles and rates turn left. UNKNOWN stands for "not available",
"error" and every reserved code: never a value.
"""

UNKNOWN = -0x10000000

CCVS1 = 0xFEF1
VDC2 = 0xF009
EEC2 = 0xF003
EBC5 = 0xFDC4
AEBS1 = 0xF02F
ETC2 = 0xF005
TSC1_PF = 0x00
BRAKES = 0x0B
ENGINE = 0x00

AEB_WARNS_AND_BRAKES = 6
AEB_BRAKES_HARD = 7
XBR_NONE_ACCEPTED = 2
PEDAL_DOWN_PCT_X10 = 950  # stands for a kick-down switch where the truck has none


def pgn(can_id: int) -> int:
    """With the destination where the message has one."""
    return can_id >> 8 & 0x3FFFF


def to_node(pf: int, node: int, source: int) -> int:
    """Identifier of a message to one node, priority 3."""
    return 0x0C000000 | pf << 16 | node << 8 | source


def _word(data: bytes | bytearray, at: int) -> int:
    raw = data[at] | data[at + 1] << 8
    return raw if raw <= 0xFAFF else UNKNOWN


def _signed(raw: int, centre: int, shift: int) -> int:
    """Thousandths from a centred value of 2^-shift per bit, rounded towards zero: left and right alike."""
    if raw == UNKNOWN:
        return UNKNOWN
    off = raw - centre
    return off * 1000 >> shift if off >= 0 else -(-off * 1000 >> shift)


def speed_mmps(ccvs1: bytes | bytearray) -> int:
    """SPN 84, 1/256 km/h; the wheels' speed, without direction."""
    raw = _word(ccvs1, 1)
    return UNKNOWN if raw == UNKNOWN else (raw * 625 + 288) // 576


def steering_mrad(vdc2: bytes | bytearray) -> int:
    """SPN 1807, hand wheel, 1/1024 rad."""
    return _signed(_word(vdc2, 0), 32127, 10)


def yaw_mradps(vdc2: bytes | bytearray) -> int:
    """SPN 1808, 1/8192 rad/s."""
    return _signed(_word(vdc2, 3), 32113, 13)


def kickdown(eec2: bytes | bytearray) -> int:
    """SPN 559, else SPN 91 nearly down: 1 pressed, 0 not, UNKNOWN."""
    switch = eec2[0] >> 2 & 3
    if switch <= 1:
        return switch
    if eec2[1] > 250:
        return UNKNOWN
    return 1 if eec2[1] * 4 >= PEDAL_DOWN_PCT_X10 else 0


def xbr_state(ebc5: bytes | bytearray) -> int:
    """SPN 2917: 0 all accepted, 1 the highest priority only, 2 none."""
    state = ebc5[1] >> 2 & 3
    return state if state <= 2 else UNKNOWN


def xbr_active_mode(ebc5: bytes | bytearray) -> int:
    """SPN 2918: 0 none, 1 driver only, 2 addition, 3 maximum."""
    mode = ebc5[1] >> 4
    return mode if mode <= 3 else UNKNOWN


def aeb_state(aebs1: bytes | bytearray) -> int:
    """SPN 5676: 6 warning with braking, 7 emergency braking."""
    state = aebs1[0] & 0x0F
    return state if state <= 7 else UNKNOWN


def gear(etc2: bytes | bytearray) -> int:
    """SPN 523 current gear, else SPN 524 selected: below 0 reverse, 0 neutral, above forward."""
    raw = etc2[3] if etc2[3] <= 250 else etc2[0]
    return raw - 125 if raw <= 250 else UNKNOWN


def mode_of_xbr(xbr: bytes | bytearray) -> int:
    """SPN 2916 of somebody's request: 0 asks nothing."""
    return xbr[2] >> 4 & 3


def _sum(can_id: int, data: bytes | bytearray, counter: int) -> int:
    total = (can_id & 0xFF) + (can_id >> 8 & 0xFF) + (can_id >> 16 & 0xFF) + (can_id >> 24) + counter
    for i in range(7):
        total += data[i]
    return total


def pack_xbr(data: bytearray, can_id: int, decel_mmps2: int, counter: int, variant: int, key: int) -> None:
    """PGN 1024: maximum mode, highest priority, endurance brakes allowed, urgency 100 %; 0 packs the release.

    The demand is rounded to the weaker side. Checksum variant 0: SPN 3188 as published. Variant 1: nibbles of
    the sum's low byte, as one maker's own frame wants it, with a key in the sum.
    """
    raw = 32127 - decel_mmps2 * 2048 // 1000
    data[0] = raw & 0xFF
    data[1] = raw >> 8
    data[2] = 0xE2 if decel_mmps2 else 0xCC
    data[3] = 0xFA if decel_mmps2 else 0
    data[4] = data[5] = data[6] = 0xFF
    total = _sum(can_id, data, counter) + key
    check = (total >> 4) + total if variant == 0 else (total >> 4 & 0x0F) + (total & 0x0F)
    data[7] = (check & 0x0F) << 4 | counter


def pack_tsc1(data: bytearray, can_id: int, is_limiting: bool, counter: int) -> None:
    """PGN 0: torque limited to 0 %, speed to the largest valid value, 10 ms, purpose P32; or mode 00."""
    data[0] = 0xC3 if is_limiting else 0xC0
    data[1] = 0xFF
    data[2] = 0xFA if is_limiting else 0xFF
    data[3] = 125 if is_limiting else 0xFF
    data[4] = 0xFF
    data[5] = 0xF0 if is_limiting else 0xFF
    data[6] = 0xFF
    total = _sum(can_id, data, counter)
    data[7] = (((total >> 6 & 3) + (total >> 3) + total) & 7) << 4 | counter
