"""What the loop promises whatever decides in it: one seed one drive, the mirrored world mirrored."""

import pytest

from edge_controller.config import shipped_fit
from edge_controller.messages import Side
from hil.buses import in_memory
from hil.closed_loop import Loop
from hil.encounter import near_side_turn
from hil.gateway_host import CPythonGateway
from hil.programs import program_named
from hil.runlog import RunLog
from radar_sim import Perturb

VIN = "LNS8X4TP0T1000001"


def drive(side: Side = "right", program: str = "nearside", seed: int = 3) -> RunLog:
    encounter = near_side_turn(shipped_fit("demo"), side, gap_m=1.2)
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
