"""The victim's voice to the officer's headset. Without a device, or if it was not asked for, sound is simply not played.

`python -m rvr_console.media.speaker` plays what comes on standard input (mono, signed 16 bit, 48 kHz), for review.
"""

import logging
import sys
import threading
from collections import deque
from typing import Any

_LOG = logging.getLogger(__name__)
SAMPLE_RATE = 48_000
_PIPE_BYTES = 1920  # 20 ms
_MOST_WAITING_BYTES = SAMPLE_RATE * 2 // 5  # 200 ms: later sound is worth more than a growing delay


class Speaker:
    """Plays mono, signed 16 bit, 48 kHz. `play` never waits; PortAudio's own thread takes the samples."""

    def __init__(self, stream_class: Any) -> None:
        self._waiting: deque[bytes] = deque()
        self._bytes = 0
        self._rest = b""
        self._lock = threading.Lock()
        self.dropped = 0
        self._stream = stream_class(samplerate=SAMPLE_RATE, channels=1, dtype="int16", callback=self._fill)
        self._stream.start()

    def play(self, samples: bytes) -> None:
        with self._lock:
            self._waiting.append(samples)
            self._bytes += len(samples)
            while self._bytes > _MOST_WAITING_BYTES:
                self._bytes -= len(self._waiting.popleft())
                self.dropped += 1

    def close(self) -> None:
        self._stream.stop()
        self._stream.close()

    def _fill(self, out: Any, frames: int, _time: Any, _status: Any) -> None:
        wanted = frames * 2
        with self._lock:
            parts, have = [self._rest], len(self._rest)
            while have < wanted and self._waiting:
                part = self._waiting.popleft()
                self._bytes -= len(part)
                have += len(part)
                parts.append(part)
        sound = b"".join(parts)
        self._rest = sound[wanted:]
        out[:] = sound[:wanted].ljust(wanted, b"\0")


def open_speaker() -> Speaker | None:
    """The system's own output device, or None if there is none that works."""
    try:
        import sounddevice
    except (ImportError, OSError):  # the library under it is missing
        return None
    try:
        return Speaker(sounddevice.RawOutputStream)
    except (sounddevice.PortAudioError, ValueError):
        _LOG.warning("There is no sound device to play on")
        return None


def main() -> int:
    """A child of the console's review: PCM from standard input to the device; without one the sound is let go."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
    speaker = open_speaker()
    try:
        while block := sys.stdin.buffer.read(_PIPE_BYTES):
            if speaker is not None:
                speaker.play(block)
    finally:
        if speaker is not None:
            speaker.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
