"""The simulator's HTTP interface: JSON only, a bearer token on every call, bodies limited in size and time."""

import asyncio
import functools
import hmac
import json
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TypeVar

from fastapi import FastAPI, Request, Response
from pydantic import BaseModel, TypeAdapter, ValidationError
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send

from rvr_console.cad_simulator import new_incidents
from rvr_console.cad_simulator.book import Book, utc_now
from rvr_console.cad_simulator.change_bell import ChangeBell
from rvr_console.cad_simulator.database import Database
from rvr_console.errors import ServiceDownError, StorageError, UntrustedInputError
from rvr_console.wire.cad_messages import (
    MAX_ACT_BYTES,
    MAX_WAIT_SECONDS,
    ActLog,
    ActMessage,
    Collar,
    DutyMessage,
    FaultMessage,
    NewIncidentMessage,
    RefusalCode,
    RefusedMessage,
)

BODY_SECONDS = 10.0
_Result = TypeVar("_Result")
_Body = TypeVar("_Body", bound=BaseModel)
_COLLAR: TypeAdapter[str] = TypeAdapter(Collar)


@dataclass(frozen=True, slots=True)
class Control:
    """What the routes need. worker: one thread, the only user of the book while the program serves."""

    book: Book
    database: Database
    bell: ChangeBell
    worker: Executor

    async def ask(self, work: Callable[[], _Result]) -> _Result:
        return await asyncio.get_running_loop().run_in_executor(self.worker, work)


class TokenGate:
    """Answers 401 to whoever does not show the token, before anything else is looked at."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._expected = f"Bearer {token}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        shown = dict(scope.get("headers", ())).get(b"authorization", b"")
        if scope["type"] == "http" and not hmac.compare_digest(shown, self._expected):
            await _fault(401, "CAD does not accept this key.")(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _json(status: int, message: BaseModel) -> Response:
    return Response(message.model_dump_json(exclude_none=True), status, media_type="application/json")


def _fault(status: int, words: str) -> Response:
    return _json(status, FaultMessage(fault=words))


async def _read(request: Request, kind: type[_Body]) -> _Body:
    """The body as a message. Raises UntrustedInputError: too large, not of this kind; ServiceDownError: cut off, too slow."""
    untrusted_body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.stream():
                untrusted_body += chunk
                if len(untrusted_body) > MAX_ACT_BYTES:
                    raise UntrustedInputError("The message is too large for CAD.")
        return kind.model_validate_json(bytes(untrusted_body))
    except (TimeoutError, ClientDisconnect) as error:
        raise ServiceDownError("The message did not arrive in full.") from error
    except ValidationError as error:
        # Names of fields only: values may be personal data and do not belong in an error.
        fields = ", ".join(sorted({".".join(str(p) for p in e["loc"])[:60] for e in error.errors()})[:5])
        raise UntrustedInputError(f"CAD does not understand the message: {fields or 'not JSON'}.") from error


def _answer(message: BaseModel) -> Response:
    if not isinstance(message, RefusedMessage):
        return _json(200, message)
    return _json(404 if message.code is RefusalCode.UNKNOWN_INCIDENT else 409, message)


def build_app(control: Control, token: str) -> ASGIApp:
    """The whole interface as an ASGI application."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    _add_reading(app, control)
    _add_writing(app, control)

    async def refuse_input(_: Request, error: Exception) -> Response:
        return _fault(422, str(error))

    async def ask_again(_: Request, error: Exception) -> Response:
        return _fault(503, str(error))

    app.add_exception_handler(UntrustedInputError, refuse_input)
    app.add_exception_handler(StorageError, ask_again)
    app.add_exception_handler(ServiceDownError, ask_again)
    return TokenGate(app, token)


def _number(request: Request, name: str, top: float) -> float:
    """A query parameter between 0 and top, 0 when missing. Raises UntrustedInputError."""
    untrusted = request.query_params.get(name, "0")
    try:
        value = float(untrusted) if len(untrusted) < 20 else -1.0
    except ValueError:
        value = -1.0
    if not 0 <= value <= top:
        raise UntrustedInputError(f"CAD does not understand {name}.")
    return value


def _add_reading(app: FastAPI, control: Control) -> None:
    book = control.book

    @app.get("/health")
    async def health() -> Response:
        return _json(200, await control.ask(book.health))

    @app.get("/incidents")
    async def incidents(request: Request) -> Response:
        since = int(_number(request, "since", 2**53))
        wait = _number(request, "wait", MAX_WAIT_SECONDS)
        look = functools.partial(book.page, since, request.query_params.get("book"))
        seen = control.bell.rings
        page = await control.ask(look)
        if wait and page.endswith(b'"incidents":[]}') and not control.bell.closed:
            await control.bell.wait(seen, wait)
            page = await control.ask(look)
        return Response(page, media_type="application/json")

    @app.get("/incidents/{reference:path}/acts")
    async def acts(reference: str) -> Response:
        found = await control.ask(functools.partial(book.log, reference))
        if found is None:
            return _fault(404, "CAD has no such incident.")
        return _json(200, ActLog(reference=found[0], acts=found[1]))

    @app.get("/incidents/{reference:path}")
    async def incident(reference: str) -> Response:
        found = await control.ask(functools.partial(book.incident, reference))
        return _fault(404, "CAD has no such incident.") if found is None else _json(200, found)


def _add_writing(app: FastAPI, control: Control) -> None:
    book = control.book

    @app.post("/incidents/{reference:path}/acts")
    async def act(reference: str, request: Request) -> Response:
        message = await _read(request, ActMessage)
        answer = await control.ask(functools.partial(book.act, reference, message))
        await control.bell.ring()
        return _answer(answer)

    @app.post("/incidents")
    async def create(request: Request) -> Response:
        message = await _read(request, NewIncidentMessage)
        work = functools.partial(new_incidents.create, control.database, message, utc_now())
        answer = await control.ask(work)
        await control.bell.ring()
        return _answer(answer)

    @app.post("/officers/{collar}/duty")
    async def duty(collar: str, request: Request) -> Response:
        message = await _read(request, DutyMessage)
        try:
            officer = _COLLAR.validate_python(collar)
        except ValidationError as error:
            raise UntrustedInputError("That is not an officer number.") from error
        await control.ask(functools.partial(book.set_duty, officer, message))
        return Response(json.dumps({"outcome": "applied"}), media_type="application/json")
