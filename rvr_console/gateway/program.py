"""`rvr-console gateway`: the program."""

import argparse
import hashlib
import json
import signal
import socket
import ssl
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

import uvicorn

from rvr_console.errors import KnownError, RefusedError, StorageError
from rvr_console.gateway.http_door import BoundedHttp
from rvr_console.gateway.join_page import JoinPage, read_pages
from rvr_console.gateway.link_store import LinkStore
from rvr_console.gateway.server import make_app
from rvr_console.gateway.upload_store import UploadStore
from rvr_console.logs import start_logging
from rvr_console.wire.desk_messages import Authority
from rvr_console.wire.gateway_messages import MAX_FRAME
from rvr_console.wire.listening import listen

_PRINT_HASH = "--print-page-hash"
_BACKLOG = 256


def _parser(*, serves: bool) -> argparse.ArgumentParser:
    """serves: whether it is to run, and so needs its folder and authority."""
    parser = argparse.ArgumentParser(
        prog="rvr-console gateway",
        description="Serves the victim's page and relays sealed signalling. It can read neither calls nor messages.",
        epilog="Prints one JSON line with its port once it answers. Ends with 0, or 1 (disk), or 2 (wrongly called).",
    )
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default: this machine only)"
    )
    parser.add_argument(
        "--port", type=int, default=8081, help="0 takes a free one; the ready line tells which"
    )
    parser.add_argument("--data", type=Path, required=serves, help="folder of its database, journal and key")
    parser.add_argument(
        "--authority", type=Path, required=serves, help="PEM: the force's authority for desks"
    )
    parser.add_argument("--pages", type=Path, required=True, help="folder of the victim's page")
    parser.add_argument(
        _PRINT_HASH,
        action="store_true",
        help="print the hash of the page in --pages as it would be served, and each file's",
    )
    parser.add_argument(
        "--tls-certificate", type=Path, help="PEM chain; without it the gateway speaks plain HTTP"
    )
    parser.add_argument("--tls-key", type=Path, help="PEM key of the TLS certificate")
    parser.add_argument(
        "--behind-proxy",
        metavar="ADDRESS",
        help="trust X-Forwarded-For and -Proto from this proxy alone, which ends TLS",
    )
    return parser


def _page(options: argparse.Namespace) -> JoinPage:
    """Raises KnownError in plain words."""
    if not options.pages.is_dir():
        raise RefusedError(f"There is no folder {options.pages} with the victim's page.")
    return read_pages(options.pages)


def _print_hash(options: argparse.Namespace) -> int:
    """The page's hash on the first line, then "<SHA-256>  <path>" for each file, as sha256sum writes it."""
    try:
        page = _page(options)
    except KnownError as error:
        sys.stderr.write(f"gateway: {error.in_words()}\n")
        return 2
    lines = [f"{hashlib.sha256(file.data).hexdigest()}  {path}" for path, file in sorted(page.files.items())]
    sys.stdout.write("\n".join([page.hash, *lines]) + "\n")
    return 0


def _read_inputs(options: argparse.Namespace) -> tuple[Authority, JoinPage]:
    """Raises KnownError in plain words."""
    try:
        pem = options.authority.read_bytes()
    except OSError as error:
        raise RefusedError(f"The authority's file {options.authority} cannot be read.") from error
    if bool(options.tls_certificate) != bool(options.tls_key):
        raise RefusedError("TLS needs both --tls-certificate and --tls-key.")
    return Authority.from_pem(pem), _page(options)


class _Server(uvicorn.Server):
    """Prints the ready line once it really answers."""

    def __init__(self, config: uvicorn.Config, ready: dict[str, object]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            sys.stdout.write(json.dumps(self._ready) + "\n")
            sys.stdout.flush()


def _serve(
    options: argparse.Namespace, authority: Authority, page: JoinPage, listener: socket.socket
) -> None:
    tls = bool(options.tls_certificate)
    ready: dict[str, object] = {
        "ready": "gateway",
        "host": options.host,
        "port": listener.getsockname()[1],
        "tls": tls,
        "page_hash": page.hash,
    }
    store = LinkStore(options.data)
    files = UploadStore(options.data / "uploads")
    config = uvicorn.Config(
        make_app(page, authority, store, files, tls=tls or bool(options.behind_proxy)),
        http=BoundedHttp,
        ws="websockets-sansio",
        ws_max_size=MAX_FRAME,
        ws_max_queue=32,
        ws_ping_interval=None,  # our own heartbeat runs both ways
        ws_per_message_deflate=False,  # nothing here compresses, and bombs do not either
        lifespan="on",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=bool(options.behind_proxy),
        forwarded_allow_ips=options.behind_proxy or "",
        limit_concurrency=2_000,
        timeout_graceful_shutdown=2,
        ssl_certfile=options.tls_certificate,
        ssl_keyfile=options.tls_key,
    )
    try:
        _Server(config, ready).run(sockets=[listener])
    finally:
        files.close()
        store.close()


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main(argv: Sequence[str]) -> int:
    """Serve until SIGINT or SIGTERM. argv: without the program's name. 0 ended well, 1 disk trouble, 2 wrongly called."""
    options = _parser(serves=_PRINT_HASH not in argv).parse_args(list(argv))
    if options.print_page_hash:
        return _print_hash(options)
    start_logging()
    signal.signal(signal.SIGTERM, _stop)  # the server raises the signal again once it has ended in good order
    try:
        authority, page = _read_inputs(options)
        listener = listen(options.host, options.port, _BACKLOG)
    except KnownError as error:
        sys.stderr.write(f"gateway: {error.in_words()}\n")
        return 2
    with listener:
        try:
            _serve(options, authority, page, listener)
        except (StorageError, ssl.SSLError, OSError) as error:
            words = error.in_words() if isinstance(error, KnownError) else f"It cannot go on: {error}."
            sys.stderr.write(f"gateway: {words}\n")
            return 1
        except KeyboardInterrupt:
            return 0
    return 0
