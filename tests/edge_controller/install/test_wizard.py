"""The wizard beside the simulated truck: a whole fitting, every check made to fail, cuts at any moment."""

import hashlib
import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from click.testing import CliRunner

from edge_controller.config import shipped_fit
from edge_controller.errors import InputError
from edge_controller.install.commands import install
from edge_controller.install.faces import FileFace
from edge_controller.install.image import firmware_sha256
from edge_controller.install.questions import KIND
from edge_controller.install.steps import STEPS
from edge_controller.install.text import Text
from edge_controller.install.truck import truck_kind
from edge_controller.install.wizard import Fitting, run
from edge_controller.registration.record import read_installation
from edge_controller.registration.spool import Spool
from edge_controller.registration.trust import read_trust
from edge_controller.registration.unit import UnitFolder
from edge_controller.registry_office.verdict import verify_record
from tests.edge_controller.install.fittings import EXAMPLE, VIN, Ran, answers, fit

LOGS = ("wiring", "alignment", "brake_pulse")
FaultFitted = Callable[[dict[str, Any]], tuple[Path, Ran]]


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ran]:
    out = tmp_path_factory.mktemp("fitting") / "out"
    return out, fit(out, EXAMPLE)


@pytest.fixture
def fitted(once: tuple[Path, Ran], tmp_path: Path) -> tuple[Path, Ran]:
    """The fitted truck's folder, for each test its own."""
    out = tmp_path / "fitted"
    shutil.copytree(once[0], out)
    return out, once[1]


@pytest.fixture(scope="module")
def with_fault(tmp_path_factory: pytest.TempPathFactory) -> FaultFitted:
    """Folder and run of a fitting with a fault; run once, nobody changes its folder."""
    found: dict[str, tuple[Path, Ran]] = {}

    def once(fault: dict[str, Any]) -> tuple[Path, Ran]:
        if repr(fault) not in found:
            folder = tmp_path_factory.mktemp("fault")
            found[repr(fault)] = folder / "out", fit(folder / "out", answers(folder, fault))
        return found[repr(fault)]

    return once


def record_of(out: Path) -> bytes:
    return (out / "installation.cose").read_bytes()


def test_the_shipped_example_ends_in_a_record_that_its_office_accepts(fitted: tuple[Path, Ran]) -> None:
    out, ran = fitted
    assert ran.result.exit_code == 0, ran.result.output
    assert ran.told["failed"] is None
    assert [step["step"] for step in ran.told["steps"]] == [
        "vin", "plate", "class", "connect", "flash", "wiring", "alignment", "brake_pulse", "sign", "papers",
        "deliver",
    ]  # fmt: skip
    verdict = verify_record(record_of(out), read_trust(out / "trust"), int(time.time()))
    assert verdict.word == "accepted"
    assert {reason.code for reason in verdict.reasons} == {"whole", "simulated_allowed"}


def test_the_record_says_what_was_found(fitted: tuple[Path, Ran]) -> None:
    out, ran = fitted
    record = read_installation(record_of(out)).record
    assert record.simulated
    assert record.run is None
    assert (record.vehicle.vin, record.vehicle.vin_on_can) == (VIN, VIN)
    assert (record.vehicle.plate, record.vehicle.plate_colour, record.vehicle.kind) == (
        "苏A12345",
        2,
        "muck_truck",
    )
    assert record.software.firmware_sha256.hex() == firmware_sha256()
    assert record.software.interpreter == "micropython 1.29.0"
    assert record.fit.name == "tipper"
    assert record.fit.sha256 == hashlib.sha256(shipped_fit("tipper").read_bytes()).digest()
    checks = record.commissioning
    assert checks is not None
    assert checks.wiring.bad == ()
    assert checks.alignment.radars == 2
    assert 0 < checks.alignment.yaw_error_mdeg <= 1_500  # the bench mounts within 0.6 degrees and 4 cm
    assert checks.pulse.asked_mmps2 == 1_500
    # 120 ms to the valves, 250 ms to fill, some 45 ms to 0.3 m/s2, up to 50 ms of bus
    assert 370 <= checks.pulse.response_ms <= 500
    assert 1_200 <= checks.pulse.reached_mmps2 <= 1_500
    logs = b"".join((out / "checks" / f"{name}.jsonl").read_bytes() for name in LOGS)
    assert checks.log_sha256 == hashlib.sha256(logs).digest()
    assert ran.steps["sign"]["record_sha256"] == hashlib.sha256(record_of(out)).hexdigest()


