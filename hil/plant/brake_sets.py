"""Brake systems to drive with: engineering figures, to be replaced by those of a measured truck."""

from hil.plant.brakes import BrakeSet

BRAKE_SETS = {
    "fast_ebs": BrakeSet(0.10, 0.15, 0.12, 6.5),  # empty
    "typical_ebs": BrakeSet(0.12, 0.25, 0.20, 5.0),  # laden
    "slow_valve": BrakeSet(0.15, 0.35, 0.35, 4.0),  # retrofit
}
