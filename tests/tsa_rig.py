"""A real time-stamp authority: the `openssl ts` command behind a small HTTP server on this machine."""

import shutil
import subprocess
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

CONFIG = """
[req]
distinguished_name = dn
prompt = no
[dn]
O = TEST Force
CN = {name}
[ca]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign, cRLSign
[tsa_ext]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[tsa]
default_tsa = tsa1
[tsa1]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
"""


def openssl(*arguments: str | Path, cwd: Path | None = None, data: bytes = b"") -> bytes:
    program = shutil.which("openssl")
    assert program, "the openssl command is part of the test's tools"
    done = subprocess.run(
        [program, *map(str, arguments)], input=data, capture_output=True, check=False, cwd=cwd
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


@dataclass
class Tsa:
    """mode: "good", "down" (503), "garbage", "huge", "other" (answers for something else), "html"."""

    folder: Path
    mode: str = "good"
    asked: list[bytes] = field(default_factory=list)

    def make(self, name: str = "TEST time stamps") -> None:
        folder = self.folder
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "serial").write_text("01\n")
        for part, title in (("ca", f"TEST root of {name}"), ("tsa", name)):
            (folder / f"{part}.cnf").write_text(CONFIG.format(folder=folder, name=title))
        key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "3650")
        openssl("req", "-x509", *key, "-config", folder / "ca.cnf", "-extensions", "ca",
                "-keyout", folder / "ca.key", "-out", folder / "ca.pem")  # fmt: skip
        openssl("req", "-x509", *key, "-config", folder / "tsa.cnf", "-extensions", "tsa_ext",
                "-CA", folder / "ca.pem", "-CAkey", folder / "ca.key",
                "-keyout", folder / "tsa.key", "-out", folder / "tsa.pem")  # fmt: skip

    @property
    def authority_pem(self) -> bytes:
        return (self.folder / "ca.pem").read_bytes()

    def answer(self, query: bytes) -> bytes:
        (self.folder / "query.tsq").write_bytes(query)
        openssl("ts", "-reply", "-config", self.folder / "tsa.cnf", "-section", "tsa1",
                "-queryfile", self.folder / "query.tsq", "-out", self.folder / "reply.tsr")  # fmt: skip
        return (self.folder / "reply.tsr").read_bytes()

    def start(self) -> str:
        """The address; the server runs until `stop`."""
        tsa = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                query = self.rfile.read(int(self.headers["Content-Length"]))
                tsa.asked.append(query)
                status, kind, body = tsa.reply(query)
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), name="tsa", daemon=True
        )
        self._thread.start()
        return f"http://127.0.0.1:{self._server.server_port}/tsa"

    def reply(self, query: bytes) -> tuple[int, str, bytes]:
        kind = "application/timestamp-reply"
        match self.mode:
            case "down":
                return 503, "text/plain", b"later"
            case "garbage":
                return 200, kind, b"\x30\x82\xff\xff" + query
            case "huge":
                return 200, kind, bytes(1 << 20)
            case "html":
                return 200, "text/html", self.answer(query)
            case "other":
                other = self.folder / "other.tsq"
                openssl("ts", "-query", "-sha256", "-cert", "-out", other, "-data", self.folder / "serial")
                return 200, kind, self.answer(other.read_bytes())
            case "refusing":
                return (
                    200,
                    kind,
                    self.answer(
                        query.replace(
                            bytes.fromhex("0609608648016503040201"), bytes.fromhex("0609608648016503040203")
                        )
                    ),
                )
        return 200, kind, self.answer(query)

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
