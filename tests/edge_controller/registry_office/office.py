"""One office for tests: a clock set by hand, the sample trust folder, and a browser without script."""

import asyncio
import base64
import re
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from html import unescape
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from edge_controller.registration import webhook
from edge_controller.registration.health import Health, sign_health
from edge_controller.registration.identity import UnitIdentity
from edge_controller.registration.record import InstallationRecord, read_installation, sign_installation
from edge_controller.registration.trust import KnownUnit, Trust, write_trust
from edge_controller.registry_office.alive import PageWord
from edge_controller.registry_office.desk import Desk
from edge_controller.registry_office.hooks import hooks_file
from edge_controller.registry_office.judgement import Judgement, current, judge
from edge_controller.registry_office.reread import trust_folder
from edge_controller.registry_office.server import build_app
from edge_controller.registry_office.store import Receipt, Store
from tests.edge_controller.registration.samples import FIRMWARE, INSTALLER, NOW_S, UNIT, VIN, good_trust

SECRET, OLD_SECRET = b"new secret " * 3, b"old secret " * 3
HOOKS = "[[sender]]\nid = \"fleet-7\"\nsecrets = ['{}', '{}']\n".format(
    *(f"whsec_{base64.b64encode(one).decode()}" for one in (SECRET, OLD_SECRET))
)
OTHER_UNIT = UnitIdentity("NS-0099", Ed25519PrivateKey.from_private_bytes(b"swap" * 8))
OTHER_VIN = "LNS8X4TP2T1000002"
HEALTH = Health(UNIT.serial, 1, 0, FIRMWARE, 0b1111111, VIN, None)
HEALTH_TYPE = "application/vnd.nearside.health+cose"
RECORD_TYPE = "application/vnd.nearside.installation+cose"


def two_units() -> Trust:
    trust = good_trust()
    other = KnownUnit(OTHER_UNIT.serial, OTHER_UNIT.public_key)
    return replace(trust, units={**trust.units, other.serial: other})


def signed_by(record: InstallationRecord, unit: UnitIdentity) -> bytes:
    """The record for that unit instead."""
    fitted = replace(record.unit, serial=unit.serial, public_key=unit.public_key)
    return sign_installation(replace(record, unit=fitted), unit, INSTALLER)


class Office:
    """The office in a folder; `now_s` is its clock."""

    def __init__(self, folder: Path, trust: Trust | None = None, alive_days: int = 7) -> None:
        self.folder, self.now_s = folder, NOW_S
        write_trust(folder / "trust", trust or two_units())
        (folder / "hooks.toml").write_text(HOOKS, encoding="utf-8")
        self.store = Store.open(folder / "office.db")
        self.desk = Desk(
            self.store,
            trust_folder(folder / "trust"),
            hooks_file(folder / "hooks.toml"),
            lambda: self.now_s,
            alive_days,
            ZoneInfo("Asia/Shanghai"),
        )
        self.app = build_app(self.desk)

    def record(self, content: bytes) -> Receipt:
        return self.store.add_record(content, read_installation(content).record, self.now_s, None)

    def report(self, health: Health = HEALTH, unit: UnitIdentity = UNIT) -> Receipt:
        content = sign_health(health, unit)
        return self.store.add_report(content, health, self.now_s, "fleet-7")

    def judgement(self, vin: str = VIN) -> Judgement:
        terms = self.desk.terms()
        kept = current(self.store, vin, terms)
        assert kept is not None
        return judge(self.store, kept, terms)

    def word(self, vin: str = VIN) -> PageWord:
        return self.judgement(vin).word

    def codes(self, vin: str = VIN) -> set[str]:
        return {reason.code for reason in self.judgement(vin).reasons}

    def get(self, path: str, **query: str) -> httpx.Response:
        return self.ask("GET", path, params=query or None)

    def hand_in(self, content: bytes, vin: str = "", lang: str = "", **headers: str) -> httpx.Response:
        """The upload form, filled in and sent."""
        files = {"record": ("truck.cose", content)}
        return self.ask("POST", f"/records?lang={lang}", files=files, data={"vin": vin}, headers=headers)

    def deliver(
        self,
        path: str,
        body: bytes,
        changed: Mapping[str, str] | None = None,
        secret: bytes = SECRET,
        signed_at_s: int | None = None,
    ) -> httpx.Response:
        """A delivery as the contract has it; `changed` replaces headers after signing."""
        record = path == "/v1/records"
        when_s = self.now_s if signed_at_s is None else signed_at_s
        message_id = f"{'rec' if record else 'hea'}_{sha256(body).hexdigest()}"
        headers = {
            "content-type": RECORD_TYPE if record else HEALTH_TYPE,
            "nearside-sender": "fleet-7",
            "webhook-id": message_id,
            "webhook-timestamp": str(when_s),
            "webhook-signature": webhook.signature(secret, message_id, when_s, body),
        }
        return self.ask("POST", path, content=body, headers={**headers, **(changed or {})})

    def ask(self, method: str, path: str, **more: object) -> httpx.Response:
        async def once() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://office.example") as client:
                return await client.request(method, path, **more)  # type: ignore[arg-type]

        return asyncio.run(once())


def text_of(answer: httpx.Response) -> str:
    """What a person reads on a page."""
    without_head = re.sub(r"(?s)^.*?<body>", "", answer.text)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", without_head)))
