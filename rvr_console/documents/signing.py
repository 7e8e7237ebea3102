"""Sealing a shown PDF: its bytes stay as they are, and behind them come the visible signatures and the desk's PAdES signature.

ETSI EN 319 142-1 (PAdES) by pyHanko, written as incremental revisions (ISO 32000-1, 7.5.6).
"""

import asyncio
import io
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from asn1crypto import keys, pem, tsp, x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_der_private_key
from cryptography.x509 import load_der_x509_certificate as load_der
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_signer import DSSContentSettings, SigDSSPlacementPreference
from pyhanko.sign.timestamps import TimeStamper, TimestampRequestError
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError, ValidationError
from pyhanko_certvalidator.registry import SimpleCertificateStore

from rvr_console.documents.signature_marks import MarkPages, mark_key, mark_pages, officer_does
from rvr_console.domain.ports import Clock
from rvr_console.domain.sealed_document import SealedDocument, SealJob, SealLevel
from rvr_console.domain.statement import SignaturePlace
from rvr_console.errors import EvidenceError, ServiceDownError

_KEPT = "The signed statement is kept, not yet sealed."
_ROUNDING = timedelta(minutes=2)
_PRINT_LOCKED = 4 | 128  # ISO 32000-1, table 165
_SIGNATURE_ROOM, _STAMP_ROOM = 4096, 24 * 1024
_NO_STAMP = "The time-stamp authority did not answer with a stamp that holds, so there is no time stamp."
_NOT_LASTING = "Whether the certificates are revoked could not be kept with it, so it is not PAdES B-LT."
_NO_AUTHORITY = "No time-stamp authority is configured, so there is no time stamp."


@dataclass(frozen=True, slots=True)
class DocumentKey:
    """The desk's identity for documents. private_key: PKCS #8, DER. chain_pem: leaf first, up to the authority."""

    label: str
    private_key: bytes = field(repr=False)
    chain_pem: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class DocumentStamps:
    """The configured time-stamp authority. answer: TimeStampReq (DER), its SHA-256 and nonce to TimeStampResp (DER).

    It verifies what it gives back, for the library embeds whatever comes; raises ServiceDownError.
    """

    answer: Callable[[bytes, bytes, int], bytes]
    trusted_pem: bytes


class _Stamper(TimeStamper):
    def __init__(self, stamps: DocumentStamps) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # the library's class says no types
        self._stamps = stamps

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        imprint, nonce = req["message_imprint"]["hashed_message"].native, req["nonce"].native
        answer = await asyncio.to_thread(self._stamps.answer, req.dump(), imprint, nonce)
        try:
            return tsp.TimeStampResp.load(answer, strict=True)
        except (ValueError, TypeError) as error:
            raise TimestampRequestError("unreadable answer") from error


class PdfSealer:
    """Implements domain.sealed_document.DocumentSealer. key: None where the desk has no certificate for documents."""

    def __init__(self, key: DocumentKey | None, clock: Clock, stamps: DocumentStamps | None = None) -> None:
        self._key, self._clock, self._stamps = key, clock, stamps
        self._ready: tuple[SealJob, MarkPages] | None = None

    def prepare(self, job: SealJob) -> None:
        self._ready = (job, mark_pages(job))

    def seal(self, job: SealJob) -> SealedDocument:
        """Blocking. Raises EvidenceError: nothing is sealed, what was signed is kept and can be sealed later."""
        key, now = self._key, self._clock.now()
        if key is None:
            raise _not_now("This desk has no certificate for sealing documents.")
        chain = _chain(key)
        _check_times(chain, now, job.not_before)
        ready = self._ready
        marks = ready[1] if ready is not None and ready[0] == job else mark_pages(job)
        words = "" if self._stamps is not None else _NO_AUTHORITY
        if self._stamps is not None:
            try:
                data = _sealed(job, marks, key, chain, self._stamps)
                if _lasts(data):
                    return SealedDocument(data, SealLevel.B_LT, now, key.label)
                return SealedDocument(data, SealLevel.B_T, now, key.label, _NOT_LASTING)
            except (ServiceDownError, TimestampRequestError, PathError, ValidationError):
                words = _NO_STAMP
        return SealedDocument(_sealed(job, marks, key, chain, None), SealLevel.B_B, now, key.label, words)


def _not_now(what: str) -> EvidenceError:
    return EvidenceError(what, kept=_KEPT, todo="Tell IT; the console seals it as soon as it can.")


def _certificates(chain_pem: bytes) -> list[x509.Certificate]:
    try:
        return [x509.Certificate.load(der) for _, _, der in pem.unarmor(chain_pem, multiple=True)]
    except (ValueError, TypeError) as error:
        raise _not_now("The desk's certificate for documents cannot be read.") from error


def _chain(key: DocumentKey) -> list[x509.Certificate]:
    chain = _certificates(key.chain_pem)
    if not chain:
        raise _not_now("This desk has no certificate for sealing documents.")
    try:
        mine = load_der_private_key(key.private_key, None).public_key()
        named = load_der(chain[0].dump()).public_key()
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _not_now("The desk's key for documents cannot be read.") from error
    if mine != named:
        raise _not_now("The desk's certificate for documents is not that of its key.")
    try:
        for one, issuer in itertools.pairwise(chain):
            load_der(one.dump()).verify_directly_issued_by(load_der(issuer.dump()))
    except (InvalidSignature, ValueError, TypeError) as error:
        raise _not_now("The desk's certificate for documents does not lead to its authority.") from error
    return chain


