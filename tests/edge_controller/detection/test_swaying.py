"""Who stands beside the flank while we stand sways under its steady echo, and is found by that alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from edge_controller.config import Array, Radar, load_fit, shipped_fit
from edge_controller.detection import Detector
from edge_controller.detection.spectrum import spectrum
from edge_controller.detection.stages import REPRODUCIBLE, Fast
from edge_controller.detection.swaying import Swaying
from edge_controller.messages import Detection, RadarFrame, Side
from tests.edge_controller.detection.points import NOISE, Point, signal, with_noise

FLANK_DEG = -40.0  # straight back along the flank, for the demo's corner radar
RIVETS_M = np.arange(1.2, 9.0, 0.41) + np.random.default_rng(7).uniform(-0.1, 0.1, 20)
COUNTS = 10.0  # so little is lost by rounding what is without noise
Cube = NDArray[np.complex128]
SOMEBODY = Point(3.35, 0.0, -31.0, 40.0)  # half a metre off the flank, 20 dB below the rivets
SWAY_M = 0.002  # root mean square along the line of sight, slower than once a second
FIRST = 18  # frame that tells of him: 0.4 s in which a truck still rocks, then half a second of looks
FLOOR_M = 0.25  # of the place across: half of a body's width
ACROSS_M = 0.4  # that it may be off by: less than two of those
FULL = 28  # frame from which on a whole second of looks is kept
SEEDS = [1, 2, 3]
OF_NOISE = 7.0  # channels' noise is left in a cell: of eight, less the steady one's proportions
ENGINE_M = 0.00002  # by which a cab and the body behind it shake against each other while it idles


def corner(side: Side | None = None) -> Radar:
    radar = load_fit(shipped_fit("demo"), side).radar("corner")
    return replace(radar, profile=replace(radar.profile, loops=32))


def rivets(amplitude: float = 400.0, azimuth_deg: float = FLANK_DEG) -> list[Point]:
    return [Point(float(range_m), 0.0, azimuth_deg, amplitude) for range_m in RIVETS_M]


@dataclass
class Stand:
    """A radar on a truck that stands: each part of it turns as it shakes, who sways by his sway."""

    radar: Radar
    shakes_m: float = 0.00002
    own: Sequence[Sequence[Point]] = field(default_factory=lambda: [rivets()])
    seed: int = 0
    rests: bool = True
    noise: float = 1.0
    swaying: Swaying = field(init=False)

    def __post_init__(self) -> None:
        self.swaying = Swaying(self.radar)
        self._rng = np.random.default_rng(self.seed)
        self._own = [cube_of(self.radar, part) for part in self.own]
        self._phases = self._rng.uniform(0, 2 * np.pi, 3)
        self._frames, self._paused_s = 0, 0.0

    def pause(self, lasts_s: float) -> None:
        """No looks for so long."""
        self._paused_s += lasts_s

    def frames(
        self, count: int, somebody: Sequence[Point] = (), posts: Sequence[Point] = ()
    ) -> list[list[Detection]]:
        """What each of so many frames, 20 a second, finds by its sway."""
        him, post = cube_of(self.radar, somebody), cube_of(self.radar, posts)
        return [self._frame(him, post) for _ in range(count)]

    def _frame(self, him: Cube, post: Cube) -> list[Detection]:
        wave_per_m = per_m(self.radar)
        shakes = self._shakes_m() * wave_per_m
        cube = post + np.exp(1j * wave_per_m * self._sway_m()) * him
        for shake, part in zip(shakes, self._own, strict=True):
            cube = cube + np.exp(1j * shake) * part
        scale = self.noise * NOISE * noise_gain(self.radar)
        cube = cube + scale * (self._rng.normal(size=cube.shape) + 1j * self._rng.normal(size=cube.shape))
        self._frames += 1
        self.swaying.note(rests=self.rests)
        power = (np.abs(cube) ** 2).sum(axis=0).astype(np.float32)
        rows, channels = self.swaying.found(
            cube.astype(np.complex64), power, self._paused_s + 0.05 * self._frames
        )
        assert rows.shape == (len(channels), 7)
        return [
            Detection(self.radar.name, 0.0, *row[:6], None, peak)
            for row, peak in zip(rows.tolist(), channels, strict=True)
        ]

    def under(self, others: Iterable[Cube], somebody: Sequence[Point] = ()) -> list[list[Detection]]:
        """What each frame finds with something else there, another in each."""
        him = cube_of(self.radar, somebody)
        return [self._frame(him, other) for other in others]

    def passing(self, looks: int, point: Point) -> list[list[Detection]]:
        """Somebody has no Doppler for so many looks, as he comes past abeam."""
        him, nobody = cube_of(self.radar, [point]), np.zeros((1, 1, 1), complex)
        return [self._frame(him if n < looks else nobody, nobody) for n in range(30)]

    def _shakes_m(self) -> NDArray[np.float64]:
        """Of each part of the truck."""
        return self._rng.normal(0, self.shakes_m, len(self._own))

    def _sway_m(self) -> float:
        """Of whoever stands there: three slow sines."""
        slow = np.sin(2 * np.pi * np.array([0.15, 0.3, 0.6]) * self._frames * 0.05 + self._phases)
        return float(SWAY_M * np.sqrt(2 / 3) * slow.sum())


class Evenly(Stand):
    """He sways to and fro by half a wavelength, once a second: nothing of him is steady, and all is left."""

    def _sway_m(self) -> float:
        step = self._frames % 20
        return self.radar.profile.wavelength_m / 2 * (min(step, 19 - step) + 0.5) / 10


class Idling(Evenly):
    """Its two parts go together and apart, ten times a second as an engine turns: by no more and no less."""

    def _shakes_m(self) -> NDArray[np.float64]:
        return np.array([1.0, -1.0]) * (self.shakes_m if self._frames % 2 else -self.shakes_m)


def per_m(radar: Radar) -> float:
    """Radians that a metre along the line of sight turns a phase."""
    return 4 * np.pi / radar.profile.wavelength_m


def cube_of(radar: Radar, points: Sequence[Point]) -> Cube:
    """(channel, Doppler, range) of points that stand, without noise."""
    if not points:
        return np.zeros((1, 1, 1), complex)
    samples = signal(radar, list(points)) * COUNTS
    whole = np.stack([samples.real, samples.imag], axis=-1).astype(np.int16)
    return spectrum(RadarFrame(radar.name, 0, 0.0, whole), radar).astype(complex) / COUNTS


@lru_cache(maxsize=2)
def noise_gain(radar: Radar) -> float:
    """Of the spectrum, for one part of a sample's noise."""
    shape = (radar.profile.loops * len(radar.array.tx_order), len(radar.array.rx_m), radar.profile.samples, 2)
    samples = np.random.default_rng(0).normal(0, 1000.0, shape).astype(np.int16)
    return float(spectrum(RadarFrame(radar.name, 0, 0.0, samples), radar).real.std()) / 1000.0


