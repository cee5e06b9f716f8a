"""What the loop promises whatever decides in it: one seed one drive, the mirrored world mirrored."""

from dataclasses import replace

import pytest

from edge_controller.config import shipped_fit
from edge_controller.messages import Side
from hil.buses import in_memory
from hil.closed_loop import Loop
from hil.encounter import near_side_turn
from hil.faults.faults import Fault
from hil.faults.supply import SupplyDip
from hil.gateway_host import CPythonGateway
from hil.moment import Moment
from hil.programs import program_named
from hil.runlog import RunLog
from radar_sim import Perturb

VIN = "LNS8X4TP0T1000001"


def drive(
    side: Side = "right", program: str = "nearside", seed: int = 3, faults: tuple[Fault, ...] = ()
) -> RunLog:
    encounter = replace(near_side_turn(shipped_fit("demo"), side, gap_m=1.2), faults=faults)
    with CPythonGateway(**encounter.gateway_settings()) as gateway:
        loop = Loop(
            encounter,
            seed,
            gateway,
            VIN,
            Perturb(seed),
            level="perfect",
            program=program_named(program),
            buses=in_memory,
        )
        return loop.run()


def ladder(log: RunLog) -> list[tuple[float, str, str, str, int]]:
    return [(tick.t_s, tick.edge_state, tick.gateway_state, tick.reason, tick.lamps) for tick in log.ticks]


def test_one_seed_is_one_drive_and_another_seed_another() -> None:
    first, again, other = drive(), drive(), drive(seed=4)
    assert first.ticks == again.ticks
    assert first.xbr == again.xbr
    assert first.ticks != other.ticks


@pytest.mark.parametrize("program", ["nearside", "recommended"])
def test_the_mirrored_world_climbs_the_same_ladder_at_the_same_ticks(program: str) -> None:
    right, left = drive("right", program), drive("left", program)
    assert ladder(right) == ladder(left)
    assert "full" in {tick.gateway_state for tick in right.ticks}
    assert [tick.truck.y_m for tick in right.ticks] == [-tick.truck.y_m for tick in left.ticks]
    assert right.min_clearance_m == pytest.approx(left.min_clearance_m, abs=1e-9)


def test_a_log_says_who_looked_and_how_often() -> None:
    log = drive()
    assert log.level == "perfect"
    assert log.sensors == pytest.approx({"perfect": 0.05})
    assert {step.radar for step in log.steps} == {"perfect"}


def test_a_contact_ends_the_drive_but_not_before_what_has_to_follow_a_fault() -> None:
    """Nobody brakes; the supply dips half a second before the contact. Limits of faults end within 4 s."""
    plain = drive(program="empty")
    assert plain.contact is not None
    met_s = plain.contact.t_s
    assert plain.ticks[-1].t_s == pytest.approx(met_s + 0.7, abs=0.02)
    dip = SupplyDip(Moment(at_s=met_s - 0.5), 0.0, 0.4)
    faulty = drive(program="empty", faults=(dip,))
    assert faulty.ticks[-1].t_s == pytest.approx(met_s + 3.5, abs=0.02)
    assert faulty.contact == plain.contact
    assert faulty.ticks[: len(plain.ticks)][-1].users_m == plain.ticks[-1].users_m
    late = SupplyDip(Moment(at_s=0.5), 0.0, 0.4)  # long over by then
    assert drive(program="empty", faults=(late,)).ticks[-1].t_s == plain.ticks[-1].t_s
