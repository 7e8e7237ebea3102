"""HTTP for the gateway: uvicorn's protocol over httptools, with a limit to what comes without being a body.

httptools takes a body in with one copy where h11 makes three: two thirds of the work for an upload. It sets no limit to the
head of a request, to the lines between the chunks of a body, or to what follows the last one, so that is done here.
"""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_LIMIT = 64 * 1024
"""Bytes, as h11 has it; one reading of the socket (256 KiB) may go beyond."""


class BoundedHttp(HttpToolsProtocol):
    """One connection. Closed without an answer once more than HEAD_LIMIT bytes came that belong to no body."""

    _bare = 0

    def data_received(self, data: bytes) -> None:
        self._bare += len(data)
        super().data_received(data)
        if self._bare > HEAD_LIMIT and not self.transport.is_closing():
            self.transport.abort()

    def on_body(self, body: bytes) -> None:
        self._bare = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._bare = 0
        super().on_message_complete()
