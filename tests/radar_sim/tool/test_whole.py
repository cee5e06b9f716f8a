"""A folder and a picture are whole or as they were, also with two runs, a full disk, an end from outside."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from radar_sim import SceneError, load_scene
from radar_sim.output.whole import WholeFolder, write_whole
from radar_sim.run import run
from radar_sim.run_commands import _ended_kindly
from tests.radar_sim.bench import DEMO
from tests.radar_sim.tool.scenes import one_reflector, written

FULL = Path("/dev/full")  # every write says that the disk is full


def test_a_second_run_into_a_folder_that_is_being_written_is_refused(tmp_path: Path) -> None:
    scene = load_scene(one_reflector(tmp_path), DEMO)
    with WholeFolder(tmp_path / "out") as first:
        first.open("a.txt").write(b"mine")
        with pytest.raises(SceneError, match="out: another run is writing into this folder"):
            run(scene, tmp_path / "out")
        first.finish("a.txt")
    assert (tmp_path / "out" / "a.txt").read_bytes() == b"mine"
    run(scene, tmp_path / "out")


def test_a_folder_that_vanishes_on_the_way_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SceneError, match="cannot be written"):
        _emptied(tmp_path / "out")
    assert not (tmp_path / "out").exists()


def _emptied(out: Path) -> None:
    with WholeFolder(out) as folder:
        folder.open("a.txt")
        for path in out.iterdir():
            path.unlink()
        out.rmdir()
        folder.finish("a.txt")


def test_a_picture_that_cannot_be_written_leaves_the_earlier_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = tmp_path / "p.png"
    write_whole(picture, b"first")
    assert picture.stat().st_mode & 0o777 == 0o666 & ~_umask()
    monkeypatch.setattr("tempfile.mkstemp", _full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(picture, b"second" * 100)
    assert [path.name for path in tmp_path.iterdir()] == ["p.png"]
    assert picture.read_bytes() == b"first"


def _full(prefix: str, dir: Path) -> tuple[int, str]:
    """A file whose disk is full."""
    part = dir / f"{prefix}part"
    part.touch()
    return os.open(FULL, os.O_WRONLY), str(part)


def _umask() -> int:
    now = os.umask(0o022)
    os.umask(now)
    return now


def test_files_of_an_earlier_run_that_are_no_longer_true_go(tmp_path: Path) -> None:
    plain = load_scene(one_reflector(tmp_path), DEMO)
    run(plain, tmp_path / "out", formats=("bin", "npy"))
    text = one_reflector(tmp_path).read_text() + "sensors: {corner: {modulation: bpm}}\n"
    run(load_scene(written(tmp_path, text), DEMO), tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "corner.bin", "corner.json", "front.bin", "front.cfg", "front.json", "front.toml", "run.json",
        "truth.jsonl",
    ]  # fmt: skip


@pytest.fixture
def long_run(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A run that has begun to write and would take minutes."""
    command = "import sys; from radar_sim.commands import sim; sim()"
    scene = one_reflector(tmp_path)  # nothing moves: it stays a scene that can be made however late we look
    words = ("run", str(scene), "--fit", str(DEMO), "--frames", "20000", "--out", str(tmp_path / "out"))
    with subprocess.Popen([sys.executable, "-c", command, *words], stderr=subprocess.PIPE) as child:
        deadline_s = time.monotonic() + 60
        part = tmp_path / "out" / ".corner.bin.part"
        while not (part.exists() and part.stat().st_size) and time.monotonic() < deadline_s:
            os.sched_yield()
        yield child
        child.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_run_told_to_end_leaves_nothing(
    tmp_path: Path, long_run: "subprocess.Popen[bytes]", number: signal.Signals
) -> None:
    long_run.send_signal(number)
    _, told = long_run.communicate(timeout=60)
    assert long_run.returncode == 128 + number
    assert b"Traceback" not in told
    assert not (tmp_path / "out").exists()


def test_a_signal_that_meets_a_compiled_function_is_the_same_end() -> None:
    before = signal.getsignal(signal.SIGHUP)
    with pytest.raises(SystemExit) as ended, _ended_kindly():
        _torn()
    assert ended.value.code == 129
    with pytest.raises(SystemError, match="of its own"), _ended_kindly():
        raise SystemError("of its own")
    assert signal.getsignal(signal.SIGHUP) is before


def _torn() -> None:
    """What numba makes of a signal whose handler raises while a compiled function is being called."""
    try:
        signal.raise_signal(signal.SIGHUP)
    except SystemExit as error:
        raise SystemError("<a compiled function> returned a result with an exception set") from error


def test_workers_end_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    command = (
        "import os, radar_sim.run as r; from concurrent.futures import ProcessPoolExecutor as P;"
        "from multiprocessing import get_context as g; from radar_sim import load_scene;"
        f"s = load_scene({str(one_reflector(tmp_path))!r}, {str(DEMO)!r});"
        "p = P(1, g('spawn'), r._begin, (s,));"
        "print(p.submit(os.getpid).result(), flush=True); os.kill(os.getpid(), 9)"
    )
    # Standard output ends only when parent and worker are both gone; a worker that waits is a timeout.
    done = subprocess.run([sys.executable, "-c", command], stdout=subprocess.PIPE, timeout=60, check=False)
    assert done.returncode == -9
    assert int(done.stdout) > 0
