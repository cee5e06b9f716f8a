"""Made-up outcomes of encounters that no bench drove."""

from dataclasses import replace

from hil.scenario.outcome import Outcome

CLEAR = Outcome(
    avoided=True,
    clear=True,
    mitigated=True,
    kept=True,
    full_braking=False,
    partial_braking=False,
    gentle=False,
    warning=False,
    information=True,
    contact=False,
    contact_without=True,
    contact_speed_mps=None,
    contact_speed_without_mps=4.2,
    min_clearance_m=0.66,
)
STOOD = replace(CLEAR, clear=False, contact=True, contact_speed_mps=0.05, min_clearance_m=0.0)
NEAR = replace(CLEAR, clear=False, min_clearance_m=0.12)
MITIGATED = replace(STOOD, avoided=False, contact_speed_mps=1.5)
HIT = replace(MITIGATED, mitigated=False, contact_speed_mps=3.0)
PASSED = replace(CLEAR, contact_without=False, contact_speed_without_mps=None)
BRAKED = replace(PASSED, gentle=True, partial_braking=True, full_braking=True, warning=True)
QUIET = replace(PASSED, information=False, min_clearance_m=None)
