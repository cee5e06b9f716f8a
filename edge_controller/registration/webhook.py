"""Standard Webhooks signatures over any bytes; the `standardwebhooks` library signs UTF-8 text only."""

import base64
import binascii
import hashlib
import hmac

from edge_controller.errors import InputError

PREFIX = "whsec_"
SHORTEST_BYTES = 24  # the specification asks for 24 to 64
LONGEST_BYTES = 64
TOLERANCE_S = 5 * 60
ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
SENDER = "nearside-sender"  # which secret to check with; the specification leaves that open


def read_secret(text: str, where: str) -> bytes:
    """`whsec_` and Base64 -> the secret's bytes. The sentence of InputError never repeats the secret."""
    try:
        secret = base64.b64decode(text.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError) as error:
        raise InputError(f"{where} is not a secret ({PREFIX} and Base64)") from error
    if not text.startswith(PREFIX) or not SHORTEST_BYTES <= len(secret) <= LONGEST_BYTES:
        raise InputError(
            f"{where} is not a secret ({PREFIX} and Base64 of {SHORTEST_BYTES} to {LONGEST_BYTES} bytes)"
        )
    return secret


def signature(secret: bytes, message_id: str, timestamp_s: int, body: bytes) -> str:
    """The value of `webhook-signature`: HMAC-SHA256 over id, time and body."""
    signed = f"{message_id}.{timestamp_s}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()


def is_signed(secrets: tuple[bytes, ...], message_id: str, timestamp_s: int, body: bytes, given: str) -> bool:
    """Whether one of the signatures in `given` (parted by spaces) was made with one of the secrets."""
    due = [signature(secret, message_id, timestamp_s, body).encode() for secret in secrets]
    found = [one.encode() for one in given.split(" ")]
    return any(hmac.compare_digest(one, wanted) for one in found for wanted in due)
