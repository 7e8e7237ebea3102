r"""Desk-signed statements to the gateway: issue a link, join its room, close it for good.

Ed25519 (RFC 8032) over "rvr/desk1/<act>\0" and the exact bytes of the body; the X.509 certificate (RFC 5280) must chain
to the force's authority. Tables: docs/signalling.md section 6.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Annotated, Literal, Protocol

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from rvr_console.errors import BugError, UntrustedInputError
from rvr_console.wire.encoding import b64u, from_b64u

MAX_CERTIFICATES = 8_192
MAX_LIFE = timedelta(days=31)
"""The longest that a link may be issued for."""

RoomText = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Epoch = Annotated[int, Field(ge=1, le=2**53 - 1)]


class DeskSigner(Protocol):
    """The desk's signing identity."""

    @property
    def certificates_pem(self) -> str:
        """The desk's certificate first, then any intermediates."""
        ...

    def sign(self, data: bytes) -> bytes:
        """Ed25519 signature, 64 bytes."""
        ...


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    room: RoomText = Field(repr=False)
    epoch: Epoch
    v: Literal[1] = 1


class IssueLink(_Body):
    """auth_hash: SHA-256 of the link's auth, hex. expires_at: Unix seconds."""

    act: Literal["issue"] = "issue"
    auth_hash: Hash = Field(repr=False)
    expires_at: Annotated[int, Field(ge=0, le=2**53 - 1)]


class JoinRoom(_Body):
    """nonce: the gateway's challenge on this connection, 32 bytes as b64u."""

    act: Literal["join"] = "join"
    nonce: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{43}$")]


class CloseLink(_Body):
    act: Literal["close"] = "close"


Statement = IssueLink | JoinRoom | CloseLink
_STATEMENT: TypeAdapter[Statement] = TypeAdapter(Annotated[Statement, Field(discriminator="act")])


class SignedStatement(BaseModel):
    """A statement as it travels. body and signature: b64u; certificates: PEM."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    t: Literal["statement"] = "statement"
    body: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,2000}$")] = Field(repr=False)
    signature: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{86}$")] = Field(repr=False)
    certificates: Annotated[str, StringConstraints(min_length=1, max_length=MAX_CERTIFICATES)]


def _signed_bytes(act: str, body: bytes) -> bytes:
    return b"rvr/desk1/" + act.encode("ascii") + b"\0" + body


def sign_statement(statement: Statement, signer: DeskSigner) -> SignedStatement:
    # Integers and ASCII only: sorted keys without spaces are RFC 8785's canonical form.
    body = json.dumps(statement.model_dump(), sort_keys=True, separators=(",", ":")).encode()
    signature = signer.sign(_signed_bytes(statement.act, body))
    if len(signature) != 64:
        raise BugError("a desk signer returned something that is not an Ed25519 signature")
    return SignedStatement(body=b64u(body), signature=b64u(signature), certificates=signer.certificates_pem)


def _refused(why: str) -> UntrustedInputError:
    return UntrustedInputError(f"A desk's statement was refused: {why}.")


@dataclass(frozen=True, slots=True)
class Authority:
    """The force's authority: the certificates a desk's own must chain to."""

    roots: tuple[x509.Certificate, ...]

    @classmethod
    def from_pem(cls, pem: bytes) -> "Authority":
        """Raises UntrustedInputError unless there is at least one CA certificate, and only those."""
        try:
            roots = tuple(x509.load_pem_x509_certificates(pem))
        except ValueError:
            raise UntrustedInputError("The authority's file holds no readable certificate.") from None
        if not roots or not all(_is_authority(root) for root in roots):
            raise UntrustedInputError("The authority's file holds a certificate that is not an authority's.")
        return cls(roots)

    def desk_key(self, untrusted_pem: str, now: datetime) -> Ed25519PublicKey:
        """The key of a desk whose certificate chains to this authority at `now`. Raises UntrustedInputError."""
        try:
            chain = x509.load_pem_x509_certificates(untrusted_pem.encode())
        except ValueError:
            raise _refused("its certificate cannot be read") from None
        if not 1 <= len(chain) <= 3:
            raise _refused("it carries too many certificates")
        key = chain[0].public_key()
        if _is_authority(chain[0]) or not isinstance(key, Ed25519PublicKey) or not _may_sign(chain[0]):
            raise _refused("its certificate is not a desk's")
        if not all(_in_date(certificate, now) for certificate in chain):
            raise _refused("its certificate is out of date")
        for child, parent in pairwise(chain):
            if not _is_authority(parent) or not _issued_by(child, parent):
                raise _refused("its certificates do not form a chain")
        if not any(_in_date(root, now) and _issued_by(chain[-1], root) for root in self.roots):
            raise _refused("its certificate is not from this force's authority")
        return key


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, ValueError):
        return False


def _may_sign(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.KeyUsage).value.digital_signature
    except x509.ExtensionNotFound:
        return True
    except ValueError:
        return False


def _in_date(certificate: x509.Certificate, now: datetime) -> bool:
    return certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc


def _issued_by(child: x509.Certificate, parent: x509.Certificate) -> bool:
    try:
        child.verify_directly_issued_by(parent)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def verify_statement(untrusted: SignedStatement, authority: Authority, now_s: float) -> Statement:
    """The statement, if a desk of this force signed exactly these bytes. now_s: Unix seconds. Raises UntrustedInputError."""
    body = from_b64u(untrusted.body)
    try:
        statement = _STATEMENT.validate_json(body)
    except (ValidationError, ValueError):
        raise _refused("it cannot be read") from None
    key = authority.desk_key(untrusted.certificates, datetime.fromtimestamp(now_s, UTC))
    try:
        key.verify(from_b64u(untrusted.signature, length=64), _signed_bytes(statement.act, body))
    except InvalidSignature:
        raise _refused("its signature is wrong") from None
    return statement
