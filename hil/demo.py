"""The main job: one near-side turn without and with the system, everything about it in one folder."""

import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import can

from edge_controller.config import load_fit, shipped_fit
from edge_controller.coverage import require_capable
from edge_controller.errors import InputError
from edge_controller.install import demo_trust, fit_of, installation_record
from edge_controller.install.image import FIRMWARE_VERSION, firmware_sha256
from edge_controller.messages import RadarFrame, Side
from edge_controller.record import Recorder
from edge_controller.registration.identity import InstallerIdentity, UnitIdentity, new_unit_key
from edge_controller.registration.record import Vehicle
from edge_controller.registration.trust import ApprovedFirmware, write_trust
from hil.closed_loop import Loop, Progress, run_without_system
from hil.encounter import Encounter, near_side_turn
from hil.faults import VehicleBusCut
from hil.gateway_host import Interpreter, MicroPythonGateway
from hil.moment import Moment
from hil.report import RangeDopplerMap, picture_of, write_report
from hil.runlog import RunLog
from hil.scenario.folder import PAGE, TRACE, writing_into
from hil.truth import Truth
from hil.verdict import verdict
from radar_sim import Perturb, SceneError, SimulatedFrame, write_bin

SERIAL = "NS-DEMO-0001"
OF_THE_UNIT = b"(?s).*" + SERIAL.encode()
VERDICT = "verdict.json"
OURS = {  # how each file begins
    "can.asc": TRACE,
    VERDICT: rb'\{\n  "without_system": \{',
    "steps.jsonl": rb'\{"t_s": ',
    "report.html": PAGE,
    "installation.cose": OF_THE_UNIT,
    "trust/units.toml": OF_THE_UNIT,
    "timing.json": rb'\{\n  "simulated_s": ',
}
RAW = ("bin", "json")  # of each radar
NOT_OURS = rb"(?!)"
VIN = "LNS8X4TP0T1000001"
PLATE = "苏A12345"
YELLOW = 2
PICTURE_AT_S = 4.5  # the frame kept raw and drawn: steer-in
DAY_S = 86_400


@dataclass(slots=True)
class _Kept:
    """What a run leaves besides its log: the CAN trace and one raw frame per radar."""

    trace: can.io.asc.ASCWriter
    raw: dict[str, SimulatedFrame] = field(default_factory=dict)
    frames: dict[str, RadarFrame] = field(default_factory=dict)

    def on_can(self, bus: str, message: can.Message) -> None:
        message.channel = 0 if bus == "vehicle" else 1
        self.trace.on_message_received(message)

    def on_frame(self, raw: SimulatedFrame, frame: RadarFrame) -> None:
        if frame.radar not in self.raw and frame.mid_t_s >= PICTURE_AT_S:
            self.raw[frame.radar], self.frames[frame.radar] = raw, frame


def run_demo(
    out: Path,
    *,
    seed: int,
    near_side: Side | None,
    cut_vehicle_bus: bool,
    perturb: Perturb | None,
    truth: Truth = "plain",
    progress: Progress,
) -> dict[str, Any]:
    """Run both drives, write everything into `out` and return the content of verdict.json."""
    encounter = replace(near_side_turn(shipped_fit("demo"), near_side), truth=truth)
    if cut_vehicle_bus:
        encounter = replace(encounter, faults=(VehicleBusCut(Moment(at_s=0.0)),))
    require_capable(encounter.fit)
    started_s = time.perf_counter()
    without = run_without_system(encounter)
    with_system, kept, interpreter = _with_system(out, encounter, seed, perturb, progress)
    simulated_s = time.perf_counter() - started_s
    result = verdict(
        without,
        with_system,
        seed=seed,
        perturb=perturb,
        truth=truth,
        near_side=encounter.fit.truck.near_side,
        interpreter=interpreter,
        firmware_sha256=firmware_sha256(),
    )
    verdict_json = (json.dumps(result, indent=2) + "\n").encode()
    (out / VERDICT).write_bytes(verdict_json)
    for name, raw in kept.raw.items():
        write_bin(raw, out / f"{name}.bin")
    (out / "steps.jsonl").unlink(missing_ok=True)  # a recorder appends
    with Recorder(out / "steps.jsonl") as recorder:
        for step in with_system.steps:
            recorder.append(step)
    pictures = {name: _picture(frame, encounter, with_system) for name, frame in kept.frames.items()}
    write_report(out / "report.html", without, with_system, encounter, pictures, result)
    vin_on_can = with_system.steps[-1].truck.vin if with_system.steps else None
    register(out, encounter, verdict_json, result["firmware_sha256"], vin_on_can)
    timing = {"simulated_s": simulated_s, "total_s": time.perf_counter() - started_s}
    (out / "timing.json").write_text(json.dumps(timing, indent=2) + "\n", encoding="utf-8")
    return result