def test_the_gateway_ran_the_flashed_files_in_shadow(fitted: tuple[Path, Ran]) -> None:
    out, _ = fitted
    slots = json.loads((out / "board" / "slots.json").read_text())
    assert (slots["active"], slots["good"]) == ("a", True)
    assert firmware_sha256(out / "board" / "a" / "firmware") == firmware_sha256()
    manifest = json.loads((out / "board" / "a" / "manifest.json").read_text())
    assert manifest["settings"]["released"] == 0


def test_the_raw_log_holds_the_pulse_on_the_vehicle_bus(fitted: tuple[Path, Ran]) -> None:
    out, _ = fitted
    lines = [json.loads(line) for line in (out / "checks" / "brake_pulse.jsonl").read_text().splitlines()]
    xbr = [line for line in lines if line.get("id") == "0C040BA0"]
    braking = [line for line in xbr if line["data"][4:6] == "e2"]
    assert 0.8 <= braking[-1]["t_s"] - braking[0]["t_s"] <= 1.0
    strongest = min(int.from_bytes(bytes.fromhex(line["data"][:4]), "little") for line in braking)
    assert (strongest - 32127) / 2048 == pytest.approx(-1.5, abs=0.001)
    assert [line["data"][4:6] for line in xbr[-5:]] == ["cc"] * 5


def test_the_record_waits_in_the_unit_once(fitted: tuple[Path, Ran]) -> None:
    out, _ = fitted
    spool = UnitFolder.open(out / "unit").spool
    assert [spool.read(number) for number in spool.waiting()] == [record_of(out)]


def test_a_second_run_changes_nothing_that_was_signed(fitted: tuple[Path, Ran]) -> None:
    out, _ = fitted
    before = record_of(out)
    (out / "installation.pdf").unlink()
    again = fit(out, EXAMPLE)
    assert again.result.exit_code == 0
    assert record_of(out) == before
    assert (out / "installation.pdf").exists()
    assert [step["step"] for step in again.told["steps"] if step["was_done"]] == [
        "vin", "plate", "class", "flash", "wiring", "alignment", "brake_pulse", "sign",
    ]  # fmt: skip
    assert len(UnitFolder.open(out / "unit").spool.waiting()) == 1


def test_a_cut_right_after_signing_signs_no_second_record(fitted: tuple[Path, Ran]) -> None:
    out, _ = fitted
    before = record_of(out)
    state = json.loads((out / "wizard.json").read_text())
    for step in ("sign", "papers", "deliver"):
        del state["done"][step]
    Fitting(out, truck_kind("simulated"), None, 0, None, state["answers"], state["done"]).keep()
    assert fit(out, EXAMPLE).result.exit_code == 0
    assert record_of(out) == before


@pytest.mark.parametrize("gone", ["installation.cose", "unit"])
def test_what_was_signed_and_is_gone_is_named_and_not_made_anew(
    fitted: tuple[Path, Ran], tmp_path: Path, gone: str
) -> None:
    out, _ = fitted
    (out / gone).rename(tmp_path / "elsewhere")
    error = fit(out, EXAMPLE).result.exception
    assert isinstance(error, InputError)
    assert str(out / gone) in str(error)
    assert "bring it back" in str(error)
    assert "找回" in str(error)
    (tmp_path / "elsewhere").rename(out / gone)
    assert fit(out, EXAMPLE).result.exit_code == 0


def test_two_wizards_do_not_work_in_one_folder(fitted: tuple[Path, Ran]) -> None:
    out, _ = fitted
    kind, face = truck_kind("simulated"), FileFace(EXAMPLE, STEPS, to_stderr=False)
    fitting = Fitting(out, kind, kind.options(face.simulated), int(time.time()), None)
    first = run(fitting, STEPS, face)
    next(first)
    error = fit(out, EXAMPLE).result.exception
    assert isinstance(error, InputError)
    assert "Another wizard is at work" in str(error)
    assert "另一个安装向导" in str(error)
    first.close()
    assert fit(out, EXAMPLE).result.exit_code == 0


