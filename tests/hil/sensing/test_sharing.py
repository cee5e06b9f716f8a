"""Which scenarios the statistical level may be held against the radars on."""

import pytest

from edge_controller.errors import InputError
from hil.scenario.catalogue import asked_for
from hil.sensing.sharing import comparable

MISLED = "F3-load", "F3-speed", "F4-frozen", "F4-offset-turn", "F4-steering-lost", "F4-swapped", "F4-yaw-lost"


def test_scenarios_whose_edge_is_told_a_wrong_motion_or_none_are_left_out_and_named() -> None:
    known, left_out = comparable(asked_for(("T1", "F5-lost", *MISLED), None))
    assert {file.id for file in known} == {"T1", "F5-lost"}
    assert set(left_out) == set(MISLED)


def test_nothing_to_compare_is_said_in_words() -> None:
    with pytest.raises(InputError, match="the statistical level knows none of F4-swapped"):
        comparable(asked_for(("F4-swapped",), None))
