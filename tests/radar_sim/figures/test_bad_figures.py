"""What is no figure is refused in one sentence that names figure, argument, value and range."""

import math
from typing import Any

import pytest

from radar_sim import FIGURES, SceneError, adult, child, cyclist, e_bike, wheelchair
from tests.radar_sim.figures.moving import Figure

MOVING = ("adult", "child", "cyclist", "e_bike", "delivery_scooter", "wheelchair")


def refused(figure: Figure, told: dict[str, Any]) -> str:
    right = {"x_m": 0.0, "y_m": 0.0, "heading_rad": 0.0, "speed_mps": 1.0, "t_s": 0.0}
    with pytest.raises(SceneError) as error:
        figure(**(right | told))
    text = str(error.value)
    assert "\n" not in text
    return text


@pytest.mark.parametrize("name", MOVING)
@pytest.mark.parametrize("argument", ["x_m", "y_m", "heading_rad", "t_s", "speed_mps"])
@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_numbers_that_are_none_are_refused(name: str, argument: str, bad: float) -> None:
    text = refused(FIGURES[name], {argument: bad})
    assert text.startswith(f"{name}: {argument} is {bad!r}, ")


@pytest.mark.parametrize("name", MOVING)
@pytest.mark.parametrize("bad", [-0.1, 18.0])
def test_a_speed_outside_the_range_is_refused_with_the_range(name: str, bad: float) -> None:
    assert f"{name}: speed_mps is {bad!r}, outside 0 to " in refused(FIGURES[name], {"speed_mps": bad})


@pytest.mark.parametrize(
    ("figure", "told", "words"),
    [
        (adult, {"speed_mps": 2.6}, "speed_mps is 2.6, outside 0 to 2.57"),
        (child, {"speed_mps": 2.0}, "outside 0 to 1.69395, what somebody 1.15 m tall walks"),
        (adult, {"height_m": 0.3}, "height_m is 0.3, outside 1.3 to 2.3"),
        (adult, {"height_m": math.nan}, "height_m is nan"),
        (child, {"height_m": 1.9}, "height_m is 1.9, outside 0.7 to 1.6"),
        (adult, {"spread_db": -1.0}, "spread_db is -1.0, outside 0 to 10"),
        (adult, {"rcs_dbsm": math.nan}, "rcs_dbsm is nan"),
        (adult, {"near_side": "kerb"}, "near_side is 'kerb', not one of right, left"),
        (adult, {"name": "Wang", "speed_mps": True}, "Wang: speed_mps is True"),
        (adult, {"x_m": "here"}, "x_m is 'here', not a finite number"),
        (cyclist, {"aspect": "both"}, "aspect is 'both', not one of belgiovane, wengerter"),
        (cyclist, {"gear": 0.0}, "gear is 0.0, outside 0.5 to 8"),
        (cyclist, {"spokes": 18.5}, "spokes is 18.5, not a whole number from 3 to 60"),
        (cyclist, {"scale": 3.0}, "scale is 3.0, outside 0.4 to 1.2"),
        (e_bike, {"speed_mps": 13.0}, "e_bike: speed_mps is 13.0, outside 0 to 12.5"),
        (e_bike, {"plus_db": math.inf}, "plus_db is inf"),
        (wheelchair, {"speed_mps": 2.5}, "wheelchair: speed_mps is 2.5, outside 0 to 2"),
        (wheelchair, {"speed_mps": 4.5, "powered": True}, "outside 0 to 4.2"),
    ],
)
def test_what_no_figure_is_like_is_refused(figure: Figure, told: dict[str, Any], words: str) -> None:
    assert words in refused(figure, told)


def test_the_limits_themselves_are_allowed() -> None:
    assert adult(0, 0, 0, 2.57, 0.0).name == "adult"
    assert child(0, 0, 0, 1.69, 0.0, height_m=1.15).name == "child"
    assert wheelchair(0, 0, 0, 2.0, 0.0).name == "wheelchair"
    assert cyclist(0, 0, 0, 17.0, 0.0).name == "cyclist"
