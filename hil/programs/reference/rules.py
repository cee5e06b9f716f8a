"""The policies compared, each as a few thresholds; figures and names are those of the decision study."""

from dataclasses import dataclass
from typing import Literal

Turning = Literal["never", "steered", "estimated"]
RECOMMENDED = "recommended"


@dataclass(frozen=True, slots=True)
class Rule:
    """What sets a policy off. Probabilities; None: it has no such stage.

    `turning` says how it foresees a turn: not at all (the present path only), from 0.03 rad of the
    road wheels on, or by the estimator.
    """

    turning: Turning
    full_at: float = 0.8
    late_at: float = 0.05
    ready_at: float | None = None  # torque off
    precharges: bool = False  # ... and 0.5 m/s2 beside it
    slow_at: float | None = None
    slow_mps2: float = 1.0
    indicated_mps2: float | None = None  # on the indicator alone


RULES: dict[str, Rule] = {
    "current_path": Rule("never"),
    "steer_gate": Rule("steered"),
    "indicator_partial": Rule("steered", indicated_mps2=2.5),
    "estimator": Rule("estimated"),
    "estimator_torque": Rule("estimated", ready_at=0.05),
    "precharge_at_10": Rule("estimated", ready_at=0.10, precharges=True),
    "precharge_at_5": Rule("estimated", ready_at=0.05, precharges=True),
    RECOMMENDED: Rule("estimated", ready_at=0.05, precharges=True, slow_at=0.20),
    "slow_at_10": Rule("estimated", ready_at=0.05, precharges=True, slow_at=0.10, slow_mps2=1.5),
    "slow_at_5": Rule("estimated", ready_at=0.05, precharges=True, slow_at=0.05),
    "slow_at_3": Rule("estimated", ready_at=0.03, precharges=True, slow_at=0.03, slow_mps2=2.0),
    "full_at_50": Rule("estimated", full_at=0.5, ready_at=0.05, precharges=True, slow_at=0.20),
    "full_at_95": Rule("estimated", full_at=0.95, ready_at=0.05, precharges=True, slow_at=0.20),
}
