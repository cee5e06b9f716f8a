"""Who rides along in the cells of the own flank is found, whatever stays beside it, and nobody else is."""

from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from scipy import stats

from edge_controller.config import Radar, load_fit, shipped_fit
from edge_controller.detection import Detector, beside
from edge_controller.detection.flank import Flank
from edge_controller.detection.stages import REPRODUCIBLE, Fast
from edge_controller.messages import Detection, RadarFrame, Side
from tests.edge_controller.detection.points import Point, signal, with_noise

FLANK_DEG = -40.0  # straight back along the flank, for the demo's corner radar
# Not evenly spaced: that would be a train of pulses in time, and taken for interference.
RIVETS_M = np.arange(2.0, 10.0, 0.61) + np.random.default_rng(7).uniform(-0.1, 0.1, 14)
RIDER = Point(7.4, 0.05, -22.0, 12.0)  # 22 dB below the rivets, in their cells
SHAKE_M = 0.0003  # of the body against the cab, from frame to frame: a sixth of a turn of the phase


def corner(side: Side | None = None) -> Radar:
    radar = load_fit(shipped_fit("demo"), side).radar("corner")
    return replace(radar, profile=replace(radar.profile, loops=32))


def mirrored(points: list[Point]) -> list[Point]:
    return [replace(point, azimuth_deg=-point.azimuth_deg) for point in points]


def rivets(amplitude: float = 150.0) -> list[Point]:
    return [Point(float(range_m), 0.0, FLANK_DEG, amplitude) for range_m in RIVETS_M]


@dataclass
class Drive:
    """A radar on a truck whose flank it sees, 20 frames a second."""

    radar: Radar
    fast: Fast = False
    speed_mps: float | None = 3.0
    somebody: bool = True
    own: list[Point] = field(default_factory=rivets)
    seed: int = 0
    lost_packets: int = 0
    detector: Detector = field(init=False)

    def __post_init__(self) -> None:
        self.detector = Detector(self.radar, fast=self.fast)
        self._rng = np.random.default_rng(self.seed)
        self._still = signal(self.radar, self.own)

    def frame(self, others: list[Point]) -> tuple[Detection, ...]:
        """One frame: the flank shakes as one, the others sway by millimetres."""
        turned = np.exp(4j * np.pi / self.radar.profile.wavelength_m * self._rng.normal(0, SHAKE_M))
        swayed = [replace(one, range_m=one.range_m + self._rng.normal(0, 0.002)) for one in others]
        clean = turned * self._still + (signal(self.radar, swayed) if swayed else 0.0)
        self.seed += 1
        self.detector.flank.note(self.speed_mps, somebody=self.somebody)
        samples = with_noise(clean, self.seed)
        return self.detector.detect(RadarFrame(self.radar.name, 0, 0.0, samples, self.lost_packets))

    def beside(self, others: list[Point]) -> list[Detection]:
        """What one frame finds past the own flank."""
        return [one for one in self.frame(others) if one.past_own]

    def learn(self, frames: int = 30) -> "Drive":
        for _ in range(frames):
            self.frame([])
        return self


def is_at(one: Detection, point: Point) -> bool:
    return (
        abs(one.range_m - point.range_m) < 0.15
        and abs(one.range_rate_mps - point.range_rate_mps) < 0.15
        and abs(np.degrees(one.azimuth_rad) - point.azimuth_deg) < 4
    )


def test_who_rides_level_with_us_in_the_flank_s_cells_is_found_for_as_long_as_he_does() -> None:
    """Plainly he is not; past the flank he is, in nine frames of ten, and after ten seconds still."""
    drive = Drive(corner()).learn(90)
    frames = [drive.frame([RIDER]) for _ in range(200)]
    plain = [any(is_at(one, RIDER) for one in found if not one.past_own) for found in frames]
    past = [any(is_at(one, RIDER) for one in found if one.past_own) for found in frames]
    assert sum(plain) <= 0.2 * len(frames)
    assert sum(past) >= 0.9 * len(frames)
    assert sum(past[-40:]) >= 0.9 * 40


@pytest.mark.parametrize(
    ("speed_mps", "somebody"), [(None, True), (0.0, True), (0.4, True), (3.0, False)], ids=str
)
def test_nobody_is_looked_for_at_rest_or_while_nobody_is_known(
    speed_mps: float | None, somebody: bool
) -> None:
    drive = Drive(corner()).learn()
    assert any(is_at(one, RIDER) for one in drive.beside([RIDER]))
    drive.speed_mps, drive.somebody = speed_mps, somebody
    assert not drive.beside([RIDER])


def test_a_frame_with_holes_is_not_looked_into() -> None:
    drive = Drive(corner()).learn()
    assert drive.beside([RIDER])
    drive.lost_packets = 1
    assert not drive.beside([RIDER])
    drive.lost_packets = 0
    assert drive.beside([RIDER])


def test_what_is_found_plainly_stays_as_it_is() -> None:
    with_flank, without = Drive(corner()).learn(), Drive(corner(), somebody=False).learn()
    others = [RIDER, Point(5.0, -1.5, 10.0, 40.0)]
    plain = without.frame(others)
    assert with_flank.frame(others)[: len(plain)] == plain


def test_the_flank_alone_shows_nobody() -> None:
    drive = Drive(corner()).learn()
    assert sum(len(drive.beside([])) for _ in range(60)) == 0


