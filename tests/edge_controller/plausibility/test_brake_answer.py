"""A brake that is asked for and does not slow the truck. Truth: latency 0.12, filling 0.25, rise 0.20 s."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from edge_controller.messages import OwnMotion, VehicleState
from edge_controller.plausibility import Plausibility
from hil.plant.brakes import BrakeChain, BrakeSet
from tests.edge_controller.plausibility.drives import FIT, Drive

TYPICAL = BrakeSet(0.12, 0.25, 0.20, 5.0)
WORDS = ("brake: it is asked for and the truck does not slow",)
Asks = dict[float, float]  # from t_s: m/s2


def braked(
    asks: Asks, *, air_until_s: float = 99.0, grip_mps2: float = 9.0, drag_mps2: float = 0.25
) -> Iterator[tuple[VehicleState, float]]:
    """What the bus says, and the true speed, of a truck at 5 m/s that is asked to brake."""
    chain, speed_mps, at_ms = BrakeChain(TYPICAL, grip_mps2), 5.0, 0
    for truck, _ in Drive(lambda _: 0.0).moments(4.0):
        asked_mps2 = next((asked for since_s, asked in reversed(asks.items()) if truck.t_s >= since_s), 0.0)
        while at_ms < 1000 * truck.t_s:
            at_ms += 1
            chain.demand(asked_mps2, at_ms / 1000)
            decel_mps2 = chain.advance(at_ms / 1000, 0.001)
            drag = drag_mps2 if asked_mps2 else 0.0
            slows_mps2 = drag + (decel_mps2 if at_ms / 1000 < air_until_s else 0.0)
            speed_mps = max(0.0, speed_mps - slows_mps2 * 0.001)
        yield replace(truck, speed_mps=speed_mps, braking_asked_mps2=asked_mps2), speed_mps


def told(
    moments: Iterator[tuple[VehicleState, float]],
    check: Plausibility | None = None,
    *,
    by_radar: bool = True,
    from_s: float = 0.0,
) -> list[float]:
    """When the brake is named."""
    check, named = check or Plausibility(FIT), []
    for truck, speed_mps in moments:
        own = OwnMotion(speed_mps, 0.0, 0.03, 0.01, 20) if by_radar else None
        check.update(replace(truck, t_s=from_s + truck.t_s), own)
        if check.warnings == WORDS:
            named.append(truck.t_s)
    return named


def test_no_air_behind_a_filled_brake_is_named_in_a_third_of_a_second() -> None:
    named = told(braked({1.0: 0.5, 1.6: 5.0}, air_until_s=1.6))
    assert 1.6 < named[0] < 1.93
    assert named[-1] > 3.9


def test_no_air_behind_an_empty_brake_is_named_when_it_should_have_bitten() -> None:
    """It bites after 0.37 s and 0.2 m/s are missing 0.1 s later: sooner nothing can tell."""
    named = told(braked({1.0: 5.0}, air_until_s=0.0))
    assert 1.45 < named[0] < 1.6


@pytest.mark.parametrize("drag_mps2", [0.0, 0.25, 0.5, -0.25])
def test_neither_engine_drag_nor_slope_makes_a_dead_brake_later(drag_mps2: float) -> None:
    """The demand grows in 0.1 s; 0.45 s from its 2 m/s2 on leave 0.05 s for the lamp."""
    asks = {1.0: 1.6, 1.05: 3.2, 1.067: 4.0, 1.1: 5.0}
    named = told(braked(asks, air_until_s=0.0, drag_mps2=drag_mps2))
    assert 1.4 < named[0] < 1.05 + 0.46


@pytest.mark.parametrize("drag_mps2", [0.25, -0.25])
@pytest.mark.parametrize("seed", range(5))
def test_a_brake_that_brakes_is_named_by_nobody_though_the_radars_stray(seed: int, drag_mps2: float) -> None:
    noise = np.random.default_rng(seed)
    check = Plausibility(FIT)
    for truck, speed_mps in braked({1.0: 1.6, 1.03: 3.2, 1.06: 5.0}, drag_mps2=drag_mps2):
        check.update(truck, OwnMotion(speed_mps + 0.03 * noise.standard_normal(), 0.0, 0.03, 0.01, 20))
        assert check.warnings == ()


def test_the_bus_alone_tells_it_later() -> None:
    named = told(braked({1.0: 5.0}, air_until_s=0.0), by_radar=False)
    assert 1.6 < named[0] < 1.85


@pytest.mark.parametrize("by_radar", [True, False])
@pytest.mark.parametrize(
    "asks", [{1.0: 5.0}, {1.0: 0.5, 1.6: 1.0, 2.0: 5.0}, {1.0: 2.0}, {1.0: 1.0, 2.0: 0.0, 2.3: 5.0}]
)
@pytest.mark.parametrize("grip_mps2", [9.0, 2.5])
def test_a_brake_that_brakes_is_named_by_nobody(asks: Asks, grip_mps2: float, by_radar: bool) -> None:
    assert told(braked(asks, grip_mps2=grip_mps2), by_radar=by_radar) == []


def test_five_per_cent_downhill_is_no_fault() -> None:
    assert told(braked({1.0: 1.0, 2.0: 5.0}, drag_mps2=-0.25)) == []


def test_what_only_prepares_tells_nothing() -> None:
    assert told(braked({1.0: 1.0}, air_until_s=0.0)) == []


def test_a_braking_that_works_ends_it() -> None:
    check = Plausibility(FIT)
    assert told(braked({1.0: 5.0}, air_until_s=0.0), check)
    assert told(braked({1.0: 5.0}), check, from_s=10.0)[-1] < 1.7
