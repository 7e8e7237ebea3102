"""Where everything in a recording stands in session time: built from the segments' own events, nothing else."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from rvr_console.domain.recording import EventKind, GapCause, Party, RecordingEvent, TrackKind

NEGLIGIBLE_US = 500_000  # between two segments: closing one and opening the next


@dataclass(frozen=True, slots=True)
class SegmentFacts:
    """What the timeline needs of one segment. events in file order, times in µs from the segment's start."""

    events: Sequence[RecordingEvent]
    duration_us: int


@dataclass(frozen=True, slots=True)
class SegmentPlace:
    """Where a segment lies in the session. index: into the list that was given. rotated: pictures go on from before."""

    index: int
    number: int
    start_us: int
    duration_us: int
    rotated: bool = False

    @property
    def end_us(self) -> int:
        return self.start_us + self.duration_us


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """A thing on the review's timeline, session time in µs; end_us equals start_us for a moment.

    party, kind: only for what concerns one track; a gap without them concerns everything.
    """

    event: EventKind
    start_us: int
    end_us: int
    words: str
    segment: int
    party: Party | None = None
    kind: TrackKind | None = None
    cause: GapCause | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """places by time; items by start."""

    places: tuple[SegmentPlace, ...]
    items: tuple[TimelineItem, ...]
    duration_us: int

    def place_at(self, session_us: int) -> SegmentPlace | None:
        """The segment that covers this time, else the next one after it, else the last; None without segments."""
        for place in self.places:
            if session_us < place.end_us:
                return place
        return self.places[-1] if self.places else None

    def hole_at(self, session_us: int) -> TimelineItem | None:
        """The pause, or the time between two segments, in which nothing at all was recorded."""
        for item in self.items:
            whole = item.event is EventKind.PAUSE or (item.event is EventKind.GAP and item.party is None)
            if whole and item.start_us <= session_us < item.end_us:
                return item
        return None

    def share_at(self, session_us: int) -> TimelineItem | None:
        """The stretch of a shared screen at this time."""
        for item in self.items:
            share = item.kind is TrackKind.SCREEN and item.event is EventKind.TRACK
            if share and item.start_us <= session_us < item.end_us:
                return item
        return None

    def gap_at(self, party: Party, kind: TrackKind, session_us: int) -> TimelineItem | None:
        for item in self.items:
            mine = item.event is EventKind.GAP and item.party is party and item.kind is kind
            if mine and item.start_us <= session_us < item.end_us:
                return item
        return None


_CAUSES = {
    GapCause.NETWORK_LOSS: "lost on the network",
    GapCause.CONNECTION_DROPPED: "connection dropped",
    GapCause.MEDIA_RESTARTED: "call program restarted",
    GapCause.CONSOLE_RESTARTED: "console restarted",
    GapCause.RECORDER_OVERFLOW: "disk too slow",
    GapCause.CAMERA_OFF: "camera off",
    GapCause.MICROPHONE_OFF: "microphone off",
    GapCause.DISK_FULL: "disk full",
    GapCause.KEY_FRAME: "waiting for a whole picture",
    GapCause.NOT_BEGUN: "had not begun",
    GapCause.UNKNOWN: "cause not known",
}
_WHAT = {TrackKind.VIDEO: "picture", TrackKind.AUDIO: "sound", TrackKind.SCREEN: "shared screen"}
_MOMENTS = {
    EventKind.MARKER,
    EventKind.ANNOUNCED,
    EventKind.CONSENT,
    EventKind.SNAPSHOT,
    EventKind.DEVICE,
    EventKind.CLOCK_STEP,
    EventKind.REJOIN,
    EventKind.TRACK,
}


def length_in_words(us: int) -> str:
    """Such as 12.3 s, 1 min 5 s, 2 h 3 min."""
    seconds = us / 1_000_000
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def build_timeline(segments: Sequence[SegmentFacts]) -> Timeline:
    """Lay the segments of one recording out in session time; zero is the start of the first."""
    places = _lay_out(segments)
    items: list[TimelineItem] = []
    for place in places:
        items += _pauses(place, segments[place.index].events)
        items += _gaps(place, segments[place.index].events)
        items += _moments(place, segments[place.index].events)
        items += _shares(place, segments[place.index].events)
    for before, after in pairwise(places):
        if after.start_us - before.end_us > NEGLIGIBLE_US:
            items.append(_between(before, after, segments[after.index].events))
    duration = max((place.end_us for place in places), default=0)
    return Timeline(
        tuple(places), tuple(sorted(items, key=lambda item: (item.start_us, item.end_us))), duration
    )


def _first(events: Iterable[RecordingEvent], kind: EventKind) -> RecordingEvent | None:
    return next((event for event in events if event.kind is kind), None)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdigit() else None


