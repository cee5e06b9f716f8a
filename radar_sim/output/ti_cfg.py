"""A radar's settings as the text TI's mmWave SDK takes on its command line, for raw capture over LVDS.

Field orders are those of the mmWave SDK user's guide (3.x). Lines of the on-chip detection demo are left out.
"""

from typing import Any

from radar_sim.fit import Radar

ADC_BITS_16, COMPLEX_1X = 2, 1
I_FIRST = 0  # as our .bin has it; the demo firmware of most boards knows 1 only, Q first


def ti_cfg(radar: Radar, frames: int) -> str:
    """The whole file; `frames` of 0 means for ever."""
    array: dict[str, Any] = radar.primitives["array"]
    turns = [int(n) for n in array["tx_order"]]
    lines = [
        f"% {radar.name}: written by the simulator from the fit",
        "sensorStop",
        "flushCfg",
        "dfeDataOutputMode 1",
        f"channelCfg {_mask(range(len(radar.rx_m)))} {_mask(turns)} 0",
        f"adcCfg {ADC_BITS_16} {COMPLEX_1X}",
        f"adcbufCfg -1 0 {I_FIRST} 1 1",
        _profile(radar.primitives["profile"]),
        *(f"chirpCfg {turn} {turn} 0 0 0 0 0 {1 << tx}" for turn, tx in enumerate(turns)),
        _frame(radar, len(turns), frames),
        "lowPower 0 0",
        "lvdsStreamCfg -1 0 1 0",
        "sensorStart",
    ]
    return "\n".join(lines) + "\n"


def _profile(profile: dict[str, Any]) -> str:
    """One line: id, start GHz, idle us, ADC start us, ramp end us, back-off, phase shifters, slope MHz/us,
    TX start us, samples, ksps, two high-pass corners, RX gain dB.
    """
    ramp = " ".join(f"{profile[key]:g}" for key in ("start_ghz", "idle_us", "adc_start_us", "ramp_end_us"))
    rate_ksps = f"{profile['rate_msps'] * 1e3:g}"
    return (
        f"profileCfg 0 {ramp} 0 0 {profile['slope_mhz_per_us']:g} 1 {profile['samples']} {rate_ksps} 0 0 30"
    )


def _frame(radar: Radar, turns: int, frames: int) -> str:
    """frameCfg first and last chirp, loops, frames, period ms, software trigger, delay ms."""
    period_ms, delay_ms = radar.frame_period_us / 1e3, radar.frame_offset_us / 1e3
    return f"frameCfg 0 {turns - 1} {radar.profile.loops} {frames} {period_ms:g} 1 {delay_ms:g}"


def _mask(numbers: Any) -> int:
    return sum(1 << n for n in set(numbers))
