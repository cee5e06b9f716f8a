"""Many seeds of the main job, every scenario, and the record under attack: what `make safety` measures."""

import json
import math
import time
from collections.abc import Iterator
from multiprocessing import Pool
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.progress import track

from edge_controller.config import shipped_fit
from edge_controller.errors import InputError
from edge_controller.install.image import firmware_sha256
from edge_controller.registration.trust import read_trust
from edge_controller.registry_office.verdict import verify_record
from hil.closed_loop import Loop, run_without_system
from hil.demo import register
from hil.encounter import Encounter, near_side_turn
from hil.gateway_host import MicroPythonGateway
from hil.scenario.catalogue import chosen, shipped
from hil.scenario.judge import Verdict
from hil.scenario.single import Asked, drive
from hil.verdict import prevented, verdict
from radar_sim import Perturb
from tests.benchmarks.rows import Row, row

SEEDS = range(1, 31)
VIN = "LNS8X4TP0T1000001"
COMMAND = f"make safety (seeds {SEEDS.start} to {SEEDS.stop - 1})"
SCENARIO_SEEDS = range(1, 4)
DRAWN = (
    "M1-front",
    "M2-early",
    "M2-enforced",
    "M2-kept",
    "N1",
    "N3-rail",
)  # of these the first encounter of each seed
WORST_OF = {
    "F1": ("braking_ends_after_silence", "fault_lamp_after_silence"),
    "O1-kickdown": ("braking_ends_after_kickdown",),
}
DRIVES = {
    "turn": {},
    "nobody": {"with_cyclist": False},
    "straight": {"turn_after_s": None, "duration_s": 14.0},
}


def measure() -> Iterator[list[Row]]:
    """Drives of every kind over all seeds, on two processes."""
    jobs = [(name, seed) for name in DRIVES for seed in SEEDS] + [("turn", SEEDS.start)]
    with Pool(2) as pool:
        done = list(track(pool.imap(_drive, jobs), "closed loop", total=len(jobs)))
    first, again = done[0], done.pop()
    by_name = {
        name: [result for (job, _), result in zip(jobs, done, strict=False) if job == name] for name in DRIVES
    }
    encounter = near_side_turn(shipped_fit("demo"))
    clearances = [result[2] for result in by_name["turn"] if result[2] is not None]
    yield [
        row("demo turn prevented, share of seeds", sum(r[0] for r in by_name["turn"]) / len(SEEDS), COMMAND),
        row("demo turn, smallest clearance of all seeds", min(clearances), COMMAND, "m"),
        row(
            "same turn without the cyclist, drives with a brake XBR",
            sum(r[1] for r in by_name["nobody"]),
            COMMAND,
        ),
        row(
            "straight on beside the cyclist, drives with a brake XBR",
            sum(r[1] for r in by_name["straight"]),
            COMMAND,
        ),
        row("verdict.json of one seed, different files in two runs", int(first[3] != again[3]), COMMAND),
        row("record with one byte changed, accepted", _accepted_changes(encounter, first[3]), "make safety"),
    ]
    yield _scenarios()


def _scenarios() -> list[Row]:
    """Scenarios of one fixed encounter, and a few that are drawn: runs that did not pass, latencies."""
    ids = [file.id for file in shipped() if not file.parameters or file.id in DRAWN]
    jobs = [(name, seed) for name in ids for seed in SCENARIO_SEEDS]
    with Pool(2) as pool:
        done = dict(zip(jobs, track(pool.imap(_judged, jobs), "scenarios", total=len(jobs)), strict=True))
    rows = []
    for name in ids:
        found = [done[name, seed] for seed in SCENARIO_SEEDS]
        command = f"nearside hil run {name} (seeds {SCENARIO_SEEDS.start} to {SCENARIO_SEEDS.stop - 1})"
        rows.append(row(f"scenario {name}, runs not passed", sum(v != "pass" for v, _ in found), command))
        for measure in WORST_OF.get(name, ()):
            told = [values.get(measure) for _, values in found]
            value = max((math.inf if one is None else one for one in told), default=math.inf)
            rows.append(row(f"scenario {name}, {measure}, longest", value, command))
    return rows


def _judged(job: tuple[str, int]) -> tuple[Verdict, dict[str, float | None]]:
    """Verdict and values of one run."""
    name, seed = job
    (file,) = chosen([name], None, shipped())
    with TemporaryDirectory() as folder:
        run, done = drive(file, Asked(seed), Path(folder), lambda _: None)
    return done.tally.verdict, {row.limit.measure: row.value for row in run.judgement.measures}


def _accepted_changes(encounter: Encounter, verdict_json: str) -> int:
    """How many of all single-byte changes (three masks each) of a demo record an office accepts."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        register(folder, encounter, verdict_json.encode(), firmware_sha256(), VIN)
        record, trust = (folder / "installation.cose").read_bytes(), read_trust(folder / "trust")
    now_s = int(time.time())
    assert verify_record(record, trust, now_s).word == "accepted"
    accepted = 0
    for at in range(len(record)):
        for mask in (0x01, 0x80, 0xFF):
            changed = record[:at] + bytes([record[at] ^ mask]) + record[at + 1 :]
            try:
                accepted += verify_record(changed, trust, now_s).word == "accepted"
            except InputError:
                continue  # cannot be decoded: refused with exit code 2
    return accepted


def _drive(job: tuple[str, int]) -> tuple[bool, bool, float | None, str]:
    """Prevented, any XBR, smallest clearance, the verdict."""
    name, seed = job
    encounter = near_side_turn(shipped_fit("demo"), **DRIVES[name])  # type: ignore[arg-type]
    with MicroPythonGateway.of(encounter.gateway_settings()) as gateway:
        log = Loop(encounter, seed, gateway, VIN, Perturb(seed)).run()
        interpreter = gateway.interpreter
    result = verdict(
        run_without_system(encounter),
        log,
        seed=seed,
        perturb=Perturb(seed),
        truth=encounter.truth,
        near_side="right",
        interpreter=interpreter,
        firmware_sha256=firmware_sha256(),
    )
    return prevented(result), log.xbr_s is not None, log.min_clearance_m, json.dumps(result)
