"""The compiled stages give what the others give."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from edge_controller.config import Radar, load_fit, shipped_fit
from edge_controller.detection.cfar import cfar, noise_level
from edge_controller.detection.direction import find_directions
from edge_controller.detection.fast import peaks as fast_peaks
from edge_controller.detection.fast import refine as fast_refine
from edge_controller.detection.peaks import find_peaks
from edge_controller.detection.refine import Places, refine
from edge_controller.detection.spectrum import spectrum, summed_power
from tests.edge_controller.detection.points import Point, frame_of

FITS = {name: load_fit(shipped_fit(name)) for name in ("demo", "tipper")}


def street(radar: Radar) -> list[Point]:
    """A wall of still things, strong and weak, leakage, and movers at the edges of the map."""
    draw = np.random.default_rng(3)
    reach_m = 299_792_458.0 * radar.profile.rate_hz / (2 * radar.profile.slope_hz_per_s)
    still = [
        Point(float(r), 0.0, float(a), float(s))
        for r, a, s in zip(
            draw.uniform(0.02, 0.9 * reach_m, 60),
            draw.uniform(-60, 60, 60),
            10 ** draw.uniform(0.3, 2.3, 60),
            strict=True,
        )
    ]
    moving = [Point(0.1 * reach_m * n, v, 7.0 * n, 20.0) for n, v in ((1, -7.0), (4, 3.0), (8, 8.7))]
    return [*still, *moving, Point(0.05, 0.0, 50.0, 40.0), Point(0.03 * reach_m, 5.0, -40.0, 90.0)]


@pytest.mark.parametrize(("fit", "name"), [("demo", "corner"), ("tipper", "corner"), ("tipper", "front")])
@pytest.mark.parametrize("crowded", [False, True])
def test_compiled_peaks_are_the_same_peaks(fit: str, name: str, crowded: bool) -> None:
    radar = FITS[fit].radar(name)
    frame = frame_of(radar, street(radar) if crowded else [])
    cube = spectrum(frame, radar)
    power = summed_power(cube)
    rule = cfar(*power.shape, cube.shape[0])
    noise = noise_level(power, rule)
    theirs, ours = (
        find(cube, power, noise, rule, radar, gap_floor=1e-9) for find in (find_peaks, fast_peaks.find_peaks)
    )
    assert len(theirs.doppler) > 40 if crowded else len(theirs.doppler) == 0
    assert np.array_equal(ours.doppler, theirs.doppler)
    assert np.array_equal(ours.range, theirs.range)
    assert np.array_equal(ours.sine, theirs.sine)
    assert np.array_equal(np.array(ours.occupied), np.array(theirs.occupied))
    for one, other in (
        (ours.doppler_bin, theirs.doppler_bin),
        (ours.range_bin, theirs.range_bin),
        (ours.excess, theirs.excess),
    ):
        assert np.allclose(one, other, rtol=1e-3, atol=1e-4)
    found = find_directions(cube, power, noise, theirs, radar, factor=rule.factor)
    theirs = theirs.only(found.peak)
    places, compiled = (how(cube, power, theirs, found, radar) for how in (refine, fast_refine.refine))
    assert np.allclose(places.doppler_hz * radar.dwell_s, compiled.doppler_hz * radar.dwell_s, atol=1e-3)
    assert np.allclose(places.range_bin, compiled.range_bin, atol=1e-3)


@pytest.mark.parametrize("how", [refine, fast_refine.refine])
@pytest.mark.parametrize("rate_mps", [0.0, 9.0])
def test_a_start_half_a_bin_off_is_put_right(how: Callable[..., Places], rate_mps: float) -> None:
    radar = FITS["tipper"].radar("front")
    frame = frame_of(radar, [Point(4.0, rate_mps, 20.0, 1.0)])
    cube = spectrum(frame, radar)
    power = summed_power(cube)
    rule = cfar(*power.shape, cube.shape[0])
    noise = noise_level(power, rule)
    peaks = find_peaks(cube, power, noise, rule, radar, gap_floor=0.0)
    found = find_directions(cube, power, noise, peaks, radar, factor=rule.factor)
    peaks = peaks.only(found.peak)
    right = how(cube, power, peaks, found, radar)
    for off in (-0.45, 0.45):
        astray = replace(peaks, doppler_bin=peaks.doppler_bin + off, range_bin=peaks.range_bin - off)
        shifted = replace(found, doppler_hz=found.doppler_hz + off / radar.dwell_s)
        places = how(cube, power, astray, shifted, radar)
        assert np.allclose(places.doppler_hz * radar.dwell_s, right.doppler_hz * radar.dwell_s, atol=0.01)
        assert np.allclose(places.range_bin, right.range_bin, atol=0.01)
