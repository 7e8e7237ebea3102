"""What the services need of the store for safeguarding and for what was closed without. Insert only."""

from collections.abc import Sequence
from typing import Protocol

from rvr_console.domain.safeguarding import ClosedWithout, RestrictedRecord, SafeguardingEntry


class SafeguardingRecords(Protocol):
    """Nothing here changes or deletes; each list oldest first."""

    def entries(self, consultation_id: str) -> list[SafeguardingEntry]: ...

    def add(self, entry: SafeguardingEntry) -> None: ...

    def restricted(self, consultation_ids: Sequence[str]) -> list[RestrictedRecord]:
        """Those of these consultations."""
        ...

    def add_restricted(self, record: RestrictedRecord) -> None: ...

    def closed_without(self, consultation_id: str) -> list[ClosedWithout]: ...

    def add_closed_without(self, line: ClosedWithout) -> None: ...
