"""Detections of one radar as arrays over ground, the truck's own body left out."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_controller.config import Radar, Radio, Truck
from edge_controller.coverage.budget import Look, of_a_square_metre_db
from edge_controller.messages import Detection
from edge_controller.tracking.fan_edge import turn_to_other_edge
from edge_controller.tracking.odometry import Bools, Floats, Mount, Odometry

OWN_BODY_MARGIN_M = 0.15  # mirrors, lamps, a steered tyre
OWN_BODY_STILL_MARGIN_RAD = 0.03  # azimuth error along the flank, for points that move with us
OWN_BODY_STILL_MPS = 0.3
# Glints of the flank, seen in a wide beam, land this far out. They ride along, so over ground they
# "move"; what also moves relative to us is needed to prove a road user there.
OWN_GLINTS_M = 1.0
# Our own wheels, past their guards: rims run at +-our speed about a hub that rests against us. Axles are
# where the fit has the front one, with a second steered one behind it, and about the bogie's middle.
STEERED_AXLES_M, BOGIE_HALF_M, TYRE_M = 2.2, 1.4, 0.6
OWN_WHEELS_M, OWN_WHEELS_RAD = 0.2, 0.05  # so far out, and for the azimuth of echoes that share a cell
ROLLS = 1.1  # times our speed at most: the speed of the bus may be 2 % wrong
STATIC_MPS = 0.4  # speed error 2 %, yaw rate 0.15 deg/s at the lever arm, one Doppler cell: 0.3 m/s
# A row of antennas measures sin(azimuth) cos(elevation): a stone on the ground close by seems nearer to the
# boresight than it is, and to get on there. Steeper than 20 degrees an element sees 30 dB less.
STEEPEST = 0.34  # sine of the elevation


@dataclass(frozen=True, slots=True)
class Points:
    """What is left of one frame, row by row."""

    position_m: Floats  # (n, 2) over ground
    line_of_sight: Floats  # (n, 2) unit vectors, ground frame
    range_m: Floats
    ground_mps: Floats  # range rate without our own motion: 0 for whatever stands as high as the radar
    rate_mps: Floats  # range rate against the radar
    cross_sigma_m: Floats  # azimuth sigma at that range
    moves: Bools  # neither a thing that stands nor our own body
    rests: Bools  # against us
    glints: Bools  # ... close to our own flank, or straight behind us
    wheels: Bools  # where an axle of ours may be, as slow as our own wheels
    image: Bools  # of our flank, by way of what stands
    says_nothing: Bools  # ... or somebody
    past_own: Bools  # found past our own flank
    sways: Bools  # found by that alone, while we stand
    weight: Floats
    section_dbsm: Floats  # at least as much: as high as the radar, nothing on the radome

    def __len__(self) -> int:
        return len(self.range_m)

    def only(self, keep: Bools | NDArray[np.int64]) -> "Points":
        """The rows for which `keep` is true, or those numbered."""
        return Points(
            self.position_m[keep],
            self.line_of_sight[keep],
            self.range_m[keep],
            self.ground_mps[keep],
            self.rate_mps[keep],
            self.cross_sigma_m[keep],
            self.moves[keep],
            self.rests[keep],
            self.glints[keep],
            self.wheels[keep],
            self.image[keep],
            self.says_nothing[keep],
            self.past_own[keep],
            self.sways[keep],
            self.weight[keep],
            self.section_dbsm[keep],
        )


def points_over_ground(
    detections: list[Detection],
    radar: Radar,
    mount: Mount,
    odometry: Odometry,
    truck: Truck | None,
    *,
    radio: Radio | None = None,
) -> Points:
    """Place one radar's detections on the ground frame and drop the truck's own body."""
    rows = [(d.range_m, d.azimuth_rad, d.azimuth_sigma_rad, d.range_rate_mps, d.snr_db) for d in detections]
    each = np.array(rows, dtype=np.float64).reshape(-1, 5).T.copy()
    range_m, azimuth_rad, sigma_rad, range_rate_mps, snr_db = each
    if truck is not None:
        turn_to_other_edge(each, mount, odometry, truck)
    heading = azimuth_rad + mount.heading_rad
    sight = np.empty((len(rows), 2))
    sight[:, 0], sight[:, 1] = np.cos(heading), np.sin(heading)
    # A wrong Doppler fold is off by a whole span; on the ground the smallest speed is the likeliest.
    span_mps = 2 * radar.max_range_rate_mps
    ground_mps = range_rate_mps + sight @ mount.velocity_mps
    ground_mps = ground_mps - span_mps * np.round(ground_mps / span_mps)
    own_mps = float(np.hypot(mount.velocity_mps[0], mount.velocity_mps[1]))
    flat = np.array([d.elevation_rad is None for d in detections], dtype=np.bool_)
    lowest_mps = ground_mps - np.where(flat, _seen_low_mps(sight, range_m, radar, mount), 0.0)
    slowest_mps = np.minimum(np.abs(ground_mps), np.where(ground_mps * lowest_mps > 0, np.abs(lowest_mps), 0))
    still = np.abs(range_rate_mps) < OWN_BODY_STILL_MPS
    position_m = mount.position_m + range_m[:, None] * sight
    glints = wheels = own = nothing = np.zeros(len(rows), dtype=np.bool_)
    if truck is not None:
        at_m = odometry.to_truck(position_m)
        margin_m = OWN_BODY_MARGIN_M + np.where(still, OWN_BODY_STILL_MARGIN_RAD * range_m, 0.0)
        behind = (at_m[:, 0] < -truck.length_m) & (np.abs(at_m[:, 1]) < truck.width_m / 2 + margin_m)
        glints = still & (behind | _in_body(at_m, OWN_GLINTS_M, truck))
        rolls = np.abs(range_rate_mps) < ROLLS * own_mps + OWN_BODY_STILL_MPS
        wheels = rolls & _at_own_wheels(at_m, range_m, truck)
        own = _in_body(at_m, margin_m, truck)
    points = Points(
        position_m=position_m,
        line_of_sight=sight,
        range_m=range_m,
        ground_mps=ground_mps,
        rate_mps=range_rate_mps,
        cross_sigma_m=range_m * sigma_rad,
        moves=(slowest_mps > STATIC_MPS + 2 * sigma_rad * own_mps) & ~glints & ~wheels,
        rests=still,
        glints=glints,
        wheels=wheels,
        image=nothing,
        says_nothing=nothing.copy(),
        past_own=np.array([d.past_own for d in detections], dtype=np.bool_),
        sways=np.array([d.sways for d in detections], dtype=np.bool_),
        # Between counting heads and believing the strongest glint: the fourth root of power.
        weight=10 ** (np.clip(snr_db, 0, 60) / 40),
        section_dbsm=_section_dbsm(snr_db, range_m, heading - mount.heading_rad, radar, radio),
    )
    return points.only(~own) if own.any() else points


def _section_dbsm(
    snr_db: Floats, range_m: Floats, azimuth_rad: Floats, radar: Radar, radio: Radio | None
) -> Floats:
    """Cross-section by the link budget; without one anything may be large."""
    if radio is None:
        return np.full(len(range_m), np.inf)
    seen = Look(np.maximum(range_m, 0.1), azimuth_rad, np.zeros(len(range_m)))
    section: Floats = snr_db - of_a_square_metre_db(radio, radar, seen)
    return section


def _seen_low_mps(sight: Floats, range_m: Floats, radar: Radar, mount: Mount) -> Floats:
    """By how much less the radar closes in on what lies on the ground than on what is as high as itself."""
    boresight = np.array([np.cos(mount.heading_rad), np.sin(mount.heading_rad)])
    ahead = sight @ boresight
    down = np.minimum(radar.position_m[2] / np.maximum(range_m, 0.1), STEEPEST)
    low_ahead = np.sqrt(np.maximum(ahead**2 - down**2, 0.0))
    less_mps: Floats = (ahead - low_ahead) * float(boresight @ mount.velocity_mps)
    return less_mps


def _at_own_wheels(at_m: Floats, range_m: Floats, truck: Truck) -> Bools:
    """Beside the flank where an axle of this truck may be."""
    front_m = -truck.front_overhang_m
    steered = (at_m[:, 0] < front_m + TYRE_M) & (at_m[:, 0] > front_m - STEERED_AXLES_M - TYRE_M)
    bogie = np.abs(at_m[:, 0] - truck.no_side_slip_x_m) < BOGIE_HALF_M + TYRE_M
    beside = np.abs(at_m[:, 1]) < truck.width_m / 2 + OWN_WHEELS_M + OWN_WHEELS_RAD * range_m
    return beside & (steered | bogie)


def _in_body(at_m: Floats, margin_m: Floats | float, truck: Truck) -> Bools:
    """Inside the body box, which the margin widens to its sides."""
    beside = np.abs(at_m[:, 1]) < truck.width_m / 2 + margin_m
    along = (at_m[:, 0] < OWN_BODY_MARGIN_M) & (at_m[:, 0] > -truck.length_m - OWN_BODY_MARGIN_M)
    return beside & along