@pytest.mark.parametrize(
    "other",
    [
        Point(7.0, 4.5, -10.0, 900.0),  # a car beside, 16 dB over the rivets: its lobes reach no Doppler
        Point(7.4, 0.0, 20.0, 400.0),  # abeam, at the rider's range: found plainly, and not told twice
        Point(12.5, 0.3, 30.0, 200.0),  # behind the flank's end
    ],
)
def test_who_is_found_plainly_is_not_found_again(other: Point) -> None:
    drive = Drive(corner()).learn()
    frames = [drive.frame([other]) for _ in range(20)]
    assert all(any(is_at(one, other) for one in found if not one.past_own) for found in frames)
    assert sum(one.past_own for found in frames for one in found) == 0


def test_noise_exceeds_the_threshold_as_rarely_as_the_law_says() -> None:
    """At 1e-2 instead of 1e-6; the level of the noise is a mean of few cells, so a half more at most."""
    radar = corner()
    plan, rng = beside.plan_of(radar), np.random.default_rng(5)
    channels, dopplers, ranges = 8, 32, radar.profile.samples
    set_to = 1e-2
    plan = replace(plan, factor=float(stats.gamma.isf(set_to, channels - 1)))
    own = beside.Own(np.zeros((plan.bins.size, channels, 2), np.complex64), np.zeros(plan.bins.size))
    one = np.exp(1j * rng.uniform(0, 2 * np.pi, (plan.bins.size, channels))) / np.sqrt(channels)
    own.directions[:, :, 0] = one
    over = cells = 0
    for _ in range(40):
        parts = rng.normal(0, 1, (2, channels, dopplers, ranges))
        cube = (parts[0] + 1j * parts[1]).astype(np.complex64)
        power = (np.abs(cube) ** 2).sum(axis=0)
        left = beside._left(cube, power, own, plan)
        over += left.bin.size
        cells += (plan.bins.size - 2) * (beside.DOPPLERS.size - 2)
    assert 0.6 * set_to < over / cells < 1.5 * set_to  # fewer: of neighbours only the higher counts


@pytest.mark.parametrize("compiled", [True, REPRODUCIBLE])
@pytest.mark.parametrize("fit", ["demo", "tipper"])
def test_both_builds_find_the_same(fit: str, compiled: Fast) -> None:
    radar = load_fit(shipped_fit(fit)).radar("corner")
    radar = replace(radar, profile=replace(radar.profile, loops=32))
    base, fast = Drive(radar).learn(), Drive(radar, compiled).learn()
    others = [RIDER, Point(5.2, -0.2, -10.0, 25.0), Point(4.1, 0.3, 15.0, 10.0)]
    count = 0
    for _ in range(10):
        one, other = base.beside(others), fast.beside(others)
        count += len(one)
        assert [row(seen) for seen in other] == [pytest.approx(row(seen), rel=1e-3, abs=1e-3) for seen in one]
        for mine, its in zip(one, other, strict=True):
            np.testing.assert_allclose(its.peak, mine.peak, atol=1e-3 * np.abs(mine.peak).max())
    assert count >= 20


def row(one: Detection) -> list[float]:
    known = one.azimuth_sigma_rad, one.snr_db, one.fold_margin_db
    return [one.range_m, one.range_rate_mps, one.azimuth_rad, *known]


def test_a_mirrored_truck_finds_him_mirrored() -> None:
    right, left = Drive(corner("right")).learn(), Drive(corner("left"), own=mirrored(rivets())).learn()
    for _ in range(5):
        one, other = right.beside([RIDER]), left.beside(mirrored([RIDER]))
        assert one
        assert [row(seen) for seen in other] == [
            pytest.approx([*row(seen)[:2], -seen.azimuth_rad, *row(seen)[3:]], abs=1e-6) for seen in one
        ]


def test_he_is_placed_as_well_as_his_echo_allows() -> None:
    """Nine errors in ten within three times the deviation told."""
    drive = Drive(corner()).learn()
    off = []
    for _ in range(60):
        him = [one for one in drive.beside([RIDER]) if is_at(one, RIDER)]
        off += [(np.degrees(one.azimuth_rad) - RIDER.azimuth_deg, one.azimuth_sigma_rad) for one in him[:1]]
    sigmas = np.array([error / np.degrees(sigma) for error, sigma in off])
    assert len(sigmas) >= 50
    assert np.mean(np.abs(sigmas) < 3) >= 0.9


def test_a_rest_of_the_flank_in_the_wrong_channel_is_nobody() -> None:
    """Vectors that no wave from anywhere explains: a receiver that drifts, not a rider."""
    radar = corner()
    plan, rng = beside.plan_of(radar), np.random.default_rng(2)
    own = beside.Own(np.zeros((plan.bins.size, 8, 2), np.complex64), np.zeros(plan.bins.size))
    cube = (rng.normal(0, 1, (8, 32, 256)) + 1j * rng.normal(0, 1, (8, 32, 256))).astype(np.complex64)
    cube[2, 0, 40] += 100  # one channel alone
    power = (np.abs(cube) ** 2).sum(axis=0)
    rows, _, _ = beside.beside_own(cube, power, own, np.zeros((0, 7)), radar)
    assert len(rows) == 0


def test_a_radar_without_azimuth_looks_for_nobody() -> None:
    whole = corner()
    radar = replace(whole, array=replace(whole.array, rx_m=whole.array.rx_m[:1], tx_order=(0,)))
    one = Flank(radar)
    one.note(3.0, somebody=True)
    cube = np.ones((1, 32, 256), np.complex64)
    for _ in range(40):
        rows, channels = one.beside(cube, np.ones((32, 256), np.float32), np.zeros((0, 7)))
        assert (rows.shape, channels.shape) == ((0, 7), (0, 1))
