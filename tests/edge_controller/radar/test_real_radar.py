"""`nearside radar` against a radar without hardware: real sockets, a real serial port, its own process."""

import os
import re
import resource
import signal
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from edge_controller.errors import InputError
from edge_controller.radar.commands import radar as radar_commands
from edge_controller.radar.recorder import Recorder
from edge_controller.radar.recording import read_recording, read_replay_toml
from edge_controller.radar.ti_cfg import radar_of, read_cfg
from hil.fake_radar import FakeRadar
from radar_sim.output.dca1000 import Stream, payload
from tests.edge_controller.radar.test_ti_cfg import DEMO

# 4 loops x 3 transmitters, 4 receivers, 64 samples: 12 288 bytes a frame.
CFG = DEMO.replace("frameCfg 0 2 16 0 100", "frameCfg 0 2 4 0 20").replace(" 256 5209", " 64 5209")
CFG = CFG.replace("adcbufCfg -1 0 1", "adcbufCfg -1 0 0")  # I first, as the simulator files it
CUBES = np.random.default_rng(5).integers(-999, 999, (12, 12, 4, 64, 2)).astype(np.int16)
FRAMES = [payload(cube) for cube in CUBES]
BOARD, HOST = "127.0.0.2", "127.0.0.1"
NAMES = [
    "connect",
    "FPGA version",
    "record stop",
    "FPGA configuration",
    "connect",
    "packet delay",
    "record start",
]


@pytest.fixture(scope="module")
def ports() -> int:
    """A command port that is free, and the data port after it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind((BOARD, 0))
        port = one.getsockname()[1]
    return min(port, 65_000)


def fake(ports: int, frames: list[bytes] = FRAMES, **more: object) -> FakeRadar:
    return FakeRadar(
        (BOARD, ports), (HOST, ports + 1), frames, lambda: Stream().packets, period_s=0.02, **more
    )


def cfg(folder: Path, text: str = CFG) -> Path:
    path = folder / "board.cfg"
    path.write_text(text, encoding="utf-8")
    return path


def words_of(ports: int, *words: str) -> list[str]:
    return [words[0], "--board", BOARD, "--host", HOST, "--command-port", str(ports), *words[1:]]


def nearside(ports: int, *words: str) -> tuple[int, str, str]:
    """Exit code, standard output and error; an InputError is told as the program's own `main` does."""
    told = CliRunner().invoke(radar_commands, words_of(ports, *words))
    if isinstance(told.exception, InputError):
        return 2, told.stdout, f"{told.stderr}nearside: {told.exception}"
    assert told.exception is None or isinstance(told.exception, SystemExit), told.exception
    return told.exit_code, told.stdout, told.stderr


def record_words(ports: int, folder: Path, port: str, *more: str) -> list[str]:
    words = ["--out", str(folder / "out"), "--cfg", str(cfg(folder)), "--antennas", "xwr1843", "--port", port]
    return ["record", *words, "--data-port", str(ports + 1), *more]


def record(ports: int, folder: Path, port: str, *more: str) -> tuple[int, str, str]:
    return nearside(ports, *record_words(ports, folder, port, *more))


@pytest.fixture
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """For a radar that sends nothing, or nothing more."""
    monkeypatch.setattr("edge_controller.radar.recorder.BEGIN_WITHIN_S", 0.3)
    monkeypatch.setattr("edge_controller.radar.recorder.SILENT_S", 0.3)


