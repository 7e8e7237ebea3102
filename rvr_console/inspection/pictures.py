"""Pictures: size first, refused before a pixel is decoded when it is too large, then upright and small. Facts from EXIF."""

import io

import pillow_heif
from PIL import Image, ImageFile, ImageOps

from rvr_console.inspection.exif import exif_facts
from rvr_console.inspection.sizes import too_large
from rvr_console.wire.inspection_messages import MAX_PIXELS, Facts, Order

_FORMATS = {
    "image/jpeg": ("JPEG", "MPO"),
    "image/png": ("PNG",),
    "image/apng": ("PNG",),
    "image/gif": ("GIF",),
    "image/webp": ("WEBP",),
    "image/bmp": ("BMP",),
    "image/tiff": ("TIFF",),
    "image/heic": ("HEIF",),
    "image/avif": ("AVIF",),
}

Image.MAX_IMAGE_PIXELS = None  # the size is checked below, by us, in words
pillow_heif.register_heif_opener(thumbnails=False, decode_threads=1)


def look(file: io.BufferedReader, order: Order) -> tuple[Facts, bytes]:
    """(facts, pixels)"""
    formats = _FORMATS.get(order.content_type)
    if formats is None:
        return Facts(outcome="no_preview", reason="There is no preview for this type of picture."), b""
    image = Image.open(file, formats=formats)
    width, height = image.size
    base = Facts(outcome="refused", width=width, height=height, codecs=str(image.format))
    if width * height > MAX_PIXELS:  # asked before anything else: reading the EXIF of a PNG decodes it
        return base.model_copy(update={"reason": too_large(width, height)}), b""
    facts = base.model_copy(update=exif_facts(image))
    shown, truncated = _decoded(image, file, order)
    pixels = shown.convert("RGBA").tobytes()
    return (
        facts.model_copy(
            update={
                "outcome": "shown",
                "preview_width": shown.width,
                "preview_height": shown.height,
                "truncated": truncated,
            }
        ),
        pixels,
    )


def _decoded(image: Image.Image, file: io.BufferedReader, order: Order) -> tuple[Image.Image, bool]:
    """(the picture, small and upright; whether its end is missing). What is there of a cut picture is shown."""
    side = (order.max_side, order.max_side)
    try:
        image.draft("RGB", side)  # a JPEG is scaled while it is decoded
        image.load()
        truncated = False
    except OSError:
        ImageFile.LOAD_TRUNCATED_IMAGES = True
        file.seek(0)
        image = Image.open(file, formats=_FORMATS[order.content_type])
        image.draft("RGB", side)
        try:
            image.load()
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = False
        truncated = True
    shown = ImageOps.exif_transpose(image) or image
    if shown.mode not in {"RGB", "RGBA", "L"}:
        shown = shown.convert("RGBA")
    shown.thumbnail(side, Image.Resampling.BILINEAR, reducing_gap=2.0)
    return shown, truncated