def noise_of(radar: Radar) -> float:
    """Power of one channel's, in one cell."""
    return 2 * (NOISE * noise_gain(radar)) ** 2


def over_noise(radar: Radar, power: float, range_m: float, azimuth_deg: float) -> Point:
    """Whose echo has, in the middle of its bin and over its channels, so many times a channel's noise."""
    one = Point(range_m, 0.0, azimuth_deg, 100.0)
    has = (np.abs(cube_of(radar, [one])[:, 0]) ** 2).sum(axis=0).max() / noise_of(radar)
    return replace(one, amplitude=float(100.0 * np.sqrt(power / has)))


def middle_m(radar: Radar, range_bin: int = 20) -> float:
    return range_bin * radar.profile.range_bin_m


def faint_at(radar: Radar, range_m: float, power: float) -> list[Point]:
    """A flank that is bright but for a metre to either side, where it has so many times a channel's noise."""
    bright = [one for one in rivets() if abs(one.range_m - range_m) > 1.0]
    return [*bright, over_noise(radar, power, range_m, FLANK_DEG)]


def share(found: list[list[Detection]], point: Point) -> float:
    """Of the frames, that show him, and nobody else anywhere."""
    assert all(is_at(one, point) for one_frame in found for one in one_frame)
    return sum(map(bool, found)) / len(found)


