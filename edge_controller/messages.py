"""What travels through the pipeline, stage by stage. Axes and signs: docs/reference/conventions.md.

Truck axes: x forward, y left, z up, origin on the ground below the middle of the front bumper.
Sensor axes: x along the boresight, y left, z up. Azimuth runs from x towards y.
A negative range rate closes.
"""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Indicator = Literal["none", "left", "right", "unknown"]
Side = Literal["right", "left"]


@dataclass(frozen=True, slots=True)
class RadarFrame:
    """One frame of raw samples as the capture delivered it."""

    radar: str  # name in the fit
    index: int  # frame number of that radar, from 0
    mid_t_s: float  # middle of the chirps on the edge's monotonic clock
    samples: NDArray[np.int16]  # (chirp, rx, sample, 2): TDM chirps in time order, I then Q
    lost_packets: int = 0  # gaps filled with zeros


@dataclass(frozen=True, slots=True)
class Detection:
    """One reflection seen by one radar, in that radar's own axes."""

    radar: str
    t_s: float
    range_m: float
    range_rate_mps: float  # relative to the sensor, unfolded as far as `fold_margin_db` says
    azimuth_rad: float
    azimuth_sigma_rad: float
    snr_db: float  # integrated: over samples, chirps and channels
    fold_margin_db: float  # odds that the velocity fold is right: below 20 more than 1 in 100 is wrong
    elevation_rad: float | None  # None where the array cannot tell height
    # (virtual channel,) as if it had not moved between the transmitters, phase of the middle of the frame
    peak: NDArray[np.complex64] = field(repr=False, compare=False)
    past_own: bool = False  # found past the truck's own flank: for who is proven (decision 0155)
    indirect: bool = False  # left by another way than it came back: nobody is there (decision 0164)
    sways: bool = False  # found under what is steady while the truck stands (decision 0171)


@dataclass(frozen=True, slots=True)
class Track:
    """One road user or thing, in truck axes at `t_s`; velocity is over ground."""

    id: int
    t_s: float
    x_m: float
    y_m: float
    vx_mps: float
    vy_mps: float
    covariance: NDArray[np.float64] = field(repr=False, compare=False)  # (4, 4) of x, y, vx, vy
    length_m: float  # extent along the direction of motion
    width_m: float
    born_t_s: float
    hits: int  # frames with at least one detection
    confirmed: bool
    moving: bool  # proven to move over ground; a track that is not is kept all the same
    radars: tuple[str, ...]  # who has seen it lately
    ax_mps2: float = 0.0  # of the road user over ground
    ay_mps2: float = 0.0
    breathes: bool = False  # stands, and was found to sway as people do
    likely: bool = False  # moves far off, by fewer looks than prove it: for the lamp (decision 0137)

    @property
    def is_road_user(self) -> bool:
        """Proven to be one, by moving or by breathing."""
        return self.confirmed and (self.moving or self.breathes)


@dataclass(frozen=True, slots=True)
class VehicleState:
    """The truck as its bus tells it; None where nothing (fresh) is known."""

    t_s: float
    speed_mps: float | None
    yaw_rate_radps: float | None  # positive to the left
    steer_rad: float | None  # road-wheel angle, positive to the left
    accel_mps2: float | None
    indicator: Indicator
    accelerator_pct: float | None
    kickdown: bool | None
    brake_pedal: bool | None
    forward_gear: bool | None  # False in neutral and reverse
    vin: str | None = None
    braking_asked_mps2: float = 0.0  # by XBR on the vehicle bus, whoever sent it; positive brakes


@dataclass(frozen=True, slots=True)
class OwnMotion:
    """How the truck moves over ground by what its radars see standing; of the point without side slip."""

    speed_mps: float  # negative backwards
    yaw_rate_radps: float  # positive to the left
    speed_sigma_mps: float
    yaw_rate_sigma_radps: float
    statics: int  # reflections of this frame that agreed; 0 where it had no say

    @property
    def rests(self) -> bool:
        """Slower than 0.1 m/s by two sigmas: CAN speed cannot prove that, it reads zero below a threshold."""
        return abs(self.speed_mps) + 2 * self.speed_sigma_mps < 0.1


class State(IntEnum):
    """The ladder, with the numbers the link frame carries (firmware.link has the same)."""

    OFF = 0
    STANDBY = 1
    INFORM = 2
    WARN = 3
    PREPARE = 4
    SLOW = 5
    MUST_STOP = 6
    FULL = 7
    HOLD = 8


@dataclass(frozen=True, slots=True)
class Hazard:
    """What one track may mean for the swept body. Probabilities as in docs/explanation/hazard.md."""

    track_id: int
    in_information_zone: bool
    time_to_contact_s: float | None  # on the likeliest path that meets; None where none meets
    contact_x_m: float | None  # where on the truck, truck axes
    contact_y_m: float | None
    min_clearance_m: float
    p_turn: float  # steer-in has begun or begins soon
    p_contact: float  # contact if nobody brakes
    p_late: float  # contact if we wait one step more
    p_unrecoverable: float  # contact if the driver steers in now and we brake only then
    around_information_zone: bool = False  # in it, or so little outside that a lamp that burns stays on
    in_moving_off_zone: bool = False  # ahead, UN R159
    touched_on_moving_off: bool = False  # if the truck sets off with its wheels as they stand
    touched_if_late: bool = False  # ... even if we brake one cycle from now


@dataclass(frozen=True, slots=True)
class BrakeRequest:
    """What the edge asks of the gateway."""

    t_s: float
    state: State
    side: Side
    decel_mps2: float  # positive brakes; 0 asks for lamps only
    policy: str  # who asked: blind_spot, moving_off, right_turn_stop
    track_id: int | None


@dataclass(frozen=True, slots=True)
class PolicyEvent:
    """Something a policy wants remembered; kinds of right_turn_stop: kept, enforced, skipped."""

    t_s: float
    policy: str
    kind: str


@dataclass(frozen=True, slots=True)
class Step:
    """Everything one radar frame led to. The recorder writes this; replay is `step` again."""

    t_s: float
    frame: int
    radar: str
    truck: VehicleState
    detections: tuple[Detection, ...]
    tracks: tuple[Track, ...]
    hazards: tuple[Hazard, ...]
    request: BrakeRequest
    events: tuple[PolicyEvent, ...] = ()
    own_motion: OwnMotion | None = None  # None while no statics tell
    faults: tuple[str, ...] = ()  # of all radars, in plain words
