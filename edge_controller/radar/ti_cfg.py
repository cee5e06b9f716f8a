"""The `.cfg` that TI's mmWave SDK takes on its command line: what it says of a raw capture.

Field orders are those of the mmWave SDK user's guide (3.x, and 1.x where that differs). Lines of the on-chip
detection are not ours and are passed over; what would change the samples in a way not known here is refused.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from edge_controller.config import Array, Profile, Radar
from edge_controller.errors import InputError
from edge_controller.radar.boards import antennas, board_named
from edge_controller.radar.sample_order import Order, is_real
from edge_controller.toml_table import read_within

MAX_BYTES = 100_000
LOWEST_GHZ, HIGHEST_GHZ = 57.0, 81.0  # of TI's parts
MAX_CHIRPS = 512  # in the chirp table
REFUSED = ("advFrameCfg", "subFrameCfg", "contModeCfg")
SIXTEEN_BITS = 2


@dataclass(frozen=True, slots=True)
class Line:
    """One command: where it stands, its name, its numbers as written."""

    where: str
    name: str
    words: tuple[str, ...]

    def number(self, place: int, low: float = -math.inf, high: float = math.inf) -> float:
        """The finite number at a place within [low, high]."""
        try:
            value = float(self.words[place])
        except ValueError:
            value = math.nan
        if not low <= value <= high or math.isinf(value):
            said = self.words[place]
            raise InputError(
                f"{self.where}: {self.name} has {said!r} at place {place + 1}, outside {low:g} to {high:g}"
            )
        return value

    def whole(self, place: int, low: int, high: int) -> int:
        """A whole number within [low, high]."""
        value = self.number(place, low, high)
        if value != int(value):
            raise InputError(
                f"{self.where}: {self.name} has {self.words[place]!r} at place {place + 1}, no whole number"
            )
        return int(value)


@dataclass(frozen=True, slots=True)
class TiCfg:
    """A radar as its `.cfg` has it; antennas are numbers of the chip, not places."""

    path: Path
    profile: Profile  # as sampled, also where the samples are real
    tx_order: tuple[int, ...]
    receivers: tuple[int, ...]
    order: Order
    frames: int  # 0 for ever


def commands(path: Path) -> list[Line]:
    """Every line that is a command, comments and blank ones left out."""
    content = read_within(path, MAX_BYTES, "a radar's .cfg")
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: is no text") from error
    lines = []
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.split()
        if words and words[0][0] not in "%#":
            if not line.isascii() or not line.replace("\t", " ").isprintable():
                raise InputError(f"{path}: line {number}: has letters a radar's command line does not know")
            lines.append(Line(f"{path}: line {number}", words[0], tuple(words[1:])))
    if not lines:
        raise InputError(f"{path}: holds no command")
    return lines


def read_cfg(path: Path) -> TiCfg:
    """What a `.cfg` says of the samples; InputError names file, line and command."""
    lines = _last_settings(commands(path))
    for line in lines:
        if line.name in REFUSED:
            raise InputError(f"{line.where}: {line.name}: only plain frames are read")
    _refuse_unless(lines, "dfeDataOutputMode", 0, (1,), "only plain frames are read")
    _refuse_unless(lines, "lvdsStreamCfg", 1, (0,), "samples with headers between them are not read")
    _refuse_unless(lines, "lvdsStreamCfg", 2, (1,), "no samples are sent, or more than samples")
    _refuse_unless(lines, "bpmCfg", 1, (0,), "transmitters that send at once are not read")
    frame = _one(lines, path, "frameCfg", 7)
    first, last = frame.whole(0, 0, MAX_CHIRPS - 1), frame.whole(1, 0, MAX_CHIRPS - 1)
    if last < first:
        raise InputError(
            f"{frame.where}: frameCfg ends with chirp {last}, before chirp {first} it begins with"
        )
    chirps = [_chirp(lines, path, number) for number in range(first, last + 1)]
    channels = _one(lines, path, "channelCfg", 3)
    turns, repeats = _turns(chirps, frame)
    _check_masks(channels, chirps)
    order = _order(lines, path)
    loops = frame.whole(2, 1, 255 * 256) * repeats
    return TiCfg(
        path=path,
        profile=_profile(lines, path, chirps, loops, frame.number(4, 0.1, 10_000) * 1e-3),
        tx_order=turns,
        receivers=_bits(channels.whole(0, 1, 15)),
        order=order,
        frames=frame.whole(3, 0, 65_535),
    )


def radar_of(cfg: TiCfg, said_antennas: str) -> Radar:
    """The radar of a `.cfg`, antennas of a named board or of a TOML; where it hangs is not known."""
    profile = complex_profile(cfg.profile, str(cfg.path)) if is_real(cfg.order) else cfg.profile
    board = board_named(said_antennas)
    if board is not None and (board.lanes == 4) != cfg.order.endswith(("interleaved", "interleaved_qi")):
        raise InputError(
            f"{cfg.path}: adcbufCfg and board {said_antennas} disagree: "
            f"receivers are interleaved over four lanes and only there, it has {board.lanes}"
        )
    array = antennas(said_antennas, profile.wavelength_m)
    _check_antennas(cfg, array, said_antennas)
    if board is None and array.tx_order != cfg.tx_order:
        raise InputError(
            f"{said_antennas}: tx_order is {list(array.tx_order)}, {cfg.path} sends by {list(cfg.tx_order)}"
        )
    radar = Radar(
        name=cfg.path.stem,
        position_m=(0.0, 0.0, 1.0),
        yaw_rad=0.0,
        pitch_rad=0.0,
        profile=profile,
        array=Array(array.name, tuple(array.rx_m[n] for n in cfg.receivers), array.tx_m, cfg.tx_order),
        frame_offset_s=0.0,
    )
    if radar.dwell_s > profile.frame_s:
        raise InputError(f"{cfg.path}: the chirps take longer than the frame period")
    return radar


def complex_profile(profile: Profile, where: str) -> Profile:
    """Of real samples: the complex ones that say the same, half as many at half the rate."""
    if profile.samples % 2:
        raise InputError(f"{where}: {profile.samples} real samples in a chirp are odd in number")
    return replace(profile, samples=profile.samples // 2, rate_hz=profile.rate_hz / 2)


def _last_settings(lines: list[Line]) -> list[Line]:
    """What holds after the last flushCfg."""
    flushes = [n for n, line in enumerate(lines) if line.name == "flushCfg"]
    return lines[flushes[-1] :] if flushes else lines


def _one(lines: list[Line], path: Path, name: str, numbers: int) -> Line:
    """The command of that name, given once with so many numbers or more."""
    found = [line for line in lines if line.name == name]
    if not found:
        raise InputError(f"{path}: has no {name}")
    if len(found) > 1:
        raise InputError(f"{found[1].where}: {name} a second time")
    return _checked(found[0], numbers)


def _checked(line: Line, numbers: int) -> Line:
    if len(line.words) < numbers:
        raise InputError(f"{line.where}: {line.name} has {len(line.words)} numbers, not {numbers}")
    return line


def _refuse_unless(lines: list[Line], name: str, place: int, known: Sequence[int], why: str) -> None:
    for line in lines:
        if line.name == name and _checked(line, place + 1).number(place) not in known:
            raise InputError(f"{line.where}: {name} has {line.words[place]} at place {place + 1}: {why}")


def _chirp(lines: list[Line], path: Path, number: int) -> Line:
    """The chirpCfg of a chirp of the frame."""
    named = [_checked(line, 8) for line in lines if line.name == "chirpCfg"]
    last = MAX_CHIRPS - 1
    found = [line for line in named if line.whole(0, 0, last) <= number <= line.whole(1, 0, last)]
    if not found:
        raise InputError(f"{path}: frameCfg uses chirp {number}, no chirpCfg describes it")
    if len(found) > 1:
        raise InputError(f"{found[1].where}: describes chirp {number} a second time")
    for place in range(3, 7):
        if found[0].number(place) != 0:
            raise InputError(f"{found[0].where}: chirpCfg differs from its profile, such chirps are not read")
    return found[0]


def _turns(chirps: list[Line], frame: Line) -> tuple[tuple[int, ...], int]:
    """Transmitters in their order, and how often that order comes within the frame's chirps."""
    sent = []
    for chirp in chirps:
        on = _bits(chirp.whole(7, 0, 15))
        if len(on) != 1:
            raise InputError(
                f"{chirp.where}: chirpCfg sends by {len(on)} transmitters, one at a time is read"
            )
        sent.append(on[0])
    turns = tuple(dict.fromkeys(sent))
    repeats = len(sent) // len(turns)
    if list(turns) * repeats != sent:
        raise InputError(f"{frame.where}: transmitters do not take even turns: {sent}")
    return turns, repeats


