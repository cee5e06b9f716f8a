"""The compiled search for a second tone gives what the other gives."""

import numpy as np
import pytest

from edge_controller.config import Radar, load_fit, shipped_fit
from edge_controller.detection.fast import separate as fast
from edge_controller.detection.fast import tone as fast_tone
from edge_controller.detection.separate import clear, separate
from edge_controller.detection.tone import is_odd
from tests.edge_controller.detection.maps_of import Maps, seen
from tests.edge_controller.detection.points import frame_of
from tests.edge_controller.detection.test_fast_peaks import street
from tests.edge_controller.detection.test_separate import KINDS, pair

FITS = {name: load_fit(shipped_fit(name)) for name in ("demo", "tipper")}


def assert_same(maps: Maps, radar: Radar) -> int:
    """How many peaks there are more."""
    cube, noise, peaks = maps
    odd = is_odd(cube, noise, peaks, radar)
    assert np.array_equal(fast_tone.is_odd(cube, noise, peaks, radar), odd)
    cells = list(zip(peaks.doppler.tolist(), peaks.range.tolist(), strict=True))
    # One that was parted before has no peak any more.
    without_peak = next((0, at) for at in range(noise.shape[1]) if (0, at) not in cells)
    cells.insert(len(cells) // 2, without_peak)
    for most in (0, 6, len(cells)):
        one, other = (how(peaks, cells, noise.shape[0], most) for how in (clear, fast.clear))
        assert [(a.cell, a.cells_after, a.members, a.doppler_bin) for a in one] == [
            (b.cell, b.cells_after, b.members, b.doppler_bin) for b in other
        ]
        assert all(np.array_equal(a.places, b.places) for a, b in zip(one, other, strict=True))
    base, compiled = (how(cube, noise, peaks, radar) for how in (separate, fast.separate))
    assert np.array_equal(base.doppler, compiled.doppler)
    assert np.array_equal(base.range, compiled.range)
    np.testing.assert_allclose(compiled.doppler_bin, base.doppler_bin, atol=1e-5)
    np.testing.assert_allclose(compiled.range_bin, base.range_bin, atol=1e-5)
    np.testing.assert_allclose(compiled.excess, base.excess, rtol=1e-4)
    np.testing.assert_allclose(compiled.channels, base.channels, rtol=1e-3, atol=1e-2)
    return base.doppler.size - peaks.doppler.size


@pytest.mark.parametrize("kind", KINDS)
def test_both_part_the_same_pairs(kind: str) -> None:
    radar, draw = FITS["tipper"].radar("corner"), np.random.default_rng(31)
    frames = [frame_of(radar, pair(kind, radar, draw), seed) for seed in range(6)]
    assert sum(assert_same(seen(frame, radar), radar) for frame in frames) >= 2


@pytest.mark.parametrize(("fit", "name"), [("demo", "corner"), ("tipper", "front")])
def test_both_do_the_same_in_a_street(fit: str, name: str) -> None:
    radar = FITS[fit].radar(name)
    assert_same(seen(frame_of(radar, street(radar)), radar), radar)
    assert assert_same(seen(frame_of(radar, []), radar), radar) == 0
