"""Who stands sways as people do: millimetres, slowly, the same for a seed, mirrored for the other side."""

import numpy as np
import pytest

from hil.figures import By
from hil.path import Spot
from hil.road_user import of_kind
from hil.sway import sway_of

PERSON = of_kind("pedestrian", Spot(0.0, 0.0, 0.0), ())


@pytest.mark.parametrize("seed", range(1, 6))
def test_a_person_sways_by_one_to_five_millimetres_and_slower_than_two_centimetres_a_second(
    seed: int,
) -> None:
    sway = sway_of(PERSON, 0, By("", seed, "right"))
    assert sway is not None
    offsets, speeds = (np.array(part) for part in zip(*(sway.at(0.05 * n) for n in range(2400)), strict=True))
    rms_mm = 1e3 * np.hypot(*offsets.std(axis=0))
    assert 1.0 < rms_mm < 6.0
    assert np.abs(speeds).max() < 0.02
    assert np.gradient(offsets[:, 0], 0.05) == pytest.approx(speeds[:, 0], abs=2e-3)


def test_the_other_side_is_the_mirror() -> None:
    right, left = (sway_of(PERSON, 0, By("", 3, side)) for side in ("right", "left"))
    assert right is not None
    assert left is not None
    (ahead, aside), _ = right.at(1.3)
    assert left.at(1.3)[0] == (ahead, -aside)


def test_vehicles_do_not() -> None:
    assert sway_of(of_kind("car", Spot(0.0, 0.0, 0.0), ()), 0, By("", 1, "right")) is None
