"""Brings vault, verification, player and sound together for the review page. Plaintext exists in memory only."""

import asyncio
import contextlib
import threading
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from rvr_console.app.desk_keys import DeskSecrets
from rvr_console.app.review_copy import check_folder, hash_of, safe_name, write_copy
from rvr_console.app.review_seal import StoppedError, segment_paths, verify_for_viewing
from rvr_console.app.review_sound import SoundPipe
from rvr_console.domain.call import Picture
from rvr_console.domain.recording import EventKind, Party
from rvr_console.errors import BugError, EvidenceError, KnownError, RefusedError, StorageError
from rvr_console.evidence.sealed_reader import SealedReader
from rvr_console.evidence.vault import Vault
from rvr_console.services.values import ViewPermit
from rvr_console.ui.review.playback import (
    Opened,
    PlaybackStatus,
    ReviewMark,
    ReviewTimeline,
    Seal,
    Tell,
    Verification,
    WorkProgress,
)
from rvr_console.video.play_anywhere_frame import CopyMark
from rvr_console.video.playback import Player, PlayerReports
from rvr_console.video.playback_timeline import Timeline

T = TypeVar("T")
Spawn = Callable[[Coroutine[Any, Any, None]], "asyncio.Task[None]"]


class PlayingRecording:
    """Implements ui.review.playback.OpenRecording over one Player. What the player tells is kept, the newest only."""

    def __init__(self, readers: Sequence[SealedReader], sound: SoundPipe) -> None:
        """Reads the segments' events: for a worker thread. Raises EvidenceError."""
        self._readers = readers
        self._sound = sound
        self._lock = threading.Lock()
        self._status = PlaybackStatus()
        self._pictures: dict[Party, Picture | None] = dict.fromkeys(Party)
        reports = PlayerReports(self._picture, sound.play, self._position, self._card, self._fault)
        self._player = Player(readers, reports)
        self.timeline = timeline_of(self._player.timeline, _begins(readers))
        self.closed = asyncio.Event()
        self._player.start()
        self._player.step(1)  # the first picture, not the dark before it
        self.play, self.pause, self.seek = self._player.play, self._player.pause, self._player.seek
        self.step, self.set_speed = self._player.step, self._player.set_speed
        self.set_volume, self.set_view_size = self._player.set_volume, self._player.set_size

    def status(self) -> PlaybackStatus:
        return self._status

    def picture(self, party: Party, after: int) -> Picture | None:
        with self._lock:
            newest = self._pictures[party]
        return newest if newest is not None and newest.sequence > after else None

    def has_picture(self, party: Party) -> bool:
        return self._pictures[party] is not None

    async def close(self) -> None:
        """End the player's thread and the sound, forget the decrypted pictures. Safe to call twice."""
        if not self.closed.is_set():
            self.closed.set()
            await asyncio.to_thread(self._end)

    def end_at_once(self) -> None:
        """As close, but it waits for the thread here."""
        if not self.closed.is_set():
            self.closed.set()
            self._end()

    def _end(self) -> None:
        self._player.close()
        self._sound.close()
        with self._lock:
            self._pictures = dict.fromkeys(Party)
        for reader in self._readers:
            reader.close()

    # on the player's thread
    def _picture(self, party: Party, picture: Picture | None) -> None:
        with self._lock:
            self._pictures[party] = picture

    def _position(self, position_us: int, playing: bool) -> None:
        with self._lock:
            self._status = PlaybackStatus(position_us, playing, self._status.card, self._status.fault)

    def _card(self, words: str) -> None:
        with self._lock:
            self._status = PlaybackStatus(
                self._status.position_us, self._status.playing, words, self._status.fault
            )

    def _fault(self, words: str) -> None:
        with self._lock:
            self._status = PlaybackStatus(self._status.position_us, playing=False, fault=words)


