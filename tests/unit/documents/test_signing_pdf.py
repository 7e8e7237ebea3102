"""Sealing a PDF: the shown bytes stay a prefix, `pdfsig` of poppler accepts the seal, and no byte can be changed."""

import asyncio
import hashlib
import io
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
import typst
from asn1crypto import pem, tsp
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import PdfSigner

from rvr_console.documents.document_key import DocumentKey
from rvr_console.documents.signing import DocumentStamps, PdfSealer
from rvr_console.domain.sealed_document import (
    SealedDocument,
    SealJob,
    SealLevel,
    Signature,
    SignatureKind,
    begins_with_shown,
    signed_here,
)
from rvr_console.domain.statement import SignaturePlace, SignatureRole
from rvr_console.domain.strokes import MOST_POINTS, checked, points
from rvr_console.errors import (
    EvidenceError,
    KeyStoreError,
    RefusedError,
    ServiceDownError,
    UntrustedInputError,
)
from rvr_console.evidence.document_identity import DocumentIdentity, make_test_identity
from rvr_console.evidence.timestamps import TimestampAuthority
from rvr_console.system.clock import SystemRandomness
from tests.tsa_rig import Tsa

NOW = datetime.now(UTC).replace(microsecond=0)
TYPED = Signature(SignatureKind.TYPED, "Hannah Cole")
DRAWN = Signature(SignatureKind.DRAWN, "Hannah Cole", (((0, 390), (300, 10), (700, 350), (990, 200)),), 4)


class Clock:
    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


@cache
def identity() -> DocumentIdentity:
    return make_test_identity("TEST Force", "desk-07", NOW)


def key() -> DocumentKey:
    made = identity()
    return DocumentKey(made.label, made.private_key, made.chain_pem)


@cache
def shown() -> bytes:
    text = b"#set page(width: 595pt, height: 842pt)\n" + b"#pagebreak()\n".join(
        f"Page {page} of words to be read\n".encode() for page in range(1, 4)
    )
    return typst.compile(text, format="pdf", pdf_standards="a-2b", timestamp=NOW)


def places() -> tuple[SignaturePlace, ...]:
    return tuple(
        SignaturePlace(role, page, left, 40, left + 150, 64)
        for page in range(3)
        for role, left in ((SignatureRole.WITNESS, 60), (SignatureRole.WITNESSED_BY, 260))
    )


def job(signature: Signature = TYPED, at: datetime = NOW) -> SealJob:
    return SealJob(shown(), places(), signature, "PC 2417 A. Bennett", at, at)


def sealed(signature: Signature = TYPED) -> SealedDocument:
    return PdfSealer(key(), Clock(NOW)).seal(job(signature))


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """NSS's folder of trusted certificates, with the test authority alone."""
    folder = tmp_path_factory.mktemp("nss")
    (folder / "authority.pem").write_bytes(identity().authority_pem)
    for arguments in (
        ["-N", "--empty-password"],
        ["-A", "-n", "test", "-t", "CT,C,C", "-i", folder / "authority.pem"],
    ):
        program = shutil.which("certutil")
        assert program, "certutil (libnss3-tools) is part of the test's tools"
        done = [program, *map(str, arguments), "-d", f"sql:{folder}"]
        subprocess.run(done, check=True, capture_output=True, timeout=30, stdin=subprocess.DEVNULL)
    return folder


def pdfsig(trust: Path, data: bytes) -> str:
    program = shutil.which("pdfsig")
    assert program, "pdfsig (poppler-utils) is part of the test's tools"
    path = trust / "looked-at.pdf"
    path.write_bytes(data)
    command = [program, "-nssdir", f"sql:{trust}", str(path)]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=30, stdin=subprocess.DEVNULL
    ).stdout


