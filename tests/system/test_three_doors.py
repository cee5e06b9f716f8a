"""One truck through all three doors by the commands people type: fitted, driven on the bench, found green."""

import base64
import json
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import zxingcpp
from PIL import Image

from edge_controller.registration.unit import UnitFolder

NEARSIDE = Path(sys.executable).with_name("nearside")
VIN, PLATE = "LNS8X4TP0T1000001", "苏A12345"
ANSWERS = """\
[vehicle]
vin = "LNS8X4TP0T1000001"
plate = "苏Ａ·12345"
plate_colour = 2
kind = "muck_truck"
[unit]
serial = "NS-SIM-0001"
[installer]
id = "320100-017"
organisation = "南京示范安装站"
[record]
office = "32-01"
purpose = "new"
valid_days = 365
host = "office.example"
[simulated]
seed = 1
"""


def nearside(*arguments: object, expect: int = 0) -> str:
    """What the command says; it must end with that exit code."""
    done = subprocess.run(
        [str(NEARSIDE), *map(str, arguments)], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == expect, f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


@contextmanager
def opened(folder: Path, *more: str) -> Iterator[str]:
    """The office that trusts this fitting, on a free port; ended as a person ends it."""
    command = [NEARSIDE, "office", "serve", "--trust", folder / "fitting" / "trust", "--port", "0", *more]
    command += ["--db", folder / "office.db", "--hooks", folder / "hooks.toml"]
    with subprocess.Popen([str(one) for one in command], stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            told = server.stdout.readline()
            found = re.search(r"http://127\.0\.0\.1:\d+", told)
            assert found, told
            yield found[0]
        finally:
            server.send_signal(signal.SIGINT)
        assert server.wait(20) == 0


def say_where(folder: Path, url: str) -> Path:
    """The sender's office.toml, and its twin on the office's side."""
    secret = "whsec_" + base64.b64encode(bytes(range(32))).decode()
    (folder / "hooks.toml").write_text(f'[[sender]]\nid = "fleet-7"\nsecrets = ["{secret}"]\n')
    path = folder / "office.toml"
    path.write_text(f'url = "{url}"\nsender = "fleet-7"\nsecret = "{secret}"\n')
    return path


def verdict(url: str) -> dict[str, Any]:
    answer = httpx.get(f"{url}/v1/verdict", params={"vin": VIN})
    assert answer.status_code == 200
    return dict(answer.json())


def wizard(folder: Path) -> tuple[object, ...]:
    """The command that fits the truck, or goes on with it."""
    return ("install", "--simulated", "--answers", folder / "answers.toml", "--out", folder / "fitting")


@pytest.fixture(scope="module")
def fitted_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The installer fits it while the office is closed, so the record waits in the unit; what was said."""
    folder = tmp_path_factory.mktemp("once")
    (folder / "answers.toml").write_text(ANSWERS, encoding="utf-8")
    closed = say_where(folder, "http://127.0.0.1:9")
    return folder, nearside(*wizard(folder), "--office", closed, "--json", folder / "fitted.json")


@pytest.fixture
def told(fitted_once: tuple[Path, str], tmp_path: Path) -> str:
    """What the wizard said; the fitted truck is in each test's own folder."""
    folder, said = fitted_once
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    return said


def test_fit_a_truck_drive_it_find_it_green_swap_its_unit_find_it_not_green(
    told: str, tmp_path: Path
) -> None:
    fitting, unit = tmp_path / "fitting", tmp_path / "fitting" / "unit"
    assert PLATE in told
    assert "联系不上登记机构" in told
    steps = {step["step"]: step for step in json.loads((tmp_path / "fitted.json").read_bytes())["steps"]}
    flashed = json.dumps(steps["flash"])
    [qr] = zxingcpp.read_barcodes(Image.open(fitting / "qr.png"))

    # The test engineer drives the near-side turn: the same firmware, by its hash.
    nearside("hil", "run", "T1-demo", "--seed", 1, "--out", tmp_path / "bench")
    results = json.loads((tmp_path / "bench" / "results.json").read_bytes())
    assert results["verdict"] == "pass"
    assert results["gateway"]["interpreter"] == "micropython"
    firmware = results["gateway"]["firmware_sha256"]
    assert firmware in flashed
    assert (unit / "firmware.sha256").read_text().strip() == firmware

    # The officer opens; what waited arrives, once however often it is delivered.
    with opened(tmp_path) as url:
        office = say_where(tmp_path, url)
        nearside("unit", "deliver", "--unit", unit, "--office", office)
        assert verdict(url)["verdict"] == "issued, not seen alive"
        nearside(*wizard(tmp_path), "--office", office)
        (unit / "spool" / "received").unlink()  # as after a restored backup: everything goes out again
        nearside("unit", "deliver", "--unit", unit, "--office", office)
        assert "安装记录1份" in httpx.get(url).text

        nearside("unit", "report", "--unit", unit, "--vin-on-can", VIN, "--office", office)
        assert verdict(url)["verdict"] == "fitted and alive"
        for asked in (VIN, VIN[-8:], "苏Ａ·12345", qr.text):
            page = httpx.get(url, params={"q": asked}, follow_redirects=True)
            assert page.status_code == 200, asked
            assert "已装且在线" in page.text, asked

        # Its unit is swapped for another genuine one.
        other = UnitFolder.create(tmp_path / "other", "NS-SIM-0002")
        other.fitted(bytes.fromhex(firmware))
        with (fitting / "trust" / "units.toml").open("a", encoding="utf-8") as units:
            key = other.identity.public_key.hex()
            units.write(f'[[unit]]\nserial = "NS-SIM-0002"\npublic_key = "{key}"\n')
        nearside("unit", "report", "--unit", tmp_path / "other", "--vin-on-can", VIN, "--office", office)
        swapped = verdict(url)
        assert swapped["verdict"] == "review"
        assert "other_unit_reports" in {reason["code"] for reason in swapped["reasons"]}
        page = httpx.get(url, params={"q": VIN}, follow_redirects=True).text
        assert "NS-SIM-0002" in page
        assert "已装且在线" not in page


@pytest.mark.usefixtures("told")
def test_a_unit_that_falls_silent_is_green_for_seven_days(tmp_path: Path) -> None:
    with opened(tmp_path) as url:
        office = say_where(tmp_path, url)
        unit = tmp_path / "fitting" / "unit"
        nearside("unit", "report", "--unit", unit, "--vin-on-can", VIN, "--office", office)
        assert verdict(url)["verdict"] == "fitted and alive"
    reported = datetime.now(UTC)
    for days, word in ((6.9, "fitted and alive"), (7.1, "issued, not seen alive")):
        then = (reported + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
        with opened(tmp_path, "--at", then) as url:
            assert verdict(url)["verdict"] == word
