"""A real server and a real sender: HTTP on a local port, the commands as people type them."""

import base64
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner, Result

from edge_controller.errors import InputError
from edge_controller.registration.commands import unit
from edge_controller.registration.health import read_health
from edge_controller.registration.trust import KnownUnit, trust_of, write_trust
from edge_controller.registration.unit import UnitFolder
from edge_controller.registry_office.commands import office as office_command
from edge_controller.registry_office.server import listen, server_of
from tests.edge_controller.registration.samples import (
    FIRMWARE,
    VIN,
    good_record,
    good_trust,
)
from tests.edge_controller.registry_office.office import SECRET, Office, signed_by

AT = "2026-11-23T08:00:00Z"


@pytest.fixture
def truck(tmp_path: Path) -> UnitFolder:
    """A fitted unit with its signed record waiting in the spool."""
    folder = UnitFolder.create(tmp_path / "unit", "NS-0007")
    folder.fitted(FIRMWARE)
    folder.spool.append(signed_by(good_record(), folder.identity))
    return folder


@pytest.fixture
def office(tmp_path: Path, truck: UnitFolder) -> Office:
    (tmp_path / "office").mkdir()
    trust = good_trust(unit=KnownUnit("NS-0007", truck.identity.public_key))
    return Office(tmp_path / "office", trust)


@contextmanager
def opened(office: Office) -> Iterator[str]:
    """The office on a free port, in a thread of its own."""
    listening = listen("127.0.0.1", 0)
    server = server_of(office.app)
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


def address(tmp_path: Path, url: str, secret: bytes = SECRET) -> Path:
    path = tmp_path / "office.toml"
    text = f"whsec_{base64.b64encode(secret).decode()}"
    path.write_text(f'url = "{url}"\nsender = "fleet-7"\nsecret = "{text}"\n')
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(unit, [str(one) for one in arguments])


def report(tmp_path: Path, *more: object) -> Result:
    return run("report", "--unit", tmp_path / "unit", "--at", AT, *more)


def deliver(tmp_path: Path, office_toml: Path) -> Result:
    return run("deliver", "--unit", tmp_path / "unit", "--office", office_toml, "--at", AT)


def test_a_report_over_http_turns_the_truck_green(tmp_path: Path, office: Office) -> None:
    with opened(office) as url:
        toml = address(tmp_path, url)
        result = deliver(tmp_path, toml)
        assert (result.exit_code, result.output) == (0, "received by the office: 1; still waiting: 0\n")
        assert office.word() == "issued, not seen alive"
        assert report(tmp_path, "--vin-on-can", VIN, "--office", toml).exit_code == 0
        assert httpx.get(f"{url}/v1/verdict?vin={VIN}").json()["verdict"] == "fitted and alive"
        assert "已装且在线" in httpx.get(f"{url}/?q={VIN}").text
        assert report(tmp_path, "--vin-on-can", VIN, "--broken", "seal", "--office", toml).exit_code == 0
        assert office.word() == "review"
        assert "server" not in httpx.get(url).headers


def test_an_office_that_is_closed_gets_everything_later_and_once(
    tmp_path: Path, office: Office, truck: UnitFolder
) -> None:
    with opened(office) as url:
        toml = address(tmp_path, url)
    result = report(tmp_path, "--vin-on-can", VIN, "--office", toml)
    assert result.exit_code == 1
    assert "received by the office: 0; still waiting: 2" in result.stdout
    assert "does not answer" in result.stderr
    assert "联系不上登记机构" in result.stderr
    assert result.stderr.count("\n") == 1
    assert truck.spool.waiting() == [1, 2]
    with opened(office) as url:
        toml = address(tmp_path, url)
        assert deliver(tmp_path, toml).exit_code == 0
        (tmp_path / "unit" / "spool" / "received").unlink()  # the answer was lost on the way
        again = deliver(tmp_path, toml)
    assert "received by the office: 2, 2 of them before" in again.stdout
    assert office.store.counts() == (1, 1)
    assert office.word() == "fitted and alive"


