"""What went into made-up drives comes out of the fit."""

from pathlib import Path

import numpy as np
import pytest

from edge_controller.errors import InputError
from hil.sensing.fitting import fitted
from hil.sensing.matching import match
from hil.sensing.model import PROBABILITIES, SCORES, at_score, chance_of, read_model, write_model, zone_of
from hil.sensing.told import Told, ToldTrack, TrueUser
from tests.hil.sensing.synthetic import STEP_S, drive, model_of, rider, track, wandering

WIDTH_M = 2.5


def with_errors(seed: int, sigma_m: float, memory_s: float) -> Told:
    rng = np.random.default_rng(seed)
    x_m, near_m = (wandering(rng, sigma_m, memory_s, 200) for _ in range(2))

    def tracks(t_s: float) -> list[ToldTrack]:
        n = round(t_s / STEP_S)
        return [track(1, -6.0 + x_m[n], 3.0 + near_m[n], born_t_s=-2.0)]

    return drive(lambda _t: [rider()], tracks, number=seed)


def test_sigma_and_memory_of_errors_are_found_again() -> None:
    drives = [match(with_errors(seed, 0.2, 0.5), WIDTH_M) for seed in range(40)]
    model = fitted(drives, WIDTH_M, {})
    x_m = model.errors_of("rider", "flank", "settled", "street")[0]
    assert x_m[PROBABILITIES.index(0.9)] == pytest.approx(0.2 * 1.2816, rel=0.15)
    assert x_m[PROBABILITIES.index(0.5)] == pytest.approx(0.0, abs=0.03)
    assert model.memory_s[0] == pytest.approx(0.5, rel=0.25)


def test_waits_and_losses_are_found_again() -> None:
    def tracks(t_s: float, number: int) -> list[ToldTrack]:
        told_from_s, lost_at_s = 0.4 + 0.01 * number, 4.0
        is_there = t_s >= told_from_s and not lost_at_s <= t_s < lost_at_s + 1.19
        return [track(1 if t_s < lost_at_s else 2, born_t_s=told_from_s - 0.3)] if is_there else []

    told = [drive(lambda _t: [rider()], lambda t, n=n: tracks(t, n), number=n) for n in range(40)]  # type: ignore[misc]
    chances = fitted([match(one, WIDTH_M) for one in told], WIDTH_M, {}).chances_of("rider", "flank")
    assert chances.lost_per_s == pytest.approx(1 / (8.0 - 1.2 - 0.6), rel=0.1)
    assert chance_of(chances.gained_per_s, 0.0, 0.39) < 0.1
    assert chance_of(chances.gained_per_s, 0.0, 0.85) > 0.9
    assert chance_of(chances.regained_per_s, 0.0, 1.0) < 0.1
    assert chance_of(chances.regained_per_s, 0.0, 2.0) > 0.9


def test_who_stands_is_told_of_by_whether_the_truck_does() -> None:
    stands = TrueUser(0, "pedestrian", -2.0, 3.0, 0.0, 0.0, 0.0, 0.0, True)

    def told(number: int, truck_mps: float) -> Told:
        seen_from_s = 2.0 if truck_mps == 0 else 99.0
        tracks = [track(1, -2.0)]
        return drive(
            lambda _t: [stands],
            lambda t: tracks if t >= seen_from_s else [],
            truck_mps=truck_mps,
            number=number,
        )

    drives = [match(told(n, truck_mps), WIDTH_M) for n in range(10) for truck_mps in (0.0, 5.0)]
    still_per_s = fitted(drives, WIDTH_M, {}).chances_of("walker", "corner").still_per_s
    assert still_per_s[0] == pytest.approx(1 / 2.0, rel=0.1)
    assert still_per_s[1] == 0.0
    assert fitted(drives, WIDTH_M, {}).errors_of("walker", "corner", "still", "street")[2][7] == 5.0


def test_a_model_is_the_same_after_writing_and_reading(tmp_path: Path) -> None:
    model = fitted([match(with_errors(seed, 0.2, 0.5), WIDTH_M) for seed in range(5)], WIDTH_M, {"seed": 5})
    write_model(tmp_path / "model.json", model)
    assert read_model(tmp_path / "model.json") == model


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"provenance": {}}'])
def test_what_is_no_model_is_refused_in_words(tmp_path: Path, text: str) -> None:
    path = tmp_path / "model.json"
    path.write_text(text)
    with pytest.raises(InputError, match=r"model\.json: is no model"):
        read_model(path)


def test_where_too_little_was_seen_the_wider_cell_serves() -> None:
    model = model_of()
    assert model.errors_of("walker", "off", "young", "open") is model.quantiles["all"]
    assert model.chances_of("vehicle", "ahead") is model.chances["all"]


@pytest.mark.parametrize("score", [-9.0, -1.0, 0.0, 0.3, 9.0])
def test_a_score_is_looked_up_between_quantiles_and_never_beyond(score: float) -> None:
    assert at_score([2 * one for one in SCORES], score) == pytest.approx(
        2 * max(-2.5758, min(score, 2.5758)), abs=1e-3
    )


@pytest.mark.parametrize(
    ("x_m", "near_m", "zone"),
    [
        (3.0, 0.0, "ahead"),
        (1.0, 3.0, "corner"),
        (-8.0, 3.0, "flank"),
        (-15.0, 3.0, "behind"),
        (-21.0, 3.0, "far"),
        (-3.0, -4.0, "off"),
    ],
)
def test_zones_lie_around_the_truck(x_m: float, near_m: float, zone: str) -> None:
    assert zone_of(x_m, near_m, WIDTH_M) == zone
