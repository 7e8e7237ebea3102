"""Taps in the path of the encoded frames: copy, hand on, nothing else.

The engine runs a transform on our event loop, in the media path: what blocks here freezes the call, more than 60 unread
frames are dropped, and an exception that leaves the loop stops the track for good while the connection says "connected".
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from rvr_console.media.track_order import TapFrame

_LOG = logging.getLogger(__name__)
# the engine's receive time (wall clock) is believed if it lies this little before now
_MAX_QUEUED_MS = 2000.0


class Transformer(Protocol):
    """The engine's pair of streams (`RTCRtpScriptTransformer`)."""

    @property
    def readable(self) -> Any: ...
    @property
    def writable(self) -> Any: ...


@dataclass(slots=True)
class TapCounts:
    """What passed a tap. faults: frames that could not be handed on because of an error of ours."""

    passed: int = 0
    faults: int = 0


async def tap_main(
    transformer: Transformer,
    hand_on: Callable[[Any], None],
    counts: TapCounts,
    ended: tuple[type[Exception], ...],
) -> None:
    """The body of a transform's worker: pass every frame on, give each to `hand_on` first.

    ended: the engine's exceptions that say that the transform was removed. This is a process main of its own: whatever
    `hand_on` raises is counted and logged once, and the frame goes on to the decoder or the network all the same.
    """
    writer = transformer.writable.get_writer()
    try:
        async for frame in transformer.readable:
            try:
                hand_on(frame)
            except Exception:  # main of the tap: one bad frame must not stop the track
                counts.faults += 1
                if counts.faults == 1:
                    _LOG.exception("A tap could not hand on a frame; the call goes on")
            counts.passed += 1
            await writer.write(frame)
    except ended:
        return


def copied(frame: Any, *, video: bool, received: bool) -> TapFrame:
    """A copy of an engine frame as values. Must be called before the frame is written on."""
    metadata = frame.get_metadata()
    now_ns = time.monotonic_ns()
    if received and metadata.receive_time is not None:
        waited_ms = time.time() * 1000.0 - metadata.receive_time
        if 0.0 <= waited_ms < _MAX_QUEUED_MS:
            now_ns -= int(waited_ms * 1_000_000)
    order = metadata.frame_id if video else (metadata.sequence_number if received else None)
    return TapFrame(
        order=order,
        rtp_timestamp=(metadata.rtp_timestamp or 0) & 0xFFFFFFFF,
        received_ns=now_ns,
        key=frame.type == "key" if video else True,
        width=min(metadata.width or 0, 65535) if video else 0,
        height=min(metadata.height or 0, 65535) if video else 0,
        data=bytes(frame.data),
    )
