"""Two builds of the stages, one answer; nothing needs the extra, nothing compiles on a fitted unit."""

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from edge_controller.config import Radar, load_fit, shipped_fit
from edge_controller.detection import Detector, fast
from edge_controller.detection.fast import warmth
from edge_controller.detection.rehearsal import FRAMES, rehearse
from edge_controller.detection.stages import REPRODUCIBLE, Fast, stages
from edge_controller.detection.warm_up import warm_up
from edge_controller.errors import InputError
from edge_controller.messages import Detection, RadarFrame, Side
from tests.edge_controller.detection.points import Point, frame_of

SCENES = {
    "nothing": [],
    "a rider at the flank": [Point(2.0, 0.0, 5.0, 300.0), Point(2.0, 0.9, -30.0, 20.0)],
    "leakage and a person": [Point(0.05, 0.0, 20.0, 400.0), Point(1.2, 0.1, 0.0, 30.0)],
    "a row of posts": [Point(3.0 + 0.8 * n, -3.0, -40.0 + 8 * n, 15.0 + 4 * n) for n in range(9)],
    "fast ones": [Point(9.0, -14.0, 20.0, 40.0), Point(12.0, 11.0, -50.0, 30.0), Point(6.0, 5.0, 60.0)],
}


def radar_of(fit: str, name: str, side: Side | None = None) -> Radar:
    return load_fit(shipped_fit(fit), side).radar(name)


def assert_same(base: tuple[Detection, ...], fast: tuple[Detection, ...]) -> None:
    assert len(base) == len(fast)
    for one, other in zip(base, fast, strict=True):
        assert other.range_m == pytest.approx(one.range_m, rel=1e-4, abs=1e-5)
        assert other.range_rate_mps == pytest.approx(one.range_rate_mps, rel=1e-4, abs=1e-4)
        assert other.azimuth_rad == pytest.approx(one.azimuth_rad, abs=1e-4)
        assert other.azimuth_sigma_rad == pytest.approx(one.azimuth_sigma_rad, rel=1e-3)
        assert other.snr_db == pytest.approx(one.snr_db, abs=1e-3)
        assert other.fold_margin_db == pytest.approx(one.fold_margin_db, abs=1e-3)
        assert (other.elevation_rad is None) == (one.elevation_rad is None)
        assert other.elevation_rad is None or other.elevation_rad == pytest.approx(
            one.elevation_rad, abs=1e-4
        )
        np.testing.assert_allclose(other.peak, one.peak, rtol=1e-3, atol=1e-3 * np.abs(one.peak).max())


@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize(
    ("fit", "name", "side"),
    [
        ("demo", "corner", None),
        ("demo", "front", "left"),
        ("tipper", "corner", "left"),
        ("tipper", "front", None),
    ],
)
@pytest.mark.parametrize("compiled", [True, REPRODUCIBLE])
def test_both_builds_see_the_same(scene: str, fit: str, name: str, side: Side | None, compiled: Fast) -> None:
    radar = radar_of(fit, name, side)
    base, fast = Detector(radar, fast=False), Detector(radar, fast=compiled)
    for seed in range(2):
        frame = frame_of(radar, SCENES[scene], seed)
        assert_same(base.detect(frame), fast.detect(frame))
        assert base.monitor.faults == fast.monitor.faults


@pytest.mark.parametrize("receivers", [1, 3])
@pytest.mark.parametrize("samples", [48, 256])
def test_both_builds_see_the_same_with_few_antennas_and_short_ranges(receivers: int, samples: int) -> None:
    whole = radar_of("tipper", "corner")
    radar = replace(
        whole,
        profile=replace(whole.profile, loops=32, samples=samples),
        array=replace(whole.array, rx_m=whole.array.rx_m[:receivers]),
    )
    base, fast = Detector(radar, fast=False), Detector(radar, fast=REPRODUCIBLE)
    for scene in SCENES.values():
        frame = frame_of(radar, scene)
        assert_same(base.detect(frame), fast.detect(frame))


def test_both_builds_see_the_same_through_gaps() -> None:
    radar = radar_of("demo", "corner")
    samples = frame_of(radar, SCENES["a row of posts"]).samples.copy()
    samples.reshape(-1)[60_000:60_728] = 0  # 1456 bytes
    frame = RadarFrame("corner", 0, 0.0, samples, lost_packets=1)
    assert_same(Detector(radar, fast=False).detect(frame), Detector(radar, fast=True).detect(frame))


@pytest.mark.parametrize("compiled", [True, REPRODUCIBLE])
def test_a_mirrored_fit_sees_the_exact_mirror_image_compiled_too(compiled: Fast) -> None:
    radar, mirrored = radar_of("tipper", "front"), radar_of("tipper", "front", "left")
    frame = frame_of(radar, SCENES["a row of posts"])
    ours, theirs = (Detector(one, fast=compiled).detect(frame) for one in (radar, mirrored))
    assert [-one.azimuth_rad for one in theirs] == [one.azimuth_rad for one in ours]
    assert [one.range_m for one in theirs] == [one.range_m for one in ours]


def test_a_second_frame_does_not_change_what_the_first_gave() -> None:
    radar = radar_of("demo", "corner")
    for compiled in (False, True, REPRODUCIBLE):
        detector = Detector(radar, fast=compiled)
        (first,) = detector.detect(frame_of(radar, [Point(5.0)]))
        kept = first.peak.copy()
        detector.detect(frame_of(radar, [Point(9.0, 3.0, 30.0)], seed=2))
        np.testing.assert_array_equal(first.peak, kept)