def test_start_sets_up_radar_and_board_before_the_radar_runs(tmp_path: Path, ports: int) -> None:
    with fake(ports) as radar:
        code, out, err = nearside(ports, "start", "--cfg", str(cfg(tmp_path)), "--port", radar.port)
        assert code == 0, err
        assert "15 lines sent" in out
        assert "FPGA 2.8 (record)" in err
        lines = [line for line in CFG.splitlines() if line and line[0] != "%"]
        assert [line for line in radar.told if line in lines] == lines
        board = [line for line in radar.told if line not in lines]
        assert [next(name for name in NAMES if line.startswith(name)) for line in board] == NAMES
        assert radar.told[-1] == "sensorStart"
        assert radar.told[-2] == "record start"
        assert radar.told.index("connect") == 0
        # Raw, two lanes, capture, Ethernet, 16 bits; 1470 bytes a packet, 25 us apart.
        assert "FPGA configuration 01020102031e" in radar.told
        assert "packet delay be05350c0000" in radar.told
        code, out, err = nearside(ports, "stop", "--port", radar.port)
        assert (code, out) == (0, "stopped\n"), err
        assert radar.told[-2:] == ["sensorStop", "record stop"]


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ({"profileCfg": "Error -1"}, "board.cfg: line 9: profileCfg 0 77 .*: the radar says 'Error -1'"),
        ({"lowPower": "'lowPower' is not recognized as a CLI command"}, "line 14: .*not recognized"),
        ({"sensorStart": "Error: already"}, "line 17: sensorStart: the radar says 'Error: already'"),
        ({"frameCfg": ""}, "line 13: frameCfg .*: no answer on /dev/.* within 0.3 s, nothing"),
    ],
)
def test_a_line_that_fails_is_named_with_what_the_radar_said(
    tmp_path: Path, ports: int, answers: dict[str, str], says: str
) -> None:
    with fake(ports, answers=answers) as radar:
        words = ["start", "--cfg", str(cfg(tmp_path)), "--port", radar.port, "--timeout", "0.3"]
        code, out, err = nearside(ports, *words)
        assert (code, out) == (2, "")
        last = err.splitlines()[-1]
        assert re.search(says, last), err
        recording = "record start" in radar.told
        assert not recording or radar.told[-1] == "record stop"  # the board is not left recording


@pytest.mark.parametrize(
    ("statuses", "says"),
    [
        ({"connect": None}, "no reply to 'system connect' within 1 s"),
        ({"FPGA configuration": 1}, "refuses 'FPGA configuration' (status 1)"),
        ({"packet delay": 1}, "refuses 'packet delay' (status 1)"),
        ({"record start": 1}, "refuses 'record start' (status 1)"),
    ],
)
def test_a_board_that_is_silent_or_refuses_is_one_sentence(
    tmp_path: Path, ports: int, statuses: dict[str, int | None], says: str
) -> None:
    with fake(ports, statuses=statuses) as radar:
        code, _, err = nearside(ports, "start", "--cfg", str(cfg(tmp_path)), "--port", radar.port)
        assert code == 2
        assert says in err.splitlines()[-1]
        assert "sensorStart" not in radar.told


def test_no_port_and_no_address_are_one_sentence(tmp_path: Path, ports: int) -> None:
    start = ["start", "--cfg", str(cfg(tmp_path)), "--port"]
    code, _, err = nearside(ports, *start, "/dev/nothing", "--board", "none")
    assert code == 2
    assert "/dev/nothing: cannot be opened" in err
    code, _, err = nearside(ports, *start, "/dev/nothing", "--host", "192.0.2.1")
    assert code == 2
    assert "UDP 192.0.2.1" in err
    (tmp_path / "board.cfg").write_text(CFG.replace("sensorStart\n", ""))
    with fake(ports) as radar:
        code, _, err = nearside(ports, "start", "--cfg", str(tmp_path / "board.cfg"), "--port", radar.port)
    assert code == 2
    assert "ends without a sensorStart" in err


def test_a_recording_is_what_the_radar_sent_and_replay_reads_it(tmp_path: Path, ports: int) -> None:
    with fake(ports) as radar:
        code, out, err = record(ports, tmp_path, radar.port, "--frames", "10")
        assert code == 0, err
        assert "10 frames, 0 packets lost in 0 of them" in out
        assert radar.told[-2:] == ["sensorStop", "record stop"]
    folder = tmp_path / "out"
    assert sorted(path.name for path in folder.iterdir()) == ["board.bin", "board.cfg", "board.toml"]
    assert (folder / "board.bin").read_bytes() == b"".join(FRAMES[:10])
    described, layout = read_replay_toml(folder / "board.toml")
    frames = list(read_recording(folder / "board.bin", described, layout))
    assert np.array_equal(np.stack([frame.samples for frame in frames]), CUBES[:10])
    with fake(ports) as radar:
        code, _, err = record(ports, tmp_path, radar.port, "--frames", "10")
    assert code == 2
    assert "board.bin: cannot be written (File exists)" in err  # never written over
    assert (folder / "board.bin").read_bytes() == b"".join(FRAMES[:10])


