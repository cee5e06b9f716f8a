"""A truck that drives by the book: what its bus and its radars say of it, moment by moment."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from edge_controller.config import load_fit, shipped_fit
from edge_controller.messages import Indicator, OwnMotion, VehicleState

FIT = load_fit(shipped_fit("demo"))
WHEELBASE_M = 5.675
FRAMES_S = (0.0167, 0.0333)  # two radars, one after the other
Wheel = Callable[[float], float]


def turn_at(start_s: float, *, rate_radps: float = 0.25, final_rad: float = 0.44) -> Wheel:
    """Road wheels that go over to the near side (right, so negative) from then on."""
    return lambda t_s: -min(final_rad, max(0.0, rate_radps * (t_s - start_s)))


@dataclass(frozen=True, slots=True)
class Drive:
    """Speed and wheels over time, and how wrong the sensors are."""

    wheel: Wheel
    speed_mps: float = 4.0
    steer_offset_rad: float = 0.0
    yaw_offset_radps: float = 0.0
    yaw_noise_radps: float = 0.0
    ratio: float = 1.0  # of said to true angle
    follows_s: float = 0.0  # how late the nose follows the wheels
    indicator: Indicator = "none"
    radars_see: bool = True
    seed: int = 1

    def moments(self, end_s: float) -> Iterator[tuple[VehicleState, OwnMotion | None]]:
        """What bus and radars say, in time order."""
        rng = np.random.default_rng(self.seed)
        t_s, n, acts_rad = 0.0, 0, self.wheel(0.0)
        while t_s < end_s:
            dt_s = FRAMES_S[n % 2]
            t_s, n = t_s + dt_s, n + 1
            steer_rad = self.wheel(t_s)
            keeps = math.exp(-dt_s / self.follows_s) if self.follows_s else 0.0
            acts_rad = steer_rad + (acts_rad - steer_rad) * keeps
            yaw_radps = self.speed_mps * math.tan(acts_rad) / WHEELBASE_M
            said_radps = yaw_radps + self.yaw_offset_radps + self.yaw_noise_radps * rng.standard_normal()
            truck = VehicleState(
                t_s=t_s,
                speed_mps=self.speed_mps,
                yaw_rate_radps=round(said_radps * 8192) / 8192,  # SPN 1808
                steer_rad=self.ratio * steer_rad + self.steer_offset_rad,
                accel_mps2=0.0,
                indicator=self.indicator,
                accelerator_pct=20.0,
                kickdown=False,
                brake_pedal=False,
                forward_gear=True,
            )
            yield truck, OwnMotion(self.speed_mps, yaw_radps, 0.03, 0.01, 20) if self.radars_see else None


def frozen(name: str, from_s: float) -> Callable[[VehicleState], VehicleState]:
    """A sensor that keeps the value it has then."""
    kept: list[float] = []

    def spoil(truck: VehicleState) -> VehicleState:
        if truck.t_s < from_s:
            return truck
        if not kept:
            kept.append(getattr(truck, name))
        return replace(truck, **{name: kept[0]})

    return spoil


def swapped(name: str, from_s: float) -> Callable[[VehicleState], VehicleState]:
    """A sensor that says left for right from then on."""
    return lambda truck: truck if truck.t_s < from_s else replace(truck, **{name: -getattr(truck, name)})
