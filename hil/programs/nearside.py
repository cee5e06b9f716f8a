"""The edge computer's own program."""

from dataclasses import replace

from edge_controller.config import Fit
from edge_controller.messages import RadarFrame, Step, VehicleState
from edge_controller.pipeline import State, judge, step
from hil.sensing import Seen


class Nearside:
    """The whole pipeline for raw samples; for finished tracks what comes after the tracker."""

    def __init__(self, fit: Fit, *, fast: bool = False) -> None:
        self._fit = fit
        # Unless asked: what a drive comes to depends on its seed, not on an extra that may be there.
        self._state = State(fit, fast=fast)

    def decide(self, seen: Seen, truck: VehicleState, t_s: float) -> Step:  # noqa: ARG002
        """The pipeline judges for the middle of what was seen, whatever the time is now."""
        if isinstance(seen, RadarFrame):
            return step(seen, truck, self._state, self._fit)
        truck = replace(truck, t_s=seen.mid_t_s)
        believed = self._state.plausibility.update(truck, None)
        for radar in self._fit.radars:  # whoever gives tracks stands for all of them
            self._state.note(radar, believed, seen.mid_t_s)
        judged = judge(seen.tracks, seen.radar, seen.index, believed, state=self._state, fit=self._fit)
        return replace(judged, truck=truck, faults=self._state.plausibility.faults)

    def health(self) -> int:
        """As the pipeline finds itself."""
        return self._state.health()
