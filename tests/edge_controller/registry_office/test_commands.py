"""`nearside office verify` as an officer runs it: exit codes, languages, JSON, one sentence for bad input."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from edge_controller.cli import main
from edge_controller.errors import InputError
from edge_controller.registration.trust import write_trust
from edge_controller.registry_office.commands import office
from tests.edge_controller.registration.samples import VIN, changed, good_trust, signed

AT = "2026-11-23T08:00:00Z"
Run = Callable[..., Result]


@pytest.fixture
def record(tmp_path: Path) -> Path:
    path = tmp_path / "truck.cose"
    path.write_bytes(signed())
    return path


@pytest.fixture
def trust(tmp_path: Path) -> Path:
    write_trust(tmp_path / "trust", good_trust())
    return tmp_path / "trust"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(office, ["verify", *map(str, arguments)])


def test_an_accepted_record_in_json_and_nothing_else_on_standard_output(record: Path, trust: Path) -> None:
    result = run(record, "--trust", trust, "--at", AT, "--json")
    assert result.exit_code == 0
    said = json.loads(result.stdout_bytes)
    assert said["verdict"] == "accepted"
    assert said["judged_at"] == AT
    assert [reason["code"] for reason in said["reasons"]] == ["whole"]
    assert said["record"]["vehicle"]["plate"] == "苏A12345"
    assert said["record"]["installed_at"] == "2026-11-22T08:00:00Z"
    assert said["record"]["software"]["firmware_sha256"] == bytes(range(32)).hex()
    assert result.stderr == ""


def test_json_into_a_file_keeps_the_readable_output_away(record: Path, trust: Path, tmp_path: Path) -> None:
    file = tmp_path / "verdict.json"
    result = run(record, "--trust", trust, "--at", AT, "--json", file)
    assert result.stdout == ""
    assert json.loads(file.read_bytes())["verdict"] == "accepted"


def test_the_readable_output_has_both_languages(record: Path, trust: Path) -> None:
    result = run(record, "--trust", trust, "--at", AT)
    assert result.exit_code == 0
    assert "ACCEPTED  合格" in result.stdout
    for to_compare in (f"VIN    {VIN}", "苏A12345", "NS-0001", "2027-09-19T08:00:00Z"):
        assert to_compare in result.stdout


def test_a_terminal_without_chinese_gets_escapes(record: Path, trust: Path) -> None:
    result = CliRunner(charset="latin-1").invoke(
        office, ["verify", str(record), "--trust", str(trust), "--at", AT]
    )
    assert result.exit_code == 0
    assert "ACCEPTED" in result.stdout
    assert "\\u5408\\u683c" in result.stdout


@pytest.mark.parametrize(
    ("group", "values", "word", "word_zh"),
    [
        ("vehicle", {"vin_on_can": None}, "REVIEW", "需复核"),
        ("run", {"contact_with": True}, "REJECTED", "不合格"),
        ("unit", {"serial": "NS-0002"}, "UNVERIFIABLE", "无法核验"),
    ],
)
def test_what_is_not_accepted_ends_with_1(
    record: Path, trust: Path, group: str, values: dict[str, object], word: str, word_zh: str
) -> None:
    record.write_bytes(signed(changed(group, **values)))
    result = run(record, "--trust", trust, "--at", AT)
    assert result.exit_code == 1
    assert result.stdout.startswith(f"{word}  {word_zh}")
    as_json = json.loads(run(record, "--trust", trust, "--at", AT, "--json").stdout_bytes)
    assert as_json["verdict"] == word.lower()
    assert all(reason["text"] and reason["text_zh"] for reason in as_json["reasons"])


def test_the_officers_own_vin_is_compared_and_checked(record: Path, trust: Path) -> None:
    assert run(record, "--trust", trust, "--at", AT, "--vin", VIN).exit_code == 0
    for typed in (VIN.lower(), "ＬＮＳ" + VIN[3:], f" {VIN} "):
        assert run(record, "--trust", trust, "--at", AT, "--vin", typed).exit_code == 0
    assert "第9位" in sentence(run(record, "--trust", trust, "--at", AT, "--vin", VIN[:8] + "O" + VIN[9:]))
    assert run(record, "--trust", trust, "--at", AT, "--vin", "LATPAB071W1005301").exit_code == 1
    assert "position 9" in sentence(run(record, "--trust", trust, "--at", AT, "--vin", "LATPAB072W1005301"))


@pytest.mark.parametrize("what", ["truck.cose", "trust/units.toml"])
def test_what_is_judged_is_not_written_over(record: Path, trust: Path, what: str) -> None:
    path = record.parent / what
    before = path.read_bytes()
    assert "is what is read" in sentence(run(record, "--trust", trust, "--json", path))
    assert path.read_bytes() == before


def test_without_a_time_the_clock_decides(record: Path, trust: Path) -> None:
    record.write_bytes(signed(changed("", expires_at_s=1_000_000_000)))
    result = run(record, "--trust", trust, "--json")
    assert "expired" in [reason["code"] for reason in json.loads(result.stdout_bytes)["reasons"]]


def sentence(result: Result) -> str:
    """The one sentence of bad input; `nearside` prints it and ends with 2."""
    assert isinstance(result.exception, InputError)
    assert "\n" not in str(result.exception)
    assert result.stdout == ""
    return str(result.exception)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "not a COSE_Sign1"),
        (b"%PDF-1.7", "not a COSE_Sign1"),
        ("一段文字".encode(), "not a COSE_Sign1"),
        (bytes(70_000), "longer than 65536 bytes"),
        (signed()[:-1], "CBOR"),
    ],
)
def test_another_file_is_named(record: Path, trust: Path, content: bytes, says: str) -> None:
    record.write_bytes(content)
    message = sentence(run(record, "--trust", trust, "--json"))
    assert message.startswith(str(record))
    assert says in message


def test_missing_files_and_folders_are_named(record: Path, trust: Path, tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    assert f"{nowhere}: cannot be read" in sentence(run(nowhere, "--trust", trust))
    of_a_folder = run(trust, "--trust", trust)
    assert of_a_folder.exit_code == 2
    assert "'RECORD': File" in of_a_folder.output
    assert f"{nowhere}: not a folder" in sentence(run(record, "--trust", nowhere))
    assert f"{record}: not a folder" in sentence(run(record, "--trust", record))
    assert "cannot be written" in sentence(run(record, "--trust", trust, "--json", nowhere / "file"))
    assert "--at is 'soon'" in sentence(run(record, "--trust", trust, "--at", "soon"))


def test_nearside_says_one_sentence_and_ends_with_2(
    record: Path, trust: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    record.write_bytes(b"%PDF-1.7")
    monkeypatch.setattr("sys.argv", ["nearside", "office", "verify", str(record), "--trust", str(trust)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"nearside: {record}")
    assert said.err.count("\n") == 1


def test_a_spoilt_trust_folder_is_named(record: Path, trust: Path) -> None:
    path = trust / "units.toml"
    path.write_text(path.read_text().replace('public_key = "', 'public_key = "x'))
    assert f"{path}: unit[0].public_key" in sentence(run(record, "--trust", trust))
