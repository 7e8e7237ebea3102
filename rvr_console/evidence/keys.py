"""Who can open a recording: envelopes of a segment's data key, team keys wrapped to members, members' keys at rest."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import rfc8785
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from rvr_console.domain.ports import Randomness
from rvr_console.errors import EvidenceError, KeyStoreError
from rvr_console.evidence.hybrid_keys import (
    PRIVATE_KEY_BYTES,
    SEALED_OVERHEAD,
    length_prefixed,
    make_private_key,
    open_with,
    public_key_of,
    seal_to,
)
from rvr_console.evidence.record_format import check_name
from rvr_console.evidence.segment_cipher import DATA_KEY_BYTES

KEK_BYTES = 32
_NONCE_BYTES = 12
_SEALED_KEY_VERSION = b"\x01"
_MAX_ENVELOPE_FILE = 64 * 1024
_MAX_ENVELOPES = 16
_ENVELOPE_BYTES = SEALED_OVERHEAD + DATA_KEY_BYTES
_LAST_SEGMENT = 9999


class RecipientRole(StrEnum):
    RECOVERY = "recovery"  # the force's recovery key, held in shares away from the desk
    TEAM = "team"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody to whom data keys are sealed. public_key: 1216 bytes (ML-KEM-768, then X25519)."""

    recipient_id: str
    role: RecipientRole
    public_key: bytes


@dataclass(frozen=True, slots=True)
class Recipients:
    """To whom a force's recordings are sealed."""

    force: str
    who: tuple[Recipient, ...]

    def check(self) -> None:
        """Raises EvidenceError unless the recovery key and a team key are there: better no recording than a lost one."""
        for name in (self.force, *(recipient.recipient_id for recipient in self.who)):
            check_name(name)
        roles = {recipient.role for recipient in self.who}
        names = {recipient.recipient_id for recipient in self.who}
        keys = {recipient.public_key for recipient in self.who}
        if roles != set(RecipientRole) or not len(self.who) == len(names) == len(keys) <= _MAX_ENVELOPES:
            raise EvidenceError(
                "A recording needs both the force's recovery key and a team key.",
                kept="Nothing was recorded.",
                todo="Ask IT to complete the evidence keys of this desk.",
            )


@dataclass(frozen=True, slots=True)
class Envelope:
    """A data key sealed to one recipient."""

    recipient_id: str
    role: RecipientRole
    sealed: bytes


@dataclass(frozen=True, slots=True)
class EnvelopeSet:
    """All envelopes of one segment. header_hash: SHA-256 of the segment's header, 32 bytes."""

    force: str
    evidence_id: str
    segment: int
    header_hash: bytes
    envelopes: tuple[Envelope, ...]

    def info(self, recipient_id: str) -> bytes:
        """HPKE context: an envelope opens for its own force, recording, segment and recipient only."""
        return _envelope_info(self.force, self.evidence_id, self.segment, self.header_hash, recipient_id)

    def to_bytes(self) -> bytes:
        """Canonical JSON."""
        return rfc8785.dumps(
            {
                "envelopes": [
                    {"recipient": e.recipient_id, "role": e.role.value, "sealed": e.sealed.hex()}
                    for e in self.envelopes
                ],
                "evidence_id": self.evidence_id,
                "force": self.force,
                "header_sha256": self.header_hash.hex(),
                "segment": self.segment,
                "version": 1,
            }
        )

    @classmethod
    def from_bytes(cls, untrusted: bytes) -> "EnvelopeSet":
        """Raises EvidenceError."""
        try:
            value = json.loads(untrusted[:_MAX_ENVELOPE_FILE])
            return cls(
                check_name(value["force"]),
                check_name(value["evidence_id"]),
                _checked_segment(value),
                _hex(value["header_sha256"], 32),
                tuple(_parse_envelope(item) for item in value["envelopes"][:_MAX_ENVELOPES]),
            )
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise EvidenceError(
                "A key envelope is damaged.", todo="Take the copy from the key store or from backup."
            ) from error


def _checked_segment(untrusted: Mapping[str, object]) -> int:
    segment = untrusted["segment"]
    if untrusted["version"] != 1 or type(segment) is not int or not 1 <= segment <= _LAST_SEGMENT:
        raise ValueError("segment or version")
    return segment


def _hex(untrusted: str, count: int) -> bytes:
    if len(untrusted) != 2 * count:
        raise ValueError("length")
    return bytes.fromhex(untrusted)


def _parse_envelope(untrusted: Mapping[str, str]) -> Envelope:
    return Envelope(
        check_name(untrusted["recipient"]),
        RecipientRole(untrusted["role"]),
        _hex(untrusted["sealed"], _ENVELOPE_BYTES),
    )


def _envelope_info(
    force: str, evidence_id: str, segment: int, header_hash: bytes, recipient_id: str
) -> bytes:
    return b"".join(
        (
            b"rvr/env1",
            length_prefixed(force),
            length_prefixed(evidence_id),
            segment.to_bytes(4, "big"),
            length_prefixed(recipient_id),
            header_hash,
        )
    )


def seal_data_key(
    data_key: bytes, recipients: Recipients, evidence_id: str, segment: int, header_hash: bytes
) -> EnvelopeSet:
    """One envelope for each recipient. Raises EvidenceError when recipients are missing or a key is malformed."""
    recipients.check()
    made = []
    for who in recipients.who:
        info = _envelope_info(recipients.force, evidence_id, segment, header_hash, who.recipient_id)
        made.append(Envelope(who.recipient_id, who.role, seal_to(who.public_key, data_key, info)))
    return EnvelopeSet(recipients.force, evidence_id, segment, header_hash, tuple(made))