def test_seconds_are_frames_and_a_stream_that_ends_is_whole(tmp_path: Path, ports: int) -> None:
    with fake(ports) as radar:
        code, out, err = record(ports, tmp_path, radar.port, "--seconds", "0.1")
        assert code == 0, err
        assert "board.bin: 5 frames" in out
        for path in (tmp_path / "out").iterdir():
            path.unlink()
        code, out, err = record(ports, tmp_path, radar.port, "--frames", "100")
    assert code == 0, err
    assert "board.bin: 12 frames, 0 packets lost" in out


def test_ctrl_c_ends_with_the_frame_that_is_on_its_way(tmp_path: Path, ports: int) -> None:
    with fake(ports, FRAMES * 30) as radar:
        words = words_of(ports, *record_words(ports, tmp_path, radar.port))
        process = subprocess.Popen(
            [sys.executable, "-m", "edge_controller.cli", "radar", *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert radar.has_sent.wait(30)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        code = process.returncode
        assert code == 0, err
        assert radar.told[-2:] == ["sensorStop", "record stop"]
    written = (tmp_path / "out" / "board.bin").read_bytes()
    count = len(written) // len(FRAMES[0])
    assert f"{count} frames, 0 packets lost" in out
    assert 1 <= count < 360
    assert written == b"".join((FRAMES * 30)[:count])


def test_lost_packets_are_zeros_and_told(tmp_path: Path, ports: int) -> None:
    def lossy() -> object:
        stream = Stream()
        return lambda frame: (
            p for n, p in enumerate(stream.packets(frame)) if frame is not FRAMES[3] or n != 2
        )

    with FakeRadar((BOARD, ports), (HOST, ports + 1), FRAMES, lossy, period_s=0.02) as radar:
        code, out, err = record(ports, tmp_path, radar.port, "--frames", "8")
    assert code == 0, err
    assert "8 frames, 1 packets lost in 1 of them" in out
    described, layout = read_replay_toml(tmp_path / "out" / "board.toml")
    frames = list(read_recording(tmp_path / "out" / "board.bin", described, layout))
    assert [frame.lost_packets for frame in frames] == [0, 0, 0, 1, 0, 0, 0, 0]
    missing = payload(frames[3].samples)[2 * 1456 : 3 * 1456]
    assert missing == bytes(1456)
    assert payload(frames[3].samples)[: 2 * 1456] == FRAMES[3][: 2 * 1456]


@pytest.mark.usefixtures("short_patience")
def test_a_radar_that_sends_nothing_leaves_nothing(tmp_path: Path, ports: int) -> None:
    with fake(ports, []) as radar:
        code, _, err = record(ports, tmp_path, radar.port)
    assert code == 2
    assert f"UDP port {ports + 1}: no packet came" in err
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.usefixtures("short_patience")
def test_what_the_board_says_of_itself_is_told(tmp_path: Path, ports: int) -> None:
    with fake(ports, [], unasked=0) as radar:
        code, _, err = record(ports, tmp_path, radar.port)
    assert code == 2
    assert "capture board: no data on LVDS" in err


@pytest.mark.usefixtures("short_patience")
def test_packets_that_are_no_radars_are_no_recording(tmp_path: Path, ports: int) -> None:
    with FakeRadar((BOARD, ports), (HOST, ports + 1), [b"x"], lambda: lambda _frame: iter([b"?"])) as radar:
        code, out, err = record(ports, tmp_path, radar.port)
    assert (code, out) == (2, "")
    assert "1 bytes are no header of 10 and a payload; nothing is recorded" in err
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("name", ["board.toml", "board.cfg"])
def test_a_file_of_somebody_else_in_the_folder_stays(tmp_path: Path, ports: int, name: str) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / name).write_text("mine")
    with fake(ports) as radar:
        code, _, err = record(ports, tmp_path, radar.port, "--frames", "2")
    assert code == 2
    assert f"out/{name}" in err.splitlines()[-1]
    assert [path.name for path in (tmp_path / "out").iterdir()] == [name]
    assert (tmp_path / "out" / name).read_text() == "mine"


def test_a_radar_that_cannot_be_stopped_does_not_hide_the_recording(tmp_path: Path, ports: int) -> None:
    text = CFG.replace("sensorStop\n", "")
    with fake(ports, answers={"sensorStop": "Error -7"}) as radar:
        words = record_words(ports, tmp_path, radar.port, "--frames", "4")
        cfg(tmp_path, text)
        code, out, err = nearside(ports, *words)
    assert code == 2
    assert "board.bin: 4 frames, 0 packets lost" in out
    assert "sensorStop: the radar says 'Error -7'" in err.splitlines()[-1]
    assert (tmp_path / "out" / "board.bin").read_bytes() == b"".join(FRAMES[:4])


def test_of_two_failures_the_first_is_told(tmp_path: Path, ports: int) -> None:
    with fake(ports, answers={"frameCfg": "Error -1", "sensorStop": ""}) as radar:
        words = record_words(ports, tmp_path, radar.port, "--timeout", "0.3")
        cfg(tmp_path, CFG.replace("sensorStop\n", ""))
        code, _, err = nearside(ports, *words)
    assert code == 2
    assert "the radar says 'Error -1'" in err.splitlines()[-1]
    assert list((tmp_path / "out").iterdir()) == []


def filled(recorder: Recorder) -> None:
    packets = Stream().packets
    with closing(recorder):
        for frame in FRAMES:
            recorder.take(packets(frame), None)
        recorder.finish(None)


@pytest.mark.parametrize("frames", [5, 0])
def test_a_full_disk_leaves_whole_frames_that_replay_reads(tmp_path: Path, frames: int) -> None:
    said = read_cfg(cfg(tmp_path))
    array = radar_of(said, "xwr1843").array
    recorder = Recorder(tmp_path / "out", said, array, len(FRAMES[0]), "2026-01-01T00:00:00+00:00")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (int((frames + 0.5) * len(FRAMES[0])), before[1]))
    try:
        with pytest.raises(InputError, match=rf"board.bin: cannot be written \(.*\); {frames} frames"):
            filled(recorder)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    if not frames:
        assert list((tmp_path / "out").iterdir()) == []
        return
    assert recorder.path.read_bytes() == b"".join(FRAMES[:frames])
    assert f"frames = {frames}\n" in recorder.path.with_suffix(".toml").read_text()
    described, layout = read_replay_toml(recorder.path.with_suffix(".toml"))
    assert len(list(read_recording(recorder.path, described, layout))) == frames


