"""From a commissioning run's verdict to a record an office accepts."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from edge_controller.config import shipped_fit
from edge_controller.errors import InputError
from edge_controller.install import demo_trust, fit_of, installation_record
from edge_controller.install.commissioning import run_of, software_of
from edge_controller.registration.record import Vehicle, read_installation
from edge_controller.registration.trust import ApprovedFirmware, read_trust, write_trust
from edge_controller.registry_office.verdict import verify_record
from tests.edge_controller.registration.samples import DAY_S, FIRMWARE, INSTALLER, NOW_S, UNIT, VIN

VERDICT: dict[str, Any] = {
    "without_system": {"contact": True, "contact_speed_mps": 4.1},
    "with_system": {
        "contact": False,
        "min_clearance_m": 0.6459,
        "stopped": True,
        "request_s": 3.15,
        "standstill_s": 5.05,
    },
    "interpreter": {"name": "MicroPython", "version": "1.29.0"},
    "firmware_sha256": FIRMWARE.hex(),
    "seed": 1,
}
TRUCK = Vehicle(VIN, VIN, "苏A12345", 2, "muck_truck")


def verdict_with(**with_system: Any) -> bytes:
    return json.dumps({**VERDICT, "with_system": {**VERDICT["with_system"], **with_system}}).encode()


def fitted(verdict_json: bytes | None = None, vehicle: Vehicle = TRUCK, fit: Path | None = None) -> bytes:
    return installation_record(
        record_id=bytes(16),
        office="demo",
        purpose="new",
        simulated=True,
        installed_at_s=NOW_S,
        expires_at_s=NOW_S + 365 * DAY_S,
        vehicle=vehicle,
        verdict_json=verdict_json or verdict_with(),
        firmware_version="0.1.0",
        fit_path=fit or shipped_fit("demo"),
        unit=UNIT,
        installer=INSTALLER,
    )


def test_the_demos_office_accepts_the_demos_record(tmp_path: Path) -> None:
    write_trust(
        tmp_path,
        demo_trust(
            office="demo",
            unit=UNIT,
            installer=INSTALLER,
            firmware=ApprovedFirmware("0.1.0", FIRMWARE),
            fit=fit_of(shipped_fit("demo")),
            not_before_s=NOW_S,
            not_after_s=NOW_S,
        ),
    )
    verdict = verify_record(fitted(), read_trust(tmp_path), NOW_S)
    assert verdict.word == "accepted"
    assert {reason.code for reason in verdict.reasons} == {"whole", "simulated_allowed"}
    tipper = fitted(fit=shipped_fit("tipper"))
    assert verify_record(tipper, read_trust(tmp_path), NOW_S).word == "review"
    failed = fitted(verdict_with(contact=True, min_clearance_m=0.0))
    assert verify_record(failed, read_trust(tmp_path), NOW_S).word == "rejected"


def test_the_record_says_what_the_run_showed() -> None:
    verdict_json = verdict_with()
    record = read_installation(fitted(verdict_json)).record
    assert record.run.contact_without
    assert not record.run.contact_with
    assert (record.run.request_ms, record.run.standstill_ms) == (3_150, 5_050)
    assert record.run.min_clearance_mm == 645  # 645.9 rounded down
    assert record.run.verdict_sha256 == hashlib.sha256(verdict_json).digest()
    assert record.software.interpreter == "MicroPython 1.29.0"
    assert record.fit.name == "demo"
    assert record.fit.sha256 == hashlib.sha256(shipped_fit("demo").read_bytes()).digest()
    assert record.simulated


def test_a_run_that_did_not_stop_or_ask_is_recorded_so() -> None:
    run = run_of(verdict_with(stopped=False, request_s=None, min_clearance_m=None))
    assert (run.request_ms, run.standstill_ms, run.min_clearance_mm) == (None, None, None)


@pytest.mark.parametrize(
    ("with_system", "says"),
    [
        ({"contact": None}, "with_system.contact is None"),
        ({"stopped": "yes"}, "with_system.stopped is 'yes'"),
        ({"request_s": "soon"}, "with_system.request_s is 'soon'"),
        ({"request_s": float("nan")}, "with_system.request_s is nan"),
        ({"min_clearance_m": True}, "with_system.min_clearance_m is True"),
        ({"request_s": -1.0}, "run.request_ms"),
        ({"min_clearance_m": 2e6}, "run.min_clearance_mm"),
    ],
)
def test_a_strange_verdict_is_named_with_its_key(with_system: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError) as caught:
        fitted(verdict_with(**with_system))
    assert says in str(caught.value)


@pytest.mark.parametrize("key", ["without_system", "with_system", "interpreter", "firmware_sha256"])
def test_a_missing_part_is_named(key: str) -> None:
    verdict = {name: value for name, value in VERDICT.items() if name != key}
    with pytest.raises(InputError, match=f"{key}.* is missing"):
        fitted(json.dumps(verdict).encode())


@pytest.mark.parametrize("sha256", ["", "00", "zz" * 32, 7])
def test_a_strange_firmware_hash_is_named(sha256: object) -> None:
    with pytest.raises(InputError, match="firmware_sha256"):
        software_of(json.dumps({**VERDICT, "firmware_sha256": sha256}).encode(), "0.1.0")


def test_what_is_no_json_is_named() -> None:
    with pytest.raises(InputError, match="not JSON"):
        run_of(b"\x89PNG")
    with pytest.raises(InputError, match="missing"):
        run_of(b"[]")


def test_a_mistyped_vin_or_plate_is_not_signed(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="position 9"):
        fitted(vehicle=replace(TRUCK, vin="LNS8X4TP5T1000001"))
    with pytest.raises(InputError, match="not the plate"):
        fitted(vehicle=replace(TRUCK, plate="12345"))
    with pytest.raises(InputError, match="colour code 1"):
        fitted(vehicle=replace(TRUCK, plate_colour=1))
    with pytest.raises(InputError, match="cannot be read"):
        fitted(fit=tmp_path / "nowhere.toml")
