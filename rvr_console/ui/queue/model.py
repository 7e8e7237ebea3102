"""The queue as a table model: sort keys, buckets and search text are made once, so that filtering only compares.

Bucket of a row: to triage, call back (a later time is agreed, or it has been tried), else ready.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from rvr_console.domain.incident import Incident, IncidentState, Triage
from rvr_console.ui.queue import row_words, words

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
INCIDENT_ROLE = int(Qt.ItemDataRole.UserRole) + 1


class Bucket(IntEnum):
    READY = 0
    CALL_BACK = 1
    TO_TRIAGE = 2


_BUCKETS = {"ready": Bucket.READY, "call_back": Bucket.CALL_BACK, "to_triage": Bucket.TO_TRIAGE}


def bucket_of(incident: Incident, now: datetime) -> Bucket:
    if incident.triage is not Triage.SUITABLE:
        return Bucket.TO_TRIAGE
    later = incident.next_contact_at is not None and incident.next_contact_at > now
    return Bucket.CALL_BACK if later or incident.contact_attempts else Bucket.READY


@dataclass(frozen=True, slots=True)
class Counts:
    """How many wait in all and in each bucket, over their target, and due soon."""

    all: int = 0
    ready: int = 0
    call_back: int = 0
    to_triage: int = 0
    over: int = 0
    soon: int = 0

    def of(self, key: str) -> int:
        """By the filter's key."""
        return {"all": self.all, "ready": self.ready, "call_back": self.call_back}.get(key, self.to_triage)


class QueueModel(QAbstractTableModel):
    """Rows are the incidents that wait and match the filter, oldest report first."""

    def __init__(self, me: str = "", attempts_allowed: int = 3, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.me, self.attempts_allowed = me, attempts_allowed
        self.now = datetime.min.replace(tzinfo=UTC)
        self._all: list[Incident] = []
        self._haystack: list[str] = []
        self._buckets: list[Bucket] = []
        self._agreed: list[int] = []  # rows whose bucket may change with the time
        self._due: list[float] = []  # sorted POSIX times of the targets
        self._soon: list[float] = []  # sorted POSIX times from which an incident is due soon
        self._by_bucket: dict[str, list[int]] = {}
        self._rows: list[int] = []
        self._place: dict[str, int] = {}
        self._filter, self._needle = "all", ""
        self.counts = Counts()

    def set_incidents(self, incidents: Iterable[Incident], now: datetime) -> None:
        """Replace everything; only those that wait are kept."""
        self.beginResetModel()
        waiting = [incident for incident in incidents if incident.state is IncidentState.WAITING]
        self._all = sorted(waiting, key=lambda incident: (incident.reported_at, incident.reference))
        self._haystack = [
            f"{i.reference}\n{i.person.name}\n{i.category}\n{i.place}".casefold() for i in self._all
        ]
        self._place = {incident.reference: own for own, incident in enumerate(self._all)}
        self._buckets = [bucket_of(incident, now) for incident in self._all]
        self._agreed = [row for row, incident in enumerate(self._all) if incident.next_contact_at]
        due = [((i.reported_at + i.target).timestamp(), i.target.total_seconds()) for i in self._all]
        self._due = sorted(at for at, _target in due)
        self._soon = sorted(at - target * row_words.SOON_PART for at, target in due)
        self._sort_buckets()
        self._count(now)
        self._choose_rows()
        self.endResetModel()

    def set_now(self, now: datetime) -> None:
        """Waiting times and buckets move on; rows change only where a bucket did."""
        moved = [row for row in self._agreed if bucket_of(self._all[row], now) is not self._buckets[row]]
        for row in moved:
            self._buckets[row] = bucket_of(self._all[row], now)
        if moved:
            self._sort_buckets()
        self._count(now)
        if moved and self._filter != "all":
            self.beginResetModel()
            self._choose_rows()
            self.endResetModel()
        elif self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, self.columnCount() - 1))

    def _sort_buckets(self) -> None:
        self._by_bucket = {
            key: [row for row, own in enumerate(self._buckets) if own is bucket]
            for key, bucket in _BUCKETS.items()
        }

    def _count(self, now: datetime) -> None:
        self.now = now
        at = now.timestamp()
        over = bisect_left(self._due, at)
        soon = bisect_left(self._soon, at) - over
        sizes = {key: len(rows) for key, rows in self._by_bucket.items()}
        self.counts = Counts(len(self._all), **sizes, over=over, soon=soon)

    def set_filter(self, key: str, text: str = "") -> None:
        """key: "all", "ready", "call_back" or "to_triage". text: in log, name, category or place, case ignored."""
        needle = text.strip().casefold()
        if (key, needle) == (self._filter, self._needle):
            return
        # A longer word can only match among the rows of the shorter one: while typing, the work shrinks.
        narrower = key == self._filter and bool(self._needle) and self._needle in needle
        self.beginResetModel()
        self._filter, self._needle = key, needle
        self._choose_rows(self._rows if narrower else None)
        self.endResetModel()

    def _choose_rows(self, among: Sequence[int] | None = None) -> None:
        rows = among
        if rows is None:
            rows = self._by_bucket.get(self._filter, range(len(self._all)))
        if self._needle:
            needle, haystack = self._needle, self._haystack
            rows = [row for row in rows if needle in haystack[row]]
        self._rows = list(rows)

    def incident(self, row: int) -> Incident | None:
        return self._all[self._rows[row]] if 0 <= row < len(self._rows) else None

    def row_of(self, reference: str) -> int:
        """The row that shows this incident; -1 if none does."""
        place = self._place.get(reference, -1)
        row = bisect_left(self._rows, place)
        return row if place >= 0 and row < len(self._rows) and self._rows[row] == place else -1

    @property
    def incidents(self) -> list[Incident]:
        """All that wait, whatever the filter."""
        return self._all

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(words.COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> str | None:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return words.COLUMNS[section]
        return None

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        incident = self.incident(index.row())
        if incident is None:
            return None
        if role == INCIDENT_ROLE:
            return incident
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            cell = row_words.cell(incident, index.column(), self.now, self.me, self.attempts_allowed)
            return ", ".join(part for part in cell if part)
        return None