def test_another_truck_does_not_get_into_the_same_folder(fitted: tuple[Path, Ran], tmp_path: Path) -> None:
    out, _ = fitted
    before = record_of(out)
    other = answers(tmp_path, {"vehicle.vin": "LNS8X4TP2T1000002", "vehicle.plate": "苏A54321"})
    error = fit(out, other).result.exception
    assert isinstance(error, InputError)
    assert "请换一个文件夹" in str(error)
    assert "use another folder" in str(error)
    assert record_of(out) == before


def test_a_mixer_gets_the_fit_of_its_class(tmp_path: Path) -> None:
    changes = {"vehicle.kind": "mixer", "vehicle.plate": "苏A12345D", "vehicle.plate_colour": 93}
    ran = fit(tmp_path / "out", answers(tmp_path, changes))
    assert ran.result.exit_code == 0, ran.result.output
    record = read_installation(record_of(tmp_path / "out")).record
    assert (record.vehicle.kind, record.fit.name) == ("mixer", "mixer")
    assert record.fit.sha256 == hashlib.sha256(shipped_fit("mixer").read_bytes()).digest()
    trust = read_trust(tmp_path / "out" / "trust")
    assert verify_record(record_of(tmp_path / "out"), trust, int(time.time())).accepted


@pytest.mark.parametrize(
    ("fault", "step", "cause", "cause_zh"),
    [
        ({"simulated.steering_unplugged": True}, "wiring", "转向角 steering", "转向角"),
        ({"simulated.steering_reversed": True}, "wiring", "steering", "转向角"),
        ({"simulated.indicator_swapped": True}, "wiring", "近侧转向灯 indicator", "近侧转向灯"),
        ({"simulated.brake_silent": True}, "wiring", "brake answer EBC5", "EBC5"),
        ({"simulated.radar_yaw_error_deg": 6.0}, "alignment", "'corner' is off by +5", "安装角偏差"),
        ({"simulated.weak_brake": True}, "brake_pulse", "0.50 m/s² where 1.5 was asked", "请求1.5"),
        ({"simulated.vin_on_bus": "LATPAB071W1005301"}, "vin_differs", "itself LATPAB071W1005301", "上报为"),
    ],
)  # fmt: skip
def test_each_check_can_fail_and_nothing_is_signed_then(
    with_fault: FaultFitted, fault: dict[str, Any], step: str, cause: str, cause_zh: str
) -> None:
    out, ran = with_fault(fault)
    assert ran.result.exit_code == 1, ran.result.output
    failed = ran.told["failed"]
    assert failed["code"] == step
    assert cause in failed["cause"]
    assert cause_zh in failed["cause_zh"]
    assert failed["remedy"]
    assert failed["remedy_zh"]
    assert failed["cause"] in ran.result.output
    assert failed["cause_zh"] in ran.result.output
    assert "No record was signed" in ran.result.output
    assert not (out / "installation.cose").exists()
    assert not (out / "unit").exists()


def test_a_fault_that_was_mended_lets_the_fitting_go_on(with_fault: FaultFitted, tmp_path: Path) -> None:
    weak, failed = with_fault({"simulated.weak_brake": True})
    assert failed.result.exit_code == 1
    shutil.copytree(weak, tmp_path / "out")
    ran = fit(tmp_path / "out", answers(tmp_path))
    assert ran.result.exit_code == 0
    assert ran.steps["alignment"]["was_done"]
    assert not ran.steps["brake_pulse"]["was_done"]


def test_a_truck_that_does_not_tell_its_vin_is_fitted_and_reviewed(tmp_path: Path) -> None:
    ran = fit(tmp_path / "out", answers(tmp_path, {"simulated.vin_on_bus": ""}))
    assert ran.result.exit_code == 0
    assert ran.steps["connect"]["vin_on_can"] is None
    verdict = verify_record(
        record_of(tmp_path / "out"), read_trust(tmp_path / "out" / "trust"), int(time.time())
    )
    assert verdict.word == "review"
    assert "vin_not_on_can" in {reason.code for reason in verdict.reasons}


