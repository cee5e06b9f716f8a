"""Other FMCW radars in the same band: a burst wherever their chirp crosses ours.

As an echo gives our phase less that of the echo, the other's chirp gives our phase less its own: while the
difference of the two frequencies lies in the sampled band (0 to the rate; the filter before it is ideal), a
chirp of the difference slope appears. Equal slopes make it a tone that lasts: a ghost. Only samples inside
bursts are computed.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from radar_sim.errors import SceneError
from radar_sim.fit import SPEED_OF_LIGHT_MPS, Profile
from radar_sim.paths import Antennas, Signal
from radar_sim.propagation.obstacles import obstacles, passed
from radar_sim.propagation.view import MIDDLE, NOW, Places, View, instants
from radar_sim.scene.scatterers import Floats
from radar_sim.scene.scene import Scene
from radar_sim.sensor.antenna import rx_gain
from radar_sim.sensor.front_end import FrontEnd
from radar_sim.sensor.radio import lsb_per_root_w
from radar_sim.sensor.tones import Complexes
from radar_sim.synthesis import chirp_times_s
from radar_sim.world.rain import attenuation_db_per_km
from radar_sim.world.world import Interferer

NEAREST_M = 0.05
MOST_CHIRPS = 20_000  # of one interferer in one of our frames


@dataclass(frozen=True, slots=True)
class Burst:
    """Samples of one interferer, in any number of our chirps, one after the other (m)."""

    chirp: NDArray[np.intp]  # (m,), of our frame
    sample: NDArray[np.intp]  # (m,)
    theirs: NDArray[np.intp]  # (m,), number of their chirp, from the first that is on when our frame begins
    ramp_s: Floats  # (m,), time since our ramp began
    their_s: Floats  # (m,), time since their chirp arrived


def add_interference(
    signal: Signal,
    front: FrontEnd,
    scene: Scene,
    *,
    antennas: Antennas,
    start_s: float,
    rng: np.random.Generator,
) -> None:
    """Add to (chirp, rx, sample) in LSB what all interferers give; `start_s` is the frame's start."""
    for interferer in scene.world.interferers:
        level = _level(interferer, front, scene)  # (rx,)
        if not level.any():
            continue
        x, y, z = np.moveaxis(antennas.rx_m - np.array(interferer.position_m), -1, 0)
        delay_s = np.sqrt(x * x + y * y + z * z) / SPEED_OF_LIGHT_MPS  # (chirp, rx)
        late_s = float(delay_s[len(delay_s) // 2, 0])
        arriving = replace(interferer, first_s=interferer.first_s + late_s)
        burst = crossings(arriving, front.radar.profile, signal.shape[0], start_s)
        turns = rng.uniform(
            size=int(burst.theirs.max(initial=-1)) + 1
        )  # oscillators know nothing of each other
        for rx in np.flatnonzero(level):
            cycles = _cycles(interferer, front.radar.profile, burst, delay_s[:, rx] - late_s)
            cycles += turns[burst.theirs]
            value = level[rx] * np.exp(2j * np.pi * (cycles - np.rint(cycles)))
            # No sample is named twice: ramps of one interferer do not overlap.
            signal[burst.chirp, rx, burst.sample] += value.astype(signal.dtype)


def crossings(interferer: Interferer, profile: Profile, chirps: int, start_s: float) -> Burst:
    """Which samples of which chirps hear it."""
    first_s = profile.idle_s + profile.adc_start_s
    length_s = (profile.samples - 1) / profile.rate_hz
    opens_s = (
        np.arange(chirps) * profile.chirp_s + first_s
    )  # first sample of each chirp after the frame's start
    # Their clock at the start of our frame, less whole periods: what is left keeps its digits.
    behind_s = math.fmod(start_s - interferer.first_s, interferer.period_s)
    at_start = round((start_s - interferer.first_s - behind_s) / interferer.period_s)
    low = np.floor((behind_s + opens_s - interferer.ramp_s) / interferer.period_s).astype(np.intp)
    high = np.floor((behind_s + opens_s + length_s) / interferer.period_s).astype(np.intp)
    counts = high - low + 1
    if counts.sum() > MOST_CHIRPS:
        raise SceneError(f"interferer: more than {MOST_CHIRPS} of its chirps fall into one frame")
    ours = np.repeat(np.arange(chirps), counts)
    theirs = np.repeat(low, counts) + np.arange(len(ours)) - np.repeat(np.cumsum(counts) - counts, counts)
    ahead_s = behind_s + opens_s[ours] - theirs * interferer.period_s  # their ramp's time at our first sample
    begin, end = _heard(interferer, profile, ahead_s)
    begin[theirs + at_start < 0] = end[theirs + at_start < 0]  # they have not begun yet
    many = np.maximum(end - begin, 0)
    pair = np.repeat(np.arange(len(ours)), many)
    sample = np.arange(len(pair)) - np.repeat(np.cumsum(many) - many, many) + begin[pair]
    since_s = sample / profile.rate_hz
    base = theirs.min(initial=0)
    return Burst(
        ours[pair], sample, theirs[pair] - base, profile.adc_start_s + since_s, ahead_s[pair] + since_s
    )


def _heard(
    interferer: Interferer, profile: Profile, ahead_s: Floats
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Samples [begin, end) of each pair of chirps with their ramp on and the difference in the band."""
    gap_hz = (
        profile.start_hz
        + profile.slope_hz_per_s * profile.adc_start_s
        - interferer.start_hz
        - interferer.slope_hz_per_s * ahead_s
    )
    slope = profile.slope_hz_per_s - interferer.slope_hz_per_s
    begin_s, end_s = -ahead_s, interferer.ramp_s - ahead_s
    if slope == 0:
        outside = (gap_hz < 0) | (gap_hz >= profile.rate_hz)
        end_s = np.where(outside, begin_s, end_s)
    else:
        edges = np.stack([-gap_hz / slope, (profile.rate_hz - gap_hz) / slope])
        begin_s, end_s = np.maximum(begin_s, edges.min(axis=0)), np.minimum(end_s, edges.max(axis=0))
    limits = [np.clip(np.ceil(s * profile.rate_hz), 0, profile.samples) for s in (begin_s, end_s)]
    return limits[0].astype(np.intp), limits[1].astype(np.intp)


def _cycles(interferer: Interferer, profile: Profile, burst: Burst, later_s: Floats) -> Floats:
    """Our phase less theirs; at this receiver it arrives `later_s` (chirp,) than the burst says."""
    ours = burst.ramp_s * (profile.start_hz + profile.slope_hz_per_s * burst.ramp_s / 2)
    left_s = burst.their_s - later_s[burst.chirp]
    theirs = left_s * (interferer.start_hz + interferer.slope_hz_per_s * left_s / 2)
    cycles: Floats = ours - theirs
    return cycles


def _level(interferer: Interferer, front: FrontEnd, scene: Scene) -> Complexes:
    """Amplitude and turn at each receiver (rx,) in LSB: one way, so half of the fascia's loss."""
    fit = front.fit
    view = View(fit, front.radar, front.mount, chirp_times_s(front.radar), front.sensor)
    now = instants(scene.truck, view)
    x_m, y_m, z_m = interferer.position_m
    at = Places(np.array([complex(x_m, y_m)]), np.array([z_m]))
    sensor_m = now.in_sensor_axes(MIDDLE, at)
    range_m = float(np.sqrt(sensor_m[0, 0] ** 2 + sensor_m[1, 0] ** 2 + sensor_m[2, 0] ** 2))
    if range_m < NEAREST_M:
        raise SceneError(
            f"radar {front.radar.name}: an interferer {range_m:.3f} m away lies inside the radar"
        )
    left = passed(now.radar[NOW], at, obstacles(scene.things, (), fit.body, now))[0]
    if left == 0 or sensor_m[0, 0] <= 0:
        return np.zeros(len(front.radar.rx_m), dtype=np.complex128)
    loss_db = (
        fit.radio.fascia_loss_db / 2
        + attenuation_db_per_km(scene.world.rain_mm_per_h) * range_m / 1000
        + scene.world.radome_film_db / 2
    )
    power_dbm = interferer.eirp_dbm + fit.radio.antenna_gain_dbi - loss_db
    spread = front.radar.profile.wavelength_m / (4 * math.pi * range_m)
    unit = math.sqrt(1e-3 * 10 ** (power_dbm / 10)) * spread * lsb_per_root_w(front.radar.profile, fit.radio)
    heard = rx_gain(sensor_m, front.radar, fit.radio, front.sensor)[:, 0]
    level: Complexes = left * unit * heard * _receivers(front)
    return level


def _receivers(front: FrontEnd) -> Complexes:
    """Gain and phase of the receivers alone (rx,): those of the channels of the first living transmitter."""
    for row in front.sending.channel.astype(np.complex128):
        if row.any():
            return np.asarray(row)
    alive = np.ones(len(front.radar.rx_m), dtype=np.complex128)
    alive[list(front.sensor.dead_rx)] = 0
    return alive
