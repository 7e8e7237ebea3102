"""At start: what a crash left open is verified, completed and told. No byte is destroyed."""

import asyncio
import logging
from datetime import datetime

from rvr_console.domain.events import Fault
from rvr_console.domain.exhibit import ListedExhibit
from rvr_console.domain.ports import EventSink
from rvr_console.errors import KnownError, RefusedError
from rvr_console.evidence.exhibit_vault import ExhibitVault
from rvr_console.evidence.keys import EvidenceKeyRing
from rvr_console.evidence.record_scan import scan_file
from rvr_console.evidence.recovery import RecoveryOutcome
from rvr_console.evidence.vault import StoredSegment, Vault
from rvr_console.services.exhibits import Exhibits
from rvr_console.services.recordings import Recordings
from rvr_console.video.call_recorder import LeftOff

log = logging.getLogger(__name__)


async def recover_recordings(
    vault: Vault, key_ring: EvidenceKeyRing, recordings: Recordings, events: EventSink
) -> int:
    """Recover every unfinished segment; how many were. One that cannot be recovered is kept, logged and reported."""
    unfinished = await asyncio.to_thread(vault.unfinished)
    for segment in unfinished:
        try:
            await _recover(segment, vault, key_ring, recordings, events)
        except KnownError as error:
            log.warning("segment %d of %s not recovered: %s", segment.number, segment.evidence_id, error.what)
            events.publish(Fault(error.what, error.kept, error.todo))
    return len(unfinished)


def _session_of(segment: StoredSegment) -> str:
    """The consultation it belongs to as its own header says, "" if that is torn: the crash may have come before it was noted."""
    header = scan_file(segment.path, check_signatures=False).header
    return header.session_id if header is not None else ""


def left_off(vault: Vault, evidence_id: str) -> LeftOff | None:
    """Where the last readable segment of a recording ends; for the gap that is stated when it goes on."""
    for segment in reversed(vault.segments(evidence_id)):
        scan = scan_file(segment.path, check_signatures=False)
        if scan.header is not None:
            end_us = max((record.header.pts_us for record in scan.records), default=0)
            began = datetime.fromisoformat(scan.header.wall_time)
            return LeftOff(segment.number, end_us, scan.header.monotonic_ns, began)
    return None


async def _recover(
    segment: StoredSegment, vault: Vault, key_ring: EvidenceKeyRing, recordings: Recordings, events: EventSink
) -> None:
    expected = await recordings.last_head(segment.evidence_id, segment.number)
    result = await asyncio.to_thread(vault.recover, segment.path, key_ring, expected)
    if result.outcome is RecoveryOutcome.WAS_CLOSED:
        return
    if result.outcome is RecoveryOutcome.KEPT:  # changed, unreadable or not ours: never called recovered
        await recordings.fault(segment.evidence_id, result.in_words())
        events.publish(
            Fault(result.in_words(), "The file is kept exactly as it is.", "Tell IT and your supervisor.")
        )
        return
    await recordings.recovered(
        segment.evidence_id,
        segment.number,
        result.head,
        result.in_words(),
        consultation_id=await asyncio.to_thread(_session_of, segment),
        file=segment.path.name,
    )


async def recover_exhibits(
    vault: ExhibitVault, key_ring: EvidenceKeyRing, exhibits: Exhibits, events: EventSink
) -> None:
    """Close what a crash left open, and list again what only the vault knows. An incomplete file is kept, logged and told once."""
    for segment in await asyncio.to_thread(vault.unfinished):
        try:
            await _recover_exhibit(segment, vault, key_ring, exhibits, events)
        except KnownError as error:
            log.warning("exhibit %s not recovered: %s", segment.evidence_id, error.what)
            events.publish(Fault(error.what, error.kept, error.todo))
    for evidence_id in await exhibits.unstated(await asyncio.to_thread(vault.exhibits)):
        try:
            await _list_again(evidence_id, vault, key_ring, exhibits, events)
        except (
            RefusedError
        ) as refused:  # its consultation is unknown too: the check of the whole vault names it
            log.info("exhibit %s not listed again: %s", evidence_id, refused.what)
        except OSError as error:  # the check of the whole vault names it
            log.warning("exhibit %s not listed again: %s", evidence_id, error.strerror)
        except KnownError as error:
            log.warning("exhibit %s not listed again: %s", evidence_id, error.what)
            events.publish(Fault(error.what, error.kept, error.todo))


async def _recover_exhibit(
    segment: StoredSegment,
    vault: ExhibitVault,
    key_ring: EvidenceKeyRing,
    exhibits: Exhibits,
    events: EventSink,
) -> None:
    result = await asyncio.to_thread(vault.recover, segment.path, key_ring)
    if result.outcome is RecoveryOutcome.WAS_CLOSED:
        return
    found = await asyncio.to_thread(vault.describe, segment.path, segment.evidence_id, key_ring)
    if (
        result.outcome is RecoveryOutcome.KEPT
    ):  # a torn header, changed, or not ours: told at each start, logged once
        if await exhibits.unstated([segment.evidence_id]):
            await exhibits.recovered(found, None, result.in_words())
        events.publish(
            Fault(result.in_words(), "The file is kept exactly as it is.", "Tell IT and your supervisor.")
        )
        return
    if await exhibits.recovered(found, result.head, result.in_words()) is None:
        events.publish(_incomplete(found))


async def _list_again(
    evidence_id: str, vault: ExhibitVault, key_ring: EvidenceKeyRing, exhibits: Exhibits, events: EventSink
) -> None:
    """Closed, and neither store nor log knows it: the database is an older one, or the crash came before the entry."""
    path = await asyncio.to_thread(vault.path_of, evidence_id)
    if foreign := await asyncio.to_thread(vault.foreign, path, evidence_id):  # the vault's check logs it
        words = f"{path.name} was put into the vault and is no exhibit. {foreign}"
        events.publish(Fault(words, "The file is kept exactly as it is.", "Tell IT and your supervisor."))
        return
    found = await asyncio.to_thread(vault.describe, path, evidence_id, key_ring)
    exhibit = await exhibits.listed_again(found)
    if exhibit is not None:
        words = f"Exhibit {exhibit.reference} was in the vault, but not in the database."
        events.publish(Fault(words, "It is listed again, as its sealed file says.", "Tell IT."))
    else:
        await exhibits.recovered(found, None, found.words)
        events.publish(_incomplete(found))


def _incomplete(found: ListedExhibit) -> Fault:
    return Fault(
        f"A file that was being received when the console stopped is incomplete: {found.size:,} bytes came.",
        "What came is kept; it is not an exhibit.",
        "The person's page sends it again by itself while it is open; else ask for it again.",
    )