@pytest.mark.parametrize(
    ("changes", "key", "says"),
    [
        ({"vehicle.vin": "LNS8X4TPOT1000001"}, "vehicle.vin", "position 9 is the letter 'O'"),
        ({"vehicle.vin": "LNS8X4TP0T100000I"}, "vehicle.vin", "position 17 is the letter 'I'"),
        ({"vehicle.vin": "LNQ8X4TP0T1000001"}, "vehicle.vin", "第3位是字母“Q”"),
        ({"vehicle.vin": "LNS8X4TP5T1000001"}, "vehicle.vin", "check digit"),
        ({"vehicle.vin": "LNS8X4TP0T100000"}, "vehicle.vin", "有16位，应为17位"),
        ({"vehicle.vin": 5}, "vehicle.vin", "not a text"),
        ({"vehicle.plate": "12345"}, "vehicle.plate", "不符合大型汽车号牌格式"),
        ({"vehicle.plate_colour": 1}, "vehicle.plate_colour", "颜色代码为1"),
        ({"vehicle.plate_colour": "yellow"}, "vehicle.plate_colour", "not a whole number"),
        ({"vehicle.kind": "coach"}, "vehicle.kind", "not one of muck_truck, mixer"),
        ({"unit.serial": ""}, "unit.serial", "1 to 64"),
        ({"installer.id": "x" * 65}, "installer.id", "1 to 64"),
        ({"installer.key": "nowhere.pem"}, "installer.key", "cannot be read"),
        ({"record.purpose": "gift"}, "record.purpose", "new, repair, move, re-inspect"),
        ({"record.valid_days": 367}, "record.valid_days", "1 to 366"),
        ({"record.valid_days": 1.5}, "record.valid_days", "whole number"),
        ({"record.host": "not a host"}, "record.host", "not a host name"),
        ({"record.colour": "red"}, "record.colour", "not a key"),
        ({"vehicle.vin": "A" * 5000}, "vehicle.vin", "too long"),
        ({"vehicle.vin": "\x1b[31mLNS"}, "vehicle.vin", "cannot be shown"),
        ({"vehicle.plate": "苏" * 5000}, "vehicle.plate", "too long"),
        ({"record.host": ".."}, "record.host", "not a host name"),
        ({"record.host": "office.example:99999"}, "record.host", "not a host name"),
        ({"simulated.seed": -1}, "simulated.seed", "outside"),
        ({"simulated.weak_brake": "yes"}, "simulated.weak_brake", "true or false"),
        ({"simulated.radar_yaw_error_deg": 31}, "simulated.radar_yaw_error_deg", "outside"),
        ({"simulated.vin_on_bus": "苏"}, "simulated.vin_on_bus", "ASCII"),
        ({"simulated.flat_tyre": True}, "simulated.flat_tyre", "not a key"),
        ({"driver.name": "Li"}, "driver", "not a key"),
    ],
)
def test_a_wrong_answer_is_one_sentence_with_file_and_key(
    tmp_path: Path, changes: dict[str, Any], key: str, says: str
) -> None:
    error = fit(tmp_path / "out", answers(tmp_path, changes)).result.exception
    assert isinstance(error, InputError)
    assert f"{tmp_path / 'answers.toml'}: {key}" in str(error)
    assert says in str(error)
    assert str(error).isprintable()
    assert len(str(error)) < 500
    assert not (tmp_path / "out" / "wizard.json").exists()


@pytest.mark.parametrize("key", ["vehicle.vin", "vehicle.plate_colour", "vehicle.kind", "unit.serial"])
def test_a_missing_answer_is_named(tmp_path: Path, key: str) -> None:
    error = fit(tmp_path / "out", answers(tmp_path, leave_out=key)).result.exception
    assert isinstance(error, InputError)
    assert f"{key} is missing" in str(error)


def test_a_folder_with_a_record_of_another_origin_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "installation.cose").write_bytes(b"another's")
    error = fit(tmp_path / "out", EXAMPLE).result.exception
    assert isinstance(error, InputError)
    assert "another origin" in str(error)
    assert record_of(tmp_path / "out") == b"another's"


