"""The core protocol of tus 1.0 (with expiration and termination) over uploads that the desk expects, and GET by Range for the desk."""

import re
from collections.abc import Awaitable, Callable, Mapping
from email.utils import formatdate

from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse
from starlette.requests import ClientDisconnect

from rvr_console.errors import StorageError
from rvr_console.gateway.upload_store import KEPT_S, Upload, UploadRefusedError
from rvr_console.gateway.uploads import BusyError, UnavailableError, Uploads
from rvr_console.wire.upload_sealing import LARGEST_SEALED

_ID = re.compile(r"[0-9a-f]{32}\Z")
_NUMBER = re.compile(r"\d{1,15}\Z")
_RANGE = re.compile(r"bytes=(\d{1,15})-\Z")
_TUS = {"Tus-Resumable": "1.0.0"}
_CONFLICT = {"gone": 409, "too_large": 413, "quota": 413, "full": 507}


def _number(request: Request, name: str) -> int | None:
    text = request.headers.get(name, "")
    return int(text) if _NUMBER.match(text) else None


class UploadRoutes:
    """common: the headers that every answer of the gateway carries."""

    def __init__(self, uploads: Uploads, common: Callable[[Request], Mapping[str, str]]) -> None:
        self._uploads, self._common = uploads, common

    def add_to(self, app: FastAPI) -> None:
        methods = ["OPTIONS", "HEAD", "PATCH", "DELETE", "GET"]
        app.add_api_route("/files/{upload_id}", self.serve, methods=methods, include_in_schema=False)

    async def serve(self, request: Request) -> Response:
        act = {"HEAD": self._head, "PATCH": self._patch, "DELETE": self._delete, "GET": self._get}.get(
            request.method
        )
        if act is None:
            more = {
                "Tus-Version": "1.0.0",
                "Tus-Extension": "expiration,termination",
                "Tus-Max-Size": str(LARGEST_SEALED),
            }
            return self._answer(request, 204, more)
        try:
            return await self._checked(request, act)
        except UnavailableError:
            return self._answer(request, 404)
        except BusyError:
            return self._answer(request, 429, {"Retry-After": "2"})
        except UploadRefusedError as refused:
            return self._answer(request, _CONFLICT[refused.reason])
        except StorageError:
            return self._answer(request, 507)
        except ClientDisconnect:
            return self._answer(request, 400)

    async def _checked(
        self, request: Request, act: Callable[[Request, Upload], Awaitable[Response]]
    ) -> Response:
        upload_id = request.path_params["upload_id"]
        if not _ID.match(upload_id):
            raise UnavailableError("There is no such upload.")
        tus = request.method in {"HEAD", "PATCH"}
        bearer = request.headers.get("authorization", "")
        address = request.client.host if request.client else ""
        upload = await self._uploads.find(upload_id, bearer, address, writes=tus)
        if tus and request.headers.get("tus-resumable") != "1.0.0":
            return self._answer(request, 412, {"Tus-Version": "1.0.0"})
        if upload.dropped and request.method != "DELETE":
            return self._answer(request, 410)
        return await act(request, upload)

    def _answer(self, request: Request, status: int, more: Mapping[str, str] | None = None) -> Response:
        return Response(None, status, {**self._common(request), **_TUS, **(more or {})})

    @staticmethod
    def _facts(upload: Upload) -> dict[str, str]:
        return {
            "Upload-Offset": str(upload.held),
            "Upload-Length": str(upload.size),
            "Upload-Expires": formatdate(upload.begun_at + KEPT_S, usegmt=True),
        }

    async def _head(self, request: Request, upload: Upload) -> Response:
        return self._answer(request, 200, self._facts(await self._uploads.current(upload)))

    async def _patch(self, request: Request, upload: Upload) -> Response:
        if request.headers.get("content-type") != "application/offset+octet-stream":
            return self._answer(request, 415)
        offset, length = _number(request, "upload-offset"), _number(request, "content-length")
        upload = await self._uploads.current(upload)
        if offset is None or offset != upload.held:
            return self._answer(request, 409 if offset is not None else 400)
        # Before a byte of it is read.
        if length is not None and offset + length > upload.size:
            return self._answer(request, 413)
        written = await self._uploads.write(upload, offset, request.stream())
        return self._answer(request, 204, self._facts(written))

    async def _delete(self, request: Request, upload: Upload) -> Response:
        await self._uploads.drop(upload)
        return self._answer(request, 204)

    async def _get(self, request: Request, upload: Upload) -> Response:
        """What is held from the Range's start on; 416 when there is nothing after it yet."""
        match = _RANGE.match(request.headers.get("range", "bytes=0-"))
        start = int(match[1]) if match else -1
        if not 0 <= start < upload.held:
            return self._answer(request, 416, self._facts(upload))
        more = {
            "Content-Range": f"bytes {start}-{upload.held - 1}/{upload.size}",
            "Content-Length": str(upload.held - start),
        }
        headers = {**self._common(request), **self._facts(upload), **more}
        pieces = self._uploads.read(upload, start, upload.held)
        return StreamingResponse(pieces, 206, headers, "application/octet-stream")
