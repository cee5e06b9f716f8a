"""An empty path or name on the command line is refused at once, by whatever command."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from edge_controller.cli import nearside
from edge_controller.errors import InputError
from edge_controller.named_path import check_written


@pytest.mark.parametrize(
    "words",
    [
        "fit show FIT --plot ''",
        "fit show FIT --json ''",
        "fit show ''",
        "fit warm ''",
        "replay C.bin --json ''",
        "replay C.bin --plot ''",
        "replay C.bin --radar ''",
        "run S.toml --record ''",
        "run ''",
        "gateway flash --port ''",
        "gateway flash --port P --key ''",
        "gateway flash --port P --json ''",
        "install --simulated --out ''",
        "install --simulated --out O --answers ''",
        "install --simulated --out O --json ''",
        "office verify '' --trust T",
        "office verify R --trust ''",
        "office verify R --trust T --json ''",
        "office serve --trust T --hooks H --db ''",
        "office demo --db ''",
        "unit report --unit ''",
        "unit deliver --unit U --office ''",
        "radar start --cfg C --port ''",
        "radar start --cfg C --port P --board ''",
        "radar stop --port ' '",
        "radar record --cfg C --antennas A --out ''",
        "radar record --cfg C --antennas '' --out O",
        "hil board --flash ''",
        "hil run R2 --out ''",
    ],
)
def test_an_empty_path_or_name_is_refused(words: str) -> None:
    given = words.replace("''", "EMPTY").replace("' '", "BLANK").split()
    told = CliRunner().invoke(nearside, [{"EMPTY": "", "BLANK": " "}.get(word, word) for word in given])
    assert told.exit_code == 2, told.exception
    assert ": is empty" in told.output


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("gateway flash --port P --key key --json key", "--json key: is what is read, it would be written"),
        (
            "gateway flash --port P --json no/a.json",
            "--json no/a.json: cannot be written (there is no folder no)",
        ),
        ("install --simulated --out O --answers key --json key", "--json key: is what is read"),
        ("install --simulated --out O --office key --json key", "--json key: is what is read"),
        ("install --simulated --out O --json no/a.json", "--json no/a.json: cannot be written (there is no"),
        (
            "install --simulated --out . --json installation.cose",
            "installation.cose: is among the files of the",
        ),
        (
            "install --simulated --out . --json wizard.json",
            "wizard.json: is among the files of the fitting in .",
        ),
        ("install --simulated --out . --json unit/a.json", "unit/a.json: is among the files of the fitting"),
    ],
)
def test_what_is_read_or_kept_is_not_written_over(
    tmp_path: Path, words: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "unit").mkdir()
    for name in ("key", "installation.cose"):
        (tmp_path / name).write_bytes(bytes(32))
    told = CliRunner().invoke(nearside, words.split()).exception
    assert isinstance(told, InputError)
    assert says in str(told)
    assert (tmp_path / "key").read_bytes() == (tmp_path / "installation.cose").read_bytes() == bytes(32)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["installation.cose", "key", "unit"]


@pytest.mark.parametrize("name", ["service.toml", "demo.toml"])
def test_a_record_is_not_appended_to_what_is_read(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "edge_controller.app.load_settings",
        lambda _: SimpleNamespace(fit=SimpleNamespace(path=Path("demo.toml"), radars=()), learned=None),
    )
    monkeypatch.chdir(tmp_path)
    told = CliRunner().invoke(nearside, ["run", "service.toml", "--record", name]).exception
    assert isinstance(told, InputError)
    assert str(told) == f"--record {name}: is what is read, it would be written over"


def test_a_folder_that_will_be_made_may_take_the_file(tmp_path: Path) -> None:
    """`nearside install --out new --json new/result.json`, where the wizard makes `new`."""
    new = tmp_path / "new"
    check_written("--json", new / "result.json", made=new)
    with pytest.raises(InputError, match="there is no folder"):
        check_written("--json", tmp_path / "other" / "result.json", made=new)