def is_at(one: Detection, point: Point) -> bool:
    across_m = point.range_m * abs(one.azimuth_rad - np.radians(point.azimuth_deg))
    return abs(one.range_m - point.range_m) < 0.15 and across_m < ACROSS_M


def test_who_sways_half_a_metre_beside_the_flank_is_found_within_a_second() -> None:
    """In nine frames of ten, where he is, at rest, and nothing else is."""
    found = Stand(corner()).frames(100, [SOMEBODY])
    assert not any(found[: FIRST - 1])
    later = found[FIRST:]
    assert sum(any(is_at(one, SOMEBODY) for one in one_frame) for one_frame in later) >= 0.9 * len(later)
    for one in (one for one_frame in later for one in one_frame):
        assert is_at(one, SOMEBODY)
        assert one.range_rate_mps == 0
        assert one.azimuth_sigma_rad >= FLOOR_M / one.range_m
        assert not one.past_own


@settings(max_examples=12, deadline=None)
@given(
    range_m=st.floats(1.5, 7.0),
    aside_deg=st.floats(8.0, 40.0),
    amplitude=st.floats(8.0, 150.0),
    seed=st.integers(0, 10_000),
)
def test_wherever_he_stands_beside_the_flank(
    range_m: float, aside_deg: float, amplitude: float, seed: int
) -> None:
    him = Point(range_m, 0.0, FLANK_DEG + aside_deg, amplitude)
    found = Stand(corner(), seed=seed).frames(58, [him])[-40:]
    assert sum(any(is_at(one, him) for one in one_frame) for one_frame in found) >= 24


@pytest.mark.parametrize("shakes_m", [0.0, 0.00002, 0.0003])
def test_a_flank_that_shakes_as_one_is_nobody_and_hides_nobody(shakes_m: float) -> None:
    """Its proportions stay: what of it shakes is not looked at."""
    stand = Stand(corner(), shakes_m=shakes_m)
    assert not any(stand.frames(80))
    found = stand.frames(40, [SOMEBODY])[20:]
    assert sum(any(is_at(one, SOMEBODY) for one in one_frame) for one_frame in found) >= 16


def test_parts_of_the_truck_that_shake_against_each_other_are_nobody() -> None:
    """A tipper's body on its frame, as an engine idles: all of it does alike."""
    parts = [rivets(), rivets(300.0, FLANK_DEG + 12.0)]
    assert not any(Stand(corner(), shakes_m=0.0001, own=parts).frames(100))


@pytest.mark.parametrize("shakes_m", [0.0, 0.00002, 0.0001])
@pytest.mark.parametrize("aside_deg", [9.0, 20.0, 50.0])
def test_a_post_there_is_nobody_though_the_flank_shakes_against_it(shakes_m: float, aside_deg: float) -> None:
    """By a tenth of a millimetre, as a cab on its springs does while the engine idles."""
    post = replace(SOMEBODY, azimuth_deg=FLANK_DEG + aside_deg)
    assert not any(Stand(corner(), shakes_m=shakes_m).frames(100, posts=[post]))


@pytest.mark.parametrize("looks", [1, 3, 5])
def test_who_goes_past_abeam_leaves_nobody_behind(looks: int) -> None:
    """For a few looks he has no Doppler; a second of what was seen holds them."""
    stand = Stand(corner())
    stand.frames(30)
    assert not any(stand.passing(looks, SOMEBODY))


