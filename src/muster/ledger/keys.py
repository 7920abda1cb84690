"""Ed25519 keys with names, in the text forms of C2SP signed-note and of Go's x/mod."""

import re
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from muster.ledger.encoding import decode_base64, encode_base64
from muster.ledger.errors import FormatError, SignatureError

ED25519 = b"\x01"
KEY_BYTES = 32
SIGNATURE_BYTES = 64
_PRIVATE = "PRIVATE+KEY+"
_MAX_NAME = 255
_FORBIDDEN = re.compile(r"[\s+\x00-\x1f\ud800-\udfff]")


def is_name(name: str) -> bool:
    """Tell whether `name` may name a key: not empty; no Unicode space, control character or plus."""
    return 0 < len(name) <= _MAX_NAME and _FORBIDDEN.search(name) is None


@dataclass(frozen=True)
class VerifierKey:
    """The public half of a ledger's key: `name` is the ledger's origin, `public` the 32 key bytes."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        if not is_name(self.name) or len(self.public) != KEY_BYTES:
            raise FormatError("a verifier key has a name without spaces or '+', and 32 key bytes")

    @cached_property
    def key_id(self) -> bytes:
        """The first four bytes of SHA-256(name, newline, type, public key) (C2SP signed-note)."""
        return sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:4]

    @cached_property
    def _key(self) -> Ed25519PublicKey:
        return Ed25519PublicKey.from_public_bytes(self.public)

    def verify(self, signature: bytes, message: bytes, *, where: str = "") -> None:
        """Check an Ed25519 signature over `message`.

        Raises:
            SignatureError: when this key did not make it.
        """
        try:
            self._key.verify(signature, message)
        except InvalidSignature as error:
            text = f"the signature by {self.name} ({self.key_id.hex()}) is wrong"
            raise SignatureError(text, where=where) from error

    def to_text(self) -> str:
        """Return the vkey line to hand to auditors: ``name+hex(key id)+base64(type, public key)``."""
        return f"{self.name}+{self.key_id.hex()}+{encode_base64(ED25519 + self.public)}"

    @classmethod
    def from_text(cls, text: str) -> "VerifierKey":
        """Read a vkey line; the base64 part may itself hold plus signs.

        Raises:
            FormatError: when it is not one, is not for Ed25519, or its key id does not fit.
        """
        key = cls(*_split_key(text, "verifier key"))
        if key.to_text() != text:
            raise FormatError("the key id inside the verifier key does not fit its name and key")
        return key


@dataclass(frozen=True)
class SigningKey:
    """The private half: `seed` is the 32-byte Ed25519 seed, never shown by repr."""

    name: str
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if not is_name(self.name) or len(self.seed) != KEY_BYTES:
            raise FormatError("a signing key has a name without spaces or '+', and 32 seed bytes")

    @cached_property
    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @cached_property
    def verifier(self) -> VerifierKey:
        """The public half."""
        return VerifierKey(self.name, self._key.public_key().public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte Ed25519 signature (RFC 8032), the same for the same message."""
        return self._key.sign(message)

    def to_text(self) -> str:
        """Return Go's private key line ``PRIVATE+KEY+name+hex(key id)+base64(type, seed)``: a secret."""
        return f"{_PRIVATE}{self.name}+{self.verifier.key_id.hex()}+{encode_base64(ED25519 + self.seed)}"

    @classmethod
    def from_text(cls, text: str) -> "SigningKey":
        """Read a private key line.

        Raises:
            FormatError: when it is not one, is not for Ed25519, or its key id does not fit. Never quotes it.
        """
        if not text.startswith(_PRIVATE):
            raise FormatError("a signing key begins with PRIVATE+KEY+")
        key = cls(*_split_key(text.removeprefix(_PRIVATE), "signing key"))
        if key.to_text() != text:
            raise FormatError("the key id inside the signing key does not fit its name and key")
        return key


def _split_key(text: str, kind: str) -> tuple[str, bytes]:
    name, _, rest = text.partition("+")
    _, _, encoded = rest.partition("+")
    raw = decode_base64(encoded, where=kind)
    if raw[:1] != ED25519 or len(raw) != 1 + KEY_BYTES:
        raise FormatError(f"this {kind} is not an Ed25519 key (name+id+base64)")
    return name, raw[1:]
