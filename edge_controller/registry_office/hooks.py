"""Who may deliver over HTTP, and whether a delivery is theirs."""

from collections.abc import Mapping
from pathlib import Path

from edge_controller.errors import InputError
from edge_controller.registration import webhook
from edge_controller.registration.fields import MAX_TEXT
from edge_controller.registration.problem import Problem
from edge_controller.registry_office.reread import Reread
from edge_controller.toml_table import Table, load

Senders = Mapping[str, tuple[bytes, ...]]  # id -> secrets; several while one is being replaced


def hooks_file(path: Path) -> Reread[Senders]:
    """`hooks.toml`, read again when it changes, so that a secret can be replaced while the office is open."""
    return Reread(lambda: [path], lambda: read_hooks(path))


def read_hooks(path: Path) -> Senders:
    """Read `hooks.toml`: `[[sender]]` with id and secrets."""
    table = load(path)
    senders: dict[str, tuple[bytes, ...]] = {}
    for row in table.array("sender"):
        name, secrets = _sender(row)
        if name in senders:
            raise InputError(f"{row.where('id')} {name!r} is there twice")
        senders[name] = secrets
    table.finish()
    return senders


def _sender(row: Table) -> tuple[str, tuple[bytes, ...]]:
    name = row.string("id")
    if not 1 <= len(name) <= MAX_TEXT or not name.isascii() or not name.isprintable():
        raise InputError(f"{row.where('id')} is {name!r}, not 1 to {MAX_TEXT} printable ASCII characters")
    texts = row.strings("secrets")
    if not texts:
        raise InputError(f"{row.where('secrets')} is empty")
    secrets = tuple(webhook.read_secret(text, row.where("secrets")) for text in texts)
    row.finish()
    return name, secrets


def delivery_problem(senders: Senders, headers: Mapping[str, str], body: bytes, now_s: int) -> Problem | None:
    """Why a delivery is not taken as the sender's, or None. The office's clock judges its age."""
    sender = headers.get(webhook.SENDER, "")
    message_id = headers.get(webhook.ID, "")
    stamp = headers.get(webhook.TIMESTAMP, "")
    given = headers.get(webhook.SIGNATURE, "")
    # ASCII digits only: int() alone reads more than one text as the same time.
    when_s = int(stamp) if stamp.isascii() and stamp.isdigit() and len(stamp) < 16 else 0
    secrets = senders.get(sender, ())
    if str(when_s) != stamp or not webhook.is_signed(secrets, message_id, when_s, body, given):
        return Problem(
            "signature",
            "The delivery is not signed by a sender this office knows: check sender and secret.",
            "投递签名与本机构登记的发送方不符：请核对发送方名称和密钥。",
        )
    if abs(now_s - when_s) > webhook.TOLERANCE_S:
        return Problem(
            "timestamp",
            "The delivery's time is more than 5 minutes from the office's clock.",
            "投递时间与本机构时钟相差超过5分钟。",
        )
    return None
