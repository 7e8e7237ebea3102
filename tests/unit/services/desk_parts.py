"""A desk for tests: a real encrypted store, a clock to set, CAD's answers to choose."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from rvr_console.domain.access import Role, User
from rvr_console.domain.cad import CadAction, DeliveryState
from rvr_console.domain.consultation import Consent, Consultation, LinkState
from rvr_console.domain.custody import CustodyAct, CustodyEntry
from rvr_console.domain.incident import Incident, Person, Triage
from rvr_console.domain.recording import RecordHead
from rvr_console.domain.repositories import Delivery
from rvr_console.domain.secrets import NewLinkSecret
from rvr_console.services.cad_actions import CadActions
from rvr_console.services.consultations import Consultations
from rvr_console.services.custody import CustodyLog
from rvr_console.services.desk import Desk, Session
from rvr_console.services.dispatch import Dispatch
from rvr_console.services.evidential_review import EvidentialReview
from rvr_console.services.local_book import LocalBook
from rvr_console.services.recordings import Recordings
from rvr_console.services.sign_in import SignIn
from rvr_console.storage.store import Store
from rvr_console.system.key_store import KekSealer
from rvr_console.system.password import AccountPasswords

KEY = bytes(range(32))
SECRET = "7k3mq9txw2hd5rvn8ecj4p6sab"
PASSWORD = "correct horse battery"
EVIDENCE = "EV-2026-0001"

OFFICER = User("2417", "A. Bennett", "PC", Role.OFFICER)
OTHER = User("2500", "B. Okafor", "PC", Role.OFFICER)
SERGEANT = User("1186", "T. Ridley", "Sgt", Role.SERGEANT)
OTHER_SERGEANT = User("1190", "U. Hale", "Sgt", Role.SERGEANT)
DISCLOSURE = User("D10", "C. Lund", "", Role.DISCLOSURE)
ADMIN = User("IT1", "D. Marsh", "", Role.IT_ADMIN)
AUDITOR = User("AU1", "E. Frost", "", Role.AUDITOR)
PEOPLE = [OFFICER, OTHER, SERGEANT, DISCLOSURE, ADMIN, AUDITOR]


class SetClock:
    def __init__(self) -> None:
        self.wall = datetime(2026, 11, 21, 13, 30, tzinfo=UTC)

    def now(self) -> datetime:
        return self.wall

    def monotonic_ns(self) -> int:
        return 0

    def forward(self, **by: float) -> None:
        self.wall += timedelta(**by)


class Sink:
    def __init__(self) -> None:
        self.seen: list[object] = []

    def publish(self, event: object) -> None:
        self.seen.append(event)

    def of(self, kind: type) -> list:
        return [event for event in self.seen if isinstance(event, kind)]


class ChosenCad:
    def __init__(self) -> None:
        self.answer = Delivery(DeliveryState.DONE, datetime(2026, 11, 21, 13, 31, tzinfo=UTC))
        self.refuse: set[str] = set()
        self.asked: list[CadAction] = []

    async def take(self, action: CadAction) -> Delivery:
        self.asked.append(action)
        if action.incident in self.refuse:
            return Delivery(DeliveryState.REFUSED, reason=f"{action.incident} was taken by officer 2500.")
        return self.answer


class OneSecret:
    def make(self) -> NewLinkSecret:
        return NewLinkSecret(SECRET, "ab" * 16, "cd" * 32)


def incident(reference: str, hours: float, **changes: object) -> Incident:
    return Incident(
        reference,
        "Damage to front door",
        3,
        datetime(2026, 11, 21, 13, 0, tzinfo=UTC) - timedelta(hours=hours),
        "Haverbrook",
        "14 Alder Court, Haverbrook HB2 1NE",
        Person("Hannah Cole", "07700 900371"),
        **{"triage": Triage.SUITABLE, "version": 1, **changes},
    )


OLDEST, MIDDLE, UNTRIAGED = "155 of 21/11/2026", "160 of 21/11/2026", "170 of 21/11/2026"


class DeskWorld:
    ask_first: tuple[str, ...] = ()

    def __init__(self, path: Path, session: Session | None = None, store: Store | None = None) -> None:
        self.path = path
        self.clock, self.sink, self.cad = SetClock(), Sink(), ChosenCad()
        self.store = store or Store(path, KEY)
        self.session = session or Session()
        self.desk = Desk(self.store, self.clock, self.sink, self.session)
        self.passwords = AccountPasswords(memory_kib=64, iterations=1)
        self.sign_in = SignIn(self.desk, self.passwords)
        self.dispatch = Dispatch(self.desk, self.cad)
        self.consultations = Consultations(self.desk, KekSealer(KEY), OneSecret())
        self.recordings = Recordings(self.desk)
        self.cad_actions = CadActions(self.desk)
        self.custody = CustodyLog(self.desk)
        self.review = EvidentialReview(self.desk)
        self.local_book = LocalBook(self.desk)

    async def fill(self) -> None:
        await self.sign_in.create_first_accounts(
            [
                (user, "West" if user is not OTHER_SERGEANT else "East", PASSWORD)
                for user in (*PEOPLE, OTHER_SERGEANT)
            ]
        )
        await self.dispatch.refresh_from_cad(
            [
                incident(OLDEST, 5),
                incident(MIDDLE, 3),
                incident(UNTRIAGED, 9, triage=Triage.TO_TRIAGE),
            ]
        )

    def act_as(self, user: User | None) -> None:
        self.session.set(user)

    async def taken(self, user: User = OFFICER) -> Consultation:
        self.act_as(user)
        return await self.dispatch.take(OLDEST)

    async def in_call(self, user: User = OFFICER) -> Consultation:
        """Taken, safety questions asked where the policy wants them, link sent, device admitted, recording with one head."""
        taken = await self.taken(user)
        for question in self.ask_first:
            await self.consultations.answer_safety(taken.id, question, "Yes")
        await self.consultations.send_link(taken.id)
        for state in (LinkState.WAITING, LinkState.LIVE):
            await self.consultations.link_state(taken.id, state)
        await self.recordings.announced(taken.id)
        await self.recordings.consent(taken.id, Consent.AGREED)
        await self.recordings.started(taken.id, EVIDENCE)
        await self.recordings.segment_started(EVIDENCE, 1, "segment_0001.rvrc")
        await self.recordings.head(RecordHead(EVIDENCE, 1, 10, b"h" * 32))
        return await self.consultations.get(taken.id)

    async def submitted(self, user: User = OFFICER) -> Consultation:
        call = await self.in_call(user)
        await self.recordings.segment_closed(RecordHead(EVIDENCE, 1, 20, b"i" * 32))
        await self.recordings.closed(EVIDENCE)
        await self.consultations.end(call.id)
        await self.consultations.link_state(call.id, LinkState.CLOSED)
        return await self.consultations.submit(call.id, "18", ["RVR1", "RVR9"])

    async def log(self) -> list[CustodyEntry]:
        return await self.store.run(lambda tx: tx.custody.all())

    async def logged(self, act: CustodyAct) -> list[CustodyEntry]:
        return [entry for entry in await self.log() if entry.act is act]

    async def outbox(self, reference: str = OLDEST) -> list[CadAction]:
        return await self.store.run(lambda tx: tx.outbox.of(reference))

    async def stored(self, consultation_id: str) -> Consultation:
        found = await self.store.run(lambda tx: tx.consultations.get(consultation_id))
        assert found is not None
        return found