def _with_system(
    out: Path, encounter: Encounter, seed: int, perturb: Perturb | None, progress: Progress
) -> tuple[RunLog, _Kept, Interpreter]:
    with (
        can.io.asc.ASCWriter(out / "can.asc") as trace,
        MicroPythonGateway.of(encounter.gateway_settings()) as gateway,
    ):
        kept = _Kept(trace)
        loop = Loop(encounter, seed, gateway, VIN, perturb, on_can=kept.on_can, on_frame=kept.on_frame)
        return loop.run(progress), kept, gateway.interpreter


def _picture(frame: RadarFrame, encounter: Encounter, log: RunLog) -> RangeDopplerMap:
    """The range-Doppler map of one frame with what the edge saw in it."""
    seen = [step for step in log.steps if (step.radar, step.frame) == (frame.radar, frame.index)]
    detections = tuple(detection for step in seen for detection in step.detections)
    return picture_of(frame, encounter.fit.radar(frame.radar), detections)


def register(
    out: Path, encounter: Encounter, verdict_json: bytes, firmware: str, vin_on_can: str | None
) -> None:
    """The installation record of this simulated truck, and what an office must trust to accept it."""
    now_s = int(datetime.now(UTC).timestamp())
    unit = UnitIdentity(SERIAL, new_unit_key())
    installer = InstallerIdentity("demo-installer", "Nearside demo", new_unit_key())
    fit_path = encounter.fit.path
    record = installation_record(
        record_id=secrets.token_bytes(16),
        office="32-01",
        purpose="new",
        simulated=True,
        installed_at_s=now_s,
        expires_at_s=now_s + 365 * DAY_S,
        vehicle=Vehicle(VIN, vin_on_can, PLATE, YELLOW, "muck_truck"),
        verdict_json=verdict_json,
        firmware_version=FIRMWARE_VERSION,
        fit_path=fit_path,
        unit=unit,
        installer=installer,
    )
    (out / "installation.cose").write_bytes(record)
    trust = demo_trust(
        office="32-01",
        unit=unit,
        installer=installer,
        firmware=ApprovedFirmware(FIRMWARE_VERSION, bytes.fromhex(firmware)),
        fit=fit_of(fit_path),
        not_before_s=now_s - DAY_S,
        not_after_s=now_s + 366 * DAY_S,
    )
    write_trust(out / "trust", trust)


@contextmanager
def guarded(out: Path) -> Iterator[None]:
    """What cannot be written into `out`, and the simulator's own kind of bad input, become ours."""
    try:
        with writing_into(out, ours=_ours(out)):
            yield
    except SceneError as error:
        raise InputError(str(error)) from error


def _ours(out: Path) -> dict[str, bytes]:
    """Raw frames look like any radar's: they are of a demo where its verdict, written before them, is."""
    if (out / VERDICT).exists():
        return OURS
    raw = (f"{radar.name}.{ending}" for radar in load_fit(shipped_fit("demo")).radars for ending in RAW)
    return OURS | dict.fromkeys(raw, NOT_OURS)
