"""A decoded picture as a PNG (ISO/IEC 15948), in memory."""

import io

from PIL import Image

from rvr_console.domain.call import Picture


def png_of(picture: Picture) -> bytes:
    """Lossless: every pixel of the decoded picture, 8 bit RGB."""
    size = (picture.width, picture.height)
    image = Image.frombuffer("RGB", size, bytes(picture.data), "raw", "BGRX", picture.stride, 1)
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=3)
    return out.getvalue()
