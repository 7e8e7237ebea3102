"""One sealed segment, opened for watching: finds the key frame before any time, and hands out frames in order."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Protocol

import av

from rvr_console.domain.recording import Party, RecordingEvent, TrackKind
from rvr_console.video.matroska_reader import Block, ByteStream, Cue, MatroskaReader

_FIRST_LOOK_BACK_US = 4_500_000  # key frames are asked for every 4 s


class SealedSource(ByteStream, Protocol):
    """A verified, decrypted segment: a seekable stream of its media (evidence's SealedReader is one)."""

    @property
    def events(self) -> Sequence[RecordingEvent]: ...

    @property
    def duration_us(self) -> int: ...

    def media_offset_at(self, pts_us: int) -> int:
        """Offset of the last piece of media that starts at or before pts_us."""
        ...


class SegmentView:
    """Where things are in one segment. Raises EvidenceError when the media is malformed or does not open."""

    def __init__(self, source: SealedSource) -> None:
        self._source = source
        self._reader = MatroskaReader(source)
        self.tracks = self._reader.tracks
        self._pictures = [i for i, (_, kind) in enumerate(self.tracks) if kind.is_picture]
        self._cues: dict[int, list[Cue]] = {}
        for cue in self._reader.cues(source.media_offset_at(source.duration_us)):
            self._cues.setdefault(cue.track, []).append(cue)

    def track_of(self, party: Party, kind: TrackKind) -> int | None:
        key = (party, kind)
        return self.tracks.index(key) if key in self.tracks else None

    def key_offset(self, track: int, time_us: int) -> int | None:
        """Offset of the cluster with the track's last key frame at or before time_us."""
        if self._cues:
            cues = self._cues.get(track, [])
            at = bisect_right(cues, time_us, key=lambda cue: cue.time_us) - 1
            return cues[at].offset if at >= 0 else None
        look_back = _FIRST_LOOK_BACK_US
        while True:
            start = self._source.media_offset_at(max(0, time_us - look_back))
            if (found := self._last_key(track, start, time_us)) is not None:
                return found
            if look_back >= time_us:
                return None
            look_back *= 2

    def key_block(self, track: int, time_us: int) -> Block | None:
        """The track's last key frame at or before time_us: the quickest picture near a time."""
        offset = self.key_offset(track, time_us)
        if offset is None:
            return None
        _, blocks = next(self._reader.clusters(offset))
        keys = [b for b in blocks if b.track == track and b.key and b.time_us <= time_us]
        return keys[-1] if keys else None

    def blocks_for(self, time_us: int) -> Iterator[Block]:
        """All frames needed to show time_us and to go on from there: each picture from its key frame on."""
        offsets = [self.key_offset(track, time_us) for track in self._pictures]
        known = [offset for offset in offsets if offset is not None]
        sound = self._source.media_offset_at(max(0, time_us - 200_000))
        starts = dict(zip(self._pictures, offsets, strict=True))
        for offset, blocks in self._reader.clusters(min([*known, sound])):
            for block in blocks:
                start = starts.get(block.track)
                if block.track not in starts or start is None or offset >= start:
                    yield block

    def _last_key(self, track: int, start: int, time_us: int) -> int | None:
        found = None
        for offset, blocks in self._reader.clusters(start):
            if blocks and blocks[0].time_us > time_us + 1_000_000:
                break
            if any(b.track == track and b.key and b.time_us <= time_us for b in blocks):
                found = offset
        return found


class PictureDecoder:
    """One party's VP8 track: frames in, the newest picture out, scaled when asked for."""

    def __init__(self) -> None:
        self._coder = av.CodecContext.create("vp8", "r")
        self._started = False
        self.frame: av.VideoFrame | None = None
        self.time_us = -1

    def decode(self, block: Block) -> bool:
        """False if it gave no picture (waiting for a key frame, or damaged)."""
        if not self._started and not block.key:
            return False
        self._started = True
        try:
            frames = self._coder.decode(av.Packet(block.data))
        except av.error.FFmpegError:
            return False
        for frame in frames:
            self.frame, self.time_us = frame, block.time_us
        return bool(frames)