def test_a_wrong_secret_loses_nothing(tmp_path: Path, office: Office, truck: UnitFolder) -> None:
    with opened(office) as url:
        result = deliver(tmp_path, address(tmp_path, url, b"wrong" * 6))
        assert result.exit_code == 1
        assert "check sender and secret" in result.stderr
        assert "请核对发送方名称和密钥" in result.stderr
        assert truck.spool.waiting() == [1]
        assert deliver(tmp_path, address(tmp_path, url)).exit_code == 0
    assert truck.spool.waiting() == []


def test_a_refused_document_stays_with_what_follows(
    tmp_path: Path, office: Office, truck: UnitFolder
) -> None:
    """The office does not know the unit yet; once the maker's list has it, everything arrives."""
    trust = good_trust(unit=KnownUnit("NS-0007", truck.identity.public_key))
    write_trust(office.folder / "trust", trust_of(trust.office))
    with opened(office) as url:
        toml = address(tmp_path, url)
        result = report(tmp_path, "--vin-on-can", VIN, "--office", toml)
        assert result.exit_code == 1
        assert "received by the office: 1; still waiting: 1" in result.stdout
        assert "no unit NS-0007" in result.stderr
        write_trust(office.folder / "trust", trust)
        assert deliver(tmp_path, toml).exit_code == 0
    assert office.word() == "fitted and alive"


def test_a_huge_file_gets_an_answer_and_not_a_broken_line(office: Office) -> None:
    with opened(office) as url:
        answer = httpx.post(f"{url}/records", files={"record": ("film.mp4", bytes(8_000_000))})
    assert answer.status_code == 413
    assert "超过64 KiB" in answer.text


def test_what_the_unit_reports_is_what_was_said(tmp_path: Path, truck: UnitFolder) -> None:
    assert report(tmp_path, "--vin-on-can", VIN, "--broken", "radar", "--broken", "clock").exit_code == 0
    assert report(tmp_path).exit_code == 0
    first, second = (read_health(truck.spool.read(number), truck.identity.public_key) for number in (2, 3))
    assert (first.vin_on_can, first.broken_parts()) == (VIN, ("radar", "clock"))
    assert (second.vin_on_can, second.broken_parts()) == (None, ())
    assert second.boot == first.boot + 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--vin-on-can", "LNS8X4TP1T1000001"], "position 9"),
        (["--vin-on-can", "LNS8X4TPOT1000001"], "position 9 is 'O'"),
        (["--office", "nowhere.toml"], "nowhere.toml: cannot be read"),
        (["--at", "soon"], "--at is 'soon'"),
    ],
)
def test_bad_input_signs_nothing(tmp_path: Path, truck: UnitFolder, arguments: list[str], says: str) -> None:
    result = report(tmp_path, *arguments)
    assert isinstance(result.exception, InputError)
    assert says in str(result.exception)
    assert truck.spool.waiting() == [1]
    nowhere = run("report", "--unit", tmp_path / "nowhere")
    assert "not the folder of a unit" in str(nowhere.exception)


def start(*arguments: object) -> subprocess.Popen[str]:
    """`nearside …` as a process of its own."""
    code = "from edge_controller.cli import main; main()"
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"},
    )


def serve(office: Office, *more: object) -> subprocess.Popen[str]:
    office.store.close()
    folder = office.folder
    return start(
        *("office", "serve", "--trust", folder / "trust", "--db", folder / "office.db"),
        *("--hooks", folder / "hooks.toml", "--port", "0", *more),
    )


def url_of(server: subprocess.Popen[str]) -> str:
    assert server.stdout is not None
    line = server.stdout.readline()
    found = re.search(r"http://127\.0\.0\.1:\d+", line)
    assert found, (line, server.communicate())
    return found[0]


def test_what_was_confirmed_is_there_after_the_office_was_killed(
    tmp_path: Path, office: Office, truck: UnitFolder
) -> None:
    server = serve(office, "--at", AT)
    toml = address(tmp_path, url_of(server))
    assert report(tmp_path, "--vin-on-can", VIN, "--office", toml).exit_code == 0
    server.send_signal(signal.SIGKILL)
    server.communicate()
    again = serve(office, "--at", AT)
    said = httpx.get(f"{url_of(again)}/v1/verdict?vin={VIN}").json()
    assert said["verdict"] == "fitted and alive"
    assert said["judged_at"] == AT
    again.send_signal(signal.SIGINT)
    again.communicate()
    assert again.returncode == 0
    assert truck.spool.waiting() == []


