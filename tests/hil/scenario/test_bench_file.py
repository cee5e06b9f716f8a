"""`hil run --bench BENCH.yaml`: which bench a file asks for, and what it refuses."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from edge_controller.errors import InputError
from hil.commands import hil
from hil.scenario.bench_file import STEPPED, read_bench
from tests.hil.scenario.test_commands import SHORT


def bench_of(folder: Path, text: str) -> Path:
    path = folder / "bench.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def run_on(bench: Path, folder: Path) -> Result:
    scenario = folder / "x1.yaml"
    scenario.write_text(SHORT.format(id="X1", kmh=20.0, lost=0), encoding="utf-8")  # never so fast: fails
    said = ("run", str(scenario), "--sensor", "perfect", "--bench", str(bench), "--out", str(folder / "out"))
    return CliRunner().invoke(hil, said)


def test_without_a_word_the_gateway_runs_in_micropython(tmp_path: Path) -> None:
    assert read_bench(bench_of(tmp_path, "bench: stepped\n")).gateway == STEPPED.gateway == "micropython"


@pytest.mark.parametrize("gateway", ["cpython", "micropython"])
def test_the_gateway_runs_where_the_file_says_and_the_line_that_drives_it_again_says_it_too(
    tmp_path: Path, gateway: str
) -> None:
    bench = bench_of(tmp_path, f"bench: stepped\ngateway: {gateway}\n")
    result = run_on(bench, tmp_path)
    assert result.exit_code == 1
    found = json.loads((tmp_path / "out" / "results.json").read_text(encoding="utf-8"))
    assert found["gateway"]["interpreter"] == gateway
    assert f"--bench {bench}" in result.output.replace("\n", "")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("bench: real\n", "line 1: bench is 'real', not one of stepped"),
        ("gateway: cpython\n", "bench is missing"),
        ("bench: stepped\ngateway: board\n", "line 2: gateway is 'board', not one of micropython, cpython"),
        ("bench: stepped\nport: /dev/ttyACM0\n", "line 2: port is not a key"),
        ("- stepped\n", "not a bench"),
    ],
)
def test_what_it_cannot_be_is_refused_with_its_line(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(InputError, match=r"bench\.yaml") as refused:
        read_bench(bench_of(tmp_path, text))
    assert says in str(refused.value)


def test_a_bench_that_is_not_there_is_named_and_nothing_is_driven(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.yaml"):
        CliRunner().invoke(
            hil,
            ["run", "T1-demo", "--bench", str(tmp_path / "none.yaml")],
            standalone_mode=False,
            catch_exceptions=False,
        )
