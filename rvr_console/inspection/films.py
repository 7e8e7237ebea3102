"""Films and sound: length, codecs, place, and one picture. Decoded on one thread, from bytes asked for piece by piece."""

import io
import math
import re

import av
from av.container import InputContainer

from rvr_console.inspection.exif import plain
from rvr_console.inspection.sizes import too_large
from rvr_console.wire.inspection_messages import MAX_PIXELS, MAX_TAGS, Facts, Order

FORMATS = {
    "video/mp4": "mov",
    "video/x-m4v": "mov",
    "video/quicktime": "mov",
    "video/3gpp": "mov",
    "audio/mp4": "mov",
    "video/webm": "matroska",
    "video/x-matroska": "matroska",
    "video/x-msvideo": "avi",
    "video/mpeg": "mpeg",
    "audio/mpeg": "mp3",
    "audio/x-wav": "wav",
    "audio/ogg": "ogg",
    "audio/x-flac": "flac",
    "audio/amr": "amr",
    "audio/aac": "aac",
}
_PLACE = re.compile(r"(?P<lat>[+-][0-9]{1,2}(?:\.[0-9]{1,9})?)(?P<long>[+-][0-9]{1,3}(?:\.[0-9]{1,9})?)")
_MOST_TRIED = 300  # packets before the first picture


def look(file: io.BufferedReader, order: Order) -> tuple[Facts, bytes]:
    """(facts, pixels of the picture at order.at_seconds)"""
    name = FORMATS.get(order.content_type)
    if name is None:
        return Facts(outcome="no_preview", reason="There is no preview for this type of film or sound."), b""
    with av.open(file, "r", format=name, metadata_errors="replace") as container:
        facts = film_facts(container)
        if not container.streams.video:
            return facts.model_copy(update={"reason": "It is sound only."}), b""
        if facts.width * facts.height > MAX_PIXELS:
            reason = too_large(facts.width, facts.height)
            return facts.model_copy(update={"outcome": "refused", "reason": reason}), b""
        return _shown(container, order, facts)


def film_facts(container: InputContainer) -> Facts:
    """Of an opened film or sound; outcome no_preview."""
    seconds = (container.duration or 0) / av.time_base
    codecs = ", ".join(
        plain(stream.codec_context.name) for stream in container.streams if stream.codec_context
    )
    video = container.streams.video[0] if container.streams.video else None
    tags = [(plain(name), plain(value)) for name, value in list(container.metadata.items())[:MAX_TAGS]]
    by_name = dict(tags)
    place = next((by_name[name] for name in by_name if "location" in name.lower()), "")
    match = _PLACE.match(place)
    latitude, longitude = (float(match["lat"]), float(match["long"])) if match else (None, None)
    if latitude is not None and longitude is not None and (abs(latitude) > 90 or abs(longitude) > 180):
        latitude = longitude = None
    return Facts(
        outcome="no_preview",
        width=video.codec_context.width if video else 0,
        height=video.codec_context.height if video else 0,
        frames=min(video.frames, 2**31 - 1) if video else 0,
        seconds=seconds if math.isfinite(seconds) and 0 <= seconds <= 1e9 else 0.0,
        codecs=codecs[:300],
        made_at=by_name.get("creation_time", ""),
        camera=(by_name.get("com.apple.quicktime.model") or by_name.get("com.android.model", "")),
        latitude=latitude,
        longitude=longitude,
        tags=tuple(tags),
    )


def _shown(container: InputContainer, order: Order, facts: Facts) -> tuple[Facts, bytes]:
    stream = container.streams.video[0]
    stream.thread_type = "NONE"
    stream.codec_context.thread_count = 1
    frame = _frame_at(container, stream, order.at_seconds)
    if frame is None:
        reason = "No picture of it could be decoded; its end or its start may be missing."
        return facts.model_copy(update={"reason": reason, "truncated": True}), b""
    if frame.width * frame.height > MAX_PIXELS:
        reason = too_large(frame.width, frame.height)
        return facts.model_copy(update={"outcome": "refused", "reason": reason}), b""
    turned = round(-(frame.rotation or 0) / 90) % 4
    scale = min(1.0, order.max_side / max(frame.width, frame.height))
    width, height = max(1, round(frame.width * scale)), max(1, round(frame.height * scale))
    pixels = frame.to_ndarray(format="rgba", width=width, height=height)
    if turned:
        import numpy as np

        pixels = np.rot90(pixels, k=-turned)
        height, width = pixels.shape[:2]
    update = {"outcome": "shown", "preview_width": width, "preview_height": height}
    return facts.model_copy(update=update), pixels.tobytes()


def _frame_at(container: InputContainer, stream: av.VideoStream, seconds: float) -> av.VideoFrame | None:
    """The first picture, or that at `seconds`: seek to the key frame before, decode on."""
    if seconds > 0:
        container.seek(int(seconds * av.time_base), backward=True)
    last: av.VideoFrame | None = None
    for tried, packet in enumerate(container.demux(stream)):
        if tried > _MOST_TRIED:
            break
        try:
            frames = packet.decode()
        except av.FFmpegError:
            continue
        for frame in frames:
            last = frame
            if frame.time is None or frame.time >= seconds - 0.02:
                return frame
    return last
