"""Whether certificates are revoked: asked of a real server with certificates made here, kept in the seal, checked again without any network."""

import asyncio
import io
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from asn1crypto import pem
from asn1crypto import x509 as asn1
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.dss import DocumentSecurityStore

sys.path.insert(0, str(Path(__file__).parent))

from test_signing_pdf import NOW, Clock, Post, job

from rvr_console.app.signing_parts import SealingParts, pdf_sealer
from rvr_console.documents.document_key import DocumentKey
from rvr_console.documents.revocation_http import CRL_LIMIT, HttpRevocation
from rvr_console.documents.signing import DocumentStamps, PdfSealer
from rvr_console.domain.sealed_document import SealedDocument, SealLevel
from rvr_console.errors import EvidenceError, ServiceDownError
from rvr_console.evidence.document_identity import DocumentIdentity
from rvr_console.evidence.timestamps import TimestampAuthority
from rvr_console.settings import load_settings
from tests.pki_rig import DAY, HUGE, Authority, KnowsRevoked

SHORT = 0.4
OK = 200


class Force:
    """A force's own authority with a desk's certificate and a time-stamp authority, and the server that says which are revoked."""

    def __init__(self, folder: Path, *, answers: bool = True) -> None:
        """answers: whether certificates name a responder beside the list."""
        self.server = KnowsRevoked()
        where = self.server.address
        asked = (f"{where}/ocsp", f"{where}/desks.ocsp") if answers else ("", "")
        self.root = Authority(crl=f"{where}/crl", ocsp=asked[0])
        self.desk_authority = Authority(
            "TEST desks", crl=f"{where}/desks.crl", ocsp=asked[1], above=self.root
        )
        self.desk = self.desk_authority.issue("TEST desk 7")
        self.tsa = self.root.tsa(folder)
        self.stamping = asn1.Certificate.load(pem.unarmor((folder / "tsa.pem").read_bytes())[2]).serial_number
        self.works()

    @property
    def key(self) -> DocumentKey:
        chain = self.desk.pem + self.desk_authority.pem + self.root.pem
        return DocumentKey("TEST desk 7", self.desk.pkcs8, chain)

    def works(self) -> None:
        from cryptography.x509 import load_pem_x509_certificate

        by_root = [
            self.desk_authority.certificate,
            load_pem_x509_certificate((self.tsa.folder / "tsa.pem").read_bytes()),
        ]
        roots = {one.serial_number: one for one in by_root}
        desks = {self.desk.certificate.serial_number: self.desk.certificate}
        self.server.reply = {
            "/crl": lambda _: (OK, {}, self.root.list_of_revoked()),
            "/ocsp": lambda asked: (OK, {}, self.root.answer(asked, roots)),
            "/desks.crl": lambda _: (OK, {}, self.desk_authority.list_of_revoked()),
            "/desks.ocsp": lambda asked: (OK, {}, self.desk_authority.answer(asked, desks)),
        }

    def stamps(self) -> DocumentStamps:
        authority = TimestampAuthority(Post(self.tsa.answer), self.tsa.authority_pem)
        return DocumentStamps(authority.answer, authority.trusted_pem)

    def sealer(self, *, asks: bool = True, seconds: float = 5.0) -> PdfSealer:
        source = HttpRevocation() if asks else None
        return PdfSealer(self.key, Clock(datetime.now(UTC)), self.stamps(), source, seconds=seconds)

    def seal(self, **how: object) -> SealedDocument:
        return self.sealer(**how).seal(job())  # type: ignore[arg-type]


def pdfsig_trusts(force: Force, folder: Path, data: bytes) -> str:
    """As somebody else's program sees it, with the force's root alone. It asks a responder itself where one is named, and says "unknown issue"."""
    (folder / "root.pem").write_bytes(force.root.pem)
    (folder / "sealed.pdf").write_bytes(data)
    told = ""
    for program, *arguments in (
        ("certutil", "-N", "--empty-password", "-d", f"sql:{folder}"),
        (
            "certutil",
            "-A",
            "-n",
            "root",
            "-t",
            "CT,C,C",
            "-i",
            str(folder / "root.pem"),
            "-d",
            f"sql:{folder}",
        ),
        ("pdfsig", "-nssdir", f"sql:{folder}", str(folder / "sealed.pdf")),
    ):
        found = shutil.which(program)
        assert found, "certutil (libnss3-tools) and pdfsig (poppler-utils) are part of the test's tools"
        told = subprocess.run(
            [found, *arguments],
            capture_output=True,
            text=True,
            check=True,
            timeout=30,
            stdin=subprocess.DEVNULL,
        ).stdout
    return told