def _check_masks(channels: Line, chirps: list[Line]) -> None:
    enabled = channels.whole(1, 0, 15)
    for chirp in chirps:
        if not chirp.whole(7, 0, 15) & enabled:
            raise InputError(f"{chirp.where}: chirpCfg sends by a transmitter that channelCfg leaves off")


def _check_antennas(cfg: TiCfg, array: Array, said: str) -> None:
    if max(cfg.tx_order) >= len(array.tx_m):
        raise InputError(
            f"{cfg.path}: sends by TX{max(cfg.tx_order) + 1}, {said} has {len(array.tx_m)} of them"
        )
    if max(cfg.receivers) >= len(array.rx_m):
        raise InputError(f"{cfg.path}: uses RX{max(cfg.receivers) + 1}, {said} has {len(array.rx_m)} of them")


def _order(lines: list[Line], path: Path) -> Order:
    """How samples lie in the file, by adcCfg and adcbufCfg."""
    adc, buffer = _one(lines, path, "adcCfg", 2), _one(lines, path, "adcbufCfg", 4)
    if adc.number(0) != SIXTEEN_BITS:
        raise InputError(f"{adc.where}: adcCfg: samples of 16 bits (2) are read, not {adc.words[0]}")
    at = len(buffer.words) - 4  # SDK 1.x has no subframe before the four
    real = adc.whole(1, 0, 2) == 0
    if bool(buffer.whole(at, 0, 1)) != real:
        raise InputError(f"{buffer.where}: adcbufCfg and adcCfg disagree on whether samples are complex")
    q_first, apart = buffer.whole(at + 1, 0, 1) == 1, buffer.whole(at + 2, 0, 1) == 1
    if real:
        return "real_sequential" if apart else "real_interleaved"
    if apart:
        return "qqii" if q_first else "iiqq"
    return "interleaved_qi" if q_first else "interleaved"


