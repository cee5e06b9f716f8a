"""A bench's own process: why it cannot measure comes back as one sentence, a defect with its traceback."""

from pathlib import Path

import pytest

import hil
from edge_controller.cli import main
from edge_controller.errors import InputError
from hil.bench.alone import alone

REPOSITORY = Path(hil.__file__).parents[1]
TELLS = """\
from edge_controller.errors import InputError
from hil.bench.alone import answer

def measure():
    {does}

if __name__ == "__main__":
    answer(measure)
"""


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where `python -m` looks first; everything else is ours."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(REPOSITORY))


def test_without_micropython_the_loop_says_so_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "hil").mkdir()
    for part in Path(hil.__file__).parent.iterdir():
        if part.name != "micropython":
            (tmp_path / "hil" / part.name).symlink_to(part)
    monkeypatch.setattr("sys.argv", ["nearside", "bench", "loop", "--rounds", "1"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    (said,) = capfd.readouterr().err.splitlines()
    assert said.startswith(f"nearside: {tmp_path}")
    assert said.endswith("micropython.mjs: no MicroPython interpreter there; `make setup` installs it")


def test_what_was_measured_comes_back(tmp_path: Path) -> None:
    (tmp_path / "bench_of_one.py").write_text(TELLS.format(does="return {'rows': [1.5]}"), encoding="utf-8")
    assert alone("bench_of_one") == {"rows": [1.5]}


def test_a_defect_shows_its_traceback(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bench_of_one.py").write_text(TELLS.format(does="raise KeyError('lost')"), encoding="utf-8")
    with pytest.raises(InputError, match="ended with code 1"):
        alone("bench_of_one")
    told = capfd.readouterr().err
    assert "Traceback" in told
    assert told.endswith("KeyError: 'lost'\n")


def test_ctrl_c_leaves_the_word_to_the_process_that_asked(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    torn = "raise SystemError('a result with an exception set') from KeyboardInterrupt()"
    for does in ("raise KeyboardInterrupt", torn):
        (tmp_path / "bench_of_one.py").write_text(TELLS.format(does=does), encoding="utf-8")
        with pytest.raises(InputError, match="ended with code 130"):
            alone("bench_of_one")
    assert capfd.readouterr().err == ""
