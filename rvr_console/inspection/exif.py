"""EXIF (CIPA DC-008) and place of a picture, as text of limited length. Everything in it may be a lie or an attack."""

import math
import unicodedata
from collections.abc import Iterable

from PIL import ExifTags, Image

from rvr_console.wire.inspection_messages import MAX_TAGS

_LONGEST = 120
_MAX_ITEMS = 16
_FOLDED = {
    ExifTags.Base.MakerNote,
    ExifTags.Base.ExifOffset,
    ExifTags.Base.GPSInfo,
    ExifTags.Base.PrintImageMatching,
}
Found = dict[str, object]


def plain(value: object) -> str:
    """Text that is safe to show: no control or reordering characters, at most 120."""
    if isinstance(value, bytes):
        value = value[: 2 * _LONGEST].rstrip(b"\0").decode("utf-8", errors="replace")
    elif isinstance(value, tuple | list):
        value = ", ".join(plain(item) for item in value[:_MAX_ITEMS])
    text = str(value)[: 4 * _LONGEST].strip()
    return "".join(c if unicodedata.category(c)[0] != "C" else "\ufffd" for c in text)[:_LONGEST]


def exif_facts(image: Image.Image) -> Found:
    """For `Facts`: tags, made_at, camera, latitude, longitude. What cannot be read is left out."""
    try:
        exif = image.getexif()
        details = exif.get_ifd(ExifTags.IFD.Exif)
        place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    except (ValueError, TypeError, KeyError, OSError, SyntaxError, RecursionError, AttributeError):
        return {"tags": (("EXIF", "It could not be read."),)}
    tags = [*_named(exif.items(), ExifTags.TAGS), *_named(details.items(), ExifTags.TAGS)]
    tags += _named(place.items(), ExifTags.GPSTAGS)
    found: Found = {"tags": tuple(tags[:MAX_TAGS])}
    by_name = dict(tags)
    found["made_at"] = by_name.get("DateTimeOriginal") or by_name.get("DateTime", "")
    found["camera"] = " ".join(filter(None, (by_name.get("Make"), by_name.get("Model"))))
    latitude = _degrees(place.get(2), place.get(1), 90)
    longitude = _degrees(place.get(4), place.get(3), 180)
    if latitude is not None and longitude is not None:
        found |= {"latitude": latitude, "longitude": longitude}
    return found


def _named(items: Iterable[tuple[int, object]], names: dict[int, str]) -> list[tuple[str, str]]:
    found = []
    for number, (tag, value) in enumerate(items):
        if number >= MAX_TAGS:
            break
        if tag in _FOLDED:
            continue
        try:
            found.append((str(names.get(tag, f"0x{int(tag):04x}")), plain(value)))
        except (ValueError, TypeError, ZeroDivisionError, OverflowError):
            continue
    return found


def _degrees(untrusted: object, side: object, limit: int) -> float | None:
    """Degrees, minutes, seconds and N/S/E/W to signed degrees; None when that is no place on earth."""
    if not isinstance(untrusted, tuple | list) or len(untrusted) != 3:
        return None
    try:
        degrees, minutes, seconds = (float(part) for part in untrusted)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    value = degrees + minutes / 60 + seconds / 3600
    if not math.isfinite(value) or not 0 <= value <= limit:
        return None
    return round(-value if str(side).strip("\0 ").upper() in {"S", "W"} else value, 7)
