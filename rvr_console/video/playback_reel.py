"""The recording as a reel: wound to a time, then run forward; pictures and sound come off it by session time."""

from collections.abc import Iterator, Sequence

from rvr_console.domain.recording import Party, TrackKind
from rvr_console.video.matroska_reader import Block
from rvr_console.video.playback_segment import PictureDecoder, SealedSource, SegmentView
from rvr_console.video.playback_sound import Samples, SoundMixer
from rvr_console.video.playback_timeline import SegmentPlace, Timeline

_AHEAD_US = 1_000_000  # blocks of one track may stand this far from those of another in the file
PictureKey = tuple[Party, TrackKind]
CAMERAS: tuple[PictureKey, ...] = tuple((party, TrackKind.VIDEO) for party in Party)
SHARED: PictureKey = (Party.VICTIM, TrackKind.SCREEN)


def _decoders() -> dict[PictureKey, PictureDecoder]:
    return {key: PictureDecoder() for key in (*CAMERAS, SHARED)}


class PlaybackReel:
    """Session times in µs. Not thread-safe. Raises EvidenceError when the media does not open."""

    def __init__(self, sources: Sequence[SealedSource], timeline: Timeline) -> None:
        self._sources = sources
        self._timeline = timeline
        self._views: dict[int, SegmentView] = {}
        self._decoders = _decoders()
        self._picture_us: dict[PictureKey, int | None] = dict.fromkeys(self._decoders)
        self._mixer = SoundMixer()
        self._place: SegmentPlace | None = None
        self._blocks: Iterator[Block] = iter(())
        self._ahead: list[Block] = []
        self._drained = True

    def seek(self, session_us: int) -> None:
        """Wind to this time: pictures are those shown at it, sound goes on from it."""
        self._decoders = _decoders()
        self._picture_us = dict.fromkeys(self._decoders)
        self._mixer.reset(session_us)
        place = self._timeline.place_at(session_us)
        if place is not None:
            self._enter(place, max(0, session_us - place.start_us))
            self.advance(session_us, session_us)

    def advance(self, session_us: int, sound_us: int) -> set[PictureKey]:
        """Run up to session_us; which pictures changed. Sound is read up to sound_us, which may lie ahead."""
        changed: set[PictureKey] = set()
        while self._place is not None:
            changed |= self._run(self._place, session_us, sound_us)
            following = self._next_place(self._place)
            if not (self._drained and not self._ahead and following and following.start_us <= sound_us):
                return changed
            self._enter(following, 0)
        return changed

    def sound(self, until_us: int) -> Iterator[Samples]:
        return self._mixer.blocks_until(until_us)

    def decoder(self, party: Party, kind: TrackKind = TrackKind.VIDEO) -> PictureDecoder:
        return self._decoders[party, kind]

    def empty(self, party: Party, session_us: int, kind: TrackKind = TrackKind.VIDEO) -> bool:
        """True while the recording has no such picture: before the first, in a gap, in a pause; a screen, while it is not shared."""
        if self._picture_us[party, kind] is None or self._timeline.hole_at(session_us) is not None:
            return True
        if kind is TrackKind.SCREEN and self._timeline.share_at(session_us) is None:
            return True
        return self._timeline.gap_at(party, kind, session_us) is not None

    def next_picture(self, session_us: int) -> int | None:
        """Time of the victim's first picture after this time."""
        for place in self._timeline.places:
            if place.end_us > session_us:
                found = self._picture_times(place, session_us - place.start_us)
                after = next((t for t in found if place.start_us + t > session_us), None)
                if after is not None:
                    return place.start_us + after
        return None

    def picture_before(self, session_us: int) -> int | None:
        """Time of the victim's picture before the one that is shown at this time."""
        shown = self._picture_us[Party.VICTIM, TrackKind.VIDEO]
        limit = session_us if shown is None else min(shown, session_us)
        for place in reversed(self._timeline.places):
            if place.start_us < limit:
                best = None
                for t in self._picture_times(place, max(0, limit - 1 - place.start_us)):
                    if place.start_us + t >= limit:
                        break
                    best = place.start_us + t
                if best is not None:
                    return best
        return None

    def _picture_times(self, place: SegmentPlace, from_us: int) -> Iterator[int]:
        view = self._view(place)
        track = view.track_of(Party.VICTIM, TrackKind.VIDEO)
        for block in view.blocks_for(max(0, from_us)):
            if block.track == track:
                yield block.time_us

    def _view(self, place: SegmentPlace) -> SegmentView:
        if place.index not in self._views:
            self._views[place.index] = SegmentView(self._sources[place.index])
        return self._views[place.index]

    def _enter(self, place: SegmentPlace, at_us: int) -> None:
        """Pictures go on across a rotation, so the decoders are kept there; a rejoin starts anew."""
        self._place = place
        if not place.rotated and at_us == 0:
            self._decoders = _decoders()
            self._picture_us = dict.fromkeys(self._decoders)
        self._blocks = self._view(place).blocks_for(at_us)
        self._ahead = []
        self._drained = False

    def _next_place(self, place: SegmentPlace) -> SegmentPlace | None:
        places = self._timeline.places
        at = places.index(place) + 1
        return places[at] if at < len(places) else None

    def _run(self, place: SegmentPlace, session_us: int, sound_us: int) -> set[PictureKey]:
        limit = max(session_us, sound_us) - place.start_us
        while not self._drained and not (self._ahead and self._ahead[-1].time_us > limit + _AHEAD_US):
            block = next(self._blocks, None)
            if block is None:
                self._drained = True
            else:
                self._ahead.append(block)
        changed: set[PictureKey] = set()
        later = []
        for block in self._ahead:
            party, kind = self._view(place).tracks[block.track]
            due = sound_us if kind is TrackKind.AUDIO else session_us
            if place.start_us + block.time_us > due:
                later.append(block)
            elif kind is TrackKind.AUDIO:
                self._mixer.add(block.track, place.start_us + block.time_us, block.data)
            elif self._decoders[party, kind].decode(block):
                self._picture_us[party, kind] = place.start_us + block.time_us
                changed.add((party, kind))
        self._ahead = later
        return changed
