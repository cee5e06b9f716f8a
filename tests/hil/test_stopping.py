"""Ctrl-C, as often as one likes, while workers begin and while they drive: one sentence, nothing lost."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from edge_controller.cli import main
from hil.stopping import deaf_children, stopping
from hil.sweep.journal import NAME
from tests.hil.sweep.test_sweep import DRAWN, invoke

# As a terminal starts it: heeding Ctrl-C, whatever the tests themselves were started with.
STARTED = """\
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
if __name__ == "__main__":
    from edge_controller.cli import main
    sys.argv[1:] = {words!r}
    main()
"""


def lines_of(journal: Path) -> int:
    return journal.read_bytes().count(b"\n") if journal.exists() else 0


@pytest.mark.parametrize("kept", [0, 3])
def test_many_ctrl_c_are_one_sentence_and_what_was_driven_is_kept(kept: int, tmp_path: Path) -> None:
    scenario, out, script = tmp_path / "x1.yaml", tmp_path / "out", tmp_path / "main.py"
    scenario.write_text(DRAWN, encoding="utf-8")
    words = ["sweep", str(scenario), "--sensor", "perfect", "--jobs", "2", "--out", str(out)]
    script.write_text(STARTED.format(words=["hil", *words, "-n", "4000"]), encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, script], stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    while process.poll() is None and lines_of(out / NAME) < 1 + kept:
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.01)
    while process.poll() is None:
        with suppress(ProcessLookupError, subprocess.TimeoutExpired):
            os.killpg(process.pid, signal.SIGINT)
            process.wait(0.01)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    said = f"stopped; what was driven is kept in {out}, the same command goes on"
    assert [line for line in errors.splitlines() if line and "encounters" not in line] == [said]
    before = lines_of(out / NAME)
    assert invoke(*words, "-n", "4").exit_code in {1, 3}
    assert lines_of(out / NAME) >= max(before, 7)  # the first line, two corners, four encounters


def test_ctrl_c_that_meets_a_compiled_function_is_the_same_end(capsys: pytest.CaptureFixture[str]) -> None:
    torn = SystemError("<a compiled function> returned a result with an exception set")
    with pytest.raises(SystemExit) as ended, stopping("nothing"):
        raise torn from KeyboardInterrupt()
    assert ended.value.code == 130
    assert capsys.readouterr().err == "stopped; nothing\n"
    with pytest.raises(SystemError, match="of its own"), stopping("nothing"):
        raise SystemError("of its own")


def test_so_it_is_for_the_whole_program(monkeypatch: pytest.MonkeyPatch) -> None:
    def torn(**_: object) -> None:
        raise SystemError("a result with an exception set") from KeyboardInterrupt()

    monkeypatch.setattr("edge_controller.cli.nearside", torn)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 130


def test_who_is_begun_deaf_stays_deaf_and_hearing_comes_back() -> None:
    before = signal.getsignal(signal.SIGINT)
    try:
        for heard in (signal.SIG_IGN, signal.default_int_handler):
            signal.signal(signal.SIGINT, heard)
            with stopping("nothing"):
                assert (signal.getsignal(signal.SIGINT) is heard) == (heard is signal.SIG_IGN)
            assert signal.getsignal(signal.SIGINT) is heard
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_process_begun_in_a_deaf_moment_hears_nothing() -> None:
    asks = "import os, signal; os.kill(os.getpid(), signal.SIGINT); print('lives')"
    heeds = f"import signal; signal.signal(signal.SIGINT, signal.default_int_handler); {asks}"
    with deaf_children():
        done = subprocess.run([sys.executable, "-c", heeds], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "lives\n", "")
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())
