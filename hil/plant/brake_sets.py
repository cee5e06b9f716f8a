"""Brake systems to drive with: engineering figures, to be replaced by those of a measured truck."""

from dataclasses import replace

from hil.plant.body import Body
from hil.plant.brakes import BrakeSet

BRAKE_SETS = {
    "fast_ebs": BrakeSet(0.10, 0.15, 0.12, 6.5),  # empty
    "typical_ebs": BrakeSet(0.12, 0.25, 0.20, 5.0),  # laden
    "slow_valve": BrakeSet(0.15, 0.35, 0.35, 4.0),  # retrofit
}
MEASURED_EMPTY = ("fast_ebs",)
LADEN_MPS2 = 5.0  # UN R13, type-0 test of a laden N3: no brake in order does less


def loaded(brake: BrakeSet, body: Body, load: float, name: str) -> BrakeSet:
    """The same brake force on another mass; `load` 0 is empty, 1 laden."""
    mass_t = body.empty_t + load * (body.laden_t - body.empty_t)
    measured_t = body.empty_t if name in MEASURED_EMPTY else body.laden_t
    by_force_mps2 = brake.max_decel_mps2 * measured_t / mass_t
    return replace(brake, max_decel_mps2=max(by_force_mps2, min(LADEN_MPS2, brake.max_decel_mps2)))
