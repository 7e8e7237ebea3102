"""Makes a play-anywhere copy of a recording: MP4 (H.264, AAC), both parties side by side, the screen that was shared, gaps and pauses as cards.

A derivative, never the master: every frame and the metadata name the master's evidence id and hash.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import IO, Any

import av
import numpy as np

from rvr_console.domain.recording import TrackKind
from rvr_console.video.play_anywhere_frame import (
    HALF,
    HEIGHT,
    SIDE_BY_SIDE,
    WIDTH,
    WITH_SCREEN,
    Area,
    CopyMark,
    Rgb,
    card,
    footer,
    place,
    session_clock,
)
from rvr_console.video.playback_picture import scaled
from rvr_console.video.playback_reel import PictureKey, PlaybackReel
from rvr_console.video.playback_segment import SealedSource
from rvr_console.video.playback_sound import BLOCK, RATE, Samples
from rvr_console.video.playback_timeline import SegmentFacts, Timeline, TimelineItem, build_timeline

FPS = 25
CARD_US = 4_000_000  # how long a card stands for a pause, or for time in which nothing was recorded
_FRAME_US = 1_000_000 // FPS
_BLOCKS_PER_FRAME = RATE // FPS // BLOCK


@dataclass(frozen=True, slots=True)
class CopyProgress:
    """done_us of total_us of the recording's session time; frames written so far."""

    done_us: int
    total_us: int
    frames: int


class PlayAnywhereCopy:
    """One copy in the making. `cancel` may be called from any thread."""

    def __init__(self, sources: Sequence[SealedSource], mark: CopyMark) -> None:
        """sources: verified segments in order. Raises EvidenceError."""
        facts = [SegmentFacts(tuple(source.events), source.duration_us) for source in sources]
        self.timeline: Timeline = build_timeline(facts)
        self._reel = PlaybackReel(sources, self.timeline)
        self._mark = mark
        self._cancelled = threading.Event()
        self._canvas: Rgb = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
        self._changed: set[PictureKey] = set(WITH_SCREEN)
        self._drawn: dict[PictureKey, str] = {}
        self._areas = SIDE_BY_SIDE

    def cancel(self) -> None:
        self._cancelled.set()

    def write(self, out: IO[bytes], progress: Callable[[CopyProgress], None] = lambda _: None) -> bool:
        """Write the whole copy to an open file; False if cancelled (what was written is then no complete file).

        A file that can seek gets a plain MP4, any other a fragmented one. Raises EvidenceError if the master cannot be read,
        OSError if the file cannot be written. Long work: about a quarter of the recording's length on one core; call it from a worker thread.
        """
        options = {} if out.seekable() else {"movflags": "frag_keyframe+empty_moov+default_base_moof"}
        with av.open(out, "w", format="mp4", container_options=options) as container:
            container.metadata["title"] = self._mark.words()
            container.metadata["comment"] = (
                f"WORKING COPY. Master {self._mark.evidence_id}, SHA-256 {self._mark.sha256}"
            )
            film = _Film(container)
            for count, (at_us, canvas, sound) in enumerate(self._frames()):
                if self._cancelled.is_set():
                    return False
                film.add(canvas, sound)
                if count % FPS == 0:
                    progress(CopyProgress(at_us, self.timeline.duration_us, count))
            film.close()
            progress(CopyProgress(self.timeline.duration_us, self.timeline.duration_us, film.frames))
        return True

    def _frames(self) -> Iterator[tuple[int, Rgb, list[Samples]]]:
        at_us = 0
        self._reel.seek(0)
        while at_us < self.timeline.duration_us:
            hole = self.timeline.hole_at(at_us)
            if hole is not None and hole.end_us > at_us + _FRAME_US:
                yield from self._card_frames(hole)
                at_us = hole.end_us
                self._reel.seek(at_us)
                self._changed = set(WITH_SCREEN)
                continue
            self._changed |= self._reel.advance(at_us, at_us + 2 * _FRAME_US)
            sound = list(self._reel.sound(at_us + _FRAME_US))
            yield at_us, self._draw(at_us), sound
            at_us += _FRAME_US

    def _card_frames(self, hole: TimelineItem) -> Iterator[tuple[int, Rgb, list[Samples]]]:
        self._canvas[: HALF[1]] = card(hole.words, WIDTH, HALF[1])
        self._canvas[HALF[1] :] = footer(self._mark.words(), session_clock(hole.start_us))
        self._drawn.clear()
        silence = [np.zeros(BLOCK, np.float32)] * _BLOCKS_PER_FRAME
        for _ in range(min(CARD_US, hole.end_us - hole.start_us) // _FRAME_US):
            yield hole.start_us, self._canvas, silence

    def _draw(self, at_us: int) -> Rgb:
        areas = WITH_SCREEN if self.timeline.share_at(at_us) is not None else SIDE_BY_SIDE
        if areas is not self._areas:
            self._areas = areas
            self._drawn.clear()
        for key, area in areas.items():
            self._draw_picture(key, area, at_us)
        self._changed.clear()
        self._canvas[HALF[1] :] = footer(self._mark.words(), session_clock(at_us))
        return self._canvas

    def _draw_picture(self, key: PictureKey, area: Area, at_us: int) -> None:
        party, kind = key
        gap = self.timeline.gap_at(party, kind, at_us)
        if gap is None and not self._reel.empty(party, at_us, kind):
            frame = self._reel.decoder(party, kind).frame
            if frame is not None and (key in self._changed or self._drawn.get(key) != ""):
                place(self._canvas, area, scaled(frame, area.width, area.height, "rgb24"))
                self._drawn[key] = ""
            return
        what = "shared screen" if kind is TrackKind.SCREEN else "picture"
        words = gap.words if gap is not None else f"No {what} of the {party.value} yet"
        if self._drawn.get(key) != words:
            place(self._canvas, area, card(words, area.width, area.height))
            self._drawn[key] = words


class _Film:
    """The MP4's two tracks; frame n stands at n / 25 s, sound follows it exactly."""

    def __init__(self, container: Any) -> None:
        self._container = container
        self._video = container.add_stream("libx264", rate=FPS, options={"preset": "veryfast", "crf": "23"})
        self._video.width, self._video.height, self._video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        self._video.time_base = Fraction(1, FPS)
        self._audio = container.add_stream("aac", rate=RATE, layout="mono")
        self._audio.bit_rate = 96_000
        self._samples = 0
        self.frames = 0

    def add(self, canvas: Rgb, sound: list[Samples]) -> None:
        frame = av.VideoFrame.from_ndarray(canvas, format="rgb24")
        frame.pts, frame.time_base = self.frames, Fraction(1, FPS)
        self.frames += 1
        self._container.mux(self._video.encode(frame))
        for block in sound:
            piece = av.AudioFrame.from_ndarray(np.clip(block, -1, 1)[None, :], format="fltp", layout="mono")
            piece.sample_rate, piece.pts = RATE, self._samples
            piece.time_base = Fraction(1, RATE)
            self._samples += len(block)
            self._container.mux(self._audio.encode(piece))

    def close(self) -> None:
        self._container.mux(self._video.encode(None))
        self._container.mux(self._audio.encode(None))