@pytest.mark.parametrize(
    "content", ["", "[]", '{"schema": 2}', '{"schema": 1, "done": 3}', '{"schema": 1, "done": {"vin": 3}}']
)
def test_a_spoilt_state_is_named_and_nothing_is_lost(tmp_path: Path, content: str) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "wizard.json").write_text(content)
    error = fit(tmp_path / "out", EXAMPLE).result.exception
    assert isinstance(error, InputError)
    assert "wizard.json" in str(error)
    assert (tmp_path / "out" / "wizard.json").read_text() == content


@pytest.mark.parametrize(
    ("typed", "code"),
    [("搅拌车", "mixer"), ("混凝土搅拌车", "mixer"), ("Ｍixer ", "mixer"), ("Muck truck", "muck_truck")],
)
def test_a_class_is_known_by_every_name_the_wizard_shows(typed: str, code: str) -> None:
    assert KIND.read(typed, {}) == code


@pytest.mark.parametrize(
    ("old", "new"), [('"response_ms": 430', '"response_ms": 130'), ('"speed": true,', "")]
)
def test_a_state_that_changed_since_is_not_gone_on_with(fitted: tuple[Path, Ran], old: str, new: str) -> None:
    """A figure in it goes into the record that is signed."""
    state = fitted[0] / "wizard.json"
    text = state.read_text(encoding="utf-8")
    assert old in text
    state.write_text(text.replace(old, new), encoding="utf-8")
    error = fit(fitted[0], EXAMPLE).result.exception
    assert isinstance(error, InputError)
    assert "wizard.json cannot be read as the state of a fitting" in str(error)


class CutFace(FileFace):
    """Answers from the example; the power fails when the n-th thing is asked to be done."""

    def __init__(self, at: int) -> None:
        super().__init__(EXAMPLE, STEPS, to_stderr=False)
        self._left = at

    def please(self, text: Text) -> None:
        self._left -= 1
        if self._left < 0:
            raise KeyboardInterrupt
        super().please(text)


@pytest.mark.parametrize(("at", "kept"), [(3, "flash"), (16, "alignment")])
def test_a_cut_loses_nothing_that_was_done(tmp_path: Path, at: int, kept: str) -> None:
    kind = truck_kind("simulated")
    face = CutFace(at)
    fitting = Fitting(tmp_path / "out", kind, kind.options(face.simulated), int(time.time()), None)
    with pytest.raises(KeyboardInterrupt):
        list(run(fitting, STEPS, face))
    assert not (tmp_path / "out" / "installation.cose").exists()
    ran = fit(tmp_path / "out", EXAMPLE)
    assert ran.result.exit_code == 0
    done = [step["step"] for step in ran.told["steps"] if step["was_done"]]
    assert done[-1] == kept
    verdict = verify_record(
        record_of(tmp_path / "out"), read_trust(tmp_path / "out" / "trust"), int(time.time())
    )
    assert verdict.accepted


def test_a_gateway_that_fails_its_self_test_is_flashed_anew_by_the_next_run(tmp_path: Path) -> None:
    kind = truck_kind("simulated")
    face = CutFace(0)
    fitting = Fitting(tmp_path / "out", kind, kind.options(face.simulated), int(time.time()), None)
    with pytest.raises(KeyboardInterrupt):
        list(run(fitting, STEPS, face))
    rules = tmp_path / "out" / "board" / "a" / "firmware" / "rules.py"
    rules.write_text(rules.read_text().replace("1500", "9500"))
    broken = fit(tmp_path / "out", EXAMPLE)
    assert broken.result.exit_code == 1
    assert broken.told["failed"]["code"] == "gateway_dead"
    again = fit(tmp_path / "out", EXAMPLE)
    assert again.result.exit_code == 0
    assert not again.steps["flash"]["was_done"]
    assert again.steps["flash"]["slot"] == "b"