def test_where_a_truck_settles_as_it_comes_to_rest_nobody_is() -> None:
    """What stands beside it moves against it by millimetres for a third of a second more."""
    stand = Stand(corner())
    stand.rests = False
    stand.frames(3)
    stand.rests = True
    found = stand.frames(7, [SOMEBODY])  # a post then, and steady after it
    assert not any([*found, *stand.frames(40, posts=[SOMEBODY])])


def test_after_a_gap_in_its_looks_all_is_begun_anew() -> None:
    stand = Stand(corner())
    assert any(stand.frames(28, [SOMEBODY]))
    stand.pause(0.3)
    again = stand.frames(FIRST + 2, [SOMEBODY])
    assert not any(again[: FIRST - 3])
    assert any(again[FIRST - 3 :])


def test_noise_that_rises_raises_what_is_asked_for() -> None:
    """He is found under the flank, and not in thirty times the noise."""
    faint = replace(SOMEBODY, amplitude=12.0)
    stand = Stand(corner())
    stand.noise = 30.0
    stand.frames(30)
    assert not any(stand.frames(30, [faint])[20:])
    stand = Stand(corner())
    assert any(stand.frames(60, [faint])[30:])


def test_noise_sways_like_nobody() -> None:
    """Not once in 500 looks at ninety bins."""
    assert not any(Stand(corner()).frames(500))


def test_nothing_is_said_while_the_truck_rolls_and_all_is_begun_anew_after_it() -> None:
    """Posts move against us then; what was seen before tells nothing of what is beside us now."""
    stand = Stand(corner())
    assert any(stand.frames(28, [SOMEBODY]))
    stand.rests = False
    assert not any(stand.frames(3, [SOMEBODY]))
    stand.rests = True
    again = stand.frames(FIRST + 2, [SOMEBODY])
    assert not any(again[: FIRST - 3])
    assert any(again[FIRST - 3 :])


def test_who_stands_closer_than_the_leakage_reaches_is_found() -> None:
    """It is steady, as the flank is."""
    near = Point(0.6, 0.0, -10.0, 60.0)
    leakage = [Point(0.05, 0.0, 0.0, 3000.0)]
    found = Stand(corner(), own=[rivets(), leakage], shakes_m=0.0).frames(60, [near])[20:]
    assert sum(any(abs(one.range_m - near.range_m) < 0.2 for one in one_frame) for one_frame in found) >= 32


def test_the_mirrored_truck_finds_him_mirrored() -> None:
    right, left = (
        Stand(corner("right")),
        Stand(corner("left"), own=[[replace(p, azimuth_deg=-p.azimuth_deg) for p in rivets()]]),
    )
    mirrored = replace(SOMEBODY, azimuth_deg=-SOMEBODY.azimuth_deg)
    one, other = right.frames(28, [SOMEBODY])[-1], left.frames(28, [mirrored])[-1]
    assert [found.azimuth_rad for found in one] == pytest.approx(
        [-found.azimuth_rad for found in other], abs=1e-2
    )
    assert len(one) == 1


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("flank_db", "is_hidden"), [(18.0, False), (22.0, True)])
def test_he_is_hidden_where_the_flank_stands_20_db_over_the_noise(
    flank_db: float, is_hidden: bool, seed: int
) -> None:
    """What is weaker hides nobody: he is found there as all else is, and need not be twice."""
    radar = corner()
    at_m = middle_m(radar)
    him = over_noise(radar, 300.0, at_m, FLANK_DEG + 20.0)
    stand = Evenly(radar, own=[faint_at(radar, at_m, 10 ** (flank_db / 10))], seed=seed)
    assert share(stand.frames(FULL + 12, [him])[FULL:], him) == (1.0 if is_hidden else 0.0)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("left_db", "is_found"), [(14.0, False), (16.5, True)])
