"""Places of the street compared between two radars."""

import numpy as np

from edge_controller.own_motion.places import Places

ENOUGH = 5


def driven(lack_db: dict[str, float], sightings: int = ENOUGH) -> list[float]:
    """Fifteen places of 4 m on the right: `ahead` sees them before the truck, `beside` behind its front."""
    places = Places(("ahead", "beside"))
    found: list[float] = []
    for second in range(60):
        places.drive(float(second), 1.0)
        for radar, x_m in (("ahead", 12.0), ("beside", -2.0)):
            along_m = np.full(sightings, places.way_m + x_m)
            if 0 <= along_m[0] < 60:
                street_db = 5.0 * (along_m // 4 % 2)  # every other place returns less
                places.add(radar, along_m, np.full(sightings, -5.0), street_db + lack_db[radar])
        found += places.compared("ahead", "beside")
    return found


def test_what_both_lack_is_the_streets_and_each_place_counts_once() -> None:
    found = driven({"ahead": 4.0, "beside": 1.0})
    assert 11 <= len(found) <= 15
    assert np.allclose(found, 3.0)


def test_a_place_that_one_radar_did_not_see_says_nothing() -> None:
    places = Places(("ahead", "beside"))
    places.drive(0.0, 10.0)
    places.add("ahead", np.full(9, 3.0), np.full(9, -5.0), np.full(9, 6.0))
    places.add("beside", np.full(9, 3.0), np.full(9, 5.0), np.full(9, 0.0))  # across the street
    for second in range(1, 5):
        places.drive(float(second), 10.0)
        assert places.compared("ahead", "beside") == []
