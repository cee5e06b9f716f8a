"""The checks at the truck as a record carries them: whole numbers, and the limits of office and wizard.

Each limit has its requirement in docs/reference/installation-checks.md.
"""

from dataclasses import dataclass, fields

from edge_controller.errors import InputError
from edge_controller.registration.fields import Fields

MAX_YAW_ERROR_MDEG = 4_000  # IC-11
MAX_RESIDUAL_MDEG = 1_500  # IC-12
MAX_RESPONSE_MS = 600  # IC-13
MIN_REACHED_PERCENT, MAX_REACHED_PERCENT = 60, 130  # IC-14, of what was asked
MAX_PULSE_MMPS2 = 1_500  # IC-15, as the gateway's SR-07

HASH_BYTES = 32
WIDEST_MDEG = 180_000
LONGEST_MS = 60_000
STRONGEST_MMPS2 = 20_000
FASTEST_MMPS = 50_000


@dataclass(frozen=True, slots=True)
class Wiring:
    """Which signals of the vehicle bus were seen to do what the person at the truck did."""

    speed: bool
    steering: bool
    yaw_rate: bool
    pedal: bool
    kickdown: bool
    gear: bool
    indicator: bool
    brake_switch: bool
    brake_answer: bool  # EBC5: the brake answers and would obey

    @property
    def bad(self) -> tuple[str, ...]:
        """Names of what was not seen."""
        return tuple(field.name for field in fields(self) if not getattr(self, field.name))


@dataclass(frozen=True, slots=True)
class Alignment:
    """Worst of all radars of the fit against the reflector; both rounded up."""

    radars: int
    yaw_error_mdeg: int
    residual_mdeg: int


@dataclass(frozen=True, slots=True)
class BrakePulse:
    """One short braking, asked of the gateway while the truck rolled."""

    asked_mmps2: int
    from_mmps: int
    response_ms: int  # from the gateway's consent to the truck slowing
    reached_mmps2: int


@dataclass(frozen=True, slots=True)
class Commissioning:
    """All three checks, and the hash of the raw log they were judged from."""

    wiring: Wiring
    alignment: Alignment
    pulse: BrakePulse
    log_sha256: bytes


def is_aligned(alignment: Alignment) -> bool:
    """Within IC-11 and IC-12."""
    return alignment.yaw_error_mdeg <= MAX_YAW_ERROR_MDEG and alignment.residual_mdeg <= MAX_RESIDUAL_MDEG


def is_quick(pulse: BrakePulse) -> bool:
    """Within IC-13."""
    return pulse.response_ms <= MAX_RESPONSE_MS


def is_as_asked(pulse: BrakePulse) -> bool:
    """Within IC-14."""
    low, high = (pulse.asked_mmps2 * percent for percent in (MIN_REACHED_PERCENT, MAX_REACHED_PERCENT))
    return low <= pulse.reached_mmps2 * 100 <= high


def read_commissioning(top: Fields) -> Commissioning:
    """The group as a record carries it."""
    wiring, alignment, pulse = (top.group(name) for name in ("wiring", "alignment", "pulse"))
    found = Commissioning(
        wiring=Wiring(**{field.name: wiring.flag(field.name) for field in fields(Wiring)}),
        alignment=Alignment(
            radars=alignment.whole("radars", 1, 16),
            yaw_error_mdeg=alignment.whole("yaw_error_mdeg", 0, WIDEST_MDEG),
            residual_mdeg=alignment.whole("residual_mdeg", 0, WIDEST_MDEG),
        ),
        pulse=BrakePulse(
            asked_mmps2=pulse.whole("asked_mmps2", 1, MAX_PULSE_MMPS2),
            from_mmps=pulse.whole("from_mmps", 0, FASTEST_MMPS),
            response_ms=pulse.whole("response_ms", 0, LONGEST_MS),
            reached_mmps2=pulse.whole("reached_mmps2", 0, STRONGEST_MMPS2),
        ),
        log_sha256=top.octets("log_sha256", HASH_BYTES),
    )
    for one in (wiring, alignment, pulse, top):
        one.finish()
    return found


def require_evidence(run: object, commissioning: object, what: str) -> None:
    """InputError where a record shows neither a run nor the checks at the truck."""
    if run is None and commissioning is None:
        raise InputError(f"{what}: run and commissioning are both null, one of them must be there")