def test_alive_days_and_at_are_arguments(tmp_path: Path, office: Office) -> None:
    server = serve(office, "--at", AT)
    report(tmp_path, "--vin-on-can", VIN, "--office", address(tmp_path, url_of(server)))
    server.send_signal(signal.SIGINT)
    server.communicate()
    for more, word in (
        (("--at", "2026-11-30T08:00:00Z"), "fitted and alive"),
        (("--at", "2026-11-30T08:00:01Z"), "issued, not seen alive"),
        (("--at", "2026-11-30T08:00:01Z", "--alive-days", "8"), "fitted and alive"),
    ):
        server = serve(office, *more)
        assert httpx.get(f"{url_of(server)}/v1/verdict?vin={VIN}").json()["verdict"] == word
        server.send_signal(signal.SIGINT)
        server.communicate()


def test_a_port_that_is_taken_is_one_sentence_and_2(office: Office) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        server = serve(office, "--port", taken.getsockname()[1])
        out, err = server.communicate()
    assert (server.returncode, out) == (2, "")
    assert "cannot listen there (Address already in use)" in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("option", "value", "says"),
    [
        ("--trust", "nowhere", "not a folder with the files"),
        ("--trust", "hooks.toml", "not a folder with the files"),
        ("--trust", ".", "not a file of a trust folder"),
        ("--db", "hooks.toml", "file is not a database"),
        ("--hooks", "nowhere.toml", "cannot be read"),
        ("--hooks", "trust/office.toml", "sender is missing"),
        ("--host", "no.such.host.invalid", "--host no.such.host.invalid: no address"),
        ("--host", "a" * 70, "no address of this machine (not a host name)"),
        ("--zone", "Mars/Olympus", "--zone 'Mars/Olympus' is not a zone"),
        ("--at", "soon", "--at is 'soon'"),
    ],
)
def test_what_cannot_be_served_is_one_sentence(office: Office, option: str, value: str, says: str) -> None:
    folder = office.folder
    given = {"--trust": folder / "trust", "--db": folder / "new.db", "--hooks": folder / "hooks.toml"}
    paths = option in given
    given[option] = folder / value if paths else Path(value)
    arguments = [str(one) for pair in given.items() for one in pair]
    result = CliRunner().invoke(office_command, ["serve", *arguments, "--port", "0"])
    assert isinstance(result.exception, InputError)
    assert says in str(result.exception)
    assert "\n" not in str(result.exception)


def test_the_demo_shows_every_verdict_and_a_swapped_unit(tmp_path: Path) -> None:
    database = tmp_path / "demo.db"
    words, lines = [], ""
    for _ in range(2):  # the second time it finds what the first one made
        demo = start("office", "demo", "--port", 0, "--no-browser", "--db", database)
        assert demo.stdout is not None
        lines = ""
        while "--office" not in lines:
            lines += demo.stdout.readline()
        url = re.search(r"http://127\.0\.0\.1:\d+", lines)
        assert url
        trucks = re.findall(r"(LNS8X4TP\w{9})  (苏A\d{5})  (HTTPS://\S+)", lines)
        assert len(trucks) == 7
        words = [httpx.get(f"{url[0]}/v1/verdict?vin={vin}").json()["verdict"] for vin, _, _ in trucks]
        for typed in trucks[4]:
            page = httpx.get(f"{url[0]}/", params={"q": typed}).text
            assert "NS-D-0099" in page
            assert "设备可能已被调换" in page
        demo.send_signal(signal.SIGINT)
        demo.communicate()
        assert demo.returncode == 0
    assert sorted(set(words)) == sorted(
        ["fitted and alive", "issued, not seen alive", "review", "rejected", "unverifiable"]
    )
    command = re.search(r"nearside unit (report .*)", lines)
    assert command
    result = run(*command[1].split())
    assert result.exit_code == 1  # the demo is closed; the report waits
    assert "does not answer" in result.stderr
