"""`rvr-console cad-simulator`: a stand-in control room, a program of its own."""

import argparse
import json
import os
import signal
import socket
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from types import FrameType

import uvicorn

from rvr_console.cad_simulator.book import Book, utc_now
from rvr_console.cad_simulator.change_bell import ChangeBell
from rvr_console.cad_simulator.database import Database
from rvr_console.cad_simulator.http_app import Control, build_app
from rvr_console.cad_simulator.many_incidents import many_incidents
from rvr_console.cad_simulator.sample_day import sample_day
from rvr_console.errors import KnownError, RefusedError
from rvr_console.wire.listening import listen

TOKEN_VARIABLE = "RVR_CAD_TOKEN"  # noqa: S105 - the variable's name, not a token
MIN_TOKEN = 16
_BACKLOG = 128


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="rvr-console cad-simulator",
        description="A stand-in for the control room's command and control system (CAD). Invented incidents only.",
        epilog=f"Desks show a token: at least {MIN_TOKEN} characters, from the variable {TOKEN_VARIABLE} or --token-file.",
    )
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default: this machine only)"
    )
    parser.add_argument(
        "--port", type=int, default=8082, help="0 takes a free one; the ready line tells which"
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of its database; kept between runs")
    parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same day")
    parser.add_argument(
        "--day", choices=("sample", "empty"), default="sample", help="what an empty book starts with"
    )
    parser.add_argument(
        "--generate", type=int, default=0, metavar="N", help="also N made-up incidents, if empty"
    )
    parser.add_argument("--token-file", type=Path, help="file with the token, readable by its owner only")
    return parser


def _token(file: Path | None) -> str:
    """The token that desks must show. Raises RefusedError: there is none, or others could read it."""
    todo = f"Set {TOKEN_VARIABLE} or --token-file to at least {MIN_TOKEN} characters."
    token = os.environ.get(TOKEN_VARIABLE, "")
    if file is not None:
        try:
            if os.name == "posix" and file.stat().st_mode & 0o077:
                raise RefusedError("Others can read the token file.", todo=f"chmod 600 {file}")
            token = file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise RefusedError(f"The token file {file} cannot be read.", todo=todo) from error
    if len(token) < MIN_TOKEN or not token.isascii() or not token.isprintable():
        raise RefusedError("There is no usable token for the desks.", todo=todo)
    return token


class _Server(uvicorn.Server):
    """Prints the ready line once it really answers, and lets waiting desks go at the end."""

    def __init__(self, config: uvicorn.Config, bell: ChangeBell, ready: dict[str, object]) -> None:
        super().__init__(config)
        self._bell = bell
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            sys.stdout.write(json.dumps(self._ready) + "\n")
            sys.stdout.flush()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._bell.close()
        await super().shutdown(sockets)


def _serve(options: argparse.Namespace, token: str, listener: socket.socket) -> None:
    database = Database(options.data)
    worker = ThreadPoolExecutor(1, "book")
    try:
        book = Book(database)
        if book.health().incidents == 0:
            now = utc_now()
            day = sample_day(now, options.seed) if options.day == "sample" else iter(())
            book.fill(chain(day, many_incidents(now, options.seed, options.generate)))
        bell = ChangeBell()
        ready: dict[str, object] = {
            "ready": "cad-simulator",
            "host": options.host,
            "port": listener.getsockname()[1],
            "incidents": book.health().incidents,
            "sample": True,
        }
        config = uvicorn.Config(
            build_app(Control(book, database, bell, worker), token),
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            limit_concurrency=256,
            timeout_graceful_shutdown=2,
        )
        _Server(config, bell, ready).run(sockets=[listener])
    finally:
        worker.shutdown()
        database.close()


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main(argv: Sequence[str]) -> int:
    """Serve until SIGINT or SIGTERM. argv: without the program's name. 0 ended well, 1 disk trouble, 2 wrongly called."""
    options = _parser().parse_args(list(argv))
    signal.signal(signal.SIGTERM, _stop)  # the server raises the signal again once it has ended in good order
    try:
        token = _token(options.token_file)
        listener = listen(options.host, options.port, _BACKLOG)
    except RefusedError as error:
        sys.stderr.write(f"cad-simulator: {error.in_words()}\n")
        return 2
    with listener:
        try:
            _serve(options, token, listener)
        except KnownError as error:
            sys.stderr.write(f"cad-simulator: {error.in_words()}\n")
            return 1
        except KeyboardInterrupt:
            return 0
    return 0
