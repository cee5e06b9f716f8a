"""Vehicle identification number: GB 16735 (ISO 3779), with its check digit at place 9."""

from edge_controller.errors import InputError
from edge_controller.registration.problem import Problem

LENGTH = 17
CHECK_AT = 8  # place 9, counted from 0
WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
VALUES = dict(
    zip("0123456789ABCDEFGHJKLMNPRSTUVWXYZ", map(int, "012345678912345678123457923456789"), strict=True)
)


def vin_problem(text: str) -> Problem | None:
    """What is wrong with `text` as a VIN, or None. `vin_check_digit` alone can be a genuine import."""
    if len(text) != LENGTH:
        return Problem(
            "vin_form",
            f"VIN {text!r} has {len(text)} characters, not 17",
            f"VIN“{text}”有{len(text)}位，应为17位",
        )
    for place, character in enumerate(text, 1):
        if character not in VALUES:
            return Problem(
                "vin_form",
                f"VIN {text!r}: position {place} is {character!r}, which no VIN contains",
                f"VIN“{text}”第{place}位“{character}”不是VIN允许的字符",
            )
    due = check_digit(text)
    if text[CHECK_AT] != due:
        return Problem(
            "vin_check_digit",
            f"VIN {text!r}: position 9 is {text[CHECK_AT]!r}, it must be {due!r} (check digit)",
            f"VIN“{text}”第9位校验码为“{text[CHECK_AT]}”，应为“{due}”",
        )
    return None


def check_vin(text: str) -> str:
    """`text` unchanged; InputError naming what is wrong with it."""
    problem = vin_problem(text)
    if problem:
        raise InputError(f"{problem.text} / {problem.text_zh}")
    return text


def check_digit(text: str) -> str:
    """What place 9 must be; place 9 itself weighs nothing."""
    rest = sum(weight * VALUES[character] for weight, character in zip(WEIGHTS, text, strict=True)) % 11
    return "X" if rest == 10 else str(rest)


def with_check_digit(sixteen: str) -> str:
    """A valid VIN from its other sixteen characters: eight before the check digit, eight after."""
    open_vin = sixteen[:CHECK_AT] + "0" + sixteen[CHECK_AT:]
    problem = vin_problem(open_vin)
    if problem and problem.code == "vin_form":
        raise InputError(f"no VIN can be made of {sixteen!r}: {problem.text}")
    return sixteen[:CHECK_AT] + check_digit(open_vin) + sixteen[CHECK_AT:]