@pytest.mark.parametrize("signature", [TYPED, DRAWN], ids=["typed", "drawn"])
def test_pdfsig_accepts_the_seal_and_the_shown_bytes_are_its_prefix(
    trust: Path, signature: Signature
) -> None:
    made = sealed(signature)
    told = pdfsig(trust, made.data)
    assert "Signature is Valid." in told
    assert "Certificate is Trusted." in told
    assert "Total document signed" in told
    assert "TEST desk-07" in told
    assert made.data.startswith(shown())
    assert begins_with_shown(made.data, len(shown()), hashlib.sha256(shown()).hexdigest())
    assert (made.level, bool(made.words)) == (SealLevel.B_B, True)


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n"])
def test_each_object_behind_the_shown_bytes_begins_a_line(end: bytes) -> None:
    begun = replace(job(), shown=shown().rstrip() + end)
    made = PdfSealer(key(), Clock(NOW)).seal(begun).data
    assert made.startswith(begun.shown)
    for keyword in re.finditer(rb"[0-9]+ 0 obj\b", made[len(begun.shown) - 2 :]):
        before = made[len(begun.shown) - 2 + keyword.start() - 1 :][:1]
        assert before in (b"\n", b"\r"), made[len(begun.shown) - 9 :][:30]


def test_every_page_carries_both_signatures() -> None:
    reader = PdfFileReader(io.BytesIO(sealed().data))
    for page in range(3):
        marks = [one.get_object() for one in reader.root["/Pages"]["/Kids"][page].get("/Annots", ())]
        said = {str(one["/Contents"]) for one in marks if one["/Subtype"] == "/Stamp"}
        assert said == {"Signed: Hannah Cole", "Witnessed: PC 2417 A. Bennett"}


def test_no_hand_stands_for_another() -> None:
    boxes = tuple(
        SignaturePlace(role, 0, 60, 40 + 30 * place, 210, 64 + 30 * place)
        for place, role in enumerate(SignatureRole)
    )

    def said(reader: str) -> dict[str, str]:
        here = signed_here(boxes, reader, "A. Bennett")
        data = PdfSealer(key(), Clock(NOW)).seal(replace(job(), places=here)).data
        page = PdfFileReader(io.BytesIO(data)).root["/Pages"]["/Kids"][0]
        marks = [one.get_object() for one in page["/Annots"]]
        return {str(one["/NM"]): str(one["/Contents"]) for one in marks if one["/Subtype"] == "/Stamp"}

    witness = dict.fromkeys(("declaration_1", "witness_1", "read_over_1"), "Signed: Hannah Cole")
    officer = {"witnessed_by_1": "Witnessed: PC 2417 A. Bennett"}
    assert said("Sarah Cole, her sister") == witness | officer, "reader and interpreter did not sign"
    assert said("PC Bennett") == witness | officer | {"reader_1": "Read over: PC 2417 A. Bennett"}


@pytest.mark.parametrize("where", ["in the shown pages", "in the signatures", "in the seal"])
def test_pdfsig_refuses_one_changed_byte(trust: Path, where: str) -> None:
    made = bytearray(sealed().data)
    at = {
        "in the shown pages": len(shown()) // 2,
        "in the signatures": len(shown()) + 200,
        "in the seal": made.rindex(b"/Contents <") + 300,
    }[where]
    if where == "in the seal":
        made[at] = ord("0") if made[at] != ord("0") else ord("1")
    else:
        made[at] ^= 1
    assert "Signature is Valid." not in pdfsig(trust, bytes(made))


