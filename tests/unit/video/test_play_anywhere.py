"""The play-anywhere copy, read back with FFmpeg: both parties, sound in step, cards for what was not recorded, marks."""

import io
import sys
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

sys.path.append(str(Path(__file__).resolve().parents[3] / "tests"))
sys.path.append(str(Path(__file__).resolve().parents[3] / "scripts"))

from clip_code import find_tones, read_barcode
from clip_frames import Take, audio_frames, video_frames
from recorder_rig import MS, T0, Bench, MemorySegment, S, arriving

from rvr_console.domain.recording import GapCause, Party
from rvr_console.video.play_anywhere import CARD_US, CopyProgress, PlayAnywhereCopy
from rvr_console.video.play_anywhere_frame import FOOTER, HALF, CopyMark, footer
from rvr_console.video.recorder_commands import Pause, Rejoin, Resume

MARK = CopyMark("3f0c1c52-8f0f-4f43-9a75-3c8a2bb0c1de", "ab" * 32)


class Source(io.BytesIO):
    def __init__(self, segment: MemorySegment) -> None:
        super().__init__(segment.stream)
        self.events = segment.events
        self.duration_us = max(e.pts_us for e in segment.events)
        self._media = segment.media

    def media_offset_at(self, pts_us: int) -> int:
        return max([offset for pts, offset in self._media if pts <= pts_us], default=0)


@pytest.fixture(scope="module")
def sources() -> list[Source]:
    """Four seconds, then a pause of a minute and a quarter, then two more of another connection."""
    take = Take(start_ns=T0 + 20 * MS, seconds=4, keys=frozenset({0, 60}))
    again = replace(take, start_ns=T0 + 80 * S, seconds=2, first_number=300, keys=frozenset({300}))
    pause, resume, rejoin = T0 + 4 * S, T0 + 79 * S, T0 + 79_500 * MS
    commands = [
        (pause, Pause(pause, Party.OFFICER)),
        (resume, Resume(resume, Party.OFFICER)),
        (rejoin, Rejoin(rejoin, GapCause.CONNECTION_DROPPED, "")),
    ]
    officer = video_frames(replace(take, party=Party.OFFICER))
    frames = [*video_frames(take), *audio_frames(take), *officer, *video_frames(again), *audio_frames(again)]
    bench = Bench()
    bench.run([*arriving(frames), *commands], 82.0)
    return [Source(segment) for segment in bench.store.segments]


@pytest.fixture(scope="module")
def copy(sources: list[Source]) -> bytes:
    out = io.BytesIO()
    told: list[CopyProgress] = []
    assert PlayAnywhereCopy(sources, MARK).write(out, told.append)
    assert told[-1].done_us == told[-1].total_us
    assert [p.done_us for p in told] == sorted(p.done_us for p in told)
    return out.getvalue()


def frames(copy: bytes) -> list[np.ndarray]:
    with av.open(io.BytesIO(copy)) as container:
        return [frame.to_ndarray(format="gray") for frame in container.decode(video=0)]


def test_it_is_h264_and_aac_and_names_its_master(copy: bytes) -> None:
    with av.open(io.BytesIO(copy)) as container:
        assert container.streams.video[0].codec_context.name == "h264"
        assert container.streams.audio[0].codec_context.name == "aac"
        assert MARK.evidence_id in container.metadata["title"]
        assert MARK.sha256 in container.metadata["comment"]
        assert "WORKING COPY" in container.metadata["comment"]


def test_both_parties_stand_side_by_side(copy: bytes) -> None:
    shown = frames(copy)
    left = [read_barcode(f[: HALF[1], : HALF[0]]) for f in shown]
    right = [read_barcode(f[: HALF[1], HALF[0] :]) for f in shown]
    assert left[50] == pytest.approx(59, abs=1)
    assert right[50] == left[50]
    seen = [n for n in left if n is not None]
    assert seen == sorted(seen)
    assert seen[-1] == pytest.approx(359, abs=1)
    assert not {n for n in seen if 120 <= n < 300}


def test_the_pause_is_a_card_of_four_seconds(copy: bytes) -> None:
    shown = frames(copy)
    numbers = [read_barcode(f[: HALF[1], : HALF[0]]) for f in shown]
    last = max(i for i, n in enumerate(numbers) if n is not None and n < 200)
    first = min(i for i, n in enumerate(numbers) if n is not None and n >= 300)
    assert (first - last) / 25 == pytest.approx(
        CARD_US / 1e6 + 0.75, abs=0.5
    )  # and what passed around the rejoin
    middle = shown[last + 50][: HALF[1]]
    assert read_barcode(middle[:, : HALF[0]]) is None
    assert middle[200:280].max() > 200, "the card has words"


def test_every_frame_carries_the_mark(copy: bytes) -> None:
    strip = footer(MARK.words(), "00:00:00")[:, :900].mean(axis=2)
    for shown in frames(copy)[::10]:
        bottom = shown[-FOOTER:, :900].astype(float)
        assert np.corrcoef(bottom.ravel(), strip.ravel())[0, 1] > 0.9


def test_sound_stays_in_step(copy: bytes) -> None:
    with av.open(io.BytesIO(copy)) as container:
        sound = np.concatenate([f.to_ndarray()[0] for f in container.decode(audio=0)])
    shown = frames(copy)
    numbers = [read_barcode(f[: HALF[1], : HALF[0]]) for f in shown]
    for at, second in find_tones(sound):
        near = numbers[min(round((at + 0.02) * 25), len(numbers) - 1)]
        assert near is not None
        assert near == pytest.approx(second * 30, abs=3)


def test_cancelled_in_the_middle(sources: list[Source]) -> None:
    making = PlayAnywhereCopy(sources, MARK)
    told: list[CopyProgress] = []

    def progress(now: CopyProgress) -> None:
        told.append(now)
        if len(told) == 2:
            making.cancel()

    assert making.write(io.BytesIO(), progress) is False
    assert len(told) == 2


def test_a_file_that_cannot_seek_gets_a_fragmented_copy(sources: list[Source]) -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: int) -> int:
            raise io.UnsupportedOperation("seek")

    out = Pipe()
    assert PlayAnywhereCopy(sources[1:], MARK).write(out)
    assert len(frames(out.getvalue())) > 40
