"""Sealing a statement against pyHanko alone on the same PDF: `python benchmarks/statement_sealing.py`. Wanted: at most 1.5 times.

Ours: signatures of witness and officer on each of ten pages, then the desk's PAdES B-B. Alone: the same PAdES B-B and no more. The signatures are drawn
while the officer reaches for "Seal statement", as in the console; what that costs is told beside.
"""

import io
import json
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime

import typst
from asn1crypto import keys, pem, x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko_certvalidator.registry import SimpleCertificateStore

from rvr_console.documents.document_key import DocumentKey
from rvr_console.documents.signing import PdfSealer
from rvr_console.domain.sealed_document import SealJob, Signature, SignatureKind
from rvr_console.domain.statement import SignaturePlace, SignatureRole
from rvr_console.evidence.document_identity import make_test_identity
from rvr_console.system.clock import SystemClock

PAGES, ROUNDS, WANTED = 10, 15, 1.5


def milliseconds(act: Callable[[], object]) -> float:
    act()
    taken = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        act()
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken)


def main() -> None:
    now = datetime.now(UTC)
    text = "#set page(width: 595pt, height: 842pt)\n" + "#pagebreak()\n".join(["#lorem(350)\n"] * PAGES)
    shown = typst.compile(text.encode(), format="pdf", pdf_standards="a-2b")
    identity = make_test_identity("TEST Force", "desk-07", now)
    places = tuple(
        SignaturePlace(role, page, left, 40, left + 150, 64)
        for page in range(PAGES)
        for role, left in ((SignatureRole.WITNESS, 60), (SignatureRole.WITNESSED_BY, 260))
    )
    strokes = (tuple((n, 200 + (n * 37) % 150) for n in range(0, 1000, 2)),)
    job = SealJob(
        shown,
        places,
        Signature(SignatureKind.DRAWN, "Hannah Cole", strokes, 500),
        "PC 2417 A. Bennett",
        now,
        now,
    )
    sealer = PdfSealer(DocumentKey(identity.label, identity.private_key, identity.chain_pem), SystemClock())
    chain = [x509.Certificate.load(der) for _, _, der in pem.unarmor(identity.chain_pem, multiple=True)]
    registry = SimpleCertificateStore()
    registry.register_multiple(chain[1:])
    signer = SimpleSigner(chain[0], keys.PrivateKeyInfo.load(identity.private_key), registry)

    def alone() -> None:
        metadata = PdfSignatureMetadata(
            field_name="Desk", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES
        )
        PdfSigner(metadata, signer).sign_pdf(IncrementalPdfFileWriter(io.BytesIO(shown)), output=io.BytesIO())

    sealer.prepare(job)
    ours, bare = milliseconds(lambda: sealer.seal(job)), milliseconds(alone)
    drawing = milliseconds(lambda: sealer.prepare(job))
    ratio = ours / bare
    line = {
        "name": "statement_sealing",
        "ours": round(ours, 1),
        "peer": round(bare, 1),
        "ratio": round(ratio, 2),
        "goal": WANTED,
        "holds": ratio <= WANTED,
        "unit": "ms",
        "note": f"{PAGES} pages, {len(shown):,} bytes, signatures on each; peer: pyHanko's own signature alone; "
        f"drawing them ahead {drawing:.1f} ms",
    }
    print(json.dumps(line))


if __name__ == "__main__":
    main()