def test_a_slow_radar_is_not_taken_for_a_silent_one(tmp_path: Path) -> None:
    said = read_cfg(cfg(tmp_path, CFG.replace("frameCfg 0 2 4 0 20", "frameCfg 0 2 4 0 1300")))
    array = radar_of(said, "xwr1843").array
    recorder = Recorder(tmp_path, said, array, len(FRAMES[0]), "2026-01-01T00:00:00+00:00")
    recorder.discard()
    assert recorder.silent_s > 1.3


def test_any_name_can_be_read_again_or_is_refused(tmp_path: Path) -> None:
    for name in ("右转 a.b", "\U0001f69b", 'q"uote'):
        path = tmp_path / f"{name}.cfg"
        path.write_text(CFG, encoding="utf-8")
        said = read_cfg(path)
        recorder = Recorder(tmp_path, said, radar_of(said, "xwr1843").array, len(FRAMES[0]), "2026")
        assert read_replay_toml(tmp_path / f"{name}.toml")[0].name == name
        recorder.discard()
    path = tmp_path / os.fsdecode(b"b\xff.cfg")
    path.write_text(CFG, encoding="utf-8")
    said = read_cfg(path)
    with pytest.raises(InputError, match="its name is no text"):
        Recorder(tmp_path / "out", said, radar_of(said, "xwr1843").array, len(FRAMES[0]), "2026")
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("option", ["--seconds", "--timeout", "--packet-delay"])
def test_what_is_no_number_is_refused(tmp_path: Path, option: str) -> None:
    words = ["record", "--out", str(tmp_path), "--cfg", str(cfg(tmp_path)), "--antennas", "xwr1843"]
    told = CliRunner().invoke(radar_commands, [*words, option, "nan"])
    assert told.exit_code == 2
    assert f"'{option}': nan is not a number" in told.output


def test_stopping_nothing_is_not_called_stopped() -> None:
    told = CliRunner().invoke(radar_commands, ["stop", "--board", "none"])
    assert told.exit_code == 2
    assert "nothing to stop" in told.output
