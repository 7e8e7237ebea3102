"""Plays one exhibit from its sealed form: a thread asks the sandbox a little ahead, shows pictures when they are due, passes sound on."""

import io
import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Protocol

from rvr_console.domain.film import FilmPicture, FilmStatus, SoundOut
from rvr_console.errors import KnownError
from rvr_console.evidence.film_program import FilmProgram, FilmStep, HeardSound, ShownPicture
from rvr_console.evidence.sandboxed_program import ProgramFailedError
from rvr_console.wire.inspection_messages import Order

log = logging.getLogger(__name__)
SIDE = 1280  # of its pictures, in pixels
AHEAD = 0.5  # s that are decoded before they are due
PATIENCE = 60.0  # s without picture or sound, as when a place far from the last key picture is looked for
_MOST_PICTURES = 12  # that wait: 80 MB at most
_SOUND_AHEAD = 0.06  # s; the device has its own buffer
_BLOCK = 1920  # bytes: 20 ms
_DUE = 0.005
_FIRST_STEP = 0.04  # s to the picture before, until two pictures have said how far apart they are


class WholeCheck(Protocol):
    """part: how much of the file it has passed, 0 to 1."""

    @property
    def part(self) -> float: ...

    def stop(self) -> None: ...


Opened = Callable[[], AbstractContextManager[io.RawIOBase]]


class PlayingFilm:
    """Implements domain.film.OpenFilm. Its thread owns the sandboxed program and the sealed file; both end with it."""

    def __init__(
        self,
        opened: Opened,
        order: Order,
        program: Callable[[], FilmProgram],
        sound: SoundOut,
        now: Callable[[], float] = time.monotonic,
        check: WholeCheck | None = None,
    ) -> None:
        """opened: the sealed file, decrypted in memory; called on the thread. Raises nothing: see status().fault.

        check: of the whole file, which goes on meanwhile and ends with the film.
        """
        self._check, self._broken = check, ""
        self._opened, self._order, self._make, self._sound, self._now = opened, order, program, sound, now
        self._wake = threading.Condition()
        self._status = FilmStatus()
        self._newest: FilmPicture | None = None
        self._program: FilmProgram | None = None
        self._closing = False
        self._wanted: float | None = None  # a place to go to
        self._steps = 0
        self._playing = False
        self._reel = Reel()
        self._thread = threading.Thread(target=self._run, name="exhibit-film", daemon=True)
        self._thread.start()

    # --- on the screens' thread ---
    def status(self) -> FilmStatus:
        return self._status if self._check is None else replace(self._status, checked=self._check.part)

    def break_off(self, fault: str) -> None:
        """The whole file turned out not to be as it was sealed: nothing more of it is shown. From any thread."""
        with self._wake:
            self._broken = fault
            self._wake.notify()
            if self._program is not None:
                self._program.interrupt()

    def picture(self, after: int) -> FilmPicture | None:
        newest = self._newest
        return newest if newest is not None and newest.sequence > after else None

    def play(self) -> None:
        with self._wake:
            if self._reel.finished:
                self._go(0.0)
            self._playing = True
            self._wake.notify()

    def pause(self) -> None:
        with self._wake:
            self._playing = False
            self._wake.notify()

    def seek(self, seconds: float) -> None:
        with self._wake:
            length = self._status.length
            self._go(max(0.0, min(seconds, length) if length else seconds))

    def _go(self, seconds: float) -> None:
        """With the lock held."""
        self._wanted = seconds
        self._status = replace(self._status, position=seconds, seeking=True)
        self._wake.notify()

    def step(self, pictures: int) -> None:
        with self._wake:
            self._playing = False
            self._steps += 1 if pictures > 0 else -1
            self._wake.notify()

    def close(self) -> None:
        if self._check is not None:
            self._check.stop()
        with self._wake:
            self._closing = True
            self._wake.notify()
            if self._program is not None:
                self._program.interrupt()

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def wait(self, seconds: float) -> None:
        """Until its thread has ended, after `close`."""
        self._thread.join(seconds)

    # --- on its own thread ---
    def _run(self) -> None:
        fault = ""
        try:
            with self._opened() as file:
                fault = self._with_program(file)
        except KnownError as error:
            fault = error.what
        except OSError:
            fault = "The evidence disk does not give the film. The file itself is kept as it is."
        except Exception:  # main of the film's thread
            log.exception("a film ended with a fault of the console's own")
            fault = "It stopped by a fault of this program. The file itself is kept as it is."
        finally:
            self._sound.close()
            self._reel = Reel()
            with self._wake:
                fault = self._broken or fault
                if self._closing:
                    self._newest, fault = None, ""
            self._tell(playing=False, fault=fault)

    def _with_program(self, file: io.RawIOBase) -> str:
        """Why it ended, "" when it was closed."""
        try:
            program = self._make()
        except OSError as error:
            log.warning("the program that plays films did not start: %s", error.strerror)
            return "The program that plays it did not start. The file itself is kept as it is."
        try:
            with self._wake:
                self._program = program
            return self._play(program, file)
        except ProgramFailedError as failed:
            log.info("a film was stopped: %s", failed)
            return f"It stopped: the program that plays it was ended, {failed}. The file itself is kept as it is."
        finally:
            with self._wake:
                self._program = None
            program.end()

    def _play(self, program: FilmProgram, file: io.RawIOBase) -> str:
        facts = program.open(file, self._order)
        if facts.outcome != "plays":
            return facts.reason or "It cannot be played here."
        self._reel = reel = Reel(facts.seconds, has_picture=facts.has_picture)
        self._status = FilmStatus(
            length=facts.seconds, opening=False, has_picture=facts.has_picture, has_sound=facts.has_sound
        )
        while True:
            with self._wake:
                if self._closing or self._broken:
                    return ""
                wanted, self._wanted, steps, self._steps = self._wanted, None, self._steps, 0
                reel.run(self._now(), playing=self._playing)
            if steps < 0 and wanted is None:
                wanted = reel.before()
            if wanted is not None:
                reel.go(wanted)
                program.seek(file, wanted)
            elif steps > 0 and not reel.on():
                with self._wake:
                    self._steps += 1  # once there is a picture
            self._put_out(reel)
            if reel.hungry:
                reel.take(program.next(file), self._now())
                reel.check_patience(self._now())
            else:
                with self._wake:
                    if not (self._closing or self._broken or self._steps or self._wanted is not None):
                        self._wake.wait(reel.until_due() if self._playing else None)

    def _put_out(self, reel: "Reel") -> None:
        for picture in reel.due_pictures():
            sequence = self._newest.sequence + 1 if self._newest is not None else 1
            self._newest = FilmPicture(
                sequence, picture.seconds, picture.width, picture.height, picture.pixels
            )
        for block in reel.due_sound():
            self._sound.play(block)
        if reel.finished:
            with self._wake:
                self._playing = self._playing and self._wanted is not None
        self._tell(playing=self._playing)

    def _tell(self, *, playing: bool, fault: str = "") -> None:
        with self._wake:
            reel, now = self._reel, self._status
            there = now.position if fault else reel.position
            self._status = replace(
                now,
                position=there if self._wanted is None else self._wanted,
                length=max(now.length, reel.length),
                playing=playing,
                opening=False,
                seeking=not fault and (reel.seeking or self._wanted is not None),
                fault=fault,
            )


