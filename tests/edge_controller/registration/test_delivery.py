"""Delivery: oldest first, nothing confirmed that the office has not confirmed, nothing lost."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from standardwebhooks import Webhook

from edge_controller.errors import InputError
from edge_controller.registration import webhook
from edge_controller.registration.delivery import (
    Address,
    Answer,
    Delivered,
    NoAnswerError,
    deliver,
    http_post,
    read_address,
)
from edge_controller.registration.unit import UnitFolder
from tests.edge_controller.registration.samples import FIRMWARE, NOW_S, VIN, signed

SECRET = bytes(range(32))
SECRET_TEXT = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
ADDRESS = Address("https://office.example", "fleet-7", SECRET)


@pytest.fixture
def unit(tmp_path: Path) -> UnitFolder:
    folder = UnitFolder.create(tmp_path / "unit", "NS-0007")
    folder.fitted(FIRMWARE)
    folder.spool.append(signed())
    folder.report(VIN)
    folder.report(VIN)
    return folder


class Office:
    """Answers as the tests tell it to and remembers what it was sent."""

    def __init__(self, *answers: tuple[int, object]) -> None:
        self.answers = list(answers)
        self.sent: list[tuple[str, Mapping[str, str], bytes]] = []

    def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        self.sent.append((url, headers, body))
        if not self.answers:
            raise NoAnswerError("connection refused")
        status, said = self.answers.pop(0)
        return Answer(status, said if isinstance(said, bytes) else json.dumps(said).encode())


NEW = (201, {"received": True, "duplicate": False})
KNOWN = (200, {"received": True, "duplicate": True})


def test_everything_goes_oldest_first_to_its_place(unit: UnitFolder) -> None:
    office = Office(NEW, KNOWN, NEW)
    documents = [unit.spool.read(number) for number in unit.spool.waiting()]
    assert deliver(unit.spool, ADDRESS, NOW_S, office) == Delivered(3, 1, 0, None)
    assert unit.spool.waiting() == []
    assert [body for _, _, body in office.sent] == documents
    assert [url for url, _, _ in office.sent] == [
        "https://office.example/v1/records",
        "https://office.example/v1/health",
        "https://office.example/v1/health",
    ]
    assert [headers["content-type"] for _, headers, _ in office.sent[:2]] == [
        "application/vnd.nearside.installation+cose",
        "application/vnd.nearside.health+cose",
    ]
    assert office.sent[0][1]["webhook-id"] == f"rec_{sha256(documents[0]).hexdigest()}"
    assert office.sent[1][1]["webhook-id"] == f"hea_{sha256(documents[1]).hexdigest()}"
    assert {headers["nearside-sender"] for _, headers, _ in office.sent} == {"fleet-7"}


def test_the_first_failure_ends_it_and_the_rest_waits(unit: UnitFolder) -> None:
    result = deliver(unit.spool, ADDRESS, NOW_S, Office(NEW))
    assert (result.received, result.waiting) == (1, 2)
    assert result.problem is not None
    assert "does not answer (connection refused)" in result.problem.text
    assert unit.spool.waiting() == [2, 3]
    assert deliver(unit.spool, ADDRESS, NOW_S, Office(NEW, NEW)) == Delivered(2, 0, 0, None)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ((401, {"title": "Wrong secret.", "title_zh": "密钥不对。"}), "refuses: Wrong secret."),
        ((409, {"title": "Known.", "title_zh": "已有。"}), "refuses: Known."),
        ((500, b"Internal Server Error"), "is no office (HTTP status 500)"),
        ((200, b"<html>Welcome to the guest network"), "is no office (HTTP status 200)"),
        ((200, {"received": False}), "is no office"),
        ((200, ["received"]), "is no office"),
        ((200, {"title": "Fine.", "title_zh": "好。"}), "is no office"),
        ((302, b""), "is no office (HTTP status 302)"),
    ],
)
def test_nothing_is_confirmed_that_the_office_did_not_confirm(
    unit: UnitFolder, answer: tuple[int, object], says: str
) -> None:
    result = deliver(unit.spool, ADDRESS, NOW_S, Office(answer))
    assert (result.received, result.waiting) == (0, 3)
    assert result.problem is not None
    assert says in result.problem.text
    assert "登记机构" in result.problem.text_zh
    assert unit.spool.waiting() == [1, 2, 3]


def test_a_stray_document_in_the_spool_is_named(unit: UnitFolder) -> None:
    unit.spool.append(b"a shopping list")
    with pytest.raises(InputError, match="document 4 in the spool is not a COSE_Sign1"):
        deliver(unit.spool, ADDRESS, NOW_S, Office(NEW, NEW, NEW))
    assert unit.spool.waiting() == [4]


def test_a_server_that_is_not_there_is_a_reason() -> None:
    with pytest.raises(NoAnswerError):
        http_post("http://127.0.0.1:1/v1/records", {}, b"")


@pytest.mark.parametrize("body", [b"", b'{"a": 1}', "安装记录".encode()])
def test_the_signature_is_that_of_the_published_library(body: bytes) -> None:
    """The library signs text only; where the body is text, both must agree."""
    theirs = Webhook(SECRET_TEXT).sign("rec_1", datetime.fromtimestamp(NOW_S, UTC), body.decode())
    assert webhook.signature(SECRET, "rec_1", NOW_S, body) == theirs
    assert webhook.is_signed((b"old" * 8, SECRET), "rec_1", NOW_S, body, f"v1,AAAA {theirs}")
    for changed in (("rec_2", NOW_S, body), ("rec_1", NOW_S + 1, body), ("rec_1", NOW_S, body + b" ")):
        assert not webhook.is_signed((SECRET,), *changed, theirs)
    assert not webhook.is_signed((), "rec_1", NOW_S, body, theirs)
    assert not webhook.is_signed((SECRET,), "rec_1", NOW_S, body, "v1,ä")


def test_an_address_is_read(tmp_path: Path) -> None:
    path = tmp_path / "office.toml"
    path.write_text(f'url = "https://office.example/"\nsender = "fleet-7"\nsecret = "{SECRET_TEXT}"\n')
    assert read_address(path) == ADDRESS
    assert SECRET_TEXT not in repr(read_address(path))
    assert repr(SECRET) not in repr(read_address(path))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("https://", "ftp://", "office.toml: url is"),
        ("https://", "", "office.toml: url is"),
        (".example", ".example:99999", "office.toml: url is"),
        (".example", ".example?x=1", "office.toml: url is"),
        ("https://office", "https://[office", "office.toml: url is"),
        ("fleet-7", "", "office.toml: sender is"),
        ("fleet-7", "车队", "office.toml: sender is"),
        ("whsec_", "", "office.toml: secret is not a secret"),
        ("AAECAw", "", "office.toml: secret is not a secret"),
        ("AAECAwQFBgcICQoL", "", "office.toml: secret is not a secret"),
        ("sender =", "colour = 1\nsender =", "office.toml: colour is not a key"),
    ],
)
def test_a_spoilt_address_is_named_without_the_secret(tmp_path: Path, old: str, new: str, says: str) -> None:
    text = f'url = "https://office.example/"\nsender = "fleet-7"\nsecret = "{SECRET_TEXT}"\n'
    assert old in text
    path = tmp_path / "office.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_address(path)
    assert says in str(caught.value)
    assert SECRET_TEXT[20:] not in str(caught.value)