@pytest.fixture
def force(tmp_path: Path) -> Iterator[Force]:
    made = Force(tmp_path / "tsa")
    yield made
    made.server.stop()


def holds_offline(force: Force, data: bytes) -> bool:
    """By pyHanko's validator from the file and the root alone; each certificate must be proved not to be revoked."""
    reader = PdfFileReader(io.BytesIO(data))
    root = asn1.Certificate.load(pem.unarmor(force.root.pem)[2])
    context = DocumentSecurityStore.read_dss(reader).as_validation_context(
        {"trust_roots": [root], "revocation_mode": "require", "allow_fetching": False}
    )
    told = asyncio.run(async_validate_pdf_signature(reader.embedded_signatures[0], context))
    return bool(told.bottom_line)


def proofs(data: bytes) -> tuple[int, int]:
    kept = DocumentSecurityStore.read_dss(PdfFileReader(io.BytesIO(data)))
    return len(kept.crls), len(kept.ocsps)


def test_answers_of_the_responder_are_kept_and_the_seal_holds_without_a_network(
    force: Force, tmp_path: Path
) -> None:
    made = force.seal()
    assert (made.level, made.words) == (SealLevel.B_LT, "")
    assert proofs(made.data) == (0, 3), "desk, its authority, the time-stamp authority"
    force.server.stop()
    assert holds_offline(force, made.data)
    told = pdfsig_trusts(force, tmp_path, made.data)
    assert "Signature is Valid." in told
    assert "Total document signed" in told


def test_certificates_that_name_a_list_alone_give_the_same(tmp_path: Path) -> None:
    force = Force(tmp_path / "tsa", answers=False)
    made = force.seal()
    force.server.stop()
    assert (made.level, proofs(made.data)) == (SealLevel.B_LT, (2, 0))
    assert holds_offline(force, made.data)
    told = pdfsig_trusts(force, tmp_path, made.data)
    for line in ("Signature is Valid.", "Certificate is Trusted.", "Total document signed"):
        assert line in told


def test_a_list_of_two_is_asked_for_once(force: Force) -> None:
    del force.server.reply["/ocsp"]
    assert force.seal().level is SealLevel.B_LT
    assert force.server.asked.count("/crl") == 1


def test_lists_do_where_the_responder_fails(force: Force) -> None:
    for place in ("/ocsp", "/desks.ocsp"):
        force.server.reply[place] = lambda _: (500, {}, b"")
    made = force.seal()
    assert (made.level, proofs(made.data)) == (SealLevel.B_LT, (2, 0))
    force.server.stop()
    assert holds_offline(force, made.data)


def nothing(force: Force) -> None:
    force.server.stop()


def all_places(force: Force, answer: tuple[int, dict[str, str], bytes] | None) -> None:
    for place in force.server.reply:
        force.server.reply[place] = lambda _: answer


def foreign(force: Force) -> None:
    """Signed by somebody else, who also says that the desk is revoked."""
    key = ec.generate_private_key(ec.SECP256R1())
    serial = force.desk.certificate.serial_number
    for one, place in ((force.root, ""), (force.desk_authority, "desks")):
        one.revoked.add(serial)
        made = one.list_of_revoked(key=key)
        force.server.reply[f"/{place}.crl" if place else "/crl"] = lambda _, made=made: (OK, {}, made)
    known = {serial: force.desk.certificate}
    force.server.reply["/desks.ocsp"] = lambda asked: (
        OK,
        {},
        force.desk_authority.answer(asked, known, key=key),
    )


def stale(force: Force) -> None:
    known = {force.desk.certificate.serial_number: force.desk.certificate}
    force.server.reply["/desks.ocsp"] = lambda asked: (
        OK, {}, force.desk_authority.answer(asked, known, age=DAY)
    )  # fmt: skip
    force.server.reply["/desks.crl"] = lambda _: (OK, {}, force.desk_authority.list_of_revoked(age=DAY))


def replayed(force: Force) -> None:
    known = {force.desk.certificate.serial_number: force.desk.certificate}
    force.server.reply["/desks.ocsp"] = lambda asked: (
        OK, {}, force.desk_authority.answer(asked, known, nonce=b"n" * 16)
    )  # fmt: skip
    del force.server.reply["/desks.crl"]


def redirected(force: Force) -> None:
    """To the very answer, elsewhere: a place that is asked is one that a certificate names."""
    for place, reply in list(force.server.reply.items()):
        force.server.reply[f"/other{place}"] = reply
        where = {"Location": f"{force.server.address}/other{place}"}
        force.server.reply[place] = lambda _, where=where: (302, where, b"")