def test_of_him_and_the_noise_15_db_are_left_or_it_is_nobody(
    left_db: float, is_found: bool, seed: int
) -> None:
    """Over the noise of a channel. Noise alone leaves 8.5 dB, in seven channels, and now and then 10."""
    radar = corner()
    at_m = middle_m(radar)
    him = over_noise(radar, 10 ** (left_db / 10) - OF_NOISE, at_m, FLANK_DEG + 20.0)
    stand = Evenly(radar, own=[faint_at(radar, at_m, 1000.0)], seed=seed)
    shown = share(stand.frames(FULL + 20, [him])[FULL:], him)
    assert shown >= 0.9 if is_found else shown <= 0.1


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("unlike_db", "is_found"), [(9.5, False), (14.0, True)])
def test_he_sways_12_db_more_than_the_engine_shakes_half_of_the_flank(
    unlike_db: float, is_found: bool, seed: int
) -> None:
    """Two parts turn by +-phi, far below a turn: j phi (a - b) is left of a + b, less their proportions."""
    radar = corner()
    parts = [rivets(), rivets(300.0, FLANK_DEG + 12.0)]
    cab, body = (cube_of(radar, part)[:, 0] for part in parts)
    both, apart = cab + body, cab - body
    level = (np.abs(both) ** 2).sum(axis=0)
    apart = apart - both * (both.conj() * apart).sum(axis=0) / level
    shaken = (ENGINE_M * per_m(radar)) ** 2 * (np.abs(apart) ** 2).sum(axis=0)
    usual = float(np.median((shaken / level)[8:54]))  # where there are rivets
    power = (10 ** (unlike_db / 10) * usual * level[20] - shaken[20]) / noise_of(radar)
    him = over_noise(radar, float(power), middle_m(radar, 20), 0.0)
    stand = Idling(radar, own=parts, shakes_m=ENGINE_M, seed=seed)
    shown = share(stand.frames(FULL + 12, [him])[FULL:], him)
    assert shown >= 0.9 if is_found else shown <= 0.1


def rain(radar: Radar, power: float, seed: int) -> Iterable[Cube]:
    """Drops beside the flank, many from everywhere and others in each look."""
    rng, range_m = np.random.default_rng(seed), middle_m(radar)
    drops = [cube_of(radar, [over_noise(radar, power / 9, range_m, deg)]) for deg in np.linspace(-60, 60, 9)]
    for _ in range(FULL + 12):
        re, im = rng.normal(0, np.sqrt(0.5), (2, 9))
        yield np.tensordot(re + 1j * im, drops, axes=1)


@pytest.mark.parametrize("seed", SEEDS)
def test_rain_beside_the_flank_is_nobody(seed: int) -> None:
    """As strong as a person; it moves, but not as one thing does."""
    radar = corner()
    assert not any(Evenly(radar, seed=seed).under(rain(radar, 1e5, seed)))


@pytest.mark.parametrize("seed", SEEDS)
def test_rain_hides_nobody_who_is_five_times_as_strong(seed: int) -> None:
    """Five sixths of what moves are one thing."""
    radar = corner()
    him = over_noise(radar, 1e5, middle_m(radar), FLANK_DEG + 20.0)
    found = Evenly(radar, seed=seed).under(rain(radar, 2e4, seed), [him])
    assert share(found[FULL:], him) >= 0.9


