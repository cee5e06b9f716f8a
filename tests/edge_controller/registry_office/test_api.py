"""`/v1`: signed deliveries of known senders, counted once; problems in both languages; verdicts as JSON."""

import re
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from edge_controller.errors import InputError
from edge_controller.registration import webhook
from edge_controller.registration.health import sign_health
from edge_controller.registry_office.hooks import read_hooks
from tests.edge_controller.registration.samples import NOW_S, UNIT, VIN, signed
from tests.edge_controller.registry_office.office import (
    HEALTH,
    HOOKS,
    OLD_SECRET,
    OTHER_UNIT,
    SECRET,
    Office,
)

REPORT = sign_health(HEALTH, UNIT)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def problem(answer: httpx.Response, status: int, code: str) -> str:
    """The English sentence, after checking the form of RFC 9457."""
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    said = answer.json()
    assert said["type"] == f"tag:nearside,2026:problem:{code}"
    assert said["status"] == status
    assert re.search("[\u4e00-\u9fff]", said["title_zh"])
    assert "\n" not in said["title"] + said["title_zh"]
    return str(said["title"])


def test_a_record_is_received_once(office: Office) -> None:
    first = office.deliver("/v1/records", signed())
    assert first.status_code == 201
    assert first.json() | {"sha256": ""} == {"received": True, "duplicate": False, "number": 1, "sha256": ""}
    again = office.deliver("/v1/records", signed())
    assert again.status_code == 200
    assert again.json()["duplicate"] is True
    assert office.store.counts() == (1, 0)
    assert office.word() == "issued, not seen alive"


def test_a_report_is_received_once_and_turns_the_truck_green(office: Office) -> None:
    office.deliver("/v1/records", signed())
    assert [office.deliver("/v1/health", REPORT).status_code for _ in range(3)] == [201, 200, 200]
    assert office.store.counts() == (1, 1)
    assert office.word() == "fitted and alive"


def test_a_secret_being_replaced_still_counts(office: Office) -> None:
    assert office.deliver("/v1/health", REPORT, secret=OLD_SECRET).status_code == 201
    hooks = office.folder / "hooks.toml"
    hooks.write_text(re.sub(r", 'whsec_[^']*'", "", hooks.read_text()))
    office.now_s += 60
    problem(office.deliver("/v1/health", REPORT, secret=OLD_SECRET), 401, "signature")
    assert office.deliver("/v1/health", REPORT).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"nearside-sender": "somebody"},
        {"nearside-sender": ""},
        {"webhook-signature": "v1,AAAA"},
        {"webhook-signature": ""},
        {"webhook-signature": "v1a,AAAA v2,BBBB"},
        {"webhook-id": "hea_" + "0" * 64},
        {"webhook-timestamp": str(NOW_S + 1)},
        {"webhook-timestamp": f"+{NOW_S}"},
        {"webhook-timestamp": f"0{NOW_S}"},
        {"webhook-timestamp": "soon"},
        {"webhook-timestamp": "9" * 400},
    ],
)
def test_what_no_known_sender_signed_is_refused(office: Office, headers: dict[str, str]) -> None:
    problem(office.deliver("/v1/health", REPORT, headers), 401, "signature")
    assert office.store.counts() == (0, 0)


def test_a_wrong_secret_is_refused(office: Office) -> None:
    problem(office.deliver("/v1/records", signed(), secret=b"wrong" * 6), 401, "signature")
    assert office.store.counts() == (0, 0)


@pytest.mark.parametrize(("off_s", "status"), [(-301, 401), (-300, 201), (300, 201), (301, 401)])
def test_a_delivery_is_at_most_five_minutes_from_the_offices_clock(
    office: Office, off_s: int, status: int
) -> None:
    answer = office.deliver("/v1/health", REPORT, signed_at_s=NOW_S + off_s)
    assert answer.status_code == status
    if status == 401:
        assert "5 minutes" in problem(answer, 401, "timestamp")


def test_the_form_of_a_delivery_is_checked(office: Office) -> None:
    problem(office.deliver("/v1/health", REPORT, {"content-type": "application/json"}), 415, "content_type")
    problem(office.deliver("/v1/records", REPORT), 415, "no_record")
    problem(office.deliver("/v1/health", signed()), 422, "no_report")
    problem(office.deliver("/v1/records", b""), 400, "empty")
    problem(office.deliver("/v1/records", b"%PDF-1.7"), 415, "no_record")
    problem(office.deliver("/v1/records", signed()[:-1]), 422, "spoilt")
    problem(office.deliver("/v1/health", bytes(4_097)), 413, "too_large")
    problem(office.deliver("/v1/records", bytes(65_537)), 413, "too_large")
    assert office.store.counts() == (0, 0)


def test_an_id_that_is_not_the_bodys_is_refused(office: Office) -> None:
    """Signed rightly, yet under another id: it would be counted twice."""
    name = "hea_" + "0" * 64
    signature = webhook.signature(SECRET, name, NOW_S, REPORT)
    answer = office.deliver("/v1/health", REPORT, {"webhook-id": name, "webhook-signature": signature})
    problem(answer, 400, "webhook_id")


def test_a_report_must_be_of_a_unit_on_the_makers_list(office: Office) -> None:
    stranger = replace(OTHER_UNIT, serial="NS-0500")
    unknown = sign_health(replace(HEALTH, serial="NS-0500"), stranger)
    assert "NS-0500" in problem(office.deliver("/v1/health", unknown), 403, "unit_unknown")
    clone = replace(OTHER_UNIT, serial=UNIT.serial)
    assert UNIT.serial in problem(
        office.deliver("/v1/health", sign_health(HEALTH, clone)), 422, "report_signature"
    )
    assert office.store.counts() == (0, 0)


