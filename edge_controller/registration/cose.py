"""COSE_Sign1 (RFC 9052), cut down to one form: Ed25519 (RFC 9864), nothing outside the signature.

Tag 18, an array of four: protected header {alg, kid, typ}, an EMPTY unprotected header, payload, signature.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from edge_controller.errors import InputError
from edge_controller.registration import cbor

TAG_SIGN1 = b"\xd2"  # tag 18
ALG, KID, TYP = 1, 4, 16  # RFC 9052 table 3; typ is RFC 9596
ED25519 = -19  # RFC 9864; the older EdDSA (-8) does not name its curve
KEY_BYTES = 32
SIGNATURE_BYTES = 64
THUMBPRINT_BYTES = 32


@dataclass(frozen=True, slots=True)
class Signed:
    """One message taken apart, its signature not yet checked."""

    protected: bytes
    kid: bytes
    payload: bytes
    signature: bytes

    def verifies(self, public_key: bytes) -> bool:
        """Whether `public_key` signed exactly this, under its own name."""
        if self.kid != thumbprint(public_key):
            return False
        try:
            Ed25519PublicKey.from_public_bytes(public_key).verify(
                self.signature, _to_be_signed(self.protected, self.payload)
            )
        except InvalidSignature:
            return False
        return True


def public_bytes(key: Ed25519PrivateKey) -> bytes:
    """The 32 bytes of the public key."""
    return key.public_key().public_bytes_raw()


def thumbprint(public_key: bytes) -> bytes:
    """SHA-256 COSE key thumbprint (RFC 9679): kty OKP, crv Ed25519, x."""
    return hashlib.sha256(cbor.encode({1: 1, -1: 6, -2: public_key})).digest()


def sign(payload: bytes, typ: str, key: Ed25519PrivateKey) -> bytes:
    """The message, signed. `typ` says what it is, so that one kind never passes for another."""
    protected = cbor.encode({ALG: ED25519, KID: thumbprint(public_bytes(key)), TYP: typ})
    signature = key.sign(_to_be_signed(protected, payload))
    return TAG_SIGN1 + cbor.encode([protected, {}, payload, signature])


def typ_of(data: bytes, what: str) -> str:
    """What kind of message it says it is; InputError naming `what` unless it has our outer form."""
    protected, *_ = _parts(data, what)
    header = cbor.decode(protected, f"{what}: the protected header")
    typ = header.get(TYP) if isinstance(header, dict) else None
    if not isinstance(typ, str):
        raise InputError(f"{what}: the protected header does not say what kind of message it is")
    return typ


def read(data: bytes, typ: str, what: str) -> Signed:
    """Take a message apart; InputError naming `what` unless it is exactly of our form."""
    protected, payload, signature = _parts(data, what)
    kid = _kid(cbor.decode(protected, f"{what}: the protected header"), typ, what)
    return Signed(protected, kid, payload, signature)


def _parts(data: bytes, what: str) -> tuple[bytes, bytes, bytes]:
    """Protected header, payload and signature."""
    if data[:1] != TAG_SIGN1:
        raise InputError(f"{what} is not a COSE_Sign1 message (it does not begin with tag 18)")
    parts = cbor.decode(data[1:], what)
    if not isinstance(parts, list) or len(parts) != 4:
        raise InputError(f"{what} is not a COSE_Sign1 message (not an array of four)")
    protected, unprotected, payload, signature = parts
    if not isinstance(protected, bytes) or not isinstance(payload, bytes):
        raise InputError(f"{what}: header or payload is not a byte string")
    # Whatever lies in the unprotected header could be changed without breaking the signature.
    if unprotected != {}:
        raise InputError(f"{what}: the unprotected header is not empty")
    if not isinstance(signature, bytes) or len(signature) != SIGNATURE_BYTES:
        raise InputError(f"{what}: the signature is not {SIGNATURE_BYTES} bytes")
    return protected, payload, signature


def _kid(header: Any, typ: str, what: str) -> bytes:
    if not isinstance(header, dict) or set(header) != {ALG, KID, TYP}:
        raise InputError(f"{what}: the protected header does not hold exactly alg, kid and typ")
    if header[ALG] != ED25519:
        raise InputError(f"{what}: alg is {header[ALG]!r}, not {ED25519} (Ed25519)")
    if header[TYP] != typ:
        raise InputError(f"{what}: typ is {header[TYP]!r}, not {typ!r}")
    kid = header[KID]
    if not isinstance(kid, bytes) or len(kid) != THUMBPRINT_BYTES:
        raise InputError(f"{what}: kid is not a key thumbprint of {THUMBPRINT_BYTES} bytes")
    return kid


def _to_be_signed(protected: bytes, payload: bytes) -> bytes:
    """Sig_structure of RFC 9052, 4.4, without external data."""
    return cbor.encode(["Signature1", protected, b"", payload])