def test_a_prefix_of_other_pages_is_told() -> None:
    made = sealed().data
    digest = hashlib.sha256(shown()).hexdigest()
    other = bytearray(made)
    other[len(shown()) // 3] ^= 1
    assert not begins_with_shown(bytes(other), len(shown()), digest)
    assert not begins_with_shown(shown(), len(shown()), digest), "nothing behind them: not sealed"
    assert not begins_with_shown(b"", 0, hashlib.sha256(b"").hexdigest())


def test_a_library_that_writes_the_pages_anew_seals_nothing(monkeypatch) -> None:
    """An incremental revision leaves the shown bytes alone; a file that was written afresh says the same and is another."""
    real = PdfSigner.sign_pdf

    def afresh(self, writer, output, **more):
        real(self, writer, output=output, **more)
        data = output.getvalue()
        output.seek(0)
        output.write(data.replace(b"%PDF-1.7", b"%PDF-2.0", 1))

    monkeypatch.setattr(PdfSigner, "sign_pdf", afresh)
    with pytest.raises(EvidenceError, match="did not begin with the pages"):
        PdfSealer(key(), Clock(NOW)).seal(job())


@pytest.mark.parametrize(
    ("days", "words"),
    [(366 * 3, "expired"), (-2, "behind the time")],
)
def test_a_wrong_clock_or_an_old_certificate_seals_nothing(days: int, words: str) -> None:
    with pytest.raises(EvidenceError, match=words) as error:
        PdfSealer(key(), Clock(NOW + timedelta(days=days))).seal(job())
    assert "kept, not yet sealed" in error.value.kept


def test_a_certificate_that_is_not_valid_yet_seals_nothing() -> None:
    early = NOW - timedelta(days=3)
    with pytest.raises(EvidenceError, match="not valid yet"):
        PdfSealer(key(), Clock(early)).seal(job(at=early))


def test_without_a_certificate_nothing_is_sealed() -> None:
    with pytest.raises(EvidenceError, match="no certificate"):
        PdfSealer(None, Clock(NOW)).seal(job())
    damaged = DocumentKey(
        "x", key().private_key, b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    )
    with pytest.raises(EvidenceError, match="cannot be read"):
        PdfSealer(damaged, Clock(NOW)).seal(job())


def test_a_name_in_any_script_is_put_on_the_page() -> None:
    made = sealed(Signature(SignatureKind.TYPED, "洋子 علي Ærøskøbing 𓀀"))
    assert made.data.startswith(shown())


@pytest.fixture(scope="module")
def tsa(tmp_path_factory: pytest.TempPathFactory) -> Tsa:
    made = Tsa(tmp_path_factory.mktemp("tsa"))
    made.make()
    return made


class Post:
    """The authority without a network. made: its answer to a request."""

    def __init__(self, made: Callable[[bytes], bytes]) -> None:
        self.post = made


def stamps(tsa: Tsa, post: Callable[[bytes], bytes] | None = None) -> DocumentStamps:
    authority = TimestampAuthority(Post(post or tsa.answer), tsa.authority_pem)
    return DocumentStamps(authority.answer, authority.trusted_pem)


def revocable() -> DocumentKey:
    """As a force's authority makes them: the certificate says where it would be revoked."""
    root_key, desk_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())

    def certificate(name: str, public: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        names = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        issuer = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "TEST root")])
        begin = x509.CertificateBuilder().subject_name(names).issuer_name(issuer).public_key(public)
        dated = begin.not_valid_before(NOW - timedelta(days=1)).not_valid_after(NOW + timedelta(days=9))
        return dated.serial_number(x509.random_serial_number())

    root = certificate("TEST root", root_key.public_key()).add_extension(
        x509.BasicConstraints(ca=True, path_length=0), critical=True
    )
    where = x509.DistributionPoint(
        [x509.UniformResourceIdentifier("http://127.0.0.1:9/crl")], None, None, None
    )
    leaf = (
        certificate("TEST desk", desk_key.public_key())
        .add_extension(x509.CRLDistributionPoints([where]), critical=False)
        .add_extension(
            x509.KeyUsage(True, True, False, False, False, False, False, False, False), critical=True
        )
    )
    chain = [one.sign(root_key, SHA256()).public_bytes(Encoding.PEM) for one in (leaf, root)]
    private = desk_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return DocumentKey("TEST desk", private, b"".join(chain))


def test_with_a_time_stamp_authority_the_seal_is_b_lt(trust: Path, tsa: Tsa) -> None:
    made = PdfSealer(key(), Clock(datetime.now(UTC)), stamps(tsa)).seal(job())
    assert (made.level, made.words) == (SealLevel.B_LT, "")
    told = pdfsig(trust, made.data)
    assert "Signature is Valid." in told
    assert "Total document signed" in told, "what is added for later checks stands under the seal"
    reader = PdfFileReader(io.BytesIO(made.data))
    assert len(reader.root["/DSS"]["/Certs"]) >= 3
    assert (
        reader.embedded_signatures[0].signer_info["unsigned_attrs"][0]["type"].native
        == "signature_time_stamp_token"
    )