@dataclass(frozen=True, slots=True)
class WrappedTeamKey:
    """A team's private key sealed to one member. epoch: counts the team's keys from 1."""

    force: str
    team_id: str
    epoch: int
    member_id: str
    sealed: bytes


def _team_info(force: str, team_id: str, epoch: int, member_id: str) -> bytes:
    return b"".join(
        (
            b"rvr/team1",
            length_prefixed(force),
            length_prefixed(team_id),
            epoch.to_bytes(4, "big"),
            length_prefixed(member_id),
        )
    )


def wrap_team_key(
    team_private: bytes, *, force: str, team_id: str, epoch: int, member_id: str, member_public: bytes
) -> WrappedTeamKey:
    """Let a member open what the team may open. Leaving: delete the wrap, and give the team a new key for the future."""
    sealed = seal_to(member_public, team_private, _team_info(force, team_id, epoch, member_id))
    return WrappedTeamKey(force, team_id, epoch, member_id, sealed)


def unwrap_team_key(wrapped: WrappedTeamKey, member_private: bytes) -> bytes:
    """Raises EvidenceError."""
    info = _team_info(wrapped.force, wrapped.team_id, wrapped.epoch, wrapped.member_id)
    return open_with(member_private, wrapped.sealed, info)


def seal_private_key(private_key: bytes, kek: bytes, owner_id: str, randomness: Randomness) -> bytes:
    """A private key at rest: version(1), nonce(12), AES-256-GCM under a 32-byte key from keyring or passphrase."""
    if len(kek) != KEK_BYTES:
        raise KeyStoreError("The key-encryption key has a wrong length.")
    nonce = randomness.token_bytes(_NONCE_BYTES)
    aad = b"rvr/private1" + length_prefixed(owner_id)
    return _SEALED_KEY_VERSION + nonce + AESGCM(kek).encrypt(nonce, private_key, aad)


def open_private_key(untrusted_sealed: bytes, kek: bytes, owner_id: str) -> bytes:
    """Raises KeyStoreError when key-encryption key or owner are not the right ones."""
    if len(kek) != KEK_BYTES or untrusted_sealed[:1] != _SEALED_KEY_VERSION:
        raise KeyStoreError("A stored private key has an unknown form.")
    nonce, body = untrusted_sealed[1 : 1 + _NONCE_BYTES], untrusted_sealed[1 + _NONCE_BYTES :]
    try:
        return AESGCM(kek).decrypt(nonce, body, b"rvr/private1" + length_prefixed(owner_id))
    except (InvalidTag, ValueError) as error:
        raise KeyStoreError(
            "A stored private key does not open.",
            kept="The recordings are safe.",
            todo="Sign in again; if it goes on, ask IT to restore the key store.",
        ) from error


class KeyOpener(Protocol):
    """Gets the data key of a segment out of its envelopes."""

    def open_data_key(self, envelopes: EnvelopeSet) -> bytes:
        """32 bytes. Raises EvidenceError."""
        ...


class EvidenceKeyRing:
    """The private keys that a signed-in person may use, in memory only. Forget it at sign-out."""

    def __init__(self, private_keys: Mapping[str, Iterable[bytes]]) -> None:
        """private_keys: recipient id -> that recipient's private keys (newest first)."""
        self._keys = {name: tuple(keys) for name, keys in private_keys.items()}

    def __repr__(self) -> str:
        return f"EvidenceKeyRing({sorted(self._keys)})"

    @classmethod
    def unlock(
        cls, member_id: str, sealed_private: bytes, kek: bytes, wrapped: Iterable[WrappedTeamKey]
    ) -> "EvidenceKeyRing":
        """What one member can open through the teams that wrapped their key to them. Raises KnownErrors."""
        member_private = open_private_key(sealed_private, kek, member_id)
        keys: dict[str, list[bytes]] = {}
        for wrap in sorted(wrapped, key=lambda w: -w.epoch):
            if wrap.member_id == member_id:
                keys.setdefault(wrap.team_id, []).append(unwrap_team_key(wrap, member_private))
        return cls(keys)

    def may_open(self, envelopes: EnvelopeSet) -> bool:
        """Whether one of them is meant for a key of this ring; it may be damaged all the same."""
        return any(envelope.recipient_id in self._keys for envelope in envelopes.envelopes)

    def open_data_key(self, envelopes: EnvelopeSet) -> bytes:
        """Raises EvidenceError when no envelope is meant for a key of this ring, or none opens."""
        for envelope in envelopes.envelopes:
            for private_key in self._keys.get(envelope.recipient_id, ()):
                try:
                    return open_with(private_key, envelope.sealed, envelopes.info(envelope.recipient_id))
                except EvidenceError:
                    continue
        raise EvidenceError(
            "You do not hold a key to this recording.",
            kept="The recording is unchanged.",
            todo="Ask a member of the team that made it, or the holder of the force's recovery key.",
        )


@dataclass(frozen=True, slots=True)
class KeyPair:
    """private: 96 bytes, secret. public: 1216 bytes."""

    private: bytes
    public: bytes

    def __repr__(self) -> str:
        return "KeyPair(private not shown)"


def make_key_pair() -> KeyPair:
    """A recovery, team or member key pair, from the system's randomness."""
    private = make_private_key()
    if len(private) != PRIVATE_KEY_BYTES:
        raise EvidenceError("The crypto library made a key of an unexpected length.")
    return KeyPair(private, public_key_of(private))
