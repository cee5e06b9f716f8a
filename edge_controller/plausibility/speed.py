"""How fast the truck may be, by its bus and by what its radars see standing."""

from edge_controller.messages import OwnMotion, VehicleState

SURE_MPS = 0.12  # own motion known worse says less than the bus
BUS_MPS, BUS_SHARE = 0.1, 0.03
BRAKED_MPS2, BUS_LATE_S = 7.0, 0.15  # the bus tells the wheels' speed ten times a second


def bus_range(truck: VehicleState) -> tuple[float, float] | None:
    """Slowest and fastest by the bus, whose word is old while the truck brakes."""
    if truck.speed_mps is None:
        return None
    off_mps = BUS_MPS + BUS_SHARE * truck.speed_mps
    brakes = truck.braking_asked_mps2 > 0 or bool(truck.brake_pedal)
    old_mps = BRAKED_MPS2 * BUS_LATE_S if brakes else 0.0
    return max(0.0, truck.speed_mps - off_mps - old_mps), truck.speed_mps + off_mps


def seen_speed(truck: VehicleState, own: OwnMotion | None) -> float | None:
    """By the radars, where the bus does not contradict: traffic in a turn may outvote what stands."""
    span = bus_range(truck)
    if span is None or own is None or own.speed_sigma_mps > SURE_MPS:
        return None
    return own.speed_mps if span[0] <= own.speed_mps <= span[1] else None