def test_every_changed_byte_of_a_report_is_refused(office: Office) -> None:
    for place in range(0, len(REPORT), 7):
        bad = bytearray(REPORT)
        bad[place] ^= 0x40
        assert office.deliver("/v1/health", bytes(bad)).status_code in (403, 422)
    assert office.store.counts() == (0, 0)


def test_whoever_copied_a_record_id_keeps_nobody_out(office: Office) -> None:
    forged = signed()[:-1] + bytes([signed()[-1] ^ 1])
    assert office.deliver("/v1/records", forged).status_code == 201
    assert office.deliver("/v1/records", signed()).status_code == 201
    assert office.get("/v1/verdict", vin=VIN).json()["verdict"] == "issued, not seen alive"


def test_an_old_or_forked_report_is_received_because_it_is_evidence(office: Office) -> None:
    office.deliver("/v1/records", signed())
    for health in (replace(HEALTH, boot=2), HEALTH, replace(HEALTH, boot=2, healthy=1)):
        assert office.deliver("/v1/health", sign_health(health, UNIT)).status_code == 201
    assert office.word() == "review"


def test_the_verdict_as_json(office: Office) -> None:
    office.deliver("/v1/records", signed())
    office.deliver("/v1/health", REPORT)
    said = office.get("/v1/verdict", vin=VIN).json()
    assert said["verdict"] == "fitted and alive"
    assert said["verdict_zh"] == "已装且在线"
    assert said["document_verdict"] == "accepted"
    assert said["judged_at"] == "2026-11-23T08:00:00Z"
    assert [one["code"] for one in said["reasons"]] == ["whole", "alive"]
    assert said["last_report"]["received_at"] == "2026-11-23T08:00:00Z"
    assert said["record"]["vehicle"]["plate"] == "苏A12345"
    assert [one["unit"] for one in said["history"]] == [UNIT.serial]


def test_a_verdict_needs_a_vin_and_a_record(office: Office) -> None:
    assert VIN in problem(office.get("/v1/verdict", vin=VIN), 404, "no_record")
    assert "'O'" in problem(office.get("/v1/verdict", vin=VIN[:8] + "O" + VIN[9:]), 400, "vin_form")
    assert "0 characters" in problem(office.get("/v1/verdict"), 400, "vin_form")


def test_addresses_that_are_not_there(office: Office) -> None:
    problem(office.get("/v1/nothing"), 404, "nothing_here")
    problem(office.get("/v1/records"), 405, "method")


def test_an_unusable_trust_folder_or_hooks_file_answers_503_until_it_is_mended(office: Office) -> None:
    office.deliver("/v1/records", signed())
    revoked = office.folder / "trust" / "revoked.toml"
    good = revoked.read_text()
    revoked.write_text("units = [")
    assert "revoked.toml" in problem(office.get("/v1/verdict", vin=VIN), 503, "office_unusable")
    problem(office.deliver("/v1/health", REPORT), 503, "office_unusable")
    revoked.write_text(good)
    assert office.deliver("/v1/health", REPORT).status_code == 201
    (office.folder / "hooks.toml").write_text("sender = 1")
    problem(office.deliver("/v1/health", REPORT), 503, "office_unusable")


def test_a_database_that_cannot_be_used_is_one_sentence_and_one_line(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    office.desk.store._engine.dispose()
    (office.folder / "office.db").unlink()
    (office.folder / "office.db").mkdir()
    problem(office.deliver("/v1/health", REPORT), 503, "no_database")
    page = office.get("/", q=VIN)
    assert page.status_code == 503
    assert "数据库目前无法使用" in page.text
    assert "database cannot be used now and nothing was kept" in office.get("/", q=VIN, lang="en").text
    lines = [one.getMessage() for one in caplog.records if one.name == "uvicorn.error"]
    assert lines == ["the database cannot be used: unable to open database file"] * 3


def test_a_failure_of_our_own_is_no_traceback_on_the_wire(office: Office) -> None:
    office.store._engine = None  # type: ignore[assignment]
    answer = office.deliver("/v1/health", REPORT)
    problem(answer, 500, "broken")
    assert "Traceback" not in answer.text
    page = office.get("/", q=VIN)
    assert page.status_code == 500
    assert "系统出现故障" in page.text
    assert "Traceback" not in page.text


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("[[sender]]", "[[senders]]", "sender is missing"),
        ('id = "fleet-7"', 'id = ""', "sender[0].id is ''"),
        ('id = "fleet-7"', 'id = "车队"', "sender[0].id is"),
        ('id = "fleet-7"', 'id = "fleet-7"\ncolour = 1', "sender[0].colour is not a key"),
        ("secrets = ['whsec_", "secrets = ['", "sender[0].secrets is not a secret"),
        ("secrets = [", "secrets = []\nold = [", "sender[0].secrets is empty"),
        ("[[sender]]", "colour = 1\n[[sender]]", "colour is not a key"),
    ],
)
def test_a_spoilt_hooks_file_is_named_without_its_secrets(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    assert old in HOOKS
    path = tmp_path / "hooks.toml"
    path.write_text(HOOKS.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_hooks(path)
    assert says in str(caught.value)
    assert "bmV3IHNl" not in str(caught.value)
    path.write_text(HOOKS * 2, encoding="utf-8")
    with pytest.raises(InputError, match="there twice"):
        read_hooks(path)