def test_an_authority_that_does_not_answer_leaves_b_b_and_says_so() -> None:
    def down(*_: object) -> bytes:
        raise ServiceDownError("away")

    for answer in (down, lambda *_: b"\x30\x03junk"):
        made = PdfSealer(key(), Clock(NOW), DocumentStamps(answer, identity().authority_pem)).seal(job())
        assert made.level is SealLevel.B_B
        assert "did not answer" in made.words


def test_a_stamp_that_does_not_hold_is_not_called_one(tsa: Tsa) -> None:
    def damaged(request: bytes) -> bytes:
        answer = bytearray(tsa.answer(request))
        answer[-5] ^= 1  # in the authority's signature; the nonce is right
        return bytes(answer)

    def of_something_else(request: bytes) -> bytes:
        asked = tsp.TimeStampReq.load(request)
        asked["message_imprint"]["hashed_message"] = b"\x11" * 32
        return tsa.answer(asked.dump(force=True))

    for post in (damaged, of_something_else):
        made = PdfSealer(key(), Clock(datetime.now(UTC)), stamps(tsa, post)).seal(job())
        assert (made.level, "no time stamp" in made.words) == (SealLevel.B_B, True)


def test_a_certificate_that_can_be_revoked_is_not_b_lt_without_the_proof_that_it_is_not(tsa: Tsa) -> None:
    made = PdfSealer(revocable(), Clock(datetime.now(UTC)), stamps(tsa)).seal(job())
    assert (made.level, "revoked" in made.words) == (SealLevel.B_T, True)


def test_another_desks_certificate_and_a_torn_chain_seal_nothing() -> None:
    other = make_test_identity("TEST Force", "desk-08", NOW)
    leaf = identity().chain_pem.split(b"-----END")[0] + b"-----END CERTIFICATE-----\n"
    for chain, why in (
        (other.chain_pem, "not that of its key"),
        (leaf + other.authority_pem, "does not lead"),
    ):
        with pytest.raises(EvidenceError, match=why):
            PdfSealer(DocumentKey("x", key().private_key, chain), Clock(NOW)).seal(job())


async def test_it_seals_on_a_thread_beside_a_running_loop() -> None:
    made = await asyncio.to_thread(PdfSealer(key(), Clock(NOW)).seal, job())
    assert made.data.startswith(shown())


def test_the_identity_is_kept_sealed() -> None:
    kek, other = bytes(32), bytes([1]) * 32
    kept = identity().to_sealed(kek, SystemRandomness())
    assert identity().private_key not in kept
    assert DocumentIdentity.from_sealed(kept, kek) == identity()
    assert "TEST" in identity().label
    for damaged, device in ((kept, other), (kept[:-9], kek), (b"{}", kek)):
        with pytest.raises(KeyStoreError):
            DocumentIdentity.from_sealed(damaged, device)
    assert len(list(pem.unarmor(identity().chain_pem, multiple=True))) == 2


def test_strokes_none_a_dot_and_a_hundred_thousand_points() -> None:
    for nothing in ([], [[]], [[[5, 5]]], [[[5, 5], [6, 6]], [[7, 7]]]):
        with pytest.raises(RefusedError):
            checked(nothing)
    many = [[[(n * 7) % 1001, (n * 13) % 401] for n in range(100_000)]]
    assert 2 < points(checked(many)) <= MOST_POINTS
    taps = [[[n % 1001, n % 401]] for n in range(5_000)]
    assert 0 < points(checked(taps)) <= MOST_POINTS
    line = [[[n, 100] for n in range(1000)]]
    assert checked(line) == (tuple((n, 100) for n in range(1000)),), "what is small enough stays as it is"
    for outside in ([[[0, 0], [1001, 0]]], [[[0, -1], [90, 90]]], [[[1, 2, 3]]]):
        with pytest.raises(UntrustedInputError):
            checked(outside)
