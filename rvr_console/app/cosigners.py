"""Cosigning over a shared folder, joined with this desk's identity and the force's authority."""

from datetime import datetime
from pathlib import Path

from rvr_console.app.desk_keys import DeskSecrets
from rvr_console.domain.cosigning import DeskName
from rvr_console.domain.ports import Disk
from rvr_console.evidence.desk_identity import check_chain
from rvr_console.evidence.signature_check import desk_signature_holds
from rvr_console.services.cosigning import Cosigning
from rvr_console.services.desk import Desk
from rvr_console.storage.cosign_folder import CosignFolder


def make_cosigning(
    desk: Desk, secrets: DeskSecrets, folder: Path | None, data: Path, disk: Disk
) -> Cosigning | None:
    """folder: shared by the force's desks; None where there is none. data: this desk's own, for what it has seen of others."""
    if folder is None:
        return None

    def vouch(untrusted_chain_pem: bytes, at: datetime) -> DeskName:
        found = check_chain(untrusted_chain_pem, secrets.authority_pem, at)
        return DeskName(found.label, found.public_key)

    place = CosignFolder(folder, disk, data / "cosigned.json")
    identity = secrets.identity
    return Cosigning(desk, identity, identity.chain_pem, desk_signature_holds, vouch, place)
