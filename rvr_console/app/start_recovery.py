"""At start: what a crash left open is verified, completed and told. No byte is destroyed."""

import asyncio
import logging

from rvr_console.domain.events import Fault
from rvr_console.domain.ports import EventSink
from rvr_console.errors import KnownError
from rvr_console.evidence.keys import EvidenceKeyRing
from rvr_console.evidence.recovery import RecoveryOutcome
from rvr_console.evidence.vault import StoredSegment, Vault
from rvr_console.services.recordings import Recordings

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


async def _recover(
    segment: StoredSegment, vault: Vault, key_ring: EvidenceKeyRing, recordings: Recordings, events: EventSink
) -> None:
    expected = await recordings.last_head(segment.evidence_id, segment.number)
    result = await asyncio.to_thread(vault.recover, segment.path, key_ring, expected)
    if result.outcome is RecoveryOutcome.WAS_CLOSED:
        return
    await recordings.recovered(segment.evidence_id, segment.number, result.head, result.in_words())
    if result.outcome is RecoveryOutcome.KEPT:
        events.publish(
            Fault(result.in_words(), "The file is kept exactly as it is.", "Tell IT and your supervisor.")
        )
