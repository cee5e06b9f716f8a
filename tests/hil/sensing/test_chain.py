"""The digest tells one raw chain from another, and only by what is computed."""

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from hil.sensing.chain import BESIDE, SIMULATOR, chain_sha256, program_of, sources_of

STAGE = '''"""What it does."""
GATE_M = 3.0


def near(x_m: float) -> bool:
    """Within the gate."""
    return x_m < GATE_M
'''


def test_a_word_changed_anywhere_makes_it_another(tmp_path: Path) -> None:
    def digest(words: str) -> str:
        room = tmp_path / words / "room"
        (room / "inner").mkdir(parents=True)
        (room / "inner" / "stage.py").write_text(words)
        return chain_sha256((room,))

    assert digest("gate = 3") != digest("gate = 4")
    assert chain_sha256() == chain_sha256()


def test_a_drive_loads_nothing_that_is_left_out_and_all_that_is_left_out_is_there() -> None:
    """A path that has moved would be left out no more, or hide what is computed."""
    assert all(path.exists() for path in BESIDE)
    drives = "import sys, hil.closed_loop, radar_sim.simulator; print(*sorted(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", drives], capture_output=True, text=True, check=True
    ).stdout.split()
    beside = {f"radar_sim.{path.stem}" for path in BESIDE}
    assert "radar_sim.simulator" in loaded
    assert not beside & set(loaded)
    counted = {path.relative_to(SIMULATOR).parts[0] for path in sources_of(SIMULATOR)}
    assert {"simulator.py", "propagation", "sensor"} <= counted
    assert not {path.name for path in BESIDE} & counted


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ('"""Within the gate."""', '"""Closer than the gate, metres."""'),
        ('    """Within the gate."""\n', ""),
        ('"""What it does."""\n', ""),
        ("GATE_M = 3.0", "GATE_M = 3.0  # measured"),
        ("return x_m < GATE_M", "return (\n        x_m < GATE_M\n    )"),
    ],
)
def test_words_about_it_leave_it_as_it_is(was: str, becomes: str) -> None:
    assert was in STAGE
    assert program_of(STAGE.replace(was, becomes)) == program_of(STAGE)


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("3.0", "3"),
        ("3.0", "-3.0"),
        ("<", "<="),
        ("return x_m", "return -x_m"),
        ("    return", '    "Within the gate."\n    return'),
    ],
)
def test_what_is_computed_makes_it_another(was: str, becomes: str) -> None:
    assert was in STAGE
    assert program_of(STAGE.replace(was, becomes)) != program_of(STAGE)


def test_the_form_is_that_of_every_supported_python() -> None:
    """Typed in once: another version of Python that tells of the same program otherwise fails here."""
    source = "@cached\ndef far(x: int = 3, *, deep=None):\n"
    source += "    return f'{x:.1f} m' if x else [y for y in ()]\n"
    digest = "47a3cd246574b065a60912de844971e6940ba95fe7769d9457f19a64e1e8e92e"
    assert hashlib.sha256(program_of(source).encode()).hexdigest() == digest
