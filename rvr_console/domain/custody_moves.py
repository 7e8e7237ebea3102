"""Entries of the custody log that stand at another place than they were written for: deletion, insertion or a new order."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from rvr_console.domain.custody import CustodyFault, FaultKind

_LARGEST_GROUP = 2000  # places looked at one by one


@dataclass(slots=True)
class _Run:
    """Neighbouring places moved by the same amount: what stands at `place` was written as entry `place + delta`."""

    start: int
    end: int  # last place
    delta: int
    copy: bool  # its first row is the row before it once more


def span(first: int, last: int, one: str, many: str) -> str:
    """In words: entry 3 is, entries 3 to 5 are. one, many: the verb."""
    return f"entry {first} {one}" if first == last else f"entries {first} to {last} {many}"


@dataclass(slots=True)
class Moves:
    """Collects what stands in the wrong place, then says what must have been done."""

    _runs: list[_Run] = field(default_factory=list)

    def add(self, place: int, written: int, *, copy: bool) -> None:
        """The row at `place` was written as entry `written`. copy: it repeats the row before it."""
        last = self._runs[-1] if self._runs else None
        if last is not None and last.end == place - 1 and last.delta == written - place and not copy:
            last.end = place
        else:
            self._runs.append(_Run(place, place, written - place, copy))

    def shift_before(self, place: int) -> int:
        """By how much the rows just before this place are moved."""
        return self._runs[-1].delta if self._runs and self._runs[-1].end == place - 1 else 0

    def faults(self) -> list[CustodyFault]:
        """One sentence for each thing done."""
        return [fault for group in self._groups() for fault in _group_faults(group)]

    def _groups(self) -> Iterator[list[_Run]]:
        group: list[_Run] = []
        for run in self._runs:
            if group and group[-1].end != run.start - 1:
                yield group
                group = []
            group.append(run)
        if group:
            yield group


def _group_faults(group: list[_Run]) -> Iterator[CustodyFault]:
    first, last = group[0].start, group[-1].end
    small = last - first < _LARGEST_GROUP
    originals = {n + run.delta for run in group for n in range(run.start, run.end + 1)} if small else set()
    if small and originals == set(range(first, last + 1)):
        yield CustodyFault(
            first,
            f"{span(first, last, 'stands', 'stand')} in another order than they were written",
            FaultKind.REORDERED,
        )
        return
    before = 0
    for run in group:
        step = run.delta - before
        if run.copy:
            yield CustodyFault(
                run.start, f"the entry at place {run.start} is a copy that was put in", FaultKind.INSERTED
            )
        elif step > 0:
            yield _deleted(run, before, originals)
        elif step < 0 and run is group[0]:
            places = span(run.start + step, run.start - 1, "was", "were")
            yield CustodyFault(
                run.start + step,
                f"{places} put in afterwards: what stands at place {run.start} was written as entry {run.start + run.delta}",
                FaultKind.INSERTED,
            )
        elif step < 0:
            yield CustodyFault(
                run.start,
                f"{span(run.start, run.end, 'stands', 'stand')} in another order than they were written",
                FaultKind.REORDERED,
            )
        before = run.delta


def _deleted(run: _Run, before: int, originals: set[int]) -> CustodyFault:
    gone = [n for n in range(run.start + before, run.start + run.delta) if n not in originals]
    now = f"what stands at place {run.start} was written as entry {run.start + run.delta}"
    if not gone:
        return CustodyFault(run.start, f"the order of the log was changed: {now}", FaultKind.REORDERED)
    return CustodyFault(
        gone[0],
        f"{span(gone[0], gone[-1], 'was', 'were')} deleted, and the rest numbered anew: {now}",
        FaultKind.DELETED,
    )
