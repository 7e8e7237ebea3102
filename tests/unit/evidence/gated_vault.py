"""A vault of exhibits whose walks over a file wait for the test at each record."""

import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from evidence_parts import SeededDesk, StillClock, recipients
from exhibit_parts import ORIGIN, RoomyDisk, seal_whole

from rvr_console.domain.exhibit import Exhibit, ExhibitReference, ExhibitState
from rvr_console.evidence.exhibit_vault import ExhibitVault
from rvr_console.system.clock import SystemRandomness


class GatedVault(ExhibitVault):
    """let(n): so many records more may be passed; open_gate(): all of them."""

    def __init__(self, folder: Path, *, desk=None) -> None:
        super().__init__(
            folder,
            RoomyDisk(),
            StillClock(),
            SystemRandomness(),
            desk or SeededDesk(),
            recipients(),
            keep_free=0,
        )
        self.gate, self._wide = threading.Semaphore(0), False
        self.walks = 0

    def let(self, records: int) -> None:
        self.gate.release(records)

    def open_gate(self) -> None:
        self._wide = True
        self.gate.release(1)

    def walk(self, path, on_header=None, on_record=None):
        self.walks += 1

        def gated(record, body):
            if not self._wide:
                self.gate.acquire(timeout=20)
            if on_record is not None:
                on_record(record, body)

        return super().walk(path, on_header, gated)


def sealed_exhibit(vault: ExhibitVault, data: bytes, found_type: str = "", chunk: int = 1 << 20) -> Exhibit:
    evidence_id, content, head = seal_whole(vault, data, chunk=chunk)
    vault._scans.clear()  # as after a start of the console
    if found_type:
        content = replace(content, found_type=found_type)
    at = datetime(2026, 11, 21, 13, 30, tzinfo=UTC)
    reference = ExhibitReference("HC", 1)
    return Exhibit(evidence_id, reference, ORIGIN, content, at, state=ExhibitState.SEALED, head=head)