def test_ctrl_c_tells_how_to_go_on(tmp_path: Path) -> None:
    # As at a terminal: a shell that runs the tests in its background lets them ignore the interrupt.
    heeds = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    program = f"{heeds}; from edge_controller.cli import main; main()"
    arguments = ["install", "--simulated", "--answers", str(EXAMPLE), "--out", str(tmp_path / "out")]
    running = subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    assert running.stdout is not None
    for line in running.stdout:
        if line.startswith("[6/"):
            running.send_signal(signal.SIGINT)
            break
    _, said = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "run the same command again" in said
    assert "重新运行同一命令" in said
    assert "Traceback" not in said
    assert "flash" in json.loads((tmp_path / "out" / "wizard.json").read_text())["done"]


class Office(BaseHTTPRequestHandler):
    """Takes everything and says so."""

    bodies: list[bytes] = []  # noqa: RUF012 - one office a test

    def do_POST(self) -> None:
        self.bodies.append(self.rfile.read(int(self.headers["content-length"])))
        self.send_response(201)
        self.end_headers()
        self.wfile.write(b'{"received": true, "duplicate": false}')

    def log_message(self, *_: object) -> None:
        """Quiet."""


def office_toml(folder: Path, port: int) -> Path:
    path = folder / "office.toml"
    secret = "whsec_" + "QUJD" * 10
    path.write_text(f'url = "http://127.0.0.1:{port}"\nsender = "fitter"\nsecret = "{secret}"\n')
    return path


def test_an_office_that_is_down_gets_the_record_later_and_once(
    fitted: tuple[Path, Ran], tmp_path: Path
) -> None:
    out, _ = fitted
    with HTTPServer(("127.0.0.1", 0), Office) as closed:
        port = closed.server_port
    down = fit(out, EXAMPLE, "--office", str(office_toml(tmp_path, port)))
    assert down.result.exit_code == 0
    assert down.steps["deliver"]["waiting"] == 1
    assert down.steps["deliver"]["problem"]["code"] == "office_silent"
    assert "登记机构" in down.result.output
    Office.bodies.clear()
    with HTTPServer(("127.0.0.1", 0), Office) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        file = office_toml(tmp_path, server.server_port)
        for _ in range(2):
            up = fit(out, EXAMPLE, "--office", str(file))
            assert up.result.exit_code == 0
            assert up.steps["deliver"]["waiting"] == 0
        server.shutdown()
    assert Office.bodies == [record_of(out)]
    assert Spool(out / "unit" / "spool").waiting() == []


def typed(out: Path, *lines: str, more: Callable[[list[str]], list[str]] = lambda x: x) -> Any:
    command = more(["--simulated", "--out", str(out)])
    return CliRunner().invoke(install, command, input="".join(f"{line}\n" for line in lines))


def test_a_person_is_asked_step_by_step_and_again_after_a_wrong_answer(tmp_path: Path) -> None:
    told = typed(
        tmp_path / "out",
        "LNS8X4TPOT1000001", "lns8x4tp0t1000001",  # the letter O; then small letters
        "12345", "苏Ａ·１２３４５", "1", "２",
        "bus", "渣土车",
        "NS-7", "320100-017", "南京示范安装站", "", "32-01", "", "400", "30", "",
    )  # fmt: skip
    assert told.exit_code == 0, told.output
    assert "第9位是字母“O”" in told.output
    assert "position 9 is the letter 'O'" in told.output
    assert "taken as: 苏A12345" in told.output
    assert "颜色代码为1" in told.output
    record = read_installation(record_of(tmp_path / "out")).record
    assert (record.vehicle.vin, record.vehicle.plate, record.vehicle.plate_colour) == (VIN, "苏A12345", 2)
    assert (record.unit.serial, record.installer.id, record.purpose) == ("NS-7", "320100-017", "new")
    assert record.expires_at_s - record.installed_at_s == 30 * 86_400


def test_a_person_who_leaves_is_not_asked_the_same_again(tmp_path: Path) -> None:
    assert typed(tmp_path / "out", VIN, "").exit_code != 0  # no plate yet; then the input ends
    told = typed(tmp_path / "out", "muck_truck", "NS-7", "1", "x", "", "32-01", "", "", "")
    assert told.exit_code == 0, told.output
    record = read_installation(record_of(tmp_path / "out")).record
    assert (record.vehicle.vin, record.vehicle.plate, record.vehicle.plate_colour) == (VIN, None, None)
