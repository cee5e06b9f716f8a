"""An indicator that stays on while the truck drives straight on; project limit F5: flagged within 14 s."""

from dataclasses import replace

import pytest

from edge_controller.messages import Indicator
from edge_controller.plausibility import Plausibility
from tests.edge_controller.plausibility.drives import FIT, Drive, turn_at

WORDS = ("truck: the indicator is stuck or left on",)


def straight(t_s: float) -> float:
    return 0.02 if int(t_s) % 2 else -0.02


def flagged_s(check: Plausibility, drive: Drive, end_s: float, from_s: float = 0.0) -> list[float]:
    """When the indicator is flagged."""
    flagged = []
    for truck, own in drive.moments(end_s):
        check.update(replace(truck, t_s=from_s + truck.t_s), own)
        if check.warnings == WORDS:
            flagged.append(truck.t_s)
    return flagged


@pytest.mark.parametrize("speed_mps", [10 / 3.6, 20 / 3.6, 30 / 3.6])
def test_it_is_flagged_after_twelve_and_a_half_seconds_of_driving(speed_mps: float) -> None:
    flagged = flagged_s(Plausibility(FIT), Drive(straight, speed_mps, indicator="right"), 15.0)
    assert 12.4 < flagged[0] < 12.6
    assert flagged[-1] > 14.9


@pytest.mark.parametrize("indicator", ["none", "left", "unknown"])
def test_nobody_asks_after_another_indicator(indicator: Indicator) -> None:
    assert not flagged_s(Plausibility(FIT), Drive(straight, indicator=indicator), 60.0)


def test_who_waits_to_turn_waits_as_long_as_he_likes() -> None:
    check = Plausibility(FIT)
    for speed_mps, from_s, lasts_s in ((4.0, 0.0, 9.0), (0.0, 9.0, 100.0), (4.0, 109.0, 3.0)):
        assert not flagged_s(check, Drive(straight, speed_mps, indicator="right"), lasts_s, from_s)


def test_a_turn_begins_anew_and_the_lever_ends_it() -> None:
    check = Plausibility(FIT)
    assert not flagged_s(check, Drive(turn_at(12.0), indicator="right"), 30.0)
    assert flagged_s(check, Drive(straight, indicator="right"), 14.0, 30.0)
    assert not flagged_s(check, Drive(straight), 1.0, 44.1)
