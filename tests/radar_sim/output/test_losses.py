"""Packets lost and late: rates, bursts, depth, and headers that stay true."""

import math
import struct

import numpy as np
import pytest

from radar_sim import Losses, RadarSimulator, Scene, SceneError, no_scatterers
from tests.radar_sim.bench import DEMO, STANDING

PACKETS = -(-128 * 4 * 256 * 4 // 1456)


def numbers(losses: Losses | None, frames: int, seed: int = 1) -> list[list[int]]:
    """Packet numbers as they arrive, frame by frame."""
    sim = RadarSimulator(DEMO, seed, losses=losses)
    frame = sim.frame("front", 0, Scene(STANDING, no_scatterers()))
    arrived = []
    for index in range(frames):
        other = type(frame)(frame.name, index, frame.samples, frame.source)
        arrived.append([struct.unpack_from("<I", packet)[0] for packet in sim.packets(other)])
    return arrived


def drawn(losses: Losses, frames: int = 200) -> list[list[int]]:
    rng = np.random.default_rng(7)
    packets = [struct.pack("<I", n) for n in range(PACKETS)]
    return [[struct.unpack("<I", one)[0] for one in losses.suffered(packets, rng)] for _ in range(frames)]


@pytest.mark.parametrize(("probability", "burst"), [(0.02, 1.0), (0.05, 4.0), (0.3, 10.0)])
def test_rate_and_length_of_losses(probability: float, burst: float) -> None:
    lost, runs = 0, []
    for got in drawn(Losses(probability, burst)):
        gone = np.ones(PACKETS, dtype=bool)
        gone[got] = False
        lost += int(gone.sum())
        edges = np.flatnonzero(np.diff(np.r_[False, gone, False]))
        runs += list(edges[1::2] - edges[::2])
    assert lost / (200 * PACKETS) == pytest.approx(probability, rel=0.1)
    assert np.mean(runs) == pytest.approx(burst, rel=0.1)


def test_a_late_packet_lets_at_most_the_depth_pass() -> None:
    depth, late = 5, 0
    for got in drawn(Losses(reorder_depth=depth, reorder_probability=0.05)):
        assert sorted(got) == list(range(PACKETS))
        highest = -1
        for place, number in enumerate(got):
            if number < highest:
                late += 1
                passed = sum(other > number for other in got[:place])
                assert 1 <= passed <= depth
            highest = max(highest, number)
    assert late / (200 * PACKETS) == pytest.approx(0.05, rel=0.1)


def test_headers_stay_true() -> None:
    losses = Losses(0.1, 2.0, reorder_depth=3)
    sim, whole = RadarSimulator(DEMO, 1, losses=losses), RadarSimulator(DEMO, 1)
    scene = Scene(STANDING, no_scatterers())
    arrived, sent = [], []
    for index in range(3):
        frame = sim.frame("front", index, scene)
        arrived += sim.packets(frame)
        sent += whole.packets(frame)
    by_number = {struct.unpack_from("<I", packet)[0]: packet for packet in sent}
    assert 0 < len(arrived) < len(sent)
    for packet in arrived:
        assert by_number[struct.unpack_from("<I", packet)[0]] == packet
    assert max(struct.unpack_from("<I", packet)[0] for packet in arrived) > 2 * PACKETS


def test_one_seed_one_loss_and_no_losses_no_change() -> None:
    losses = Losses(0.1, 3.0, reorder_depth=4)
    assert numbers(losses, 3) == numbers(losses, 3)
    assert numbers(losses, 3) != numbers(losses, 3, seed=2)
    assert numbers(None, 2) == numbers(Losses(), 2)
    assert numbers(None, 2)[1] == list(range(PACKETS + 1, 2 * PACKETS + 1))


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"probability": 1.0}, "probability"),
        ({"probability": math.nan}, "probability"),
        ({"probability": 0.1, "burst": 0.5}, "burst"),
        ({"probability": 0.9, "burst": 2.0}, "too short"),
        ({"reorder_depth": -1}, "reorder_depth"),
        ({"reorder_probability": 1.5}, "reorder_probability"),
    ],
)
def test_impossible_losses_are_named(wrong: dict, named: str) -> None:
    with pytest.raises(SceneError, match=named):
        Losses(**wrong)
