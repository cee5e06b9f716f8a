"""Number plates of heavy trucks: GA 36-2018. Colour codes: JT/T 697.7 and JT/T 808-2019."""

import re
import unicodedata

from edge_controller.errors import InputError
from edge_controller.registration.problem import Problem

PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
YELLOW, YELLOW_GREEN = 2, 93
ORDINARY = re.compile(f"[{PROVINCES}][A-HJ-NP-Z][A-HJ-NP-Z0-9]{{5}}")
# Large new-energy vehicles: the last of six places names the drive (A to E battery, F to K other).
NEW_ENERGY = re.compile(f"[{PROVINCES}][A-HJ-NP-Z][A-HJ-NP-Z0-9]{{5}}[A-HJK]")


def tidy_plate(text: str) -> str:
    """As typed or scanned -> as stored: half width, capitals, without the dot."""
    return re.sub(r"[\s·•・.]", "", unicodedata.normalize("NFKC", text)).upper()


def plate_problem(plate: str, colour: int) -> Problem | None:
    """What is wrong with the plate of a heavy truck, or None."""
    if ORDINARY.fullmatch(plate):
        due = YELLOW
    elif NEW_ENERGY.fullmatch(plate):
        due = YELLOW_GREEN
    else:
        return Problem(
            "plate_form",
            f"{plate!r} is not the plate of a large vehicle",
            f"号牌“{plate}”不符合大型汽车号牌格式",
        )
    if colour != due:
        return Problem(
            "plate_colour",
            f"plate {plate!r} has colour code {colour}, a large vehicle's is {due}",
            f"号牌“{plate}”颜色代码为{colour}，大型汽车应为{due}",
        )
    return None


def check_plate(plate: str, colour: int) -> str:
    """`plate` unchanged; InputError naming what is wrong with it."""
    problem = plate_problem(plate, colour)
    if problem:
        raise InputError(problem.text)
    return plate