@pytest.mark.parametrize(("receiver", "seed"), [(0, 1), (1, 2), (2, 3), (3, 4)])
def test_what_one_receiver_alone_hears_has_no_direction_and_is_nobody(receiver: int, seed: int) -> None:
    """A disturbance that drifts against the chirps turns about as he does, whichever transmitter sends."""
    radar = corner()
    one = np.zeros((8, 32, 256), complex)
    phase = np.random.default_rng(seed).uniform(0, 2 * np.pi)
    one[[receiver, receiver + 4], 0, 20] = np.sqrt(5e5 * noise_of(radar)) * np.exp([0.0, 1j * phase])
    stand = Evenly(radar, seed=seed)
    assert not any(stand.under(one * np.exp(0.3j * look) for look in range(FULL + 12)))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("range_bin", "is_found"), [(0, False), (1, False), (2, False), (3, True), (93, True), (94, False)]
)
def test_from_half_a_metre_to_16_m_he_is_found_and_where_a_bin_beside_is_not_looked_at_nobody(
    range_bin: int, is_found: bool, seed: int
) -> None:
    """The first bins, the leakage's, are not kept: who is in them is not told to be a bin further away."""
    radar = corner()
    whole = [Point(float(range_m), 0.0, FLANK_DEG, 400.0) for range_m in np.arange(9.5, 17.0, 0.41)]
    own = [[*rivets(), *whole], [Point(0.05, 0.0, 0.0, 3000.0)]]
    him = over_noise(radar, 1e6, middle_m(radar, range_bin), -15.0)
    stand = Evenly(radar, own=own, shakes_m=0.0, seed=seed)
    assert share(stand.frames(FULL + 4, [him])[FULL:], him) == (1.0 if is_found else 0.0)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_radar_without_azimuth_tells_of_nobody(seed: int) -> None:
    """One column of antennas parts him from a flank above it, not left from right: he would seem ahead."""
    whole = corner()
    step_m = whole.profile.wavelength_m / 2
    column = Array(
        "column", tuple((0.0, n * step_m) for n in range(4)), ((0.0, 0.0), (0.0, 4 * step_m)), (0, 1)
    )
    above = [replace(one, elevation_deg=20.0) for one in rivets()]
    for radar, is_found in ((whole, True), (replace(whole, array=column), False)):
        assert any(Evenly(radar, own=[above], seed=seed).frames(FULL + 4, [SOMEBODY])) == is_found


def test_a_radar_with_range_bins_longer_than_the_truck_is_wide_tells_of_nobody() -> None:
    """Not three of them lie within 16 m, so there is none whose neighbours could be looked at."""
    fine = corner()
    chirp = replace(fine.profile, name="coarse", slope_hz_per_s=fine.profile.slope_hz_per_s / 34)
    assert 5.33 < chirp.range_bin_m < 6.0
    assert not any(Evenly(replace(fine, profile=chirp)).frames(FULL + 4, [SOMEBODY]))


@dataclass
class Detected:
    """The same by the whole of detection, from samples."""

    fast: Fast = False

    def __post_init__(self) -> None:
        self.radar = corner()
        self.detector = Detector(self.radar, fast=self.fast)
        self._still = signal(self.radar, rivets()[4:8])
        self._him = signal(self.radar, [SOMEBODY])
        self._frames = 0

    def frame(self, lost_packets: int = 0) -> list[Detection]:
        self._frames += 1
        samples = with_noise(self._still + np.exp(0.5j * self._frames) * self._him, self._frames)
        self.detector.swaying.note(rests=True)
        found = self.detector.detect(
            RadarFrame(self.radar.name, 0, 0.05 * self._frames, samples, lost_packets)
        )
        return [one for one in found if one.sways]


def test_a_frame_with_lost_packets_tells_of_nobody() -> None:
    """What is put in their place is no flank."""
    detected = Detected()
    found = [detected.frame() for _ in range(FIRST)]
    assert [is_at(one, SOMEBODY) for one in found[-1]] == [True]
    assert not any(found[:-1])
    assert not detected.frame(lost_packets=1)
    assert detected.frame()


def test_compiled_or_not_he_is_the_same() -> None:
    plain, compiled = Detected(), Detected(REPRODUCIBLE)
    found = [(plain.frame(), compiled.frame()) for _ in range(FIRST + 2)][-1]
    assert [len(one) for one in found] == [1, 1]
    (one,), (other,) = found
    assert one.range_m == pytest.approx(other.range_m, abs=1e-3)
    assert one.azimuth_rad == pytest.approx(other.azimuth_rad, abs=1e-3)
    assert one.snr_db == pytest.approx(other.snr_db, abs=1e-2)
