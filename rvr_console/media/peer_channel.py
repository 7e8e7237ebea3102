"""The data channel that the peer opened: bounded both ways. Knows the channel only by what it does, not by its class."""

import time
from collections.abc import Callable
from typing import Any

from pydantic import BaseModel

from rvr_console.wire import media_messages as wire

MESSAGES_PER_SECOND, BYTES_PER_SECOND = 200, 1024 * 1024
_BUFFERED_MOST = 1024 * 1024


class PeerChannel:
    """Tells of the opening and of each message; a flood closes the channel."""

    def __init__(self, channel: Any, epoch: int, tell: Callable[[BaseModel], None]) -> None:
        self._channel = channel
        self._epoch = epoch
        self._tell = tell
        self._window, self._count, self._bytes = 0.0, 0, 0
        self._label = "".join(c for c in channel.label[:64] if c.isprintable())
        channel.binary_type = "arraybuffer"
        channel.on("message", self._arrived)
        if channel.ready_state == "open":
            self._opened()
        else:
            channel.on("open", self._opened)

    def send(self, content: bytes, *, text: bool = False) -> bool:
        """False if the channel is not open or its buffer is full. May raise the engine's errors."""
        if self._channel.ready_state != "open" or self._channel.buffered_amount > _BUFFERED_MOST:
            return False
        self._channel.send(content.decode(errors="replace") if text else content)
        return True

    def _opened(self, _event: Any = None) -> None:
        self._tell(wire.DataChannelOpen(epoch=self._epoch, label=self._label))

    def _arrived(self, event: Any) -> None:
        untrusted = event.data.encode() if isinstance(event.data, str) else bytes(event.data)
        now = time.monotonic()
        if now - self._window > 1.0:
            self._window, self._count, self._bytes = now, 0, 0
        self._count += 1
        self._bytes += len(untrusted)
        if self._count > MESSAGES_PER_SECOND or self._bytes > BYTES_PER_SECOND:
            if self._channel.ready_state == "open":  # what was on its way still comes: told once
                self._channel.close()
                self._tell(wire.SessionFault(epoch=self._epoch, reason="data_flood"))
        elif len(untrusted) > wire.MAX_DATA_BYTES:
            self._tell(wire.SessionFault(epoch=self._epoch, reason="data_refused"))
        else:
            self._tell(wire.DataMessage(epoch=self._epoch, payload=wire.encode_payload(untrusted)))
