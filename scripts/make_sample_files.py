"""Make what the simulated victim sends: DIR/photo.jpg (with a position), DIR/clip.mp4 (200 MB), DIR/picture.png (a decompression bomb).

All invented and marked SAMPLE. The clip is three seconds of the counted picture in H.264; the rest of the 200 MB is a `free` box (ISO/IEC
14496-12, 8.1.2) of noise, as large as a long film would be. The bomb declares 30,000 x 30,000 pixels in 110 kB.
"""

import argparse
import struct
import zlib
from fractions import Fraction
from pathlib import Path
from random import Random

import av
import numpy as np
from clip_code import FPS, picture
from PIL import Image, ImageDraw
from PIL.ExifTags import GPS, IFD, Base

CLIP_BYTES = 200_000_000
BOMB_SIDE = 30_000
LATITUDE, LONGITUDE = (53, 47, 30), (1, 32, 15)  # degrees, minutes, seconds north and west; a field


def write_photo(path: Path) -> None:
    """A JPEG as of a phone: EXIF with time, make and position."""
    noise = np.random.default_rng(7).integers(0, 60, (1200, 1600, 3), np.uint8)
    image = Image.fromarray(noise + 90)
    ImageDraw.Draw(image).text((80, 80), "SAMPLE PHOTO: a door, damaged", fill="white", font_size=64)
    exif = Image.Exif()
    exif[Base.Make], exif[Base.Model] = "SAMPLE", "SAMPLE PHONE"
    exif[Base.DateTime] = "2026:11:20 18:04:05"
    position = exif.get_ifd(IFD.GPSInfo)
    position[GPS.GPSLatitudeRef], position[GPS.GPSLatitude] = "N", LATITUDE
    position[GPS.GPSLongitudeRef], position[GPS.GPSLongitude] = "W", LONGITUDE
    image.save(path, "JPEG", quality=85, exif=exif)


def write_clip(path: Path, size: int = CLIP_BYTES) -> None:
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = 640, 360, "yuv420p"
        stream.time_base = Fraction(1, FPS)
        grey = np.full((180, 640), 128, np.uint8)
        for number in range(3 * FPS):
            frame = av.VideoFrame.from_ndarray(np.vstack([picture(number, 640, 360), grey]), format="yuv420p")
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    noise = Random(3)
    with path.open("ab") as file:
        left = size - file.tell()
        file.write(struct.pack(">I4s", left, b"free"))
        left -= 8
        while left:
            piece = min(left, 1 << 20)
            file.write(noise.randbytes(piece))
            left -= piece


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def write_bomb(path: Path, side: int = BOMB_SIDE) -> None:
    """A valid PNG, one bit a pixel, all black."""
    squeeze = zlib.compressobj(9)
    row = bytes(1 + side // 8)
    data = b"".join(squeeze.compress(row) for _ in range(side)) + squeeze.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    note = _chunk(b"tEXt", b"Comment\0SAMPLE decompression bomb")
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + note + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    write_photo(folder / "photo.jpg")
    write_clip(folder / "clip.mp4")
    write_bomb(folder / "picture.png")


if __name__ == "__main__":
    main()
