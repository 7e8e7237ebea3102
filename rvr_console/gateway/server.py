"""The gateway's web application.

FastAPI on uvicorn: a relay of small messages needs no more, and both are read by many.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from fastapi import FastAPI, Request, Response, WebSocket

from rvr_console.gateway.join_page import JoinPage, headers
from rvr_console.gateway.link_store import LinkStore
from rvr_console.gateway.rooms import Rooms
from rvr_console.gateway.sockets import host_of, serve_desk, serve_page
from rvr_console.gateway.upload_routes import UploadRoutes
from rvr_console.gateway.upload_store import UploadStore
from rvr_console.gateway.uploads import Uploads
from rvr_console.wire.desk_messages import Authority

_EXPIRE_EVERY_S = 1.0


async def _expire(rooms: Rooms) -> None:
    while True:
        await asyncio.sleep(_EXPIRE_EVERY_S)
        rooms.expire()


def make_app(
    page: JoinPage, authority: Authority, store: LinkStore, files: UploadStore, *, tls: bool
) -> FastAPI:
    """The application; the stores stay the caller's. tls: whether people reach it over https."""
    rooms = Rooms(store)
    uploads = Uploads(files, rooms)

    def common(request: Request) -> dict[str, str]:
        return headers(host_of(request.headers), tls=tls, script_source=page.script_source)

    @contextlib.asynccontextmanager
    async def life(_app: FastAPI) -> AsyncIterator[None]:
        keepers = [asyncio.create_task(_expire(rooms)), asyncio.create_task(uploads.keep_tidy())]
        try:
            yield
        finally:
            for keeper in keepers:
                keeper.cancel()
            uploads.shut()
            rooms.shut()

    app = FastAPI(lifespan=life, docs_url=None, redoc_url=None, openapi_url=None)

    @app.websocket("/ws/page")
    async def phone(socket: WebSocket) -> None:
        await serve_page(socket, rooms)

    @app.websocket("/ws/desk")
    async def desk(socket: WebSocket) -> None:
        await serve_desk(socket, rooms, authority, uploads)

    UploadRoutes(uploads, common).add_to(app)

    @app.api_route("/{path:path}", methods=["GET", "HEAD"])
    async def static(request: Request) -> Response:
        """A file of the page. A GET never touches a link: message previews and scanners send GETs."""
        file = page.files.get(request.url.path)
        if file is None:
            return Response("Not found\n", 404, common(request), "text/plain; charset=utf-8")
        return Response(file.data, 200, common(request), file.content_type)

    return app
