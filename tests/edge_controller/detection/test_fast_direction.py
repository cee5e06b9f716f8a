"""The compiled direction stage gives the answers of the plain one."""

from dataclasses import fields

import numpy as np
import pytest

from edge_controller.config import load_fit, shipped_fit
from edge_controller.detection import direction
from edge_controller.detection.cfar import cfar, noise_level
from edge_controller.detection.fast import direction as compiled
from edge_controller.detection.peaks import find_peaks
from edge_controller.detection.spectrum import spectrum, summed_power
from tests.edge_controller.detection.points import Point, frame_of


@pytest.mark.parametrize(("fit", "name"), [("demo", "corner"), ("tipper", "corner"), ("tipper", "front")])
def test_both_give_the_same_directions(fit: str, name: str) -> None:
    radar = load_fit(shipped_fit(fit)).radar(name)
    draw = np.random.default_rng(4)
    # Alone, folded and not; two in one cell; three side by side; one so near that its patch wraps around.
    points = [
        Point(range_m, draw.uniform(-25, 25), draw.uniform(-60, 60), draw.uniform(1, 30))
        for range_m in np.linspace(2.0, 8.0, 12)
    ]
    points += [Point(9.5, 0.0, -10.0, 20.0), Point(9.502, 0.0, 8.0, 20.0)]
    points += [Point(11.0, 2.0, azimuth, 40.0) for azimuth in (-40.0, -5.0, 30.0)]
    points += [Point(0.16, 6.0, 10.0, 30.0)]
    # Out by one way and back by the other, alone and with somebody half a bin behind.
    for range_m, out, back in ((12.5, -40.0, 15.0), (13.4, 5.0, 38.0), (14.3, -20.0, 20.0)):
        points += [
            Point(range_m, 1.0, out, 30.0, back_deg=back),
            Point(range_m, 1.0, back, 30.0, back_deg=out),
        ]
    points += [Point(14.33, 1.1, -50.0, 15.0)]
    frame = frame_of(radar, points)
    cube = spectrum(frame, radar)
    power = summed_power(cube)
    rule = cfar(*power.shape, len(cube), radar.profile.cfar)
    noise = noise_level(power, rule)
    peaks = find_peaks(cube, power, noise, rule, radar, gap_floor=0.0)
    plain = direction.find_directions(cube, power, noise, peaks, radar, factor=rule.factor)
    fast = compiled.find_directions(cube, power, noise, peaks, radar, factor=rule.factor)
    assert plain.peak.size >= 15
    assert plain.share.min() < 1.0  # somebody is split
    assert 1 <= np.count_nonzero(plain.indirect) < plain.peak.size - 10
    for field in fields(direction.Directions):
        ours, theirs = getattr(plain, field.name), getattr(fast, field.name)
        if ours is None:
            assert theirs is None
        else:
            np.testing.assert_allclose(theirs, ours, rtol=1e-4, atol=1e-4 * np.abs(ours).max())
