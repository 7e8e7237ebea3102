"""Make the victim's fake camera and microphone for Chromium: DIR/victim.mjpeg and DIR/victim.wav, 60 s, looping.

    chromium --use-fake-device-for-media-stream --use-file-for-fake-video-capture=DIR/victim.mjpeg
             --use-file-for-fake-audio-capture=DIR/victim.wav

The picture carries its frame number as a barcode, the sound the second's number as a pair of tones and, where espeak-ng is
installed, spoken words. Chromium plays an MJPEG file at 30 frames a second.
"""

import argparse
import io
import shutil
import subprocess
import sys
import wave
from pathlib import Path

import av
import numpy as np
from clip_code import FPS, HEIGHT, RATE, SECONDS, WIDTH, Sound, picture, tone

SPEECH_AT_S, SPEECH_LEVEL = 0.42, 0.25
PHRASES = (
    "one moment please",
    "it was on Tuesday",
    "he left the house",
    "I can see you",
    "the door was open",
)


def write_picture(path: Path, seconds: int = SECONDS) -> None:
    """One JPEG after the other, as Chromium's MJPEG capture reads them."""
    with av.open(str(path), "w", format="mjpeg") as container:
        stream = container.add_stream("mjpeg", rate=FPS, options={"huffman": "default"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuvj420p"
        stream.codec_context.qmin = stream.codec_context.qmax = 7
        grey = np.full((HEIGHT // 2, WIDTH), 128, np.uint8)
        for number in range(seconds * FPS):
            rows = np.vstack([picture(number), grey])
            frame = av.VideoFrame.from_ndarray(rows, format="yuvj420p")
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def speech(words: str) -> Sound:
    """Spoken by espeak-ng, at 48 kHz, at most half a second; silence where it is not installed."""
    program = shutil.which("espeak-ng")
    if program is None:
        return np.zeros(0, np.float32)
    said = subprocess.run(
        [program, "-s", "260", "--stdout", words], check=True, capture_output=True, timeout=20
    )
    with wave.open(io.BytesIO(said.stdout)) as reader:
        rate, raw = reader.getframerate(), reader.readframes(1 << 22)
    samples = np.frombuffer(raw, "<i2").astype(np.float32) / 32768
    at = np.arange(0, len(samples) - 1, rate / RATE)
    resampled = np.interp(at, np.arange(len(samples)), samples).astype(np.float32)
    return resampled[: RATE // 2] * SPEECH_LEVEL


def sound(seconds: int = SECONDS) -> Sound:
    """The counted tone with a phrase after each burst."""
    spoken = [speech(phrase) for phrase in PHRASES]
    parts = []
    for second in range(seconds):
        part = tone(second)
        words = spoken[second % len(spoken)]
        start = int(SPEECH_AT_S * RATE)
        part[start : start + len(words)] += words
        parts.append(part)
    return np.concatenate(parts)


def write_sound(path: Path, seconds: int = SECONDS) -> None:
    samples = (np.clip(sound(seconds), -1, 1) * 32767).astype("<i2")
    with wave.open(str(path), "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(RATE)
        writer.writeframes(samples.tobytes())


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("directory", type=Path)
    parser.add_argument("--seconds", type=int, default=SECONDS, help="1 to 60")
    arguments = parser.parse_args()
    arguments.directory.mkdir(parents=True, exist_ok=True)
    write_picture(arguments.directory / "victim.mjpeg", arguments.seconds)
    write_sound(arguments.directory / "victim.wav", arguments.seconds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
