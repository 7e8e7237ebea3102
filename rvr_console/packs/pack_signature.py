"""Who published a pack: Ed25519 (RFC 8032) over the file's exact bytes, in a text file NAME.json.sig beside it.

Three lines: `rvr-form-pack-signature 1`, `key HEX` (the publisher's public key), `signature HEX`. Publishers' files have
one `HEX name` a line, `#` begins a comment.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from rvr_console.errors import KnownError
from rvr_console.packs.pack_text import refuse

HEADER = "rvr-form-pack-signature 1"
_PURPOSE = (
    b"rvr-console form pack 1\x00"  # so that no other signature of this key can stand for one of a pack
)
_MAX_SMALL = 64 << 10  # bytes of a signature, a list of publishers, a key
_SIGNATURE = re.compile(rf"{HEADER}\nkey ([0-9a-f]{{64}})\nsignature ([0-9a-f]{{128}})\n?")
_PUBLISHER = re.compile(r"([0-9a-f]{64})\s+(\S.{0,200})")


@dataclass(frozen=True, slots=True)
class Publisher:
    """key: the Ed25519 public key, 64 hex digits."""

    key: str
    name: str


def read_small(path: Path) -> str:
    """Text of a small file. Raises KnownError."""
    try:
        with path.open("rb") as file:
            untrusted = file.read(_MAX_SMALL + 1)
        if len(untrusted) > _MAX_SMALL:
            raise KnownError(f"{path.name} is larger than {_MAX_SMALL >> 10} KiB.")
        return untrusted.decode("utf-8").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise KnownError(f"{path.name} cannot be read: {type(error).__name__}.") from error


def read_publishers(path: Path) -> tuple[Publisher, ...]:
    """Raises KnownError with the line."""
    found = []
    for number, line in enumerate(read_small(path).splitlines(), 1):
        untrusted = line.split("#", 1)[0].strip()
        if not untrusted:
            continue
        match = _PUBLISHER.fullmatch(untrusted)
        if match is None:
            raise KnownError(
                f"{path.name}, line {number}, is not a publisher's key and name.",
                kept="No key of this file is trusted.",
                todo="Write 64 hex digits, a space and a name.",
            )
        found.append(Publisher(match[1], match[2]))
    return tuple(found)


def check_signature(
    content: bytes, untrusted_signature: str | None, trusted: tuple[Publisher, ...]
) -> Publisher:
    """The publisher who signed these bytes. Raises PackRefusedError: unsigned, malformed, not trusted, not of these bytes."""
    if untrusted_signature is None:
        raise refuse(0, "it is not signed: there is no signature file beside it")
    match = _SIGNATURE.fullmatch(untrusted_signature)
    if match is None:
        raise refuse(0, "its signature file is malformed")
    publisher = next((p for p in trusted if p.key == match[1]), None)
    if publisher is None:
        raise refuse(0, f"it is signed by a key that is not trusted here ({match[1][:16]}…)")
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(match[1])).verify(
            bytes.fromhex(match[2]), _PURPOSE + content
        )
    except (InvalidSignature, ValueError):
        raise refuse(0, f"its signature by {publisher.name} does not hold: the file was changed") from None
    return publisher


def new_key(path: Path, passphrase: bytes) -> str:
    """A new private key as PEM, readable by its owner only; the public key as hex. Raises KnownError: there is such a file."""
    key = Ed25519PrivateKey.generate()
    how = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    try:
        path.touch(mode=0o600, exist_ok=False)
        path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how))
    except OSError as error:
        raise KnownError(f"{path.name} cannot be written: {type(error).__name__}.") from error
    return public_hex(key)


def load_key(path: Path, passphrase: bytes) -> Ed25519PrivateKey:
    """Raises KnownError; its words hold nothing of the key."""
    try:
        key = load_pem_private_key(read_small(path).encode(), passphrase or None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise KnownError(
            f"{path.name} is no private key that opens with this passphrase.", kept="Nothing was signed."
        ) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise KnownError(f"{path.name} is not an Ed25519 key.", kept="Nothing was signed.")
    return key


def public_hex(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def sign(content: bytes, key: Ed25519PrivateKey) -> str:
    """Text of the signature file."""
    return f"{HEADER}\nkey {public_hex(key)}\nsignature {key.sign(_PURPOSE + content).hex()}\n"
