"""VIN by GB 16735 / ISO 3779; the weights and values are typed again here."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_controller.errors import InputError
from edge_controller.registration.vin import check_vin, vin_problem, with_check_digit
from tests.edge_controller.registration.samples import VIN

ALLOWED = "0123456789ABCDEFGHJKLMNPRSTUVWXYZ"
WEIGHT = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2]


def value(character: str) -> int:
    """By the three rows of the standard's table rather than by one look-up text."""
    if character.isdigit():
        return int(character)
    if character in "ABCDEFGH":
        return ord(character) - ord("A") + 1
    if character in "JKLMNPR":
        return ord(character) - ord("J") + 1
    return ord(character) - ord("S") + 2


def weighted_sum(vin: str) -> int:
    return sum(WEIGHT[n] * value(vin[n]) for n in range(17))


@pytest.mark.parametrize(
    ("vin", "total"),
    [
        ("LATPAB071W1005301", 265),
        ("UU6JA69691D713820", 350),
        ("1M8GDM9AXKP042788", 351),
        ("11111111111111111", 89),
    ],
)
def test_known_vins_are_good(vin: str, total: int) -> None:
    assert weighted_sum(vin) == total
    assert check_vin(vin) == vin
    assert vin_problem(vin) is None


def test_the_sample_vin_is_good_by_hand() -> None:
    # L3*8 N5*7 S2*6 8*5 X7*4 4*3 T3*2 P7*10 | T3*9 1*8 0 0 0 0 0 1*2
    assert 24 + 35 + 12 + 40 + 28 + 12 + 6 + 70 + 27 + 8 + 2 == 264
    assert 264 % 11 == 0
    assert check_vin(VIN) == "LNS8X4TP0T1000001"


@pytest.mark.parametrize(
    ("vin", "says"),
    [
        ("1XPTD40X0JD456115", "position 9 is '0', it must be '6'"),
        ("LATPAB071W100530", "has 16 characters"),
        ("LATPAB071W10053011", "has 18 characters"),
        ("", "has 0 characters"),
        ("LATPABO71W1005301", "position 7 is 'O'"),
        ("LATPAB0I1W1005301", "position 8 is 'I'"),
        ("LATPAB071Q1005301", "position 10 is 'Q'"),
        ("latpab071w1005301", "position 1 is 'l'"),
        ("LATPAB071W100530１", "position 17 is '１'"),
        ("LATPAB071W100530 ", "position 17 is ' '"),
    ],
)
def test_a_bad_vin_is_named_with_its_fault(vin: str, says: str) -> None:
    with pytest.raises(InputError) as caught:
        check_vin(vin)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


sixteen = st.text(alphabet=ALLOWED, min_size=16, max_size=16)


@given(sixteen)
def test_with_check_digit_makes_exactly_one_good_vin(rest: str) -> None:
    good = [
        rest[:8] + digit + rest[8:] for digit in ALLOWED if vin_problem(rest[:8] + digit + rest[8:]) is None
    ]
    assert good == [with_check_digit(rest)]
    assert "0123456789X"[weighted_sum(good[0]) % 11] == good[0][8]


@given(sixteen, st.integers(0, 16), st.sampled_from(ALLOWED))
def test_one_wrong_character_shows_unless_its_value_agrees(rest: str, place: int, other: str) -> None:
    """The check digit cannot tell characters of one value apart (A and J are both 1); it tells all others."""
    vin = with_check_digit(rest)
    spoilt = vin[:place] + other + vin[place + 1 :]
    same = spoilt == vin or (place != 8 and value(other) % 11 == value(vin[place]) % 11)
    assert (vin_problem(spoilt) is None) == same


def test_no_vin_can_be_made_of_bad_characters() -> None:
    with pytest.raises(InputError, match="no VIN can be made"):
        with_check_digit("LNSIX4TPT1000001")
