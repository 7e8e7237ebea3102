"""Joins the bundle's maker with vault, exhibits, the play-anywhere copy and the desk's identity."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO

from rvr_console.app.desk_keys import DeskSecrets
from rvr_console.domain.access import Act
from rvr_console.domain.bundle import BundleFile
from rvr_console.domain.custody_extract import CustodyExtract
from rvr_console.domain.ports import Disk
from rvr_console.errors import ServiceDownError
from rvr_console.evidence.bundle_writing import BundleSigner, Stamp
from rvr_console.evidence.exhibit_vault import ExhibitVault
from rvr_console.evidence.export_bundle import BundleExport, BundleSources
from rvr_console.evidence.sealed_reader import SealedReader
from rvr_console.evidence.vault import Vault
from rvr_console.services.custody_export import CustodyExports
from rvr_console.services.custody_stamps import StampAuthority
from rvr_console.video.play_anywhere import CopyProgress, PlayAnywhereCopy
from rvr_console.video.play_anywhere_frame import CopyMark

log = logging.getLogger(__name__)
VERIFIER = Path(__file__).resolve().parents[2] / "verifier" / "rvr_verify.py"


def write_copy(
    readers: Sequence[SealedReader],
    master: tuple[str, str],
    out: BinaryIO,
    tell: Callable[[float], None],
    stopped: Callable[[], bool],
) -> bool:
    """Implements evidence.export_bundle.CopyWriter."""
    copy = PlayAnywhereCopy(readers, CopyMark(*master))

    def told(progress: CopyProgress) -> None:
        if stopped():
            copy.cancel()
        tell(progress.done_us / max(1, progress.total_us))

    return copy.write(out, told)


def make_bundle_export(
    vault: Vault,
    exhibits: ExhibitVault,
    secrets: DeskSecrets,
    disk: Disk,
    own_data: Path,
    stamp: Stamp | None = None,
) -> BundleExport:
    """stamp: RFC 3161 answer over the signature, None when there is no authority or it does not answer."""
    sources = BundleSources(
        vault,
        secrets.key_ring,
        lambda evidence_id: exhibits.open(evidence_id, secrets.key_ring),
        write_copy,
        VERIFIER,
        own_data,
        disk.free_bytes,
    )
    identity = secrets.identity
    certificates = {"desk.pem": identity.chain_pem, "authority.pem": secrets.authority_pem}
    return BundleExport(
        sources,
        BundleSigner(
            identity.label,
            identity.public_key,
            identity.sign,
            identity.certificate.force,
            certificates,
            stamp,
        ),
    )


def _custody_page(extract: CustodyExtract) -> bytes:
    from rvr_console.documents.custody_page import custody_pdf  # a large library, needed here only

    return custody_pdf(extract, "Custody log of this case", extract.made_by, extract.signed_at)


class ExtractFiles:
    """Implements services.bundles.CustodyFiles."""

    def __init__(self, exports: CustodyExports) -> None:
        self._exports = exports

    async def __call__(self, consultation_id: str, purpose: str) -> list[BundleFile]:
        extract = await self._exports.extract(consultation_id, purpose, Act.MAKE_BUNDLE)
        files = [BundleFile(file.name, file.title, file.data) for file in extract.files()]
        page = await asyncio.to_thread(_custody_page, extract)
        return [BundleFile("custody.pdf", "Custody log as a page", page), *files]


def stamp_by(authority: StampAuthority | None) -> Stamp | None:
    """The configured time-stamp authority, asked once: a bundle is not kept waiting for one that does not answer."""
    if authority is None:
        return None

    def stamp(signature: bytes) -> bytes | None:
        try:
            return authority.stamp(signature).response
        except ServiceDownError as error:
            log.warning("the bundle has no time stamp: %s", error.what)
            return None

    return stamp
