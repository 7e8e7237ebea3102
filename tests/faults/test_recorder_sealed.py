"""The recorder on the real vault: sealed on the disk, read back through the vault, and after a break in mid-recording."""

import shutil
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))
sys.path.append(str(Path(__file__).resolve().parents[1] / "unit" / "evidence"))
sys.path.append(str(Path(__file__).resolve().parents[2] / "scripts"))

from clip_frames import Take, Viewer, audio_frames, video_frames
from evidence_parts import make_bench, team_ring
from recorder_rig import MS, T0, HandClock, S, arriving

from rvr_console.domain.recording import EventKind, Gap, GapCause, Party, RecordHead
from rvr_console.evidence.verification import verify_file
from rvr_console.video.playback_reel import PlaybackReel
from rvr_console.video.playback_timeline import SegmentFacts, build_timeline
from rvr_console.video.recorder_commands import RecorderTiming, Rejoin, Start, Stop
from rvr_console.video.recorder_core import RecorderCore
from rvr_console.video.recorder_segment import SegmentReports


class Desk:
    """A recorder core over the vault, driven by hand."""

    def __init__(self, folder: Path) -> None:
        self.vault = make_bench(folder).vault
        self.clock = HandClock()
        self.gaps: list[tuple[int, Gap]] = []
        self.heads: list[RecordHead] = []
        reports = SegmentReports(
            lambda n, gap: self.gaps.append((n, gap)), self.heads.append, lambda *_: None
        )
        self.store = self.vault.new_recording("session-1")
        self.core = RecorderCore(self.store, self.clock, reports, RecorderTiming())

    def go(self, items: list[tuple[int, object]], until_s: float) -> None:
        waiting = sorted(items, key=lambda item: item[0])
        while self.clock.ns < T0 + until_s * S:
            self.clock.ns += 100 * MS
            while waiting and waiting[0][0] <= self.clock.ns:
                self.core.handle(waiting.pop(0)[1])
            self.core.step(self.clock.ns)


def call(seconds: int = 4) -> list[tuple[int, object]]:
    take = Take(start_ns=T0 + 20 * MS, seconds=seconds, keys=frozenset(range(0, 300, 30)))
    return arriving([*video_frames(take), *audio_frames(take)])


def test_sealed_and_read_back(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.core.handle(Start(T0))
    desk.go(call(), 4.4)
    desk.core.handle(Rejoin(desk.clock.ns, GapCause.CONNECTION_DROPPED, "test"))
    desk.core.handle(Stop(desk.clock.ns + S))
    first, second = [s.path for s in desk.vault.segments(desk.store.evidence_id)]
    assert verify_file(first).status.value == "intact"
    assert verify_file(second).status.value == "intact"
    with desk.vault.open(first, team_ring()) as reader:
        assert Viewer().look(reader.read()).numbers == list(range(120))
        facts = SegmentFacts(tuple(reader.events), reader.duration_us)
        reel = PlaybackReel([reader], build_timeline([facts]))
        reel.seek(2_520_000)
        assert reel.decoder(Party.VICTIM).time_us in range(2_480_000, 2_520_001)
    assert [head.segment for head in desk.heads] == [1, 2]
    assert b"V_VP8" not in first.read_bytes()


def test_broken_off_in_mid_recording_at_most_a_second_is_lost(tmp_path: Path) -> None:
    """What lies on the disk at any moment, without any closing, holds all but the last moment."""
    desk = Desk(tmp_path / "desk")
    desk.core.handle(Start(T0))
    (path,) = [s.path for s in desk.vault.segments(desk.store.evidence_id)]
    items = call(6)
    worst = 0.0
    for step in range(12, 58, 7):
        due = [item for item in items if item[0] <= T0 + step * 100 * MS]
        items = items[len(due) :] if due == items[: len(due)] else [i for i in items if i not in due]
        desk.go(due, step / 10)
        copy = tmp_path / f"at_{step}.rvrc"
        shutil.copyfile(path, copy)
        with desk.vault.open(copy, team_ring()) as reader:
            numbers = Viewer().look(reader.read()).numbers
            assert numbers == list(range(len(numbers)))
            worst = max(worst, (desk.clock.ns - T0) / S - (len(numbers) / 30 + 0.02))
            assert reader.events[0].kind is EventKind.STARTED
    desk.core.handle(Stop(desk.clock.ns))
    assert worst <= 0.9
