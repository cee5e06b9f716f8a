"""What is true of each thing in a frame, for whoever judges what a detector says of it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing in the middle of a frame. World axes, but for what a radar would measure."""

    name: str
    place_m: tuple[float, float, float]
    heading_rad: float
    velocity_mps: tuple[float, float, float]  # over ground
    range_m: float
    azimuth_rad: float  # in the radar's true axes, positive to the left
    radial_speed_mps: float  # against the moving radar, positive when receding
    visible: float  # share of its cross section that is seen straight, 0 to 1
