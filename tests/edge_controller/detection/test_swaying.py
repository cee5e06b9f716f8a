"""Who stands beside the flank while we stand sways under its steady echo, and is found by that alone."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from edge_controller.config import Radar, load_fit, shipped_fit
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
        wave_per_m = 4 * np.pi / self.radar.profile.wavelength_m
        shakes = self._rng.normal(0, self.shakes_m, len(self._own)) * wave_per_m
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

    def passing(self, looks: int, point: Point) -> list[list[Detection]]:
        """Somebody has no Doppler for so many looks, as he comes past abeam."""
        him, nobody = cube_of(self.radar, [point]), np.zeros((1, 1, 1), complex)
        return [self._frame(him if n < looks else nobody, nobody) for n in range(30)]

    def _sway_m(self) -> float:
        """Of whoever stands there: three slow sines."""
        slow = np.sin(2 * np.pi * np.array([0.15, 0.3, 0.6]) * self._frames * 0.05 + self._phases)
        return float(SWAY_M * np.sqrt(2 / 3) * slow.sum())


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