def test_without_the_extra_detection_runs_and_says_on_what(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyfftw", None)  # importing it fails from here on
    radar = radar_of("demo", "corner")
    detector = Detector(radar)
    assert not detector.stages.fast
    assert detector.stages.note == (
        "detection runs on NumPy and SciPy: the extra `fast` is not installed (pyFFTW)"
    )
    assert len(detector.detect(frame_of(radar, [Point(5.0)]))) == 1
    with pytest.raises(InputError, match="pyFFTW"):
        stages(radar, fast=True)
    assert stages(radar, fast=REPRODUCIBLE).fast  # SciPy's transforms are always there
    monkeypatch.setitem(sys.modules, "numba", None)
    assert not stages(radar, fast=REPRODUCIBLE).fast


SEEN = """
import hashlib
from edge_controller.config import load_fit, shipped_fit
from edge_controller.detection import Detector
from edge_controller.detection.stages import REPRODUCIBLE
from tests.edge_controller.detection.test_stages import SCENES
from tests.edge_controller.detection.points import frame_of

radar = load_fit(shipped_fit("demo")).radar("corner")
detector, digest = Detector(radar, fast=REPRODUCIBLE), hashlib.sha256()
for seed, points in enumerate(SCENES.values()):
    for one in detector.detect(frame_of(radar, points, seed)):
        digest.update(repr(one).encode() + one.peak.tobytes())
print(detector.stages.note, digest.hexdigest())
"""


def test_reproducible_stages_give_the_same_bits_in_every_process() -> None:
    command = [sys.executable, "-c", SEEN]
    first, second = (subprocess.run(command, check=True, capture_output=True).stdout for _ in range(2))
    assert first == second
    assert first.startswith(b"detection runs on the compiled stages, on SciPy's transforms")


def test_a_rehearsal_runs_all_its_frames() -> None:
    done: list[None] = []
    rehearse(radar_of("demo", "corner"), fast=False, done=lambda: done.append(None))
    assert len(done) == FRAMES


STARTED = """
import sys
from edge_controller.config import load_fit, shipped_fit
from edge_controller.detection import Detector, fast
from edge_controller.detection.rehearsal import rehearse
from tests.edge_controller.detection.points import Point, frame_of
from numba.core.dispatcher import Dispatcher

radar = load_fit(shipped_fit(sys.argv[1]), sys.argv[2]).radar("front")
detector = Detector(radar)
print(detector.stages.note)
rehearse(radar)
for seed in range(3):
    detector.detect(frame_of(radar, [Point(4.0 + n, n - 3.0, 9.0 * n) for n in range(3 * seed)], seed))
print(sum(
    sum(one.stats.cache_misses.values())
    for name, module in sys.modules.items() if name.startswith("edge_controller.detection.fast.")
    for one in vars(module).values() if isinstance(one, Dispatcher)
))
"""


WHERE = "from edge_controller.detection.fast.spectrum import windowed; print(windowed.stats.cache_path)"


def test_after_warming_up_a_start_compiles_nothing(pytestconfig: pytest.Config, tmp_path: Path) -> None:
    # Kept from run to run, and begun with what other tests have compiled: compiling takes a minute.
    assert pytestconfig.cache is not None
    folder = pytestconfig.cache.mkdir("compiled")
    environment = {"NUMBA_CACHE_DIR": str(folder), "PATH": "", "HOME": str(tmp_path)}

    def run(*arguments: str) -> list[str]:
        command = [sys.executable, *arguments]
        done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
        return done.stdout.splitlines()

    (kept,) = map(Path, run("-c", WHERE))
    kept.mkdir(parents=True, exist_ok=True)
    assert kept.is_relative_to(folder)
    for compiled in Path(fast.__file__).parent.glob("__pycache__/*.nb?"):
        shutil.copy2(compiled, kept)
    (kept / "nearside-warm.json").unlink(missing_ok=True)
    cold, _ = run("-c", STARTED, "demo", "right")
    assert cold.startswith("detection runs on NumPy and SciPy: the extra `fast` is not warmed up")
    assert "nearside fit warm" in cold
    run("-c", "from edge_controller.cli import main; main()", "fit", "warm", str(shipped_fit("demo")))
    assert run("-c", STARTED, "demo", "left") == [
        "detection runs on the compiled stages of the extra `fast`",
        "0",
    ]
    other, _ = run("-c", STARTED, "tipper", "right")
    assert "not warmed up for this radar" in other


# Stands for a user who can write neither beside the program nor at home, which the tests' own may.
HOMELESS = """
import numba.core.caching
numba.core.caching.CacheImpl._locator_classes = []
from edge_controller.config import load_fit, shipped_fit
from edge_controller.detection import Detector
from edge_controller.detection.stages import require_extra
from edge_controller.errors import InputError
print(Detector(load_fit(shipped_fit("demo")).radars[0]).stages.note)
try:
    require_extra()
except InputError as error:
    print(error)
"""


def test_a_user_without_a_folder_for_the_cache_runs_on_the_base_stages() -> None:
    told = subprocess.run(
        [sys.executable, "-c", HOMELESS], check=True, capture_output=True, text=True
    ).stdout.splitlines()
    assert told[0].startswith("detection runs on NumPy and SciPy: the extra `fast` cannot be used here")
    assert "NUMBA_CACHE_DIR may name a folder" in told[0]
    assert told[1] == told[0].removeprefix("detection runs on NumPy and SciPy: ")


def test_a_memory_that_cannot_be_written_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warmth, "_path", lambda _: tmp_path / "warm.json")
    (tmp_path / "warm.new").mkdir()
    with pytest.raises(InputError, match=r"warm.new: cannot be written .*; NUMBA_CACHE_DIR may name"):
        warm_up(())
