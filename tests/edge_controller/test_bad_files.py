"""Files that are not what they are called: one sentence that names the file, whatever is in it."""

from pathlib import Path

import numpy as np
import pytest

from edge_controller.config import load_fit, shipped_fit
from edge_controller.errors import InputError
from edge_controller.radar.recording import read_recording, read_replay_toml

DOPPLER = Path(__file__).parents[1] / "data" / "doppler_example_1.toml"
SHAPE = (128, 8, 128)
MANY_DIGITS = "0x" + "f" * 9000


def refusal_of_a_fit(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_fit(path)
    return str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 20_000,
        "a = 1" + "0" * 20_000,
        "#" * 2_000_000,
        f"truck = {MANY_DIGITS}",
        f"truck = [{MANY_DIGITS}]",
        "truck = " + "9" * 4000,
        "truck = '''" + "long " * 5000 + "'''",
    ],
    ids=["deep", "digits", "endless", "hexadecimal", "in a list", "whole number", "text"],
)
def test_a_strange_toml_is_refused_in_one_short_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "fit.toml"
    says = refusal_of_a_fit(path, text)
    assert says.startswith(f"{path}: ")
    assert "\n" not in says
    assert len(says) < len(str(path)) + 200


def test_a_huge_number_names_its_key(tmp_path: Path) -> None:
    text = shipped_fit("demo").read_text(encoding="utf-8")
    assert "truck.kind" in refusal_of_a_fit(
        tmp_path / "fit.toml", text.replace('"8x4 tipper"', MANY_DIGITS, 1)
    )
    says = refusal_of_a_fit(
        tmp_path / "fit.toml", text.replace("samples = 256", f"samples = {MANY_DIGITS}", 1)
    )
    assert "profile.far.samples" in says


def npy(path: Path) -> bytes:
    np.save(path, np.full(SHAPE, 3, np.complex64))
    return path.read_bytes()


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"(128, 8", b"(128,-8"), (b"False", b"((((("), (b"'<c8'", b"'zz8'"), (b"'shape'", b"'sha\\x'")],
    ids=["negative", "brackets", "type", "escape"],
)
def test_a_broken_numpy_header_is_refused(tmp_path: Path, old: bytes, new: bytes) -> None:
    path = tmp_path / "capture.npy"
    whole = npy(path)
    assert whole.count(old) == 1
    path.write_bytes(whole.replace(old, new))
    with pytest.raises(InputError) as caught:
        read_recording(path, *read_replay_toml(DOPPLER))
    assert str(caught.value).startswith(f"{path}: is no whole NumPy array (")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("more", [-5, 3])
def test_a_numpy_file_of_another_length_than_its_header_says_is_refused(tmp_path: Path, more: int) -> None:
    path = tmp_path / "capture.npy"
    whole = npy(path)
    path.write_bytes(whole[:more] if more < 0 else whole + b"\0" * more)
    with pytest.raises(InputError, match="capture"):
        read_recording(path, *read_replay_toml(DOPPLER))
