"""Same seed, same bytes: in one process, in several, with whatever threads they think they have."""

import hashlib
import multiprocessing
import subprocess
import sys

from radar_sim import RadarSimulator, TruckPose, cyclist, scene_of, street
from tests.radar_sim.synthesis.scenes import FITS

TURN = TruckPose(0.5, -0.2, 0.1, 4.0, -0.2, -7.125)


def digest(noise: str, index: int) -> str:
    """Of one frame of a turn past a cyclist."""
    scene = scene_of(TURN, street(seed=2), cyclist(-6.0, -3.5, 0.0, 5.0, 0.05 * index))
    frame = RadarSimulator(FITS / "tipper.toml", 11, noise=noise).frame("corner", index, scene)
    return hashlib.sha256(frame.samples.tobytes()).hexdigest()


def test_frames_have_the_same_bytes_in_any_number_of_processes() -> None:
    """Two here, three in the bench command's test, several in that of `sim run`."""
    wanted = [(noise, index) for noise in ("fresh", "pooled") for index in (0, 5)]
    here = [digest(*one) for one in wanted]
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        there = pool.starmap(digest, wanted, chunksize=1)
    assert there == here
    assert len(set(here)) == len(wanted)


def test_a_kernel_compiled_anew_gives_the_same_bytes(tmp_path, monkeypatch) -> None:
    """Another cache folder, so nothing of what this process loaded."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    code = "from tests.radar_sim.synthesis.test_same_bits import digest; print(digest('fresh', 5))"
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert made.stdout.strip() == digest("fresh", 5)
    assert any(tmp_path.rglob("*.nbi"))
