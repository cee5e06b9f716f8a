"""A real radar begins and ends: in the order that leaves no frame shifted.

The capture board counts bytes from its record start. A radar that sent already would begin somewhere in a
frame, so it is stopped and set up first, then the board records, and only then the radar starts.
"""

from collections.abc import Callable, Sequence

from edge_controller.errors import InputError
from edge_controller.radar.capture_board import CaptureBoard
from edge_controller.radar.radar_port import RadarPort
from edge_controller.radar.ti_cfg import Line

START, STOP = "sensorStart", "sensorStop"
Told = Callable[[str], None]


def start(
    lines: Sequence[Line], port: RadarPort, board: CaptureBoard | None, delay_us: float, told: Told
) -> None:
    """Set up and start radar and board; a failure leaves the board not recording."""
    starts = [n for n, line in enumerate(lines) if line.name == START]
    if not starts:
        raise InputError(f"{lines[-1].where}: the .cfg ends without a {START}, the radar would not run")
    begin = starts[0]
    if board is not None:
        board.connect()
        told(f"capture board: FPGA {board.fpga_version()}")
    for line in lines[:begin]:
        port.send(line)
    if board is None:
        for line in lines[begin:]:
            port.send(line)
        return
    board.stop_record(must=False)
    board.configure(lanes(lines), delay_us)
    board.start_record()
    try:
        for line in lines[begin:]:
            port.send(line)
    except InputError:
        board.stop_record(must=False)
        raise


def stop(port: RadarPort | None, board: CaptureBoard | None) -> None:
    """The radar first: what it sent is on its way when the board is told."""
    if port is not None:
        port.send(Line("stop", STOP, ()))
    if board is not None:
        board.stop_record(must=False)


def lanes(lines: Sequence[Line]) -> int:
    """LVDS lanes: the parts with four are those that interleave receivers (adcbufCfg)."""
    for line in lines:
        if line.name == "adcbufCfg" and len(line.words) >= 4:
            return 2 if line.words[-2] == "1" else 4
    return 2
