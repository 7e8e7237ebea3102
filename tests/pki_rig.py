"""An authority made in the test, with certificates that say where they would be revoked, and the server that knows which are: lists (CRL) and answers (OCSP)."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from tests.tsa_rig import CONFIG, Tsa

DAY = timedelta(days=1)
HUGE = 100 * 1024 * 1024


def pem_key(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


@dataclass
class Issued:
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def pkcs8(self) -> bytes:
        return self.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


@dataclass
class Authority:
    """crl, ocsp: addresses that its certificates name, "" for none. revoked: serial numbers."""

    name: str = "TEST root"
    crl: str = ""
    ocsp: str = ""
    above: "Authority | None" = None
    revoked: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        by = self.above or self
        self.certificate = by.signed(self.name, self.key.public_key(), authority=True)

    def signed(
        self,
        name: str,
        public: ec.EllipticCurvePublicKey,
        *,
        authority: bool = False,
        usage: x509.ObjectIdentifier | None = None,
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        made = x509.CertificateBuilder().subject_name(_name(name)).issuer_name(_name(self.name))
        made = made.public_key(public).serial_number(x509.random_serial_number())
        made = made.not_valid_before(now - DAY).not_valid_after(now + 400 * DAY)
        made = made.add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        signs = (False, False, True, True) if authority else (True, True, False, False)
        digital, lasting, certificates, lists = signs
        made = made.add_extension(
            x509.KeyUsage(
                digital, lasting and usage is None, False, False, False, certificates, lists, False, False
            ),
            critical=True,
        )
        made = made.add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        mine = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        made = made.add_extension(mine, critical=False)
        if usage is not None:
            made = made.add_extension(x509.ExtendedKeyUsage([usage]), critical=True)
        if self.crl and name != self.name:
            point = x509.DistributionPoint([x509.UniformResourceIdentifier(self.crl)], None, None, None)
            made = made.add_extension(x509.CRLDistributionPoints([point]), critical=False)
        if self.ocsp and name != self.name:
            where = x509.AccessDescription(
                AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(self.ocsp)
            )
            made = made.add_extension(x509.AuthorityInformationAccess([where]), critical=False)
        return made.sign(self.key, SHA256())

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    def issue(self, name: str, usage: x509.ObjectIdentifier | None = None) -> Issued:
        key = ec.generate_private_key(ec.SECP256R1())
        return Issued(self.signed(name, key.public_key(), usage=usage), key)

    def list_of_revoked(
        self, *, age: timedelta = timedelta(0), key: ec.EllipticCurvePrivateKey | None = None
    ) -> bytes:
        """age: so long ago it ran out; key: another one that signs it."""
        until = datetime.now(UTC) - age if age else datetime.now(UTC) + DAY
        made = x509.CertificateRevocationListBuilder().issuer_name(_name(self.name))
        made = made.last_update(until - 2 * DAY).next_update(until)
        for serial in self.revoked:
            one = x509.RevokedCertificateBuilder().serial_number(serial)
            made = made.add_revoked_certificate(one.revocation_date(datetime.now(UTC) - DAY).build())
        return made.sign(key or self.key, SHA256()).public_bytes(Encoding.DER)

    def answer(
        self, asked: bytes, of: dict[int, x509.Certificate], *, key: ec.EllipticCurvePrivateKey | None = None,
        nonce: bytes | None = None, age: timedelta = timedelta(0),
    ) -> bytes:  # fmt: skip
        request = ocsp.load_der_ocsp_request(asked)
        known = of.get(request.serial_number)
        if known is None:
            return ocsp.OCSPResponseBuilder.build_unsuccessful(
                ocsp.OCSPResponseStatus.UNAUTHORIZED
            ).public_bytes(Encoding.DER)
        revoked = request.serial_number in self.revoked
        until = datetime.now(UTC) - age if age else datetime.now(UTC) + DAY
        made = ocsp.OCSPResponseBuilder().add_response(
            known, self.certificate, SHA1(),
            ocsp.OCSPCertStatus.REVOKED if revoked else ocsp.OCSPCertStatus.GOOD,
            until - 2 * DAY, until, datetime.now(UTC) - DAY if revoked else None, None,
        )  # fmt: skip
        made = made.responder_id(ocsp.OCSPResponderEncoding.HASH, self.certificate)
        asked_with = [one.value.nonce for one in request.extensions if isinstance(one.value, x509.OCSPNonce)]
        if said := nonce or (asked_with[0] if asked_with else b""):
            made = made.add_extension(x509.OCSPNonce(said), critical=False)
        return made.sign(key or self.key, SHA256()).public_bytes(Encoding.DER)

    def tsa(self, folder: Path) -> Tsa:
        """A time-stamp authority with a certificate of this one."""
        folder.mkdir(parents=True)
        made = self.issue("TEST time stamps", ExtendedKeyUsageOID.TIME_STAMPING)
        (folder / "serial").write_text("01\n")
        (folder / "tsa.cnf").write_text(CONFIG.format(folder=folder, name="TEST time stamps"))
        (folder / "tsa.pem").write_bytes(made.pem)
        (folder / "tsa.key").write_bytes(pem_key(made.key))
        (folder / "ca.pem").write_bytes(self.pem)
        return Tsa(folder)


class KnowsRevoked:
    """Answers on this machine: `reply[path]` makes status, headers and body; None never answers until `stop`."""

    def __init__(self) -> None:
        self.reply: dict[str, Callable[[bytes], tuple[int, dict[str, str], bytes] | None]] = {}
        self.asked: list[str] = []
        self._over = threading.Event()
        rig = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                rig.asked.append(self.path)
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                given = rig.reply.get(self.path, lambda _body: (404, {}, b""))(body)
                if given is None:
                    rig._over.wait(30)
                    return
                status, headers, answer = given
                self.send_response(status)
                for header, value in ({"Content-Length": str(len(answer))} | headers).items():
                    self.send_header(header, value)
                self.end_headers()
                try:
                    self.wfile.write(answer)
                except OSError:
                    return  # who asked had enough

            do_POST = do_GET

            def log_message(self, *_: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    def stop(self) -> None:
        self._over.set()
        self._server.shutdown()
        self._thread.join(5)
        self._server.server_close()
