"""Sealing a shown PDF: its bytes stay as they are, and behind them come the visible signatures and the desk's PAdES signature.

ETSI EN 319 142-1 (PAdES) by pyHanko, written as incremental revisions (ISO 32000-1, 7.5.6).
"""

import asyncio
import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from asn1crypto import keys, tsp, x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_signer import DSSContentSettings, SigDSSPlacementPreference
from pyhanko.sign.timestamps import TimeStamper, TimestampRequestError
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError, ValidationError
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.registry import SimpleCertificateStore

from rvr_console.documents.document_key import (
    DocumentKey,
    certificates,
    chain_of,
    check_against,
    check_times,
    is_behind,
    not_now,
)
from rvr_console.documents.revocation import Proofs, RevocationDesk, RevocationSource
from rvr_console.documents.signature_marks import MarkPages, mark_key, mark_pages, officer_does
from rvr_console.domain.ports import Clock
from rvr_console.domain.sealed_document import SealedDocument, SealJob, SealLevel
from rvr_console.domain.statement import SignaturePlace
from rvr_console.errors import ServiceDownError

_PRINT_LOCKED = 4 | 128  # ISO 32000-1, table 165
_SIGNATURE_ROOM, _STAMP_ROOM = 4096, 24 * 1024
_REVOCATION_SECONDS = 10.0
_NO_STAMP = "The time-stamp authority did not answer with a stamp that holds, so there is no time stamp."
_STAMP_REVOKED = "The time-stamp authority's certificate has been revoked, so there is no time stamp."
_NOT_LASTING = "Whether the certificates are revoked could not be kept with it, so it is not PAdES B-LT."
_NOT_ASKED = "This desk does not ask whether certificates are revoked, so it is not PAdES B-LT."
# Not every authority sets "content commitment".
_MAY_SIGN = KeyUsageConstraints(
    key_usage={"non_repudiation", "digital_signature"}, match_all_key_usages=False
)
_BEHIND = "This computer's clock is wrong: it is behind the time when the statement was shown."
_AHEAD = "This computer's clock was ahead when the pages were shown."
_NO_AUTHORITY = "No time-stamp authority is configured, so there is no time stamp."


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
    """Implements domain.sealed_document.DocumentSealer. key: None where the desk has no certificate for documents.

    source: whom to ask whether certificates are revoked; None where a force switched that off.
    """

    def __init__(
        self,
        key: DocumentKey | None,
        clock: Clock,
        stamps: DocumentStamps | None = None,
        source: RevocationSource | None = None,
        *,
        seconds: float = _REVOCATION_SECONDS,
    ) -> None:
        self._key, self._clock, self._stamps = key, clock, stamps
        self._source, self._seconds = source, seconds
        self._ready: tuple[SealJob, MarkPages] | None = None

    def prepare(self, job: SealJob) -> None:
        self._ready = (job, mark_pages(job))

    def seal(self, job: SealJob) -> SealedDocument:
        """Blocking. Raises EvidenceError: nothing is sealed, what was signed is kept and can be sealed later."""
        key, now = self._key, self._clock.now()
        if key is None:
            raise not_now("This desk has no certificate for sealing documents.")
        chain = chain_of(key)
        behind = is_behind(now, job.not_before)
        if behind and self._stamps is None:
            raise not_now(_BEHIND)
        check_times(chain, now)
        desk = RevocationDesk(self._source, self._seconds)
        proofs = desk.proofs(chain)
        if proofs.revoked:
            raise not_now(f"The desk's certificate for documents has been revoked: {proofs.revoked}.")
        ready = self._ready
        marks = ready[1] if ready is not None and ready[0] == job else mark_pages(job)
        words = _NO_AUTHORITY
        if self._stamps is not None:
            try:
                stamping = _stamping(self._stamps, chain, proofs, desk)
                if stamping is not None:
                    check_against(now, stamping.at)
                    made = self._stamped(_sealed(job, marks, key, chain, stamping), stamping)
                    return replace(made, words=f"{made.words} {_AHEAD}".strip()) if behind else made
                words = _STAMP_REVOKED
            except (ServiceDownError, TimestampRequestError, PathError, ValidationError):
                words = _NO_STAMP
        if behind:
            raise not_now(_BEHIND)
        return SealedDocument(_sealed(job, marks, key, chain, None), SealLevel.B_B, now, key.label, words)

    def _stamped(self, data: bytes, stamping: "_Stamping") -> SealedDocument:
        now, by = self._clock.now(), self._key.label if self._key else ""
        if _lasts(data, stamping.roots):
            return SealedDocument(data, SealLevel.B_LT, now, by)
        words = _NOT_LASTING if self._source is not None else _NOT_ASKED
        return SealedDocument(data, SealLevel.B_T, now, by, words)


