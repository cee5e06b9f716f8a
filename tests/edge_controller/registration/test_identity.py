"""Keys are made fresh, kept once, for the owner's eyes only."""

import resource
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from edge_controller.errors import InputError
from edge_controller.registration.cose import public_bytes
from edge_controller.registration.identity import keep_key, load_key, new_unit_key
from tests.edge_controller.registration.samples import UNIT


def test_a_kept_key_comes_back_and_only_the_owner_may_read_it(tmp_path: Path) -> None:
    key, path = new_unit_key(), tmp_path / "unit.pem"
    keep_key(path, key)
    assert public_bytes(load_key(path)) == public_bytes(key)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_kept_key_is_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "unit.pem"
    keep_key(path, new_unit_key())
    before = path.read_bytes()
    with pytest.raises(InputError, match=r"unit\.pem"):
        keep_key(path, new_unit_key())
    assert path.read_bytes() == before


def test_a_key_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, limits[1]))
    try:
        with pytest.raises(InputError, match=r"unit\.pem: the key cannot be written"):
            keep_key(tmp_path / "unit.pem", new_unit_key())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert list(tmp_path.iterdir()) == []


def test_a_device_without_end_is_no_key() -> None:
    with pytest.raises(InputError, match="/dev/zero: not a private key"):
        load_key(Path("/dev/zero"))


def test_fresh_keys_differ_and_do_not_show_themselves() -> None:
    assert public_bytes(new_unit_key()) != public_bytes(new_unit_key())
    assert "key" not in repr(UNIT).lower()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a key",
        X25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
    ],
)
def test_another_file_is_no_key(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "unit.pem"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"unit\.pem"):
        load_key(path)
    with pytest.raises(InputError, match="cannot be read"):
        load_key(tmp_path / "nowhere")
