"""Sealed recordings opened, verified, watched and copied through the review's adapter: real vault, store, player."""

import asyncio
import sys
import threading
from pathlib import Path

import av
import numpy as np
import pytest

sys.path.append(str(Path(__file__).resolve().parents[1]))

from review_rig import END, ReviewRig, record_clip

from clip_code import read_barcode  # isort: skip  # review_rig makes scripts importable
from desk_parts import OFFICER, OTHER, SERGEANT  # isort: skip
from rvr_console.app.review_copy import safe_name
from rvr_console.app.review_sound import SoundPipe
from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.recording import EventKind, Party
from rvr_console.errors import AccessDeniedError, BugError, EvidenceError, RefusedError, StorageError
from rvr_console.ui.review.playback import Seal, WorkProgress


@pytest.fixture(scope="module")
def recorded(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("recorded") / "vault"
    folder.mkdir()
    record_clip(folder)
    return folder


@pytest.fixture
async def rig(tmp_path, recorded):
    made = ReviewRig(tmp_path, recorded)
    made.consultation = await made.fill()
    yield made
    await made.end()
    assert not [t for t in threading.enumerate() if t.name in {"playback", "review-sound"}]


def ignore(_progress: WorkProgress) -> None:
    pass


async def permit(rig: ReviewRig, user=SERGEANT):
    rig.world.act_as(user)
    return await rig.world.recordings.view(rig.evidence_id, "Evidential review")


async def to_copy(rig: ReviewRig, folder: Path):
    rig.world.act_as(SERGEANT)
    return await rig.world.recordings.save_copy(rig.evidence_id, "Evidential review", folder)


def number_shown(recording, party: Party) -> int | None:
    picture = recording.picture(party, 0)
    if picture is None:
        return None
    rows = np.frombuffer(picture.data, np.uint8).reshape(picture.height, picture.width, 4)
    return read_barcode(rows[:, :, 1])


async def test_verified_then_pictures_of_both_arrive_and_seek_is_exact(rig):
    told: list[WorkProgress] = []
    opened = await rig.playback.open(await permit(rig), told.append)
    assert opened.verification.seal is Seal.VERIFIED, opened.verification
    assert opened.verification.status == "intact"
    await rig.settle(lambda: bool(told) and told[-1].part == 1.0)
    assert "MB checked" in told[-1].words
    recording = opened.recording
    for party in Party:
        recording.set_view_size(party, 320, 240)
    for second in (1.31, 4.3):
        recording.seek(round(second * 1e6))
        await rig.settle(lambda at=second: recording.status().position_us == round(at * 1e6))
        for party in Party:
            assert number_shown(recording, party) == pytest.approx((second - 0.02) * 30, abs=1.01)
    recording.seek(13_000_000)
    await rig.settle(lambda: recording.status().position_us == 13_000_000)
    assert number_shown(recording, Party.VICTIM) == pytest.approx(329, abs=1)
    assert not recording.has_picture(Party.OFFICER)
    await recording.close()
    assert recording.picture(Party.VICTIM, 0) is None


async def test_timeline_lists_joins_pause_gap_and_marker(rig):
    opened = await rig.playback.open(await permit(rig), ignore)
    timeline = opened.recording.timeline
    assert len(timeline.joins) == 2
    assert timeline.duration_us == pytest.approx(END * 1e6, abs=300_000)
    kinds = {mark.event for mark in timeline.marks}
    assert {EventKind.PAUSE, EventKind.GAP, EventKind.MARKER, EventKind.REJOIN} <= kinds
    gaps, at = [], -1_000_000
    while (gap := timeline.next_gap(at)) is not None:
        at = gap.start_us
        gaps.append(gap)
    dropped = [gap for gap in gaps if "connection dropped" in gap.words]
    assert dropped
    assert all(4_900_000 < gap.start_us < 5_300_000 and gap.end_us > 11_900_000 for gap in dropped)


async def test_sound_goes_to_its_port_and_ends_with_the_recording(rig):
    opened = await rig.playback.open(await permit(rig), ignore)
    opened.recording.seek(12_500_000)
    opened.recording.play()
    await rig.settle(lambda: any(rig.sounds[0].pcm))
    await opened.recording.close()
    assert rig.sounds[0].closed


async def test_ending_the_console_closes_what_is_open(rig):
    opened = await rig.playback.open(await permit(rig), ignore)
    opened.recording.play()
    for task in list(rig.tasks):
        task.cancel()
    await asyncio.gather(*rig.tasks, return_exceptions=True)
    assert opened.recording.closed.is_set()
    assert not [t for t in threading.enumerate() if t.name == "playback"]


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


async def test_a_damaged_recording_is_told_and_not_played(rig):
    path = rig.bench.vault.segments(rig.evidence_id)[0].path
    flip(path, path.stat().st_size // 2)
    opened = await rig.playback.open(await permit(rig), ignore)
    assert opened.recording is None
    assert opened.verification.seal is Seal.REFUSED
    assert opened.verification.status == "damaged"
    assert any("Segment 1" in sentence and "byte" in sentence for sentence in opened.verification.details)
    with pytest.raises(EvidenceError, match="No copy was made"):
        await rig.playback.save_copy(
            await to_copy(rig, rig.data.parent), rig.data.parent, ignore, lambda: False
        )


async def test_a_missing_segment_a_cut_and_missing_files_are_told(rig):
    first, second = (segment.path for segment in rig.bench.vault.segments(rig.evidence_id))
    whole = second.read_bytes()
    second.write_bytes(whole[: len(whole) // 2])
    opened = await rig.playback.open(await permit(rig), ignore)
    assert opened.verification.seal is Seal.REFUSED, "the custody log knows a later head"
    second.unlink()
    opened = await rig.playback.open(await permit(rig), ignore)
    assert any("Segment 2" in s and "missing" in s for s in opened.verification.details)
    first.unlink()
    opened = await rig.playback.open(await permit(rig), ignore)
    assert (opened.recording, opened.verification.status) == (None, "missing")


async def test_without_its_key_it_is_not_played(rig):
    for envelope in (rig.data / "vault" / "envelopes").iterdir():
        envelope.unlink()
    opened = await rig.playback.open(await permit(rig), ignore)
    assert opened.recording is None
    assert "envelopes" in " ".join(opened.verification.details)


async def test_copy_is_complete_decodable_marked_and_never_overwrites(rig, tmp_path):
    folder = tmp_path / "stick"
    folder.mkdir()
    rig.world.act_as(SERGEANT)
    allowed = await rig.world.recordings.save_copy(rig.evidence_id, "For the file", folder)
    told: list[WorkProgress] = []
    first = await rig.playback.save_copy(allowed, folder, told.append, lambda: False)
    for reused in (allowed, await permit(rig)):  # spent, and one to watch with
        with pytest.raises(BugError):
            await rig.playback.save_copy(reused, folder, ignore, lambda: False)
    with pytest.raises(BugError):
        await rig.playback.open(allowed, ignore)
    again = await rig.world.recordings.save_copy(rig.evidence_id, "For the file", folder)
    second = await rig.playback.save_copy(again, folder, ignore, lambda: False)
    stem = safe_name("155 of 21/11/2026", rig.evidence_id)
    assert [first.name, second.name] == [f"{stem}.mp4", f"{stem}-2.mp4"]
    assert sorted(path.name for path in folder.iterdir()) == sorted([first.name, second.name])
    with av.open(str(first)) as container:
        assert rig.evidence_id in container.metadata["comment"]
        frames = sum(1 for _ in container.decode(video=0))
    assert frames > 25 * 6
    await rig.settle(lambda: bool(told) and told[-1].part == 1.0)
    entry, _other = await rig.world.logged(CustodyAct.COPY_SAVED)
    assert entry.purpose == "For the file"
    assert str(folder) in str(entry)


async def test_cancelled_copy_leaves_nothing(rig, tmp_path):
    folder = tmp_path / "stick"
    folder.mkdir()
    seen: list[WorkProgress] = []
    made = await rig.playback.save_copy(
        await to_copy(rig, folder),
        folder,
        seen.append,
        lambda: any("min saved" in told.words for told in seen),
    )
    assert made is None
    assert list(folder.iterdir()) == []


async def test_a_full_disk_is_told_and_nothing_is_left(rig, tmp_path, monkeypatch):
    folder = tmp_path / "stick"
    folder.mkdir()

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("rvr_console.app.review_copy.os.fsync", full)
    with pytest.raises(StorageError, match="No space left") as told:
        await rig.playback.save_copy(await to_copy(rig, folder), folder, ignore, lambda: False)
    assert "removed" in told.value.kept
    assert list(folder.iterdir()) == []


async def test_no_copy_into_no_folder_nor_among_own_data(rig, tmp_path):
    for folder in (tmp_path / "nowhere", rig.data, rig.data / "vault", Path("relative")):
        with pytest.raises(RefusedError):
            await rig.playback.save_copy(await to_copy(rig, folder), folder, ignore, lambda: False)


async def test_purpose_and_right_come_before_opening(rig):
    rig.world.act_as(OFFICER)
    with pytest.raises(RefusedError):
        await rig.world.recordings.view(rig.evidence_id, "  ")
    with pytest.raises(AccessDeniedError):
        await permit(rig, OTHER)
    viewed = await rig.world.logged(CustodyAct.RECORDING_VIEWED)
    assert viewed == []


async def test_plaintext_never_reaches_the_data_folder(rig, tmp_path):
    before = set(rig.files())
    opened = await rig.playback.open(await permit(rig), ignore)
    opened.recording.play()
    await rig.settle(lambda: opened.recording.status().position_us > 300_000)
    while_open = rig.files()
    await opened.recording.close()
    folder = tmp_path / "stick"
    folder.mkdir()
    await rig.playback.save_copy(await to_copy(rig, folder), folder, ignore, lambda: False)
    after = rig.files()
    allowed = {"-wal", "-shm", "-journal"}
    assert not [p for p in {*while_open, *after} - before if not any(p.name.endswith(e) for e in allowed)]
    for content in (*while_open.values(), *after.values()):
        assert b"\x1a\x45\xdf\xa3" not in content, "a Matroska header in the clear"
        assert b"ftypisom" not in content


def test_names_are_safe_whatever_the_reference_says():
    assert safe_name("../../etc/passwd", "e") == "etc-passwd_e_copy"
    assert safe_name("\x00/", "e") == "recording_e_copy"


def test_sound_pipe_plays_drops_and_survives_a_child_that_is_not_there(tmp_path):
    heard = tmp_path / "heard"
    child = "import sys; open(sys.argv[1], 'wb').write(sys.stdin.buffer.read())"
    pipe = SoundPipe((sys.executable, "-c", child, str(heard)))
    for number in range(20):
        pipe.play(bytes([number]) * 1920)
    pipe.close()
    assert heard.read_bytes() == b"".join(bytes([n]) * 1920 for n in range(20))
    gone = SoundPipe((sys.executable, "-c", "pass"))
    for _ in range(500):
        gone.play(bytes(1920))
    gone.close()
    missing = SoundPipe((str(tmp_path / "no-such-program"),))
    missing.play(b"x")
    missing.close()
