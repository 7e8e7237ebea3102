"""A clock that was set back is told at start."""

from datetime import UTC, datetime, timedelta

from rvr_console.app.clock_watch import clock_fault, latest_signed
from rvr_console.domain.custody_store import StoredCheckpoint

NOW = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)


def test_a_clock_behind_the_last_checkpoint_is_told_in_words() -> None:
    fault = clock_fault(NOW + timedelta(days=2), NOW)
    assert fault is not None
    assert "22/11/2026" in fault.what
    assert "24/11/2026" in fault.what
    assert fault.kept
    assert "set the clock" in fault.todo


def test_nothing_is_said_of_a_clock_that_goes_on_or_was_stepped_a_little() -> None:
    for signed_at in (None, NOW - timedelta(days=3), NOW, NOW + timedelta(seconds=90)):
        assert clock_fault(signed_at, NOW) is None


class Seals:
    def __init__(self, times: list[datetime]) -> None:
        self._kept = [StoredCheckpoint(n, n, at, b"", "") for n, at in enumerate(times)]

    def add(self, checkpoint: StoredCheckpoint) -> None:
        self._kept.append(checkpoint)

    def last(self) -> StoredCheckpoint | None:
        return self._kept[-1] if self._kept else None

    def get(self, number: int) -> StoredCheckpoint | None:
        return self._kept[number]

    def all(self) -> list[StoredCheckpoint]:
        return self._kept


def test_what_was_signed_since_with_the_wrong_clock_hides_nothing() -> None:
    right = [NOW + timedelta(days=2, seconds=10 * n) for n in range(100)]
    wrong = [NOW + timedelta(seconds=10 * n) for n in range(50)]
    found = latest_signed(Seals(right + wrong))
    assert found is not None
    assert found > NOW + timedelta(days=2)
    assert latest_signed(Seals([])) is None
    assert latest_signed(Seals(right)) == right[-1]