def _lasts(data: bytes) -> bool:
    """Whether everything to check it later is kept with it: what says that a certificate can be revoked needs the proof that it is not."""
    kept = DocumentSecurityStore.read_dss(PdfFileReader(io.BytesIO(data)))
    can_be_revoked = any(one.crl_distribution_points or one.ocsp_urls for one in kept.load_certs())
    return bool(kept.ocsps or kept.crls) or not can_be_revoked


def _check_times(chain: list[x509.Certificate], now: datetime, not_before: datetime) -> None:
    """A signature with a wrong time, or by a certificate that is not valid, is worse than one that comes later."""
    if now < not_before - _ROUNDING:
        raise _not_now("This computer's clock is wrong: it is behind the time when the statement was shown.")
    for certificate in chain:
        if now > certificate.not_valid_after:
            raise _not_now("The desk's certificate for documents has expired, or the clock is wrong.")
        if now < certificate.not_valid_before:
            raise _not_now("The desk's certificate for documents is not valid yet, or the clock is wrong.")


def _sealed(
    job: SealJob,
    marks: MarkPages,
    key: DocumentKey,
    chain: list[x509.Certificate],
    stamps: DocumentStamps | None,
) -> bytes:
    try:
        # In a thread of its own there is no running loop, which pyHanko needs to make one.
        writer = IncrementalPdfFileWriter(io.BytesIO(job.shown))
        _put_marks(writer, job, marks)
        registry = SimpleCertificateStore()
        registry.register_multiple(chain[1:])
        signer = SimpleSigner(chain[0], keys.PrivateKeyInfo.load(key.private_key), registry)
        metadata = PdfSignatureMetadata(
            field_name="Desk",
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            name=key.label,
            reason="Signed in a video call, witnessed and sealed by the desk",
            embed_validation_info=stamps is not None,
            # In the signed revision: behind it, programs would say that the seal does not cover the whole file.
            dss_settings=DSSContentSettings(
                include_vri=False, placement=SigDSSPlacementPreference.TOGETHER_WITH_SIGNATURE
            ),
            validation_context=None if stamps is None else _context(chain, stamps),
        )
        out = io.BytesIO()
        PdfSigner(metadata, signer, timestamper=_Stamper(stamps) if stamps else None).sign_pdf(
            writer, output=out, bytes_reserved=_room(chain, stamps)
        )
    except (PdfError, SigningError, ValueError, KeyError) as error:
        raise _not_now("The statement's PDF could not be sealed.") from error
    data = out.getvalue()
    if not data.startswith(job.shown):
        raise _not_now("The sealed file did not begin with the pages as they were shown.")
    return data


def _room(chain: list[x509.Certificate], stamps: DocumentStamps | None) -> int:
    """Hexadecimal digits kept free for the signature. Said here, so that the library need not sign twice to measure it."""
    return 2 * (sum(len(one.dump()) for one in chain) + _SIGNATURE_ROOM + (_STAMP_ROOM if stamps else 0))


def _context(chain: list[x509.Certificate], stamps: DocumentStamps) -> ValidationContext:
    roots = [*chain[-1:], *_certificates(stamps.trusted_pem)]
    return ValidationContext(trust_roots=roots, other_certs=chain[1:], allow_fetching=False)


def _put_marks(writer: IncrementalPdfFileWriter, job: SealJob, marks: MarkPages) -> None:
    """As annotations: they are drawn the same whatever the page's own content leaves behind."""
    imported: dict[int, generic.IndirectObject] = {}
    source = PdfFileReader(io.BytesIO(marks.pdf))
    for place in job.places:
        page = marks.page_of[mark_key(place)]
        if page not in imported:
            imported[page] = writer.import_page_as_xobject(source, page_ix=page)
        does = officer_does(place)
        said = f"{does}: {job.witnessed_by}" if does else f"Signed: {job.signature.name}"
        _annotate(writer, place, imported[page], said)


def _annotate(
    writer: IncrementalPdfFileWriter, place: SignaturePlace, form: generic.IndirectObject, said: str
) -> None:
    page_ref, _ = writer.find_page_for_modification(place.page)
    annotation = generic.DictionaryObject(
        {
            generic.pdf_name("/Type"): generic.pdf_name("/Annot"),
            generic.pdf_name("/Subtype"): generic.pdf_name("/Stamp"),
            generic.pdf_name("/Rect"): generic.ArrayObject([generic.FloatObject(c) for c in place.box]),
            generic.pdf_name("/F"): generic.NumberObject(_PRINT_LOCKED),
            generic.pdf_name("/NM"): generic.TextStringObject(place.field_name),
            generic.pdf_name("/Contents"): generic.TextStringObject(said),
            generic.pdf_name("/AP"): generic.DictionaryObject({generic.pdf_name("/N"): form}),
        }
    )
    writer.register_annotation(page_ref, writer.add_object(annotation))
