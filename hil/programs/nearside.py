"""The edge computer's own program."""

from dataclasses import replace

from edge_controller.config import Fit
from edge_controller.detection.stages import REPRODUCIBLE, Fast
from edge_controller.detection.warm_up import compile_once
from edge_controller.messages import RadarFrame, Step, VehicleState
from edge_controller.pipeline import State, judge, step
from hil.sensing import Seen


class Nearside:
    """The whole pipeline for raw samples; for finished tracks what comes after the tracker."""

    def __init__(self, fit: Fit, *, fast: Fast = REPRODUCIBLE) -> None:
        self._fit = fit
        self._fast = fast  # unless asked: what a drive comes to depends on its seed, not on FFTW's plans
        self._state = State(fit, fast=False)
        self._has_looked = False

    def decide(self, seen: Seen, truck: VehicleState, t_s: float) -> Step:  # noqa: ARG002
        """The pipeline judges for the middle of what was seen, whatever the time is now."""
        if isinstance(seen, RadarFrame):
            self._look()
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

    def _look(self) -> None:
        """Compiled stages are loaded with the first samples: who is given tracks never needs them."""
        if self._has_looked:
            return
        if self._fast == REPRODUCIBLE:
            compile_once(self._fit.radars)
        self._state = State(self._fit, fast=self._fast)
        self._has_looked = True