def _profile(lines: list[Line], path: Path, chirps: list[Line], loops: int, frame_s: float) -> Profile:
    used = {chirp.whole(2, 0, 3) for chirp in chirps}
    if len(used) > 1:
        raise InputError(f"{path}: the chirps of a frame have {len(used)} profiles, one is read")
    number = used.pop()
    found = [line for line in lines if line.name == "profileCfg" and _checked(line, 11).number(0) == number]
    if len(found) != 1:
        raise InputError(f"{path}: has {len(found)} profileCfg of number {number}, one is needed")
    line = found[0]
    profile = Profile(
        name=path.stem,
        start_hz=line.number(1, LOWEST_GHZ, HIGHEST_GHZ) * 1e9,
        slope_hz_per_s=line.number(7, 0.1, 300) * 1e12,
        idle_s=line.number(2, 0, 10_000) * 1e-6,
        adc_start_s=line.number(3, 0, 10_000) * 1e-6,
        ramp_end_s=line.number(4, 1, 10_000) * 1e-6,
        samples=line.whole(9, 4, 8192),
        rate_hz=line.number(10, 100, 100_000) * 1e3,
        loops=loops,
        frame_s=frame_s,
    )
    if profile.adc_start_s + profile.samples / profile.rate_hz > profile.ramp_end_s * (1 + 1e-9):
        raise InputError(f"{line.where}: profileCfg ends the ramp before the last sample is taken")
    return profile


def _bits(mask: int) -> tuple[int, ...]:
    return tuple(n for n in range(mask.bit_length()) if mask >> n & 1)