BAD = {
    "nobody there": nothing,
    "500": lambda force: all_places(force, (500, {}, b"")),
    "garbage": lambda force: all_places(force, (OK, {}, b"\x30\x82\x01\x00junk")),
    "empty": lambda force: all_places(force, (OK, {}, b"")),
    "never answers": lambda force: all_places(force, None),
    "100 MB": lambda force: all_places(
        force, (OK, {"Content-Length": str(HUGE)}, b"\0" * (CRL_LIMIT + 65536))
    ),
    "packed": lambda force: all_places(force, (OK, {"Content-Encoding": "gzip"}, b"\x1f\x8b")),
    "signed by another": foreign,
    "run out": stale,
    "an old answer again": replayed,
    "redirects": redirected,
}


@pytest.mark.parametrize("bad", list(BAD))
def test_who_does_not_answer_well_costs_the_level_and_nothing_else(force: Force, bad: str) -> None:
    BAD[bad](force)
    made = force.seal(seconds=SHORT if bad == "never answers" else 5.0)
    assert made.level is SealLevel.B_T
    assert "revoked could not be kept with it" in made.words
    assert proofs(made.data) in ((0, 0), (0, 2)), "what does not hold is not kept"
    assert not any(place.startswith("/other") for place in force.server.asked)


@pytest.mark.parametrize("by", ["answer", "list"])
@pytest.mark.parametrize("whose", ["desk", "authority of desks"])
def test_a_revoked_certificate_seals_nothing(force: Force, by: str, whose: str) -> None:
    if by == "list":
        del force.server.reply["/ocsp"], force.server.reply["/desks.ocsp"]
    issuer, one = (
        (force.desk_authority, force.desk.certificate)
        if whose == "desk"
        else (force.root, force.desk_authority.certificate)
    )
    issuer.revoked.add(one.serial_number)
    with pytest.raises(EvidenceError, match="has been revoked: Common Name: TEST desk") as refused:
        force.seal()
    assert "kept, not yet sealed" in refused.value.kept
    force.works()
    issuer.revoked.clear()
    assert force.seal().level is SealLevel.B_LT


def test_a_revoked_time_stamp_authority_gives_no_time_stamp(force: Force) -> None:
    force.root.revoked.add(force.stamping)
    made = force.seal()
    assert (made.level, "authority's certificate has been revoked" in made.words) == (SealLevel.B_B, True)


def test_one_certificate_without_proof_is_enough_for_less(force: Force) -> None:
    del force.server.reply["/desks.ocsp"], force.server.reply["/desks.crl"]
    made = force.seal()
    assert (made.level, proofs(made.data)) == (SealLevel.B_T, (0, 2))


def test_a_force_can_switch_it_off(force: Force) -> None:
    made = force.seal(asks=False)
    assert (made.level, force.server.asked) == (SealLevel.B_T, [])
    assert "does not ask" in made.words


@pytest.mark.parametrize("asks", [True, False])
def test_the_setting_decides_whether_anybody_is_asked(force: Force, tmp_path: Path, asks: bool) -> None:
    (tmp_path / "settings.toml").write_text(f"ask_revocation = {str(asks).lower()}")
    settings = load_settings(tmp_path / "settings.toml", tmp_path / "none")
    identity = DocumentIdentity("TEST desk 7", force.desk.pkcs8, force.key.chain_pem)
    parts = SealingParts(identity, None, Clock(NOW), ask_revocation=settings.ask_revocation)
    pdf_sealer(parts).seal(job())
    assert bool(force.server.asked) is asks


def test_without_a_time_stamp_authority_a_revoked_desk_is_refused_too(force: Force) -> None:
    sealer = PdfSealer(force.key, Clock(NOW), None, HttpRevocation())
    assert sealer.seal(job()).level is SealLevel.B_B
    force.desk_authority.revoked.add(force.desk.certificate.serial_number)
    with pytest.raises(EvidenceError, match="has been revoked"):
        sealer.seal(job())


@pytest.mark.parametrize(
    "url",
    ["", "ldap://ca.example/x", "file:///etc/passwd", "ftp://127.0.0.1/", "http://", "http://u:p@127.0.0.1/", "http://[::1", "http://a..b:99999/", "http://\u0130\u0130\ud800/"],
)  # fmt: skip
def test_only_web_addresses_are_asked(url: str) -> None:
    with pytest.raises(ServiceDownError):
        HttpRevocation().crl(url, 1.0)


def test_a_certificate_for_digital_signatures_alone_seals_as_well(force: Force) -> None:
    """Some authorities do not set "content commitment"; without a time stamp such a key always sealed."""
    force.desk = force.desk_authority.issue("TEST desk 7", ExtendedKeyUsageOID.EMAIL_PROTECTION)
    force.works()
    assert force.seal().level is SealLevel.B_LT
