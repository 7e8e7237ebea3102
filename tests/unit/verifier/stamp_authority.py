"""A local time-stamp authority (RFC 3161) of OpenSSL's own making, for tests."""

import subprocess
from pathlib import Path

CONFIG = """
[req]
distinguished_name = name
x509_extensions = extensions
prompt = no
[name]
CN = TEST STAMP AUTHORITY
[extensions]
basicConstraints = critical,CA:false
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[tsa]
default_tsa = ours
[ours]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
certs = {folder}/tsa.pem
signer_key = {folder}/tsa.key
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
signer_digest = sha256
"""


class StampAuthority:
    def __init__(self, folder: Path) -> None:
        self.folder, self.certificate = folder, folder / "tsa.pem"
        (folder / "tsa.cnf").write_text(CONFIG.format(folder=folder))
        (folder / "serial").write_text("01\n")
        self._run(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
            "-config", "tsa.cnf", "-keyout", "tsa.key", "-out", "tsa.pem",
        )  # fmt: skip

    def _run(self, *arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, capture_output=True)

    def stamp(self, data: bytes, digest: str = "sha256") -> bytes:
        """The whole answer (TimeStampResp, DER)."""
        (self.folder / "data").write_bytes(data)
        self._run("ts", "-query", "-data", "data", f"-{digest}", "-cert", "-out", "query.tsq")
        self._run("ts", "-reply", "-config", "tsa.cnf", "-section", "ours", "-queryfile", "query.tsq", "-out", "reply.tsr")  # fmt: skip
        return (self.folder / "reply.tsr").read_bytes()
