"""What is left out before synthesis would not have been heard."""

from dataclasses import replace

import numpy as np

from radar_sim.paths import Paths
from radar_sim.synthesis import audible
from tests.radar_sim.synthesis.scenes import TURNING, Bench, bench, directions, ends, radar, spread_points


def _louder(one: Bench, factors: np.ndarray) -> Bench:
    paths = replace(one.paths, sent=(one.paths.sent * factors).astype(np.float32))
    return replace(one, paths=paths)


def _left(one: Bench) -> Paths:
    return audible(one.paths, one.antennas, one.profile)


def test_what_is_left_out_lies_100_db_below_the_noise_of_the_whole_frame() -> None:
    """Strengths over 20 decades: what all left out give is nothing to the sharpest filter."""
    rng = np.random.default_rng(3)
    count = 400
    one = bench(ends(spread_points(rng, count), 8 * directions(rng, count)), radar(), truck=TURNING, seed=3)
    one = _louder(one, 10 ** rng.uniform(-16, 4, count))
    left = _left(one)
    assert 20 < len(left.cycles) < 380
    difference = one.exact() - replace(one, paths=left).exact()
    assert np.any(difference)
    noise_energy = 2 * 10.0**2  # of any filter of unit energy: 10 LSB in I and in Q
    assert np.sum(np.abs(difference) ** 2) < 1e-10 * noise_energy


def test_what_can_be_heard_stays() -> None:
    """20 dB under the noise of a whole frame: 10 LSB r.m.s. over sqrt(128 * 4 * 256), and a tenth of that."""
    rng = np.random.default_rng(4)
    one = bench(ends(spread_points(rng, 50), 8 * directions(rng, 50)), radar(), seed=4)
    faint = _louder(one, np.full(50, 0.1 * 10 * np.sqrt(2) / np.sqrt(128 * 4 * 256)))
    assert len(_left(faint).cycles) == 50


def test_all_or_nothing_and_ghosts_keep_their_ends_together() -> None:
    rng = np.random.default_rng(5)
    out, back = ends(spread_points(rng, 3)), ends(spread_points(rng, 3))
    ghosts = bench(out, radar(), back=back)
    assert _left(ghosts) is ghosts.paths
    left = _left(_louder(ghosts, np.array([1.0, 0.0, 1.0])))
    assert np.array_equal(left.out.position_m, out.position_m[[0, 2]])
    assert np.array_equal(left.back.position_m, back.position_m[[0, 2]])
    assert not len(_left(_louder(ghosts, np.zeros(3))).cycles)
