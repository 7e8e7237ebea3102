"""Joins the signing with the call, the vault, the desk's identity for documents and the time-stamp authority."""

import asyncio
import hashlib
from dataclasses import dataclass

from rvr_console.documents.document_key import DocumentKey
from rvr_console.documents.revocation_http import HttpRevocation
from rvr_console.documents.signing import DocumentStamps, PdfSealer
from rvr_console.domain.bundle import BundleFile
from rvr_console.domain.ports import Clock
from rvr_console.domain.signing_gate import Gate, GatePolicy
from rvr_console.errors import EvidenceError
from rvr_console.evidence.document_identity import DocumentIdentity
from rvr_console.evidence.exhibit_vault import ExhibitVault
from rvr_console.evidence.keys import KeyOpener
from rvr_console.evidence.timestamps import TimestampAuthority
from rvr_console.services.custody_stamps import StampAuthority
from rvr_console.services.desk import Desk
from rvr_console.services.exhibit_intake import ExhibitIntake
from rvr_console.services.sign_in import SignIn
from rvr_console.services.signing import Signing
from rvr_console.services.signing_gates import SigningGates
from rvr_console.services.signing_sealing import SigningSealing
from rvr_console.services.video_call import VideoCall


@dataclass(frozen=True, slots=True)
class SealingParts:
    """identity: None where this desk cannot seal documents; what is signed is then kept and sealed later."""

    identity: DocumentIdentity | None
    timestamps: StampAuthority | None
    clock: Clock
    ask_revocation: bool = True


def pdf_sealer(parts: SealingParts) -> PdfSealer:
    found = parts.identity
    key = DocumentKey(found.label, found.private_key, found.chain_pem) if found is not None else None
    stamps = None
    if isinstance(parts.timestamps, TimestampAuthority):
        stamps = DocumentStamps(parts.timestamps.answer, parts.timestamps.trusted_pem)
    return PdfSealer(key, parts.clock, stamps, HttpRevocation() if parts.ask_revocation else None)


def make_signing(
    desk: Desk, calls: VideoCall, intake: ExhibitIntake, parts: SealingParts, gate: GatePolicy
) -> Signing:
    """Ready, and told what the pages in calls say."""
    sealing = SigningSealing(desk, calls, intake, pdf_sealer(parts))
    signing = Signing(desk, calls, SigningGates(desk, gate), sealing)
    calls.documents = signing
    return signing


class DeskGate:
    """Implements ui.statement.ceremony_presenter.GateDoor: who decides says who they are first, and the officer stays signed in."""

    def __init__(self, gates: SigningGates, sign_in: SignIn) -> None:
        self._gates, self._sign_in = gates, sign_in

    async def gate(self, consultation_id: str) -> Gate:
        return await self._gates.gate(consultation_id)

    async def let_sign(self, consultation_id: str, collar: str, password: str, reason: str) -> Gate:
        """Raises RefusedError: wrong number or password, locked, no reason; AccessDeniedError: no sergeant of the team."""
        sergeant = await self._sign_in.confirm(collar, password)
        return await self._gates.override_gate(consultation_id, reason, sergeant)


class StatementFiles:
    """The sealed statements of a consultation, for its bundle. Read in memory only."""

    def __init__(self, signing: Signing, vault: ExhibitVault, opener: KeyOpener) -> None:
        self._signing, self._vault, self._opener = signing, vault, opener

    async def __call__(self, consultation_id: str) -> list[BundleFile]:
        """Raises EvidenceError when one does not open."""
        files = []
        for number, (one, called) in enumerate(await self._signing.sealed_of(consultation_id), 1):
            data = await asyncio.to_thread(self._read, one.evidence_id)
            if hashlib.sha256(data).hexdigest() != one.sealed_sha256:
                raise EvidenceError(
                    f"{called}: its file is not the one that was sealed.",
                    kept="It was left as it is; the text and the pages as they were shown are in the database.",
                    todo="Tell IT and your supervisor; verify the vault.",
                )
            title = f"{called}, signed, {one.level or 'sealed'}"
            files.append(BundleFile(f"statement-{number}-version-{one.version}.pdf", title, data))
        return files

    def _read(self, evidence_id: str) -> bytes:
        with self._vault.open(evidence_id, self._opener) as reader:
            return bytes(reader.read())
