"""The stream's bytes: what our writer makes, our reader and FFmpeg's demuxer read alike; malformed bytes are refused."""

import io
from datetime import UTC, datetime

import av
import pytest

from rvr_console.domain.recording import Party, TrackKind
from rvr_console.errors import EvidenceError
from rvr_console.video.matroska import MatroskaWriter, TrackPlan, vint
from rvr_console.video.matroska_reader import MatroskaReader

PLANS = [TrackPlan(Party.VICTIM, TrackKind.VIDEO, 640, 480), TrackPlan(Party.VICTIM, TrackKind.AUDIO)]
BEGAN = datetime(2025, 3, 4, 12, 0, tzinfo=UTC)


def stream() -> tuple[bytes, list[int]]:
    """Three clusters, key frames in the first and the last; and the clusters' offsets."""
    writer = MatroskaWriter(PLANS, BEGAN)
    made, offsets = writer.header(), []
    for cluster in range(3):
        for n in range(10):
            time_ms = cluster * 40_000 + n * 33
            key = n == 0 and cluster != 1
            writer.add(
                0, time_ms, bytes([0 if key else 1, cluster, n]) * 50, key=key
            )  # bit 0: no VP8 key frame
            writer.add(1, time_ms + 1, b"\x78" + bytes(20), key=True)
        offsets.append(len(made))
        made += writer.take_cluster()
        assert writer.take_cluster() == b""
    offsets.append(len(made))
    return made + writer.cues(), offsets


def test_ffmpeg_and_our_reader_agree() -> None:
    data, offsets = stream()
    reader = MatroskaReader(io.BytesIO(data))
    assert reader.tracks == [(plan.party, plan.kind) for plan in PLANS]
    ours = [(b.track, b.time_us, b.key, b.data) for _, blocks in reader.clusters(0) for b in blocks]
    with av.open(io.BytesIO(data), format="matroska") as container:
        theirs = [
            (p.stream_index, p.pts * 1000, p.is_keyframe, bytes(p))
            for p in container.demux()
            if p.pts is not None
        ]
        assert [s.codec_context.name for s in container.streams] == ["vp8", "opus"]
    assert len(ours) == 60
    assert sorted(ours) == sorted(theirs)
    assert [offset for offset, _ in reader.clusters(0)] == offsets[:3]


def test_cues_point_at_the_clusters_of_key_frames() -> None:
    data, offsets = stream()
    cues = MatroskaReader(io.BytesIO(data)).cues(offsets[3])
    assert [(c.track, c.time_us, c.offset) for c in cues] == [(0, 0, offsets[0]), (0, 80_000_000, offsets[2])]
    assert MatroskaReader(io.BytesIO(data)).cues(offsets[2]) == []


def test_a_stream_cut_anywhere_gives_whole_clusters_or_is_refused() -> None:
    data, offsets = stream()
    whole = sum(len(blocks) for _, blocks in MatroskaReader(io.BytesIO(data)).clusters(0))
    for end in range(0, len(data), 7):
        try:
            reader = MatroskaReader(io.BytesIO(data[:end]))
            count = sum(len(blocks) for _, blocks in reader.clusters(0))
        except EvidenceError:
            assert end < offsets[0]
            continue
        assert count == 20 * sum(end >= offset for offset in offsets[1:4])
    assert whole == 60


def test_bytes_that_are_no_recording_are_refused() -> None:
    with pytest.raises(EvidenceError, match="cannot be read"):
        MatroskaReader(io.BytesIO(b"\x1a\x45\xdf\xa3\x81\x00RIFFxxxxxxxx"))
    data, _ = stream()
    renamed = data.replace(b"victim.video", b"nobody.video")
    with pytest.raises(EvidenceError, match="unknown kind"):
        MatroskaReader(io.BytesIO(renamed))


def test_a_block_too_far_from_its_cluster_is_refused() -> None:
    writer = MatroskaWriter(PLANS, BEGAN)
    writer.add(0, 0, b"x", key=True)
    assert not writer.fits(40_000)
    with pytest.raises(ValueError, match="too far"):
        writer.add(0, 40_000, b"x", key=True)


@pytest.mark.parametrize(
    ("value", "made"), [(0, b"\x80"), (126, b"\xfe"), (127, b"\x40\x7f"), (16_383, b"\x20\x3f\xff")]
)
def test_sizes(value: int, made: bytes) -> None:
    assert vint(value) == made
