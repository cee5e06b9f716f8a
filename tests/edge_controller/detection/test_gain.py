"""A gain that jumps is told in half a second (four looks in a second); limit: project limit D5, 1 s."""

import numpy as np
import pytest

from edge_controller.detection.gain import Gain

NOISE_STRAYS_DB, LEAKAGE_STRAYS_DB = 0.12, 0.35  # of one look, as simulated


def looks(noise_db: list[float], leakage_db: list[float], seed: int = 3) -> list[bool]:
    """For each look whether the gain was told to have jumped."""
    rng, gain, told = np.random.default_rng(seed), Gain(), []
    for noise, leakage in zip(noise_db, leakage_db, strict=True):
        said = noise + NOISE_STRAYS_DB * rng.standard_normal()
        gain.update(said, 10 ** ((leakage + LEAKAGE_STRAYS_DB * rng.standard_normal()) / 10))
        told.append(bool(gain.faults))
    return told


@pytest.mark.parametrize(("noise_db", "leakage_db"), [(1.08, 1.7), (-1.3, -2.0)])
def test_the_ends_of_the_range_of_temperature_at_once(noise_db: float, leakage_db: float) -> None:
    """57 kelvins down or 68 up by the drift of the simulated radar."""
    told = looks([40.0] * 12 + [40.0 + noise_db] * 12, [60.0] * 12 + [60.0 + leakage_db] * 12)
    assert not any(told[:12])
    assert any(told[12:16])


def test_an_hour_of_nothing_and_an_hour_of_warming_up() -> None:
    """30 kelvins in ten minutes take 0.9 dB of the gain."""
    warm = [40.0 - 0.9 * min(n / 2400, 1.0) for n in range(14_400)]
    assert not any(looks([40.0] * 14_400, [60.0] * 14_400))
    assert not any(looks(warm, [one + 20 for one in warm]))


@pytest.mark.parametrize(("noise_db", "leakage_db"), [(0.0, 12.0), (6.0, 0.0), (3.0, -3.0)])
def test_somebody_before_the_radar_and_other_radars_are_no_gain(noise_db: float, leakage_db: float) -> None:
    assert not any(looks([40.0] * 12 + [40.0 + noise_db] * 40, [60.0] * 12 + [60.0 + leakage_db] * 40))
