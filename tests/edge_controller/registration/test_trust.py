"""The trust folder: plain files, strictly read."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from edge_controller.errors import InputError
from edge_controller.registration.trust import KnownUnit, Revoked, read_trust, trust_of, write_trust
from tests.edge_controller.registration.samples import FIRMWARE, OFFICE, UNIT, good_trust

REVOKED = Revoked(
    frozenset({"a", '"b" \\ 王'}),
    frozenset({"NS-9"}),
    frozenset({bytes(16)}),
    frozenset({FIRMWARE}),
    frozenset(),
)


def test_what_is_written_comes_back(tmp_path: Path) -> None:
    trust = replace(good_trust(), revoked=REVOKED)
    write_trust(tmp_path / "trust", trust)
    assert read_trust(tmp_path / "trust") == trust


def test_an_office_that_knows_nobody_is_a_folder_too(tmp_path: Path) -> None:
    trust = trust_of(OFFICE)
    write_trust(tmp_path, trust)
    assert read_trust(tmp_path) == trust


def refused(folder: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_trust(folder)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("office.toml", "accept_simulated = false", "accept_simulated = 0", "accept_simulated is 0"),
        ("office.toml", "accept_simulated = false", "", "accept_simulated is missing"),
        ("office.toml", "max_valid_days = 366", "max_valid_days = 0", "max_valid_days is 0"),
        ("office.toml", "code = ", "colour = 1\ncode = ", "colour is not a key"),
        ("office.toml", "code = ", "code == ", "not TOML"),
        ("installers.toml", r'public_key = "..', 'public_key = "zz', "installer[0].public_key"),
        ("installers.toml", r'public_key = "..', 'public_key = "', "installer[0].public_key"),
        ("installers.toml", r'public_key = "..', 'public_key = "  ', "installer[0].public_key"),
        ("installers.toml", r"not_after = .*", 'not_after = "tomorrow"', "installer[0].not_after"),
        ("installers.toml", r"not_after = .*", "not_after = 2027-01-01", "installer[0].not_after"),
        ("installers.toml", "demo = false", "", "installer[0].demo is missing"),
        ("installers.toml", r"\[\[installer\]\]", "[[installers]]", "installers is not a key"),
        ("units.toml", "serial = ", "seriel = ", "unit[0].serial is missing"),
        ("units.toml", r"\[\[unit\]\]", "[unit]", "unit is"),
        ("approved.toml", r"\[\[fit\]\]", "[[fits]]", "fits is not a key"),
        ("units.toml", r'public_key = "', 'public_key = "00', "unit[0].public_key"),
        ("units.toml", "serial = ", "colour = 1\nserial = ", "unit[0].colour is not a key"),
        ("approved.toml", r'sha256 = "..', 'sha256 = "0x', "firmware[0].sha256"),
        ("revoked.toml", r"units = \[\]", "", "units is missing"),
        ("revoked.toml", r"records = \[\]", 'records = ["00"]', "records is '00'"),
        ("revoked.toml", r"units = \[\]", "units = [7]", "units is [7]"),
    ],
)
def test_a_spoilt_file_is_named_with_its_key(
    tmp_path: Path, file: str, old: str, new: str, says: str
) -> None:
    write_trust(tmp_path, good_trust())
    path = tmp_path / file
    text, count = re.subn(old, new, path.read_text(encoding="utf-8"), count=1)
    assert count == 1
    path.write_text(text, encoding="utf-8")
    message = refused(tmp_path)
    assert str(path) in message
    assert says in message


@pytest.mark.parametrize(
    "file", ["office.toml", "installers.toml", "units.toml", "approved.toml", "revoked.toml"]
)
def test_every_file_must_be_there(tmp_path: Path, file: str) -> None:
    """A forgotten revocation list must not mean that nothing is revoked."""
    write_trust(tmp_path, good_trust())
    (tmp_path / file).unlink()
    assert f"{file}: cannot be read" in refused(tmp_path)


def test_a_misspelt_file_is_named(tmp_path: Path) -> None:
    write_trust(tmp_path, good_trust())
    (tmp_path / "revokd.toml").write_text("")
    assert "revokd.toml" in refused(tmp_path)


@pytest.mark.parametrize("file", ["installers.toml", "units.toml", "approved.toml"])
def test_nothing_may_be_listed_twice(tmp_path: Path, file: str) -> None:
    write_trust(tmp_path, good_trust())
    path = tmp_path / file
    path.write_text(path.read_text(encoding="utf-8") * 2, encoding="utf-8")
    assert "is there twice" in refused(tmp_path)


def test_one_unit_key_cannot_be_two_units(tmp_path: Path) -> None:
    """Whoever clones a unit key wants just that."""
    units = [KnownUnit("NS-1", UNIT.public_key), KnownUnit("NS-2", UNIT.public_key)]
    write_trust(tmp_path, trust_of(OFFICE, units=units))
    assert "unit[1].public_key is there twice" in refused(tmp_path)


def test_a_file_or_nothing_is_no_folder(tmp_path: Path) -> None:
    assert "not a folder" in refused(tmp_path / "nowhere")
    (tmp_path / "file").write_text("")
    assert "not a folder" in refused(tmp_path / "file")
