"""The keys and the identity of this desk, kept sealed beside the database; made at the first start of the embedded default."""

import base64
import json
import logging
from dataclasses import dataclass
from pathlib import Path

from rvr_console.domain.ports import Clock, Disk, Randomness
from rvr_console.errors import KeyStoreError
from rvr_console.evidence.desk_identity import DeskIdentity, TestAuthority
from rvr_console.evidence.document_identity import DocumentIdentity, make_test_identity
from rvr_console.evidence.keys import (
    EvidenceKeyRing,
    Recipient,
    RecipientRole,
    Recipients,
    WrappedTeamKey,
    make_key_pair,
    seal_private_key,
    wrap_team_key,
)
from rvr_console.system.key_store import DeskKeys

log = logging.getLogger(__name__)
MEMBER = "desk-user"


@dataclass(frozen=True, slots=True)
class DeskSecrets:
    """What the console signs, seals and opens with. Never logged; repr of each part shows nothing.

    desk: this installation's own name, unique in the force: CAD counts each desk's acts under it.
    """

    desk: str
    identity: DeskIdentity
    authority_pem: bytes
    recipients: Recipients
    key_ring: EvidenceKeyRing

    @property
    def certificates_pem(self) -> str:
        return self.identity.chain_pem.decode()

    def sign(self, data: bytes) -> bytes:
        """Makes this a wire.desk_messages.DeskSigner."""
        return self.identity.sign(data)


def slug(name: str) -> str:
    """A name as evidence identifiers allow it: letters, digits and dashes."""
    return "-".join("".join(c if c.isalnum() else " " for c in name).split()).lower()[:60] or "force"


def load_or_make(
    folder: Path, force: str, desk: str, keys: DeskKeys, disk: Disk, clock: Clock, randomness: Randomness
) -> DeskSecrets:
    """The desk's secrets from `folder`; at the very first start a TEST authority and TEST keys, labelled so, are made.

    Raises KeyStoreError when they do not open with these keys, StorageError when they cannot be kept.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not (folder / "team.json").exists():
        _make(folder, force, desk, keys, disk, clock, randomness)
    return _load(folder, force, keys)


def document_identity(
    folder: Path, secrets: DeskSecrets, keys: DeskKeys, disk: Disk, clock: Clock, randomness: Randomness
) -> DocumentIdentity | None:
    """The identity that seals PDFs, from `folder`. A desk with a TEST identity gets a TEST one at its first start.

    None: a desk of a real authority that was not enrolled for documents, or whose identity does not open: statements are then kept unsealed.
    """
    path = folder / "documents.sealed"
    if not path.exists() and secrets.identity.certificate.is_test:
        made = make_test_identity(secrets.identity.certificate.force, secrets.identity.label, clock.now())
        disk.write_durable(path, made.to_sealed(keys.device, randomness))
        disk.write_durable(folder / "documents-authority.pem", made.authority_pem)
    try:
        return DocumentIdentity.from_sealed(path.read_bytes(), keys.device)
    except (OSError, KeyStoreError) as error:
        log.warning("this desk cannot seal documents: %s", type(error).__name__)
        return None


def _make(
    folder: Path, force: str, desk: str, keys: DeskKeys, disk: Disk, clock: Clock, randomness: Randomness
) -> None:
    now = clock.now()
    authority = TestAuthority.create(f"TEST {force}", now)
    unique = f"{desk}-{base64.b32encode(randomness.token_bytes(4)).decode()[:6]}"
    identity = authority.enrol_desk(desk, now)
    recovery, team, member = make_key_pair(), make_key_pair(), make_key_pair()
    force_id, team_id = slug(force), f"team-{slug(force)}"[:60]
    wrapped = wrap_team_key(
        team.private, force=force_id, team_id=team_id, epoch=1, member_id=MEMBER, member_public=member.public
    )
    disk.write_durable(folder / "authority.pem", authority.certificate_pem)
    disk.write_durable(folder / "authority.sealed", authority.to_sealed(keys.device, randomness))
    disk.write_durable(folder / "desk.sealed", identity.to_sealed(keys.device, randomness))
    disk.write_durable(
        folder / "recovery.sealed", seal_private_key(recovery.private, keys.device, "recovery", randomness)
    )
    disk.write_durable(
        folder / "member.sealed", seal_private_key(member.private, keys.user, MEMBER, randomness)
    )
    facts = {
        "desk": unique,
        "force": force_id,
        "team": team_id,
        "team_public": team.public.hex(),
        "recovery_public": recovery.public.hex(),
        "wrapped": wrapped.sealed.hex(),
        "test": True,
    }
    # Last: while it is missing, the next start begins anew.
    disk.write_durable(folder / "team.json", json.dumps(facts, sort_keys=True).encode())


def _load(folder: Path, force: str, keys: DeskKeys) -> DeskSecrets:
    try:
        facts = json.loads((folder / "team.json").read_bytes())
        desk = str(facts["desk"])
        identity = DeskIdentity.from_sealed((folder / "desk.sealed").read_bytes(), keys.device)
        authority_pem = (folder / "authority.pem").read_bytes()
        sealed_member = (folder / "member.sealed").read_bytes()
        wrapped = WrappedTeamKey(facts["force"], facts["team"], 1, MEMBER, bytes.fromhex(facts["wrapped"]))
        who = (
            Recipient("recovery", RecipientRole.RECOVERY, bytes.fromhex(facts["recovery_public"])),
            Recipient(facts["team"], RecipientRole.TEAM, bytes.fromhex(facts["team_public"])),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise KeyStoreError(
            f"The keys of this desk ({force}) cannot be read.",
            kept="Recordings and database are untouched.",
            todo="Restore the folder “keys” from backup, or call IT.",
        ) from error
    return DeskSecrets(
        desk,
        identity,
        authority_pem,
        Recipients(facts["force"], who),
        EvidenceKeyRing.unlock(MEMBER, sealed_member, keys.user, [wrapped]),
    )