def _lay_out(segments: Sequence[SegmentFacts]) -> list[SegmentPlace]:
    """By the monotonic clock within one start of the machine, else by wall time, else end to end."""
    places: list[SegmentPlace] = []
    anchor: tuple[int | None, float | None] = (None, None)
    for index, facts in enumerate(segments):
        started = _first(facts.events, EventKind.STARTED)
        detail = started.detail if started else {}
        mono, wall = _number(detail.get("start_ns")), _wall(detail.get("wall"))
        end = places[-1].end_us if places else 0
        start = end
        if not places:
            anchor = (mono, wall)
        else:
            by_mono = (mono - anchor[0]) // 1000 if mono is not None and anchor[0] is not None else None
            by_wall = round((wall - anchor[1]) * 1e6) if wall is not None and anchor[1] is not None else None
            if by_mono is not None and by_mono >= end - NEGLIGIBLE_US:
                start = max(by_mono, end)
            elif by_wall is not None:
                start = max(by_wall, end)
        number = _number(detail.get("segment")) or index + 1
        rotated = detail.get("because") == "rotation"
        places.append(SegmentPlace(index, number, start, facts.duration_us, rotated))
    return places


def _wall(text: str | None) -> float | None:
    try:
        return datetime.fromisoformat(text).timestamp() if text else None
    except ValueError:
        return None


def _pauses(place: SegmentPlace, events: Sequence[RecordingEvent]) -> list[TimelineItem]:
    items: list[TimelineItem] = []
    began: RecordingEvent | None = None
    for event in events:
        if event.kind is EventKind.PAUSE and began is None:
            began = event
        elif event.kind in {EventKind.RESUME, EventKind.CLOSED} and began is not None:
            items.append(_pause(place, began, event.pts_us))
            began = None
    if began is not None:
        items.append(_pause(place, began, place.duration_us))
    return items


def _pause(place: SegmentPlace, began: RecordingEvent, end_us: int) -> TimelineItem:
    by = began.detail.get("by", "")
    words = f"Recording paused{f' by the {by}' if by else ''}, {length_in_words(end_us - began.pts_us)}"
    start = place.start_us + began.pts_us
    return TimelineItem(EventKind.PAUSE, start, place.start_us + end_us, words, place.number)


def _gaps(place: SegmentPlace, events: Sequence[RecordingEvent]) -> list[TimelineItem]:
    """Closed gaps as stated; one that was never closed (the file broke off) lasts to the segment's end."""
    latest: dict[str, RecordingEvent] = {}
    for event in events:
        if event.kind is EventKind.GAP:
            latest[event.detail.get("gap", str(len(latest)))] = event
    items = []
    for event in latest.values():
        start, end = _number(event.detail.get("start_us")), _number(event.detail.get("end_us"))
        end = place.duration_us if end is None else end
        if start is None or event.detail.get("state") == "withdrawn" or end <= start:
            continue
        party, kind = Party(event.detail["party"]), TrackKind(event.detail["kind"])
        cause = GapCause(event.detail["cause"])
        words = f"No {_WHAT[kind]} of the {party.value}: {_CAUSES[cause]}, {length_in_words(end - start)}"
        start, end = place.start_us + start, place.start_us + end
        items.append(TimelineItem(EventKind.GAP, start, end, words, place.number, party, kind, cause))
    return items


def _is_share(event: RecordingEvent) -> bool:
    screen = event.detail.get("kind") == TrackKind.SCREEN.value
    return event.kind is EventKind.TRACK and screen and "source" in event.detail


def _moment_words(event: RecordingEvent) -> str:
    if event.kind is EventKind.SNAPSHOT:  # its other details tie it to the exhibit, for programs
        return event.detail.get("text") or "Still"
    said = ", ".join(value for key, value in event.detail.items() if value and key != "previous")
    return f"{event.kind.value.replace('_', ' ').capitalize()}{': ' + said if said else ''}"


def _shares(place: SegmentPlace, events: Sequence[RecordingEvent]) -> list[TimelineItem]:
    """From each start of a shared screen to its end, or to the segment's."""
    items: list[TimelineItem] = []
    began: int | None = None
    for event in [event for event in events if _is_share(event)]:
        if event.detail["source"] == "on":
            began = event.pts_us if began is None else began
        elif began is not None:
            items.append(_share(place, began, event.pts_us))
            began = None
    if began is not None:
        items.append(_share(place, began, place.duration_us))
    return items


def _share(place: SegmentPlace, start_us: int, end_us: int) -> TimelineItem:
    words = f"Screen shared by the victim, {length_in_words(end_us - start_us)}"
    start, end = place.start_us + start_us, place.start_us + end_us
    return TimelineItem(EventKind.TRACK, start, end, words, place.number, Party.VICTIM, TrackKind.SCREEN)


def _moments(place: SegmentPlace, events: Sequence[RecordingEvent]) -> list[TimelineItem]:
    items = []
    for event in events:
        if event.kind in _MOMENTS and not _is_share(event):
            at = place.start_us + event.pts_us
            words = _moment_words(event)
            items.append(TimelineItem(event.kind, at, at, words, place.number))
    return items


def _between(before: SegmentPlace, after: SegmentPlace, events: Sequence[RecordingEvent]) -> TimelineItem:
    rejoin = _first(events, EventKind.REJOIN)
    cause = GapCause(rejoin.detail["cause"]) if rejoin else GapCause.UNKNOWN
    words = f"Nothing recorded: {_CAUSES[cause]}, {length_in_words(after.start_us - before.end_us)}"
    return TimelineItem(EventKind.GAP, before.end_us, after.start_us, words, after.number, cause=cause)
