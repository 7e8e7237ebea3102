"""Review's sound: PCM down a pipe to a child that owns the sound device. A slow or dead child never holds up the player."""

import contextlib
import logging
import queue
import subprocess
import sys
import threading

from rvr_console.system.child_process import STOP_SECONDS, dying_with_parent

log = logging.getLogger(__name__)
_MOST_WAITING = 50  # blocks of 20 ms


class SoundPipe:
    """`play` takes mono s16 at 48 kHz and never waits. The child is started with the first sound."""

    def __init__(
        self, command: tuple[str, ...] = (sys.executable, "-m", "rvr_console.media.speaker")
    ) -> None:
        self._command = command
        self._blocks: queue.Queue[bytes | None] = queue.Queue(_MOST_WAITING)
        self._thread: threading.Thread | None = None
        self.dropped = 0

    def play(self, pcm: bytes) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="review-sound")
            self._thread.start()
        try:
            self._blocks.put_nowait(pcm)
        except queue.Full:
            self.dropped += 1

    def close(self) -> None:
        """End the child and the thread."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        while thread.is_alive():
            try:
                self._blocks.put(None, timeout=0.1)
                break
            except queue.Full:
                with contextlib.suppress(queue.Empty):
                    self._blocks.get_nowait()
        thread.join()

    def _run(self) -> None:
        try:
            child = subprocess.Popen(
                dying_with_parent(self._command), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
            )
        except OSError as error:
            log.warning("the sound program did not start: %s", error.strerror)
            self._swallow()
            return
        try:
            while (block := self._blocks.get()) is not None:
                if child.stdin is not None:
                    child.stdin.write(block)
                    child.stdin.flush()
        except OSError:
            log.warning("the sound program ended; the recording plays without sound")
            self._swallow()
        finally:
            _end(child)

    def _swallow(self) -> None:
        while self._blocks.get() is not None:
            pass


def _end(child: "subprocess.Popen[bytes]") -> None:
    if child.stdin is not None:
        with contextlib.suppress(OSError):
            child.stdin.close()
    try:
        child.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
