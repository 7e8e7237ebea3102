"""Files built to deceive, to exhaust or to crash whoever opens them; and a few honest ones. All made here, none copied."""

import io
import struct
import zlib

import av
import numpy as np
from PIL import ExifTags, Image


def noise(kind: str, size=(64, 48), **options) -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, 80).convert("RGB").save(out, kind, **options)
    return out.getvalue()


def exif_bytes(latitude=((51, 1), (30, 1), (2646, 100)), side="N") -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Make], exif[ExifTags.Base.Model] = "Acme", "Phone 3"
    exif[ExifTags.Base.Orientation] = 6
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2026:11:21 13:31:07"
    place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    place[1], place[2] = side, tuple(n / d for n, d in latitude)
    place[3], place[4] = "W", (0.0, 7.0, 39.9)
    return exif.tobytes()


def photo_with_place() -> bytes:
    return noise("JPEG", (640, 480), exif=exif_bytes())


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_claiming(width: int, height: int, rows: bytes = b"") -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(rows, 9))
        + _chunk(b"IEND", b"")
    )


def png_bomb() -> bytes:
    """A few kilobytes that say they are 50,000 × 50,000 pixels."""
    return png_claiming(50_000, 50_000, bytes(1 << 20))


def png_text_bomb() -> bytes:
    """A small picture with compressed text of 20 MB in it."""
    text = _chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(20_000_000), 9))
    data = noise("PNG")
    return data[:33] + text + data[33:]


def tiff_exif(entries: list[tuple[int, int, int, bytes]], next_ifd: int = 0) -> bytes:
    """A little-endian TIFF structure of one directory. entries: (tag, type, count, 4 bytes of value or offset)."""
    body = struct.pack("<H", len(entries))
    for tag, kind, count, value in entries:
        body += struct.pack("<HHI", tag, kind, count) + value
    return b"II*\0" + struct.pack("<I", 8) + body + struct.pack("<I", next_ifd)


def jpeg_with_exif(tiff: bytes) -> bytes:
    data = noise("JPEG")
    block = b"Exif\0\0" + tiff
    return data[:2] + b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block + data[2:]


def cyclic_exif() -> bytes:
    """The EXIF directory, the place directory and the next directory are all the first one again."""
    here = struct.pack("<I", 8)
    return jpeg_with_exif(tiff_exif([(0x8769, 4, 1, here), (0x8825, 4, 1, here)], next_ifd=8))


def huge_exif() -> bytes:
    """Values that claim four thousand million entries, far outside the file; and 4,000 tags."""
    wild = [(0x010F, 2, 0xFFFFFFFF, b"\xff\xff\xff\x7f"), (0x0110, 5, 0x7FFFFFFF, b"\0\0\0\x40")]
    many = [(0x9000 + n, 3, 1, b"\1\0\0\0") for n in range(4000)]
    return jpeg_with_exif(tiff_exif(wild + many))


def zero_divided_place() -> bytes:
    """Degrees of 1/0."""
    exif = Image.Exif()
    place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    place[1], place[2], place[3] = "N", (1.5, 2.0, 3.0), "E"
    data = bytearray(exif.tobytes())
    at = data.find(struct.pack("<II", 3, 2)) if data[6:8] == b"II" else data.find(struct.pack(">II", 3, 2))
    if at > 0:
        data[at : at + 8] = struct.pack("<II", 1, 0)
    return noise("JPEG", exif=bytes(data))


def film(
    size=(160, 120),
    frames: int = 20,
    *,
    codec: str = "libx264",
    kind: str = "mp4",
    sound: bool = True,
    **tags: str,
) -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format=kind) as container:
        container.metadata.update(tags)
        video = container.add_stream(codec, rate=10)
        video.width, video.height, video.pix_fmt = *size, "yuv420p"
        audio = container.add_stream("aac" if kind == "mp4" else "libopus", rate=48_000) if sound else None
        for number in range(frames):
            pixels = np.full((size[1], size[0], 3), (number * 10) % 255, dtype=np.uint8)
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            frame.pts = number
            container.mux(video.encode(frame))
        container.mux(video.encode())
        if audio is not None:
            silence = av.AudioFrame.from_ndarray(
                np.zeros((2, 48_000), np.float32), format="fltp", layout="stereo"
            )
            silence.sample_rate, silence.pts = 48_000, 0
            container.mux(audio.encode(silence))
            container.mux(audio.encode())
    return out.getvalue()


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>'
