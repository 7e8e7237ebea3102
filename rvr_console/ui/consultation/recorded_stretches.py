"""When something was recorded, in wall time, from what the store knows of a consultation's recordings. Pure values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from rvr_console.domain.recording import EventKind, Party
from rvr_console.domain.repositories import Recording, RecordingStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

ONE_GAP = timedelta(seconds=1)  # picture and sound of one drop differ by less than this at their edges


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of wall time, both ends aware."""

    start: datetime
    end: datetime

    @property
    def seconds(self) -> float:
        return (self.end - self.start).total_seconds()

    def within(self, other: Stretch) -> Stretch | None:
        """What both have in common; None if nothing."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Stretch(start, end) if start < end else None


def without(whole: Stretch, holes: Iterable[Stretch]) -> Iterator[Stretch]:
    """The parts of `whole` that lie in none of the holes (given by time)."""
    start = whole.start
    for hole in holes:
        inside = hole.within(whole)
        if inside is None:
            continue
        if inside.start > start:
            yield Stretch(start, inside.start)
        start = max(start, inside.end)
    if start < whole.end:
        yield Stretch(start, whole.end)


def recorded(
    recordings: Sequence[Recording], drops: Sequence[Stretch], until: datetime, restarted: datetime | None
) -> tuple[list[Stretch], list[Stretch]]:
    """(when segments were open, when a restart of the console kept them from it).

    The store keeps when a segment began, not when it ended: it ends with the next, with its recording, with the drop at
    which the officer hung up, or is still open.
    """
    stretches: list[Stretch] = []
    broken: list[Stretch] = []
    for recording in recordings:
        starts = [segment.started_at for segment in recording.segments]
        for place, segment in enumerate(recording.segments):
            last = place + 1 == len(starts)
            end = _last_end(recording, drops, until) if last else starts[place + 1]
            open_here = recording.status is RecordingStatus.OPEN or not last
            if restarted is not None and segment.started_at < restarted < end and open_here:
                broken.append(Stretch(restarted, end))
                end = restarted
            if end > segment.started_at:
                stretches.append(Stretch(segment.started_at, end))
    return stretches, broken


def _last_end(recording: Recording, drops: Sequence[Stretch], until: datetime) -> datetime:
    if recording.closed_at is not None:
        return min(recording.closed_at, until)
    last = recording.segments[-1]
    if last.closed:
        return next((drop.start for drop in reversed(drops) if drop.start >= last.started_at), until)
    return until


def gaps_of(recordings: Sequence[Recording]) -> list[Stretch]:
    """Stated gaps in the victim's picture or sound, those of one moment joined."""
    found = []
    for recording in recordings:
        starts = {segment.number: segment.started_at for segment in recording.segments}
        for mark in recording.marks:
            victims = mark.detail.get("party") == Party.VICTIM.value
            if mark.kind is EventKind.GAP and victims and mark.segment in starts:
                begins = starts[mark.segment]
                start = begins + timedelta(microseconds=mark.start_us)
                found.append(Stretch(start, begins + timedelta(microseconds=mark.end_us)))
    joined: list[Stretch] = []
    for gap in sorted(found, key=lambda one: one.start):
        if joined and gap.start - joined[-1].end <= ONE_GAP:
            joined[-1] = Stretch(joined[-1].start, max(joined[-1].end, gap.end))
        else:
            joined.append(gap)
    return joined


def marker_times(
    recordings: Sequence[Recording], stretches: Sequence[Stretch], pauses: Sequence[Stretch]
) -> list[tuple[datetime, str]]:
    """(when, text) of each marker. A marker counts recorded time, pauses left out, since its console's recorder began."""
    times = []
    for recording in recordings:
        starts = {segment.number: segment.started_at for segment in recording.segments}
        for mark in recording.marks:
            if mark.kind is EventKind.MARKER and mark.segment in starts:
                from_first = _after(recording.started_at, mark.start_us, stretches, pauses)
                own = starts[mark.segment]
                at = from_first
                if at is None or at < own:
                    at = _after(own, mark.start_us, stretches, pauses) or own
                times.append((at, mark.detail.get("text", "")))
    return times


def _after(
    since: datetime, recorded_us: int, stretches: Sequence[Stretch], pauses: Sequence[Stretch]
) -> datetime | None:
    """When this much was recorded, counting from `since`; None if there was never so much."""
    left = timedelta(microseconds=recorded_us)
    for stretch in stretches:
        for part in without(stretch, pauses):
            start = max(part.start, since)
            if start > part.end:
                continue
            if part.end - start >= left:
                return start + left
            left -= part.end - start
    return None