class Reel:
    """What was decoded and is not shown yet, and the clock that says when. Times: seconds from the film's start."""

    def __init__(self, length: float = 0.0, *, has_picture: bool = False) -> None:
        self.length, self.position = length, 0.0
        self.seeking = has_picture
        self._has_picture = has_picture
        self._pictures: deque[ShownPicture] = deque()
        self._sounds: deque[HeardSound] = deque()
        self._horizon = 0.0  # of what has been decoded
        self._ended = False
        self._since: float | None = None
        self._came: float | None = None
        self._shown_at, self._apart = 0.0, _FIRST_STEP

    @property
    def finished(self) -> bool:
        return self._ended and not self._pictures and self.position >= self._horizon - _DUE

    @property
    def hungry(self) -> bool:
        """Whether more should be decoded now."""
        if self._ended or len(self._pictures) >= _MOST_PICTURES:
            return False
        return self.seeking or self._horizon - self.position < AHEAD

    def run(self, now: float, *, playing: bool) -> None:
        """Move the clock; it waits for what is not decoded yet."""
        if playing and self._since is not None and not self.seeking:
            self.position = min(self.position + now - self._since, max(self._horizon, self.position))
        self._since = now if playing else None

    def go(self, seconds: float) -> None:
        """On from another place."""
        self._pictures.clear()
        self._sounds.clear()
        self.position = self._horizon = seconds
        self._ended, self._since, self.seeking, self._came = False, None, self._has_picture, None

    def before(self) -> float:
        """The place of the picture before."""
        return max(0.0, self._shown_at - self._apart)

    def on(self) -> bool:
        """The clock jumps to the next picture. False when it is not decoded yet."""
        if self._pictures and not self.seeking:
            self.position = self._pictures[0].seconds
        return bool(self._pictures and not self.seeking) or not self.hungry

    def take(self, step: FilmStep, now: float) -> None:
        if step.pictures or step.sounds or self._came is None:
            self._came = now
        self._ended = step.ended
        self._pictures.extend(step.pictures)
        for sound in step.sounds:
            for start in range(0, len(sound.samples), _BLOCK):
                part = sound.samples[start : start + _BLOCK]
                self._sounds.append(HeardSound(sound.seconds + start / 96_000, part))
        newest = [one[-1].seconds for one in (self._pictures, self._sounds) if one]
        self._horizon = max([self._horizon, *newest])
        if step.ended:
            self.seeking = False
            self._horizon = max(self._horizon, min(self.length, self._horizon + 1.0))
            self.length = self.length or self._horizon

    def check_patience(self, now: float) -> None:
        """Raises ProgramFailedError when nothing has come of it for too long."""
        if not self._ended and self._came is not None and now - self._came > PATIENCE:
            raise ProgramFailedError("nothing more came of it")

    def due_pictures(self) -> list[ShownPicture]:
        """The newest that is due, if any. After a jump the first one is, wherever it lies."""
        shown: ShownPicture | None = None
        while self._pictures and (self.seeking or self._pictures[0].seconds <= self.position + _DUE):
            shown = self._pictures.popleft()
            self.seeking = False
        if shown is None:
            return []
        if 0 < shown.seconds - self._shown_at < 1:
            self._apart = shown.seconds - self._shown_at
        self._shown_at = shown.seconds
        return [shown]

    def due_sound(self) -> list[bytes]:
        """Only while the clock runs: what is passed when it stands still is skipped after a jump."""
        due: list[bytes] = []
        if self.seeking or self._since is None:
            return due
        while self._sounds and self._sounds[0].seconds <= self.position + _SOUND_AHEAD:
            sound = self._sounds.popleft()
            if sound.seconds >= self.position - 4 * _SOUND_AHEAD:
                due.append(sound.samples)
        return due

    def until_due(self) -> float:
        """Seconds until something is due; a little at least, so that the clock is seen to move."""
        nexts = [self._pictures[0].seconds - self.position] if self._pictures else []
        nexts += [self._sounds[0].seconds - self.position - _SOUND_AHEAD] if self._sounds else []
        return max(0.002, min([*nexts, 0.1]))
