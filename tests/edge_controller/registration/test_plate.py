"""Plates of heavy trucks, GA 36-2018: yellow with five places, or yellow-green with six for new energy."""

import pytest

from edge_controller.errors import InputError
from edge_controller.registration.plate import check_plate, plate_problem, tidy_plate

YELLOW, BLUE, YELLOW_GREEN, GRADIENT_GREEN = 2, 1, 93, 94


@pytest.mark.parametrize(
    ("plate", "colour"),
    [("苏A12345", YELLOW), ("苏AB1234", YELLOW), ("京E9Z8Y7", YELLOW), ("苏A12345D", YELLOW_GREEN)],
)
def test_plates_of_large_vehicles_are_good(plate: str, colour: int) -> None:
    assert check_plate(plate, colour) == plate


@pytest.mark.parametrize(
    ("plate", "colour", "code"),
    [
        ("苏A12345", BLUE, "plate_colour"),
        ("苏A12345", YELLOW_GREEN, "plate_colour"),
        ("苏A12345D", YELLOW, "plate_colour"),
        ("苏A12345D", GRADIENT_GREEN, "plate_colour"),
        ("苏AD12345", YELLOW_GREEN, "plate_form"),  # a small car's: the energy letter comes first
        ("苏A12345L", YELLOW_GREEN, "plate_form"),
        ("苏A1234挂", YELLOW, "plate_form"),  # a trailer's
        ("苏A1234O", YELLOW, "plate_form"),
        ("苏I12345", YELLOW, "plate_form"),
        ("A12345", YELLOW, "plate_form"),
        ("苏A·12345", YELLOW, "plate_form"),
        ("苏A12345\n", YELLOW, "plate_form"),
        ("", YELLOW, "plate_form"),
    ],
)
def test_other_plates_are_named_with_their_fault(plate: str, colour: int, code: str) -> None:
    problem = plate_problem(plate, colour)
    assert problem is not None
    assert problem.code == code
    with pytest.raises(InputError):
        check_plate(plate, colour)


@pytest.mark.parametrize("typed", ["苏A·12345", "苏 a 12345", "苏Ａ１２３４５", "苏A12345", "苏A・12345"])
def test_a_plate_as_people_type_it_is_tidied(typed: str) -> None:
    assert tidy_plate(typed) == "苏A12345"
