"""What is noted of a drive is the truth, told as perfect sensing tells it."""

import gzip
import json
from pathlib import Path

import pytest

from edge_controller.config import shipped_fit
from edge_controller.errors import InputError
from hil.buses import in_memory
from hil.closed_loop import Loop
from hil.encounter import near_side_turn
from hil.gateway_host import CPythonGateway
from hil.sensing.matching import match
from hil.sensing.told import read_told, told, write_told
from tests.hil.sensing.synthetic import drive, rider, track

VIN = "LNS8X4TP0T1000001"


@pytest.mark.parametrize("side", ["right", "left"])
def test_perfect_sensing_has_no_error_against_it(side: str) -> None:
    encounter = near_side_turn(shipped_fit("demo"), side)  # type: ignore[arg-type]
    gateway = CPythonGateway(**encounter.gateway_settings())
    log = Loop(encounter, 1, gateway, VIN, None, level="perfect", buses=in_memory).run()
    matched = match(told(log, encounter, 1, "turn"), encounter.fit.truck.width_m)
    assert matched.false == ()
    looks = [look for user in matched.users for look in user.looks if look.track is not None]
    assert len(looks) > 100
    for look in looks:
        track, true = look.track, look.true
        assert track is not None
        assert (track.x_m, track.near_m) == pytest.approx((true.x_m, true.near_m), abs=0.01)
        assert (track.vx_mps, track.vnear_mps) == pytest.approx((true.vx_mps, true.vnear_mps), abs=0.02)


def test_a_kept_drive_is_the_same_after_reading_and_a_broken_one_is_refused(tmp_path: Path) -> None:
    one = drive(lambda _t: [rider()], lambda _t: [track(1)], lasts_s=1.0)
    path = tmp_path / "drive.json.gz"
    write_told(path, one)
    assert read_told(path) == one
    older = json.loads(gzip.decompress(path.read_bytes()))
    for frame in older["frames"]:
        for seen in frame["tracks"]:
            del seen["moving"]
    path.write_bytes(gzip.compress(json.dumps(older).encode()))
    with pytest.raises(InputError, match=r"drive\.json\.gz: is no drive kept by this program"):
        read_told(path)
    write_told(path, one)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(InputError, match=r"drive\.json\.gz: is no drive kept by this program"):
        read_told(path)