@dataclass(frozen=True, slots=True)
class _Stamping:
    """roots: of the desk's and of the authority's certificates. proofs: of both, verified. at: by the authority's clock, a moment ago."""

    stamper: _Stamper
    at: datetime
    roots: list[x509.Certificate]
    proofs: Proofs


def _stamping(
    stamps: DocumentStamps, chain: list[x509.Certificate], proofs: Proofs, desk: RevocationDesk
) -> _Stamping | None:
    """None: the authority's certificate is revoked. Raises ServiceDownError, TimestampRequestError, PathError, ValidationError: no stamp that holds."""
    stamper, roots = _Stamper(stamps), [*chain[-1:], *certificates(stamps.trusted_pem)]
    context = ValidationContext(trust_roots=roots, allow_fetching=False, crls=[], ocsps=[])
    for path in asyncio.run(_paths(stamper, context)):
        proofs += desk.proofs([*path.iter_certs(include_root=True)][::-1])
    token = asyncio.run(stamper.async_dummy_response("sha256"))
    at: datetime = token["content"]["encap_content_info"]["content"].parsed["gen_time"].native
    return None if proofs.revoked else _Stamping(stamper, at, roots, proofs)


async def _paths(stamper: _Stamper, context: ValidationContext) -> list[ValidationPath]:
    """Of the certificates that come with a first stamp, which the library asks for anyway."""
    found = stamper.validation_paths(context)  # type: ignore[no-untyped-call]  # the library says no types here
    return [path async for path in found]


def _lasts(data: bytes, roots: list[x509.Certificate]) -> bool:
    """Whether everything to check it later is kept with it: what says that it can be revoked must be proved not to be, from the file alone."""
    reader = PdfFileReader(io.BytesIO(data))
    try:
        kept = DocumentSecurityStore.read_dss(reader).as_validation_context(
            {"trust_roots": roots, "revocation_mode": "hard-fail", "allow_fetching": False}
        )
        signature = reader.embedded_signatures[-1]
        told = asyncio.run(
            async_validate_pdf_signature(signature, kept, skip_diff=True, key_usage_settings=_MAY_SIGN)
        )
    except (PdfError, SignatureValidationError, PathError, ValidationError, ValueError):
        return False
    return bool(told.bottom_line)


def _sealed(
    job: SealJob,
    marks: MarkPages,
    key: DocumentKey,
    chain: list[x509.Certificate],
    stamping: _Stamping | None,
) -> bytes:
    try:
        # In a thread of its own there is no running loop, which pyHanko needs to make one.
        writer = IncrementalPdfFileWriter(io.BytesIO(job.shown + _line_end(job.shown)))
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
            signer_key_usage=set(),  # _MAY_SIGN is looked at with the rest of the sealed file
            embed_validation_info=stamping is not None,
            # In the signed revision: behind it, programs would say that the seal does not cover the whole file.
            dss_settings=DSSContentSettings(
                include_vri=False, placement=SigDSSPlacementPreference.TOGETHER_WITH_SIGNATURE
            ),
            validation_context=None if stamping is None else _context(chain, stamping),
        )
        out = io.BytesIO()
        PdfSigner(metadata, signer, timestamper=stamping.stamper if stamping else None).sign_pdf(
            writer, output=out, bytes_reserved=_room(chain, stamped=stamping is not None)
        )
    except (PdfError, SigningError, ValueError, KeyError) as error:
        raise not_now("The statement's PDF could not be sealed.") from error
    data = out.getvalue()
    if not data.startswith(job.shown):
        raise not_now("The sealed file did not begin with the pages as they were shown.")
    return data


def _line_end(shown: bytes) -> bytes:
    """Typst ends a file with "%%EOF" and no more; the first object behind must begin a line (ISO 32000-1, 7.5.6; ISO 19005-2, 6.1.9)."""
    return b"" if shown.endswith((b"\n", b"\r")) else b"\n"


def _room(chain: list[x509.Certificate], *, stamped: bool) -> int:
    """Hexadecimal digits kept free for the signature. Said here, so that the library need not sign twice to measure it."""
    return 2 * (sum(len(one.dump()) for one in chain) + _SIGNATURE_ROOM + (_STAMP_ROOM if stamped else 0))


def _context(chain: list[x509.Certificate], stamping: _Stamping) -> ValidationContext:
    """With what was verified and nothing else; the library itself asks nobody."""
    return ValidationContext(
        trust_roots=stamping.roots,
        other_certs=chain[1:],
        crls=stamping.proofs.crls,
        ocsps=stamping.proofs.ocsps,
        allow_fetching=False,
    )


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
