"""From the spool to the office over HTTP, oldest first; what the office has not confirmed is sent again."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from edge_controller.errors import InputError
from edge_controller.registration import cose, health, record, webhook
from edge_controller.registration.problem import Problem
from edge_controller.registration.spool import Spool
from edge_controller.toml_table import load

RECEIVED = (200, 201)
TIMEOUT_S = 20.0
LONGEST_ANSWER = 64 * 1024


@dataclass(frozen=True, slots=True)
class Address:
    """Where the office is, and how it knows us."""

    url: str  # without a slash at its end
    sender: str
    secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back over HTTP."""

    status: int
    body: bytes


class NoAnswerError(Exception):
    """Nothing came back; the text says why."""


# url, headers, body -> what came back; NoAnswerError where nothing did.
Post = Callable[[str, Mapping[str, str], bytes], Answer]


@dataclass(frozen=True, slots=True)
class Delivered:
    """What one delivery came to."""

    received: int  # documents the office now has, those it had before included
    duplicates: int  # of these, those it had before
    waiting: int
    problem: Problem | None  # why something still waits


def read_address(path: Path) -> Address:
    """Read `office.toml`: url, sender, secret."""
    table = load(path)
    url = table.string("url").rstrip("/")
    if not _is_address(url):
        raise InputError(f"{table.where('url')} is {url!r}, not an address like https://office.example")
    sender = table.string("sender")
    if not sender.isascii() or not sender.isprintable() or not sender.strip():
        raise InputError(f"{table.where('sender')} is {sender!r}, not a name of ASCII characters")
    secret = webhook.read_secret(table.string("secret"), table.where("secret"))
    table.finish()
    return Address(url, sender, secret)


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return (
            parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and parts.port != 0
            and not (parts.query or parts.fragment or parts.username)
            and url.isprintable()
            and " " not in url
        )
    except ValueError:  # a port that is no port, brackets that do not close
        return False


def deliver(spool: Spool, address: Address, now_s: int, post: Post) -> Delivered:
    """Send what waits, oldest first, until all is there or the first failure; `now_s` is UTC."""
    received = duplicates = 0
    for number in spool.waiting():
        known = _delivered(spool, number, address, now_s, post)
        if isinstance(known, Problem):
            return Delivered(received, duplicates, len(spool.waiting()), known)
        spool.confirm(number)
        received += 1
        duplicates += known
    return Delivered(received, duplicates, 0, None)


def _delivered(spool: Spool, number: int, address: Address, now_s: int, post: Post) -> bool | Problem:
    """Whether the office had the document before, or why it has it not."""
    document = spool.read(number)
    path, prefix, typ = _kind(document, f"document {number} in the spool")
    message_id = f"{prefix}_{hashlib.sha256(document).hexdigest()}"
    headers = {
        "content-type": typ,
        webhook.SENDER: address.sender,
        webhook.ID: message_id,
        webhook.TIMESTAMP: str(now_s),
        webhook.SIGNATURE: webhook.signature(address.secret, message_id, now_s, document),
    }
    try:
        answer = post(address.url + path, headers, document)
    except NoAnswerError as error:
        return Problem(
            "office_silent",
            f"The office at {address.url} does not answer ({error}).",
            f"联系不上登记机构（{address.url}）：{error}。",
        )
    return _understood(answer, address)


def _kind(document: bytes, what: str) -> tuple[str, str, str]:
    """Path, prefix of the id, content type."""
    typ = cose.typ_of(document, what)
    if typ == record.INSTALLER_TYP:
        return "/v1/records", "rec", typ
    if typ == health.TYP:
        return "/v1/health", "hea", typ
    raise InputError(f"{what} is neither an installation record nor a health report, but {typ!r}")


def _understood(answer: Answer, address: Address) -> bool | Problem:
    said = _json(answer.body)
    # A portal that answers everything with a friendly page has received nothing.
    if answer.status in RECEIVED and said.get("received") is True:
        return said.get("duplicate") is True
    title, title_zh = said.get("title"), said.get("title_zh")
    if answer.status in RECEIVED or not isinstance(title, str) or not isinstance(title_zh, str):
        return Problem(
            "not_an_office",
            f"What answers at {address.url} is no office (HTTP status {answer.status}).",
            f"{address.url}的应答不是登记机构的应答（HTTP状态{answer.status}）。",
        )
    return Problem(
        "office_refuses",
        f"The office at {address.url} refuses: {title}",
        f"登记机构（{address.url}）不接收：{title_zh}",
    )


def _json(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def http_post(url: str, headers: Mapping[str, str], body: bytes) -> Answer:
    """The real `post`: no proxy, no redirect (a signed document goes where it was addressed to)."""
    import httpx  # noqa: PLC0415 - nobody but a sender needs it

    try:
        with (
            httpx.Client(trust_env=False, timeout=TIMEOUT_S) as client,
            client.stream("POST", url, headers=dict(headers), content=body) as response,
        ):
            return Answer(response.status_code, _first(response.iter_bytes()))
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise NoAnswerError(str(error) or type(error).__name__) from error


def _first(chunks: Any) -> bytes:
    found = b""
    for chunk in chunks:
        found += chunk
        if len(found) > LONGEST_ANSWER:
            break
    return found[:LONGEST_ANSWER]