class ReviewPlayer:
    """Implements ui.review.playback.ReviewPlayback. spawn: the console's tasks, so that its end closes what is open."""

    def __init__(
        self,
        vault: Vault,
        secrets: DeskSecrets,
        own_data: Path,
        spawn: Spawn,
        make_sound: Callable[[], SoundPipe] = SoundPipe,
    ) -> None:
        self._vault, self._secrets, self._own_data = vault, secrets, own_data
        self._spawn, self._make_sound = spawn, make_sound
        self._copying = asyncio.Lock()
        self._used: list[ViewPermit] = []  # one entry of the log, one copy

    async def open(self, permit: ViewPermit, progress: Tell) -> Opened:
        if permit.copy_to:
            raise BugError("a permission to copy was used to watch")
        stop = threading.Event()
        tell = _on_loop(progress)

        def work() -> tuple[Verification, PlayingRecording | None]:
            verification = self._verify(permit, tell, stop)
            if verification.seal is Seal.REFUSED:
                return verification, None
            return verification, self._play(permit)

        verification, recording = await _in_thread(work, stop)
        if recording is not None:
            # A callback, not a `finally`: a task cancelled before its first step never enters its body.
            self._spawn(_while_open(recording)).add_done_callback(lambda _task: recording.end_at_once())
        return Opened(verification, recording)

    async def save_copy(
        self, permit: ViewPermit, folder: Path, progress: Tell, cancelled: Callable[[], bool]
    ) -> Path | None:
        if not permit.copy_to or permit.copy_to != str(folder) or any(one is permit for one in self._used):
            raise BugError("a copy without its own logged permission")
        real = await asyncio.to_thread(check_folder, folder, self._own_data)
        if self._copying.locked():
            raise RefusedError(
                "Another copy is being saved.", kept="It goes on.", todo="Wait until it is done."
            )
        self._used.append(permit)
        stop = threading.Event()
        tell = _on_loop(progress, stop, cancelled)
        name = safe_name(permit.incident.reference, permit.recording.evidence_id)

        def work() -> Path | None:
            try:
                verification = self._verify(permit, tell, stop)
            except StoppedError:
                return None
            if verification.seal is Seal.REFUSED:
                raise EvidenceError(
                    f"No copy was made: {verification.headline}.",
                    kept="The recording is left as it is.",
                    todo="Open it to read what verification found.",
                )
            mark = CopyMark(permit.recording.evidence_id, hash_of(segment_paths(self._vault, permit), stop))
            readers = self._readers(permit)
            try:
                return write_copy(readers, mark, (real, name), tell, stop)
            finally:
                for reader in readers:
                    reader.close()

        async with self._copying:
            return await _in_thread(work, stop)

    def _verify(self, permit: ViewPermit, tell: Tell, stop: threading.Event) -> Verification:
        try:
            return verify_for_viewing(self._vault, self._secrets, permit, tell, stop)
        except OSError as error:
            raise StorageError(
                "The recording's files cannot be read from the disk.",
                kept="They are left as they are.",
                todo="Check the evidence disk.",
            ) from error

    def _readers(self, permit: ViewPermit) -> list[SealedReader]:
        readers: list[SealedReader] = []
        try:
            readers.extend(
                self._vault.open(path, self._secrets.key_ring) for path in segment_paths(self._vault, permit)
            )
        except (KnownError, OSError):
            for reader in readers:
                reader.close()
            raise
        return readers

    def _play(self, permit: ViewPermit) -> PlayingRecording:
        readers = self._readers(permit)
        try:
            return PlayingRecording(readers, self._make_sound())
        except KnownError:
            for reader in readers:
                reader.close()
            raise


async def _while_open(recording: PlayingRecording) -> None:
    """Lasts as long as the recording is open; cancelled at the console's end."""
    await recording.closed.wait()


async def _in_thread(work: Callable[[], T], stop: threading.Event) -> T:
    """As asyncio.to_thread, but when cancelled the work is told to stop and its end is waited for."""
    running: Awaitable[T] = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        stop.set()
        with contextlib.suppress(KnownError, StoppedError):
            left = await running
            if isinstance(left, tuple) and isinstance(left[1], PlayingRecording):
                left[1].end_at_once()
        raise


def _on_loop(
    progress: Tell, stop: threading.Event | None = None, cancelled: Callable[[], bool] = lambda: False
) -> Tell:
    """Progress told on a worker thread, brought to the event loop; there it is also asked whether to go on."""
    loop = asyncio.get_running_loop()

    def on_loop(told: WorkProgress) -> None:
        if stop is not None and cancelled():
            stop.set()
        progress(told)

    def tell(told: WorkProgress) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(on_loop, told)

    return tell


def _begins(readers: Sequence[SealedReader]) -> datetime:
    """Wall time of session time 0: the first segment's own statement."""
    first = readers[0]
    started = next((event for event in first.events if event.kind is EventKind.STARTED), None)
    text = started.detail.get("wall", "") if started else ""
    try:
        return datetime.fromisoformat(text).astimezone()
    except ValueError:
        return datetime.fromisoformat(first.header.wall_time).astimezone()


def timeline_of(timeline: Timeline, begins: datetime) -> ReviewTimeline:
    marks = tuple(
        ReviewMark(
            item.event,
            item.start_us,
            item.end_us,
            item.words,
            whole=item.event is EventKind.PAUSE or (item.event is EventKind.GAP and item.party is None),
            party=item.party,
            cause=item.cause,
        )
        for item in timeline.items
    )
    joins = tuple((place.start_us, place.end_us) for place in timeline.places)
    return ReviewTimeline(begins, timeline.duration_us, joins, marks)
