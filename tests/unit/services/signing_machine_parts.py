"""For the machine of statements and signings: a desk whose typesetter and seal are quick, and phones that tell what they really rendered."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from desk_parts import MIDDLE, OLDEST, DeskWorld, incident
from exhibit_world import ExhibitWorld
from test_signing_service import Calls

from rvr_console.domain import signing
from rvr_console.domain.call import DocumentSaid
from rvr_console.domain.exhibit import RecordingMoment
from rvr_console.domain.incident import Flag
from rvr_console.domain.sealed_document import SealedDocument, SealJob, SealLevel
from rvr_console.domain.signing_gate import GatePolicy, GateRule
from rvr_console.domain.statement import SetStatement
from rvr_console.domain.statement_content import StatementKind
from rvr_console.domain.statement_store import StatementOrder
from rvr_console.errors import EvidenceError
from rvr_console.services.signing import Signing
from rvr_console.services.signing_gates import SigningGates
from rvr_console.services.signing_sealing import SigningSealing
from rvr_console.services.statements import Statements

GATE = GatePolicy(
    "machine", (GateRule("not_vulnerable", "Not recorded as vulnerable", no_flag="vulnerable"),)
)
LINES_A_PAGE = 2


class QuickSetter:
    """Bytes that hang on the text alone, two paragraphs a page: the typesetter has its own tests."""

    def set(self, order: StatementOrder) -> SetStatement:
        pdf = "\n".join(order.content.paragraphs).encode()
        digest, back = hashlib.sha256(pdf).hexdigest(), hashlib.sha256(b"back").hexdigest()
        pages = -(-len(order.content.paragraphs) // LINES_A_PAGE)
        return SetStatement(pdf, b"back", digest, back, pages, (), "1", "True.")

    def preview(self, order: StatementOrder, pixels_per_inch: float) -> tuple[bytes, ...]:
        raise NotImplementedError


class QuickSealer:
    """The shown bytes and behind them the signature's digest. mood: "well", "cannot", or "other pages"."""

    mood = "well"

    def prepare(self, job: SealJob) -> None:
        pass

    def seal(self, job: SealJob) -> SealedDocument:
        if self.mood == "cannot":
            raise EvidenceError("The certificate has expired.", kept="The signed statement is kept.")
        shown = job.shown if self.mood == "well" else altered(job.shown)
        data = shown + job.signature.digest.encode()
        return SealedDocument(data, SealLevel.B_B, job.signed_at, "desk", "No time stamp.")


@dataclass
class Phone:
    """What one device really had on its screen, by ceremony: the desk hears of it and nothing else."""

    rendered: dict[str, bytes] = field(default_factory=dict)
    seen: dict[str, set[int]] = field(default_factory=dict)
    accepted: set[str] = field(default_factory=set)

    def render(self, ceremony: str, data: bytes) -> None:
        """Other bytes than before are new pages: nothing of them was seen."""
        if self.rendered.get(ceremony) != data:
            self.seen.pop(ceremony, None)
            self.accepted.discard(ceremony)
        self.rendered[ceremony] = data

    def hash(self, ceremony: str) -> str:
        return hashlib.sha256(self.rendered.get(ceremony, b"")).hexdigest()


class MachineRoom:
    """One case with a witness statement and a personal statement, two phones, a gate that opens and closes."""

    def __init__(self, folder: Path) -> None:
        self.world, self.calls, self.sealer = DeskWorld(folder / "console.db"), Calls(), QuickSealer()
        self.exhibits = ExhibitWorld(self.world, folder)
        self.begun = self.world.clock.now()
        self.phones = {"phone": Phone(), "tablet": Phone()}
        self.restart()

    def restart(self) -> None:
        """The console started anew: only the store and the vault know what was."""
        self.statements = Statements(self.world.desk, QuickSetter())
        sealing = SigningSealing(self.world.desk, self.calls, self.exhibits.intake, self.sealer)
        self.signing = Signing(self.world.desk, self.calls, SigningGates(self.world.desk, GATE), sealing)

    async def open(self) -> None:
        await self.world.fill()
        self.case = (await self.world.in_call()).id
        kinds = (StatementKind.WITNESS, StatementKind.VICTIM_PERSONAL)
        self.ids = [(await self.statements.start(self.case, kind)).id for kind in kinds]

    async def flag(self, *, vulnerable: bool) -> None:
        """CAD says so, or takes it back."""
        known = await self.world.store.run(lambda tx: tx.incidents.get(OLDEST))
        flags = frozenset({Flag.VULNERABLE}) if vulnerable else frozenset()
        changed = incident(OLDEST, 5, flags=flags, version=known.version + 1)
        await self.world.dispatch.refresh_from_cad([changed, incident(MIDDLE, 3)])

    async def say(self, ceremony: str, act: signing.PageAct) -> None:
        await self.signing.said(self.case, DocumentSaid(ceremony, act), self.place())

    def place(self) -> RecordingMoment:
        """The clock goes on between two acts: each has a place of its own in the recording."""
        offset = (self.world.clock.now() - self.begun).total_seconds() * 1_000_000
        return RecordingMoment("r-1", 1, int(offset))


def altered(data: bytes) -> bytes:
    """One letter of the pages, as somebody on the way would change it."""
    return bytes([data[0] ^ 1]) + data[1:]
